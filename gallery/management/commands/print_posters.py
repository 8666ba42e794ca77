"""Print a gallery's posters into one PDF."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.utils import timezone

from gallery import codes, on_paper, printing
from gallery.models import Gallery, Poster
from gallery.on_paper import On
from gallery.paper import ORIENTATIONS, SIZES
from gallery.printing import Sheets
from measures.map_plan import counted

BAR = 30  # letters


class Command(BaseCommand):
    help = "Print a gallery's posters, a sheet each, into one PDF. What has not changed is not made again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="the gallery's code, eight letters and digits")
        parser.add_argument(
            "--size", default="A3", type=str.upper, help=f"one of {', '.join(SIZES)} (default: A3)"
        )
        parser.add_argument(
            "--orientation", default="portrait", help=f"{' or '.join(ORIENTATIONS)} (default: portrait)"
        )
        parser.add_argument("--crop", action="store_true", help="with marks to cut the sheets by")
        parser.add_argument("--posters", default="", help="their numbers, like 1,3,7-9 (default: all)")
        parser.add_argument("-o", "--output", required=True, type=Path, help="the PDF to write")

    def handle(self, *_: Any, **options: Any) -> None:
        self.stderr.style_func = None  # what goes well is no error, and not red
        posters = self._posters(options["code"])
        try:
            chosen = printing.pick(posters, options["posters"])
            bar = Progress(self.stderr, len(chosen))
            sheets = printing.render(
                chosen,
                size=options["size"],
                orientation=options["orientation"],
                crop=options["crop"],
                progress=bar.show,
                leave_out=True,
            )
            bar.end()
            options["output"].write_bytes(sheets.pdf)
        except (ValueError, printing.NotPrinted) as problem:
            raise CommandError(str(problem)) from problem
        except OSError as problem:
            raise CommandError(f"{options['output']} can't be written: {problem.strerror}.") from problem
        failed = {poster.pk for poster, _ in sheets.failed}
        on = On(options["size"], options["orientation"], options["crop"])
        on_paper.collected(
            [each for each in chosen if each.pk not in failed], timezone.now(), on, sheets.said
        )
        self._tell(sheets, options["output"])

    def _tell(self, sheets: Sheets, output: Path) -> None:
        """Raises CommandError where posters failed."""
        for warning in sheets.warnings:
            self.stderr.write(self.style.WARNING(warning))
        done = len(sheets.pages)
        self.stderr.write(
            f"{counted(done, 'poster')} on {counted(sum(sheets.pages), 'sheet')}: {output} "
            f"({sheets.made} made, {done - sheets.made} unchanged)"
        )
        if sheets.failed:
            told = [f"Poster {poster} {reason}." for poster, reason in sheets.failed]
            raise CommandError("\n".join([*told, "The PDF has the others."]))

    def _posters(self, words: str) -> list[Poster]:
        code = codes.as_typed(words)
        if not Gallery.objects.filter(code=code).exists():
            raise CommandError(f"No gallery has the code “{words}”. The admin shows each gallery's code.")
        posters = list(Poster.objects.filter(gallery__code=code).with_face().in_order())
        if not posters:
            raise CommandError("Nothing hangs in this gallery yet. Hang posters in the admin, then print.")
        return posters


class Progress:
    """A bar that grows on a terminal; elsewhere a line for each poster that is laid out."""

    def __init__(self, out: OutputWrapper, count: int) -> None:
        self.out, self.count, self.begun = out, count, 0
        self.on_terminal = sys.stderr.isatty()

    def show(self, poster: Poster) -> None:
        self.begun += 1
        if not self.on_terminal:
            self.out.write(f"Poster {poster}")
            return
        full = round(BAR * (self.begun - 1) / self.count)
        words = f"{'█' * full}{'░' * (BAR - full)} {self.begun} of {self.count}  {str(poster)[:40]}"
        self.out.write(f"\r{words:<{BAR + 60}}", ending="")
        self.out.flush()

    def end(self) -> None:
        if self.on_terminal and self.begun:
            self.out.write("\r" + " " * (BAR + 60) + "\r", ending="")
