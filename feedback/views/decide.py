"""Deciding, poster by poster, with what the room said beside it; then publishing what was heard."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from feedback.bars import Bar
from feedback.decisions import decide as record
from feedback.decisions import undo
from feedback.host_forms import ClosingForm, DecisionForm
from feedback.hosting import curated, for_hosts
from feedback.models import Decision, Note
from feedback.rollup import PosterRow, by_poster, rollup
from feedback.views.dashboard import visit_of
from gallery import addresses, events
from gallery.models import Gallery, Poster
from gallery.phases import Phase

UNSURE = "Tick the box first: what you heard goes to everyone who has the gallery’s address."


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


@dataclass(frozen=True)
class Case:
    """A poster to decide about, with what was said on it and what has been decided so far."""

    poster: Poster
    decision: Decision | None = None
    bar: Bar | None = None
    notes: list[Note] = field(default_factory=list)
    form: DecisionForm = field(default_factory=DecisionForm)

    @property
    def typed(self) -> dict[str, str]:
        """What the form shows: what was just typed, or what was decided before."""
        if self.form.is_bound:
            return self.form.typed()
        return {"verdict": self.decision.verdict, "reason": self.decision.reason} if self.decision else {}


@for_hosts
@require_safe
def decide(request: HttpRequest, code: str) -> HttpResponse:
    """Every poster, what was said on it, and the form for the verdict."""
    gallery = curated(request, code)
    return render(request, "feedback/decide.html", _page(gallery))


@for_hosts
@require_POST
def decide_poster(request: HtmxRequest, code: str, number: int) -> HttpResponse:
    """Keep the verdict and its reason, or with `undo` take them back; 422 with the words kept."""
    gallery = curated(request, code)
    poster = _poster(gallery, number)
    form = DecisionForm() if "undo" in request.POST else DecisionForm(request.POST)
    if not form.is_bound:
        undo(poster=poster)
    elif form.is_valid():
        record(poster=poster, **form.cleaned_data)
        form = DecisionForm()
    if request.htmx:
        return _answer(request, gallery, poster, form)
    if form.is_bound:
        return render(request, "feedback/decide.html", _page(gallery, number, form), status=422)
    return redirect(f"{reverse('decide', args=[code])}#p-{number}")


@for_hosts
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the closing words; with `publish`, and once sure, put what was heard up for everyone."""
    gallery = curated(request, code)
    form = ClosingForm(request.POST)
    if not form.is_valid():
        return _closing_again(request, gallery, form, "")
    gallery.thanks = form.cleaned_data["thanks"]
    gallery.save(update_fields=["thanks"])
    if "publish" not in request.POST:
        messages.success(request, "The closing words are kept.")
        return redirect(f"{reverse('decide', args=[code])}#closing")
    if not request.POST.get("sure"):
        return _closing_again(request, gallery, form, UNSURE)
    try:
        events.publish(gallery)
    except events.NotNow as reason:
        return _closing_again(request, gallery, form, str(reason))
    messages.success(request, "Published. Everyone who opens the gallery’s address now reads what you heard.")
    return redirect("decide", code)


def _poster(gallery: Gallery, number: int) -> Poster:
    poster = Poster.objects.filter(gallery=gallery, number=number).with_face().first()
    if poster is None:
        raise Http404(f"“{gallery.title}” has no poster {number}. It may have been taken down.")
    return poster


def _is_asked(row: PosterRow) -> bool:
    """A welcome poster on which nobody wrote needs no answer."""
    return bool(row.total) or row.poster.kind != Poster.Kind.WELCOME


def _page(gallery: Gallery, number: int = 0, form: DecisionForm | None = None) -> dict[str, Any]:
    """What the page needs; `form` is the one just sent for poster `number`. 8 queries."""
    found = rollup(gallery)
    said = by_poster(found)
    decided = {decision.poster_id: decision for decision in Decision.objects.filter(poster__gallery=gallery)}
    cases = [
        Case(
            poster=row.poster,
            decision=decided.get(pk),
            bar=row.bar,
            notes=said.get(pk, []),
            form=form if form and row.poster.number == number else DecisionForm(),
        )
        for pk, row in found.rows.items()
        if _is_asked(row) or pk in decided
    ]
    return {
        "gallery": gallery,
        "rollup": found,
        "cases": cases,
        "decided": sum(1 for case in cases if case.decision),
        "to_decide": len(cases),
        "closing": gallery.thanks,
        "here": "decide",
        **_room(gallery),
    }


def _room(gallery: Gallery) -> dict[str, Any]:
    visit = visit_of(gallery)
    return {
        "visit": visit,
        "address": addresses.short(addresses.of_gallery(gallery)),
        "may_publish": visit.phase in {Phase.CLOSED, Phase.ARCHIVED},
    }


def _answer(request: HttpRequest, gallery: Gallery, poster: Poster, form: DecisionForm) -> HttpResponse:
    """The poster's verdict or its form again, and how many are decided by now."""
    page = _progress(gallery)
    case = Case(poster=poster, decision=Decision.objects.filter(poster=poster).first(), form=form)
    context = {"gallery": gallery, "case": case, "swapped": True, **page}
    return render(request, "feedback/_decided.html", context, status=422 if form.is_bound else 200)


def _progress(gallery: Gallery) -> dict[str, int]:
    """How many posters are decided, of how many; two queries."""
    decided = set(Decision.objects.filter(poster__gallery=gallery).values_list("poster", flat=True))
    asked = Poster.objects.filter(gallery=gallery).exclude(
        kind=Poster.Kind.WELCOME, pk__in=_bare_welcomes(gallery)
    )
    posters = decided.union(asked.values_list("pk", flat=True))
    return {"decided": len(decided), "to_decide": len(posters)}


def _bare_welcomes(gallery: Gallery) -> Any:
    written_on = Note.objects.shown().without_replies().filter(gallery=gallery).values("poster")
    return (
        Poster.objects.filter(gallery=gallery, kind=Poster.Kind.WELCOME)
        .exclude(pk__in=written_on)
        .values("pk")
    )


def _closing_again(request: HttpRequest, gallery: Gallery, form: ClosingForm, problem: str) -> HttpResponse:
    """The page once more, with the closing words as they were typed and what to do."""
    problem = problem or str(form.errors["thanks"][0])
    page = {**_page(gallery), "closing": form.typed()["thanks"], "problem": problem}
    return render(request, "feedback/decide.html", page, status=422)
