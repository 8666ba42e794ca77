"""Let go of what has had its time: deleted galleries, pseudonyms, buckets, sessions, photos no one sees."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.utils import timezone

from feedback import photos, telling
from feedback.models import Bucket
from gallery import print_runs, print_shelf
from gallery.deleting import overdue, purge_deleted
from gallery.retention import archive_what_is_over, due

IDLE = timedelta(days=1)  # after which an empty bucket says nothing any more


class Command(BaseCommand):
    help = (
        "Delete for good the galleries that were deleted more than 30 days ago; archive those that have been "
        "over for MEASURE_GALLERY_RETENTION_DAYS; clear idle buckets, old sessions, "
        "photos of notes that were taken back, photo files without a note, and printed sheets not asked for "
        "in 30 days; send visitors what is left of their messages."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Say what would go, and do nothing.")
        parser.add_argument("--no-archive", action="store_true", help="Archive nothing, and send nothing.")

    def handle(self, **options: Any) -> None:
        at, dry = timezone.now(), options["dry_run"]
        gone = [gallery.title for gallery in overdue(at)] if dry else purge_deleted(at=at)
        would = "would be " if dry else ""
        if gone or options["verbosity"]:  # what can't be had back is never let go unsaid
            self.stdout.write(f"Deleted more than 30 days ago, {would}gone for good: {_named(gone)}")
        lines = [*cleared(at, dry=dry), erased(at, dry=dry)]
        if not options["no_archive"]:  # at a start nobody waits for a mail server
            lines = [archived(at, dry=dry), *lines, sent(dry=dry)]
        for line in lines if options["verbosity"] else []:
            self.stdout.write(line)


def archived(at: datetime, *, dry: bool) -> str:
    """Archives what is due, unless it is a dry run, and says which galleries."""
    days = settings.RETENTION_DAYS
    over = due(days=days, at=at) if dry else archive_what_is_over(days=days, at=at)
    return f"Over for {days} days, {'would be ' if dry else ''}archived: {_named(over)}"


def cleared(at: datetime, *, dry: bool) -> list[str]:
    """Clears what nobody misses, unless it is a dry run, and says each thing in a line."""
    buckets = Bucket.objects.filter(empty_at__lt=(at - IDLE).timestamp())
    sessions = Session.objects.filter(expire_date__lt=at)
    counts = [found.count() if dry else found.delete()[0] for found in (buckets, sessions)]
    back = len(photos.taken_back(at)) if dry else photos.clear_taken_back(at)
    stray = len(photos.orphans()) if dry else photos.sweep()
    sheets = len(print_shelf.old(at)) if dry else print_runs.clear(at)
    would = "would be " if dry else ""
    return [
        f"Buckets idle for a day, {would}cleared: {counts[0]}",
        f"Sessions expired, {would}cleared: {counts[1]}",
        f"Photos of notes taken back, {would}cleared: {back}",
        f"Photo files without a note, {would}cleared: {stray}",
        f"Printed sheets not asked for in 30 days, {would}cleared: {sheets}",
    ]


def erased(at: datetime, *, dry: bool) -> str:
    """Erases addresses of which nobody knows whether their message went out, and says how many."""
    stranded = telling.stranded(at)
    count = stranded.count() if dry else stranded.delete()[0]
    return f"Addresses that a crash left half told, {'would be ' if dry else ''}erased: {count}"


def sent(*, dry: bool) -> str:
    """Sends what is left to visitors whose report is up, and says how many messages."""
    count = telling.waiting().count() if dry else telling.tell()
    return f"Messages to visitors whose report is up, {'would be ' if dry else ''}sent: {count}"


def _named(titles: list[Any]) -> str:
    return ", ".join(f"“{title}”" for title in titles) or "none"
