"""The parts of a board as HTML, each kept for a while under all that it is drawn from.

So of a board that is drawn anew because one note came, only the parts that this note changes are.
"""

from collections.abc import Hashable
from datetime import datetime

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from feedback import frames
from feedback.listing import Filter
from feedback.next_step import Step
from feedback.rollup import PosterRow, Rollup, WallRow
from feedback.room import Visit
from feedback.standing_out import StandsOut
from gallery import addresses
from gallery.models import Gallery


def head(found: Rollup, this: Filter, visit: Visit, step: Step | None) -> SafeString:
    """What comes next, the gallery's name, its doors, and what is let onto its walls."""
    gallery, doors_change = found.gallery, (visit.doors.opens_next, visit.doors.closes_next)
    return _part(
        "feedback/_board_head.html",
        (*_named(gallery), visit.phase, *doors_change, found.waiting, this.waiting, *_told(step)),
        gallery=gallery,
        visit=visit,
        step=step,
        address=addresses.short(addresses.of_gallery(gallery)),
        rollup=found,
        filter=this,
    )


def peaks(found: Rollup, this: Filter, stands: StandsOut) -> SafeString:
    """The posters with the most of each, and where it is quiet."""
    tops = [
        (peak.title, peak.kind.pk, peak.count, peak.nods, _pks(peak.rows), peak.quote and peak.quote.text)
        for peak in stands.peaks
    ]
    quiet = [(row.poster.pk, row.total) for row in stands.quiet]
    agreed = [(each.note.key, each.note.text, each.note.kind.pk, each.nods) for each in stands.agreed]
    return _part(
        "feedback/_board_stands.html",
        (*_place(found, this), *tops, None, *quiet, None, *agreed),
        gallery=found.gallery,
        stands=stands,
        filter=this,
        board=found.board,
    )


def questions(found: Rollup, this: Filter, stands: StandsOut) -> SafeString:
    """Those that nobody has answered."""
    newest = [(note.key, note.text, note.poster.pk) for note in stands.unanswered.newest]
    return _part(
        "feedback/_board_open.html",
        (*_place(found, this), stands.unanswered.count, *newest),
        stands=stands,
        board=found.board,
    )


def search(found: Rollup, this: Filter) -> SafeString:
    """The form to look for notes by their words and by how new they are."""
    return _part(
        "feedback/_search.html", (found.gallery.code, *this.kept.items()), filter=this, board=found.board
    )


def walls(found: Rollup, here: Rollup, this: Filter) -> list[SafeString]:
    """The walls with their posters' bars. A poster that is chosen stands among those of its wall."""
    poster = this.poster
    rows = [wall for wall in found.walls if wall.wall == poster.wall] if poster else here.walls
    return [_wall(wall, place, found, this) for place, wall in enumerate(rows, start=1)]


def _wall(wall: WallRow, place: int, found: Rollup, this: Filter) -> SafeString:
    rows = [row.bar.numbered(row.poster.number, chosen=row.poster == this.poster) for row in wall.posters]
    return _part(
        "feedback/_board_wall.html",
        (found.board, place, wall.wall.name, wall.bar.query, wall.bar.total, *rows),
        wall=wall,
        place=place,
        rows=rows,
        board=found.board,
    )


def _part(template: str, drawn_from: tuple[Hashable, ...], **context: object) -> SafeString:
    return frames.part((template, *drawn_from), lambda: render_to_string(template, context))


def _named(gallery: Gallery) -> tuple[str | int | bool | datetime | None, ...]:
    """What is drawn of the gallery itself."""
    acts = (gallery.invited_at, gallery.published_at, gallery.archived_at, gallery.locked_at)
    return (gallery.code, gallery.title, gallery.time_zone, gallery.grace_minutes, gallery.moderated, *acts)


def _told(step: Step | None) -> tuple[Hashable, ...]:
    return (step.where, *step.ways) if step else ()


def _place(found: Rollup, this: Filter) -> tuple[Hashable, ...]:
    """Which gallery and place it is, and what hangs there."""
    return (found.gallery.code, found.hung.mark, this.poster is None, *this.place.items())


def _pks(rows: list[PosterRow]) -> tuple[int, ...]:
    return tuple(row.poster.pk for row in rows)
