"""The admin's page for a spreadsheet: choose it, see what would be made, confirm.

Between the two steps the file lies in the data directory under a random name, which is handed
to the browser signed and bound to the person. It is removed after confirming, or after a day.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from measures import importing
from measures.forms import UploadForm
from measures.importing import Counts, Plan, Refusal
from measures.models import Team
from measures.scoping import runs_the_site

KEPT_FOR = 24 * 3600  # seconds
ROWS_A_PAGE = 200
REMARKS_SHOWN = 200
_SALT = "measures.upload"
DEPARTMENTS_SHOWN = 300
LONGEST_DEPARTMENT = 300  # letters, as in the form
ALIKE = 0.8  # how much a department must be called like the team to be proposed, of 1
READING = threading.BoundedSemaphore(1)  # a large file keeps a processor busy for seconds
BUSY = "Another file is being read; try again in a minute."
RETRY_SECONDS = 60
GONE = (
    "This preview is not yours, was used already, or is more than a day old. "
    "Nothing was written by this; choose the file again."
)


@dataclass(frozen=True)
class Kept:
    """A file between its preview and its confirmation."""

    path: Path
    filename: str
    team: Team
    department: str
    token: str

    def open(self) -> BinaryIO:
        return self.path.open("rb")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, admin_site: AdminSite) -> HttpResponse:
    """Choose a file (GET), check and keep it (POST), preview it (GET ?kept=), write it (POST kept=)."""
    if runs_the_site(request) and not Team.objects.exists():
        messages.warning(request, "Make a team first: measures belong to one.")
        return redirect(reverse(f"{admin_site.name}:measures_team_add"))
    teams = _reached(request)
    token = request.POST.get("kept") or request.GET.get("kept")
    if not token:
        return _choose(request, admin_site, teams)
    kept = _kept(request, teams, token)
    if kept is None:
        messages.error(request, GONE)
        return _page(request, admin_site, UploadForm(teams=teams), status=404)
    if request.method == "POST" and "only" in request.POST:
        return _narrowed(request, kept)
    return _read_again(request, admin_site, kept)


def _narrowed(request: HttpRequest, kept: Kept) -> HttpResponse:
    """On to the preview of the same file with the rows of another department, or of all."""
    only = request.POST["only"][:LONGEST_DEPARTMENT]
    token = _signed(
        kept.path.name, user=request.user.pk, team=kept.team, department=only, filename=kept.filename
    )
    return redirect(f"{request.path}?kept={token}")


def _reached(request: HttpRequest) -> QuerySet[Team]:
    """The teams whose measures this person may bring in; 404 for whoever has none."""
    teams = Team.objects.curated_by(request.user)
    if not (request.user.is_staff and teams.exists()):
        raise Http404
    return teams


def _choose(request: HttpRequest, admin_site: AdminSite, teams: QuerySet[Team]) -> HttpResponse:
    asked = {"team": request.GET.get("team", "")[:20]}
    form = UploadForm(request.POST or None, request.FILES or None, teams=teams, initial=asked)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return _page(request, admin_site, form, status=status)
    file, team = form.cleaned_data["file"], form.cleaned_data["team"]
    department = form.cleaned_data["department"]
    if not READING.acquire(blocking=False):
        form.add_error("file", BUSY)
        return _busy(_page(request, admin_site, form, status=503))
    try:
        importing.plan(file, file.name, team=team, department=department)
        token = _keep(file, user=request.user.pk, team=team, department=department)
    except Refusal as refusal:
        form.add_error("file", str(refusal))
        return _page(request, admin_site, form, status=422)
    finally:
        READING.release()
    return redirect(f"{request.path}?kept={token}")


def _busy(response: HttpResponse) -> HttpResponse:
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _read_again(request: HttpRequest, admin_site: AdminSite, kept: Kept) -> HttpResponse:
    """Preview (GET) or write (POST) what was kept; while another file is read, it stays kept."""
    if not READING.acquire(blocking=False):
        messages.warning(request, f"{BUSY} Your file is kept: reload this page.")
        chosen = {"team": kept.team, "department": kept.department}
        form = UploadForm(teams=_reached(request), initial=chosen)
        return _busy(_page(request, admin_site, form, status=503))
    try:
        act = _confirm if request.method == "POST" else _preview
        return act(request, admin_site, kept)
    finally:
        READING.release()


def _preview(request: HttpRequest, admin_site: AdminSite, kept: Kept) -> HttpResponse:
    try:
        with kept.open() as file:
            plan = importing.plan(file, kept.filename, team=kept.team, department=kept.department)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(request.path)
    page = Paginator(plan.rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    problems, notices = plan.problems, plan.notices
    found: dict[str, Any] = {
        "kept": kept,
        "plan": plan,
        "page": page,
        "departments": _departments(kept, plan),
        "problems": problems[:REMARKS_SHOWN],
        "problems_more": max(0, len(problems) - REMARKS_SHOWN),
        "problem_count": len(problems),
        "notices": notices[:REMARKS_SHOWN],
        "notices_more": max(0, len(notices) - REMARKS_SHOWN),
        "notice_count": len(notices),
    }
    return _page(request, admin_site, None, **found)


def _departments(kept: Kept, plan: Plan) -> list[tuple[str, int, bool]]:
    """Name, rows, and which one is proposed: that of this preview, else one called much like the team.

    None where there is nothing to choose.
    """
    found = {name: rows for name, rows in plan.reading.departments.items() if len(name) <= LONGEST_DEPARTMENT}
    if not 1 < len(found) <= DEPARTMENTS_SHOWN:
        return []
    called = (kept.department or kept.team.name).casefold()
    [proposed, *_] = [*get_close_matches(called, map(str.casefold, found), n=1, cutoff=ALIKE), ""]
    return [(name, rows, name.casefold() == proposed) for name, rows in sorted(found.items())]


def _confirm(request: HttpRequest, admin_site: AdminSite, kept: Kept) -> HttpResponse:
    try:
        with kept.open() as file:
            plan = importing.plan(file, kept.filename, team=kept.team, department=kept.department)
        counts = importing.apply(plan).counts
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{request.path}?kept={kept.token}")
    kept.path.unlink(missing_ok=True)
    messages.success(request, told(counts, kept.team))
    messages.info(request, _next(admin_site, kept.team))
    measures = reverse(f"{admin_site.name}:measures_measure_changelist")
    return redirect(f"{measures}?team__id__exact={kept.team.pk}")


def _next(admin_site: AdminSite, team: Team) -> SafeString:
    goals = reverse(f"{admin_site.name}:measures_goal_changelist")
    gallery = reverse(f"{admin_site.name}:gallery_gallery_add")
    return format_html(
        'Next: look through the <a href="{}?team__id__exact={}">goals</a>, then '
        '<a href="{}?team={}">make a gallery</a> of them.',
        goals, team.pk, gallery, team.pk,
    )  # fmt: skip


def told(counts: Counts, team: Team) -> str:
    """What an import did, in one sentence."""
    if not counts.changes:
        return f"Everything in the file is there already: nothing of {team} was changed."
    parts = [
        (counts.new, "new measure"),
        (counts.changed, "changed measure"),
        (counts.goals, "new goal"),
        (counts.values + counts.values_changed, "value"),
        (counts.targets + counts.targets_changed, "target"),
    ]
    said = [f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in parts if count]
    return f"Brought in for {team}: {', '.join(said)}."


def _page(
    request: HttpRequest, admin_site: AdminSite, form: UploadForm | None, *, status: int = 200, **found: Any
) -> HttpResponse:
    context = {
        **admin_site.each_context(request),
        "title": "Measures from a spreadsheet",
        "form": form,
        "most": settings.IMPORT_MAX_BYTES // 1024**2,
        **found,
    }
    return render(request, "measures/import.html", context, status=status)


# --- the file between the two steps -----------------------------------------------------------


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "imports"


def _keep(file: UploadedFile[Any], *, user: int | None, team: Team, department: str) -> str:
    """Keep an uploaded file under a random name; returns the signed token that finds it again."""
    name = secrets.token_hex(16)
    try:
        _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep()
        with (_folder() / name).open("xb") as kept:
            file.seek(0)
            for chunk in file.chunks():
                kept.write(chunk)
    except OSError as error:
        (_folder() / name).unlink(missing_ok=True)
        raise Refusal(
            "The file could not be kept for the preview: the server’s disk is full or can’t be written. "
            "Try again later, or tell whoever runs the site."
        ) from error
    return _signed(name, user=user, team=team, department=department, filename=(file.name or "")[:200])


def _signed(name: str, *, user: int | None, team: Team, department: str, filename: str) -> str:
    found = {"name": name, "user": user, "team": team.pk, "department": department, "filename": filename}
    return signing.dumps(found, salt=_SALT, compress=True)


def _sweep() -> None:
    """Remove what was never confirmed."""
    oldest = time.time() - KEPT_FOR
    for path in _folder().iterdir():
        if path.is_file() and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _kept(request: HttpRequest, teams: QuerySet[Team], token: str) -> Kept | None:
    """The kept file that this person's token names; None where it is another's, too old, or gone."""
    try:
        found = signing.loads(token, salt=_SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return None
    team = teams.filter(pk=found["team"]).first()
    path = _folder() / found["name"]
    if found["user"] != request.user.pk or team is None or not path.is_file():
        return None
    return Kept(path, found["filename"], team, found["department"], token)
