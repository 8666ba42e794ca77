"""What is on a poster's face: the one content that the phone, the screen and the sheet all show."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import prefetch_related_objects
from django.urls import reverse

from gallery.as_hung import Look, looks
from gallery.models import OpeningHours, Poster
from measures.charts import Chart, chart
from measures.map_plan import Plan
from measures.models import Candidate, Goal, Measure
from measures.results_map import ResultsMap, Spot

# The fields of a measure that its poster shows where they have words, with plain labels.
DESIGN = [
    ("What one would see, hear or feel", "sensory_evidence"),
    ("How much is in our hands", "control"),
    ("What could go wrong", "unintended"),
]
DEFINITION = [
    ("What it tells us", "intent"),
    ("How it is calculated", "calculation"),
    ("Where the data comes from", "data_source"),
    ("How to read it", "reading"),
    ("What we will do when it signals", "response"),
    ("Who looks at it", "owner"),
]
MEASURABLE = [
    "Is it a result, not an action?",
    "Is it free of weasel words?",
    "Does it have a single focus?",
    "Does it matter to our strategy?",
    "Is it sensible?",
]


@dataclass(frozen=True)
class Face:
    """A poster's content: only what there is; what is missing is left out, not shown empty."""

    poster: Poster
    goal: Goal | None = None
    measure: Measure | None = None
    facts: list[str] = field(default_factory=list)
    definition: list[tuple[str, str]] = field(default_factory=list)
    design: list[tuple[str, str]] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    chart: Chart | None = None
    tests: list[str] = field(default_factory=list)
    hours: list[OpeningHours] = field(default_factory=list)
    map: ResultsMap | None = None

    @property
    def has_details(self) -> bool:
        return bool(self.definition or self.design or self.candidates)


def face(poster: Poster) -> Face:
    """One poster's face. The poster comes from `Poster.objects.with_face()`; at most 5 queries."""
    return faces([poster])[0]


def faces(posters: Sequence[Poster]) -> list[Face]:
    """The posters' faces as they were hung, in a number of queries that doesn't grow with them."""
    welcomes = [poster.gallery for poster in posters if poster.kind == Poster.Kind.WELCOME]
    prefetch_related_objects(welcomes, "hours")
    spots = _spots([poster for poster in posters if poster.kind == Poster.Kind.MAP])
    shown = zip(posters, looks(posters), strict=True)
    return [face_of(poster, look, spots.get(poster.gallery_id)) for poster, look in shown]


def face_of(poster: Poster, look: Look, spots: dict[int, Spot] | None = None) -> Face:
    """The face that a poster has with this look; `spots` are where a map's results hang. No query,
    but for a welcome's hours."""
    if poster.kind == Poster.Kind.MAP:
        return Face(poster, map=ResultsMap(look.plan or Plan(), spots or {}))
    return _FACES[Poster.Kind(poster.kind)](poster, look)


def _measure(poster: Poster, look: Look) -> Face:
    measure = look.measure
    assert measure is not None  # noqa: S101  # nosec B101 - the constraint poster_shows_what_its_kind_says
    facts = [
        measure.group.rsplit(" › ", 1)[-1],
        measure.get_frequency_display() if measure.frequency else "",
        measure.get_better_display() if measure.better else "",
        measure.get_status_display(),
    ]
    return Face(
        poster,
        goal=look.goal,
        measure=measure,
        facts=[fact for fact in facts if fact],
        definition=_filled(measure, DEFINITION),
        design=_filled(measure, DESIGN),
        chart=chart(
            measure,
            look.values,
            look.targets,
            look.baselines,
            look.signals,
            long_run=look.long_run,
            language=poster.gallery.language,
        ),
    )


def _goal(poster: Poster, look: Look) -> Face:
    return Face(poster, goal=look.goal, tests=MEASURABLE, candidates=look.candidates)


def _blank(poster: Poster, look: Look) -> Face:
    return Face(poster, goal=look.goal)


def _welcome(poster: Poster, _: Look) -> Face:
    return Face(poster, hours=list(poster.gallery.hours.all()))


def _text(poster: Poster, _: Look) -> Face:
    return Face(poster)


def _spots(maps: Sequence[Poster]) -> dict[int, dict[int, Spot]]:
    """For each gallery with a map, on which of its posters the results hang; one query where there is one."""
    if not maps:
        return {}
    spots: dict[int, dict[int, Spot]] = {poster.gallery_id: {} for poster in maps}
    hung = Poster.objects.filter(gallery__in=spots, kind=Poster.Kind.GOAL).order_by("-number")
    for gallery, code, goal, number in hung.values_list("gallery", "gallery__code", "goal", "number"):
        if goal is not None:
            spots[gallery][goal] = Spot(str(number), reverse("poster", args=[code, number]))
    return spots


_FACES = {
    Poster.Kind.MEASURE: _measure,
    Poster.Kind.GOAL: _goal,
    Poster.Kind.BLANK: _blank,
    Poster.Kind.WELCOME: _welcome,
    Poster.Kind.TEXT: _text,
}


def _filled(measure: Measure, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(label, str(getattr(measure, name))) for label, name in fields if getattr(measure, name)]
