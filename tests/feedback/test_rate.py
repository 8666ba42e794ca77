"""The room's ballot on a phone: saved in one tap, hidden until one has rated, nobody told of anybody."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import limits, notes, rounds, visitors
from feedback.models import Round, Vote
from feedback.views.rate import opened_stamp
from gallery import events
from gallery.models import Gallery
from tests.feedback.rating import crowd, made, opened, stick, themes

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def rated(gallery) -> Round:
    themes(gallery, "Weather", "Money", "<script>alert(1)</script>")
    return opened(gallery, title="What <b>first</b>?")


@pytest.fixture
def page(rated) -> str:
    return address(rated)


def address(rated: Round) -> str:
    return reverse("rate", args=[rated.gallery.code, rated.number])


def body(answer) -> str:
    return answer.content.decode()


def field(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    return found[1] if found else ""


def tap(client: Client, rated: Round, *, htmx=HTMX, **chosen: object):
    """Choose words by place: `p1=0` is the first thing and the strongest word."""
    sent = {f"r-{name[1:]}": str(value) for name, value in chosen.items() if name[0] == "p"}
    more = {name: value for name, value in chosen.items() if name[0] != "p"}
    return client.post(address(rated), {"opened": opened_stamp(rated)} | sent | more, **htmx)


def tallies(html: str) -> list[str]:
    """What stands beneath each bar."""
    lists = re.findall(r'<ul class="tally-words">(.*?)</ul>', html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in lists]


class TestTheBallot:
    def test_everything_is_one_under_another_in_one_form_with_one_button(self, visitor, page):
        html = body(visitor.get(page))
        assert [html.count(f'name="r-{place}"') for place in (1, 2, 3, 4)] == [4, 4, 4, 0]
        assert html.count("<form") == html.count('type="submit"') == 1
        assert "What &lt;b&gt;first&lt;/b&gt;?" in html
        assert "<script>alert" not in html

    def test_without_javascript_all_is_sent_at_once_and_shown_again(self, visitor, rated, page):
        answer = tap(visitor, rated, htmx={}, p1=0, p2=3)
        assert answer.status_code == 302
        html = body(visitor.get(answer.headers["Location"]))
        assert "Saved." in html
        assert html.count("checked") == 2
        assert rounds.results_of(rated)[1].counts == (0, 0, 0, 1)

    def test_a_tap_answers_what_the_room_says_of_that_thing_alone(self, visitor, rated):
        answer = tap(visitor, rated, p2=1)
        assert answer.headers["Vote-Saved"] == "2"
        assert 'id="says-2"' in body(answer)
        assert "says-1" not in body(answer)
        assert "<main" not in body(answer)

    def test_one_changes_one_s_mind(self, visitor, rated):
        tap(visitor, rated, p1=0)
        tap(visitor, rated, p1=2)
        assert list(Vote.objects.values_list("value", flat=True)) == [2]

    def test_the_first_vote_brings_the_cookie_and_looking_does_not(self, visitor, rated, page):
        assert visitors.COOKIE not in visitor.get(page).cookies
        cookie = tap(visitor, rated, p1=0).cookies[visitors.COOKIE]
        assert cookie["httponly"]
        assert cookie.value not in str(Vote.objects.values())

    def test_a_phone_whose_first_answer_was_lost_is_still_one(self, rated, page):
        offer = field(body(Client().get(page)), "offer")
        for _ in range(3):  # each without the cookie that the one before would have set
            tap(Client(), rated, p1=0, offer=offer)
        assert Vote.objects.count() == 1
        tap(Client(), rated, p1=0)  # control
        assert Vote.objects.count() == 2

    def test_what_a_page_offers_is_no_cookie(self, rated, page):
        offer = field(body(Client().get(page)), "offer")
        assert visitors.taken_up(offer)
        client = Client()
        client.cookies[visitors.COOKIE] = offer
        assert visitors.author_of(client.get(page).wsgi_request, rated.gallery.code) is None
        for made_up in ("", "x", "ä.b", visitors.new_token(timezone.now()), offer[:-1]):
            assert visitors.taken_up(made_up) == ""

    def test_notes_name_their_poster_and_hidden_ones_are_gone(self, visitor, gallery, poster):
        kept, hidden = stick(poster, "Show the worst month"), stick(poster, "Rude words")
        rated = opened(gallery, "notes")
        assert "Rude words" in body(visitor.get(address(rated)))  # control
        notes.hide(hidden)
        html = body(visitor.get(address(rated)))
        assert "Rude words" not in html
        assert kept.text in html
        assert f"On poster {poster.number}" in html
        assert tap(visitor, rated, p2=0).headers["Vote-Refused"] == "gone"

    def test_a_theme_tells_the_shown_notes_in_it(self, visitor, gallery, poster, rated, page):
        hidden = stick(poster, "Rude words")
        stick(poster, "It rains"), stick(poster, "In no theme")
        gallery.notes.exclude(text="In no theme").update(theme=gallery.themes.get(name="Weather"))
        notes.hide(hidden)
        html = body(visitor.get(page))
        assert "Read the note in it" in html
        assert "It rains" in html
        assert "Rude words" not in html
        assert "In no theme" not in html

    @pytest.mark.parametrize("copies", [1, 3])
    def test_queries(self, visitor, gallery, copies, django_assert_num_queries):
        themes(gallery, *map(str, range(copies)))
        rated = opened(gallery)
        crowd(rated, *range(copies))
        places = [f"p{place}" for place in range(1, copies + 1)]
        tap(visitor, rated, **dict.fromkeys(places, 1))
        with django_assert_num_queries(
            6
        ):  # gallery, round, its things, all votes, one's own, the themes' notes
            visitor.get(address(rated))
        with django_assert_num_queries(12):  # two are the transaction's
            tap(visitor, rated, **dict.fromkeys(places, 0))


class TestWhatShows:
    """TRUST T13: nothing of fewer than five while it is open, and never who."""

    def test_nothing_until_one_has_rated_it(self, visitor, rated, page):
        crowd(rated, 0, 0, 0, 1, 1, 2)
        assert tallies(body(visitor.get(page))) == []
        tap(visitor, rated, p1=0)
        assert tallies(body(visitor.get(page))) == ["4 Must 2 Should 1 Could 0 Won’t this time"]

    def test_nothing_of_fewer_than_five(self, visitor, rated, page):
        crowd(rated, 0, 0, 1)
        told = tap(visitor, rated, p1=0)
        assert tallies(body(told)) == []
        assert "once five have rated it" in body(told)
        crowd(rated, 0, 0, 1, 2)
        assert len(tallies(body(tap(visitor, rated, p1=0)))) == 1  # control

    @pytest.mark.parametrize("sent", [{"opened": "12345", "p1": 0}, {"p1": 9}, {"p1": 0, "p2": -1}])
    def test_what_was_refused_shows_nothing_either(self, visitor, rated, sent):
        crowd(rated, 0, 0, 0, 1, 1)
        refused = tap(visitor, rated, htmx={}, **sent)
        assert refused.status_code == 422
        assert tallies(body(refused)) == []
        assert "once five have rated it" not in body(refused)
        tap(visitor, rated, p1=2)
        again = body(tap(visitor, rated, htmx={}, **sent))
        assert len(tallies(again)) == 1  # control: one's own vote is kept, whatever was refused since

    def test_when_it_is_closed_all_of_it_the_most_of_the_strongest_word_first(self, visitor, rated, page):
        crowd(rated, 1, 2, 2, place=1)
        crowd(rated, 0, place=2)
        rounds.close(rated)
        html = body(visitor.get(page))
        assert tallies(html) == [
            "1 Must 0 Should 0 Could 0 Won’t this time",
            "0 Must 1 Should 2 Could 0 Won’t this time",
        ]
        assert "<form" not in html

    def test_nothing_says_how_many_people_or_who(self, visitor, rated, page):
        crowd(rated, 0, 0, 1, 1, 2, 3, 3)
        tap(visitor, rated, p1=0)
        for html in (body(visitor.get(page)), body(visitor.get(page, {"saved": "1"}))):
            words = re.sub(r"<[^>]+>", " ", html)
            assert not re.search(r"\b8\b|%|\bof \d|voters|people have rated it: ", words)
            assert not any(author[:12] in html for author in Vote.objects.values_list("author", flat=True))

    def test_the_team_s_last_word_shows_once_the_report_is_published(self, visitor, rated, page, gallery):
        rounds.close(rated)
        item = rated.items.get(place=1)
        rounds.give_last_word(item=item, word=2, remark="No money.")
        assert "No money." not in body(visitor.get(page))
        events.close_for_good(gallery)
        events.publish(gallery)
        assert "The team: <b>Could</b>. No money." in body(visitor.get(page))


class TestRefused:
    """Nothing is kept, the choice is shown again, and the reason told in words."""

    def again(self, visitor, rated, told: str, *, status: int = 422, reason: str = "", **chosen):
        page = tap(visitor, rated, htmx={}, **chosen)
        fragment = tap(visitor, rated, **chosen)
        assert (page.status_code, fragment.status_code) == (status, status)
        assert fragment.headers["Vote-Refused"] == reason
        assert told in body(page)
        assert told in body(fragment)
        assert not Vote.objects.exists()
        return body(page)

    def test_a_closed_round(self, visitor, rated):
        rounds.close(rated)
        self.again(visitor, rated, "The round is closed", reason="closed", p1=0)

    def test_a_locked_gallery(self, visitor, rated, gallery):
        events.lock(gallery)
        assert "checked" in self.again(visitor, rated, "stopped everything", reason="locked", p1=0)

    def test_an_archived_one(self, visitor, rated, gallery):
        Gallery.objects.filter(pk=gallery.pk).update(archived_at=timezone.now())
        self.again(visitor, rated, "Nothing can be rated", reason="closed", p1=0)

    def test_nothing_chosen(self, visitor, rated):
        self.again(visitor, rated, "Nothing was chosen", reason="words")

    @pytest.mark.parametrize("value", ["4", "99", "999", "-1", "x", "", "\x00", "٣", "1" * 5000])
    def test_a_word_that_is_none(self, visitor, rated, value):
        self.again(visitor, rated, "isn’t one of the words", reason="words", p1=value)

    @pytest.mark.parametrize("place", ["9", "0", "9999"])
    def test_a_thing_of_another_round(self, visitor, rated, place):
        self.again(visitor, rated, "not rated any more", reason="gone", **{f"p{place}": 0})

    def test_a_round_that_was_thrown_away_for_another_one(self, visitor, rated):
        self.again(visitor, rated, "another round", reason="changed", p1=0, opened="12345")

    def test_too_fast(self, visitor, rated, monkeypatch):
        monkeypatch.setattr(limits, "ALL_NEWCOMERS", limits.Rate(burst=0, seconds=60))
        self.again(visitor, rated, "That was fast", status=429, reason="slow", p1=0)

    def test_from_another_site(self, visitor, rated):
        assert tap(visitor, rated, p1=0, htmx={"HTTP_ORIGIN": "https://evil.example"}).status_code == 403

    def test_control_what_is_right_is_kept(self, visitor, rated):
        assert tap(visitor, rated, p1=0).status_code == 200
        assert Vote.objects.count() == 1


def test_words_of_a_scale_are_words_wherever_they_stand(visitor, as_facilitator, gallery):
    themes(gallery, "Weather")
    rated = opened(gallery, scale=["<b>Yes</b>", "<script>alert(1)</script>"])
    crowd(rated, 0, 0, 0, 1, 1)
    pages = [tap(visitor, rated, p1=0), visitor.get(address(rated))]
    rounds.close(rated)
    pages += [visitor.get(address(rated)), visitor.get(reverse("rating", args=[gallery.code]))]
    pages += [
        as_facilitator.get(reverse(name, args=[gallery.code, *more]))
        for name, *more in [("rounds",), ("round", rated.number), ("round_news", rated.number)]
    ]
    assert [each.status_code for each in pages] == [200] * 7
    assert all("&lt;b&gt;Yes" in body(each) for each in (*pages[:3], *pages[4:]))
    assert not any("<b>Yes" in body(each) or "<script>alert" in body(each) for each in pages)


class TestTheWay:
    def test_the_lobby_says_what_the_team_asks_while_it_does(self, visitor, gallery, poster, rated, page):
        lobby = reverse("lobby", args=[gallery.code])
        assert f'<a href="{page}">What &lt;b&gt;first&lt;/b&gt;?</a>' in body(visitor.get(lobby))
        rounds.close(rated)
        assert page not in body(visitor.get(lobby))

    @pytest.mark.parametrize("copies", [1, 3])
    def test_the_lobby_s_queries(self, visitor, gallery, poster, copies, django_assert_num_queries):
        themes(gallery, "Weather")
        for _ in range(copies):
            opened(gallery)
        with django_assert_num_queries(4):
            visitor.get(reverse("lobby", args=[gallery.code]))

    def test_the_short_address_leads_to_what_is_asked(self, visitor, gallery, rated, page):
        short = reverse("rating", args=[gallery.code])
        assert visitor.get(short).headers["Location"] == page
        opened(gallery, title="And when?")
        assert "And when?" in body(visitor.get(short))
        Round.objects.update(closed_at=timezone.now())
        html = body(visitor.get(short))
        assert "Nothing to rate just now" in html
        assert page in html

    def test_a_round_that_was_not_opened_is_nowhere(self, visitor, gallery):
        themes(gallery, "Weather")
        rated = made(gallery, title="Secret")
        for each in (address(rated), address(rated).replace("/1/", "/99/")):
            assert visitor.get(each).status_code == 404
        assert "Secret" not in body(visitor.get(reverse("rating", args=[gallery.code])))

    def test_before_the_doors_open_there_is_the_invitation(self, visitor, gallery, rated, page):
        later = timezone.now() + timedelta(hours=1)
        gallery.hours.update(opens=later, closes=later + timedelta(hours=1))
        for each in (page, reverse("rating", args=[gallery.code])):
            assert visitor.get(each).headers["Location"] == reverse("lobby", args=[gallery.code])


class TestNews:
    def test_nothing_new_is_204_and_a_vote_is_nothing_new(
        self, visitor, rated, page, django_assert_num_queries
    ):
        seen = re.search(r'data-seen="(\w+)"', body(visitor.get(page)))[1]
        crowd(rated, 0, 0)
        with django_assert_num_queries(3):  # gallery, round, what is in it
            assert visitor.get(page, {"seen": seen}, **HTMX).status_code == 204
        assert "<main" in body(visitor.get(page, {"seen": seen}))

    def test_what_left_the_walls_and_a_closed_round_are_told(self, visitor, gallery, poster):
        hidden = stick(poster, "Rude words")
        stick(poster, "Kept")
        rated = opened(gallery, "notes")
        seen = re.search(r'data-seen="(\w+)"', body(visitor.get(address(rated))))[1]
        notes.hide(hidden)
        fresh = body(visitor.get(address(rated), {"seen": seen}, **HTMX))
        assert 'id="p-2"' in fresh
        assert "Rude words" not in fresh
        assert "<main" not in fresh
        rounds.close(rated)
        assert "data-closed" in body(visitor.get(address(rated), {"seen": seen}, **HTMX))
