"""Who may see what of a room, and what its doors say: asked first by every visitor's page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone

from feedback import notes, visitors
from feedback.frames import Frame, Offers, Reader, frame
from feedback.gate import Gate, turned_away
from feedback.models import Note
from gallery.codes import NO_GALLERY
from gallery.models import Gallery
from gallery.phases import Doors, Phase, Stretch, doors, phase_of

ANSWERED = frozenset({Phase.OPEN, Phase.BETWEEN, Phase.CLOSED, Phase.REPORTED})  # by hosts


class NoPoster(Http404):
    """The gallery is there, the poster is not: the way on leads to the gallery."""

    def __init__(self, gallery: Gallery, number: int) -> None:
        super().__init__(f"“{gallery.title}” has no poster {number}. It may have been taken down.")
        self.gallery = gallery


@dataclass(frozen=True)
class Visit:
    """A gallery as this visitor finds it at this moment."""

    gallery: Gallery
    phase: Phase
    doors: Doors
    now: datetime
    preview: bool = False
    hours: Sequence[Stretch] = ()

    @property
    def may_stick(self) -> bool:
        return self.phase is Phase.OPEN and not self.gallery.locked_at

    @property
    def walls_shown(self) -> bool:
        return self.preview or self.phase not in {Phase.DRAFT, Phase.INVITATION}

    @property
    def offers(self) -> Offers:
        """What notes offer now. How many said 'me too' sways nobody any more once the doors are closed."""
        over = self.phase in {Phase.CLOSED, Phase.REPORTED, Phase.ARCHIVED}
        counts = over or not self.gallery.hidden_votes
        return Offers(talk=self.may_stick, counts=counts, fixed=self.fixed)

    @property
    def fixed(self) -> bool:
        """Whether one's own notes stay as they are, but for taking them back; the grace is over then."""
        return turned_away(self.gallery, self.doors, self.now) is not None


def enter(request: HttpRequest, code: str) -> Visit:
    """The gallery with this code. Raises Http404, the same for unknown codes and for drafts."""
    found = Gallery.objects.with_hours(code)
    if found is None:
        bool(request.user.is_authenticated)  # as for a draft: having asked shows in the Vary header
        raise Http404(NO_GALLERY)
    return _visit(request, *found)


def stand_before(request: HttpRequest, code: str, number: int) -> tuple[Frame, Visit]:
    """A framed poster and the visit to it; one query while it is kept. Raises Http404 in plain words."""
    visit = enter(request, code)
    found = frame(visit.gallery, number, visit.phase)
    if found is None:
        raise NoPoster(visit.gallery, number)
    return found, visit


def own_note(
    request: HttpRequest, code: str, number: int, key: UUID, states: Collection[str] = notes.OWN
) -> tuple[Frame, Visit, Note]:
    """This visitor's own note on this poster. Raises Http404 for anyone else's."""
    frame, visit = stand_before(request, code, number)
    author = visitors.author_of(request, code)
    found = Note.objects.select_related("kind", "photo", "proposal").filter(poster=frame.poster, key=key)
    own = found.filter(author=author).first()
    if author is None or own is None or own.state not in states:
        raise Http404("This note isn’t here any more, or it was stuck from another phone.")
    own.gallery = visit.gallery
    return frame, visit, own


def reader(request: HttpRequest, visit: Visit) -> Reader:
    """For whom notes are drawn on this visit."""
    offers = visit.offers
    if visit.phase in ANSWERED and is_host(request, visit.gallery):
        offers = replace(offers, host=True)
    return Reader(visitors.author_of(request, visit.gallery.code), visit.now, offers)


def way_in(request: HttpRequest, visit: Visit) -> Gate:
    """What this visitor's note is asked at the moment of the visit."""
    token = visitors.token_of(request)
    author = visitors.pseudonym(token, visit.gallery.code) if token else None
    return Gate(visit.hours, author, visit.now, visitors.is_new(token, visit.now))


def _visit(request: HttpRequest, gallery: Gallery, hours: list[Stretch]) -> Visit:
    now = timezone.now()
    state = doors(hours, gallery.opened_at, gallery.closed_at, now)
    found = phase_of(gallery, state)
    preview = found in {Phase.DRAFT, Phase.INVITATION} and is_team(request, gallery)
    if found is Phase.DRAFT and not preview:
        raise Http404(NO_GALLERY)
    return Visit(gallery, found, state, now, preview, hours)


def is_host(request: HttpRequest, gallery: Gallery) -> bool:
    """As is_team, without so much as asking for the session of whoever has none."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and is_team(request, gallery)


def is_team(request: HttpRequest, gallery: Gallery) -> bool:
    """Whether one of the gallery's team is looking; no query for a visitor without a log-in."""
    return (
        request.user.is_authenticated
        and Gallery.objects.reached_by(request.user).filter(pk=gallery.pk).exists()
    )
