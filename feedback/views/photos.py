"""A photo on one's own note: add it, take it away; and the photo itself for whoever may see the note."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_POST, require_safe

from feedback import notes, photos, visitors
from feedback.frames import Frame
from feedback.gate import Closed, Locked
from feedback.limits import SlowDown
from feedback.models import Note, Photo
from feedback.room import Visit, enter, is_team, own_note, way_in
from feedback.views.visit import HtmxRequest, drawn

# A slow phone's photo holds a thread while it arrives. Some must stay free for notes.
LANES = BoundedSemaphore(2)
SLACK = 64 * 1024  # bytes around a file in a form, and more
BUSY_SECONDS = 3
# Short, because a photo that a host hides must leave every screen; the name never shows another one.
FRESH_SECONDS = 60
ALONE = "sandbox; default-src 'none'; frame-ancestors 'none'"

NONE = "Choose a photo first, then send it."
MANY = "A note holds one photo. Choose one."
UNREAD = "The photo did not arrive whole. Send it once more."
CLOSED = "The doors are closed, so the photo was not added."
LOCKED = "A host has stopped all notes for now, so the photo was not added."
LATE = "The time for changing this note is over, so the photo was not added. Stick a new note for it."
NOT_ON_ANSWERS = "A photo goes on a note of its own. Stick one on the poster."
NO_SUCH = "This photo isn’t here any more. Its note may have been taken back."


class Refused(Exception):  # noqa: N818 - an answer to a person, not a fault
    """The note stays as it is: what to tell the person, and after how many seconds to try again."""

    def __init__(self, words: str, status: int, wait: int = 0) -> None:
        super().__init__(words)
        self.words, self.status, self.wait = words, status, wait


class OnePhoto(TemporaryFileUploadHandler):
    """Takes one file to the disk as it arrives, up to the bound. The rest is read and thrown away."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self.most, self.files, self.taken = most, 0, 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.files += 1
        if self.files > 1:
            raise SkipFile
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.taken += len(raw_data)
        if self.taken > self.most:
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)


@visitors.from_our_own_page
@require_POST
def add_photo(request: HtmxRequest, code: str, number: int, key: UUID) -> HttpResponse:
    """Put a photo on one's own note, or another in its place; the note is safe whatever comes of it."""
    frame, visit, own = own_note(request, code, number, key)
    if own.reply_to_id:
        raise Http404(NOT_ON_ANSWERS)
    try:
        with _lane(), _sent(request) as file:
            _added(request, own, file, visit)
    except Refused as refused:
        return _again(request, frame, visit, own, refused)
    return _shown(request, frame, visit, own, "Your photo is on the note.")


@visitors.from_our_own_page
@require_POST
def take_photo_away(request: HtmxRequest, code: str, number: int, key: UUID) -> HttpResponse:
    frame, visit, own = own_note(request, code, number, key)
    try:
        photos.take_away(note=own, author=visitors.author_of(request, code), at=visit.now)
    except notes.TooLate:
        raise Http404("The time for taking this photo away is over. Ask a host to hide the note.") from None
    except SlowDown as wait:
        raise Http404(f"That was fast. Go back and try again in {wait.seconds} seconds.") from None
    return _shown(request, frame, visit, own, "The photo is gone. Your words stay.")


@require_safe
def photo(request: HttpRequest, code: str, name: UUID) -> HttpResponseBase:
    """The photo, for whoever may see its note: visitors while it hangs, its author, and the team."""
    visit = enter(request, code)
    found = Photo.objects.select_related("note").filter(name=name, note__gallery=visit.gallery).first()
    if found is None or not _may_see(request, visit, found.note):
        raise Http404(NO_SUCH)
    request.META.pop("HTTP_ACCEPT_ENCODING", None)  # a JPEG is compressed already
    etag = f'"{found.name.hex}"'
    response = get_conditional_response(request, etag, None) or jpeg(found.name)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"private, max-age={FRESH_SECONDS}"
    return alone(response)


def _may_see(request: HttpRequest, visit: Visit, note: Note) -> bool:
    if note.state == Note.State.WITHDRAWN:
        return False
    author = visitors.author_of(request, visit.gallery.code)
    own = author is not None and note.author == author and note.state in notes.OWN
    seen = visit.walls_shown and (own or note.state == Note.State.SHOWN)
    return seen or is_team(request, visit.gallery)


def alone(response: HttpResponse) -> HttpResponse:
    """Where it is opened for itself it can do nothing, and no other site can show it."""
    response.headers["Content-Security-Policy"] = ALONE
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def jpeg(name: UUID) -> HttpResponse:
    """Read whole, as it is small; its type is what the darkroom wrote, not what anyone says."""
    try:
        with default_storage.open(photos.path_of(name)) as file:
            response = HttpResponse(file.read(), content_type="image/jpeg")
    except FileNotFoundError:
        raise Http404(NO_SUCH) from None
    response.headers["Content-Disposition"] = 'inline; filename="photo.jpg"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@contextmanager
def _lane() -> Iterator[None]:
    if not LANES.acquire(blocking=False):
        raise Refused(photos.BUSY, 503, BUSY_SECONDS)
    try:
        yield
    finally:
        LANES.release()


@contextmanager
def _sent(request: HttpRequest) -> Iterator[Path]:
    """The one file of the form, on the disk for as long as it is needed. Raises Refused."""
    handler = OnePhoto(request, settings.PHOTO_MAX_BYTES)
    length = request.META.get("CONTENT_LENGTH", "")
    if length.isdecimal() and int(length) > handler.most + SLACK:
        raise _too_large(handler.most)
    request.upload_handlers = [handler]
    try:
        file = request.FILES.get("photo")
    except UnreadablePostError:
        raise Refused(UNREAD, 400) from None
    except OSError:  # no room on the disk
        raise Refused(photos.UNKEPT, 503, BUSY_SECONDS) from None
    if handler.files > 1:
        raise Refused(MANY, 400)
    if handler.taken > handler.most:
        raise _too_large(handler.most)
    if not isinstance(file, TemporaryUploadedFile):
        raise Refused(NONE, 400)
    with file:
        file.flush()
        yield Path(file.temporary_file_path())


def _too_large(most: int) -> Refused:
    words = f"This file is too large: a photo may have up to {most // photos.MB} MB. Choose a smaller one."
    return Refused(words, 413)


def _added(request: HttpRequest, note: Note, file: Path, visit: Visit) -> None:
    """Raises Refused with the reason in the person's words."""
    visit = replace(visit, now=timezone.now())  # the photo may have been long on its way
    try:
        gate = way_in(request, visit)
        photos.add(note=note, file=file, author=gate.author, at=visit.now, gate=gate)
    except photos.Unfit as reason:
        raise Refused(str(reason), 400) from None
    except photos.Full as reason:
        raise Refused(str(reason), 422) from None
    except photos.Busy as reason:
        raise Refused(str(reason), 503, BUSY_SECONDS) from None
    except Closed:
        raise Refused(CLOSED, 422) from None
    except Locked:
        raise Refused(LOCKED, 422) from None
    except notes.TooLate:
        raise Refused(LATE, 422) from None
    except SlowDown as wait:
        raise Refused("That was fast. Try again in a few seconds.", 429, wait.seconds) from None


def _shown(request: HtmxRequest, frame: Frame, visit: Visit, note: Note, told: str) -> HttpResponse:
    """The note as it is now; without JavaScript, the way to it."""
    if not request.htmx:
        address = reverse("poster", args=[visit.gallery.code, frame.poster.number])
        return redirect(f"{address}#n-{note.key.hex}")
    return HttpResponse(drawn(request, frame, visit, note, photo_told=told))


def _again(request: HtmxRequest, frame: Frame, visit: Visit, note: Note, why: Refused) -> HttpResponse:
    """The note with what is wrong; without JavaScript, on a page of its own."""
    fragment = drawn(request, frame, visit, note, own=True, photo_problem=why.words)
    if request.htmx:
        response = HttpResponse(fragment, status=why.status)
    else:
        page = {"gallery": visit.gallery, "poster": frame.poster, "fragment": fragment}
        response = render(request, "feedback/add_photo.html", page, status=why.status)
    if why.wait:
        response.headers["Retry-After"] = str(why.wait)
    return response
