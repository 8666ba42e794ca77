"""What every page needs that htmx asks for parts of."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers


def htmx(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep a fragment and its page apart in every cache; send a lost log-in to the whole page."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        response.headers.setdefault("Cache-Control", "private, no-cache")  # pages show one's own notes
        if request.headers.get("HX-Request") and response.status_code in {301, 302}:
            # The browser would follow the redirect unseen and swap a whole page into a fragment.
            location = response.headers["Location"]
            response.status_code = 204
            del response.headers["Location"]
            response.headers["HX-Redirect"] = location
        return response

    return answer
