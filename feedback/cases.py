"""The cases to decide: every theme and every poster, with what was said on it and what has changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from feedback.bars import Bar
from feedback.decisions import MENDABLE, Changes, Subject, changes, look, of_gallery, stands
from feedback.heard import Heard, Rated, Said, by_kind, heard
from feedback.host_forms import DecisionForm
from feedback.models import Change, Decision, LaterWord, Note, Proposal, Theme, Verdict
from feedback.next_step import SoFar
from feedback.rollup import Rollup
from gallery.differences import Difference
from gallery.models import Gallery, Poster
from measures.models import Goal, Measure

UNCOMPARED = frozenset({Poster.Kind.WELCOME, Poster.Kind.TEXT})


@dataclass(frozen=True)
class Case:
    """What is to be decided. `form` is the one that was just sent, `problem` why an act was refused."""

    gallery: Gallery
    subject: Subject
    decision: Decision | None = None
    bar: Bar | None = None
    notes: list[Said] = field(default_factory=list)
    rated: list[Rated] = field(default_factory=list)
    changes: Sequence[Difference | Change] = ()
    adopted: list[Proposal] = field(default_factory=list)
    seen_elsewhere: bool = False  # of a theme: whether a poster that its notes hang on has changed
    form: DecisionForm = field(default_factory=DecisionForm)
    problem: str = ""
    now: datetime = field(default_factory=timezone.now)

    @property
    def poster(self) -> Poster | None:
        return self.subject.poster

    @property
    def name(self) -> str:
        """What ids on the page end with."""
        return str(self.poster.number) if self.poster else f"t{self.subject.keys['theme'].pk}"

    @property
    def anchor(self) -> str:
        return f"p-{self.name}" if self.poster else self.name

    @property
    def title(self) -> str:
        return self.poster.heading if self.poster else str(self.subject.theme)

    @property
    def act(self) -> str:
        """Where its decision is sent."""
        if self.poster:
            return reverse("decide_poster", args=[self.gallery.code, self.poster.number])
        return reverse("decide_theme", args=[self.gallery.code, self.subject.keys["theme"].pk])

    @property
    def said(self) -> list[tuple[int, str]]:
        return by_kind(self.notes)

    @property
    def stands(self) -> bool:
        """Whether the decision is public for good: deciding again says what became of it."""
        return bool(self.decision and stands(self.decision, self.gallery, self.now))

    @property
    def seen(self) -> str:
        """What its forms send back, so that nobody writes over what somebody else decided meanwhile.

        Whoever is told to mend their words has seen no more than before; who is told what stands, has.
        """
        sent = str(self.form.data.get("seen", "")) if self.form.is_bound else ""
        return look(self.decision) if not sent or self.form.non_field_errors() else sent

    @property
    def later(self) -> list[LaterWord]:
        return list(self.decision.later_words.all()) if self.decision else []

    @property
    def mendable(self) -> LaterWord | None:
        """A later word that is so new that it can be written anew or taken back."""
        return next((word for word in self.later[-1:] if self.now - word.said_at <= MENDABLE), None)

    @property
    def may_undo(self) -> bool:
        return not self.stands or self.mendable is not None

    @property
    def typed(self) -> Mapping[str, str]:
        """What the form shows: what was just typed, or what was decided before and can be written over."""
        if self.form.is_bound:
            return self.form.typed()
        said: Any = self.mendable if self.stands else self.decision
        return {"verdict": said.verdict, "reason": said.reason} if said else {}

    @property
    def ticked(self) -> Collection[UUID]:
        """The keys of the notes that led to it."""
        if self.form.is_bound:
            return keys_in(self.form.data)
        chosen = {ground.note_id for ground in self.decision.grounds.all()} if self.decision else set()
        return {said.note.key for said in self.notes if said.note.pk in chosen}

    @property
    def thing(self) -> Goal | Measure | None:
        """What can be reworded here: what the poster shows, a blank one's goal left out."""
        if self.poster is None or self.poster.kind == Poster.Kind.BLANK:
            return None
        return self.poster.measure or self.poster.goal

    @property
    def only_announced(self) -> str:
        """What the decision announces and nobody has done yet, in words; '' where it can't be told.

        A text or welcome poster isn't compared with what hung, and dropping a goal leaves no trace.
        """
        verdict, changed = self.decision.verdict if self.decision else "", self.changes or self.adopted
        if verdict == Verdict.ADD and not changed:
            return "nothing that was proposed here has been taken up"
        if verdict == Verdict.DROP and self.may_retire:
            return "the measure is not retired"
        if verdict != Verdict.CHANGE or changed or self.seen_elsewhere:
            return ""
        if self.poster is None:
            return "nothing has changed on the posters that its notes hang on"
        return "" if self.poster.kind in UNCOMPARED else "nothing on it has changed since it was hung"

    @property
    def may_retire(self) -> bool:
        return (
            self.decision is not None
            and self.decision.verdict == Verdict.DROP
            and isinstance(self.thing, Measure)
            and self.thing.status != Measure.Status.RETIRED
        )


@dataclass(frozen=True)
class OpenEnds:
    """What one should know before publishing: what has no answer, and what was only announced."""

    lacking: list[Case]
    announced: list[Case]

    @classmethod
    def of(cls, asked: Sequence[Case]) -> OpenEnds:
        return cls(
            [case for case in asked if not case.decision], [case for case in asked if case.only_announced]
        )


def keys_in(sent: Any) -> Collection[UUID]:
    """The notes that were ticked; what is no key of a note is passed over."""
    found = set()
    for word in sent.getlist("ground") if hasattr(sent, "getlist") else []:
        try:
            found.add(UUID(word))
        except ValueError:
            continue
    return found


def case_of(gallery: Gallery, subject: Subject, **told: Any) -> Case:
    """One case without what was said on it: its decision is all that is asked anew."""
    found = Decision.objects.filter(**subject.keys).prefetch_related("later_words", "grounds")
    return Case(gallery, subject, decision=found.first(), **told)


def cases(gallery: Gallery, found: Rollup, sent: Case | None = None) -> list[Case]:
    """The themes, then the posters in wall order; `sent` takes the place of its like, with what was typed.

    An empty theme, and a welcome poster on which nobody wrote, need no answer.
    """
    bars = {pk: row.bar for pk, row in found.rows.items()}
    return [_with_typed(case, sent) for case in _asked(gallery, heard(gallery), bars)]


def open_ends(gallery: Gallery) -> OpenEnds:
    """What publishing now would leave open, as the page tells it, without reading what was said."""
    shown = Note.objects.shown().without_replies().filter(gallery=gallery).order_by()
    places = shown.values_list("poster", "theme").distinct()
    told = Heard([Said(Note(poster_id=poster, theme_id=theme)) for poster, theme in places])
    return OpenEnds.of(_asked(gallery, told, {}, whole=False))


def _asked(gallery: Gallery, told: Heard, bars: Mapping[int, Bar], *, whole: bool = True) -> list[Case]:
    """Unless `whole`, only those posters are compared with what hung on which a change was announced."""
    posters = list(Poster.objects.filter(gallery=gallery).with_face().in_order())
    for poster in posters:
        poster.gallery = gallery
    decided = list(of_gallery(gallery))
    changed = changes(gallery, posters if whole else _announced_on(posters, decided, told))
    prefetch_related_objects(decided, "later_words", "grounds", "changes")
    on = {(each.poster_id, each.theme_id): each for each in decided}
    return [*_of_themes(gallery, told, changed, on), *_of_posters(posters, told, changed, on, bars)]


def _announced_on(posters: Sequence[Poster], decided: Sequence[Decision], told: Heard) -> list[Poster]:
    """The posters that were to change, themselves or for a theme whose notes hang on them."""
    announced = [each for each in decided if each.verdict in {Verdict.CHANGE, Verdict.ADD}]
    themes = {each.theme_id for each in announced if each.theme_id}
    on = {each.poster_id for each in announced}
    on |= {said.note.poster_id for said in told.all if said.note.theme_id in themes}
    return [poster for poster in posters if poster.pk in on]


Decided = Mapping[tuple[int | None, int | None], Decision]


def _of_themes(gallery: Gallery, told: Heard, changed: Changes, on: Decided) -> Iterator[Case]:
    for theme in Theme.objects.filter(gallery=gallery):
        theme.gallery = gallery
        notes, decision = told.on(theme), on.get((None, theme.pk))
        if notes or decision:
            yield Case(
                gallery,
                Subject(theme=theme),
                decision,
                notes=notes,
                rated=told.rated.get(theme.pk, []),
                adopted=[each for each in changed.adopted if each.note.theme_id == theme.pk],
                seen_elsewhere=any(said.note.poster_id in changed.posters for said in notes),
            )


def _of_posters(
    posters: Sequence[Poster], told: Heard, changed: Changes, on: Decided, bars: Mapping[int, Bar]
) -> Iterator[Case]:
    for poster in posters:
        notes, decision = told.on(poster), on.get((poster.pk, None))
        if notes or decision or poster.kind != Poster.Kind.WELCOME:
            public = decision is not None and poster.gallery.published_at is not None
            yield Case(
                poster.gallery,
                Subject(poster=poster),
                decision,
                bars.get(poster.pk),
                notes,
                changes=_as_told(decision) if decision and public else changed.posters.get(poster.pk, []),
                adopted=[each for each in changed.adopted if each.note.poster_id == poster.pk],
            )


def _as_told(decision: Decision) -> list[Change]:
    return list(decision.changes.all())


def _with_typed(case: Case, sent: Case | None) -> Case:
    if sent is None or sent.name != case.name:
        return case
    return replace(case, form=sent.form, problem=sent.problem)


def progress(known: SoFar) -> dict[str, int]:
    """How many posters and themes are decided, of how many."""
    return {"decided": known.decided, "to_decide": known.decided + known.left}
