"""The clocks go forward, and back: doors open and close at the hours that were typed, in three zones."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template.loader import render_to_string
from django.urls import reverse

from gallery import events, hours
from gallery.faces import face
from gallery.models import Gallery, Poster
from gallery.phases import Phase, phase
from tests.gallery.test_admin import save
from tests.sent_back import sent_back

SECOND = timedelta(seconds=1)
# zone, day, the local hours typed, what they are in UTC, the names of the zone at both ends
EDGES = """
Europe/London        29/03/2026  00:30 09:00  2026-03-29T00:30 2026-03-29T08:00  GMT BST
Europe/London        25/10/2026  00:30 09:00  2026-10-24T23:30 2026-10-25T09:00  BST GMT
America/New_York     08/03/2026  01:30 09:00  2026-03-08T06:30 2026-03-08T13:00  EST EDT
America/New_York     01/11/2026  00:30 09:00  2026-11-01T04:30 2026-11-01T14:00  EDT EST
Australia/Lord_Howe  04/10/2026  01:30 09:00  2026-10-03T15:00 2026-10-03T22:00  +1030 +11
Australia/Lord_Howe  05/04/2026  01:15 09:00  2026-04-04T14:15 2026-04-04T22:30  +11 +1030
Pacific/Chatham      27/09/2026  02:30 09:00  2026-09-26T13:45 2026-09-26T19:15  +1245 +1345
Pacific/Chatham      05/04/2026  02:30 09:00  2026-04-04T12:45 2026-04-04T20:15  +1345 +1245
"""
COLUMNS = ("zone", "day", "opens", "closes", "from_utc", "to_utc", "first", "last")
EDGE = pytest.mark.parametrize(COLUMNS, [line.split() for line in EDGES.strip().splitlines()])


def moment(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


def typed(day: str, opens: str, closes: str) -> dict[str, str]:
    return {
        "hours-0-opens_0": day,
        "hours-0-opens_1": opens,
        "hours-0-closes_0": day,
        "hours-0-closes_1": closes,
    }


@pytest.fixture
def held(team):
    """A gallery with a poster to welcome people, invited to long before any of the days above."""

    def make(zone: str) -> Gallery:
        invited = moment("2026-01-01 00:00")
        found = Gallery.objects.create(team=team, title="At the edge", time_zone=zone, invited_at=invited)
        events.hang(wall=events.wall_named(found, "Hall"), kind="welcome")
        return found

    return make


@pytest.fixture
def at_the_edge(held, as_facilitator, zone, day, opens, closes) -> Gallery:
    """Its hours are typed in the admin, across the moment at which the clocks change."""
    gallery = held(zone)
    save(as_facilitator, "gallery", gallery.pk, **typed(day, opens, closes))
    return gallery


@EDGE
def test_typed_hours_are_the_moments_that_the_zone_says(at_the_edge, from_utc, to_utc, closes, first, last):
    stretch = at_the_edge.hours.get()
    assert (stretch.opens, stretch.closes) == (moment(from_utc), moment(to_utc))


@EDGE
def test_the_form_shows_what_was_typed_and_saves_it_again_unchanged(
    at_the_edge, as_facilitator, opens, closes, from_utc, to_utc, first, last
):
    page = as_facilitator.get(reverse("admin:gallery_gallery_change", args=[at_the_edge.pk]))
    form = sent_back(page, "gallery_form")
    assert (form["hours-0-opens_1"], form["hours-0-closes_1"]) == (opens, closes)
    save(as_facilitator, "gallery", at_the_edge.pk, place="The hall")
    assert [(each.opens, each.closes) for each in at_the_edge.hours.all()] == [
        (moment(from_utc), moment(to_utc))
    ]


@EDGE
def test_the_doors_turn_at_the_second(at_the_edge, visitor, from_utc, to_utc, first, last):
    for at, expected in [
        (moment(from_utc) - SECOND, Phase.INVITATION),
        (moment(from_utc), Phase.OPEN),
        (moment(to_utc) - SECOND, Phase.OPEN),
        (moment(to_utc), Phase.CLOSED),
    ]:
        with time_machine.travel(at, tick=False):
            assert phase(at_the_edge, at) is expected
            page = visitor.get(reverse("lobby", args=[at_the_edge.code])).content.decode()
            assert f'class="doors doors-{expected}"' in page


@EDGE
def test_control_hours_kept_by_the_clock_alone_turn_at_another_moment(
    zone, day, opens, closes, from_utc, to_utc, first, last
):
    """What adding the length of the opening hours to the start, on local clocks, would give."""
    start = moment(from_utc).astimezone(ZoneInfo(zone))
    hour, minute = map(int, closes.split(":"))
    length = datetime(2026, 1, 1, hour, minute) - datetime.combine(datetime(2026, 1, 1), start.time())
    assert moment(from_utc) + length != moment(to_utc)


def shown_in(page: str) -> str:
    """The text of a page, without its tags and with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


@EDGE
def test_every_time_is_shown_with_its_zone(
    at_the_edge, as_facilitator, visitor, opens, closes, from_utc, to_utc, first, last
):
    code = at_the_edge.code
    hours_of_it = f"{opens} {first} to {closes} {last}"
    with time_machine.travel(moment(from_utc) - SECOND, tick=False):
        before = visitor.get(reverse("lobby", args=[code])).content.decode()
        listed = as_facilitator.get(reverse("admin:gallery_gallery_changelist")).content.decode()
        invitation = visitor.get(reverse("invitation_ics", args=[code])).content.decode()
        poster = Poster.objects.with_face().get(gallery=at_the_edge)
        paper = render_to_string(
            "gallery/_poster.html", {"face": face(poster), "poster": poster, "gallery": at_the_edge}
        )
    with time_machine.travel(moment(from_utc), tick=False):
        during = visitor.get(reverse("lobby", args=[code])).content.decode()
        dashboard = as_facilitator.get(reverse("dashboard", args=[code])).content.decode()
    assert f"{opens} {first}" in before.split('class="doors')[1].split("</p>")[0]
    assert hours_of_it in shown_in(before), "the list of hours"
    assert hours_of_it in before.split("<textarea")[1], "the words to pass on"
    assert hours_of_it in shown_in(listed)
    for place in (during, dashboard):
        assert f"{closes} {last}" in place
    assert f"DTSTART:{moment(from_utc):%Y%m%dT%H%M%SZ}" in invitation
    assert f"DTEND:{moment(to_utc):%Y%m%dT%H%M%SZ}" in invitation
    assert hours_of_it in shown_in(paper)


# Hours that there are not, or twice


@pytest.mark.parametrize(
    ("zone", "day", "at", "said"),
    [
        (
            "Europe/London",
            "29/03/2026",
            "01:30",
            "On 29 March 2026 the clocks in Europe/London go forward from 01:00 to 02:00: there is no 01:30 "
            "that night. Choose a time before 01:00, or 02:00 or later.",
        ),
        (
            "Europe/London",
            "25/10/2026",
            "01:00",
            "On 25 October 2026 the clocks in Europe/London go back from 02:00 to 01:00: 01:00 comes twice. "
            "Choose a time before 01:00, or 02:00 or later.",
        ),
        ("America/New_York", "08/03/2026", "02:59", "go forward from 02:00 to 03:00: there is no 02:59"),
        ("America/New_York", "01/11/2026", "01:59", "go back from 02:00 to 01:00: 01:59 comes twice"),
        ("Australia/Lord_Howe", "04/10/2026", "02:00", "go forward from 02:00 to 02:30: there is no 02:00"),
        ("Australia/Lord_Howe", "05/04/2026", "01:45", "go back from 02:00 to 01:30: 01:45 comes twice"),
        ("Pacific/Chatham", "27/09/2026", "03:44", "go forward from 02:45 to 03:45: there is no 03:44"),
        ("Pacific/Chatham", "05/04/2026", "02:45", "go back from 03:45 to 02:45: 02:45 comes twice"),
    ],
)
def test_an_hour_that_is_none_or_two_is_told_and_kept_as_typed(held, as_facilitator, zone, day, at, said):
    gallery = held(zone)
    answer = save(as_facilitator, "gallery", gallery.pk, **typed(day, at, "09:00"))
    assert said in answer.content.decode()
    assert sent_back(answer, "gallery_form")["hours-0-opens_1"] == at
    assert not gallery.hours.exists()


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("Europe/London", datetime(2026, 3, 29, 0, 59)),
        ("Europe/London", datetime(2026, 3, 29, 2, 0)),
        ("Europe/London", datetime(2026, 10, 25, 0, 59)),
        ("Europe/London", datetime(2026, 10, 25, 2, 0)),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 30)),
        ("Australia/Lord_Howe", datetime(2026, 4, 5, 2, 0)),
        ("UTC", datetime(2026, 3, 29, 1, 30)),
    ],
)
def test_control_the_times_that_are_advised_are_moments(zone, local):
    assert hours.why_not(local, ZoneInfo(zone)) == ""


def test_a_night_of_opening_names_both_days():
    opens, closes = moment("2026-06-01 19:00"), moment("2026-06-02 05:00")
    said = hours.in_words(opens, closes, ZoneInfo("Europe/London"))
    assert said == "Monday 1 June 2026, 20:00 to Tuesday 2 June 2026, 06:00 BST"
