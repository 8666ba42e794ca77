"""Sorting notes into themes: by keys, by drag, or by ticking them. All three end in the same forms.

Every act answers with the table as it is then, what was done, and the way back.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from feedback import meanings, next_step, theme_undo, themes
from feedback.bars import asking
from feedback.hosting import curated, for_hosts
from feedback.models import Note, Theme
from feedback.notes import without_broken_signs
from feedback.sorting import ASKED, NARROWED_BY, Table, table
from feedback.suggestions import offer
from feedback.table_changes import changes
from feedback.themes import Done, Unfit
from feedback.views.dashboard import visit_of
from gallery.models import Gallery

NO_WAY_BACK = "This can’t be undone from here any more: it is more than an hour ago."
NO_SUCH_ACT = "Go back to the page and choose one of its buttons."


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


@for_hosts
@require_safe
def sort(request: HttpRequest, code: str) -> HttpResponse:
    """The notes in no theme, the themes, and suggestions where they are asked for."""
    gallery = curated(request, code)
    did = request.GET.get("did", "")
    opened = theme_undo.opened(gallery, did)
    told = {"did": did, "words": opened.words, "back": opened.back} if opened else {}
    visit = visit_of(gallery)
    told |= {"step": next_step.step(gallery, visit.phase, visit.now, here="sort")}
    return render(request, "feedback/sort.html", _offered(_page(request, gallery)) | told)


@for_hosts
@require_POST
def sort_act(request: HtmxRequest, code: str) -> HttpResponse:
    """One act on themes, as its button names it; 422 with what to do and all that was typed and ticked."""
    gallery = curated(request, code)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404(NO_SUCH_ACT)
    try:
        return _done(request, gallery, act(gallery, request))
    except Unfit as reason:
        return _refused(request, gallery, str(reason))


@for_hosts
@require_POST
def sort_undo(request: HtmxRequest, code: str) -> HttpResponse:
    """Bring back what an act turned; or, for what was brought back, do it again."""
    gallery = curated(request, code)
    opened = theme_undo.opened(gallery, request.POST.get("did", ""))
    if opened is None:
        return _refused(request, gallery, NO_WAY_BACK)
    try:
        done = themes.turn_back(gallery, did=opened.turned, again=opened.back)
    except Unfit as reason:
        return _refused(request, gallery, str(reason))
    return _done(request, gallery, done, back=not opened.back)


@for_hosts
@require_POST
def sort_read(request: HtmxRequest, code: str) -> HttpResponse:
    """Read a few more notes for the suggestions by meaning; the page goes on by itself until all are read."""
    gallery = curated(request, code)
    if meanings.can_read():
        meanings.read_some(gallery)
    if request.htmx:
        return render(request, "feedback/_sort_suggestions.html", _offered(_page(request, gallery)))
    return redirect(f"{reverse('sort', args=[gallery.code])}{asking(**_asked(request))}#suggestions")


# --- the acts, as their forms ask for them


def _put(gallery: Gallery, request: HttpRequest) -> Done:
    """Into a theme that was chosen; where only a name was typed, into a new one of that name."""
    called, name = request.POST.get("theme", ""), request.POST.get("name", "")
    if not called and name.strip():
        return _make(gallery, request)
    return themes.put(gallery, theme=themes.of_gallery(gallery, called), notes=_chosen(request))


def _begin(gallery: Gallery, request: HttpRequest) -> Done:
    """A theme with nothing in it yet."""
    return themes.make(gallery, name=request.POST.get("name", ""))


def _make(gallery: Gallery, request: HttpRequest) -> Done:
    """A new theme of what was ticked; next to the one that all the notes are of, else at the end."""
    name, chosen = request.POST.get("name", ""), _chosen(request)
    if not chosen:
        raise Unfit(themes.NO_NOTES)
    rows = Note.objects.shown().filter(gallery=gallery, key__in=chosen).values_list("theme", flat=True)
    if len(home := set(rows)) == 1 and (of := gallery.themes.filter(pk=home.pop()).first()):
        return themes.split(gallery, theme=of, notes=chosen, name=name)
    return themes.make(gallery, name=name, notes=chosen)


def _take_out(gallery: Gallery, request: HttpRequest) -> Done:
    return themes.take_out(gallery, notes=_chosen(request))


def _rename(gallery: Gallery, request: HttpRequest) -> Done:
    return themes.rename(gallery, theme=_theme(gallery, request), name=request.POST.get("name", ""))


def _merge(gallery: Gallery, request: HttpRequest) -> Done:
    into = themes.of_gallery(gallery, request.POST.get("into", ""))
    return themes.merge(gallery, theme=_theme(gallery, request), into=into)


def _earlier(gallery: Gallery, request: HttpRequest) -> Done:
    return _moved(gallery, request, -1)


def _later(gallery: Gallery, request: HttpRequest) -> Done:
    return _moved(gallery, request, 1)


def _moved(gallery: Gallery, request: HttpRequest, by: int) -> Done:
    theme = _theme(gallery, request)
    line = list(gallery.themes.all())
    if theme not in line:
        raise Unfit(themes.GONE)
    return themes.move(gallery, theme=theme, to=line.index(theme) + 1 + by)


def _delete(gallery: Gallery, request: HttpRequest) -> Done:
    return themes.delete(gallery, theme=_theme(gallery, request))


ACTS: dict[str, Callable[[Gallery, HttpRequest], Done]] = {
    "begin": _begin,
    "put": _put,
    "make": _make,
    "take": _take_out,
    "rename": _rename,
    "merge": _merge,
    "earlier": _earlier,
    "later": _later,
    "delete": _delete,
}


def _theme(gallery: Gallery, request: HttpRequest) -> Theme:
    return themes.of_gallery(gallery, request.POST.get("theme", ""))


def _chosen(request: HttpRequest) -> set[UUID]:
    """The keys of the notes that were ticked; what is no key is left out."""
    found = set()
    for words in request.POST.getlist("note"):
        try:
            found.add(UUID(words))
        except ValueError:
            continue
    return found


# --- the answers


def _page(request: HttpRequest, gallery: Gallery, laid: Table | None = None) -> dict[str, Any]:
    laid = laid or table(gallery, request.GET, at=timezone.now())
    act, undo = reverse("sort_act", args=[gallery.code]), reverse("sort_undo", args=[gallery.code])
    return {
        "gallery": gallery,
        "here": "sort",
        "table": laid,
        "page": reverse("sort", args=[gallery.code]),
        "act": act + laid.query,
        "undo": undo + laid.query,
        "read": reverse("sort_read", args=[gallery.code]) + laid.query,
    }


def _offered(page: dict[str, Any]) -> dict[str, Any]:
    """The page with its suggestions, where they are asked for."""
    laid: Table = page["table"]
    return page | {"offer": offer(laid) if laid.suggests else None}


def _done(request: HtmxRequest, gallery: Gallery, done: Done, *, back: bool = False) -> HttpResponse:
    """What changed on the page, what was done and its way back; the address keeps both for a reload.

    A page that stood otherwise before the act, or was narrowed to what has gone now, is drawn anew.
    """
    laid, shown = table(gallery, request.GET, at=timezone.now()), _asked(request)
    known = laid.seen == done.after and request.POST.get("seen") == done.before
    if laid.hides_all and None in done.turned.before.notes.values():
        none = f"No note is left that fits ({' · '.join(laid.filter.said)}), so all are shown again."
        done, known = replace(done, words=f"{done.words} {none}"), False
        shown = {name: value for name, value in shown.items() if name not in NARROWED_BY}
        laid = table(gallery, shown, at=timezone.now())
    did = theme_undo.sealed(gallery, done.turned, done.words, back=back)
    address = reverse("sort", args=[gallery.code]) + asking(**shown | {"did": did})
    if not request.htmx:
        at = f"#t-{themes.handle(done.theme)}" if done.theme else "#acted"
        return redirect(address + at)
    page = _page(request, gallery, laid) | {"did": did, "words": done.words, "back": back}
    if known:
        changed = page | {"changes": changes(laid, done.turned)}
        answer = render(request, "feedback/_sort_changes.html", changed)
    else:
        answer = render(request, "feedback/_sorted.html", _offered(page))
    answer["HX-Reswap"] = f"{'none' if known else 'outerHTML'} settle:0ms"
    answer["HX-Replace-Url"] = address
    return answer


def _refused(request: HtmxRequest, gallery: Gallery, problem: str) -> HttpResponse:
    """The reason alone, so that what was typed stays; without JavaScript the page with all of it again."""
    if request.htmx:
        answer = render(request, "feedback/_sort_told.html", {"problem": problem}, status=422)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#acted", "innerHTML"
        return answer
    typed = {
        "act": request.POST.get("act", ""),
        "theme": request.POST.get("theme", ""),
        "name": without_broken_signs(request.POST.get("name", "")),
    }
    page = _offered(_page(request, gallery))
    page |= {"problem": problem, "typed": typed, "chosen": _chosen(request)}
    return render(request, "feedback/sort.html", page, status=422)


def _asked(request: HttpRequest) -> dict[str, str]:
    """What the address asks for."""
    return {name: request.GET[name] for name in ASKED if name in request.GET}
