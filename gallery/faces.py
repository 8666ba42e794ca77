"""What is on a poster's face: the one content that the phone, the screen and the sheet all show."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import prefetch_related_objects
from django.urls import reverse

from gallery.models import OpeningHours, Poster
from measures.charts import Chart, chart
from measures.models import Candidate, Goal, Measure
from measures.results_map import ResultsMap, Spot, plans

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
    """One poster's face. The poster comes from `Poster.objects.with_face()`; at most 4 queries."""
    return faces([poster])[0]


def faces(posters: Sequence[Poster]) -> list[Face]:
    """The posters' faces, in a number of queries that doesn't grow with them."""
    prefetch_related_objects(
        [poster.measure for poster in posters if poster.measure], "values", "targets", "baselines"
    )
    goals = [poster.goal for poster in posters if poster.goal and poster.kind == Poster.Kind.GOAL]
    prefetch_related_objects(goals, "candidates")
    welcomes = [poster.gallery for poster in posters if poster.kind == Poster.Kind.WELCOME]
    prefetch_related_objects(welcomes, "hours")
    maps = _maps([poster for poster in posters if poster.kind == Poster.Kind.MAP])
    return [maps.get(poster.pk) or _FACES[Poster.Kind(poster.kind)](poster) for poster in posters]


def _measure(poster: Poster) -> Face:
    measure = poster.measure
    assert measure is not None  # noqa: S101  # nosec B101 - the constraint poster_shows_what_its_kind_says
    facts = [
        measure.group.rsplit(" › ", 1)[-1],
        measure.get_frequency_display() if measure.frequency else "",
        measure.get_better_display() if measure.better else "",
        measure.get_status_display(),
    ]
    return Face(
        poster,
        goal=measure.goal,
        measure=measure,
        facts=[fact for fact in facts if fact],
        definition=_filled(measure, DEFINITION),
        design=_filled(measure, DESIGN),
        chart=chart(
            measure,
            list(measure.values.all()),
            list(measure.targets.all()),
            list(measure.baselines.all()),
            long_run=measure.team.long_run,
            language=poster.gallery.language,
        ),
    )


def _goal(poster: Poster) -> Face:
    goal = poster.goal
    assert goal is not None  # noqa: S101  # nosec B101 - the constraint poster_shows_what_its_kind_says
    return Face(poster, goal=goal, tests=MEASURABLE, candidates=list(goal.candidates.all()))


def _blank(poster: Poster) -> Face:
    return Face(poster, goal=poster.goal)


def _welcome(poster: Poster) -> Face:
    return Face(poster, hours=list(poster.gallery.hours.all()))


def _text(poster: Poster) -> Face:
    return Face(poster)


def _maps(posters: Sequence[Poster]) -> dict[int, Face]:
    """Each map with the posters of its gallery on which its results hang, by poster; four queries."""
    if not posters:
        return {}
    drawn = plans({poster.gallery.team_id for poster in posters})
    spots: dict[int, dict[int, Spot]] = {poster.gallery_id: {} for poster in posters}
    hung = Poster.objects.filter(gallery__in=spots, kind=Poster.Kind.GOAL).order_by("-number")
    for gallery, code, goal, number in hung.values_list("gallery", "gallery__code", "goal", "number"):
        if goal is not None:
            spots[gallery][goal] = Spot(str(number), reverse("poster", args=[code, number]))
    return {
        poster.pk: Face(poster, map=ResultsMap(drawn[poster.gallery.team_id], spots[poster.gallery_id]))
        for poster in posters
    }


_FACES = {
    Poster.Kind.MEASURE: _measure,
    Poster.Kind.GOAL: _goal,
    Poster.Kind.BLANK: _blank,
    Poster.Kind.WELCOME: _welcome,
    Poster.Kind.TEXT: _text,
}


def _filled(measure: Measure, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(label, str(getattr(measure, name))) for label, name in fields if getattr(measure, name)]
