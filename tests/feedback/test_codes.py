"""Codes: eight symbols without look-alikes, an exact match; what isn't there looks the same, whatever it is.

No limit is set on guessing. 29^8 is 5 × 10^11 codes: at 1,000 guesses a second, more than this server
answers, the first of 100 galleries is met after 58 days on the average; and a limit by address would
shut out a room.
"""

import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from feedback import notes, visitors
from gallery import codes, events
from gallery.models import CODE_LENGTH, CODE_SYMBOLS, Gallery, GalleryQuerySet, make_code

KEY = uuid.uuid4()
UNTELLING = {"Date"}


def routes(resolver=None, before=""):
    """Every address of the house with its converters, as (name, route, names of its parts)."""
    for each in (resolver or get_resolver()).url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each, route)
        elif isinstance(each, URLPattern):
            yield each.name, route, each.pattern.converters


VISITED = {
    name: set(converters)
    for name, route, converters in routes()
    if route.startswith("g/") and "code" in route
}


def address(name, code):
    parts = {"code": code, "number": 1, "key": KEY, "name": KEY}
    return reverse(name, kwargs={part: parts[part] for part in VISITED[name]})


@pytest.fixture
def there(team):
    """A code of each sort; behind all but the unknown one stands a poster with a note."""

    def make(**moments):
        gallery = Gallery.objects.create(team=team, title="Sealed title", **moments)
        poster = events.hang(wall=gallery.walls.create(name="W"), kind="text", title="Sealed poster")
        kind = gallery.note_kinds.first()
        key = KEY if not moments else uuid.uuid4()
        notes.stick(poster=poster, key=key, kind=kind, text="Sealed note")
        return gallery.code

    now = timezone.now()
    open_ = {"invited_at": now, "opened_at": now}
    return {
        "unknown": "ZZZZ2222",
        "draft": make(),
        "deleted": make(**open_, deleted_at=now),
        "deleted report": make(**open_, closed_at=now, published_at=now, deleted_at=now),
        "open": make(**open_),
    }


def asked(client, method, path, code, **headers):
    """All that comes back, but for the code that was asked for and the time."""
    body = {"key": str(KEY), "kind": "Idea", "text": "Show it", "name": ""} if method == "post" else {}
    answer = getattr(client, method)(path, body, headers=headers)
    told = {name: value for name, value in answer.headers.items() if name not in UNTELLING}
    cookies = sorted(answer.cookies)
    return answer.status_code, told, cookies, answer.content.replace(code.encode(), b"CODE")


def differences(there, name, method, **headers):
    """The sorts of gallery, but for open ones, that answer otherwise than an unknown code does."""
    told = {}
    for sort, code in there.items():
        client = Client()
        client.cookies[visitors.COOKIE] = visitors.new_token(timezone.now())
        told[sort] = asked(client, method, address(name, code), code, **headers)
    return {sort for sort, answer in told.items() if answer != told["unknown"]} - {"open"}


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
@pytest.mark.parametrize("method", ["get", "head", "post", "put"])
@pytest.mark.parametrize("name", sorted(VISITED))
def test_unknown_draft_and_deleted_galleries_answer_byte_for_byte_alike(there, name, method, headers):
    assert differences(there, name, method, **headers) == set()


def test_every_way_of_a_visitor_is_asked():
    known = {"lobby", "poster", "feed", "stick", "note", "take_back", "put_back", "drift", "invitation_ics"}
    assert known <= set(VISITED)


def test_control_a_room_that_tells_deleted_ones_apart_is_caught(there, monkeypatch):
    monkeypatch.setattr(GalleryQuerySet, "kept", lambda self: self.all())
    assert differences(there, "lobby", "get") == {"deleted", "deleted report"}


def test_control_a_room_that_tells_drafts_apart_is_caught(there, monkeypatch):
    from feedback.views import lobby

    enter = lobby.enter

    def talkative(request, code):
        if code == there["draft"]:
            raise lobby.Http404("This gallery is a draft.")
        return enter(request, code)

    monkeypatch.setattr(lobby, "enter", talkative)
    assert differences(there, "lobby", "get") == {"draft"}


def test_control_a_header_that_drafts_alone_have_is_caught(there, monkeypatch):
    """As it once was: only for a draft was it asked who is logged in."""
    from feedback import room

    def enter(request, code):
        found = Gallery.objects.with_hours(code)
        if found is None:
            raise room.Http404(room.NO_GALLERY)
        return room._visit(request, *found)

    monkeypatch.setattr(room, "enter", enter)
    assert differences(there, "poster", "get") == {"draft"}


def test_the_door_tells_none_of_them_apart(there, visitor):
    home = reverse("home")
    told = {sort: asked(visitor, "get", f"{home}?code={code}", code) for sort, code in there.items()}
    assert told.pop("open")[0] == 302
    assert len({repr(answer) for answer in told.values()}) == 1
    assert told["unknown"][0] == 404


def test_one_s_own_team_finds_its_draft_and_nobody_its_deleted_one(there, as_facilitator):
    assert as_facilitator.get(address("lobby", there["draft"])).status_code == 200
    assert as_facilitator.get(address("lobby", there["deleted"])).status_code == 404


@pytest.mark.parametrize("archived", [False, True])
def test_a_published_report_stays_readable(there, visitor, archived):
    gallery = Gallery.objects.filter(code=there["open"])
    gallery.update(closed_at=timezone.now(), published_at=timezone.now(), opened_at=None)
    gallery.update(archived_at=timezone.now() if archived else None, locked_at=timezone.now())
    assert visitor.get(address("lobby", there["open"])).status_code == 200
    assert b"Sealed poster" in visitor.get(address("poster", there["open"])).content


def test_a_code_is_eight_of_29_symbols_without_look_alikes():
    assert CODE_LENGTH == 8
    assert len(set(CODE_SYMBOLS)) == len(CODE_SYMBOLS) == 29
    assert not set("0O1ILUV") & set(CODE_SYMBOLS)
    made = {make_code() for _ in range(200)}
    assert len(made) == 200
    assert all(codes.is_code(code) for code in made)
    assert len(CODE_SYMBOLS) ** CODE_LENGTH / 100 / 1_000 / (24 * 3600) > 57  # days, see above


def test_only_the_whole_code_matches(there, visitor):
    code = there["open"]
    near = [
        code[:7],
        f"{code}2",
        f"{code[:7]}%25",
        f"{code[:7]}_",
        f"{code[:7]}0",
        f"{code[:7]}２",
        f"{code}%0A",
    ]
    for other in near:
        assert visitor.get(f"/g/{other}/").status_code == 404, other
        assert visitor.get(f"{reverse('home')}?code={other.replace('%0A', 'x')}").status_code == 404, other


@pytest.mark.parametrize("typed", ["{low}", " {code} ", "{half}", "{code}\n"])
def test_case_spaces_and_hyphens_do_not_matter_at_the_door(there, visitor, typed):
    code = there["open"]
    words = typed.format(low=code.lower(), code=code, half=codes.in_print(code))
    assert visitor.get(reverse("home"), {"code": words}).headers["Location"] == address("lobby", code)
