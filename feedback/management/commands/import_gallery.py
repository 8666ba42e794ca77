"""manage.py import_gallery FILE [--team NAME] [--new-code]."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from feedback import moving_in
from feedback.moving import Refusal
from gallery import codes
from gallery.models import Gallery
from measures.management.commands.import_measures import LONGEST


class Command(BaseCommand):
    help = (
        "Bring in a gallery that was moved here from another server, from the file gallery.json of its own "
        "pages: with its team’s goals and measures, its posters, notes, photos and decisions. All of it "
        "or nothing. Reading takes about three times as much memory as the file is large."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the gallery’s file: gallery.json, under whatever name")
        parser.add_argument(
            "--team",
            default="",
            help="the team’s name here. By default that of the file, which must be new here then. A team "
            "that is here already must be named: its goals and measures stay, and those that are also in "
            "the file must be the same to the letter",
        )
        parser.add_argument(
            "--new-code",
            action="store_true",
            help="draw another code where the gallery’s own is taken. What is printed shows the old one",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        name = " ".join(options["team"].split())
        if len(name) > LONGEST:
            raise CommandError(f"Give the team a name of 1 to {LONGEST} letters.")
        try:
            moved = moving_in.read(Path(options["file"]))
            before = moved.gallery.code
            gallery = moving_in.take_in(moved, team_name=name, new_code=options["new_code"])
        except OSError as problem:
            raise CommandError(f"“{options['file']}” can’t be opened: {problem.strerror}.") from problem
        except Refusal as refusal:
            raise CommandError(f"{refusal} Nothing was changed.") from refusal
        self.stdout.write("\n".join(told(gallery, before)))


def told(gallery: Gallery, before: str) -> list[str]:
    """What is here now, and what is left to do."""
    posters, notes = gallery.posters.count(), gallery.notes.count()
    lines = [
        f"“{gallery.title}” of the team “{gallery.team}” is here: {posters} posters, {notes} notes.",
        f"Its code: {codes.in_print(gallery.code)}",
    ]
    if gallery.code != before:
        lines.append(
            f"It had the code {codes.in_print(before)}: what is printed shows that one, so print it anew."
        )
    if not gallery.team.memberships.exists():
        lines.append("Nobody is in the team yet: choose its people in the admin.")
    return lines
