"""Every answer carries its headers; production settings are clean; a forged host reaches nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from gallery import addresses
from gallery.settings import DATA_DIR

ROOT = Path(__file__).resolve().parent.parent
CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
PRODUCTION = {
    "MEASURE_GALLERY_BASE_URL": "https://gallery.example.org",
    "MEASURE_GALLERY_BEHIND_PROXY": "yes",
    "MEASURE_GALLERY_SECRET_KEY": "only-for-this-test-" * 3,
}


def missing(answer: HttpResponse) -> set[str]:
    """The names of the headers that an answer lacks, or has with less than it should."""
    wanted = {
        "X-Content-Type-Options": {"nosniff"},
        "Referrer-Policy": {"same-origin"},
        "Cross-Origin-Opener-Policy": {"same-origin"},
        "Cross-Origin-Resource-Policy": {"same-origin"},
        "X-Frame-Options": {"DENY"},
        "Content-Security-Policy": CSP,
    }
    found = {name: {part.strip() for part in answer.get(name, "").split(";")} for name in wanted}
    lacking = {name for name, parts in wanted.items() if not parts <= found[name]}
    if "unsafe" in answer.get("Content-Security-Policy", ""):
        lacking.add("Content-Security-Policy")
    return lacking | ({"Permissions-Policy"} - set(answer.headers))


@pytest.fixture
def ask(gallery, poster, as_facilitator):
    """Asks for one of the kinds of answers there are."""
    code = gallery.code

    def answer(what: str) -> HttpResponse:
        client = Client(raise_request_exception=False)
        asked = {
            "home": lambda: client.get("/"),
            "lobby": lambda: client.get(reverse("lobby", args=[code])),
            "poster": lambda: client.get(reverse("poster", args=[code, poster.number])),
            "nothing new": lambda: client.get(reverse("feed", args=[code, poster.number])),
            "a refused note": lambda: client.post(reverse("stick", args=[code, poster.number])),
            "not found": lambda: client.get("/nowhere/"),
            "wrong method": lambda: client.post(reverse("lobby", args=[code])),
            "wrong host": lambda: client.get("/", headers={"Host": "elsewhere.example"}),
            "another site's form": lambda: client.post(
                reverse("stick", args=[code, poster.number]), headers={"Origin": "https://elsewhere.example"}
            ),
            "log-in": lambda: client.get(reverse("admin:login")),
            "calendar": lambda: client.get(reverse("invitation_ics", args=[code])),
            "dashboard": lambda: as_facilitator.get(reverse("dashboard", args=[code])),
            "export": lambda: as_facilitator.get(reverse("export_csv", args=[code])),
            "admin": lambda: as_facilitator.get(reverse("admin:index")),
        }
        return asked[what]()

    return answer


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ("home", 200),
        ("lobby", 200),
        ("poster", 200),
        ("nothing new", 204),
        ("a refused note", 422),
        ("not found", 404),
        ("wrong method", 405),
        ("wrong host", 400),
        ("another site's form", 403),
        ("log-in", 200),
        ("calendar", 200),
        ("dashboard", 200),
        ("export", 200),
        ("admin", 200),
    ],
)
def test_every_answer_carries_its_headers(ask, what, status):
    answer = ask(what)
    assert answer.status_code == status
    assert missing(answer) == set()


def test_a_fault_of_ours_does_too(monkeypatch, db):
    monkeypatch.setattr("feedback.views.lobby.codes.as_typed", lambda typed: 1 / 0)
    answer = Client(raise_request_exception=False).get("/", {"code": "x"})
    assert answer.status_code == 500
    assert missing(answer) == set()
    assert "Traceback" not in answer.content.decode()


def test_a_static_file_does_too(settings, db):
    folder = settings.STATIC_ROOT
    (folder / "headers-probe.css").write_text("body { color: red }")
    try:
        answer = Client().get("/static/headers-probe.css")
        answer.close()
        assert answer.status_code == 200
        assert missing(answer) == set()
    finally:
        (folder / "headers-probe.css").unlink()


def test_control_a_bare_answer_lacks_them():
    assert len(missing(HttpResponse("bare"))) == 7


def test_control_a_lax_policy_is_noticed(ask):
    answer = ask("home")
    answer["Content-Security-Policy"] += "; style-src 'unsafe-inline'"
    assert missing(answer) == {"Content-Security-Policy"}


def in_production(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    ours = ("MEASURE_GALLERY", "DJANGO_")
    keep = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment = keep | PRODUCTION | {"MEASURE_GALLERY_DATA": str(DATA_DIR)} | changes
    environment["DJANGO_SETTINGS_MODULE"] = "gallery.settings"
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)


def test_the_deployment_check_is_clean_on_production_settings():
    found = in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert found.returncode == 0, found.stderr


def test_control_it_is_not_without_https():
    found = in_production(
        "manage.py",
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        MEASURE_GALLERY_BASE_URL="http://plain.example",
    )
    assert found.returncode != 0
    assert "SESSION_COOKIE_SECURE" in found.stderr


def test_https_without_a_proxy_s_word_is_told():
    found = in_production("manage.py", "check", "--deploy", MEASURE_GALLERY_BEHIND_PROXY="no")
    assert "measure_gallery.W003" in found.stderr


COOKIES = """
import django; django.setup()
from django.conf import settings as s
from feedback import visitors
print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE)
print(s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE)
print(visitors.COOKIE, s.HTTPS)
print(s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.CSRF_COOKIE_SAMESITE)
"""


def test_on_https_every_cookie_is_the_host_s_own_and_secure():
    lines = in_production("-c", COOKIES).stdout.split("\n")
    assert lines[:3] == ["__Host-session True", "__Host-csrf True", "__Host-visitor True"]
    assert lines[3] == "True True Lax Lax"


FORGED = [
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Port": "666"},
    {"Forwarded": "host=evil.example;proto=https"},
    {"X-Original-Host": "evil.example", "X-Host": "evil.example", "X-Rewrite-Url": "https://evil.example/"},
]


@pytest.mark.parametrize("headers", FORGED)
def test_a_forged_header_never_reaches_an_address(gallery, poster, as_facilitator, headers):
    pages = [reverse("lobby", args=[gallery.code]), reverse("poster", args=[gallery.code, poster.number])]
    for page in [*pages, reverse("dashboard", args=[gallery.code]), reverse("print", args=[gallery.code])]:
        shown = as_facilitator.get(page, headers=headers).content.decode()
        assert "evil.example" not in shown
        assert ":666" not in shown
    assert addresses.of_poster(poster).startswith("http://gallery.test/g/")


def test_a_forged_host_is_refused(gallery, visitor):
    answer = visitor.get(reverse("lobby", args=[gallery.code]), headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()


def test_an_allowed_second_name_does_not_reach_the_calendar(gallery, visitor):
    """The machine answers to several names; what is passed on is the configured address."""
    path = reverse("invitation_ics", args=[gallery.code])
    shown = visitor.get(path, headers={"Host": "localhost"}).content.decode()
    assert "http://gallery.test/g/" in shown
    assert "localhost" not in shown
