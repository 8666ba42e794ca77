"""Leaving an e-mail address to be told what was changed. No cookie is set by it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback import telling
from feedback.gate import Closed
from feedback.limits import SlowDown
from feedback.mail_forms import MailForm
from feedback.room import enter
from feedback.views.lobby import lobby_context
from feedback.visitors import from_our_own_page

TOO_MANY = "Many people leave an address just now. Press once more in a minute: what you typed is still here."


@from_our_own_page
@require_POST
def tell_me(request: HttpRequest, code: str) -> HttpResponse:
    """The same answer whether the address was there already or not; 422 or 429 with what was typed."""
    visit = enter(request, code)
    lobby = reverse("lobby", args=[code])
    if not telling.offered(visit.phase):
        return redirect(lobby)
    form = MailForm(request.POST)
    problem, status, seconds = "", 422, 0
    if form.is_valid():
        try:
            telling.leave(visit.gallery, form.cleaned_data["mail"], visit.now)
        except Closed:
            return redirect(lobby)
        except SlowDown as slow:
            problem, status, seconds = TOO_MANY, 429, slow.seconds
        else:
            return redirect(f"{lobby}?told=1#tell-me")
    context = lobby_context(visit)
    context |= {"mail_typed": form.typed, "mail_problem": problem or form.errors["mail"][0]}
    response = render(request, "gallery/lobby.html", context, status=status)
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response
