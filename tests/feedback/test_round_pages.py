"""The facilitator's rounds: made, opened, shown to the room, closed, and the last word beside the room's."""

import re

import pytest
from django.urls import reverse

from feedback import notes, rounds, scales
from feedback.models import Round, Theme
from gallery import addresses, events
from gallery.models import Gallery
from tests.feedback.rating import choose, counts, crowd, made, opened, stick, themes

HTMX = {"HTTP_HX_REQUEST": "true"}
PAYLOAD = "<script>alert(1)</script>"


def body(answer) -> str:
    return answer.content.decode()


def address(name: str, rated: Round, *more: int) -> str:
    return reverse(name, args=[rated.gallery.code, rated.number, *more])


@pytest.fixture
def rated(gallery) -> Round:
    themes(gallery, "Weather", "Money", PAYLOAD)
    return opened(gallery, title="What first?")


@pytest.fixture
def look(as_facilitator):
    def look(rated: Round, **query: str) -> str:
        return body(as_facilitator.get(address("round", rated), query))

    return look


@pytest.fixture
def act(as_facilitator):
    def act(rated: Round, act: str, **more: str):
        return as_facilitator.post(address("round_act", rated), {"act": act, **more}, follow=True)

    return act


@pytest.fixture
def make(as_facilitator, gallery):
    """Send the form of a new round."""

    def make(**typed: str):
        usual = {"title": "What first?", "rates": "themes", "scale": "must"}
        return as_facilitator.post(reverse("rounds", args=[gallery.code]), usual | typed)

    return make


@pytest.fixture
def word(as_facilitator):
    """Send the last word on a thing."""

    def word(rated: Round, place: int = 1, htmx=HTMX, **typed: str):
        return as_facilitator.post(address("last_word", rated, place), typed, **htmx)

    return word


def order(html: str) -> list[str]:
    """The things in the order of the page."""
    return re.findall(r'<p class="round-words">(.*?)(?: <a|</p>)', html)


class TestMaking:
    def test_a_round_of_themes(self, make, gallery):
        themes(gallery, "Weather")
        assert make().headers["Location"] == address("round", Round.objects.get())
        assert (Round.objects.get().scale, Round.objects.get().is_open) == (list(scales.MUST), False)

    def test_a_round_of_some_notes_on_a_scale_of_one_s_own(self, make, gallery, poster):
        stick(poster, "Idea"), stick(poster, "Why?", "Question")
        make(rates="notes", kind="Question", scale="own", own="Yes\r\n\r\n Perhaps  so \r\nNo")
        assert Round.objects.get().scale == ["Yes", "Perhaps so", "No"]
        assert [item.words for item in Round.objects.get().items.all()] == ["Why?"]

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({"title": ""}, "Say what you ask the room"),
            ({"title": "\u200b"}, "Say what you ask the room"),
            ({"title": "x" * 121}, "120"),
            ({"rates": "people"}, "Choose what the room rates"),
            ({"scale": "stars"}, "Choose one of the scales"),
            ({"scale": "own", "own": ""}, "this has 0"),
            ({"scale": "own", "own": "Yes"}, "this has 1"),
            ({"scale": "own", "own": "\n".join(map(str, range(100)))}, "this has 100"),
            ({"scale": "own", "own": "Yes\nyes"}, "are the same"),
            ({"scale": "own", "own": "Yes\n" + "x" * 31}, "has 31"),
            ({"rates": "notes", "poster": "99"}, "no such poster"),
            ({"rates": "notes", "kind": PAYLOAD}, "no such kind"),
            ({"rates": "notes", "theme": "\x00"}, "no such theme"),
            ({"rates": "notes"}, "There are no such notes"),
            ({"rates": "proposals"}, "Nobody has proposed"),
        ],
    )
    def test_what_can_t_be_made_is_told_with_what_was_typed(self, make, gallery, typed, told):
        themes(gallery, "Weather")
        answer = make(**{"title": f"Kept {PAYLOAD}"} | typed)
        assert answer.status_code == 422
        assert told in body(answer)
        assert "title" in typed or "Kept &lt;script&gt;" in body(answer)
        assert PAYLOAD not in body(answer)
        assert not Round.objects.exists()

    def test_more_than_people_have_patience_for_is_told(self, make, gallery):
        themes(gallery, *map(str, range(41)))
        assert "people tire" in body(make())

    def test_an_archived_gallery_offers_none(self, make, as_facilitator, gallery):
        themes(gallery, "Weather")
        events.close_for_good(gallery)
        events.archive(gallery)
        assert 'id="make"' not in body(as_facilitator.get(reverse("rounds", args=[gallery.code])))
        assert make().status_code == 422


class TestOneRound:
    def test_the_code_leads_to_the_phones_page(self, look, rated):
        link = addresses.of_round(rated.gallery, rated.number)
        html = look(rated)
        assert f'aria-label="QR code of {link}"' in html
        assert link.endswith(f"/g/{rated.gallery.code}/rate/1/")
        assert PAYLOAD not in html

    def test_it_is_opened_closed_and_opened_again(self, act, rated, look):
        rounds.close(rated)
        for wanted, told, is_open in [("open", "The room is rating", True), ("close", "is closed", False)]:
            assert told in body(act(rated, wanted, sure="1"))
            rated.refresh_from_db()
            assert rated.is_open is is_open
            assert ("hx-trigger" in look(rated)) is is_open

    def test_what_can_t_be_opened_is_told(self, act, rated, gallery):
        rounds.close(rated)
        events.lock(gallery)
        assert "All notes are stopped" in body(act(rated, "open"))

    def test_an_act_that_is_none_is_told(self, act, rated):
        assert act(rated, "win").status_code == 404

    def test_a_thing_is_left_out_until_it_was_opened(self, act, rated, gallery, look, as_facilitator):
        draft = made(gallery)
        assert order(look(draft))[:2] == ["Weather", "Money"]
        assert order(body(act(draft, "", **{"leave-out": "1"})))[0] == "Money"
        assert "it stays in" in body(act(rated, "", **{"leave-out": "1"}))
        assert rated.items.count() == 3
        for place in ("x", "-1", "1" * 999):
            assert act(draft, "", **{"leave-out": place}).status_code == 404

    def test_bars_are_hidden_while_it_is_open_and_so_is_their_order(self, look, rated):
        crowd(rated, 3, 3, 3, 3, 3, place=1)
        crowd(rated, 0, 0, 0, 0, 0, place=2)
        hidden, shown = look(rated), look(rated, live="1")
        assert "tally-bar" not in hidden
        assert order(hidden)[:2] == ["Weather", "Money"]
        assert shown.count("tally-bar") == 2
        assert order(shown)[:2] == ["Money", "Weather"]
        assert shown.count("Shown once five have rated it.") == 1

    def test_where_votes_are_not_hidden_they_show_at_once(self, look, rated, gallery):
        Gallery.objects.filter(pk=gallery.pk).update(hidden_votes=False)
        crowd(rated, 0, 0, 0, 0, 0)
        assert "tally-bar" in look(rated)

    def test_fewer_than_five_show_when_it_is_closed(self, look, rated):
        crowd(rated, 0, 1, 1)
        assert "tally-bar" not in look(rated, live="1")
        rounds.close(rated)
        assert "tally-bar" in look(rated)

    @pytest.mark.parametrize(
        "sent", [{"act": "open"}, {"act": "close", "sure": "1"}, {"act": "", "leave-out": "1"}]
    )
    def test_what_a_colleague_threw_away_just_then_is_told_in_words(self, act, rated, monkeypatch, sent):
        hold = rounds.hold

        def thrown_away(pk):
            Round.objects.all().delete()
            return hold(pk)

        monkeypatch.setattr(rounds, "hold", thrown_away)
        answer = act(rated, **sent)
        assert (answer.status_code, "thrown it away" in body(answer)) == (404, True)

    def test_throwing_away_asks_once_more(self, act, rated, gallery):
        draft = made(gallery)
        choose(rated, 1, {1: 0})
        for each, told in [(rated, "People may have rated"), (draft, "Thrown away, this round")]:
            answer = act(each, "throw-away")
            assert answer.status_code == 422
            assert told in body(answer)
            assert "nothing brings it back" in body(answer)
            assert Round.objects.filter(pk=each.pk).exists()
            assert "is thrown away" in body(act(each, "throw-away", sure="1"))
            assert not Round.objects.filter(pk=each.pk).exists()

    def test_throwing_away_does_not_stand_beside_opening_again(self, look, rated):
        rounds.close(rated)
        acts, _, rest = look(rated).partition('id="acts"')[2].partition("</form>")
        assert 'id="open-round"' in acts
        assert "throw-away" not in acts
        assert rest.index('class="round-items"') < rest.index('id="throw-away"')

    def test_before_few_are_shown_to_all_it_says_so_and_asks(self, act, rated):
        crowd(rated, 0, 0, 1, 1, 2)
        crowd(rated, 0, 0, 1, 1, place=2)
        answer = act(rated, "close")
        assert answer.status_code == 422
        assert "Fewer than five have rated 2 of these 3 so far." in body(answer)
        assert "everyone sees how often each word was chosen" in body(answer)
        rated.refresh_from_db()
        assert rated.is_open
        act(rated, "close", sure="1")
        rated.refresh_from_db()
        assert not rated.is_open

    def test_control_what_five_have_rated_is_closed_at_once(self, act, gallery):
        themes(gallery, "Weather")
        rated = opened(gallery)
        crowd(rated, 0, 0, 1, 1, 2)
        assert act(rated, "close").status_code == 200
        rated.refresh_from_db()
        assert not rated.is_open
        act(rated, "close")  # once more, from another desk

    def test_hidden_notes_are_gone(self, look, gallery, poster):
        hidden = stick(poster, "Rude words")
        rated = opened(gallery, "notes")
        crowd(rated, 0, 0)
        notes.hide(hidden)
        rounds.close(rated)
        assert "Rude words" not in look(rated)

    @pytest.mark.parametrize("copies", [1, 3])
    def test_queries(self, as_facilitator, gallery, copies, django_assert_num_queries):
        themes(gallery, *map(str, range(copies)))
        rated = opened(gallery)
        crowd(rated, *[0] * copies)
        # session, person, gallery, round, its things, their votes; on the page the opening hours too
        for each, queries in [(address("round", rated), 7), (address("round_news", rated), 6)]:
            with django_assert_num_queries(queries):
                as_facilitator.get(each, {"live": "1"})
        Theme.objects.all().delete()
        themes(gallery, *map(str, range(copies)))
        for _ in range(copies):
            made(gallery)
        with django_assert_num_queries(11):
            as_facilitator.get(reverse("rounds", args=[gallery.code]))


class TestNews:
    def seen(self, html: str) -> str:
        return re.search(r"seen=(\w+)", html)[1]

    def test_votes_are_news_only_where_they_show(self, as_facilitator, rated, look):
        hidden, live = self.seen(look(rated)), self.seen(look(rated, live="1"))
        crowd(rated, 0, 0, 0, 0, 0)
        news = address("round_news", rated)
        assert as_facilitator.get(news, {"seen": hidden}, **HTMX).status_code == 204
        fresh = body(as_facilitator.get(news, {"seen": live, "live": "1"}, **HTMX))
        assert "tally-bar" in fresh
        assert "<main" not in fresh
        assert self.seen(fresh) != live

    def test_what_is_seen_is_not_made_of_fewer_than_five(self, rated, look):
        """It is short enough to try out what it was made of."""
        live = self.seen(look(rated, live="1"))
        crowd(rated, 0, 1, 1, 3)
        assert self.seen(look(rated, live="1")) == live
        crowd(rated, 0, 1, 1, 3, 2)
        assert self.seen(look(rated, live="1")) != live  # control

    def test_a_vote_changed_without_another_count_is_news_too(self, as_facilitator, rated, look):
        crowd(rated, 0, 0, 0, 0, 0)
        live = self.seen(look(rated, live="1"))
        choose(rated, 0, {1: 1})
        answer = as_facilitator.get(address("round_news", rated), {"seen": live, "live": "1"}, **HTMX)
        assert answer.status_code == 200

    def test_closed_by_a_colleague_it_says_so_and_asks_no_more(self, as_facilitator, rated, look):
        hidden = self.seen(look(rated))
        rounds.close(rated)
        fresh = body(as_facilitator.get(address("round_news", rated), {"seen": hidden}, **HTMX))
        assert "The round is closed." in fresh
        assert "hx-trigger" not in fresh


class TestTheLastWord:
    @pytest.fixture(autouse=True)
    def closed(self, rated):
        crowd(rated, 0, 0, 1)
        rounds.close(rated)

    def test_it_is_kept_beside_the_room_s(self, word, rated, look):
        answer = word(rated, word="2", remark="No money.")
        assert "Kept, beside what the room says." in body(answer)
        assert rounds.results_of(rated)[0].last_word == "Could"
        assert counts(rated)[0] == (2, 1, 0, 0)
        html = look(rated)
        assert "2 Must" in html
        assert '<option value="2" selected>Could</option>' in html
        assert 'value="No money."' in html

    def test_without_javascript_one_comes_back_to_it(self, word, rated):
        answer = word(rated, 2, htmx={}, word="0", remark="")
        assert answer.headers["Location"] == f"{address('round', rated)}#i-2"

    def test_it_can_be_taken_back(self, word, rated):
        word(rated, word="2", remark="x")
        word(rated, word="", remark="")
        item = rated.items.get(place=1)
        assert (item.word, item.remark) == (None, "")

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({"word": "9", "remark": "Kept words"}, "isn’t one of the round’s words"),
            ({"word": "x", "remark": "Kept words"}, "isn’t one of the round’s words"),
            ({"word": "0", "remark": "Kept words" + "x" * 400}, "room for 400 letters"),
        ],
    )
    @pytest.mark.parametrize("htmx", [HTMX, {}], ids=["htmx", "page"])
    def test_what_can_t_be_kept_is_told_with_what_was_typed(self, word, rated, typed, told, htmx):
        answer = word(rated, htmx=htmx, **typed)
        assert answer.status_code == 422
        assert told in body(answer)
        assert "Kept words" in body(answer)
        assert rated.items.get(place=1).word is None

    def test_not_while_the_room_rates(self, word, rated):
        rounds.open_up(rated)
        answer = word(rated, word="0", remark="Kept words")
        assert answer.status_code == 422
        assert "still rating" in body(answer)
        assert "Kept words" in body(answer)

    @pytest.mark.parametrize("htmx", [{}, HTMX], ids=["plain", "htmx"])
    def test_nobody_writes_over_a_colleague_s_unread(self, word, look, rated, htmx):
        rounds.close(rated)

        def seen(html):
            return re.search(r'id="w-1".*?name="seen" value="([^"]+)"', html, re.DOTALL)[1]

        before = seen(look(rated))
        word(rated, word="0", remark="We must.", seen=before)
        answer = word(rated, htmx=htmx, word="2", remark="No money.", seen=before)
        assert answer.status_code == 422
        assert "Must – “We must.”" in body(answer)
        assert 'value="No money."' in body(answer)
        assert rounds.results_of(rated)[0].last_word == "Must"
        assert word(rated, word="2", remark="No money.", seen=seen(body(answer))).status_code == 200
        assert rounds.results_of(rated)[0].last_word == "Could"

    def test_what_is_hidden_just_then_is_told_in_words(self, word, gallery, poster, monkeypatch):
        note = stick(poster, "Count Sundays")
        rated = opened(gallery, "notes")
        rounds.close(rated)
        give = rounds.give_last_word

        def hidden(**told):
            give(**told)
            notes.hide(note)

        monkeypatch.setattr(rounds, "give_last_word", hidden)
        answer = word(rated, word="0", remark="x")
        assert (answer.status_code, "taken off the walls" in body(answer)) == (404, True)

    def test_nothing_has_no_last_word(self, word, rated):
        assert word(rated, 9, word="0").status_code == 404


def test_a_host_who_does_not_decide_has_no_way_there(client, team, gallery, rated, django_user_model):
    host = django_user_model.objects.create_user("host", is_staff=True)
    team.memberships.create(user=host, role="host")
    client.force_login(host)
    assert reverse("rounds", args=[gallery.code]) not in body(
        client.get(reverse("dashboard", args=[gallery.code]))
    )
    assert client.get(address("round", rated)).status_code == 404
