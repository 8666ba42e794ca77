"""The report before it is public, for whoever decides; and the report as a PDF, for them and for everyone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from feedback import next_step, report, report_on_paper
from feedback.hosting import curated, for_hosts, hosted
from feedback.room import enter
from feedback.views.dashboard import visit_of
from gallery.models import Gallery
from gallery.printing import Busy, NotPrinted

NOT_YET = "What we heard here is not published yet. It will be at the gallery’s address."


@for_hosts
@require_safe
def report_draft(request: HttpRequest, code: str) -> HttpResponse:
    """What visitors would read if it were published now."""
    gallery = curated(request, code)
    visit = visit_of(gallery)
    context = {
        "gallery": gallery,
        "step": next_step.step(gallery, visit.phase, visit.now, here="report_draft"),
        "report": report.report(gallery),
        "draft": not gallery.published_at,
        "here": "decide",
    }
    return render(request, "feedback/report_draft.html", context)


@for_hosts
@require_safe
def report_pdf_draft(request: HttpRequest, code: str) -> HttpResponse:
    """For hosts once it is published; before that for whoever decides."""
    gallery = hosted(request, code)
    if not gallery.published_at:
        gallery = curated(request, code)
    return _handed(request, gallery, "feedback/report_unprinted_host.html", told=True)


@require_safe
def report_pdf(request: HttpRequest, code: str) -> HttpResponse:
    gallery = enter(request, code).gallery
    if not gallery.published_at:
        raise Http404(NOT_YET)
    return _handed(request, gallery, "feedback/report_unprinted.html", told=False)


def _handed(request: HttpRequest, gallery: Gallery, otherwise: str, *, told: bool) -> HttpResponse:
    """The PDF; where it can't be made now, 503 and a page that says why."""
    try:
        made = report_on_paper.printed(gallery)
    except NotPrinted as problem:
        context = {"gallery": gallery, "problem": str(problem), "here": "decide"}
        response = render(request, otherwise, context, status=503)
        if isinstance(problem, Busy):
            response.headers["Retry-After"] = "60"
        return response
    if told and made.missing:
        messages.warning(request, report_on_paper.lacks(made.missing))
    response = HttpResponse(made.pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="what-we-heard-{gallery.code}.pdf"'
    return response
