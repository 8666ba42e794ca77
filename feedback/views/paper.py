"""Typing in what was written on paper: the posters, the entry page of each, and its photos."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from feedback import notes, paper, photos
from feedback.gate import Closed, Desk
from feedback.hosting import for_hosts, hosted
from feedback.models import Note, NoteKind, WallPhoto
from feedback.paper_forms import MendForm, PaperForm
from feedback.views.dashboard import visit_of
from feedback.views.photos import alone, jpeg
from gallery.models import Gallery, Poster

AT_FIRST = 60  # notes on a page

CLOSED = "Paper notes can’t be typed in here now. Your words are still below: copy them."
REUSED = "This was saved already with other words. Save again to add these as a note of their own."
CHANGED = "This poster or this kind has just been changed. Copy your words, reload the page and try again."
GONE = "This note isn’t among the paper notes any more. Somebody may have taken it away."
STAYS = "This note stays as it is: paper notes can’t be changed in this gallery now."
NO_PHOTO = "Choose a photo first, then send it."
NO_SUCH_PHOTO = "This photo isn’t here any more. Somebody of your team may have taken it away."
PHOTO_CLOSED = "Photos can be added from the first opening of the doors until the gallery is archived."


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


class Refused(Exception):  # noqa: N818 - an answer to a person, not a fault
    """Nothing was saved; the message says why, in the person's words."""


@for_hosts
@require_safe
def posters(request: HttpRequest, code: str) -> HttpResponse:
    """All posters, how much of each is typed in already, and the way to type in more."""
    gallery = hosted(request, code)
    stacks = paper.stacks(gallery)
    total, may_enter = sum(stack.notes for stack in stacks), visit_of(gallery).phase in paper.TYPED_IN
    page = {"gallery": gallery, "here": "paper", "stacks": stacks, "total": total, "may_enter": may_enter}
    return render(request, "feedback/paper.html", page)


@for_hosts
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HtmxRequest, code: str, number: int) -> HttpResponse:
    """The entry page of a poster, or one note from it; for the page's script only what is new."""
    gallery = hosted(request, code)
    poster = _poster(gallery, number)
    if request.method != "POST":
        return _page(request, poster)
    form = PaperForm(request.POST, kinds=_kinds(gallery))
    try:
        note = _entered(form, poster)
    except Refused as refused:
        if str(refused):
            form.add_error(None, str(refused))
        return _refused(request, poster, form)
    if not request.htmx:
        return redirect(f"{_address(poster)}?{urlencode({'kind': note.word})}")
    gone = note.state == Note.State.WITHDRAWN  # a late retry of one that was taken away since
    response = _one(request, poster, note, f"feedback/_paper_{'away' if gone else 'note'}.html")
    response.headers["Note-Saved"] = str(note.key)
    return response


@for_hosts
@require_http_methods(["GET", "HEAD", "POST"])
def paper_note(request: HtmxRequest, code: str, number: int, key: UUID) -> HttpResponse:
    """A form to put a typing error right (GET), and the words as they are to be (POST)."""
    poster, note = _note(hosted(request, code), number, key)
    if "leave" in request.GET and request.htmx:
        return _one(request, poster, note, "feedback/_paper_note.html")
    form = MendForm(request.POST or None, kinds=_kinds(poster.gallery))
    if request.method == "POST" and form.is_valid():
        try:
            words = form.cleaned_data
            kind = form.kinds[words["kind"]]
            paper.mend(note=note, kind=kind, text=words["text"], desk=_desk(poster.gallery))
        except (Closed, notes.Gone) as problem:
            form.add_error(None, CLOSED if isinstance(problem, Closed) else GONE)
        else:
            return _changed(request, poster, note, "feedback/_paper_note.html")
    context = {
        "gallery": poster.gallery,
        "poster": poster,
        "note": note,
        "form": form,
        "typed": form.typed() if form.is_bound else {"kind": note.word, "text": note.text},
        "here": "paper",
    }
    template = "feedback/_paper_mend.html" if request.htmx else "feedback/paper_mend.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


@for_hosts
@require_POST
def take_paper_away(request: HtmxRequest, code: str, number: int, key: UUID) -> HttpResponse:
    return _turned(request, _note(hosted(request, code), number, key), paper.take_away)


@for_hosts
@require_POST
def put_paper_back(request: HtmxRequest, code: str, number: int, key: UUID) -> HttpResponse:
    return _turned(request, _note(hosted(request, code), number, key), paper.put_back)


# --- its photos ---------------------------------------------------------------------------------


@for_hosts
@require_POST
def add_wall_photo(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Keep one photo of the poster, to type in from."""
    poster = _poster(hosted(request, code), number)
    try:
        with _sent(request) as file:
            paper.add_photo(poster=poster, file=file, desk=_desk(poster.gallery))
    except (Refused, photos.Unfit, photos.Full) as reason:
        return _page(request, poster, photo_problem=str(reason), status=422)
    except photos.Busy as reason:
        return _page(request, poster, photo_problem=str(reason), status=503)
    except Closed:
        return _page(request, poster, photo_problem=PHOTO_CLOSED, status=422)
    return redirect(_address(poster))


@for_hosts
@require_safe
def wall_photo(request: HttpRequest, code: str, number: int, name: UUID) -> HttpResponse:
    """The photo itself, for the team alone."""
    found = _wall_photo(hosted(request, code), number, name)
    request.META.pop("HTTP_ACCEPT_ENCODING", None)  # a JPEG is compressed already
    return alone(jpeg(found.name))


@for_hosts
@require_POST
def take_wall_photo_away(request: HttpRequest, code: str, number: int, name: UUID) -> HttpResponse:
    """Delete the photo for good, its file too."""
    found = _wall_photo(hosted(request, code), number, name)
    found.delete()
    return redirect("paper_poster", code, number)


@contextmanager
def _sent(request: HttpRequest) -> Iterator[Path]:
    """The form's photo, on the disk for as long as it is needed. Raises Refused."""
    file = request.FILES.get("photo")
    if not isinstance(file, UploadedFile) or not file.size:
        raise Refused(NO_PHOTO)
    if file.size > settings.PHOTO_MAX_BYTES:
        most = settings.PHOTO_MAX_BYTES // photos.MB
        raise Refused(f"This file is too large: a photo may have up to {most} MB. Choose a smaller one.")
    with NamedTemporaryFile() as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        yield Path(kept.name)


def _wall_photo(gallery: Gallery, number: int, name: UUID) -> WallPhoto:
    found = WallPhoto.objects.filter(poster__gallery=gallery, poster__number=number, name=name).first()
    if found is None:
        raise Http404(NO_SUCH_PHOTO)
    return found


# --- what they share ----------------------------------------------------------------------------


def _poster(gallery: Gallery, number: int) -> Poster:
    poster = Poster.objects.filter(gallery=gallery, number=number).with_face().first()
    if poster is None:
        raise Http404(f"“{gallery.title}” has no poster {number}. It may have been taken down.")
    poster.gallery = gallery
    return poster


def _note(gallery: Gallery, number: int, key: UUID) -> tuple[Poster, Note]:
    """A paper note of this poster, also one that was taken away. What came from a phone isn't found."""
    poster = _poster(gallery, number)
    found = Note.objects.select_related("kind").filter(poster=poster, source=Note.Source.PAPER)
    note = found.filter(key=key).first()
    if note is None:
        raise Http404(GONE)
    return poster, note


def _kinds(gallery: Gallery) -> list[NoteKind]:
    return list(NoteKind.objects.filter(gallery=gallery))


def _desk(gallery: Gallery) -> Desk:
    visit = visit_of(gallery)
    return Desk([(each.opens, each.closes) for each in gallery.hours.all()], visit.now)


def _address(poster: Poster) -> str:
    return reverse("paper_poster", args=[poster.gallery.code, poster.number])


def _entered(form: PaperForm, poster: Poster) -> Note:
    """The note that the form made. Raises Refused."""
    if not form.is_valid():
        raise Refused
    words = form.cleaned_data
    kind = form.kinds[words["kind"]]
    try:
        return paper.enter(
            poster=poster,
            key=words["key"] or uuid4(),
            kind=kind,
            text=words["text"],
            name=words["name"],
            desk=_desk(poster.gallery),
        )
    except Closed:
        raise Refused(CLOSED) from None
    except notes.KeyReused:
        form.renew_key()
        raise Refused(REUSED) from None
    except notes.Gone:
        raise Refused(CHANGED) from None


def _page(
    request: HttpRequest,
    poster: Poster,
    form: PaperForm | None = None,
    *,
    photo_problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The whole entry page; 8 queries after the poster's."""
    gallery = poster.gallery
    if form is None:
        form = PaperForm(kinds=_kinds(gallery), chosen=request.GET.get("kind", ""))
    found = Note.objects.filter(poster=poster, source=Note.Source.PAPER).select_related("kind")
    listed = found.exclude(state=Note.State.WITHDRAWN).order_by("-created_at", "-seq")
    part = list(listed if "all" in request.GET else listed[: AT_FIRST + 1])
    more = len(part) > AT_FIRST and "all" not in request.GET
    numbers = list(Poster.objects.filter(gallery=gallery).in_order().values_list("number", flat=True))
    place = numbers.index(poster.number)
    context = {
        "gallery": gallery,
        "poster": poster,
        "here": "paper",
        "form": form,
        "may_enter": visit_of(gallery).phase in paper.TYPED_IN,
        "notes": part[:AT_FIRST] if more else part,
        "more": more,
        "away": _away(request, poster),
        "count": _count(poster),
        "previous": numbers[place - 1] if place else None,
        "next": numbers[place + 1] if place + 1 < len(numbers) else None,
        "wall_photos": list(poster.wall_photos.all()),
        "photo_problem": photo_problem,
    }
    return render(request, "feedback/paper_poster.html", context, status=status)


def _away(request: HttpRequest, poster: Poster) -> Note | None:
    """The note that was taken away just now, where the page's script hasn't told of it."""
    try:
        key = UUID(request.GET.get("away", ""))
    except ValueError:
        return None
    gone = Note.objects.filter(poster=poster, source=Note.Source.PAPER, state=Note.State.WITHDRAWN)
    return gone.filter(key=key).first()


def _count(poster: Poster) -> int:
    return paper.of_gallery(poster.gallery).filter(poster=poster).count()


def _one(request: HttpRequest, poster: Poster, note: Note, template: str) -> HttpResponse:
    context = {"gallery": poster.gallery, "poster": poster, "note": note, "count": _count(poster)}
    return render(request, template, context | {"counted": True})


def _refused(request: HtmxRequest, poster: Poster, form: PaperForm) -> HttpResponse:
    """The form once more with what to do; the page's script reads its problems."""
    if not request.htmx:
        return _page(request, poster, form, status=422)
    context = {"gallery": poster.gallery, "poster": poster, "form": form}
    response = render(request, "feedback/_paper_form.html", context, status=422)
    response.headers["Note-Refused"] = "words"
    return response


def _changed(request: HtmxRequest, poster: Poster, note: Note, template: str, **asked: str) -> HttpResponse:
    """The note as it is now; without JavaScript, the page."""
    if request.htmx:
        return _one(request, poster, note, template)
    query = f"?{urlencode(asked)}" if asked else ""
    return redirect(f"{_address(poster)}{query}#entered")


def _turned(request: HtmxRequest, found: tuple[Poster, Note], turn: Callable[..., None]) -> HttpResponse:
    poster, note = found
    try:
        turn(note=note, desk=_desk(poster.gallery))
    except Closed:
        messages.error(request, STAYS)
    except notes.Gone:
        note.refresh_from_db()
    if note.state == Note.State.WITHDRAWN:
        return _changed(request, poster, note, "feedback/_paper_away.html", away=note.key.hex)
    return _changed(request, poster, note, "feedback/_paper_note.html")
