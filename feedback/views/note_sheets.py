"""Paper notes to download and print."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from feedback import note_sheets
from feedback.hosting import for_hosts, hosted
from gallery.handing_out import handed


@for_hosts
@require_safe
def print_notes(request: HttpRequest, code: str) -> HttpResponse:
    gallery = hosted(request, code)
    of, numbers = request.GET.get("of", note_sheets.ALL), request.GET.get("posters", "")
    return handed(
        request, gallery, f"paper-notes-{code}", lambda: note_sheets.note_sheets(gallery, of, numbers)
    )
