"""Whoever leaves an e-mail address is told once what was changed, and then the address is gone."""

import threading
from datetime import timedelta
from email.errors import MessageError
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from feedback import limits, telling
from feedback.models import Bucket, ToBeTold
from gallery import events
from gallery.models import Gallery

ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def offered(settings):
    settings.MAIL_OFFERED = True


@pytest.fixture
def leave(visitor, gallery):
    def leave(address=ADA, **headers):
        return visitor.post(reverse("tell_me", args=[gallery.code]), {"mail": address}, **headers)

    return leave


@pytest.fixture
def lobby(visitor, gallery):
    def lobby():
        return visitor.get(reverse("lobby", args=[gallery.code])).content.decode()

    return lobby


@pytest.fixture
def quiet(monkeypatch):
    """Publishing starts no thread: a test's transaction is its own."""
    monkeypatch.setattr(telling, "begin", lambda pk: None)


@pytest.fixture
def public(gallery, quiet):
    def public():
        events.close_for_good(gallery)
        events.publish(gallery)

    return public


def left() -> list[str]:
    return list(ToBeTold.objects.order_by("mail").values_list("mail", flat=True))


def test_it_is_left_without_a_cookie_and_the_answer_tells_nothing(leave, gallery, visitor):
    first, again = leave(), leave()
    assert left() == [ADA]
    for answer in (first, again):
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"{reverse('lobby', args=[gallery.code])}?told=1#tell-me"
        assert not answer.cookies
    page = visitor.get(first.headers["Location"]).content.decode()
    assert "One message comes when our answer is up" in page
    assert ADA not in page


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@",
        "ada@example.org\nBcc: all@example.org",
        "a" * 300 + "@x.org",
        "ada@" + "ü" * 60 + ".example",  # too long once it is written in ASCII
    ],
)
def test_what_is_no_address_is_said_and_kept_to_mend(leave, typed):
    answer = leave(typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'aria-invalid="true"' in page
    if typed.isalpha():
        assert f'value="{typed}"' in page
    assert left() == []


def test_capitals_of_the_host_make_no_second_address(leave):
    leave("Ada@Example.ORG"), leave("Ada@example.org")
    assert left() == ["Ada@example.org"]


def test_the_form_is_there_until_it_is_published_where_mail_can_be_sent(lobby, gallery, public, settings):
    assert "Shall we tell you" in lobby()
    assert 'maxlength="254" value="">' in lobby()
    events.close_for_good(gallery)
    assert "Shall we tell you" in lobby()
    settings.MAIL_OFFERED = False
    assert "Shall we tell you" not in lobby()
    settings.MAIL_OFFERED = True
    public()
    assert "Shall we tell you" not in lobby()


def test_nothing_is_taken_where_nothing_can_be_sent_or_all_is_said(leave, gallery, public, settings):
    settings.MAIL_OFFERED = False
    assert leave().headers["Location"] == reverse("lobby", args=[gallery.code])
    settings.MAIL_OFFERED = True
    public()
    assert leave().headers["Location"] == reverse("lobby", args=[gallery.code])
    assert left() == []


def test_another_site_cannot_leave_one(leave):
    assert leave(HTTP_ORIGIN="https://elsewhere.example").status_code == 403
    assert left() == []


def test_a_flood_is_slowed_down_for_the_gallery_and_keeps_what_was_typed(leave, monkeypatch, gallery):
    monkeypatch.setattr(limits, "ALL_ADDRESSES", limits.Rate(burst=3, seconds=60))
    answers = [leave(f"n{number}@example.org") for number in range(5)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert 'value="n4@example.org"' in answers[-1].content.decode()
    assert len(left()) == 3
    assert set(Bucket.objects.values_list("whose", flat=True)) == {limits.ADDRESSES}  # nobody's own


def test_each_is_told_once_with_the_way_there_and_forgotten(leave, public, gallery, mailoutbox):
    leave(), leave("zoe@example.org")
    telling.tell()
    assert mailoutbox == []  # nothing is up yet
    public()
    assert telling.tell() == 2
    assert sorted(message.to for message in mailoutbox) == [[ADA], ["zoe@example.org"]]
    [first, _] = mailoutbox
    assert first.subject == "What we heard, what we changed: Our river, our measures"
    assert f"http://gallery.test/g/{gallery.code}/" in first.body
    assert left() == []
    assert telling.tell() == 0
    assert len(mailoutbox) == 2


def test_a_deleted_gallery_tells_nobody(leave, public, gallery, mailoutbox):
    leave()
    public()
    events.delete(gallery)
    assert telling.tell() == 0
    events.restore(gallery)
    assert telling.tell() == 1


def test_archiving_erases_what_was_not_sent(leave, gallery, quiet):
    leave()
    events.close_for_good(gallery)
    events.archive(gallery)
    assert left() == []


class Broken(EmailBackend):
    problem: Exception | None = None
    opens: Exception | None = None

    def open(self):
        if self.opens:
            raise self.opens

    def send_messages(self, messages):
        if self.problem:
            raise self.problem
        return super().send_messages(messages)


@pytest.fixture
def server(monkeypatch):
    """The mail server, and what is wrong with it."""
    monkeypatch.setattr(telling, "get_connection", Broken)
    monkeypatch.setattr(Broken, "problem", None)
    monkeypatch.setattr(Broken, "opens", None)
    return Broken


def test_a_server_that_is_down_leaves_all_for_later(leave, public, server, mailoutbox, caplog, capsys):
    leave()
    public()
    server.opens = ConnectionRefusedError(f"no route for {ADA}")
    assert telling.tell() == 0
    assert left() == [ADA]
    assert "ConnectionRefusedError" in caplog.text
    assert ADA not in caplog.text
    server.opens = None
    call_command("tell_visitors")
    assert "Messages sent: 1. Still to be sent: 0." in capsys.readouterr().out
    assert len(mailoutbox) == 1


def test_an_address_that_is_refused_is_erased_and_the_others_are_told(
    leave, public, server, monkeypatch, mailoutbox
):
    leave(), leave("zoe@example.org")
    public()

    def send(self, messages):
        if messages[0].to == [ADA]:
            raise SMTPRecipientsRefused({ADA: (550, b"no such user")})
        return EmailBackend.send_messages(self, messages)

    monkeypatch.setattr(Broken, "send_messages", send)
    assert telling.tell() == 1
    assert left() == []


UNSENDABLE = ["a@" + "ü" * 60 + ".example", "a@。ü.example", '"\x1eX:"@example.org']


@pytest.mark.parametrize("address", UNSENDABLE)
def test_an_address_that_no_message_can_have_is_not_taken(leave, address):
    answer = leave(address)
    assert answer.status_code == 422
    assert "isn’t an e-mail address yet" in answer.content.decode()
    assert left() == []
    leave("a@müller.example")
    assert left() == ["a@müller.example"]  # control


@pytest.mark.parametrize("address", UNSENDABLE)
def test_one_that_was_taken_stops_nobody_from_being_told(leave, public, gallery, mailoutbox, address):
    ToBeTold.objects.create(gallery=gallery, mail=address)
    leave()
    public()
    with pytest.raises((ValueError, MessageError)):  # control: this is what it would do
        EmailMessage("What we heard", "", to=[address]).message().as_bytes()
    assert telling.tell() == 1
    assert [message.to for message in mailoutbox] == [[ADA]]
    assert left() == []


def test_an_address_that_is_not_taken_just_now_is_told_later(leave, public, server, monkeypatch, mailoutbox):
    """As servers say to whom they don't know yet (greylisting), or where a mailbox is full."""
    leave(), leave("zoe@example.org")
    public()

    def send(self, messages):
        if messages[0].to == [ADA]:
            raise SMTPRecipientsRefused({ADA: (450, b"try again in five minutes")})
        return EmailBackend.send_messages(self, messages)

    monkeypatch.setattr(Broken, "send_messages", send)
    assert telling.tell() == 1
    assert left() == [ADA]
    monkeypatch.setattr(Broken, "send_messages", EmailBackend.send_messages)
    assert telling.tell() == 1
    assert left() == []


def test_where_the_server_hangs_up_all_that_were_not_told_wait(leave, public, server, caplog):
    leave(), leave("zoe@example.org")
    public()
    server.problem = SMTPRecipientsRefused({ADA: (421, b"too many messages")})
    assert telling.tell() == 0
    assert left() == [ADA, "zoe@example.org"]
    assert telling.waiting().count() == 2
    assert ADA not in caplog.text


def test_an_address_that_cannot_be_written_down_keeps_nobody_from_being_told(leave, public, server, gallery):
    """Nor does it end the command: a backup may come after it."""
    ToBeTold.objects.create(gallery=gallery, mail="ada@" + "ü" * 60 + ".example")
    leave("zoe@example.org")
    public()
    assert telling.tell() == 1
    assert left() == []


@pytest.mark.parametrize("act", [events.archive, events.publish, events.delete])
def test_one_that_comes_while_the_gallery_is_put_away_is_not_kept(leave, gallery, monkeypatch, quiet, act):
    """The page was asked for just before: the address, and its bucket, would outlive their erasing."""
    events.close_for_good(gallery)
    asked = telling.offered

    def offered(phase):
        act(Gallery.objects.get(pk=gallery.pk))
        return asked(phase)

    monkeypatch.setattr(telling, "offered", offered)
    answer = leave()
    assert answer.headers["Location"] == reverse("lobby", args=[gallery.code])
    assert left() == []
    assert not Bucket.objects.exists()


@pytest.mark.parametrize(
    ("problem", "kept"),
    [
        (SMTPServerDisconnected(f"lost {ADA}"), ["zoe@example.org"]),  # it may have gone out
        (SMTPDataError(554, f"no {ADA}"), ["zoe@example.org"]),
        (SMTPSenderRefused(553, b"not you", "gallery@localhost"), [ADA, "zoe@example.org"]),  # it didn't
    ],
)
def test_where_it_breaks_off_nobody_is_told_twice(leave, public, server, caplog, mailoutbox, problem, kept):
    leave(), leave("zoe@example.org")
    public()
    server.problem = problem
    assert telling.tell() == 0
    assert left() == kept
    assert ADA not in caplog.text
    server.problem = None
    assert telling.tell() == len(kept)
    assert left() == []


def test_a_server_that_dies_while_it_sends_tells_nobody_twice(leave, public, server, mailoutbox, capsys):
    """What was claimed is never claimed again; purge erases it unsent, an hour later and not before."""
    leave()
    public()
    ToBeTold.objects.update(sending_since=timezone.now())
    assert telling.tell() == 0
    call_command("purge")
    assert left() == [ADA]
    ToBeTold.objects.update(sending_since=timezone.now() - timedelta(hours=2))
    call_command("purge", "--dry-run")
    assert left() == [ADA]
    call_command("purge")
    assert "Addresses that a crash left half told, erased: 1" in capsys.readouterr().out
    assert left() == []
    assert mailoutbox == []


def test_control_one_that_was_not_claimed_is_told_by_purge(leave, public, mailoutbox, capsys):
    leave()
    public()
    call_command("purge")
    assert "visitors whose report is up, sent: 1" in capsys.readouterr().out
    assert len(mailoutbox) == 1


@pytest.mark.django_db(transaction=True)
def test_publishing_tells_by_itself_after_it_is_on_the_disk(leave, gallery, mailoutbox):
    leave()
    events.close_for_good(gallery)
    events.publish(gallery)
    for thread in threading.enumerate():
        if thread.name == f"tell {gallery.pk}":
            thread.join()
    assert [message.to for message in mail.outbox] == [[ADA]]
    assert left() == []


def test_where_the_publishing_fails_nobody_is_told(
    leave, gallery, monkeypatch, django_capture_on_commit_callbacks
):
    begun = []
    monkeypatch.setattr(telling, "begin", begun.append)
    leave()
    events.close_for_good(gallery)
    with django_capture_on_commit_callbacks(execute=True):
        events.publish(gallery)
    assert begun == [gallery.pk]
    Gallery.objects.update(published_at=None, closed_at=None)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(events.NotNow):
        events.open_doors(gallery)
        events.publish(gallery)
    assert begun == [gallery.pk]
