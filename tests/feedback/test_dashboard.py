"""The hosts' dashboard: seen before it is read, and theirs alone."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
import time_machine
from cachetools import TTLCache
from django.contrib.messages import get_messages
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse

from feedback import frames, host_notes, hung, ledger, me_too, notes, themes
from feedback.gate import Gate
from feedback.models import MeToo, Note, NoteKind
from gallery import events
from gallery.models import Gallery, Poster
from measures.models import Goal, Measure
from tests.feedback.talking import said

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def board(gallery, poster):
    return reverse("dashboard", args=[gallery.code])


@pytest.fixture
def stick(gallery, poster):
    def stick(text="The gauge froze in May.", word="Concern", on=poster, **more):
        kind = NoteKind.objects.get(gallery=gallery, word=word)
        return notes.stick(poster=on, key=uuid4(), kind=kind, text=text, **more)

    return stick


def act(name, gallery, *more):
    return reverse(name, args=[gallery.code, *more])


def poll_address(page):
    """The address that the page asks for news, as the browser would read it."""
    return re.search(r'hx-get="([^"]*/news/[^"]*)"', page).group(1).replace("&amp;", "&")


def state(note):
    return Note.objects.get(pk=note.pk).state


def test_no_board_with_every_note_is_kept(as_facilitator, board, stick):
    """A host may ask for all notes by as many addresses as there are minutes in a day."""
    stick()

    def kept(**asked: str) -> int:
        cache.clear()
        assert as_facilitator.get(board, {"minutes": "5", **asked}).status_code == 200
        return len(getattr(caches["default"], "_cache"))  # noqa: B009 - private, as nothing else tells

    assert kept(all="1") == 0
    assert kept() == 1  # control


# Who may see it


def addresses(gallery, note):
    return [
        ("get", act("dashboard", gallery)),
        ("get", act("dashboard_news", gallery)),
        ("get", act("decide", gallery)),
        ("get", act("export_csv", gallery)),
        ("post", act("doors", gallery)),
        ("post", act("publish", gallery)),
        ("post", act("decide_poster", gallery, 1)),
        ("post", act("hide_note", gallery, note.key)),
        ("post", act("show_note", gallery, note.key)),
        ("post", act("hide_sender", gallery, note.key)),
        ("post", act("hide_listed", gallery)),
        ("post", act("show_listed", gallery)),
        ("post", act("undo_turn", gallery)),
        ("post", act("moderate", gallery)),
        ("post", act("lock", gallery)),
    ]


def test_a_stranger_gets_404_everywhere_and_changes_nothing(as_stranger, gallery, poster, stick):
    note = stick("canary")
    for method, address in addresses(gallery, note):
        response = getattr(as_stranger, method)(address, {"act": "close", "publish": "1", "sure": "1"})
        assert response.status_code == 404, address
        assert b"canary" not in response.content
    assert state(note) == "shown"
    gallery.refresh_from_db()
    assert gallery.closed_at is None


def test_logged_out_is_the_log_in_page_the_same_for_real_and_invented_codes(visitor, gallery, poster, stick):
    note = stick()
    for method, address in addresses(gallery, note):
        real = getattr(visitor, method)(address)
        made_up = getattr(visitor, method)(address.replace(gallery.code, "ZZZZ2222"))
        assert real.status_code == 302
        assert real.headers["Location"].startswith(reverse("admin:login"))
        assert real.headers["Location"] == made_up.headers["Location"].replace("ZZZZ2222", gallery.code)


def test_after_the_log_in_one_never_lands_on_an_address_that_is_only_sent_to(visitor, gallery, board, stick):
    location = visitor.post(act("hide_note", gallery, stick().key)).headers["Location"]
    assert location.endswith(f"?next={board}")


def test_a_poll_after_the_log_in_ended_sends_the_whole_page_to_the_log_in(visitor, gallery, poster):
    response = visitor.get(act("dashboard_news", gallery), **HTMX)
    assert response.headers["HX-Redirect"].startswith(reverse("admin:login"))


@pytest.mark.parametrize(
    "name", ["doors", "publish", "moderate", "lock", "hide_listed", "show_listed", "undo_turn"]
)
def test_what_changes_something_is_only_sent_to(as_facilitator, gallery, poster, name):
    assert as_facilitator.get(act(name, gallery)).status_code == 405


def test_another_sites_form_is_refused(facilitator, gallery, stick):
    note = stick()
    client = Client(enforce_csrf_checks=True)
    client.force_login(facilitator)
    assert client.post(act("hide_note", gallery, note.key)).status_code == 403
    assert state(note) == "shown"


# What is seen


def test_it_shows_what_stands_out_and_counts_in_words_and_numbers(as_facilitator, board, gallery, stick):
    stick(word="Concern"), stick(word="Concern"), stick(word="I’d use this")
    page = as_facilitator.get(board).content.decode()
    assert "Loudest concern" in page
    assert "2 × Concern" in page
    assert "<title>2 Concern</title>" in page
    assert 'Concern <b class="hidden">2</b>' in page  # the bar shows it; for screen readers
    assert re.search(r"3 notes</a> on 1 of 1 poster\b", page)
    assert "no-store" in as_facilitator.get(board).headers["Cache-Control"]


def test_every_number_leads_to_its_notes(as_facilitator, board, stick):
    stick("about the gauge", word="Concern")
    stick("a better one", word="Idea")
    page = as_facilitator.get(board).content.decode()
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*)#notes"', page)}
    assert f"{board}?poster=1&kind=Concern" in links
    for link in links:
        assert 'class="problem"' not in as_facilitator.get(link).content.decode()
    listed = as_facilitator.get(f"{board}?poster=1&kind=Concern").content.decode()
    assert "about the gauge" in listed
    assert "a better one" not in listed


def whole(page):
    """What the page counts above all else: the title of its widest bar."""
    return re.sub(r"<[^>]*>", "", re.search(r'id="whole-title">(.*?)</h2>', page).group(1)).strip()


@pytest.fixture
def south(gallery, team):
    """A second wall with a measure of its own goal."""
    goal = Goal.objects.create(team=team, original="b", result="Nobody throws litter.")
    litter = Measure.objects.create(team=team, goal=goal, name="Tonnes of litter")
    wall = gallery.walls.create(name="South wall", order=2)
    return events.hang(wall=wall, kind=Poster.Kind.MEASURE, measure=litter)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?wall=South+wall", "South wall: 2 notes on 1 of 1 poster"),
        ("?goal=2", "Nobody throws litter. 2 notes on 1 of 1 poster"),
        ("?poster=2", "2 Tonnes of litter: 2 notes"),
        ("?kind=Concern", "5 notes on 2 of 2 posters"),
    ],
)
def test_a_place_that_is_chosen_narrows_every_figure_and_has_its_way_back(
    as_facilitator, board, stick, south, query, says
):
    for _ in range(3):
        stick("About the gauge", word="Question")
    stick("Who weighs it?", word="Question", on=south), stick("It is wet.", on=south)
    page = as_facilitator.get(board + query).content.decode()
    placed = "kind" not in query
    assert whole(page) == says
    assert (f'id="everywhere" class="button" href="{board}?"' in page) == placed
    assert ("About the gauge" in page) != placed or "kind" in query
    assert f">{'1 question' if placed else '4 questions'}</a>" in page
    everywhere = as_facilitator.get(f"{board}{query}&kind=Question").content.decode()
    assert (f'href="{board}?kind=Question"><span aria-hidden="true">‹' in everywhere) == placed


def test_a_poster_that_is_chosen_stands_among_those_of_its_wall(as_facilitator, board, stick, south, gallery):
    stick(on=south)
    page = as_facilitator.get(f"{board}?poster=2").content.decode()
    rows = re.findall(
        r'<li class="(row[^"]*)"><a (?:aria-current="true" )?class="row-name" id="([^"]*)"', page
    )
    assert rows == [("row row-chosen", "r-p2")]


def test_what_waits_in_a_place_is_told_there(as_facilitator, board, stick, south, gallery):
    stick(on=south), stick()
    Note.objects.update(state=Note.State.WAITING)
    stick(on=south)
    page = as_facilitator.get(f"{board}?wall=South+wall").content.decode()
    assert 'href="' + board + '?wall=South+wall&amp;state=waiting#notes">Waiting for a host <b>1</b>' in page
    assert "2 notes wait" in page
    listed = as_facilitator.get(f"{board}?wall=South+wall&state=waiting").content.decode()
    assert "All 1 listed" in listed


def test_what_visitors_wrote_is_text_and_nothing_says_who(as_facilitator, board, stick):
    note = stick("<script>alert(1)</script>", name="<b>Eve</b>", author="f" * 64)
    page = as_facilitator.get(board).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "&lt;b&gt;Eve" in page
    assert "f" * 64 not in page
    assert note.digest not in page


def test_an_address_that_asks_for_what_is_not_there_says_so(as_facilitator, board, stick):
    stick("still here")
    page = as_facilitator.get(f"{board}?poster=999&kind=%00").content.decode()
    assert "This gallery has no poster “999”" in page
    assert "still here" in page


def test_times_are_the_gallerys_own(as_facilitator, board, gallery, stick):
    Gallery.objects.update(time_zone="Asia/Tokyo")
    stick(at=datetime(2026, 6, 1, 12, 0, tzinfo=UTC))
    assert "1 Jun, 21:00" in as_facilitator.get(board).content.decode()


def test_an_empty_gallery_says_what_will_happen(as_facilitator, team):
    empty = Gallery.objects.create(team=team, title="Bare")
    page = as_facilitator.get(act("dashboard", empty)).content.decode()
    assert "Nothing hangs here yet" in page
    assert "Nobody has written yet" in page
    assert "Open the doors" in page


# Hide and show


def test_hiding_takes_a_note_off_the_walls_and_leaves_a_way_back(
    as_facilitator, visitor, gallery, board, stick
):
    note = stick("Something rude.")
    fragment = as_facilitator.post(act("hide_note", gallery, note.key), **HTMX).content.decode()
    assert state(note) == "hidden"
    assert fragment.lstrip().startswith("<li")
    assert "Show again" in fragment
    assert "Something rude." not in visitor.get(reverse("poster", args=[gallery.code, 1])).content.decode()

    page = as_facilitator.get(board).content.decode()
    assert "1 hidden note" in page
    assert "Something rude." not in page
    assert "Something rude." in as_facilitator.get(f"{board}?state=hidden").content.decode()

    assert "Hide" in as_facilitator.post(act("show_note", gallery, note.key), **HTMX).content.decode()
    assert state(note) == "shown"


def test_without_javascript_one_comes_back_to_the_same_list(as_facilitator, gallery, board, stick):
    note = stick()
    sent = {"query": "?kind=Concern"}
    response = as_facilitator.post(act("hide_note", gallery, note.key), sent)
    assert response.headers["Location"].startswith(f"{board}?kind=Concern&did=")
    page = as_facilitator.get(response.headers["Location"]).content.decode()
    assert "One note is hidden." in page
    assert "Show it again" in page


def test_it_never_sends_one_to_another_site(as_facilitator, gallery, board, stick):
    response = as_facilitator.post(act("hide_note", gallery, stick().key), {"query": "//evil.test/?"})
    assert response.headers["Location"].startswith(f"{board}?did=")


def test_what_its_author_took_back_stays_taken_back(as_facilitator, gallery, stick):
    note = stick(author="a")
    notes.take_back(note=note, author="a")
    for name in ("hide_note", "show_note"):
        assert as_facilitator.post(act(name, gallery, note.key)).status_code == 404
    assert state(note) == "withdrawn"


def test_a_note_of_another_gallery_is_not_reached_through_ones_own(
    as_facilitator, gallery, other_team, poster
):
    theirs = Gallery.objects.create(
        team=other_team, title="Theirs", invited_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    sheet = events.hang(wall=theirs.walls.create(name="W"), kind=Poster.Kind.TEXT, title="T")
    kind = NoteKind.objects.filter(gallery=theirs).first()
    note = notes.stick(poster=sheet, key=uuid4(), kind=kind, text="canary")
    assert as_facilitator.post(act("hide_note", gallery, note.key)).status_code == 404
    assert state(note) == "shown"


# News


def test_nothing_new_is_204_in_three_queries(as_facilitator, board, stick, django_assert_num_queries):
    for _ in range(3):
        stick()
    news = poll_address(as_facilitator.get(board).content.decode())
    with django_assert_num_queries(3):  # the session, the person, the gallery
        assert as_facilitator.get(news, **HTMX).status_code == 204


def test_a_new_a_hidden_and_a_restored_note_are_news(as_facilitator, gallery, board, stick):
    note = stick("first")
    for change in (lambda: stick("second"), lambda: notes.hide(note), lambda: notes.show(note)):
        news = poll_address(as_facilitator.get(board).content.decode())
        change()
        response = as_facilitator.get(news, **HTMX)
        assert response.status_code == 200
        page = response.content.decode()
        assert "<html" not in page
        assert as_facilitator.get(poll_address(page), **HTMX).status_code == 204


def test_the_doors_are_news_by_hand_and_by_the_clock(as_facilitator, gallery, board, poster):
    news = poll_address(as_facilitator.get(board).content.decode())
    with time_machine.travel(gallery.hours.get().closes + timedelta(seconds=2), tick=False):
        response = as_facilitator.get(news, **HTMX)
        assert response.status_code == 200
        assert "The doors are closed" in response.content.decode()
    events.close_doors(gallery)
    assert as_facilitator.get(news, **HTMX).status_code == 200


def test_news_keeps_to_the_notes_that_one_asked_for(as_facilitator, board, stick):
    stick(word="Idea", text="an idea")
    news = poll_address(as_facilitator.get(f"{board}?kind=Concern").content.decode())
    stick(word="Idea", text="another idea")
    stick(word="Concern", text="a concern")
    page = as_facilitator.get(news, **HTMX).content.decode()
    assert "a concern" in page
    assert "another idea" not in page


@pytest.mark.parametrize("until", ["", "x", "9" * 30, "-1", "１２"])
def test_a_broken_poll_is_answered_with_the_board(as_facilitator, gallery, poster, until):
    address = f"{act('dashboard_news', gallery)}?seen=nonsense&until={until}"
    assert as_facilitator.get(address, **HTMX).status_code == 200


# The doors


def test_a_host_closes_and_opens_the_doors(as_facilitator, gallery, board, poster):
    as_facilitator.post(act("doors", gallery), {"act": "close"})
    assert "Open the doors" in as_facilitator.get(board).content.decode()
    as_facilitator.post(act("doors", gallery), {"act": "open"})
    assert "Close the doors" in as_facilitator.get(board).content.decode()


def test_doors_that_cannot_open_any_more_say_why(as_facilitator, gallery, board, poster):
    events.close_doors(gallery)
    Gallery.objects.update(published_at=datetime(2026, 6, 1, tzinfo=UTC))
    response = as_facilitator.post(act("doors", gallery), {"act": "open"})
    assert "published" in str(next(iter(get_messages(response.wsgi_request))))
    assert "can&#x27;t open again" in as_facilitator.get(board).content.decode()


def test_doors_do_only_the_two_things_that_doors_do(as_facilitator, gallery, poster):
    assert as_facilitator.post(act("doors", gallery), {"act": "explode"}).status_code == 404


# Its cost


@pytest.mark.parametrize(("copies", "posters"), [(1, 1), (1, 3), (3, 3), (40, 3), (400, 3)])
def test_the_board_takes_nine_queries_for_any_number_and_four_after_one_more_note(
    as_facilitator, gallery, board, measure, stick, django_assert_num_queries, copies, posters
):
    wall = gallery.walls.get()
    hung = [events.hang(wall=wall, kind=Poster.Kind.MEASURE, measure=measure) for _ in range(posters)]
    for number in range(copies):
        stick(on=hung[number % posters])
    with django_assert_num_queries(9):
        assert as_facilitator.get(board).status_code == 200
    stick()
    with django_assert_num_queries(4):  # the session, the person, the gallery; what is new
        assert as_facilitator.get(board).status_code == 200


def test_a_second_host_is_shown_the_same_drawing_until_a_note_changes(
    as_facilitator, board, stick, django_assert_num_queries
):
    stick("first")
    as_facilitator.get(board)
    with django_assert_num_queries(3):
        assert "first" in as_facilitator.get(board).content.decode()
    stick("second")
    assert "second" in as_facilitator.get(board).content.decode()


def test_a_drawing_holds_nothing_of_whoever_it_was_drawn_for(as_facilitator, colleague, board, stick):
    stick()
    as_facilitator.get(board)
    other = Client()
    other.force_login(colleague)
    theirs = other.get(board).content.decode()
    tokens = set(
        re.findall(r'csrfmiddlewaretoken" value="([^"]+)"', as_facilitator.get(board).content.decode())
    )
    assert tokens
    assert not [token for token in tokens if token in theirs]


def test_names_changed_by_the_curator_follow_in_a_moment(as_facilitator, board, measure, poster):
    as_facilitator.get(board)
    measure.name = "Renamed meanwhile"
    measure.save()
    events.keep([poster])
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=11), tick=False):
        assert "Renamed meanwhile" in as_facilitator.get(board).content.decode()


def test_only_the_note_that_came_is_drawn_when_the_board_is_drawn_anew(as_facilitator, board, stick):
    stick("first")
    as_facilitator.get(board)
    stick("second")
    with patch.object(host_notes, "render_to_string", side_effect=host_notes.render_to_string) as drawing:
        page = as_facilitator.get(board).content.decode()
    assert [call.args[1]["note"].text for call in drawing.call_args_list] == ["second"]
    assert page.index("second") < page.index("first")


@pytest.mark.parametrize(
    "change",
    [
        lambda note: renamed(note.kind, word="Worry"),
        lambda note: renamed(note.poster, number=77),
        lambda note: notes.hide(note),
    ],
)
def test_a_note_that_is_kept_is_drawn_anew_once_it_looks_otherwise(as_facilitator, board, stick, change):
    note = stick("first")
    listed = f'id="n-{note.key.hex}"'
    before = _drawing(as_facilitator.get(board), listed)
    cache.clear()
    assert _drawing(as_facilitator.get(board), listed) == before
    change(note)
    cache.clear()
    assert _drawing(as_facilitator.get(board), listed) != before


def renamed(thing, **words):
    """As the admin leaves it."""
    for name, word in words.items():
        setattr(thing, name, word)
    thing.save()


# What is kept is never in the way of what one has just done


@pytest.mark.parametrize(
    ("change", "shows"),
    [
        (lambda note: renamed(note.kind, word="Worry"), "1 Worry"),
        (lambda note: renamed(note.poster.wall, name="East wall"), "East wall"),
        (lambda note: renamed(note.poster, hung_heading="Tonnes of litter"), "Tonnes of litter"),
        (lambda note: renamed(note.poster.measure.goal, result="Nobody drowns."), "Nobody drowns."),
        (lambda note: renamed(note.gallery, title="Our lake"), "<h1>Our lake</h1>"),
        (lambda note: renamed(note.gallery, time_zone="Asia/Tokyo"), "JST"),
        (
            lambda note: renamed(
                note.gallery.hours.get(), closes=datetime.now(UTC) + timedelta(days=2, hours=3)
            ),
            f"{datetime.now(UTC) + timedelta(days=2, hours=3):%a}",
        ),
    ],
)
def test_what_is_changed_here_shows_at_once(as_facilitator, board, stick, change, shows):
    note = stick()
    assert shows not in as_facilitator.get(board).content.decode()
    change(Note.objects.get(pk=note.pk))
    assert shows in as_facilitator.get(board).content.decode()


def test_a_rename_in_the_admin_shows_at_once(as_facilitator, board, gallery, stick):
    kind = stick().kind
    assert "1 Concern" in as_facilitator.get(board).content.decode()
    sent = {"word": "Worry", "icon": kind.icon, "colour": kind.colour, "order": kind.order}
    saved = as_facilitator.post(reverse("admin:feedback_notekind_change", args=[kind.pk]), sent)
    assert saved.status_code == 302
    assert "1 Worry" in as_facilitator.get(board).content.decode()


def test_a_new_poster_shows_at_once_with_what_is_said_on_it(as_facilitator, board, gallery, stick, measure):
    stick()
    as_facilitator.get(board)
    wall = gallery.walls.create(name="South wall", order=2)
    hung = events.hang(wall=wall, kind=Poster.Kind.TEXT, title="Lately hung")
    assert "Lately hung" in as_facilitator.get(board).content.decode()
    stick("The first one here", on=hung)
    assert 'South wall<span class="hidden">, 1 note<' in as_facilitator.get(board).content.decode()


def test_a_poster_that_another_process_hung_is_there_with_its_first_note(
    as_facilitator, board, gallery, stick
):
    stick()
    as_facilitator.get(board)
    with patch("feedback.hung.forget"):  # as for a process that hears of nothing
        hung = events.hang(wall=gallery.walls.get(), kind=Poster.Kind.TEXT, title="Hung elsewhere")
    assert "Hung elsewhere" not in as_facilitator.get(board).content.decode()  # control
    stick("The first one here", on=hung)
    assert "Hung elsewhere" in as_facilitator.get(board).content.decode()


def test_what_another_process_changed_is_there_within_seconds(as_facilitator, board, stick):
    kind = stick().kind
    as_facilitator.get(board)
    NoteKind.objects.filter(pk=kind.pk).update(word="Worry")
    assert "1 Worry" not in as_facilitator.get(board).content.decode()  # control
    hung.HUNG.expire(hung.HUNG.timer() + 6)
    assert "1 Worry" in as_facilitator.get(board).content.decode()


def test_a_note_that_is_hidden_is_off_every_part_of_the_board_at_once(as_facilitator, board, gallery, stick):
    stick("Something rude?", word="Question"), stick("Something rude too?", word="Question")
    assert as_facilitator.get(board).content.decode().count("Something rude") > 2
    for note in Note.objects.all():
        as_facilitator.post(act("hide_note", gallery, note.key), **HTMX)
    page = as_facilitator.get(board).content.decode()
    assert "Something rude" not in page
    assert "2 hidden notes" in page
    assert "0 notes</a>" in page


def test_a_theme_shows_at_once_and_so_does_what_is_put_into_it(as_facilitator, board, gallery, stick):
    first, second = stick(), stick()
    as_facilitator.get(board)
    theme = themes.make(gallery, name="Ice", notes=[first.key]).theme
    assert "<title>1 Concern</title>" in as_facilitator.get(board).content.decode().partition("By theme")[2]
    themes.put(gallery, theme=theme, notes=[second.key])
    assert "<title>2 Concern</title>" in as_facilitator.get(board).content.decode().partition("By theme")[2]


@pytest.fixture
def nothing_kept(monkeypatch):
    """A process that has kept nothing, beside this one."""

    @contextmanager
    def nothing_kept():
        cache.clear()
        kept = [
            (frames, "PARTS"),
            (frames, "HOSTED"),
            (frames, "BOARDS"),
            (hung, "HUNG"),
            (ledger, "LEDGERS"),
        ]
        with monkeypatch.context() as patch:
            for module, name in kept:
                patch.setattr(module, name, TTLCache(maxsize=1_000, ttl=60))
            yield
        cache.clear()

    return nothing_kept


def test_a_board_of_what_is_kept_is_the_board_drawn_with_nothing_kept(
    as_facilitator, board, gallery, south, stick, nothing_kept
):
    first = stick("Who counts at night?", word="Question", author="a" * 64)
    theme, places = themes.make(gallery, name="Nights").theme, [first.poster, south] * 4
    acts = [
        lambda: [stick(f"{n} says so", author=f"{n:064x}", on=on) for n, on in enumerate(places)],
        lambda: [nodded(first, f"{n:064x}") for n in range(6)],
        lambda: notes.hide(Note.objects.get(text="3 says so")),
        lambda: said(first, "Nobody does.", host=True),
        lambda: themes.put(gallery, theme=theme, notes=[first.key]),
        lambda: notes.take_back(note=Note.objects.get(text="4 says so"), author=f"{4:064x}"),
        lambda: renamed(first.poster.wall, name="Far wall"),
        lambda: events.moderate(gallery, moderated=True),
        lambda: events.lock(gallery),
        lambda: stick("<b>A last one</b>", word="Idea", name="<i>Ida</i>"),
        lambda: events.close_for_good(gallery),
    ]
    asked = ["", "?all=1", "?poster=2", "?wall=South+wall", "?kind=Concern&words=says", "?state=hidden"]
    for act in acts:
        act()
        for query in asked:
            ours = _without_tokens(as_facilitator.get(board + query))
            with nothing_kept():
                assert ours == _without_tokens(as_facilitator.get(board + query)), query
            assert ours == _without_tokens(as_facilitator.get(board + query))


def nodded(note, author):
    hours = [(each.opens, each.closes) for each in note.gallery.hours.all()]
    me_too.say(note=note, author=author, meant=True, gate=Gate(hours, author, datetime.now(UTC)))


def test_control_what_went_past_the_acts_differs(as_facilitator, board, stick, nothing_kept):
    note = stick()
    stick()
    as_facilitator.get(board)
    MeToo.objects.bulk_create(MeToo(note=note, author=f"{n:064x}") for n in range(6))
    ours = _without_tokens(as_facilitator.get(board))
    with nothing_kept():
        assert ours != _without_tokens(as_facilitator.get(board))


def _without_tokens(response) -> str:
    page = response.content.decode()
    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": "|&amp;at=)\w+', "", page)


def _drawing(response, listed: str) -> str:
    """The note in the list of a board; blank where it isn't there."""
    return response.content.decode().partition(listed)[2].partition("</li>")[0]
