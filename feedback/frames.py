"""What every reader of a poster gets alike is rendered once and kept for a short while.

A frame is a poster with its ways on; it is kept for FRAME_SECONDS, so what a facilitator changes
in the admin is on every phone within that time (doors and opening hours count at once). A note's
fragment is kept under its sequence number, as long: its kind may be renamed without a new number.
Whoever may change the note, or something that is said to it, or has said 'me too' gets their own.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from threading import Lock
from typing import TypeVar
from uuid import UUID

from cachetools import TTLCache
from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from feedback import hung, ledger, notes
from feedback.bars import KindLook
from feedback.models import Decision, MeToo, Note, NoteKind, NoteQuerySet
from feedback.ways import Ways, ways_on
from gallery import addresses
from gallery.faces import face
from gallery.models import Gallery, Poster
from gallery.phases import Phase

FRAME_SECONDS = 10
PART_SECONDS = 60  # of what is kept under all that it is drawn from
FRAMES: TTLCache[tuple[int, int, Phase], "Frame"] = TTLCache(maxsize=1_000, ttl=FRAME_SECONDS)
PAGES: TTLCache["PageKey", str] = TTLCache(maxsize=1_000, ttl=FRAME_SECONDS)
WALLS: TTLCache["WallKey", "Hanging"] = TTLCache(maxsize=1_000, ttl=FRAME_SECONDS)
BOARDS: TTLCache["BoardKey", str] = TTLCache(maxsize=200, ttl=FRAME_SECONDS)
PARTS: TTLCache[tuple[Hashable, ...], SafeString] = TTLCache(maxsize=5_000, ttl=PART_SECONDS)
REPORTS: TTLCache["ReportKey", SafeString] = TTLCache(maxsize=100, ttl=FRAME_SECONDS)
FRAGMENTS: TTLCache[tuple[int, int, "Offers"], SafeString] = TTLCache(maxsize=20_000, ttl=FRAME_SECONDS)
HOSTED: TTLCache["HostKey", SafeString] = TTLCache(maxsize=5_000, ttl=FRAME_SECONDS)
_lock = Lock()
K = TypeVar("K")
V = TypeVar("V")

WallKey = tuple[int, int, "Offers"]  # poster, the gallery's seq
PageKey = tuple[
    int, int, Phase, bool, bool
]  # gallery, poster's number, phase, preview, are there older notes
BoardKey = tuple[int, str, str, str, bool]  # gallery, its title and language, its team's name, do they curate
# gallery, its seq, when the report was published, closing words, next steps
ReportKey = tuple[int, int, datetime | None, str, str]
# a note, its seq, its kind's look, and of its gallery and poster what is drawn with it
HostKey = tuple[int, int, KindLook | None, tuple[object, ...]]


@dataclass(frozen=True)
class Offers:
    """What a note offers to whoever reads it at this moment."""

    talk: bool = False  # to answer it, to say 'me too'
    counts: bool = False  # how many said 'me too', also to who has not
    host: bool = False  # a host's answer
    fixed: bool = False  # no new words and no photo, not of one's own either: they would be turned away


@dataclass(frozen=True)
class Frame:
    """A poster as it hangs in a phase of its gallery. The sheet is made when it is first looked at."""

    poster: Poster
    phase: Phase
    ways: Ways
    kinds: list[NoteKind]

    @cached_property
    def sheet(self) -> SafeString:
        public = Decision.objects.filter(poster=self.poster).prefetch_related("changes", "later_words")
        decision = public.first() if self.poster.gallery.published_at else None
        return self._rendered("feedback/_sheet.html", face=face(self.poster), decision=decision)

    @cached_property
    def same_goal(self) -> SafeString:
        return self._rendered("feedback/_same_goal.html", ways=self.ways)

    def _rendered(self, template: str, **context: object) -> SafeString:
        address = addresses.short(addresses.of_poster(self.poster))
        room = {"poster": self.poster, "gallery": self.poster.gallery, "address": address}
        return render_to_string(template, room | context)


@dataclass(frozen=True)
class Hanging:
    """The notes on a poster as HTML, and whether older ones are left out."""

    notes: str
    more: bool


@dataclass(frozen=True)
class Stamp:
    """What one must know of a note to know whether its fragment is still right, and whose it is."""

    pk: int
    seq: int
    key: UUID
    state: str
    author: str | None = field(repr=False)  # a template's debug log writes its whole context
    created_at: datetime

    FIELDS = ("pk", "seq", "key", "state", "author", "created_at")


def forget() -> None:
    """Drop all that is kept: after a restore, and between tests."""
    with _lock:
        for kept in (FRAMES, PAGES, WALLS, FRAGMENTS, BOARDS, PARTS, REPORTS, HOSTED):
            kept.clear()
    hung.forget()
    ledger.forget()


def frame(gallery: Gallery, number: int, phase: Phase) -> Frame | None:
    """A poster in its frame, or None where the gallery has no such poster. No query while it is kept."""
    key = (gallery.pk, number, phase)
    with _lock:
        found = FRAMES.get(key)
    if found is None:
        found = _made(gallery, number, phase)
        if found is not None:
            with _lock:
                FRAMES[key] = found
    return found


def _made(gallery: Gallery, number: int, phase: Phase) -> Frame | None:
    posters = list(Poster.objects.filter(gallery=gallery).with_face().in_order())
    poster = next((each for each in posters if each.number == number), None)
    if poster is None:
        return None
    poster.gallery = gallery
    kinds = list(NoteKind.objects.filter(gallery=gallery))
    return Frame(poster=poster, phase=phase, ways=ways_on(poster, posters), kinds=kinds)


def page(key: PageKey, make: Callable[[], str]) -> str:
    """A whole page with gaps for what differs from reader to reader, made once while it is kept."""
    return _kept(PAGES, key, make)


def around_a_board(key: BoardKey, make: Callable[[], str]) -> str:
    """The hosts' page around a board, with gaps too."""
    return _kept(BOARDS, key, make)


def part(key: tuple[Hashable, ...], make: Callable[[], SafeString]) -> SafeString:
    """A part of a page, under all that it is drawn from."""
    return _kept(PARTS, key, make)


def hanging(key: WallKey, make: Callable[[], Hanging]) -> Hanging:
    """The notes of a poster at a sequence number, for all who have none of their own among them."""
    return _kept(WALLS, key, make)


def report(key: ReportKey, make: Callable[[], SafeString]) -> SafeString:
    """What was heard and decided, for all who come to the gallery afterwards."""
    return _kept(REPORTS, key, make)


def kept_for_hosts(keys: Mapping[int, HostKey]) -> dict[int, SafeString]:
    """Of these notes as a host sees them, those that are kept."""
    with _lock:
        found = {pk: HOSTED.get(key) for pk, key in keys.items()}
    return {pk: html for pk, html in found.items() if html is not None}


def keep_for_hosts(key: HostKey, html: SafeString) -> None:
    with _lock:
        HOSTED[key] = html


def _kept(cache: TTLCache[K, V], key: K, make: Callable[[], V]) -> V:
    with _lock:
        found = cache.get(key)
    if found is None:
        found = make()
        with _lock:
            cache[key] = found
    return found


def is_kept(key: PageKey) -> bool:
    with _lock:
        return key in PAGES


def stamps(found: NoteQuerySet) -> list[Stamp]:
    """The notes' stamps in the given order; one query."""
    return [Stamp(*row) for row in found.values_list(*Stamp.FIELDS)]


def news(code: str, number: int, seq: int) -> tuple[int, list[Stamp]]:
    """The gallery's number now, and what changed on a poster after `seq`, latest change first; one query.

    In whatever state; what is said to a note comes with it. Where there is no such poster for visitors,
    `seq` itself and nothing.
    """
    posters = Poster.objects.filter(
        gallery__code=code,
        gallery__invited_at__isnull=False,
        gallery__deleted_at__isnull=True,
        number=number,
    )
    new = Q(notes__seq__gt=seq, notes__reply_to__isnull=True)
    changed = posters.annotate(changed=FilteredRelation("notes", condition=new))
    fields = [f"changed__{name}" for name in Stamp.FIELDS]
    rows = list(changed.order_by("-changed__seq").values_list("gallery__seq", *fields))
    if not rows:
        return seq, []
    return rows[0][0], [Stamp(*stamp) for _, *stamp in rows if stamp[0] is not None]


@dataclass(frozen=True)
class Reader:
    """Whose eyes a note is drawn for, and when."""

    author: str | None = field(repr=False)
    now: datetime
    offers: Offers


def fragments(found: Sequence[Stamp | Note], poster: Poster, reader: Reader) -> list[SafeString]:
    """The notes as HTML, one's own with the ways to change them.

    Give whole notes (`with_talk`) where most are new to this process, stamps where most are kept: two
    queries then for those that aren't; and one for what this reader has said, if we know of any.
    """
    said = _said(found, poster.gallery, reader)
    shared = [each for each in found if each.pk not in said]
    with _lock:
        kept = {each.pk: FRAGMENTS.get((each.pk, each.seq, reader.offers)) for each in shared}
    missing = [each for each in found if kept.get(each.pk) is None]
    both = {pk: html for pk, html in kept.items() if html is not None}
    both |= _rendered(missing, said, poster, reader)
    return [both[each.pk] for each in found if each.pk in both]


def fragment(note: Note, poster: Poster, reader: Reader, **told: object) -> SafeString:
    """One note as it is now, for a reader who has just changed something on it; three queries."""
    said = _said([note], poster.gallery, reader)
    whole = Note.objects.with_talk().filter(pk=note.pk).first() or note
    return _drawn(whole, poster, reader, said.get(note.pk), **told)


def may_change(stamp: Stamp | Note, gallery: Gallery, author: str | None, now: datetime) -> bool:
    return author is not None and notes.may_change(stamp, author, gallery.reword_minutes, now)


def _said(found: Sequence[Stamp | Note], gallery: Gallery, reader: Reader) -> dict[int, bool]:
    """The notes that this reader gets drawn for themselves, and whether they said 'me too' to them."""
    author = reader.author
    own = {each.pk: False for each in found if may_change(each, gallery, author, reader.now)}
    others = [each.pk for each in found if each.pk not in own]
    if author is None or not others:
        return own
    fresh = Q(created_at__gte=reader.now - timedelta(minutes=gallery.reword_minutes))
    replies = Note.objects.filter(Q(state=Note.State.WAITING) | fresh, state__in=notes.OWN, author=author)
    rows = Note.objects.filter(pk__in=others).order_by()
    nodded = Exists(MeToo.objects.filter(note=OuterRef("pk"), author=author))
    drawn = rows.annotate(nodded=nodded, replied=Exists(replies.filter(reply_to=OuterRef("pk"))))
    return own | dict(drawn.filter(Q(nodded=True) | Q(replied=True)).values_list("pk", "nodded"))


def _rendered(
    missing: Sequence[Stamp | Note], said: Mapping[int, bool], poster: Poster, reader: Reader
) -> dict[int, SafeString]:
    whole = [each for each in missing if isinstance(each, Note)]
    if len(whole) < len(missing):
        keys = [each.pk for each in missing]
        whole = list(Note.objects.with_talk().filter(pk__in=keys, state__in=notes.OWN))
    html = {}
    for note in whole:
        html[note.pk] = _drawn(note, poster, reader, said.get(note.pk))
        if note.pk not in said:
            with _lock:
                FRAGMENTS[note.pk, note.seq, reader.offers] = html[note.pk]
    return html


def _drawn(note: Note, poster: Poster, reader: Reader, nodded: bool | None, **told: object) -> SafeString:
    """`nodded` is None where the note is drawn for all alike: they see what everybody sees."""
    author = reader.author if nodded is not None else None
    own = may_change(note, poster.gallery, author, reader.now)
    talk = [
        (reply, may_change(reply, poster.gallery, author, reader.now))
        for reply in getattr(note, "talk", [])
        if reply.state == Note.State.SHOWN or (author is not None and reply.author == author)
    ]
    context = {"note": note, "own": own, "talk": talk, "nodded": bool(nodded), "offers": reader.offers}
    room = {"gallery": poster.gallery, "poster": poster}
    return render_to_string("feedback/_note.html", context | room | told)
