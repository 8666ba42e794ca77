"""Nothing of a visitor is kept but words: not an address, not a browser's name, not a token.

A whole gallery is lived through by phones with marks that are found nowhere else; then every cell of
every table, every kept page, every log line, every page, export and sheet is searched for them.
"""

import base64
import hashlib
import logging
import re
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pypdfium2
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback import frames, limits, notes, telling, visitors
from feedback.models import Bucket, Note, ToBeTold, Vote
from gallery import events
from gallery.models import Gallery
from tests.feedback.rating import opened, themes

MARKS = {
    "REMOTE_ADDR": "203.0.113.77",
    "HTTP_X_FORWARDED_FOR": "198.51.100.23",
    "HTTP_X_REAL_IP": "192.0.2.149",
    "HTTP_FORWARDED": "for=192.0.2.201",
    "HTTP_USER_AGENT": "Zanzibar-Phone/7.3",
    "HTTP_ACCEPT_LANGUAGE": "tlh-QX",
    "HTTP_REFERER": "https://intranet.zanzibar.example/who",
    "HTTP_SEC_CH_UA": "Zanzibrowser",
}
PSEUDONYMS_STAND_IN = {"feedback_note.author", "feedback_bucket.whose", "feedback_vote.author"}
PEOPLE = r"\b\d+\s+(?:different\s+)?(?:people|persons?|visitors?|senders?|phones?|devices?|participants?)\b"
EXPORTS = ("export_csv", "export_themes", "export_votes", "export_decisions")


@dataclass
class Lived:
    """A gallery that was lived through: its visitors' secrets, and all that was read there."""

    tokens: list[str] = field(default_factory=list)
    pseudonyms: list[str] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> list[str]:
        """The marks and tokens as they are, and in the forms in which one might keep them."""
        plain = [*MARKS.values(), *self.tokens, *(token.split(".")[0] for token in self.tokens)]
        known = [word.encode() for word in plain]
        hashed = [maker(word).hexdigest() for word in known for maker in (hashlib.md5, hashlib.sha256)]
        return plain + hashed + [base64.b64encode(word).decode() for word in known]


def phone(**more):
    return Client(enforce_csrf_checks=True, raise_request_exception=False, **MARKS | more)


def visit(client, gallery, poster, text):
    """Everything that a visitor may do, and much that goes wrong; returns the pages that they read."""
    code, number = gallery.code, poster.number
    at = {name: reverse(name, args=[code, number]) for name in ("poster", "stick", "feed")}
    in_room = {name: reverse(name, args=[code]) for name in ("lobby", "drift", "invitation_ics")}
    read = rate(client, gallery)
    read += [client.get(address) for address in (*in_room.values(), at["poster"], at["feed"])]
    read += [client.get(reverse("home"), {"code": code}), client.get("/g/ZZZZ2222/"), client.get("/none/")]

    def stick(text, key="", **headers):
        sent = {"key": key or str(uuid.uuid4()), "kind": "Idea", "text": text, "name": ""}
        return client.post(at["stick"], sent, headers=headers)

    first = str(uuid.uuid4())
    htmx = {"HX-Request": "true"}
    read += [stick(text, first), stick(f"{text} again", **htmx), stick("", **htmx), stick("Other", first)]
    read += [stick("From elsewhere", Origin="https://zanzibar.example")]
    for name in ("note", "take_back", "put_back"):
        own = reverse(name, args=[code, number, first])
        read += [client.get(own), client.post(own, {"text": f"{text} reworded"}, headers=htmx)]
    read += [
        client.get(at["poster"]),
        client.get(f"{at['feed']}?after=0"),
        client.get(at["poster"] + "?all=1"),
    ]
    read += [
        client.post(reverse("hide_note", args=[code, first])),
        client.get(reverse("dashboard", args=[code])),
    ]
    read += [client.get(in_room["lobby"], headers={"Host": "zanzibar.example"})]
    return {f"{place} {answer.status_code}": told(answer) for place, answer in enumerate(read)}


def rate(client, gallery):
    """All that a visitor may do with what the team asks the room, and what goes wrong."""
    address, htmx = reverse("rate", args=[gallery.code, 1]), {"HX-Request": "true"}
    page = client.get(address)
    sent = {"r-1": "0"} | dict(re.findall(r'name="(opened|offer)" value="([^"]*)"', told(page)))
    return [
        page,
        client.post(address, sent, headers=htmx),
        client.post(address, sent),
        client.post(address, sent | {"r-1": "9"}),
        client.get(address),
        client.get(f"{address}?seen=0", headers=htmx),
        client.get(reverse("rating", args=[gallery.code])),
    ]


def told(answer):
    """All that an answer says: headers but its cookies, and the body; of a PDF also the text."""
    body = answer.getvalue()
    if answer.headers.get("Content-Type") == "application/pdf":
        pages = pypdfium2.PdfDocument(body)
        body += "\n".join(page.get_textpage().get_text_range() for page in pages).encode()
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{headers}\n{body.decode(errors='replace')}"


def hosts_pages(client, gallery, *sheets):
    """Every page and export of the hosts, and the printed sheets that are asked for, by its name."""
    board = reverse("dashboard", args=[gallery.code])
    addresses = {
        name: reverse(name, args=[gallery.code])
        for name in ("decide", "report_draft", "rounds", "carry_on", *EXPORTS, "print", *sheets)
    }
    addresses |= {name: reverse(name, args=[gallery.code, 1]) for name in ("round", "round_news")}
    addresses |= {"live": reverse("round", args=[gallery.code, 1]) + "?live=1"}
    addresses |= {query: board + query for query in ("", "?all=1", "?state=hidden", "?state=waiting")}
    addresses |= {
        query: board + query
        for query in ("?words=thought&minutes=10", "?poster=1&kind=Idea", "?poster=1&unanswered=1", "news/")
    }
    return {name: told(client.get(address)) for name, address in addresses.items()}


def admin_pages(client):
    """Every list of the admin, every row's page and its history."""
    found = {"index": told(client.get(reverse("admin:index")))}
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found[name] = told(client.get(reverse(f"{name}_changelist")))
        for row in model._default_manager.all()[:5]:
            for page in ("change", "history"):
                found[f"{name} {row.pk} {page}"] = told(client.get(reverse(f"{name}_{page}", args=[row.pk])))
    return found


def stored():
    """Everything that is kept anywhere, as (place, words): each cell of each table, sessions, caches."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our tables
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield from ((f"{table}.{name}", words(cell)) for name, cell in zip(names, row, strict=True))
    yield from (("a session", words(session.get_decoded())) for session in Session.objects.all())
    yield from (("the cache", words(kept)) for kept in getattr(cache, "_cache", {}).values())
    for kept in (frames.FRAMES, frames.PAGES, frames.WALLS, frames.FRAGMENTS, frames.REPORTS):
        yield from (("kept pages", words(each)) for each in kept.values())


def words(cell):
    if isinstance(cell, memoryview):
        cell = bytes(cell)
    return cell.decode("latin-1") if isinstance(cell, bytes) else str(cell)


def holding(secrets, places):
    """The places and their words in which any of the secrets is found, in any case."""
    sought = [secret.lower() for secret in secrets]
    lowered = ((place, text, text.lower()) for place, text in places)
    return [(place, text) for place, text, low in lowered if any(secret in low for secret in sought)]


def search(secrets, places):
    """Where any of them is found."""
    return sorted({place for place, _ in holding(secrets, places)})


@pytest.fixture
def log():
    """Every line that any logger writes, at every level, with its traceback."""
    lines = []

    class Listener(logging.Handler):
        def emit(self, record):
            lines.append(("a log line", f"{self.format(record)} {record.args}"))

    listener = Listener(logging.DEBUG)
    loggers = [logging.getLogger(name) for name in (None, *logging.root.manager.loggerDict)]
    before = [(logger, logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        if logger is logging.root or not logger.propagate:
            logger.addHandler(listener)
    yield lines
    for logger, level, _ in before:
        logger.setLevel(level)
        logger.removeHandler(listener)


@pytest.fixture
def as_superuser(db):
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


READ: dict[str, str] = {}  # what was read there, for tests that only read it once more


@pytest.fixture
def pages(request) -> dict[str, str]:
    """All that is read in a gallery that was lived through; once for all who ask."""
    return READ or request.getfixturevalue("lived").pages


@pytest.fixture
def lived(gallery, poster, goal, as_facilitator, as_superuser, log, monkeypatch, mailoutbox):
    """A gallery from its first visitor to its report, before it is archived."""
    found = Lived()
    themes(gallery, "Weather", "Money")
    rated = opened(gallery)

    def press(name, *more, **sent):
        as_facilitator.post(reverse(name, args=[gallery.code, *more]), sent)

    for number in range(4):
        client = phone()
        found.pages |= {
            f"{number} {page}": text
            for page, text in visit(client, gallery, poster, f"A thought {number}").items()
        }
        found.tokens.append(client.cookies[visitors.COOKIE].value)
    found.pseudonyms = [visitors.pseudonym(token, gallery.code) for token in found.tokens]
    first = Note.objects.filter(author=found.pseudonyms[0]).first()

    for _ in range(10 * limits.VISITOR.burst):  # until one is told to slow down, however slow the machine is
        last = client.post(reverse("stick", args=[gallery.code, 1]), {"kind": "Idea", "text": "Fast"})
        if last.status_code == 429:
            break
    assert last.status_code == 429
    with monkeypatch.context() as broken:
        broken.setattr("feedback.ways.drift", lambda *_: 1 / 0)
        assert client.get(reverse("drift", args=[gallery.code])).status_code == 500
    for name, act in (("moderate", "on"), ("lock", "lock")):
        press(name, act=act)
        found.pages |= {
            f"{name} {page}": text for page, text in visit(client, gallery, poster, "Later").items()
        }
    press("lock", act="unlock")
    found.pages |= {
        f"waits {page}": text for page, text in visit(phone(), gallery, poster, "It waits").items()
    }
    press("hide_note", first.key)
    press("hide_sender", first.key)
    found.pages |= hosts_pages(as_facilitator, gallery)
    assert rated.items.get(place=1).votes.count() >= 4
    press("round_act", 1, act="close", sure="1")
    found.pages |= {f"rated {page}": text for page, text in hosts_pages(as_facilitator, gallery).items()}
    press("decide_poster", 1, verdict="keep", reason="You liked it.")
    press("change_shown", 1, retire="1")
    events.close_for_good(gallery)
    found.pages |= {
        f"closed {page}": text for page, text in visit(client, gallery, poster, "Too late").items()
    }
    press("publish", publish="1", sure="1", thanks="Thank you.")
    gallery.refresh_from_db()
    assert gallery.published_at
    found.pages |= {f"report {page}": text for page, text in visit(phone(), gallery, poster, "Late").items()}
    found.pages |= {f"after {page}": text for page, text in hosts_pages(as_facilitator, gallery).items()}
    found.pages |= admin_pages(as_superuser)
    assert mailoutbox == []
    seen = {page.rpartition(" ")[2] for page in found.pages}
    assert {"200", "204", "302", "400", "403", "404", "422"} <= seen, "not all that may happen did"
    assert Note.objects.filter(text__startswith="A thought", state=Note.State.SHOWN).count() >= 3
    READ.update(found.pages)
    return found


def test_after_a_full_gallery_no_mark_of_a_visitor_is_anywhere(
    lived, log, gallery, as_facilitator, as_superuser
):
    assert search(lived.secrets, stored()) == []
    assert holding(lived.secrets, log) == []
    assert search(lived.secrets, lived.pages.items()) == []
    assert len(log) > 20  # it was listened to
    assert "Internal Server Error" in " ".join(line for _, line in log)

    assert search(lived.pseudonyms, lived.pages.items()) == []
    assert holding(lived.pseudonyms, log) == []
    assert set(search(lived.pseudonyms, stored())) == PSEUDONYMS_STAND_IN

    events.archive(gallery)
    assert not Note.objects.filter(author__isnull=False).exists()
    assert not Vote.objects.filter(author__isnull=False).exists()
    assert not Bucket.objects.exists()
    later = hosts_pages(as_facilitator, gallery, "print_pdf") | admin_pages(as_superuser)
    assert "A thought" in later["export_csv"]
    assert "%PDF" in later["print_pdf"]
    assert search(lived.pseudonyms + lived.secrets, [*later.items(), *log]) == []
    frames.forget()  # what is kept for ten seconds
    assert search(lived.pseudonyms + lived.secrets, stored()) == []


def test_nowhere_are_people_counted(pages):
    counted = {place: re.findall(PEOPLE, text, re.IGNORECASE) for place, text in pages.items()}
    assert {place: lines for place, lines in counted.items() if lines} == {}


@pytest.mark.parametrize("words", ["3 visitors", "12 people", "2 different senders wrote", "1 phone"])
def test_control_a_count_of_people_is_caught(words):
    assert re.search(PEOPLE, f"<p>{words}</p>")


# How the database numbers senders, so that no hour of fewer than five is drawn (feedback/ledger.py).
NUMBERED = re.compile(
    r"CASE WHEN note.author IS NOT NULL THEN MIN\(note.id\) OVER \(PARTITION BY note.author\) END"
    r"|\(SELECT MIN\(own.id\) FROM feedback_note own "
    r"WHERE own.gallery_id = \d+ AND own.author = note.author\)"
)


def readers(queries):
    """Those of the queries that read who wrote; to number the senders is not to read them."""
    asked = [NUMBERED.sub("", query["sql"]) for query in queries]
    return [sql for sql in asked if "author" in sql]


def test_no_page_of_the_hosts_even_reads_who_wrote(as_facilitator, gallery, poster):
    themes(gallery, "Weather", "Money")
    opened(gallery)
    visit(phone(), gallery, poster, "A thought")
    with CaptureQueriesContext(connection) as asked:
        hosts_pages(as_facilitator, gallery)
    assert any(NUMBERED.search(query["sql"]) for query in asked.captured_queries)
    assert readers(asked.captured_queries) == []
    with CaptureQueriesContext(connection) as asked:  # control: one that does is seen
        list(Note.objects.values("author"))
    assert len(readers(asked.captured_queries)) == 1


ADDRESS = "zanzibar.reader@mail.example"


@pytest.fixture
def left(gallery, poster, as_facilitator, as_superuser, log, settings, monkeypatch):
    """An address left to be told what changed; then the report is published, and each is told."""
    settings.MAIL_OFFERED = True
    monkeypatch.setattr(telling, "begin", lambda pk: None)
    client, found = phone(), {}
    leave = reverse("tell_me", args=[gallery.code])
    for name, sent in (("left", ADDRESS), ("again", ADDRESS)):
        found[name] = told(client.post(leave, {"mail": sent}))
    assert not client.cookies
    found |= visit(client, gallery, poster, "A thought")
    found |= hosts_pages(as_facilitator, gallery, "export_gallery") | admin_pages(as_superuser)
    return found


def test_an_address_left_to_be_told_stands_apart_and_goes_with_its_message(
    left, log, gallery, as_facilitator, as_superuser, mailoutbox
):
    assert search([ADDRESS], left.items()) == []
    assert search([ADDRESS], stored()) == ["feedback_tobetold.mail"]
    events.close_for_good(gallery)
    events.publish(gallery)
    telling.tell()
    assert [message.to for message in mailoutbox] == [[ADDRESS]]
    assert search([ADDRESS], stored()) == []
    later = hosts_pages(as_facilitator, gallery, "export_gallery") | admin_pages(as_superuser)
    assert search([ADDRESS], [*later.items(), *log]) == []
    # Control: a message that isn't erased is found.
    ToBeTold.objects.create(gallery=gallery, mail=ADDRESS)
    assert search([ADDRESS], stored()) == ["feedback_tobetold.mail"]


# Controls: what must be caught


@pytest.mark.parametrize(
    "secret", [*MARKS.values(), hashlib.sha256(MARKS["REMOTE_ADDR"].encode()).hexdigest()]
)
@pytest.mark.parametrize("column", ["text", "name", "digest"])
def test_control_a_mark_in_any_column_is_found(gallery, poster, secret, column):
    kind = gallery.note_kinds.first()
    note = notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text="A thought", author="a" * 64)
    assert search(Lived().secrets, stored()) == []
    Note.objects.filter(pk=note.pk).update(**{column: secret[:60]} if column == "name" else {column: secret})
    assert search([secret[:60]], stored()) == [f"feedback_note.{column}"]


def test_control_a_mark_in_a_session_a_cache_a_kept_page_or_a_log_is_found(db, client, log):
    agent = MARKS["HTTP_USER_AGENT"]
    session = client.session
    session["agent"] = agent
    session.save()
    cache.set("agent", agent)
    frames.PAGES[(1, 1, "open", False, False)] = f"<p>{agent}</p>"
    logging.getLogger("feedback").debug("%s came in", agent)
    try:
        assert search(Lived().secrets, stored()) == ["a session", "kept pages", "the cache"]
        assert search(Lived().secrets, log) == ["a log line"]
    finally:
        cache.clear()


def test_control_a_visit_that_keeps_the_agent_fails_the_search(gallery, poster, monkeypatch):
    stick = notes.stick

    def talkative(**sent):
        return stick(**sent | {"name": MARKS["HTTP_USER_AGENT"]})

    monkeypatch.setattr(notes, "stick", talkative)
    pages = visit(phone(), gallery, poster, "A thought")
    assert "feedback_note.name" in search(Lived().secrets, stored())
    assert search(Lived().secrets, pages.items())


# Pseudonyms


def test_one_phone_is_another_in_another_gallery(gallery, poster, team):
    other = Gallery.objects.create(team=team, title="Another room", invited_at=gallery.invited_at)
    events.open_doors(other)
    there = events.hang(wall=other.walls.create(name="W"), kind="text", title="T")
    client = phone()
    visit(client, gallery, poster, "Here"), visit(client, other, there, "There")
    [here, away] = [
        set(Note.objects.filter(gallery=each).values_list("author", flat=True)) for each in (gallery, other)
    ]
    token = client.cookies[visitors.COOKIE].value
    assert here == {visitors.pseudonym(token, gallery.code)}
    assert away == {visitors.pseudonym(token, other.code)}
    assert not here & away


def test_it_cannot_be_made_without_the_house_s_key(gallery, settings):
    token = visitors.new_token(timezone.now())
    ours = visitors.pseudonym(token, gallery.code)
    settings.SECRET_KEY = "another key" * 5
    assert visitors.pseudonym(token, gallery.code) != ours


# No third party


LOADING = {
    "src",
    "srcset",
    "poster",
    "data",
    "action",
    "formaction",
    "background",
    "hx-get",
    "hx-post",
    "ping",
}
FOREIGN = re.compile(r"^\s*(?:[a-z]+:)?//|url\(", re.IGNORECASE)
FOREIGN_CSS = re.compile(r"(?:url\(|@import)\s*['\"]?\s*(?:[a-z]+:)?//[^)'\"]*", re.IGNORECASE)


class Loads(HTMLParser):
    """The addresses that a browser asks for by itself, or sends a form to, when it shows a page."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if (name in LOADING or (name in {"href", "xlink:href"} and tag != "a")) and value:
                self.found.append(value)
            if name == "style" and value:
                self.found += FOREIGN_CSS.findall(value)


def foreign(page):
    own = settings.BASE_URL
    return [
        each
        for each in Loads(page).found
        if "//" in each and FOREIGN.search(each) and not each.startswith(own)
    ]


def test_no_page_asks_another_site_for_anything(pages):
    body = {place: text.split("\n", 1)[-1] for place, text in pages.items()}
    assert {place: found for place, text in body.items() if (found := foreign(text))} == {}


def test_no_stylesheet_and_no_script_of_ours_names_another_site():
    root = Path(settings.BASE_DIR) / "static"
    sheets = {path.name: FOREIGN_CSS.findall(path.read_text()) for path in root.rglob("*.css")}
    scripts = {
        path.name: re.findall(r"['\"`](?:https?:)?//[^'\"`]+", path.read_text())
        for path in root.rglob("*.js")
        if "vendor" not in path.parts
    }
    assert {name: found for name, found in (sheets | scripts).items() if found} == {}


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="https://tracker.example/p.gif">',
        '<link rel="stylesheet" href="//fonts.example/a.css">',
        '<script src="HTTP://cdn.example/x.js"></script>',
        '<p style="background: url(https://tracker.example/p.gif)">',
        '<form action="https://collect.example/">',
    ],
)
def test_control_another_site_is_caught(markup):
    assert foreign(f"<html>{markup}</html>")


def test_control_another_site_in_a_stylesheet_is_caught():
    assert FOREIGN_CSS.findall("@import 'https://fonts.example/a.css'; a { background: url(//x.example/p) }")
    assert not FOREIGN_CSS.findall("a { background: url('fonts/a.ttf') }")


# The server in front


def server_flags(monkeypatch):
    from gallery.management.commands import serve

    started = []
    monkeypatch.setattr(serve.os, "execv", lambda program, arguments: started.append(arguments))
    serve.serve()
    return started[0]


def keeps_access_log(flags, environment):
    """Granian writes addresses to a log only when told to by a flag or by its environment."""
    return "--access-log" in flags or "GRANIAN_LOG_ACCESS_ENABLED" in environment


def test_the_server_keeps_no_access_log(monkeypatch):
    from granian.cli import cli

    [option] = [each for each in cli.params if "--access-log" in each.opts]
    assert option.default in (False, None)
    assert not keeps_access_log(server_flags(monkeypatch), {})


def test_control_a_server_told_to_keep_one_is_caught(monkeypatch):
    assert keeps_access_log([*server_flags(monkeypatch), "--access-log"], {})


def test_no_model_has_a_place_for_an_address_or_an_agent():
    """A field of that kind would be filled one day."""
    ours = [
        model
        for app in ("measures", "gallery", "feedback")
        for model in apps.get_app_config(app).get_models()
    ]
    kinds = {each.get_internal_type() for model in ours for each in model._meta.get_fields() if each.concrete}
    names = {each.name for model in ours for each in model._meta.get_fields() if each.concrete}
    assert "GenericIPAddressField" not in kinds
    assert not names & {"ip", "ip_address", "address", "user_agent", "agent", "session", "cookie", "token"}
