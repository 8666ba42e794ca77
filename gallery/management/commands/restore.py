"""Put a backup back, in place of what is there; what was there is kept aside."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.utils import Error as DatabaseProblem
from django.utils import timezone

from gallery import in_use, restoring
from gallery.deleting import overdue
from gallery.restoring import Restored
from gallery.snapshots import NotDone


class Command(BaseCommand):
    help = "Put a backup back in place of the database and photos that are there. Stop the server first."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="The server is stopped: do it.")

    def handle(self, **options: Any) -> None:
        path = options["file"].absolute()
        try:
            if not options["yes"]:
                raise NotDone(self.ask(path))
            self.tell(restoring.restore(path, at=timezone.now()))
        except NotDone as reason:
            raise CommandError(str(reason)) from None
        except DatabaseProblem as problem:
            raise CommandError(f"The database can’t be reached: {problem}") from None

    def ask(self, path: Path) -> str:
        found = restoring.look(path)
        return (
            f"The backup of {found.made} is whole ({sum(found.rows.values()):,} rows). "
            "Nothing is changed yet. It takes the place of all that is here now, which is kept aside. "
            f"{in_use.STOP} To do it, say the same again with --yes."
        )

    def tell(self, restored: Restored) -> None:
        found = restored.manifest
        files = len(found.members) - 1
        self.stdout.write(
            f"Back is the backup of {found.made}: {sum(found.rows.values()):,} rows, {files:,} files."
        )
        if restored.migrated:
            self.stdout.write("It was made by an older release; its database was brought up to this one.")
        if restored.aside:
            self.stdout.write(f"What was here before is in {restored.aside}; delete it when all is well.")
        self.tell_what_goes()
        self.stdout.write(
            "The secret key is in no backup, and is left as it is here. Only on a new machine: put your copy "
            f"of it into {settings.DATA_DIR / 'secret_key'}; with another one everyone logs in anew. "
            "Then start the server."
        )

    def tell_what_goes(self) -> None:
        """In an old backup, what was deleted may be past its 30 days by now."""
        titles = ", ".join(f"“{gallery.title}”" for gallery in overdue(timezone.now()))
        if titles:
            self.stdout.write(
                f"Deleted more than 30 days ago, and gone for good at the next start or purge: {titles}"
            )
