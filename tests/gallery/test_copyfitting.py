"""Copyfitting: a poster's height is known before it is laid out, so that most are laid out once."""

from typing import Any

import pytest

from gallery import copyfitting, events, printing
from gallery.fitting import STEPS, _Reckoning, _sizes, fit
from gallery.models import Gallery, Poster
from gallery.paper import ORIENTATIONS, Paper, Sheet, paper
from gallery.press import Layout, Press
from measures.models import Measure

TALL = 5  # times the sheet's height: room for any step's type


@pytest.fixture
def hanging(gallery, goal, measure) -> list[Poster]:
    """Of each kind that has words of its own, with as many as is usual."""
    Gallery.objects.filter(pk=gallery.pk).update(invited_at=None)
    gallery.refresh_from_db()
    wall = gallery.walls.create(name="North wall")
    for number in range(4):
        reason = "Few people write, and those who do have seen more than one day on the river. "
        goal.candidates.create(
            wording=f"Complaints in month {number}", strength=2, feasibility=5, reason=reason
        )
    for month in range(1, 25):
        period = f"{2024 + (month - 1) // 12}-{(month - 1) % 12 + 1:02d}-01"
        measure.values.create(period=period, value=80 + month % 5)
    words = "Samples that were fit for bathing, divided by all samples that were taken that month. "
    fields = ["sensory_evidence", "control", "unintended", "intent", "calculation", "reading"]
    told = {name: (words * 3)[: 70 + 23 * place] for place, name in enumerate(fields)}
    Measure.objects.filter(pk=measure.pk).update(**told)
    events.hang(wall=wall, kind="welcome")
    events.hang(wall=wall, kind="goal", goal=goal)
    events.hang(wall=wall, kind="measure", measure=measure)
    events.hang(wall=wall, kind="blank", goal=goal)
    events.hang(wall=wall, kind="text", title="How we chose", text="We weighed thirty-one of them. " * 20)
    left_open = ["Who reads the gauge in winter?", "What became of the second boat that we were told of?"]
    for number, lines in {2: left_open, 3: left_open, 4: left_open[:1]}.items():
        Poster.objects.filter(gallery=gallery, number=number).update(asked_before="\n".join(lines))
    return list(Poster.objects.filter(gallery=gallery).with_face().in_order())


def sheets(hanging: list[Poster], page: Paper) -> list[Sheet]:
    return [each.order.sheet for each in printing.orders(hanging, page)]


class Counting(Press):
    """A press that counts its layouts."""

    def __init__(self, page: Paper) -> None:
        super().__init__(page=page.css)
        self.count = 0

    def lay_out(self, *given: Any) -> Layout:
        self.count += 1
        return super().lay_out(*given)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_what_is_reckoned_is_what_is_laid_out(hanging, orientation):
    """It tells of sizes in poster.css that copyfitting.py doesn't know."""
    page = paper("A3", orientation)
    press = Press(page=page.css.replace(f"mm {page.height}mm", f"mm {page.height * TALL}mm"))
    for sheet in sheets(hanging, page):
        words = press.parse(sheet.words)
        layout = press.lay_out(words, _sizes(STEPS[12], sheet, page))
        reckoned = _Reckoning(words, sheet, page).high(STEPS[12])
        assert layout.fits
        assert reckoned == pytest.approx(layout.used, rel=0.04), sheet.heading


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_most_posters_are_laid_out_once_and_fill_their_sheet(hanging, orientation):
    page = paper("A3", orientation)
    press = Counting(page)
    layouts = [fit(press, sheet, page) for sheet in sheets(hanging, page)]
    assert all(layout.fits for layout in layouts)
    assert press.count <= len(layouts) + 1
    measured = layouts[2]
    assert measured.used > 0.85 * page.tall


@pytest.mark.parametrize("wrong", [0.6, 1.6])
def test_a_wrong_reckoning_takes_longer_and_makes_the_same_posters(hanging, monkeypatch, wrong):
    page = paper("A3", "portrait")
    known, misled = Counting(page), Counting(page)
    right = [fit(known, sheet, page) for sheet in sheets(hanging, page)]
    widths = {
        name: {at: wide * wrong for at, wide in face.items()} for name, face in copyfitting.FACES.items()
    }
    monkeypatch.setattr(copyfitting, "FACES", widths)
    copyfitting._word.cache_clear()
    try:
        found = [fit(misled, sheet, page) for sheet in sheets(hanging, page)]
    finally:
        copyfitting._word.cache_clear()
    assert all(layout.fits for layout in found)
    for one, other in zip(right, found, strict=True):
        assert other.used == pytest.approx(one.used, abs=0.12 * page.tall)
    assert misled.count > known.count
