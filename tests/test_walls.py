"""Teams are walls: every address × every role, generated from the resolver; nothing of a team leaks.

The table of who gets what is in tests/walls.py. Every text of the team’s rows has a canary in it.
"""

import logging
import re
from copy import deepcopy
from datetime import timedelta
from hashlib import sha256

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, path, reverse
from django.urls.resolvers import RegexPattern
from django.utils import timezone

from feedback import report_on_paper, visitors
from gallery import handouts, printing
from gallery.models import Gallery, GalleryQuerySet
from gallery.print_shelf import Finished
from measures.models import Membership, Team
from measures.scoping import TeamScope, TeamScopedAdmin
from tests.rooms import CANARY, LOUD, Rooms, furnish, text_fields
from tests.walls import ROLES, TABLE, names

OUTSIDERS = ["logged out", "visitor", "stranger"]
APPS = ["measures", "gallery", "feedback"]


@pytest.fixture(autouse=True)
def quick(monkeypatch, caplog):
    """Printing takes seconds, and who may print is asked before; so do a thousand refusals in the log."""
    caplog.set_level(logging.CRITICAL, "django.request")

    def render(*_, **__):
        raise ValueError("No paper.")

    monkeypatch.setattr(printing, "render", render)
    monkeypatch.setattr(report_on_paper, "printed", lambda gallery: Finished(b"", 1))
    for handout in ("flyer", "door", "cards", "notes"):
        monkeypatch.setattr(handouts, handout, render)


def _member(name: str, team: Team, role: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    Membership.objects.create(team=team, user=user, role=role)
    return user


@pytest.fixture
def cast(team, other_team) -> dict[str, User]:
    found = {role: _member(f"{CANARY}-{role}", team, role) for role in ("host", "facilitator", "owner")}
    found["stranger"] = _member("stranger", other_team, "owner")
    found["superuser"] = User.objects.create_superuser("root")
    return found


@pytest.fixture
def rooms(team, other_team, cast) -> Rooms:
    """The team's; the stranger has a room of their own, and was once in the team."""
    furnish(other_team, cast["stranger"], "own words")
    rooms = furnish(team, cast["owner"], CANARY)
    for user in cast.values():
        for thing in rooms.things.values():
            LogEntry.objects.create(
                user=user, content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk,
                object_repr=f"{CANARY} then", action_flag=CHANGE, change_message=f"{CANARY} words",
            )  # fmt: skip
    rooms.as_owner = Client()
    rooms.as_owner.force_login(cast["owner"])
    return rooms


def ours() -> list:
    return [model for app in APPS for model in apps.get_app_config(app).get_models()]


@pytest.fixture
def client_of(cast, rooms):
    def client_of(role: str) -> Client:
        client = Client()
        if role in cast:
            client.force_login(cast[role])
        elif role == "visitor":
            answer = HttpResponse()
            visitors.remember(answer, visitors.new_token(timezone.now()))
            client.cookies.update(answer.cookies)
        return client

    return client_of


def digest() -> dict[str, str]:
    """Every row of every table, but for sessions and the log of who did what."""
    kept = [model for model in apps.get_models() if model not in {Session, LogEntry}]
    rows = {model._meta.label: list(model._default_manager.order_by("pk").values_list()) for model in kept}
    return {label: sha256(repr(found).encode()).hexdigest() for label, found in rows.items()}


class Written:
    """Whether any statement wrote more than a session or the log: where none did, nothing has changed."""

    READING = re.compile(r"\s*\(?(SELECT|SAVEPOINT|RELEASE|ROLLBACK)\b", re.IGNORECASE)
    ASIDE = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM) .(django_session|django_admin_log)\b")

    def __init__(self) -> None:
        self.anything = False

    def __call__(self, execute, sql, params, many, context):
        if not self.READING.match(sql) and not self.ASIDE.match(sql):
            self.anything = True
        return execute(sql, params, many, context)


def outcome(answer) -> str:
    place = answer.headers.get("Location", "") or answer.headers.get("HX-Redirect", "")
    if place.startswith(reverse("admin:login")):
        return "login"
    if place == reverse("admin:index"):
        return "index"
    return "in" if answer.status_code < 400 or answer.status_code in {400, 422} else str(answer.status_code)


def said(answer) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = [(name, value) for name, value in answer.headers.items() if name != "Expires"]  # now
    return body.decode(errors="replace") + str(headers)


def requests(rooms: Rooms, role: str, name: str) -> list[tuple[str, str, dict]]:
    """What is asked for as (method, address, form); of those who may, the first of each is enough."""
    view = TABLE[name]
    places, typed = view.at(rooms), [{}]
    if role not in {"stranger", "host"}:
        places = places[:1] if role not in OUTSIDERS else places
    if role in {"stranger", "host"} or not name.startswith("admin:"):
        typed = view.sent(rooms)
    return [("get", place, {}) for place in places] + [("post", places[0], form) for form in typed]


def asked(client: Client, method: str, place: str, form: dict, before: dict[str, str]):
    """The answer, and which tables it changed, where they are watched; then all is as before."""
    cookies, written = deepcopy(client.cookies), Written()
    with transaction.atomic():
        with connection.execute_wrapper(written):
            answer = getattr(client, method)(place, form)
            if answer.streaming:  # read to its end, as browsers do
                answer.streaming_content = [b"".join(answer.streaming_content)]
        rows = digest() if before and written.anything else before
        changed = [label for label in before if before[label] != rows[label]]
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer, changed


def breaches(client: Client, rooms: Rooms, role: str, only=TABLE) -> list[str]:
    """What differs from the table, what leaks, and what was changed by who may not."""
    found, rows = [], digest()
    for name in only:
        for number, (method, place, form) in enumerate(requests(rooms, role, name)):
            wanted, outside = TABLE[name].answers(method)[role], role in OUTSIDERS
            watch = method == "post" and (outside or wanted != "in")
            answer, changed = asked(client, method, place, form, rows if watch else {})
            got, told = outcome(answer), f"{role} {method} {place}"
            if got != wanted and (number == 0 or method == "post"):
                found.append(f"{told}: {got}, not {wanted}")
            found += [f"{told} leaks"] if outside and CANARY in said(answer) else []
            found += [f"{told} changes {changed}"] if changed else []
    return found


def unlisted(resolver) -> set[str]:
    return set(names(resolver)) - set(TABLE)


def test_every_address_is_in_the_table():
    assert unlisted(get_resolver()) == set()
    assert set(TABLE) - set(names(get_resolver())) == set()


@pytest.mark.parametrize("made_up", [{"name": "made_up"}, {}])
def test_control_an_address_that_is_not_listed_is_found(made_up):
    extra = path("made-up/", HttpResponse, **made_up)
    assert unlisted(URLResolver(RegexPattern(r"^/"), [*get_resolver().url_patterns, extra]))


def test_every_text_has_a_canary(rooms):
    texts = [(model, field.name) for model in ours() for field in text_fields(model)]
    starts = [model.objects.filter(**{f"{name}__startswith": CANARY}) for model, name in texts]
    assert [text for text, rows in zip(texts, starts, strict=True) if not rows.exists()] == []


@pytest.mark.parametrize("role", ROLES, ids=lambda role: f"{len(TABLE)} views, {role}")
def test_everybody_gets_what_the_table_says_and_nothing_leaks(rooms, client_of, role):
    found = breaches(client_of(role), rooms, role)
    assert found == [], "\n".join(found)


# Each wall once more with a hole in it, which the same look must find.

ADMINS = [name for name in TABLE if re.match(r"admin:(measures|gallery|feedback)_", name)]


@pytest.fixture
def unscoped(monkeypatch):
    monkeypatch.setattr(TeamScope, "_of_teams", lambda self, queryset, request, teams: queryset)
    monkeypatch.setattr(TeamScopedAdmin, "_reaches", lambda self, request, obj, teams: True)


@pytest.fixture
def unhosted(monkeypatch):
    monkeypatch.setattr(GalleryQuerySet, "reached_by", lambda self, user: self.kept())
    monkeypatch.setattr(GalleryQuerySet, "curated_by", lambda self, user: self.kept())


@pytest.mark.parametrize("label", ["measures_goal", "gallery_poster", "feedback_notekind"])
def test_control_an_unscoped_admin_is_found(rooms, client_of, unscoped, label):
    stranger = client_of("stranger")
    for page in ("changelist", "change", "history", "delete"):
        assert breaches(stranger, rooms, "stranger", [f"admin:{label}_{page}"]), page
    told = "".join(breaches(stranger, rooms, "stranger", [f"admin:{label}_change"]))
    assert "leaks" in told
    assert "changes" in told


@pytest.mark.parametrize("name", ["dashboard", "decide", "print", "export_csv", "lobby", "photo", "doors"])
def test_control_a_view_that_does_not_ask_whose_gallery_it_is_is_found(rooms, client_of, unhosted, name):
    assert breaches(client_of("stranger"), rooms, "stranger", [name])


def test_control_a_host_who_decides_is_found(rooms, client_of, monkeypatch):
    monkeypatch.setattr(GalleryQuerySet, "curated_by", GalleryQuerySet.reached_by)
    found = breaches(client_of("host"), rooms, "host", ["decide", "decide_poster", "publish"])
    assert len(found) >= 3


# Nothing tells whether there is such a gallery.

WITH_CODE = [name for name, view in TABLE.items() if view.coded]


def alike(client: Client, rooms: Rooms, **headers: str) -> list[str]:
    """The addresses at which a real code gets another answer than an invented one."""
    found = []
    for name in WITH_CODE:
        for method in ("get", "post"):
            [place] = TABLE[name].at(rooms)
            real = getattr(client, method)(place, **headers)
            other = getattr(client, method)(place.replace(rooms.code, "ZZZZ2222"), **headers)
            if said(real).replace(rooms.code, "ZZZZ2222") != said(other) or CANARY in said(real):
                found.append(f"{method} {place}")
    return found


@pytest.mark.parametrize("headers", [{}, {"HTTP_HX_REQUEST": "true"}], ids=["page", "htmx"])
@pytest.mark.parametrize("role", OUTSIDERS)
def test_a_real_code_and_an_invented_one_get_the_same(rooms, client_of, role, headers):
    assert alike(client_of(role), rooms, **headers) == []


def test_control_a_code_that_tells_is_found(rooms, client_of, unhosted):
    assert alike(client_of("stranger"), rooms)


def test_logged_out_htmx_goes_to_the_log_in_or_keeps_what_was_typed(rooms, client_of):
    client, htmx = client_of("logged out"), {"HTTP_HX_REQUEST": "true"}
    for name in WITH_CODE:
        if TABLE[name].answers("get")["logged out"] == "login":
            [place] = TABLE[name].at(rooms)
            assert client.get(place, **htmx).headers["HX-Redirect"].startswith(reverse("admin:login"))
            assert client.post(place, **htmx).status_code in {204, 422}


# When the doors are open, visitors read what hangs, and nothing else.


def test_open_to_visitors_and_what_is_hidden_waits_or_is_undecided_stays_so(rooms, client_of):
    Gallery.objects.filter(code=rooms.code).update(invited_at=timezone.now() - timedelta(days=1))
    rooms.gallery.hours.update(opens=timezone.now() - timedelta(hours=1))
    rooms.gallery.team.galleries.exclude(code=rooms.code).update(title=LOUD)
    for note in rooms.notes[1:]:
        type(note).objects.filter(pk=note.pk).update(text=LOUD, name=LOUD)
    rooms.decision.reason = LOUD
    rooms.decision.save()
    for role in OUTSIDERS:
        client = client_of(role)
        for name in ("lobby", "poster", "feed", "drift", "invitation_ics", "photo"):
            answer = client.get(TABLE[name].at(rooms)[0])
            assert outcome(answer) == "in", f"{role} {name}"
            assert LOUD not in said(answer), f"{role} {name}"
        assert CANARY in said(client.get(TABLE["poster"].at(rooms)[0]))


# A deleted gallery is on the one page from which it comes back, and nowhere else.

BACK = {"admin:gallery_gallery_deleted", "admin:gallery_gallery_restore"}
IN_IT = ["gallery_gallery", "gallery_wall", "gallery_poster", "feedback_notekind"]
OF_IT = [name for name in ADMINS if any(label in name for label in IN_IT) and name not in BACK]


@pytest.mark.parametrize("role", ["host", "owner", "superuser"])
def test_a_deleted_gallery_is_nowhere(rooms, client_of, role):
    client = client_of(role)
    Gallery.objects.filter(code=rooms.code).update(deleted_at=timezone.now())
    for thing in ("gallery_gallery", "gallery_wall", "gallery_poster", "feedback_notekind"):
        words = {field.name: f"{LOUD} {field.name}" for field in text_fields(type(rooms.things[thing]))}
        type(rooms.things[thing]).objects.filter(pk=rooms.key_of(thing)).update(**words)
    for name in [*WITH_CODE, *OF_IT, "admin:autocomplete", "admin:index"]:
        for place in TABLE[name].at(rooms):
            answer = client.get(place)
            assert LOUD not in said(answer), f"{role} {name}"
            if (name in WITH_CODE and name != "feed") or name.endswith(("_change", "_delete", "_history")):
                assert outcome(answer) != "in", f"{role} {name}"


def test_control_a_deleted_gallery_that_is_not_left_out_is_found(rooms, client_of, monkeypatch):
    monkeypatch.setattr(TeamScope, "only", {})
    monkeypatch.setattr("gallery.admin.PosterAdmin.only", {})
    with pytest.raises(AssertionError, match="gallery_poster"):
        test_a_deleted_gallery_is_nowhere(rooms, client_of, "owner")
