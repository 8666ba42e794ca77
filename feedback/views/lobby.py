"""The way in: the code, then the lobby – invitation, walls, thanks, what we heard – by phase."""

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from feedback import report, telling
from feedback.room import Visit, enter, is_team
from feedback.rounds import open_now
from gallery import addresses, codes, invitation
from gallery.codes import NO_GALLERY
from gallery.models import Gallery, Poster
from gallery.phases import Phase


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Type the code of a gallery."""
    typed = request.GET.get("code", "").strip()[:40]
    if not typed:
        return render(request, "gallery/home.html")
    code = codes.as_typed(typed)
    if codes.is_code(code) and Gallery.objects.for_visit().filter(code=code).exists():
        return redirect("lobby", code)
    return render(request, "gallery/home.html", {"typed": typed, "problem": NO_GALLERY}, status=404)


@require_safe
def lobby(request: HttpRequest, code: str) -> HttpResponse:
    visit = enter(request, code)
    context = lobby_context(visit, hosting=is_team(request, visit.gallery))
    return render(request, "gallery/lobby.html", context | {"told": "told" in request.GET})


@require_safe
def invitation_ics(request: HttpRequest, code: str) -> HttpResponse:
    visit = enter(request, code)
    if not visit.gallery.hours.all():
        raise Http404("This gallery has no opening hours yet, so there is nothing to put in a calendar.")
    response = HttpResponse(
        invitation.calendar(visit.gallery, made_at=visit.now), content_type="text/calendar; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="gallery-{code}.ics"'
    return response


def lobby_context(visit: Visit, *, hosting: bool = False) -> dict[str, object]:
    """What the lobby's template needs; at most 4 queries with the gallery's own."""
    gallery = visit.gallery
    inviting = visit.phase not in {Phase.CLOSED, Phase.REPORTED, Phase.ARCHIVED}
    if inviting:
        prefetch_related_objects([gallery], "hours")
    posters = list(Poster.objects.filter(gallery=gallery).with_face().in_order()) if visit.walls_shown else []
    if posters:
        gallery.team = posters[0].gallery.team
    words = invitation.words(gallery) if inviting else ""
    return {
        "visit": visit,
        "gallery": gallery,
        "posters": posters,
        "asked": open_now(gallery) if visit.walls_shown and not gallery.published_at else [],
        "report": report.html(gallery) if gallery.published_at else "",
        "address": addresses.short(addresses.of_gallery(gallery)),
        "words": words,
        "mail": invitation.mail(gallery, words),
        "hosting": visit.preview or hosting,
        "tell_me": telling.offered(visit.phase),
    }
