"""What leaves the house as a file."""

from tempfile import TemporaryFile

from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from feedback.exports import decisions_csv, notes_csv, notes_xlsx
from feedback.hosting import curated, for_hosts, hosted
from feedback.moving_out import write
from gallery.models import Gallery

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@for_hosts
@require_safe
def export_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The shown notes as a spreadsheet."""
    gallery = hosted(request, code)
    return _file(gallery, "notes.csv", notes_csv(gallery), CSV)


@for_hosts
@require_safe
def export_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    """The shown notes as a workbook; for those who decide, and once published, with the decisions."""
    gallery = hosted(request, code)
    told = vars(gallery)["curates"] or gallery.published_at is not None
    return _file(gallery, "notes.xlsx", notes_xlsx(gallery, with_decisions=told), XLSX)


@for_hosts
@require_safe
def export_decisions(request: HttpRequest, code: str) -> HttpResponse:
    """What was decided on each poster, as a spreadsheet."""
    gallery = curated(request, code)
    return _file(gallery, "decisions.csv", decisions_csv(gallery), CSV)


@for_hosts
@require_safe
def export_gallery(request: HttpRequest, code: str) -> FileResponse:
    """The whole gallery, to move it to another server: what is hidden too, but nothing of who wrote."""
    gallery = curated(request, code)
    file = TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    try:
        write(gallery, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"gallery-{gallery.code}.json"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/json")


def _file(gallery: Gallery, name: str, content: str | bytes, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="gallery-{gallery.code}-{name}"'
    return response
