"""What a request says of its own address never leaves the house: no page, code, print or mail repeats it.

The site is set up as trustingly as can be, each page is asked for with every such header forged, and what
comes back is read whole: its codes as a camera reads them, its PDFs as they are laid out, its archives
unpacked. The control is a house that makes its addresses from the request: on every page it is caught.
"""

import importlib
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from django.conf import settings as configured
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import decisions, telling
from gallery import addresses, capped, events
from gallery.models import Gallery
from gallery.qr import Code
from tests.feedback.rating import opened, stick, themes
from tests.gallery.test_qr import picture

OURS = "http://gallery.test/"
FORGED = {
    "Host": "evil-host.example:666",
    "X-Forwarded-Host": "evil-proxy.example:666",
    "X-Forwarded-Server": "evil-server.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "666",
    "X-Forwarded-Prefix": "/evil-prefix",
    "X-Forwarded-For": "203.0.113.66",
    "Forwarded": "for=203.0.113.66;host=evil-forwarded.example:666;proto=https",
    "X-Original-Host": "evil-original.example",
    "X-Original-Url": "/evil-url/",
    "X-Rewrite-Url": "https://evil-rewrite.example/",
    "Origin": "https://evil-origin.example",
    "Referer": "https://evil-referer.example/",
}
TRACE = re.compile(r"evil-\w*|203\.0\.113\.66|:666\b|https://gallery\.test")
DRAWN = re.compile(r'<svg[^>]* viewBox="0 0 (\d+) \1".*?<path d="(M[^"]+)" fill="#000000"/>', re.DOTALL)


@dataclass(frozen=True)
class Read:
    """All that an answer tells: its words, and what its codes lead to."""

    words: str
    codes: list[str]

    def leads_home(self) -> None:
        """Whether its addresses are the configured one's, and of what was forged nothing is there."""
        told = "\n".join([self.words, *self.codes])
        assert TRACE.findall(told) == []
        assert "gallery.test/g/" in told
        assert [code for code in self.codes if not code.startswith(f"{OURS}g/")] == []


def read(answer: HttpResponse) -> Read:
    assert answer.status_code == 200, answer
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    body = answer.getvalue()
    if body.startswith(b"%PDF"):
        found = read_pdf(body)
    elif body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
        found = Read("\n".join(part.decode(errors="replace") for part in parts), [])
    else:
        found = read_page(body.decode())
    return Read(f"{headers}\n{found.words}", found.codes)


def read_page(html: str) -> Read:
    drawn = [Code("", path, int(modules)) for modules, path in DRAWN.findall(html)]
    codes = [seen.text for code in drawn for seen in zxingcpp.read_barcodes(picture(code, mm=50, dpi=144))]
    assert len(codes) == len(drawn)
    folded = re.sub(r"\r?\n ", "", html)  # a calendar's long lines
    return Read(f"{unescape(html)}\n{folded}", codes)


def read_pdf(body: bytes) -> Read:
    pages = list(pypdfium2.PdfDocument(body))
    words = [page.get_textpage().get_text_range() for page in pages]
    codes = [seen.text for page in pages for seen in zxingcpp.read_barcodes(page.render(scale=2).to_pil())]
    with pikepdf.open(io.BytesIO(body)) as pdf:
        links = [str(link.A.URI) for page in pdf.pages for link in page.get("/Annots", []) if "/A" in link]
        about = [str(pdf.docinfo), pdf.Root.Metadata.read_bytes().decode()]
    return Read("\n".join(["".join(words), *links, *about]), codes)


@pytest.fixture(autouse=True)
def _trusting(settings, tmp_path, monkeypatch):
    """Whatever name a request has is taken for ours, and what a proxy says is believed."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.USE_X_FORWARDED_HOST = settings.USE_X_FORWARDED_PORT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.MAIL_OFFERED = True
    settings.DATA_DIR = tmp_path  # no sheet from before is on the shelf

    def run(job, question, caps, *, tell=lambda _: None, **_):
        return importlib.import_module(job).work(question, tell)

    monkeypatch.setattr(capped, "run", run)  # in this process, which has started already
    monkeypatch.setattr(telling, "begin", lambda pk: None)


LAST: list[HttpRequest] = []


def remembered(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        LAST[:] = [request]
        return get_response(request)

    return middleware


class FromTheRequest:
    """The settings of a house that takes its address from whoever asks."""

    @property
    def BASE_URL(self) -> str:
        return LAST[0].build_absolute_uri("/").rstrip("/")


@pytest.fixture
def gullible(settings, monkeypatch):
    settings.MIDDLEWARE = [*configured.MIDDLEWARE, "tests.test_forged_addresses.remembered"]
    monkeypatch.setattr(addresses, "settings", FromTheRequest())


@pytest.fixture
def room(gallery, poster) -> Gallery:
    """With something on each page: a note, a theme, a decision, a round that is on."""
    stick(poster, "The gauge froze in May.")
    themes(gallery, "Ice")
    opened(gallery)
    decisions.decide(poster=poster, verdict="change", reason="We bought another.")
    return gallery


def invited(gallery: Gallery) -> None:
    gallery.hours.update(opens=timezone.now() + timedelta(days=1), closes=timezone.now() + timedelta(days=2))


def over(gallery: Gallery) -> None:
    events.close_for_good(gallery)


def published(gallery: Gallery) -> None:
    over(gallery)
    events.publish(gallery)


def open_still(gallery: Gallery) -> None:
    pass


@dataclass(frozen=True)
class Page:
    name: str
    stand: Callable[[Gallery], None] = open_still
    args: tuple[int, ...] = ()
    query: str = ""
    codes: int = 0  # at least so many

    def address(self, gallery: Gallery) -> str:
        if self.name.startswith("admin:"):
            return reverse(self.name, args=[gallery.pk])
        return reverse(self.name, args=[gallery.code, *self.args]) + self.query


PAGES = [
    Page("lobby", invited),
    Page("lobby"),
    Page("invitation_ics", invited),
    Page("poster", args=(1,)),
    Page("report_pdf", published, codes=1),
    Page("dashboard"),
    Page("round", args=(1,), codes=1),
    Page("round", args=(1,), query="?live=1", codes=1),
    Page("decide", over),
    Page("admin:gallery_gallery_change"),
    Page("print_pdf", query="?size=A4", codes=1),
    Page("print_flyer", codes=1),
    Page("print_door", codes=1),
    Page("print_cards", codes=2),
    Page("report_pdf_draft", codes=1),
]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.name} {page.stand.__name__}")


def asked(client: Client, room: Gallery, page: Page) -> Read:
    page.stand(room)
    return read(client.get(page.address(room), headers=FORGED))


@each_page
def test_what_is_forged_reaches_nothing(as_facilitator, room, page):
    found = asked(as_facilitator, room, page)
    found.leads_home()
    assert len(found.codes) >= page.codes


@each_page
def test_control_an_address_from_the_request_is_caught(as_facilitator, room, page, gullible):
    found = asked(as_facilitator, room, page)
    with pytest.raises(AssertionError):
        found.leads_home()
    wrong = [code for code in found.codes if TRACE.search(code)]
    assert len(wrong) >= page.codes  # the codes alone would tell


def told(client: Client, room: Gallery) -> Read:
    """The mail to whoever left an address, after a publishing with forged headers."""
    sent = {name: value for name, value in FORGED.items() if name != "Origin"}  # from our own page
    over(room)
    Client().post(reverse("tell_me", args=[room.code]), {"mail": "ada@example.org"}, headers=sent)
    words = {"thanks": "Thank you.", "publish": "1", "sure": "1"}
    client.post(reverse("publish", args=[room.code]), words, headers=sent)
    telling.tell(telling.waiting())
    [message] = mail.outbox
    return Read(message.message().as_string() + message.body, [])


def test_nor_the_mail_that_tells_what_was_changed(as_facilitator, room):
    told(as_facilitator, room).leads_home()


def test_control_a_mail_with_an_address_from_the_request_is_caught(as_facilitator, room, gullible):
    found = told(as_facilitator, room)
    with pytest.raises(AssertionError):
        found.leads_home()


def test_nor_any_other_page(as_facilitator, room):
    """What tells no address of its own: it repeats none either, nor does the way on from it."""
    client = Client()
    names = ["rounds", "print", "handouts", "report_draft", "carry_on", "sort", "paper", "export_csv"]
    names += ["export_xlsx", "export_decisions", "export_themes", "export_votes", "export_gallery"]
    paths = [reverse(name, args=[room.code]) for name in names]
    paths += [reverse("admin:gallery_gallery_changelist"), reverse("admin:index"), reverse("second_step")]
    shown = [as_facilitator.get(path, headers=FORGED) for path in paths]
    paths = ["/", "/nothing/here/", f"/?code={room.code}", reverse("drift", args=[room.code]), "/host/"]
    paths += [reverse("rate", args=[room.code, 1]), reverse("dashboard", args=[room.code])]
    shown += [client.get(path, headers=FORGED) for path in paths]
    for answer in shown:
        body = read(answer).words if answer.status_code == 200 else str(answer.headers) + str(answer.content)
        assert (answer.request["PATH_INFO"], TRACE.findall(body)) == (answer.request["PATH_INFO"], [])
