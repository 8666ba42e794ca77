"""Print a gallery's posters into one PDF."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gallery import codes, printing
from gallery.models import Gallery, Poster


class Command(BaseCommand):
    help = "Print a gallery's posters, a sheet each, into one PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="the gallery's code, eight letters and digits")
        parser.add_argument("--size", default="A3", type=str.upper, help="A3 (default) or A4")
        parser.add_argument("--orientation", default="portrait", help="portrait (default) or landscape")
        parser.add_argument("--posters", default="", help="their numbers, like 1,3,7-9 (default: all)")
        parser.add_argument("-o", "--output", required=True, type=Path, help="the PDF to write")

    def handle(self, *_: Any, **options: Any) -> None:
        posters = self._posters(options["code"])
        try:
            chosen = printing.pick(posters, options["posters"])
            sheets = printing.render(
                chosen,
                size=options["size"],
                orientation=options["orientation"],
                progress=lambda poster: self.stderr.write(f"Poster {poster}"),
            )
            options["output"].write_bytes(sheets.pdf)
        except (ValueError, printing.NotPrinted) as problem:
            raise CommandError(str(problem)) from problem
        except OSError as problem:
            raise CommandError(f"{options['output']} can't be written: {problem.strerror}.") from problem
        for warning in sheets.warnings:
            self.stderr.write(self.style.WARNING(warning))
        self.stderr.write(f"{len(chosen)} posters on {sum(sheets.pages)} sheets: {options['output']}")

    def _posters(self, words: str) -> list[Poster]:
        code = codes.as_typed(words)
        if not Gallery.objects.filter(code=code).exists():
            raise CommandError(f"No gallery has the code “{words}”. The admin shows each gallery's code.")
        posters = list(Poster.objects.filter(gallery__code=code).with_face().in_order())
        if not posters:
            raise CommandError("Nothing hangs in this gallery yet. Hang posters in the admin, then print.")
        return posters
