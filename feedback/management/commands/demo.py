"""`manage.py demo`: a believable gallery of a made-up team, to look at and to try things on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from feedback.demo import make as demo
from gallery import codes
from gallery.events import NotNow
from gallery.models import Gallery


class Command(BaseCommand):
    help = f"Make the demo: the made-up team “{demo.TEAM}” with a gallery that is open now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--code", help="The open gallery's code: 8 symbols. By default a random one.")

    def handle(self, *_: Any, **options: Any) -> None:
        if there := demo.standing():
            self.stdout.write(
                f"The demo is here already; nothing was changed. “{there.title}” "
                f"has the code {codes.in_print(there.code)}."
            )
            return
        code = self._free_code(options["code"]) if options["code"] else None
        try:
            gallery = demo.make(at=timezone.now(), code=code)
        except NotNow as reason:
            raise CommandError(str(reason)) from reason
        if options["verbosity"] == 0:
            return
        self.stdout.write(f"“{gallery.title}” is open. Its code: {codes.in_print(gallery.code)}")
        self.stdout.write(_counts(gallery))

    def _free_code(self, typed: str) -> str:
        code = codes.as_typed(typed)
        if not codes.is_code(code):
            raise CommandError(
                f"“{typed}” can’t be a code. Write 8 letters and digits, without 0, 1, I, L, O, U and V."
            )
        if Gallery.objects.filter(code=code).exists():
            raise CommandError(f"Another gallery has the code {codes.in_print(code)}. Choose another one.")
        return code


def _counts(gallery: Gallery) -> str:
    team = gallery.team
    return (
        f"{team.name}: {team.goals.count()} goals, {team.measures.count()} measures, "
        f"{gallery.walls.count()} walls, {gallery.posters.count()} posters, {gallery.notes.count()} notes; "
        f"and {team.galleries.count() - 1} gallery before it, answered."
    )
