"""Hanging anew: what would change on the posters, and the press that changes it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gallery import events
from gallery.acts import BEFORE
from gallery.differences import changed
from gallery.hosts import curated_by
from gallery.models import Gallery, Poster
from gallery.phases import phase

MOST_DIGITS = 9


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def hang_anew(request: HttpRequest, code: str) -> HttpResponse:
    """Which posters say something else by now, thing by thing; POST hangs the ticked ones anew."""
    gallery = curated_by(request.user, code)
    if request.method == "POST":
        return _hung(request, gallery)
    posters = list(Poster.objects.filter(gallery=gallery).with_face().in_order())
    found = changed(posters)
    context = {"gallery": gallery, "here": "hang_anew", "changed": found, "same": len(posters) - len(found)}
    return render(request, "gallery/hang_anew.html", context)


def _hung(request: HttpRequest, gallery: Gallery) -> HttpResponse:
    asked = request.POST.getlist("poster")
    numbers = {int(number) for number in asked if number.isdecimal() and len(number) <= MOST_DIGITS}
    try:
        count = events.hang_anew(gallery=gallery, numbers=numbers)
    except events.NotNow as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, _told(gallery, count))
    return redirect("hang_anew", gallery.code)


def _told(gallery: Gallery, count: int) -> str:
    if not count:
        return "Nothing was hung anew: tick the posters that should show their new words."
    hung = "One poster hangs" if count == 1 else f"{count} posters hang"
    seen = "visitors see" if phase(gallery, timezone.now()) not in BEFORE else "visitors will see"
    return f"{hung} anew: {seen} the new words. Sheets on the wall have the old ones: print them anew."
