import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from gallery import checks, env
from gallery import settings as ours

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def setting(monkeypatch):
    return lambda value, name="MEASURE_GALLERY_DEBUG": monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("yes", True), ("1", True), ("No", False), ("off", False), ("", True), ("  ", True)],
)
def test_a_flag_is_yes_or_no(setting, written, meant):
    setting(written)
    assert env.flag("MEASURE_GALLERY_DEBUG", default=True) is meant


@pytest.mark.parametrize("written", ["maybe", "2", "tru"])
def test_a_flag_that_is_neither_stops_the_start(setting, written):
    setting(written)
    with pytest.raises(ImproperlyConfigured, match="write yes or no"):
        env.flag("MEASURE_GALLERY_DEBUG", default=True)


@pytest.mark.parametrize("written", ["eighty", "8.5", "0", "70000", "-1"])
def test_a_port_is_a_number_in_range(setting, written):
    setting(written, "PORT")
    with pytest.raises(ImproperlyConfigured, match="PORT is"):
        env.whole("PORT", 8000, least=1, most=65535)


@pytest.mark.parametrize(
    "written", ["gallery.example.org", "ftp://x", "https://x/path", "https://", "http://a:99999"]
)
def test_an_address_is_one_that_a_phone_can_open(setting, written):
    setting(written, "MEASURE_GALLERY_BASE_URL")
    with pytest.raises(ImproperlyConfigured, match="write an address like"):
        env.address("MEASURE_GALLERY_BASE_URL")


def test_an_address_loses_its_last_slash(setting):
    setting("https://gallery.example.org/", "MEASURE_GALLERY_BASE_URL")
    assert env.base_url("0.0.0.0", 8000) == "https://gallery.example.org"


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("127.0.0.1", 8000, "http://127.0.0.1:8000"),
        ("10.0.0.7", 80, "http://10.0.0.7"),
        ("::1", 81, "http://[::1]:81"),
    ],
)
def test_without_a_setting_the_address_is_where_it_listens(monkeypatch, host, port, expected):
    monkeypatch.delenv("MEASURE_GALLERY_BASE_URL", raising=False)
    assert env.base_url(host, port) == expected


def test_listening_everywhere_the_address_is_one_of_this_machine(monkeypatch):
    monkeypatch.delenv("MEASURE_GALLERY_BASE_URL", raising=False)
    monkeypatch.setattr(env, "local_address", lambda: "192.168.7.20")
    assert env.base_url("0.0.0.0", 8000) == "http://192.168.7.20:8000"


def test_no_key_no_start(monkeypatch, tmp_path):
    monkeypatch.delenv("MEASURE_GALLERY_SECRET_KEY")
    with pytest.raises(ImproperlyConfigured, match="There is no secret key yet"):
        env.secret_key(tmp_path)


def test_a_short_key_is_no_key(monkeypatch, tmp_path):
    monkeypatch.setenv("MEASURE_GALLERY_SECRET_KEY", "secret")
    with pytest.raises(ImproperlyConfigured):
        env.secret_key(tmp_path)


def test_the_key_is_read_from_the_data_directory(monkeypatch, tmp_path):
    monkeypatch.delenv("MEASURE_GALLERY_SECRET_KEY")
    (tmp_path / "secret_key").write_text("k" * 40 + "\n")
    assert env.secret_key(tmp_path) == "k" * 40


def test_a_zone_is_one_that_exists(setting):
    setting("Europe/Atlantis", "MEASURE_GALLERY_TIME_ZONE")
    with pytest.raises(ImproperlyConfigured, match="is no time zone"):
        env.zone("MEASURE_GALLERY_TIME_ZONE", "UTC")


def test_a_misspelt_setting_is_told(setting):
    setting("yes", "MEASURE_GALLERY_DEBGU")
    assert [message.id for message in checks.unknown_settings()] == ["measure_gallery.W001"]


def test_control_a_right_setting_is_not(setting):
    setting("no", "MEASURE_GALLERY_DEBUG")
    assert checks.unknown_settings() == []


def test_a_data_directory_that_cannot_be_written_is_told(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.DATA_DIR = tmp_path / "file" / "data"
    assert [message.id for message in checks.data_directory()] == ["measure_gallery.E001"]
    settings.DATA_DIR = tmp_path / "fine"
    assert checks.data_directory() == []


@pytest.mark.parametrize(("version", "ids"), [((3, 40, 1), ["measure_gallery.W002"]), ((3, 51, 3), [])])
def test_an_old_sqlite_is_told(settings, monkeypatch, version, ids):
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    monkeypatch.setattr("gallery.checks.sqlite3.sqlite_version_info", version)
    assert [message.id for message in checks.sqlite_version()] == ids


@pytest.mark.parametrize(("workers", "each"), [(1, 32), (2, 16), (8, 4)])
def test_all_workers_share_what_postgresql_allows_and_give_up_before_a_phone_does(monkeypatch, workers, each):
    monkeypatch.setenv("DATABASE_URL", "postgres://u@h/d")
    monkeypatch.setattr(ours, "WORKERS", workers)
    pool = ours.database()["OPTIONS"]["pool"]
    assert (pool["max_size"], workers * pool["max_size"]) == (each, 32)
    assert pool["timeout"] == 10


def test_the_readme_lists_every_setting():
    table = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert sorted(table) == sorted(env.NAMES | {"TEST_POSTGRES_URL"})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", {}),
        ("smtp://mail.example.org", {"EMAIL_HOST": "mail.example.org", "EMAIL_PORT": 25}),
        ("smtp+tls://u:p%40ss@mail.example.org", {"EMAIL_PORT": 587, "EMAIL_HOST_PASSWORD": "p@ss"}),
        ("smtp+tls://mail.example.org:2525", {"EMAIL_PORT": 2525, "EMAIL_USE_TLS": True}),
        ("smtp+ssl://mail.example.org", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True}),
        ("consolemail://", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}),
    ],
)
def test_a_mail_server_is_understood(setting, written, meant):
    setting(written, "MEASURE_GALLERY_EMAIL_URL")
    found = env.mail_server("MEASURE_GALLERY_EMAIL_URL")
    assert {name: found.get(name) for name in meant} == meant
    assert bool(found) == bool(written)


@pytest.mark.parametrize(
    "written",
    ["mail.example.org", "smtp://", "http://u:secret-p@x", "smtp://u:secret-p@x:99999", "smtps://x"],
)
def test_one_that_can_t_be_understood_stops_the_start_and_tells_no_password(setting, written):
    setting(written, "MEASURE_GALLERY_EMAIL_URL")
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL can't be understood") as told:
        env.mail_server("MEASURE_GALLERY_EMAIL_URL")
    assert "secret-p" not in str(told.value)


def test_mail_comes_from_an_address_that_must_be_said_where_it_is_needed(setting):
    name = "MEASURE_GALLERY_EMAIL_FROM"
    assert env.mail_address(name, needed=False, default="gallery@localhost") == "gallery@localhost"
    for written in ("", "gallery", "gallery@"):
        setting(written, name)
        with pytest.raises(ImproperlyConfigured, match="write the e-mail address"):
            env.mail_address(name, needed=True, default="")
    setting("River Patrol <gallery@example.org>", name)
    found = env.mail_address(name, needed=True, default="")
    assert found == "River Patrol <gallery@example.org>"
