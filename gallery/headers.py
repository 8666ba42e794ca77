"""Headers that every answer carries, static files and errors among them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Nothing here asks for a sensor: a photo comes from the phone's own file picker.
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def guarded(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Ask the browser to keep our answers from other sites, and sensors from our pages.

    What Django and django-csp have no setting for; the rest is theirs (gallery/settings.py).
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return answer
