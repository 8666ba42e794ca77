"""Telling those who left an e-mail address what was changed: one message each, then the address is erased.

An address stands apart from notes, on no page, in no export and in no log of ours. It is claimed, and that
is on the disk, before its message goes out: a server that dies then sends no second one. What was claimed
an hour ago and is still there is erased by `purge` unsent.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPSenderRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connections, transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.encoding import punycode

from feedback import limits
from feedback.gate import Closed, hold, is_over
from feedback.models import ToBeTold
from gallery import addresses
from gallery.models import Gallery
from gallery.phases import Phase
from gallery.signals import published

CLAIMED_FOR = timedelta(hours=1)
CLOSING = 421  # the mail server says so before it hangs up
OFFERED_IN = frozenset({Phase.OPEN, Phase.BETWEEN, Phase.CLOSED})

logger = logging.getLogger(__name__)


def offered(phase: Phase) -> bool:
    """Whether one can leave an address now: where mail can be sent, while there is something to wait for."""
    return bool(settings.MAIL_OFFERED) and phase in OFFERED_IN


@transaction.atomic
def leave(gallery: Gallery, mail: str, at: datetime) -> None:
    """Keep the address until the report is published; once, however often it is left.

    Raises limits.SlowDown where too many were left in this gallery just now, and gate.Closed where it was
    published, archived or deleted meanwhile: what is erased then would come after its erasing.
    """
    if is_over(hold(gallery.pk)):
        raise Closed
    limits.spend_on_an_address(gallery.pk, at)
    ToBeTold.objects.bulk_create([ToBeTold(gallery=gallery, mail=mail)], ignore_conflicts=True)


def can_be_sent_to(mail: str) -> bool:
    """Whether a message can be addressed so: forms let addresses pass that no message can have.

    One of them would stop all that are told after it.
    """
    try:
        punycode(mail.rpartition("@")[2])
    except UnicodeError:
        return False
    return mail.isprintable()


def waiting() -> QuerySet[ToBeTold]:
    """The addresses whose report is up, and to which nothing was sent yet."""
    return ToBeTold.objects.filter(
        sending_since=None, gallery__published_at__isnull=False, gallery__deleted_at=None
    )


def stranded(at: datetime) -> QuerySet[ToBeTold]:
    """Those that were claimed so long ago that whoever did so has died."""
    return ToBeTold.objects.filter(sending_since__lt=at - CLAIMED_FOR)


def tell(to: QuerySet[ToBeTold] | None = None) -> int:
    """Send each its message and erase it; returns how many went out. Call outside of any transaction.

    Where no mail can be sent now they stay, to be tried again; what became of one that broke off in
    the middle nobody knows, so it isn't sent again.
    """
    found = list((waiting() if to is None else to).select_related("gallery__team").order_by("pk"))
    if not found or not settings.MAIL_OFFERED:
        return 0
    post: Any = get_connection()
    try:
        post.open()
    except (SMTPException, OSError) as problem:  # whose words may name a person
        logger.error("No mail can be sent: %s. Try `manage.py tell_visitors` later.", type(problem).__name__)
        return 0
    sent = 0
    try:
        for each in found:
            sent += _told(each, post)
    except (SMTPException, OSError) as problem:
        logger.error("Sending broke off: %s. Try `manage.py tell_visitors` later.", type(problem).__name__)
    finally:
        post.close()
    return sent


def _told(each: ToBeTold, post: Any) -> bool:
    """Whether the message went out. It is claimed first; someone else may have been quicker.

    An address that the mail server doesn't take just now is kept for the next time; one that it refuses,
    or that can't be written down for it, is erased. Raises whatever else the mail server raises.
    """
    row = ToBeTold.objects.filter(pk=each.pk)
    if not can_be_sent_to(each.mail):
        row.delete()
        return False
    if not row.filter(sending_since=None).update(sending_since=timezone.now()):
        return False
    try:
        _message(each, post).send()
    except SMTPSenderRefused:  # our own address is wrong: nothing went out
        row.update(sending_since=None)
        raise
    except SMTPRecipientsRefused as refused:
        _refused(row, refused)
        return False
    except BaseException:
        row.delete()
        raise
    row.delete()
    return True


def _refused(row: QuerySet[ToBeTold], refused: SMTPRecipientsRefused) -> None:
    """Nothing went out: to be tried again where the refusal is for now (4xx: RFC 5321, 4.2.1), else erased.

    Raises it where the server hangs up.
    """
    codes = [code for code, _ in refused.recipients.values()]
    if not all(400 <= code < 500 for code in codes):
        row.delete()
        return
    row.update(sending_since=None)
    if CLOSING in codes:
        raise refused


def _message(each: ToBeTold, post: Any) -> EmailMessage:
    gallery = each.gallery
    words = {"gallery": gallery, "address": addresses.of_gallery(gallery)}
    subject = " ".join(f"What we heard, what we changed: {gallery.title}".split())
    return EmailMessage(
        subject, render_to_string("feedback/told.txt", words), to=[each.mail], connection=post
    )


def begin(pk: int) -> None:
    """Tell a gallery's in a thread of its own, so that nobody waits for a mail server."""
    if settings.MAIL_OFFERED:
        threading.Thread(target=_tell_those_of, args=[pk], name=f"tell {pk}", daemon=True).start()


def _tell_those_of(pk: int) -> None:
    try:
        tell(waiting().filter(gallery=pk))
    except Exception as problem:
        logger.error("Telling visitors stopped: %s", type(problem).__name__)
    finally:
        connections.close_all()


def _on_published(gallery: Gallery, **_: Any) -> None:
    transaction.on_commit(lambda: begin(gallery.pk))


def listen() -> None:
    published.connect(_on_published, dispatch_uid="feedback.telling")
