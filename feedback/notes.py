"""The one path of a note: stick, reword, take back, hide, show. A reply is a note too.

Whatever changes a note re-stamps it with the gallery's next sequence number, taken under the
gallery's row lock in the same transaction: a reader who has seen n has missed nothing up to n.
A reply is read as part of the note that it answers, which is re-stamped after it.
"""

import hashlib
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from feedback.gate import Desk, Gate, Standing, WayOut, take_numbers
from feedback.models import Note, NoteKind, NoteQuerySet, Proposal
from gallery.models import Gallery, Poster

MOST_LETTERS = 1000
MOST_LETTERS_OF_A_NAME = 60
OWN = frozenset({Note.State.SHOWN, Note.State.WAITING})  # what its author may still change
TO_SHOW = frozenset({Note.State.HIDDEN, Note.State.WAITING})
PHOTO = Note._meta.get_field("photo")
PROPOSAL = Note._meta.get_field("proposal")


class Unusable(Exception):  # noqa: N818 - an answer to a person, not a fault
    """What was written can't be a note; the message says why and what to do."""


class KeyReused(Exception):  # noqa: N818 - an answer to a person, not a fault
    """This key belongs to a note with other words, which is kept as it is."""


class Gone(Exception):  # noqa: N818 - an answer to a person, not a fault
    """The poster, the kind or the note that was answered isn't there any more."""


class TooLate(Exception):  # noqa: N818 - an answer to a person, not a fault
    """The time in which one may change one's own note is over, or it isn't there any more."""


@dataclass(frozen=True)
class Proposed:
    """What is told of a measure that a note proposes, besides its name: each may be blank."""

    shows: str = ""
    known_by: str = ""
    data_from: str = ""

    def __bool__(self) -> bool:
        return bool(self.shows or self.known_by or self.data_from)

    def signed(self, text: str) -> str:
        """The note's words and these, as its digest takes them."""
        return "\x1e".join([text, self.shows, self.known_by, self.data_from]) if self else text


def readable(words: str) -> str:
    """The words as they will be kept: line ends unified, trimmed. Raises Unusable with the reason."""
    kept = words.replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(_is_broken(sign) for sign in kept):
        raise Unusable(
            "There is a sign in your words that can’t be kept (it arrived broken). "
            "Look for it below, take it out, then stick the note again."
        )
    if not any(unicodedata.category(sign)[0] in "LNPS" for sign in kept):
        raise Unusable("Write a few words first, then stick the note.")
    if len(kept) > MOST_LETTERS:
        raise Unusable(
            f"A note holds {MOST_LETTERS:,} letters; this has {len(kept):,}. Shorten it, or make two of it."
        )
    return kept


def without_broken_signs(words: str) -> str:
    """The words as they can be shown again in the form."""
    return "".join(sign for sign in words if not _is_broken(sign))


def _is_broken(sign: str) -> bool:
    """Control characters, lone surrogates, and the mark that stands for bytes that were no text."""
    if sign in "\n\t":
        return False
    return unicodedata.category(sign) in {"Cc", "Cs"} or sign == "\ufffd"


def digest(
    *, poster: Poster, kind: NoteKind | None, text: str, name: str, answers: UUID | None = None
) -> str:
    """Tells a retry of the first submission from another note under the same key.

    A reply has no kind; `answers` is the key of the note that it answers.
    """
    parts = [str(poster.pk), str(kind.pk if kind else answers), text, name]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def stick(
    *,
    poster: Poster,
    key: UUID,
    kind: NoteKind | None,
    text: str,
    name: str = "",
    author: str | None = None,
    source: str = Note.Source.PHONE,
    at: datetime | None = None,
    gate: Gate | Desk | None = None,
    answers: Note | None = None,
    from_host: bool = False,
    proposes: Proposed | None = None,
) -> Note:
    """Stick a note once: the same key with the same words gives the note that is there already.

    A reply has no kind and `answers` a note that hangs on the poster. What a note `proposes` is
    kept with it, also where nothing is told besides the words.

    A visitor's note comes with a `gate`, which is asked under the gallery's lock and may raise
    Closed, Locked or SlowDown; and it waits where the gallery is moderated. What a host types in
    from paper comes with a Desk. Raises Unusable for words that can't be a note, KeyReused for other
    words under a used key, and Gone where the poster, the kind or the note that it answers has just
    been taken away.
    """
    text = readable(text)
    name = " ".join(name.split())[:MOST_LETTERS_OF_A_NAME]
    signed = proposes.signed(text) if proposes else text
    answered = answers.key if answers else None
    first = digest(poster=poster, kind=kind, text=signed, name=name, answers=answered)
    try:
        with transaction.atomic():
            standing = take_numbers(poster.gallery_id, 2 if answers else 1)
            waits = isinstance(gate, Gate) and standing.moderated
            note = Note.objects.create(
                gallery_id=poster.gallery_id,
                poster=poster,
                key=key,
                digest=first,
                kind=kind,
                text=text,
                name=name,
                author=author,
                source=source,
                reply_to=answers,
                from_host=from_host,
                state=Note.State.WAITING if waits else Note.State.SHOWN,
                seq=standing.seq - 1 if answers else standing.seq,
                created_at=at or timezone.now(),
            )
            if gate:  # after the row, so that a late retry of a note that hangs is told so
                gate.admit(poster.gallery_id, standing)
            if answers and not renew_hung(answers.pk, standing.seq):
                raise Gone
            for each in (PHOTO, PROPOSAL):  # nobody need ask whether it has one
                each.set_cached_value(note, None)
            if proposes is not None:
                Proposal.objects.create(note=note, **asdict(proposes))
            return note
    except IntegrityError:
        kept = Note.objects.select_related("kind", "photo", "proposal").filter(key=key).first()
        if kept is None:
            raise Gone from None
        if kept.digest != first:
            raise KeyReused from None
        return kept


def renew_hung(pk: int, seq: int) -> bool:
    """Send a note to every screen again, with what is said to it; not one that hangs nowhere.

    Such a one keeps its number, by which an act that hid it is undone.
    """
    return bool(Note.objects.filter(pk=pk, state=Note.State.SHOWN).update(seq=seq))


class Owned(Protocol):
    """Whatever tells whose a note is and how it stands: the note itself, or its stamp."""

    @property
    def author(self) -> str | None: ...
    @property
    def state(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


def may_change(note: Owned, author: str | None, minutes: int, at: datetime) -> bool:
    """Whether this visitor may still reword this note or take it back."""
    return (
        author is not None
        and note.author == author
        and note.state in OWN
        and at <= note.created_at + timedelta(minutes=minutes)
    )


@transaction.atomic
def reword(
    *,
    note: Note,
    text: str,
    author: str | None,
    at: datetime | None = None,
    gate: Gate | None = None,
    proposes: Proposed | None = None,
) -> Note:
    """Give one's own note other words; where the gallery is moderated, they wait for a host.

    A note that waits goes on waiting. `proposes` is the rest of a proposed measure, if it is one.
    Raises Unusable, TooLate, or what the gate says.
    """
    at = at or timezone.now()
    own(note, author, at)
    text, seen = readable(text), note.seq
    told = getattr(note, "proposal", None) if proposes is not None else None
    fields = asdict(proposes) if proposes is not None and told else {}
    changed = {name: words for name, words in fields.items() if getattr(told, name) != words}
    if text == note.text and not changed:
        return note
    restamp(note, {"text": text, "reworded_at": at}, only_from=OWN, gate=gate, anew=True)
    if note.seq == seen:  # hidden or taken back since it was read
        raise TooLate
    if told and changed:
        for name, words in changed.items():
            setattr(told, name, words)
        told.save(update_fields=list(changed))
    return note


def take_back(*, note: Note, author: str | None, at: datetime | None = None) -> Note:
    """Withdraw one's own note: it leaves every screen and stays uncounted.

    Raises TooLate or SlowDown; neither closed doors nor a lock are in the way.
    """
    at = at or timezone.now()
    own(note, author, at)
    return restamp(note, {"state": Note.State.WITHDRAWN}, only_from=OWN, gate=WayOut(author, at))


def put_back(
    *,
    note: Note,
    author: str | None,
    hung: bool,
    at: datetime | None = None,
    gate: Gate | None = None,
) -> Note:
    """Undo taking back one's own note; it waits for a host unless it `hung` on the wall before.

    Raises TooLate, or what the gate says.
    """
    late = (at or timezone.now()) > note.created_at + timedelta(minutes=note.gallery.reword_minutes)
    if author is None or note.author != author or late:
        raise TooLate
    return restamp(note, {}, only_from={Note.State.WITHDRAWN}, gate=gate, anew=True, hung=hung)


def hide(note: Note) -> Note:
    """Take a note off every screen; it is kept, and can be shown again."""
    return restamp(note, {"state": Note.State.HIDDEN}, only_from=OWN)


def show(note: Note) -> Note:
    """Put a hidden note back, or hang one that waited. What its author took back stays taken back."""
    return restamp(note, {"state": Note.State.SHOWN}, only_from=TO_SHOW)


@dataclass(frozen=True)
class Turned:
    """Many notes turned `to` a state at once: for each state that they had before, their new numbers.

    The numbers of one act follow one another, and no other note ever has them.
    """

    to: str
    runs: Sequence[tuple[str, int, int]] = ()  # the state before, the first number, the last

    @property
    def count(self) -> int:
        return sum(last - first + 1 for _, first, last in self.runs)

    @property
    def hung(self) -> bool:
        """Whether all of them hung on the walls before."""
        return all(was == Note.State.SHOWN for was, _, _ in self.runs)


def hide_all(gallery: Gallery, found: NoteQuerySet) -> Turned:
    """Hide many notes of one gallery at once, shown and waiting ones."""
    return _restamp_all(gallery, found, to=Note.State.HIDDEN, only_from=OWN)


def show_all(gallery: Gallery, found: NoteQuerySet) -> Turned:
    """Show many notes of one gallery at once, hidden and waiting ones."""
    return _restamp_all(gallery, found, to=Note.State.SHOWN, only_from=TO_SHOW)


@transaction.atomic
def turn_back(gallery: Gallery, turned: Turned) -> int:
    """Undo hiding or showing many: each as it was before, but for those that were turned again since.

    Or that somebody has answered since they were shown. Returns how many.
    """
    count = 0
    for was, first, last in turned.runs:
        found = Note.objects.filter(seq__range=(first, last))
        count += _restamp_all(gallery, found, to=was, only_from={turned.to}).count
    return count


def from_the_same_sender(note: Note) -> NoteQuerySet:
    """All notes of this gallery that came from the same phone as this one; nothing tells whose it is.

    Only the note itself where that can't be known: from paper, or archived.
    """
    of_gallery = Note.objects.filter(gallery=note.gallery_id)
    return of_gallery.filter(author=note.author) if note.author else of_gallery.filter(pk=note.pk)


def renew(
    *, note: Note, author: str | None, at: datetime, gate: Gate | WayOut | None = None, anew: bool = False
) -> None:
    """Send one's own note to every screen again, because something on it has changed, as a photo.

    Call it in the transaction of that change. `anew`: where the gallery is moderated, it waits for a
    host. Raises TooLate (also where a host has just hidden it), or what the gate says.
    """
    own(note, author, at)
    seen = note.seq
    if restamp(note, {}, only_from=OWN, gate=gate, anew=anew).seq == seen:
        raise TooLate


def own(note: Note, author: str | None, at: datetime) -> None:
    """Raises TooLate unless this visitor may still change the note."""
    if not may_change(note, author, note.gallery.reword_minutes, at):
        raise TooLate


@transaction.atomic
def restamp(
    note: Note,
    changes: Mapping[str, Any],
    *,
    only_from: Collection[str],
    gate: Gate | WayOut | Desk | None = None,
    anew: bool = False,
    hung: bool = True,
) -> Note:
    """Change a note where it is still in a state that the change starts from; else leave it.

    `anew` hangs it as though it were stuck now: at once, or waiting for a host, as it also does if it
    never `hung`. What a reply answers comes after it.
    """
    standing = take_numbers(note.gallery_id, 2 if note.reply_to_id else 1)
    seq = standing.seq - 1 if note.reply_to_id else standing.seq
    if gate:
        gate.admit(note.gallery_id, standing)
    if anew:
        waits = not hung or _must_wait(note, standing)
        changes = {**changes, "state": Note.State.WAITING if waits else Note.State.SHOWN}
    if Note.objects.filter(pk=note.pk, state__in=only_from).update(seq=seq, **changes):
        note.seq = seq
        for name, value in changes.items():
            setattr(note, name, value)
        if note.reply_to_id:
            renew_hung(note.reply_to_id, standing.seq)
    return note


def _must_wait(note: Note, standing: Standing) -> bool:
    """Whether a host sees it first: a switch turned off, or a way round, hangs nothing that waited.

    What was taken back before a host hid all from its sender was meant too. Ask under the lock.
    """
    if standing.moderated or note.state == Note.State.WAITING:
        return True
    back = note.state == Note.State.WITHDRAWN
    return back and from_the_same_sender(note).filter(state=Note.State.HIDDEN).exists()


@transaction.atomic
def _restamp_all(gallery: Gallery, found: NoteQuerySet, *, to: str, only_from: Collection[str]) -> Turned:
    """Give each note a number of its own under one lock, then what replies among them answer.

    Two queries, and one for each 500 notes, and as many for what is answered.
    """
    last = take_numbers(gallery.pk, 1).seq
    rows = found.filter(gallery=gallery, state__in=only_from).order_by("state", "seq")
    chosen = list(rows.values_list("state", "pk", "reply_to"))
    if not chosen:
        return Turned(to)
    turned = [pk for _, pk, _ in chosen]
    answered = list(dict.fromkeys(pk for *_, pk in chosen if pk and pk not in set(turned)))
    take_numbers(gallery.pk, len(turned) + len(answered))
    _number(turned, last + 1, state=to)
    _number(answered, last + 1 + len(turned), only_from={Note.State.SHOWN})
    numbered = enumerate(((str(was), pk) for was, pk, _ in chosen), start=last + 1)
    runs = []
    for was, group in groupby(numbered, key=lambda each: each[1][0]):
        seqs = [number for number, _ in group]
        runs.append((was, seqs[0], seqs[-1]))
    return Turned(to, runs)


def _number(keys: Sequence[int], first: int, *, only_from: Collection[str] = (), **changes: str) -> None:
    """Give these notes numbers that follow one another; one query for each 500."""
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        numbers = Case(*(When(pk=pk, then=Value(first + start + n)) for n, pk in enumerate(part)))
        found = Note.objects.filter(pk__in=part)
        if only_from:
            found = found.filter(state__in=only_from)
        found.update(seq=numbers, **changes)
