"""What we asked, what you said, what we decided, what we changed: the report, answer by answer.

It stays up at the gallery's address. What changed is told as it was when the report was published; a note
that is hidden later vanishes from it, and what becomes of a decision later is added with its date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from feedback import frames
from feedback.decisions import Changes, Subject, changes, of_gallery
from feedback.heard import Heard, Rated, Said, by_kind, heard
from feedback.models import Change, Decision, LaterWord, Verdict
from gallery.differences import Difference
from gallery.models import Gallery, Poster

LONG = 12  # answers from which on the index is folded
FIRST = 3  # notes that one sees of an answer before unfolding the others


@dataclass(frozen=True)
class Answer:
    """A poster or a theme with the decision on it. `notes` led to it; `others` counts the rest."""

    decision: Decision
    place: int
    said: list[tuple[int, str]]
    notes: list[Said]
    others: int
    rated: list[Rated]
    changes: Sequence[Change | Difference]
    later: list[LaterWord]

    @property
    def anchor(self) -> str:
        """What its place on the page is called: a poster's number is on paper."""
        poster = self.decision.poster
        return f"p-{poster.number}" if poster else f"t-{self.place}"

    @property
    def title(self) -> str:
        return self.decision.poster.heading if self.decision.poster else str(self.decision.theme)

    @property
    def questions(self) -> list[str]:
        return self.decision.poster.questions if self.decision.poster else []

    @property
    def first(self) -> list[Said]:
        return self.notes[:FIRST] if len(self.notes) > FIRST + 1 else self.notes

    @property
    def folded(self) -> list[Said]:
        return self.notes[len(self.first) :]

    @property
    def is_late(self) -> bool:
        """Whether it was decided when the report was public already."""
        public = self.decision.gallery.published_at
        return public is not None and self.decision.decided_at > public


@dataclass(frozen=True)
class Part:
    """The themes, or a wall."""

    name: str
    answers: list[Answer]


@dataclass(frozen=True)
class Proposed:
    """A measure that somebody proposed and no answer quotes; its poster where it hangs."""

    said: Said
    poster: Poster


@dataclass(frozen=True)
class Report:
    """The decisions in parts; and what was proposed beside them, so that no proposal goes unanswered."""

    gallery: Gallery
    parts: list[Part] = field(default_factory=list)
    proposed: list[Proposed] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(part.answers) for part in self.parts)

    @property
    def verdicts(self) -> list[tuple[int, str]]:
        """(count, verdict's word) of what was decided, in the order of Verdict."""
        found = Counter(answer.decision.verdict for part in self.parts for answer in part.answers)
        return [(found[verdict], str(verdict.label)) for verdict in Verdict if found[verdict]]

    @property
    def is_long(self) -> bool:
        """Whether its index would push the answers off a phone's first screens."""
        return self.count > LONG


def report(gallery: Gallery) -> Report:
    """The gallery's decisions in order, themes first; before publishing, with what has changed until now.

    9 queries once it is published, whatever their number; one more where a proposal stands in no answer.
    """
    decided = _decided(gallery)
    prefetch_related_objects(decided, "grounds", "later_words", "changes")
    said = heard(gallery)
    hung = Poster.objects.filter(decision__in=decided).with_face()
    draft = None if gallery.published_at else changes(gallery, list(hung))
    answers = [_answer(each, place, said, draft) for place, each in enumerate(decided, start=1)]
    grouped = groupby(answers, key=lambda each: each.decision.poster and each.decision.poster.wall.name)
    parts = [Part(wall or "What many of you said", list(group)) for wall, group in grouped]
    return Report(gallery, parts, _proposed(gallery, said, answers))


def html(gallery: Gallery) -> SafeString:
    """The published report for the gallery's page; as it was made a moment ago if no note changed since."""
    key = (gallery.pk, gallery.seq, gallery.published_at, gallery.thanks, gallery.next_steps)
    return frames.report(key, lambda: rendered(gallery))


def rendered(gallery: Gallery) -> SafeString:
    context = {"gallery": gallery, "report": report(gallery)}
    return render_to_string("feedback/_heard.html", context)


def _decided(gallery: Gallery) -> list[Decision]:
    """Themes in their order, then posters as one walks past them; one query."""
    found = list(
        of_gallery(gallery)
        .select_related("theme", "poster__wall", "poster__goal", "poster__measure__goal")
        .order_by(
            "theme__order", "theme", "poster__wall__order", "poster__wall", "poster__position",
            "poster__number",
        )
    )  # fmt: skip
    for each in found:
        thing = each.poster or each.theme
        if thing:
            thing.gallery = gallery
    return sorted(found, key=lambda each: each.theme_id is None)  # databases sort NULL at either end


def _proposed(gallery: Gallery, told: Heard, answers: Sequence[Answer]) -> list[Proposed]:
    """In the order of the walls; no query where each proposal is quoted in an answer."""
    quoted = {said.note.pk for answer in answers for said in answer.notes}
    left = [said for said in told.all if hasattr(said.note, "proposal") and said.note.pk not in quoted]
    if not left:
        return []
    on = {said.note.poster_id for said in left}
    posters = list(Poster.objects.filter(pk__in=on).select_related("goal", "measure").in_order())
    for poster in posters:
        poster.gallery = gallery
    return [Proposed(said, poster) for poster in posters for said in left if said.note.poster_id == poster.pk]


def _answer(decision: Decision, place: int, said: Heard, draft: Changes | None) -> Answer:
    subject = Subject(decision.poster, decision.theme)
    thing = decision.poster or decision.theme
    every = said.on(thing) if thing else []
    grounds = {ground.note_id for ground in decision.grounds.all()}
    notes = [each for each in every if each.note.pk in grounds] if grounds else every
    return Answer(
        decision=decision,
        place=place,
        said=by_kind(every),
        notes=notes,
        others=len(every) - len(notes),
        rated=said.rated.get(decision.theme_id or 0, []),
        changes=draft.of(subject) if draft else list(decision.changes.all()),
        later=list(decision.later_words.all()),
    )
