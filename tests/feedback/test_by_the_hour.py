"""How the day went: on the gallery's own clocks, and never of fewer than five people."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from feedback import by_the_hour, notes
from feedback.archiving import forget_authors
from feedback.by_the_hour import Day, Slot, Stretch, days, joined, named
from feedback.hour_columns import drawn
from feedback.models import NoteKind
from feedback.rollup import rollup
from gallery.models import Gallery

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
DAY = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)  # 09:00 in Berlin


def slots(*senders):
    """An hour for each list of senders' letters, a note a letter."""
    return [
        Slot(DAY + number * HOUR, count=len(letters), senders=set(letters))
        for number, letters in enumerate(senders)
    ]


def told(stretches):
    return [(stretch.hours, stretch.count) for stretch in stretches]


# Five, or none


@pytest.mark.parametrize(
    ("senders", "expected"),
    [
        (["abcde", "fghij"], [(1, 5), (1, 5)]),
        (["abcd", "efghi"], [(2, 9)]),  # joined with the next
        (["abcde", "fgh"], [(2, 8)]),  # with the one before, where there is no next
        (["abcde", "", "fghij"], [(1, 5), (2, 5)]),  # that nobody wrote is told of nobody
        (["aaaaaaa", "bcde"], [(2, 11)]),  # five notes are not five people
        (["abcd", "abcd", "abcd"], []),  # the same four all day
        (["abcd"], []),
        (["", "", ""], []),
        ([], []),
        (["abc", "de", "fghij", "k"], [(2, 5), (2, 6)]),
    ],
)
def test_hours_are_joined_until_five_have_written(senders, expected):
    assert told(joined(slots(*senders))) == expected


def few(stretches, by_hour):
    """The stretches that tell of fewer than five people: what the drawing must never have."""
    at = {slot.start: slot.senders for slot in by_hour}
    found = []
    for stretch in stretches:
        hours = [stretch.start + number * HOUR for number in range(stretch.hours)]
        if len(set().union(*(at.get(hour, set()) for hour in hours))) < 5:
            found.append(stretch)
    return found


def test_no_stretch_of_any_day_tells_of_fewer_than_five():
    letters = "abcdefghijkl"
    for seed in range(300):
        kinds = [letters[: (seed * 7 + number * number * 5) % 9] for number in range(seed % 8)]
        assert few(joined(slots(*kinds)), slots(*kinds)) == []


def test_control_hours_that_are_not_joined_are_caught():
    day = ["abcdef", "ab", "cdefgh"]
    assert len(few(joined(slots(*day), fewest=1), slots(*day))) == 1


# The clocks


def sent(zone, *local):
    """Five notes of five people at each of these local times."""
    return [(at.replace(tzinfo=zone), letter) for at in local for letter in "abcde"]


def test_hours_are_those_of_the_gallerys_clocks_also_at_half_past():
    kolkata = ZoneInfo("Asia/Kolkata")
    rows = sent(kolkata, datetime(2026, 6, 1, 9, 10), datetime(2026, 6, 1, 10, 50))
    [day] = days(rows, [], kolkata, DAY)
    assert [f"{each.start.astimezone(kolkata):%H:%M}" for each in day.stretches] == ["09:00", "10:00"]
    assert day.stretches[0].asked == "2026-06-01T0330Z"


def test_the_night_in_which_an_hour_comes_twice_has_both():
    night = datetime(2026, 10, 25)
    rows = sent(
        BERLIN, *(night.replace(hour=2, minute=30, fold=fold) for fold in (0, 1)), night.replace(hour=3)
    )
    [day] = days(rows, [], BERLIN, DAY)
    assert [each.asked for each in day.stretches] == [
        "2026-10-25T0000Z",
        "2026-10-25T0100Z",
        "2026-10-25T0200Z",
    ]
    [drawing] = drawn([day], BERLIN, "/board/", {})
    titles = re.findall(r"<title>([^<]*)", drawing.svg)
    assert titles == [
        "Sun 25 October, 02:00 CEST to 02:00 CET: 5 notes",
        "Sun 25 October, 02:00 to 03:00 CET: 5 notes",
        "Sun 25 October, 03:00 to 04:00 CET: 5 notes",
    ]
    assert re.findall(r'hours-column" x="([^"]*)"', drawing.svg) == ["0.00%", "33.33%", "66.67%"]


def test_the_night_in_which_an_hour_is_left_out_has_no_hole():
    night = datetime(2026, 3, 29)
    [day] = days(sent(BERLIN, night.replace(hour=1), night.replace(hour=3)), [], BERLIN, DAY)
    assert [each.asked for each in day.stretches] == ["2026-03-29T0000Z", "2026-03-29T0100Z"]


def test_an_hour_that_was_open_and_silent_belongs_to_the_day_and_one_to_come_does_not():
    rows = sent(BERLIN, datetime(2026, 6, 1, 11, 30))
    hours = [(DAY, DAY + 9 * HOUR)]  # from 09:00 in Berlin
    [day] = days(rows, hours, BERLIN, DAY + 3 * HOUR)
    assert told(day.stretches) == [(3, 5)]
    assert day.stretches[0].start == DAY


def test_each_opening_day_has_its_own_hours_on_one_scale():
    rows = [*sent(BERLIN, datetime(2026, 6, 1, 9), datetime(2026, 6, 2, 12)), (DAY + 48 * HOUR, "a")]
    found = days(rows, [], BERLIN, DAY)
    assert [(f"{day.day}", told(day.stretches)) for day in found] == [
        ("2026-06-01", [(1, 5)]),
        ("2026-06-02", [(1, 5)]),
        ("2026-06-03", []),
    ]
    drawings = drawn(found, BERLIN, "/board/", {})
    assert [drawing.name for drawing in drawings] == ["Monday 1 June", "Tuesday 2 June"]
    assert [re.findall(r'hours-column" x="([^"]*)"', each.svg) for each in drawings] == [
        ["0.00%"],
        ["75.00%"],
    ]


# What an address may name


@pytest.mark.parametrize(
    ("asked", "hours"),
    [("2026-06-01T0700Z", 1), ("2026-06-01T0730Z-3h", 3), ("2026-06-01T0700Z-999h", 999)],
)
def test_an_address_names_a_stretch(asked, hours):
    start, end = named(asked)
    assert end - start == hours * HOUR


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "x",
        "2026-06-01T0700",
        "2026-13-01T0700Z",
        "2026-02-30T0700Z",
        "2026-06-01T2500Z",
        "2026-06-01T0700Z-0h",
        "2026-06-01T0700Z-9999h",
        "9999-12-31T2300Z",
        "0001-01-01T0000Z",
        "２026-06-01T0700Z",
        "2026-06-01T0700Z\x00",
    ],
)
def test_what_names_no_stretch_is_none(asked):
    assert named(asked) is None


# On the board


@pytest.fixture
def people(gallery, poster):
    """Notes of so many people on a poster, a minute apart, from the hour on that was an hour ago."""
    Gallery.objects.update(time_zone="Europe/Berlin")
    gallery.refresh_from_db()
    kind = NoteKind.objects.get(gallery=gallery, word="Concern")

    def people(count, on=poster, hours=0, **more):
        at = gallery.hours.get().opens.replace(minute=0, second=0, microsecond=0) + hours * HOUR
        for number in range(count):
            author = {"author": f"{number:064x}"} | more
            notes.stick(
                poster=on,
                key=uuid4(),
                kind=kind,
                text=f"{number} says",
                at=at + number * timedelta(minutes=1),
                **author,
            )

    return people


@pytest.fixture
def board(as_facilitator, gallery):
    from django.urls import reverse

    def board(query=""):
        return as_facilitator.get(reverse("dashboard", args=[gallery.code]) + query).content.decode()

    return board


def test_a_column_leads_to_its_notes(board, people, poster):
    people(6)
    [(link, count)] = re.findall(
        r'<a id="h-[^"]*" href="([^"]*)#notes"><title>[^<]*: (\d) notes</title>', board()
    )
    page = board("?" + link.partition("?")[2].replace("&amp;", "&"))
    assert count == "6"
    assert page.count("6 says") == 0
    assert [f"{number} says" in page for number in range(6)] == [True] * 6
    assert "All 6 listed" in page


def test_four_people_draw_nothing_and_are_told_in_words(board, people, poster):
    people(4)
    page = board()
    assert 'class="hours"' not in page
    assert "Too few have written from their phones" in page
    people(1, hours=0, author="f" * 64)
    assert 'class="hours"' in board()  # control


def test_what_was_typed_in_from_paper_is_left_out(board, people, poster):
    people(5)
    people(9, source="paper", author=None)
    page = board()
    [link] = re.findall(r'<a id="h-[^"]*" href="([^"]*)#notes"><title>[^<]*: 5 notes</title>', page)
    assert "All 5 listed" in board("?" + link.partition("?")[2].replace("&amp;", "&"))
    assert "All 14 listed" in board("?kind=Concern")  # control
    assert "5 notes from phones; the 9 typed in from paper are left out." in page


def test_where_all_came_from_paper_the_hours_are_said_not_to_be_known(board, people, poster):
    people(9, source="paper", author=None)
    page = board()
    assert "was written at an hour that isn’t known" in page
    assert "Too few" not in page


def test_where_no_sender_is_known_nothing_is_drawn_and_it_is_not_called_few(board, people, poster):
    people(9, author=None)
    page = board()
    assert 'class="hours"' not in page
    assert "it isn’t known from how many phones these notes came" in page
    assert "Too few" not in page


@pytest.mark.parametrize(
    ("hours", "told"),
    [(1, "12"), (2, '<tspan>12<tspan class="hours-span"> in 2 h</tspan></tspan>')],
)
def test_the_number_of_joined_hours_says_in_how_many(hours, told):
    [drawing] = drawn([Day(DAY.date(), [Stretch(DAY, hours, 12)])], BERLIN, "/board/", {})
    assert f">{told}</text>" in drawing.svg


def test_joined_hours_too_narrow_to_say_so_have_no_number():
    stretches = [Stretch(DAY, 2, 9), *(Stretch(DAY + number * HOUR, 1, 8) for number in range(2, 40))]
    [drawing] = drawn([Day(DAY.date(), stretches)], BERLIN, "/board/", {})
    assert re.findall(r'class="hours-count"[^>]*>(\d*)<', drawing.svg) == ["", *["8"] * 38]


def test_once_the_senders_are_forgotten_nothing_is_drawn(gallery, board, people, poster):
    people(9)
    assert 'class="hours"' in board()  # control
    forget_authors(gallery)
    Gallery.objects.update(archived_at=DAY)
    page = board()
    assert 'class="hours"' not in page
    assert "Not drawn any more" in page


def test_senders_are_in_no_drawing_and_in_no_words_of_a_slot(gallery, people, poster):
    people(6)
    found = by_the_hour.by_the_hour(rollup(gallery), [], DAY)
    assert "0" * 63 not in repr(found)
    assert "abc" not in repr(slots(["abc"]))


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_hours_take_no_query_for_any_number(gallery, people, poster, django_assert_num_queries, count):
    people(count)
    found = rollup(gallery)
    with django_assert_num_queries(0):
        by_the_hour.by_the_hour(found, [], DAY)


def test_a_day_of_which_few_senders_are_known_is_not_called_one_of_few(board, people, poster):
    people(6, hours=-48)
    people(2)
    assert "Too few wrote to draw" in board()  # control
    people(9, author=None)
    assert "Too few wrote, as far as is known, to draw" in board()
