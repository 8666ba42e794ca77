"""`manage.py tell_visitors`: send what is left of the messages to visitors whose report is up."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from feedback import telling


class Command(BaseCommand):
    help = (
        "Tell the visitors who left an e-mail address that what was heard is published. It goes out by "
        "itself when a report is published; this sends what was left over, as when the mail server was down."
    )

    def handle(self, **options: Any) -> None:
        if not settings.MAIL_OFFERED:
            self.stdout.write("MEASURE_GALLERY_EMAIL_URL is not set, so no mail can be sent.")
            return
        sent, left = telling.tell(), telling.waiting().count()
        if options["verbosity"]:
            self.stdout.write(f"Messages sent: {sent}. Still to be sent: {left}.")
