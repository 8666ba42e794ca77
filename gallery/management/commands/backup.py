"""Put everything into one file, while the server goes on: the database and every photo."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.utils import Error as DatabaseProblem
from django.utils import timezone

from gallery import backups
from gallery.snapshots import NotDone


class Command(BaseCommand):
    help = "Back up the database and every photo into one file, while the server goes on."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="Default: backups/ in the data directory.")
        parser.add_argument("--keep", type=int, help="Afterwards delete all but the newest N backups.")

    def handle(self, **options: Any) -> None:
        at, keep = timezone.now(), options["keep"]
        if keep is not None and keep < 1:
            raise CommandError("--keep takes how many backups are to stay: 1 or more.")
        try:
            made = backups.make((options["file"] or backups.usual_path(at)).absolute(), at=at)
        except NotDone as reason:
            raise CommandError(str(reason)) from None
        except DatabaseProblem as problem:
            raise CommandError(f"The database can’t be reached: {problem}") from None
        self.tell(made)
        if keep is not None:
            for gone in backups.forget_oldest(made.path.parent, keep):
                self.stdout.write(f"Deleted the older backup {gone.name}.")

    def tell(self, made: backups.Made) -> None:
        size = made.path.stat().st_size / 1024**2
        rows = sum(made.manifest.rows.values())
        self.stdout.write(f"Backed up to {made.path}: {rows:,} rows, {made.files:,} files, {size:,.1f} MB.")
        for name in made.missing:
            self.stderr.write(f"Missing: a note names the photo {name}, and there is no such file.")
        for name in made.left_out:
            self.stderr.write(f"Left out: {name} is no file of ours.")
        self.stdout.write(
            f"Not in it: the secret key ({settings.DATA_DIR / 'secret_key'}, or your environment). "
            "Keep a copy of it apart from the backups. With another key everyone logs in anew, and "
            "visitors can’t change the notes that they stuck before."
        )
