"""A new gallery from one that is over: what goes along, ticked; then on to the new one."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core import signing
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from feedback.carrying_on import Carried, Chosen, adopted, carry_on, offers, usual
from feedback.host_forms import PlainField
from feedback.hosting import curated, for_hosts
from feedback.notes import without_broken_signs
from gallery.carrying_on import OWED, TooMuch
from gallery.models import Gallery, make_code

SALT = "feedback.carry_on"
MOST_DIGITS = 9
MOST_LETTERS = Gallery._meta.get_field("title").max_length or 120
NOTHING = "Tick at least one poster that goes along, or a new measure."


class TitleForm(forms.Form):
    title = PlainField(most=MOST_LETTERS, empty="Give the new gallery a title.")

    def clean_title(self) -> str:
        return " ".join(str(self.cleaned_data["title"]).split())


@for_hosts
@require_http_methods(["GET", "HEAD", "POST"])
def new_from_this(request: HttpRequest, code: str) -> HttpResponse:
    """What could go along, as it is usual; POST makes the new gallery, 422 with the ticks and words kept."""
    gallery = curated(request, code)
    if request.method != "POST":
        return render(request, "feedback/carry_on.html", _page(gallery))
    form, chosen = TitleForm(request.POST), _chosen(request.POST)
    if not form.is_valid():
        return _again(request, gallery, chosen, str(form.errors["title"][0]))
    if not chosen.numbers and not chosen.proposals:
        return _again(request, gallery, chosen, NOTHING)
    new_code = _unsealed(gallery, request.POST.get("seal", ""))
    try:
        carried = carry_on(gallery, title=form.cleaned_data["title"], code=new_code, chosen=chosen)
    except TooMuch as reason:
        return _again(request, gallery, chosen, str(reason))
    except IntegrityError:  # the button was pressed twice
        made = get_object_or_404(Gallery, code=new_code, continues=gallery)
        messages.info(request, f"“{made}” was made already.")
    else:
        made = carried.gallery
        messages.success(request, _told(gallery, carried))
    return redirect("admin:gallery_gallery_change", made.pk)


def _page(gallery: Gallery, chosen: Chosen | None = None) -> dict[str, Any]:
    """The posters with their ticks: as they were just sent, else as is usual. 5 queries."""
    found, new = offers(gallery), adopted(gallery)
    return {
        "gallery": gallery,
        "offers": found,
        "adopted": new,
        "chosen": chosen or usual(found, new),
        "owed": OWED,
        "title": gallery.title,
        "seal": signing.dumps([gallery.code, make_code()], salt=SALT),
    }


def _again(request: HttpRequest, gallery: Gallery, chosen: Chosen, problem: str) -> HttpResponse:
    typed = {"title": without_broken_signs(request.POST.get("title", "")), "problem": problem}
    return render(request, "feedback/carry_on.html", _page(gallery, chosen) | typed, status=422)


def _chosen(sent: QueryDict) -> Chosen:
    """The ticks of the form; what can't be one of them is left out."""
    numbers = {int(word) for word in sent.getlist("poster") if _is_number(word)}
    questions = {_question(word) for word in sent.getlist("question")} - {""}
    return Chosen(numbers, questions, _keys(sent.getlist("proposal")))


def _is_number(word: str) -> bool:
    return word.isdecimal() and len(word) <= MOST_DIGITS


def _question(word: str) -> str:
    """The key of a question as it stands in the form; blank where it can't be one."""
    number, _, place = word.partition("-")
    if _is_number(number) and _is_number(place):
        return f"{int(number)}-{int(place)}"
    return next((key.hex for key in _keys([word])), "")


def _keys(words: list[str]) -> set[UUID]:
    found = set()
    for word in words:
        try:
            found.add(UUID(word))
        except ValueError:
            continue
    return found


def _unsealed(gallery: Gallery, seal: str) -> str:
    """The code that was drawn when the page was made, so that pressing twice makes one gallery."""
    try:
        of, drawn = signing.loads(seal, salt=SALT)
    except (signing.BadSignature, ValueError):
        return make_code()
    return str(drawn) if of == gallery.code else make_code()


def _told(gallery: Gallery, carried: Carried) -> str:
    """What was made, and what became of each question that was open."""
    asked = carried.along + carried.owed
    made = f"“{carried.gallery}” is made from “{gallery}”: {_so_many(carried.posters, 'poster')}"
    told = [f"{made} with {_so_many(asked, 'open question')}." if asked else f"{made}."]
    if carried.owed:
        told.append(f"On the poster “{OWED}”, as their own posters stay behind: {carried.owed}.")
    if carried.left:
        told.append(f"Open questions that stay in “{gallery}”, as you did not tick them: {carried.left}.")
    if carried.gone:
        told.append(f"Ticked, but answered, hidden or taken away meanwhile: {carried.gone}.")
    told.append("It is a draft that only your team knows of. Next: opening hours, then print, then invite.")
    return " ".join(told)


def _so_many(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
