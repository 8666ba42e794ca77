"""The process behaviour chart, laid out for templates/measures/_chart.html to draw: the values, and
beneath them, where asked, the moving ranges.

Lists in, coordinates out: no query is made here. Direct labels instead of a legend, and no axis of
values, because the central line and the limits say theirs. A value of signal has a shape and
words besides its colour; a target is a dotted stroke and feeds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation

from measures import xmr
from measures.chart_frame import Frame
from measures.chart_labels import Lettering
from measures.chart_layout import Label, units
from measures.chart_limits import shown
from measures.chart_lines import MOST_DOTS, Lines
from measures.chart_marks import CROWD, SHAPES, bracket, drawn_stems, jumps, marks
from measures.chart_ranges import Beneath, Ranges
from measures.models import Baseline, Measure, Signal, Target, Value


@dataclass(frozen=True)
class Possible:
    """A possible signal in words, or one that somebody confirmed, or a rule, with the outline of its mark."""

    text: str
    shape: str


@dataclass(frozen=True)
class Chart:
    """A chart ready to draw. Paths and places are strings, the same in every language.

    `text` is the whole chart in a sentence; `summary`, `signals`, `more` and `notes` are its parts.
    `calm` says what needs no reaction; '' where nothing has limits yet. `key` says what its shapes mean.
    """

    title: str
    text: str
    summary: str
    calm: str
    key: tuple[Possible, ...]
    signals: tuple[Possible, ...]
    more: str
    notes: tuple[str, ...]
    height: str
    line: str
    weight: str
    dots: str
    dot_size: str
    central: str
    limits: str
    steps: str
    target: str
    marks: str
    jumps: str
    brackets: str
    leaders: str
    axis: str
    labels: tuple[Label, ...]
    ranges: Ranges | None = None


def chart(
    measure: Measure,
    values: Sequence[Value],
    targets: Sequence[Target] = (),
    baselines: Sequence[Baseline] = (),
    signals: Sequence[Signal] = (),
    *,
    long_run: int = xmr.LONG_RUN,
    language: str = "en",
) -> Chart | None:
    """The measure's chart, None where it has no value yet.

    Rows may come in any order and need not be saved. `signals` are what people said of possible
    signals: each belongs to the one of its rule that is kept by its value, which is a run's first
    value, because runs grow at their end, and a jump's second. A confirmed one is told as a signal
    with its remark; a dismissed one has no mark, and a note in the text; an answer to what no
    longer is there is left out. Numbers and months are written in `language`; `long_run` is the
    team's 7 or 8. ValueError where a value is not finite.
    """
    if not values:
        return None
    with translation.override(language):
        return drawn(Frame(measure, values, targets, baselines, signals, long_run=long_run))


def drawn(frame: Frame) -> Chart:
    """The chart of what was laid out, in the active language."""
    lines = Lines(frame)
    lettering = Lettering(frame, lines)
    beneath = Beneath(frame, frame.moving) if frame.moving else None
    words = frame.words
    summary = words.summary(frame.readings, frame.targets)
    signals = [Possible(words.event(event), SHAPES[event.rule]) for event in words.told(frame.listed)]
    more = words.untold(frame.listed)
    notes = [*words.looked_at(frame.told), *words.notes(frame.readings)]
    if frame.moving:
        notes.append(words.ranges(frame.moving, frame.readings, frame.above_range_limit()))
    spoken = [summary, *(signal.text for signal in signals), *([more] if more else []), *notes]
    count = len(frame.values)
    return Chart(
        title=frame.measure.name,
        text="; ".join(spoken),
        summary=summary,
        calm=words.calm(frame.readings, frame.listed),
        key=tuple(Possible(meaning, SHAPES[rule]) for rule, meaning in words.key(frame.events)),
        signals=tuple(signals),
        more=more,
        notes=tuple(notes),
        height=units(frame.floor + 20),
        line=lines.line(),
        weight="1.4" if count <= MOST_DOTS else "0.8",
        dots=lines.dots(),
        dot_size="4.6" if count <= CROWD else "3",
        central=lines.levels(lambda found: [found.central]),
        limits=lines.levels(shown),
        steps=lines.steps(),
        target=lines.target() + lettering.target_leader(),
        marks=marks(frame),
        jumps=jumps(frame),
        brackets="".join(bracket(frame, place) for place in frame.placed) + drawn_stems(frame),
        leaders=lettering.leaders(),
        axis=lines.axis(),
        labels=tuple(lettering.labels() + (beneath.labels() if beneath else [])),
        ranges=beneath.drawn() if beneath else None,
    )
