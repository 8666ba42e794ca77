"""The line that says where one is after the doors close, and what may come next."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback import decisions, next_step, notes, rounds
from feedback.models import Note, Theme
from feedback.next_step import so_far
from gallery import events
from gallery.models import Gallery, Poster
from gallery.phases import Phase, phase
from measures.models import Membership
from tests.feedback.rating import crowd, opened


@pytest.fixture
def stick(poster):
    def stick(text="The gauge froze in May.", theme=None):
        kind = poster.gallery.note_kinds.get(word="Concern")
        note = notes.stick(poster=poster, key=uuid4(), kind=kind, text=text)
        Note.objects.filter(pk=note.pk).update(theme=theme)
        return note

    return stick


@pytest.fixture
def told(gallery, poster):
    """The line as a page has it, with the words of its links."""

    def told(here=""):
        now, there = timezone.now(), Gallery.objects.get(pk=gallery.pk)
        found = next_step.step(there, phase(there, now), now, here=here)
        return (found.where, [way.words for way in found.ways]) if found else None

    return told


def line(html):
    """What the page's line says, as it is read."""
    [found] = re.findall(r'<p class="next-step[^>]*>(.*?)</p>', html, re.DOTALL)
    return " ".join(re.sub("<[^>]+>", "", found).split())


def test_nothing_is_said_before_the_doors_have_been_open(gallery, told):
    gallery.hours.all().delete()
    assert told() is None
    Gallery.objects.update(invited_at=None)
    assert told() is None


def test_while_the_doors_are_open_it_leads_to_closing_them(told):
    assert told() == ("The doors are open.", ["close them when the day is over", "sort what hangs already"])
    assert told("dashboard") is None  # it stands beside the button


def test_closed_for_now_is_not_closed_for_good(gallery, told):
    tomorrow = timezone.now() + timedelta(days=1)
    gallery.hours.create(opens=tomorrow, closes=tomorrow + timedelta(hours=1))
    events.close_doors(gallery)
    where, ways = told()
    assert where == "The doors are closed for now, and open again by themselves."
    assert ways == ["close them for good", "sort what hangs already"]
    assert told("dashboard")[0].endswith("To publish, close them for good.")
    events.close_for_good(gallery)
    assert told()[0].startswith("Without an answer")


def test_from_closed_doors_to_what_is_published(gallery, poster, stick, told):
    """Each step is read off what there is; none of them must be taken."""
    weather = Theme.objects.create(gallery=gallery, name="Weather")
    stick(theme=weather), stick(), stick()
    notes.hide(stick("Rude."))
    events.close_for_good(gallery)
    sort = "The doors are closed. 2 notes are in no theme yet."
    assert told() == (sort, ["sort", "rate together", "decide"])
    Note.objects.update(theme=weather)
    assert told() == ("The doors are closed, and every note is in a theme.", ["rate together", "decide"])
    rated = opened(gallery, title="What first?")
    close = "close the round when all have rated"
    assert told() == ("The room is rating “What first?”.", [close, "decide"])
    assert told("round-1")[1] == ["decide"]
    rounds.close(rated)
    stick("Late, from paper.")
    left = "Without an answer yet: 1 theme and 1 poster."
    assert told() == (left, ["decide", "see what visitors will read"])
    decisions.decide(theme=weather, verdict="no", reason="It rains.")
    assert told()[0] == "Without an answer yet: 1 poster."
    decisions.decide(poster=poster, verdict="keep", reason="It works.")
    done = "Every theme and poster has an answer."
    assert told() == (done, ["see what visitors will read", "publish it"])
    assert told("report_draft")[1] == ["publish it"]
    assert told("decide")[1] == ["see what visitors will read", "publish it"]
    events.publish(gallery)
    where, ways = told()
    assert re.fullmatch(r"Published\. Until \d\d:\d\d UTC what you decided can be mended\.", where)
    assert ways == ["mend it", "carry on with a new gallery from this one"]
    Gallery.objects.update(published_at=timezone.now() - timedelta(hours=2))
    assert told()[0] == "Published. What becomes of a decision is told beneath it, with its date."


def test_whoever_decides_without_sorting_is_not_sent_back(gallery, poster, stick, told):
    other = events.hang(wall=poster.wall, kind=Poster.Kind.TEXT, title="Litter")
    stick()
    events.close_for_good(gallery)
    decisions.decide(poster=other, verdict="keep", reason="It works.")
    assert told()[0] == "Without an answer yet: 1 poster."


def test_an_archived_gallery_holds_no_rounds(gallery, poster, stick, told):
    stick()
    opened(gallery, "notes")
    events.close_for_good(gallery)
    events.archive(gallery)
    Gallery.objects.filter(pk=gallery.pk).update(archived_at=timezone.now())
    assert "rate together" not in told()[1]
    assert "rating" not in told()[0]


def test_where_nothing_hangs_there_is_nothing_to_say(gallery, told, poster):
    Poster.objects.all().delete()
    events.close_for_good(gallery)
    assert told() is None


def test_what_is_counted_is_what_the_page_of_decisions_asks(gallery, poster, stick, as_facilitator):
    events.hang(wall=poster.wall, kind=Poster.Kind.WELCOME)
    Theme.objects.create(gallery=gallery, name="Nothing in it")
    stick(theme=Theme.objects.create(gallery=gallery, name="Weather"))
    decisions.decide(poster=poster, verdict="keep", reason="It works.")
    known = so_far(gallery)
    assert (known.decided, known.posters_left, known.themes_left) == (1, 0, 1)
    html = as_facilitator.get(reverse("decide", args=[gallery.code])).content.decode()
    assert "<b>1 of 2</b> decided" in html


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_one_query_and_none_while_the_doors_are_open(
    gallery, poster, stick, django_assert_num_queries, count
):
    for number in range(count):
        stick(theme=Theme.objects.create(gallery=gallery, name=f"Theme {number}"))
        events.hang(wall=poster.wall, kind=Poster.Kind.TEXT, title=f"T{number}")
        opened(gallery, title=f"R{number}")
    now = timezone.now()
    for there, queries in [(Phase.OPEN, 0), (Phase.CLOSED, 1)]:
        with django_assert_num_queries(queries):
            assert next_step.step(gallery, there, now)


PAGES = ["dashboard", "sort", "rounds", "decide", "report_draft"]


@pytest.mark.parametrize("page", PAGES)
def test_each_page_of_the_hosts_has_it_with_a_way_on_that_opens(gallery, poster, stick, as_facilitator, page):
    stick()
    events.close_for_good(gallery)
    html = as_facilitator.get(reverse(page, args=[gallery.code])).content.decode()
    assert "The doors are closed." in line(html)
    ways = re.findall(r'href="([^"]+)"', re.search(r'<p class="next-step.*?</p>', html, re.DOTALL)[0])
    assert ways
    assert reverse(page, args=[gallery.code]) not in ways
    assert {as_facilitator.get(way).status_code for way in ways} == {200}


def test_a_host_who_does_not_decide_is_not_sent_where_the_door_is_shut(
    gallery, poster, stick, as_facilitator, facilitator
):
    stick()
    events.close_for_good(gallery)
    Membership.objects.filter(user=facilitator).update(role=Membership.Role.HOST)
    html = as_facilitator.get(reverse("dashboard", args=[gallery.code])).content.decode()
    assert 'class="curates"' not in html
    assert '<p class="next-step for-curators"' in html  # shown within .curates alone


def test_the_line_follows_the_last_decision_on_the_same_page(gallery, poster, as_facilitator):
    events.close_for_good(gallery)
    sent = {"verdict": "keep", "reason": "It works."}
    address = reverse("decide_poster", args=[gallery.code, poster.number])
    answer = as_facilitator.post(address, sent, headers={"HX-Request": "true"}).content.decode()
    assert 'id="next-step" hx-swap-oob="true"' in answer
    assert line(answer).startswith("Every theme and poster has an answer.")


def test_a_closed_round_leads_to_deciding(gallery, poster, stick, as_facilitator):
    stick()
    rated = opened(gallery, "notes")
    crowd(rated, 0, 1, 1, 0, 2)
    rounds.close(rated)
    html = as_facilitator.get(reverse("round", args=[gallery.code, 1])).content.decode()
    assert re.search(rf'And now <a href="{reverse("decide", args=[gallery.code])}">decide</a>', html)


def test_where_one_chooses_it_is_said_what_closing_means(gallery, poster, as_facilitator):
    page = reverse("dashboard", args=[gallery.code])
    assert "No more hours are planned: they stay closed" in as_facilitator.get(page).content.decode()
    tomorrow = timezone.now() + timedelta(days=1)
    gallery.hours.create(opens=tomorrow, closes=tomorrow + timedelta(hours=1))
    Gallery.objects.update(seq=1)
    html = as_facilitator.get(page).content.decode()
    assert "Close until then: they open again by themselves." in html
    assert "Close for good: strikes the hours still to come;" in html
