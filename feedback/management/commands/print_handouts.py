"""Print what a gallery hands out: flyer, door sign, table cards, paper notes."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from feedback.note_sheets import ALL, CHOSEN, note_sheets
from gallery import codes, handouts
from gallery.handout_forms import NOTES, form_of
from gallery.handouts import Handout
from gallery.models import Gallery
from gallery.printing import NotPrinted

WHAT = ["flyer", "door", "cards", "notes"]


class Command(BaseCommand):
    help = "Print what a gallery hands out into one PDF: flyer, door sign, table cards or paper notes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="the gallery's code, eight letters and digits")
        parser.add_argument("what", choices=WHAT, help=", ".join(WHAT))
        parser.add_argument(
            "--size",
            type=str.upper,
            help="flyer: A5 or A4; door: A4 or A3; cards: A4 (to cut) or A5 (to fold); notes: A4",
        )
        parser.add_argument(
            "--posters", default="", help="for notes: their numbers, like 1,3,7-9 (default: all)"
        )
        parser.add_argument("-o", "--output", required=True, type=Path, help="the PDF to write")

    def handle(self, *_: Any, **options: Any) -> None:
        gallery = Gallery.objects.kept().filter(code=codes.as_typed(options["code"])).first()
        if gallery is None:
            raise CommandError(
                f"No gallery has the code “{options['code']}”. The admin shows each gallery's code."
            )
        try:
            made = self._made(gallery, options)
            options["output"].write_bytes(made.pdf)
        except (ValueError, NotPrinted) as problem:
            raise CommandError(str(problem)) from problem
        except OSError as problem:
            raise CommandError(f"{options['output']} can't be written: {problem.strerror}.") from problem
        for warning in made.warnings:
            self.stderr.write(self.style.WARNING(warning))
        self.stderr.write(f"Sheets: {made.pages}, in {options['output']}")

    def _made(self, gallery: Gallery, options: dict[str, Any]) -> Handout:
        size = {"size": options["size"]} if options["size"] else {}
        if options["what"] == "notes":
            form_of(NOTES, size.get("size", "A4"))
            return note_sheets(gallery, CHOSEN if options["posters"] else ALL, options["posters"])
        make = {"flyer": handouts.flyer, "door": handouts.door, "cards": handouts.cards}
        return make[options["what"]](gallery, **size)
