"""The report as a PDF: tagged, made once, under caps, and reaching nothing that is not ours."""

import io
import threading
import uuid

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from django.urls import reverse
from django.utils import timezone

from feedback import decisions, notes, report_on_paper
from feedback.models import Note, Proposal
from gallery import capped, events, press_report, print_shelf
from gallery.models import Gallery
from gallery.print_shelf import Finished
from gallery.printing import Busy, NotPrinted
from tests.gallery.test_binding import lost
from tests.gallery.test_press import reached, vectors, web  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def own_shelf(tmp_path, settings):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def said(gallery, poster) -> Note:
    kind = gallery.note_kinds.get(word="Concern")
    note = notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text="The gauge froze in May.", name="Ada")
    decisions.decide(poster=poster, verdict="change", reason="We bought another.", grounds=[note])
    decided = decisions.of_gallery(gallery).get()
    decided.changes.create(place=1, what="Unit", was="%", now="‰")
    decided.later_words.create(verdict="keep", reason="It holds.")
    return note


@pytest.fixture
def published(gallery, said) -> Gallery:
    gallery.closed_at = gallery.published_at = timezone.now()
    gallery.language = "en-GB"
    gallery.save(update_fields=["closed_at", "published_at", "language"])
    return gallery


def words_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_visitors_get_it_tagged_titled_and_whole(visitor, published, said):
    answer = visitor.get(reverse("report_pdf", args=[published.code]))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert f"what-we-heard-{published.code}.pdf" in answer.headers["Content-Disposition"]
    words = " ".join(words_of(answer.content).split())
    told = [
        "The gauge froze in May.",
        "– Ada",
        "We bought another.",
        "Since then",
        "It holds.",
        published.title,
    ]
    assert [each for each in told if each not in words] == []
    assert f"g/{published.code}" in words
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "en-GB"
        assert "what we heard" in str(pdf.docinfo.Title)
        assert b"pdfuaid:part" in pdf.Root.Metadata.read_bytes()
        # Each page's foot stands in its margin, which WeasyPrint keeps out of the structure on purpose.
        assert len(lost(pdf)) == 2 * len(pdf.pages)


def test_its_first_page_tells_every_answer_in_short_and_leads_to_all_of_it(published, poster):
    other = events.hang(wall=poster.wall, kind="text", title="Litter")
    decisions.decide(poster=other, verdict="keep", reason="We like it.")
    first, *_ = pypdfium2.PdfDocument(report_on_paper.printed(published).pdf)
    words = " ".join(first.get_textpage().get_text_range().split())
    short = ("2 answers: 1 × Keep · 1 × Change", f"{poster.heading} Change", "Litter Keep")
    assert [told for told in (published.title, *short) if told not in words] == []
    [code] = zxingcpp.read_barcodes(first.render(scale=2).to_pil())
    assert code.text.endswith(f"/g/{published.code}/")
    # What follows begins on it, instead of leaving half of it white.
    assert "Answer by answer" in words
    assert "The gauge froze in May." in words


def test_before_it_is_published_only_whoever_decides_gets_it(
    visitor, as_facilitator, gallery, said, monkeypatch
):
    monkeypatch.setattr(press_report, "bound", lambda words, **_: Finished(words.encode(), 1))
    assert visitor.get(reverse("report_pdf", args=[gallery.code])).status_code == 404
    draft = as_facilitator.get(reverse("report_pdf_draft", args=[gallery.code]))
    assert "Draft: not published yet" in draft.content.decode()


def test_proposals_on_what_was_not_decided_are_in_it(visitor, published, poster):
    Gallery.objects.update(last_number=1, seq=1)
    other = events.hang(wall=poster.wall, kind="text", title="Litter")
    kind = published.note_kinds.get(word="Idea")
    note = notes.stick(poster=other, key=uuid.uuid4(), kind=kind, text="Cups on the quay")
    Proposal.objects.create(note=note, shows="Whether it is clean")
    answer = visitor.get(reverse("report_pdf", args=[published.code]))
    words = " ".join(words_of(answer.content).split())
    told = ["Also proposed by you", "Litter", "Cups on the quay", "Whether it is clean", "Not taken up"]
    assert [each for each in told if each not in words] == []


@pytest.fixture
def press(monkeypatch):
    """A press that counts what it makes, and takes its time."""
    made = []

    def run(job, question, caps, **_):
        made.append(question)
        threading.Event().wait(0.2)
        return b'{"pages": 1, "missing": ""}\n%PDF'

    monkeypatch.setattr(capped, "run", run)
    return made


def test_the_same_content_is_made_once_whoever_asks_when(press):
    def ask():
        press_report.bound("<p>The same</p>", title="t", name="ABCD")

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(press) == 1
    press_report.bound("<p>Other</p>", title="t", name="ABCD")
    assert len(press) == 2


def test_a_hidden_note_is_other_content(press, published, said):
    report_on_paper.printed(published)
    report_on_paper.printed(published)
    assert len(press) == 1
    notes.hide(said)
    report_on_paper.printed(published)
    assert [b"froze in May" in question for question in press] == [True, False]


def test_where_it_can_t_be_kept_it_is_handed_out_all_the_same(press, monkeypatch):
    def full(*_):
        raise OSError("no room")

    monkeypatch.setattr(print_shelf, "keep", full)
    assert press_report.bound("<p>w</p>", title="t", name="ABCD").pdf == b"%PDF"


@pytest.mark.parametrize(
    ("problem", "kind", "told"),
    [
        (capped.Busy("b"), Busy, "Try again in a minute"),
        (capped.TooLong("l"), NotPrinted, "too long to be printed here"),
        (capped.TooBig("b"), NotPrinted, "too long to be printed here"),
        (capped.Failed("f"), NotPrinted, "could not be printed"),
    ],
)
def test_what_can_t_be_made_is_said_in_words(
    monkeypatch, visitor, as_facilitator, published, problem, kind, told
):
    def run(*_, **__):
        raise problem

    monkeypatch.setattr(capped, "run", run)
    for client, name in ((visitor, "report_pdf"), (as_facilitator, "report_pdf_draft")):
        answer = client.get(reverse(name, args=[published.code]))
        assert answer.status_code == 503
        assert told in answer.content.decode()
        assert ("Retry-After" in answer.headers) == (kind is Busy)


def test_while_another_makes_it_for_too_long_it_is_busy(monkeypatch, press):
    monkeypatch.setattr(press_report, "PATIENCE", 0.1)
    with press_report._alone("ABCD"), pytest.raises(Busy):
        press_report.bound("<p>w</p>", title="t", name="ABCD")
    assert press == []


def test_a_host_is_told_which_letters_are_missing(monkeypatch, as_facilitator, published):
    monkeypatch.setattr(report_on_paper, "printed", lambda gallery: Finished(b"%PDF", 1, "ꙮ"))
    as_facilitator.get(reverse("report_pdf_draft", args=[published.code]))
    page = as_facilitator.get(reverse("decide", args=[published.code])).content.decode()
    assert "letters that no font here has, printed as empty boxes: ꙮ" in page


def test_no_note_and_no_decision_reaches_a_server_or_a_file(vectors, web, published, said):  # noqa: F811
    markup = "".join(vectors.values())
    Note.objects.update(text=markup, name=markup[:60])
    decisions.of_gallery(published).update(reason=markup)
    Gallery.objects.update(title=markup[:120], thanks=markup, next_steps=markup)
    published.refresh_from_db()
    pdf = report_on_paper.printed(published).pdf
    assert "<img" in words_of(pdf)  # it is there, as words
    assert reached(pdf, web[1]) == []
