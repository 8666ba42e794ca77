"""What hostile inputs get: a clear message in the person's words, never a 500, never a traceback.

Each row: what is sent, the status that it gets, and words that stand in the answer. SECURITY.md
has them as a table. Photos have theirs in tests/feedback/test_photos.py.
"""

import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import pypdfium2
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from feedback import visitors
from feedback.models import Note
from gallery.models import Gallery, Poster

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "multipart/form-data; boundary=paper"
BIDI = "\u202eevil\u202c \u2066x"


@dataclass
class Room:
    """Where it is sent to: an open gallery with a poster and a note, a visitor, a facilitator."""

    gallery: Gallery
    poster: Poster
    visitor: Client
    facilitator: Client

    def path(self, name: str, *more: object) -> str:
        return reverse(name, args=[self.gallery.code, *more])

    def stick(self, body: dict | bytes | None = None, content_type: str = "", **headers: str) -> HttpResponse:
        path = self.path("stick", self.poster.number)
        if isinstance(body, bytes):
            return self.visitor.post(path, body, content_type=content_type, headers=headers)
        words = {"key": str(uuid.uuid4()), "kind": "Idea", "text": "Show it by month"} | (body or {})
        return self.visitor.post(path, words, headers=headers)


@pytest.fixture
def room(gallery, poster, visitor, as_facilitator) -> Room:
    visitor.raise_request_exception = as_facilitator.raise_request_exception = False
    return Room(gallery, poster, visitor, as_facilitator)


def reused_key(room: Room) -> HttpResponse:
    key = str(uuid.uuid4())
    room.stick({"key": key})
    return room.stick({"key": key, "text": "Other words"})


def spreadsheet(name: str, content: bytes) -> Callable[[Room], HttpResponse]:
    def send(room: Room) -> HttpResponse:
        path = reverse("admin:measures_import")
        file = io.BytesIO(content)
        file.name = name
        return room.facilitator.post(path, {"team": room.gallery.team.pk, "file": file}, follow=True)

    return send


CASES: list[tuple[str, Callable[[Room], HttpResponse], int, str]] = [
    ("a key reused with other words", reused_key, 422, "Other words"),
    ("a key that is no key", lambda room: room.stick({"key": "' OR 1=1 --"}), 422, "Show it by month"),
    ("a kind that there is not", lambda room: room.stick({"kind": "<script>"}), 422, "Show it by month"),
    (
        "only zero-width signs",
        lambda room: room.stick({"text": "\u200b\u200d\ufeff"}),
        422,
        "Write a few words",
    ),
    ("a NUL in the words", lambda room: room.stick({"text": "Too\x00 rosy"}), 422, "Too rosy"),
    (
        "a lone surrogate",
        lambda room: room.stick(b"kind=Idea&text=lone+%ED%A0%80+half", FORM),
        422,
        "can’t be kept",
    ),
    ("1,001 letters", lambda room: room.stick({"text": "a" * 1001}), 422, "1,001"),
    ("500 combining marks", lambda room: room.stick({"text": "e" + "\u0301" * 500}), 302, ""),
    ("signs that turn the writing round", lambda room: room.stick({"text": BIDI}), 302, ""),
    ("a name of 10,000 letters", lambda room: room.stick({"name": "a" * 10_000}), 422, "Show it by month"),
    ("2 MB of words", lambda room: room.stick({"text": "a" * 2_000_000}), 400, "too large to be taken"),
    (
        "6,000 fields",
        lambda room: room.stick({f"f{n}": "x" for n in range(6000)}),
        400,
        "too large to be taken",
    ),
    (
        "a multipart body cut short",
        lambda room: room.stick(
            b'--paper\r\nContent-Disposition: form-data; name="text"\r\n\r\nhalf', BOUNDARY
        ),
        422,
        "Choose a kind",
    ),
    (
        "a multipart body without a boundary",
        lambda room: room.stick(b"--x\r\n", "multipart/form-data"),
        400,
        "couldn’t be read",
    ),
    ("a body in JSON", lambda room: room.stick(b'{"text": "x"}', "application/json"), 422, "Choose a kind"),
    ("a form from another site", lambda room: room.stick(Origin="https://evil.example"), 403, "another site"),
    ("a form from nowhere", lambda room: room.stick(Origin="null"), 403, "another site"),
    ("a form from a broken address", lambda room: room.stick(Origin="http://["), 403, "another site"),
    ("a NUL in the title", lambda room: room.visitor.get("/", {"title": "\x00"}), 200, ""),
    (
        "a NUL in a search of the admin's fields",
        lambda room: room.facilitator.get(
            reverse("admin:autocomplete"),
            {"term": "\x00", "app_label": "measures", "model_name": "measure", "field_name": "goal"},
        ),
        200,
        "",
    ),
    (
        "a NUL in the log-in's cookie",
        lambda room: Client(raise_request_exception=False).get(
            reverse("admin:index"), headers={"Cookie": 'session="\\000aaaa"'}
        ),
        302,
        "",
    ),
    ("a forged Host", lambda room: room.visitor.get("/", headers={"Host": "evil.example"}), 400, "address"),
    (
        "a made-up cookie",
        lambda room: room.visitor.get(
            "/", headers={"Cookie": f"{visitors.COOKIE}={'a' * 4000}; session=;;=x"}
        ),
        200,
        "code",
    ),
    (
        "a poster's number beyond all databases",
        lambda room: room.visitor.get(f"/g/{room.gallery.code}/{10**30}/"),
        404,
        "",
    ),
    (
        "a feed asked from beyond",
        lambda room: room.visitor.get(room.path("feed", room.poster.number), {"after": "9" * 40}),
        404,
        "out of date",
    ),
    (
        "a feed asked from −1",
        lambda room: room.visitor.get(room.path("feed", room.poster.number), {"after": "-1"}),
        404,
        "out of date",
    ),
    (
        "drift from ²",
        lambda room: room.visitor.get(room.path("drift"), {"from": "²"}),
        302,
        "",
    ),
    ("a code of 10,000 signs", lambda room: room.visitor.get("/", {"code": "💥" * 10_000}), 404, "code"),
    ("bytes that are no text", lambda room: room.visitor.get("/?code=%ff%fe%00"), 404, "code"),
    ("a NUL in the address", lambda room: room.visitor.get("/g/%00%00%00/"), 404, ""),
    ("bytes that are no text in the address", lambda room: room.visitor.get("/g/%ff%fe/"), 404, ""),
    ("../ in the address", lambda room: room.visitor.get("/static/..%2f..%2fsecret_key"), 404, ""),
    (
        "a filter for what isn't there",
        lambda room: room.facilitator.get(
            room.path("dashboard"), {"poster": "9" * 40, "wall": "\x00", "kind": "²"}
        ),
        200,
        "",
    ),
    (
        "printing 1 to 999,999,999",
        lambda room: room.facilitator.get(room.path("print_pdf"), {"posters": "2-999999999"}),
        422,
        "No poster",
    ),
    (
        "a paper size that there is not",
        lambda room: room.facilitator.get(room.path("print_pdf"), {"size": "../A3"}),
        422,
        "no paper size",
    ),
    (
        "a NUL in the admin's search",
        lambda room: room.facilitator.get(reverse("admin:measures_measure_changelist"), {"q": "\x00"}),
        200,
        "",
    ),
    (
        "an admin page of a key beyond all databases",
        lambda room: room.facilitator.get(reverse("admin:measures_measure_change", args=[10**30])),
        302,
        "",
    ),
    (
        "an admin list sorted by nonsense",
        lambda room: room.facilitator.get(reverse("admin:measures_measure_changelist"), {"o": "-99.x"}),
        200,
        "",
    ),
    (
        "an admin list filtered across teams",
        lambda room: room.facilitator.get(
            reverse("admin:measures_measure_changelist"),
            {"team__memberships__user__password__startswith": "p"},
        ),
        400,
        "",
    ),
    ("a spreadsheet that is none", spreadsheet("measures.xlsx", b"\x89PNG\r\n"), 422, ""),
    ("a spreadsheet of NULs", spreadsheet("measures.csv", b"\x00" * 4096), 422, ""),
    ("a method that there is not", lambda room: room.visitor.generic("BREW", "/"), 405, ""),
]


@pytest.mark.parametrize(("what", "send", "status", "words"), CASES, ids=[case[0] for case in CASES])
def test_it_gets_a_clear_answer(room, what, send, status, words):
    answer = send(room)
    page = answer.content.decode() if not getattr(answer, "streaming", False) else ""
    assert answer.status_code == status
    assert words in page
    assert "Traceback" not in page


@pytest.mark.parametrize("path", ["/g/%s/", "/g/%s/1/", "/g/%s/1/feed/"])
def test_a_code_is_taken_exactly(room, path):
    for code in ["../../etc", "'; DROP TABLE", quote("＊" * 8), room.gallery.code.lower() + "x"]:
        assert room.visitor.get(path % code).status_code == 404


def test_a_formula_in_a_note_is_text_in_the_export(room):
    room.stick({"text": '=HYPERLINK("http://evil.example","Open")'})
    exported = room.facilitator.get(room.path("export_csv")).content.decode()
    assert "'=HYPERLINK" in exported


def test_markup_in_a_poster_is_words_in_its_pdf(room):
    attack = '<link rel=attachment href="file:///etc/passwd"><img src="http://evil.example/">'
    wall = room.poster.wall
    Poster.objects.filter(pk=room.poster.pk).update(prompts=attack)
    type(wall).objects.filter(pk=wall.pk).update(name=attack[:120])
    answer = room.facilitator.get(room.path("print_pdf"))
    sheets = pypdfium2.PdfDocument(answer.content)
    words = sheets[0].get_textpage().get_text_bounded()
    assert answer.status_code == 200
    assert sheets.count_attachments() == 0
    assert "rel=attachment" in words.replace("\r\n", " ")


def test_nothing_of_it_was_kept_but_what_was_told_so(room):
    for _, send, _, _ in CASES:
        send(room)
    texts = set(Note.objects.values_list("text", flat=True))
    assert texts == {"Show it by month", "e" + "\u0301" * 500, BIDI}


def test_control_a_fault_would_be_noticed(room, monkeypatch):
    monkeypatch.setattr("feedback.views.lobby.codes.as_typed", lambda typed: 1 / 0)
    with pytest.raises(AssertionError):
        test_it_gets_a_clear_answer(room, "", lambda room: room.visitor.get("/", {"code": "x"}), 404, "")
