"""What leaves the house as a file."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from feedback.exports import notes_csv
from feedback.hosting import for_hosts, hosted


@for_hosts
@require_safe
def export_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The shown notes as a spreadsheet."""
    gallery = hosted(request, code)
    response = HttpResponse(notes_csv(gallery), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="gallery-{gallery.code}-notes.csv"'
    return response
