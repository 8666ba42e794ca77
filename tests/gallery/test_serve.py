"""`make run` prepares, makes one log-in, and says where; a second start changes nothing."""

import socket

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from gallery.management.commands import serve
from gallery.models import Gallery
from measures.models import Team


@pytest.fixture
def kept(tmp_path):
    return tmp_path / "first-login.txt"


def test_the_first_start_makes_one_log_in_and_keeps_it_private(db, kept):
    password = serve.first_login(kept)
    user = User.objects.get()
    assert user.check_password(password)
    assert user.is_superuser
    assert kept.stat().st_mode & 0o077 == 0


def test_the_next_start_prints_the_same_one(db, kept):
    assert serve.first_login(kept) == serve.first_login(kept)
    assert User.objects.count() == 1


def test_a_password_that_was_changed_is_not_printed(db, kept):
    serve.first_login(kept)
    user = User.objects.get()
    user.set_password("my own long password")
    user.save()
    assert serve.first_login(kept) is None


def test_where_there_are_people_already_none_is_made(facilitator, kept):
    User.objects.filter(pk=facilitator.pk).update(username="someone")
    assert serve.first_login(kept) is None
    assert User.objects.count() == 1


def test_the_banner_says_address_code_and_log_in(gallery, settings):
    settings.BASE_URL = "http://192.168.7.20:8000"
    said = serve.banner(gallery, "abc-def")
    half = f"{gallery.code[:4]}-{gallery.code[4:]}"
    for expected in [
        f"http://192.168.7.20:8000/g/{gallery.code}/",
        half,
        "facilitator, password abc-def",
        "█",
    ]:
        assert expected in said


def test_the_banner_says_when_no_phone_can_come_in(gallery, settings):
    settings.BASE_URL = "http://127.0.0.1:8000"
    said = serve.banner(gallery, None)
    assert "Only this machine reaches that address" in said
    assert "your own password" in said


def test_an_empty_house_has_a_banner_too(db):
    assert "/admin/" in serve.banner(None, "abc")


def test_a_port_that_is_taken_is_told_with_another(db):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} .* make run PORT={port + 1}"):
            serve.refuse_a_taken_port("127.0.0.1", port)


def test_control_a_free_port_is_not_refused():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    serve.refuse_a_taken_port("127.0.0.1", free)


@pytest.mark.django_db
def test_the_first_start_hangs_the_demo_and_the_second_does_not(settings, tmp_path, capsys):
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("serve", prepare_only=True)
    galleries = list(Gallery.objects.values_list("code", flat=True))
    assert galleries
    call_command("serve", prepare_only=True)
    assert list(Gallery.objects.values_list("code", flat=True)) == galleries
    assert any(code in capsys.readouterr().out for code in galleries)


@pytest.mark.django_db
def test_without_the_demo_the_house_is_empty(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("serve", prepare_only=True, no_demo=True)
    assert not Team.objects.exists()
