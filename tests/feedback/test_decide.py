"""Deciding poster by poster, and publishing what was heard."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from feedback import notes
from feedback.decisions import decide
from feedback.models import Decision, NoteKind
from gallery import events
from gallery.models import Gallery, Poster

HTMX = {"HTTP_HX_REQUEST": "true"}
WORDS = {"verdict": "change", "reason": "We count Sundays too from now on."}


@pytest.fixture
def page(gallery, poster):
    return reverse("decide", args=[gallery.code])


@pytest.fixture
def send(as_facilitator, gallery, poster):
    def send(number=1, **more):
        htmx = more.pop("htmx", {})
        return as_facilitator.post(reverse("decide_poster", args=[gallery.code, number]), more, **htmx)

    return send


@pytest.fixture
def close(as_facilitator, gallery, poster):
    """Send the closing words, with the doors closed."""
    events.close_doors(gallery)

    def close(**more):
        return as_facilitator.post(reverse("publish", args=[gallery.code]), more)

    return close


def stick(poster, text="The gauge froze in May.", icon="flag"):
    kind = NoteKind.objects.get(gallery=poster.gallery, icon=icon)
    return notes.stick(poster=poster, key=uuid4(), kind=kind, text=text)


def body(response):
    return response.content.decode()


def test_every_poster_has_its_notes_by_kind_and_a_form(as_facilitator, page, poster):
    stick(poster)
    notes.hide(stick(poster, "Something rude."))
    shown = body(as_facilitator.get(page))
    assert poster.heading in shown
    assert "1 Concern" in shown
    assert "The gauge froze in May." in shown
    assert "Something rude." not in shown
    assert re.search(r"<b>0 of 1</b> decided", shown)


def test_a_decision_is_kept_and_told_in_a_fragment_with_the_progress(send, poster):
    answer = body(send(**WORDS, htmx=HTMX))
    decision = Decision.objects.get(poster=poster)
    assert (decision.verdict, decision.reason) == ("change", "We count Sundays too from now on.")
    assert "<html" not in answer
    assert "We count Sundays too" in answer
    assert re.search(r'id="progress"[^>]*hx-swap-oob="true"><b>1 of 1</b>', answer)


def test_without_javascript_one_comes_back_to_the_poster(as_facilitator, send, page):
    assert send(**WORDS).headers["Location"] == f"{page}#p-1"
    shown = body(as_facilitator.get(page))
    assert "We count Sundays too" in shown
    assert "<b>1 of 1</b>" in shown


def test_deciding_again_replaces_and_undo_takes_it_back(send, poster):
    send(**WORDS)
    send(verdict="keep", reason="On second thoughts.")
    assert Decision.objects.get(poster=poster).verdict == "keep"
    answer = body(send(undo="1", htmx=HTMX))
    assert not Decision.objects.exists()
    assert "<b>0 of 1</b>" in answer
    assert 'name="verdict"' in answer


@pytest.mark.parametrize("htmx", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"verdict": "change", "reason": ""}, "Say why"),
        ({"verdict": "change", "reason": " \u200b\n "}, "Say why"),
        ({"verdict": "change", "reason": "x" * 1001}, "this has 1,001"),
        ({"verdict": "explode", "reason": "kept words"}, "Choose one"),
        ({"reason": "kept words"}, "Choose one"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(send, htmx, sent, told):
    response = send(**sent, htmx=htmx)
    assert response.status_code == 422
    assert told in body(response)
    if sent["reason"].strip(" \u200b\n"):
        assert f">{sent['reason']}</textarea>" in body(response)
    if sent.get("verdict") == "change":
        assert 'value="change" checked' in body(response)
    assert not Decision.objects.exists()


def test_a_failed_second_thought_leaves_the_decision_that_stands(send, poster):
    send(**WORDS)
    assert send(verdict="drop", reason="").status_code == 422
    assert Decision.objects.get(poster=poster).verdict == "change"


def test_signs_that_cannot_be_kept_are_left_out(send, poster):
    send(verdict="keep", reason="Good\x00 as it is.\r\nTruly.")
    assert Decision.objects.get(poster=poster).reason == "Good as it is.\nTruly."


@pytest.mark.parametrize("number", [0, 999, 10**30])
def test_a_poster_that_is_not_there_is_said_so(send, number):
    response = send(number, **WORDS)
    assert response.status_code == 404
    assert f"has no poster {number}" in body(response)


def test_a_welcome_poster_is_asked_only_once_somebody_wrote_on_it(as_facilitator, gallery, page, poster):
    welcome = events.hang(wall=poster.wall, kind=Poster.Kind.WELCOME)
    assert "<b>0 of 1</b>" in body(as_facilitator.get(page))
    stick(welcome)
    assert "<b>0 of 2</b>" in body(as_facilitator.get(page))


def test_the_fragment_counts_as_the_page_does(as_facilitator, send, page, poster):
    events.hang(wall=poster.wall, kind=Poster.Kind.WELCOME)
    other = events.hang(wall=poster.wall, kind=Poster.Kind.TEXT, title="Litter")
    assert "<b>1 of 2</b>" in body(send(other.number, **WORDS, htmx=HTMX))
    assert "<b>1 of 2</b>" in body(as_facilitator.get(page))


def test_reasons_and_notes_are_text(as_facilitator, send, page, poster):
    stick(poster, "<script>alert(1)</script>")
    send(verdict="keep", reason="<img src=x>")
    shown = body(as_facilitator.get(page))
    assert "<script>alert" not in shown
    assert "<img" not in shown


# Publishing


def test_closing_words_are_kept_without_publishing(close, gallery):
    assert close(thanks="Thank you all.").status_code == 302
    gallery.refresh_from_db()
    assert gallery.thanks == "Thank you all."
    assert gallery.published_at is None


def test_once_sure_what_was_heard_goes_up_at_the_gallerys_address(close, send, gallery, visitor):
    send(**WORDS)
    close(thanks="Thank you all.", publish="1", sure="1")
    lobby = body(visitor.get(reverse("lobby", args=[gallery.code])))
    assert "Thank you all." in lobby
    assert "We count Sundays too" in lobby


def test_publishing_asks_whether_one_is_sure_and_keeps_the_words(close, gallery):
    response = close(thanks="Thank you all.", publish="1")
    assert response.status_code == 422
    assert "Tick the box first" in body(response)
    assert "Thank you all.</textarea>" in body(response)
    gallery.refresh_from_db()
    assert (gallery.published_at, gallery.thanks) == (None, "Thank you all.")


def test_while_the_doors_are_open_publishing_says_what_to_do(as_facilitator, gallery, poster):
    sent = {"thanks": "Thank you all.", "publish": "1", "sure": "1"}
    response = as_facilitator.post(reverse("publish", args=[gallery.code]), sent)
    assert response.status_code == 422
    assert "Close the gallery first, then publish." in body(response)
    assert "Thank you all.</textarea>" in body(response)
    gallery.refresh_from_db()
    assert gallery.published_at is None


def test_closing_words_too_long_are_kept_on_the_page_and_nothing_is_published(close, gallery):
    response = close(thanks="x" * 2001, publish="1", sure="1")
    assert response.status_code == 422
    assert "this has 2,001" in body(response)
    assert "x" * 2001 in body(response)
    gallery.refresh_from_db()
    assert (gallery.published_at, gallery.thanks) == (None, "")


def test_after_publishing_the_page_says_when_and_words_can_still_change(as_facilitator, close, gallery, page):
    Gallery.objects.update(published_at=datetime(2026, 6, 1, 12, 0, tzinfo=UTC), time_zone="Asia/Tokyo")
    shown = body(as_facilitator.get(page))
    assert "Published 1 June 2026, 21:00 JST" in shown
    assert 'name="publish"' not in shown
    close(thanks="One more thing.")
    gallery.refresh_from_db()
    assert gallery.thanks == "One more thing."


def test_the_lobby_says_what_each_decision_answers(visitor, gallery, poster):
    notes.hide(stick(poster, "Something rude.", "bulb"))
    for icon in ["bulb", "flag", "flag"]:
        stick(poster, f"A {icon}.", icon)
    decide(poster=poster, verdict="keep", reason="It works.")
    Gallery.objects.update(published_at=datetime(2026, 6, 1, 12, 0, tzinfo=UTC))
    told = body(visitor.get(reverse("lobby", args=[gallery.code])))
    assert "2 × Concern, 1 × Idea" in told


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_eleven_queries_for_any_number(
    as_facilitator, gallery, page, poster, django_assert_num_queries, count
):
    for number in range(count):
        other = events.hang(wall=poster.wall, kind=Poster.Kind.TEXT, title=f"T{number}")
        stick(other)
        decide(poster=other, verdict="keep", reason="It works.")
    with django_assert_num_queries(11):
        as_facilitator.get(page)
