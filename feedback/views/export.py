"""What leaves the house as a file."""

from tempfile import TemporaryFile

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from feedback import rounds
from feedback.export_tables import decisions_table, notes_table, themes_table, votes_table
from feedback.exports import TABLES, as_csv, as_xlsx
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
    return _file(gallery, "notes.csv", as_csv(notes_table(gallery)), CSV)


@for_hosts
@require_safe
def export_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    """The shown notes as a workbook; for those who decide, and once published, with all that came of them."""
    gallery = hosted(request, code)
    told = vars(gallery)["curates"] or gallery.published_at is not None
    return _file(gallery, "notes.xlsx", as_xlsx(gallery, [*TABLES] if told else ["notes"]), XLSX)


@for_hosts
@require_safe
def export_themes(request: HttpRequest, code: str) -> HttpResponse:
    """The themes with their notes counted and what was decided on each, as a spreadsheet."""
    gallery = curated(request, code)
    return _file(gallery, "themes.csv", as_csv(themes_table(gallery)), CSV)


@for_hosts
@require_safe
def export_votes(request: HttpRequest, code: str) -> HttpResponse:
    """What closed rounds came to, as a spreadsheet."""
    gallery = curated(request, code)
    return _file(gallery, "votes.csv", as_csv(votes_table(gallery)), CSV)


@for_hosts
@require_safe
def export_decisions(request: HttpRequest, code: str) -> HttpResponse:
    """What was decided on each poster and theme, as a spreadsheet."""
    gallery = curated(request, code)
    return _file(gallery, "decisions.csv", as_csv(decisions_table(gallery)), CSV)


@for_hosts
@require_safe
def export_gallery(request: HttpRequest, code: str) -> HttpResponseBase:
    """The whole gallery, to move it to another server: what is hidden too, but nothing of who wrote.

    Not while a round with votes is open: one after another, its files would tell who chose what.
    """
    gallery = curated(request, code)
    if rounds.has_votes_to_keep(gallery):
        messages.error(request, rounds.NOT_TO_TAKE)
        return redirect("rounds", code)
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
