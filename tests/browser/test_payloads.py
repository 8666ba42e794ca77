"""A script in every text field, and every page opened in a browser: nothing runs, nothing is even tried.

The content security policy would stop a script that slips through; a report of it is a failure
all the same, because it means that somebody's words have become markup.
"""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from feedback import decisions, frames, notes, themes
from feedback.models import Note
from gallery import events
from gallery.models import Gallery, Poster
from measures.models import Baseline, Candidate, Goal, GoalLink, Measure, Signal, Target, Team, Value

PAYLOADS = [
    "\"'></textarea></title></script><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}",
    '"><script>alert(1)</script>',
    "<b onclick=alert(1)>",
]
# Not words that a person types, or chosen from a list.
NOT_TYPED = {"code", "language", "time_zone", "digest", "author", "password", "whose", "session_key", "role"}
OURS = ["measures", "gallery", "feedback"]
DESKTOP = {"width": 1440, "height": 900}
WATCH = """
document.addEventListener('securitypolicyviolation', (event) =>
  console.warn(`REPORT ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


def payload_for(field: models.Field, number: int) -> str | None:
    """The longest payload that fits, told apart from its neighbours; None for a field of a few letters."""
    most = field.max_length or 3000
    fitting = [words for words in PAYLOADS if len(words) + 5 <= most]
    return f"{fitting[0]} {number}" if fitting else None


def typed_fields(model: type[models.Model]) -> list[models.Field]:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField))
        and not field.choices
        and field.name not in NOT_TYPED
    ]


def spoil(rows: Iterator[models.Model]) -> int:
    """Put a payload into every text field of every row; returns how many fields were filled."""
    filled = 0
    for number, row in enumerate(rows):
        words = {field.name: payload_for(field, number) for field in typed_fields(type(row))}
        changes = {name: value for name, value in words.items() if value}
        if changes:
            type(row)._default_manager.filter(pk=row.pk).update(**changes)
            filled += len(changes)
    return filled


def every_row() -> Iterator[models.Model]:
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            yield from model._base_manager.all()


@pytest.fixture
def spoilt(site, gallery, poster, goal, measure, team, facilitator) -> Gallery:
    """An open gallery with one of everything, a payload in each text field."""
    other = Goal.objects.create(team=team, original="Answer complaints")
    GoalLink.objects.create(source=goal, target=other, kind=GoalLink._meta.get_field("kind").choices[0][0])
    Candidate.objects.create(goal=goal, wording="Samples", reason="Dear")
    value = None
    for month in range(1, 13):
        value = Value.objects.create(measure=measure, period=timezone.datetime(2025, month, 1), value=month)
    Target.objects.create(measure=measure, period=value.period, value=9)
    Baseline.objects.create(measure=measure, starts=timezone.datetime(2025, 1, 1), reason="New gauge")
    Signal.objects.create(measure=measure, value=value, rule=Signal._meta.get_field("rule").choices[0][0])
    wall = poster.wall
    for kind, shows in [("goal", {"goal": goal}), ("blank", {"goal": goal}), ("text", {}), ("welcome", {})]:
        events.hang(
            wall=wall, kind=kind, title="Title", text="Text", prompts="One?\nTwo?", host="Ada", **shows
        )
    for number, kind in enumerate(gallery.note_kinds.all()):
        notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=f"Words {number}", name="Ada")
    notes.hide(Note.objects.first())
    Note.objects.filter(pk=Note.objects.last().pk).update(state=Note.State.WAITING)
    themes.make(gallery, name="Theme", notes=[note.key for note in Note.objects.shown()[:2]])
    theme = gallery.themes.get()
    for subject in ({"poster": poster}, {"theme": theme}):
        decision = decisions.decide(**subject, verdict="keep", reason="Because")
        decision.changes.create(place=9, what="What", was="Was", now="Now")
        decision.later_words.create(verdict="drop", reason="Later")
    Gallery.objects.update(next_steps="Next")
    assert spoil(every_row()) > 40
    gallery.refresh_from_db()
    return gallery


def visitor_pages(gallery: Gallery) -> list[str]:
    numbers = gallery.posters.order_by("number").values_list("number", flat=True)
    pages = ["/", "/?code=%3Cscript%3Ealert(1)%3C/script%3E", reverse("lobby", args=[gallery.code])]
    return pages + [reverse("poster", args=[gallery.code, number]) for number in numbers]


def host_pages(gallery: Gallery) -> list[str]:
    board = reverse("dashboard", args=[gallery.code])
    first = gallery.posters.order_by("number").first().number
    asked = [
        "",
        "?state=hidden",
        "?state=waiting",
        f"?poster={first}",
        "?wall=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    ]
    own = [reverse(name, args=[gallery.code]) for name in ("decide", "report_draft", "print")]
    own.append(reverse("change_shown", args=[gallery.code, first]))
    table = reverse("sort", args=[gallery.code])
    own += [table, f"{table}?suggest=1&words=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"]
    return [board + query for query in asked] + own


def admin_pages() -> list[str]:
    pages = [reverse("admin:index")]
    for model, page in admin.site._registry.items():
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages += [reverse(f"{place}_changelist"), reverse(f"{place}_changelist") + "?q=%3Cscript%3E"]
        row = model._base_manager.first()
        if row:
            pages += [reverse(f"{place}_{view}", args=[row.pk]) for view in ("change", "history", "delete")]
        if page.has_add_permission.__func__ is not None:
            pages.append(reverse(f"{place}_add"))
    return pages


@pytest.fixture
def watched(phone, settings, site, db):
    """A browser logged in as whoever runs the site; gathers dialogs and reports."""
    found = []
    user = User.objects.create_superuser('Eve "><script>alert(1)</script>', password="correct horse battery")
    client = Client()
    client.force_login(user)
    page: Page = phone(viewport=DESKTOP, has_touch=False, is_mobile=False)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
    page.context.add_init_script(WATCH)
    page.on(
        "dialog", lambda dialog: (found.append(f"DIALOG {dialog.message} on {page.url}"), dialog.dismiss())
    )
    page.on(
        "console", lambda line: found.append(f"{line.text} on {page.url}") if "REPORT" in line.text else None
    )
    return page, found


def visit(page: Page, pages: list[str]) -> int:
    """Open each page and what unfolds on it; returns how many answered as a page."""
    opened = 0
    for path in pages:
        answer = page.goto(path, wait_until="load")
        assert answer is not None
        assert answer.status < 500, path
        opened += answer.status == 200
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    return opened


def test_nothing_runs_on_the_visitors_pages(watched, spoilt):
    page, found = watched
    pages = visitor_pages(spoilt)
    assert visit(page, pages) >= len(pages) - 1  # the code that is none is a 404
    assert found == []


def test_nor_on_the_hosts(watched, spoilt):
    page, found = watched
    pages = host_pages(spoilt)
    assert visit(page, pages) == len(pages)
    assert found == []


def swap(page: Page, gallery: Gallery) -> None:
    """What a page swaps in for what one does there: a theme that is begun, a decision."""
    page.goto(reverse("sort", args=[gallery.code]))
    page.get_by_placeholder("A theme to begin with").fill(PAYLOADS[1])
    with page.expect_response("**/sort/**"):
        page.keyboard.press("Enter")
    page.goto(reverse("decide", args=[gallery.code]))
    reason = page.locator("textarea[name=reason]:visible").first
    reason.fill(PAYLOADS[1])
    with page.expect_response("**/decide/**"):
        page.locator("form", has=reason).locator("button[type=submit]").first.click()
    page.wait_for_timeout(300)  # until it has settled


def test_nor_in_what_is_swapped_in(watched, spoilt):
    page, found = watched
    swap(page, spoilt)
    assert found == []


def test_control_a_style_that_is_swapped_in_is_noticed(watched, spoilt):
    """As a screenshot leaves one behind on each field, which hides the caret."""
    page, found = watched
    page.add_init_script(
        "addEventListener('focusin', ({ target: { style } }) => { style.color = 'red'; style.color = ''; })"
    )
    swap(page, spoilt)
    assert any("style-src" in line for line in found)


def test_nor_in_the_admin(watched, spoilt):
    page, found = watched
    assert visit(page, admin_pages()) > 25
    assert found == []


def test_nor_in_the_report(watched, spoilt):
    page, found = watched
    Gallery.objects.update(opened_at=None, closed_at=timezone.now() - timedelta(minutes=30))
    events.close_for_good(spoilt)
    events.publish(Gallery.objects.get(pk=spoilt.pk))
    frames.forget()
    visit(page, [*visitor_pages(spoilt), reverse("dashboard", args=[spoilt.code])])
    assert found == []


def test_control_words_that_became_markup_are_noticed(watched, spoilt, monkeypatch):
    monkeypatch.setattr("django.template.base.conditional_escape", str)
    page, found = watched
    poster = Poster.objects.filter(gallery=spoilt).order_by("number").first()
    visit(page, [reverse("poster", args=[spoilt.code, poster.number])])
    page.wait_for_timeout(300)
    assert any("script-src" in line for line in found)


def test_control_a_new_text_field_is_filled_too(spoilt):
    missed = [
        f"{type(row).__name__}.{field.name}"
        for row in every_row()
        for field in typed_fields(type(row))
        if payload_for(field, 0) and "alert(1)" not in (field.value_from_object(row) or "")
    ]
    assert missed == []
    assert Team.objects.filter(name__contains="alert(1)").exists()
    assert Measure.objects.filter(name__contains="alert(1)").exists()
