"""Deciding poster by poster, and publishing what was heard."""

import re
import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from feedback import decisions, notes, rounds, themes
from feedback.decisions import decide
from feedback.models import Decision, Note, NoteKind, Proposal, Theme
from gallery import events
from gallery.models import Gallery, Poster
from measures.models import Measure
from tests.feedback.rating import crowd, opened

HTMX = {"HTTP_HX_REQUEST": "true"}
QUERIES = 25
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
def test_the_page_takes_as_many_queries_for_any_number(
    as_facilitator, gallery, page, poster, django_assert_num_queries, count
):
    for number in range(count):
        other = events.hang(wall=poster.wall, kind=Poster.Kind.TEXT, title=f"T{number}")
        note = stick(other)
        decide(poster=other, verdict="keep", reason="It works.", grounds=[note])
        theme = Theme.objects.create(gallery=gallery, name=f"Theme {number}")
        Note.objects.filter(pk=note.pk).update(theme=theme)
        decide(theme=theme, verdict="no", reason="Too far.")
        rated = opened(gallery, title=f"R{number}")
        crowd(rated, 0, 1)
        rounds.close(rated)
    with django_assert_num_queries(QUERIES):
        as_facilitator.get(page)


# Themes, and what led to a decision


@pytest.fixture
def theme(gallery, poster):
    found = Theme.objects.create(gallery=gallery, name="Count Sundays too")
    Note.objects.filter(pk=stick(poster, "Sundays are busiest.").pk).update(theme=found)
    return found


@pytest.fixture
def send_theme(as_facilitator, gallery, theme):
    def send(**more):
        address = reverse("decide_theme", args=[gallery.code, theme.pk])
        return as_facilitator.post(address, more, **more.pop("htmx", {}))

    return send


def test_a_theme_is_answered_too_and_counts(as_facilitator, send_theme, page, theme):
    shown = body(as_facilitator.get(page))
    assert "Count Sundays too" in shown
    assert "<b>0 of 2</b>" in shown
    answer = body(send_theme(verdict="no", reason="The gauge rests on Sundays.", htmx=HTMX))
    assert "No, because" in answer
    assert "<b>1 of 2</b>" in answer
    assert Decision.objects.get(theme=theme).reason == "The gauge rests on Sundays."
    assert send_theme(verdict="no", reason="It rests.").headers["Location"] == f"{page}#t{theme.pk}"


def test_the_page_says_which_lack_an_answer(as_facilitator, send, send_theme, page, theme, poster):
    shown = body(as_facilitator.get(page))
    assert "2 have no answer yet" in shown
    assert "Theme: Count Sundays too</a>" in shown
    send(**WORDS)
    assert "One has no answer yet" in body(as_facilitator.get(page))
    send_theme(verdict="explore", reason="We try it in July.")
    assert "no answer yet" not in body(as_facilitator.get(page))


def test_the_list_follows_each_decision_on_the_same_page(send, send_theme, theme, poster):
    answer = body(send(**WORDS, htmx=HTMX))
    assert 'id="open-ends" class="open-ends" hx-swap-oob="true"' in answer
    assert "One has no answer yet" in answer
    assert "Theme: Count Sundays too</a>" in answer


def announced(html):
    """The changes that are listed as not made yet, as they are read."""
    found = re.search(r'id="announced".*?</details>', html, re.DOTALL)
    items = re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL) if found else []
    return [" ".join(re.sub("<[^>]+>", " ", each).split()) for each in items]


def test_what_was_announced_and_not_made_is_listed_until_it_is(
    as_facilitator, send, page, poster, gallery, goal
):
    events.keep([poster])
    other = events.hang(wall=poster.wall, kind=Poster.Kind.TEXT, title="Litter")
    blank = events.hang(wall=poster.wall, kind=Poster.Kind.BLANK, goal=goal)
    send(**WORDS)
    send(other.number, **WORDS)  # a text is not compared with what hung
    send(blank.number, verdict="add", reason="You proposed one.")
    undone = "nothing on it has changed since it was hung"
    added = f"{blank.number} · {blank.heading} Add, and nothing that was proposed here has been taken up"
    listed = [f"1 · {poster.heading} Change, and {undone}", added]
    assert announced(body(as_facilitator.get(page))) == listed
    assert announced(body(send(other.number, **WORDS, htmx=HTMX))) == listed
    Measure.objects.update(unit="‰")
    made = Measure.objects.create(team=gallery.team, name="Swimmers")
    Proposal.objects.create(note=stick(blank), measure=made, adopted_at=timezone.now())
    assert announced(body(as_facilitator.get(page))) == []


def test_a_measure_to_drop_is_listed_until_it_is_retired(as_facilitator, send, page, poster, gallery):
    answer = body(send(verdict="drop", reason="Nobody asks.", htmx=HTMX))
    assert announced(answer) == [f"1 · {poster.heading} Drop, and the measure is not retired"]
    as_facilitator.post(reverse("change_shown", args=[gallery.code, 1]), {"retire": "1"})
    assert announced(body(as_facilitator.get(page))) == []


def test_a_theme_s_change_may_be_made_on_any_poster_that_its_notes_hang_on(
    as_facilitator, send_theme, page, poster, theme
):
    events.keep([poster])
    answer = body(send_theme(**WORDS, htmx=HTMX))
    assert announced(answer) == [
        "Theme: Count Sundays too Change, and nothing has changed on the posters that its notes hang on"
    ]
    Measure.objects.update(unit="‰")
    assert announced(body(as_facilitator.get(page))) == []


def test_saving_a_change_takes_it_off_the_list(as_facilitator, send, poster, gallery, measure):
    events.keep([poster])
    send(**WORDS)
    address = reverse("change_shown", args=[gallery.code, 1])
    form = as_facilitator.get(address, **HTMX).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"unit": "‰"}
    answer = body(as_facilitator.post(address, {**typed, "seen": form.seen}, **HTMX))
    assert "This is what will be told as changed:" in answer
    assert 'id="open-ends" class="open-ends" hx-swap-oob="true"' in answer
    assert announced(answer) == []


def test_before_publishing_it_is_said_what_ends_with_it(as_facilitator, page, poster, settings, close):
    settings.MAIL_OFFERED = False
    shown = body(as_facilitator.get(page))
    assert "visitors write nothing more" in shown
    assert "For an hour you can mend a decision" in shown
    assert "e-mail address gets one message" not in shown
    settings.MAIL_OFFERED = True
    assert "e-mail address gets one message" in body(as_facilitator.get(page))
    close(publish="1", sure="1")
    assert "visitors write nothing more" not in body(as_facilitator.get(page))


def test_closing_words_that_are_kept_are_said_to_be(as_facilitator, close, page):
    answer = close(thanks="Thank you all.")
    shown = body(as_facilitator.get(answer.headers["Location"]))
    assert shown.index('id="closing"') < shown.index("The closing words are kept.")
    assert "are kept" not in body(as_facilitator.get(page))


def test_an_empty_theme_asks_for_nothing(as_facilitator, page, gallery, poster):
    Theme.objects.create(gallery=gallery, name="Nothing in it")
    assert "Nothing in it" not in body(as_facilitator.get(page))


@pytest.mark.parametrize("pk", [0, 10**30])
def test_a_theme_that_is_not_there_is_said_so(as_facilitator, gallery, poster, pk):
    answer = as_facilitator.post(reverse("decide_theme", args=[gallery.code, pk]), WORDS)
    assert answer.status_code == 404
    assert "has no such theme" in body(answer)


def test_another_gallerys_theme_is_not_there(as_facilitator, gallery, poster, team):
    other = Gallery.objects.create(team=team, title="Other").themes.create(name="Elsewhere")
    assert as_facilitator.post(reverse("decide_theme", args=[gallery.code, other.pk])).status_code == 404


def test_ticked_notes_lead_to_it_and_only_shown_ones_of_this_poster(send, as_facilitator, page, poster):
    led, other, hidden = stick(poster), stick(poster, "Other"), notes.hide(stick(poster, "Rude"))
    elsewhere = stick(events.hang(wall=poster.wall, kind=Poster.Kind.TEXT, title="T"), "Elsewhere")
    send(**WORDS, ground=[led.key, hidden.key, elsewhere.key, "no key at all"])
    decision = Decision.objects.get(poster=poster)
    assert [ground.note for ground in decision.grounds.all()] == [led]
    shown = body(as_facilitator.get(page))
    assert re.search(rf'value="{led.key}" form="f-1" checked', shown)
    assert re.search(rf'value="{other.key}" form="f-1">', shown)
    send(**WORDS)
    assert not decision.grounds.exists()


def test_ticks_are_kept_with_the_words_that_were_refused(send, poster):
    led = stick(poster)
    answer = send(verdict="keep", reason="", ground=[led.key])
    assert answer.status_code == 422
    assert re.search(rf'value="{led.key}" form="f-1" checked', body(answer))


# Two at once


@pytest.fixture
def seen(as_facilitator, page):
    """What the page's forms of the only case send along."""

    def seen():
        [found] = set(
            re.findall(
                r'name="seen" value="([^"]+)"', body(as_facilitator.get(page)).split('id="closing"')[0]
            )
        )
        return found

    return seen


@pytest.mark.parametrize("htmx", [{}, HTMX], ids=["plain", "htmx"])
def test_nobody_writes_over_what_a_colleague_decided_meanwhile(send, seen, poster, htmx):
    before = seen()
    decide(poster=poster, verdict="drop", reason="The gauge\nis broken.")
    answer = send(**WORDS, seen=before, htmx=htmx)
    assert answer.status_code == 422
    assert "decided while you wrote: Drop – “The gauge is broken.”" in body(answer)
    assert f">{WORDS['reason']}</textarea>" in body(answer)
    assert Decision.objects.get().verdict == "drop"
    send(**WORDS, seen=re.search(r'name="seen" value="([^"]+)"', body(answer))[1])
    assert Decision.objects.get().verdict == "change"


def test_nor_after_one_was_told_to_say_why(send, seen, poster):
    before = seen()
    decide(poster=poster, verdict="drop", reason="The gauge is broken.")
    told = body(send(verdict="keep", reason="", seen=before))
    again = send(**WORDS, seen=re.search(r'name="seen" value="([^"]+)"', told)[1])
    assert again.status_code == 422
    assert Decision.objects.get().verdict == "drop"


def test_control_the_same_words_twice_are_kept_once(send, seen, poster):
    """As where the first answer was lost on its way."""
    before = seen()
    for _ in range(2):
        assert send(**WORDS, seen=before).status_code == 302
    assert Decision.objects.get().reason == WORDS["reason"]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_kept_and_the_other_told(poster):
    start, told = threading.Barrier(2), []

    def press(reason):
        try:
            start.wait()
            decide(poster=poster, verdict="keep", reason=reason, seen=decisions.look(None))
            told.append(reason)
        except decisions.Meanwhile as problem:
            told.append(str(problem))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[reason]) for reason in ("Hers", "His")]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    kept = Decision.objects.get().reason
    assert sorted(len(words) > 4 for words in told) == [False, True]
    assert all(kept in words for words in told)


def test_what_a_colleague_decided_anew_is_not_undone_unread(send, seen, poster):
    send(**WORDS)
    before = seen()
    decide(poster=poster, verdict="drop", reason="The gauge is broken.")
    answer = send(undo="1", seen=before, htmx=HTMX)
    assert answer.status_code == 422
    assert "The gauge is broken." in body(answer)
    assert "nothing was undone" in body(answer)
    assert send(undo="1", seen=seen()).status_code == 302
    assert not Decision.objects.exists()


def test_what_a_colleague_undid_meanwhile_is_said(send, seen, poster):
    send(**WORDS)
    before = seen()
    Decision.objects.all().delete()
    answer = send(verdict="keep", reason="It is fine.", seen=before)
    assert answer.status_code == 422
    assert "undone while you wrote" in body(answer)


def test_a_later_word_of_a_colleague_is_not_written_over_unread(send, public, seen, poster):
    public(hours=2)
    before = seen()
    decide(poster=poster, verdict="drop", reason="The gauge broke.")
    assert send(verdict="keep", reason="It measures.", seen=before).status_code == 422
    assert [word.reason for word in Decision.objects.get().later_words.all()] == ["The gauge broke."]


@pytest.fixture
def closing(as_facilitator, page):
    """What the closing words' form sends along, as it is on this page."""

    def closing(shown=None):
        shown = shown or body(as_facilitator.get(page))
        return re.search(r'name="seen" value="([^"]+)"', shown[shown.index('id="closing"') :])[1]

    return closing


def test_nobody_writes_over_closing_words_of_a_colleague_unread(close, closing, gallery):
    before = closing()
    Gallery.objects.update(thanks="Thank you, all of you.")
    answer = close(thanks="Thanks!", next_steps="", seen=before)
    assert answer.status_code == 422
    assert "Thank you, all of you." in body(answer)
    assert ">Thanks!</textarea>" in body(answer)
    gallery.refresh_from_db()
    assert gallery.thanks == "Thank you, all of you."
    assert close(thanks="Thanks!", next_steps="", seen=closing(body(answer))).status_code == 302
    gallery.refresh_from_db()
    assert gallery.thanks == "Thanks!"


def test_publishing_from_an_older_page_takes_no_closing_words_away(close, closing, gallery):
    """Who typed nothing sends the words of then; what stands now is shown first, nothing is public yet."""
    before = closing()
    Gallery.objects.update(thanks="Thank you, all of you.")
    answer = close(thanks="", next_steps="", publish="1", sure="1", seen=before)
    assert answer.status_code == 422
    assert ">Thank you, all of you.</textarea>" in body(answer)
    gallery.refresh_from_db()
    assert (gallery.thanks, gallery.published_at) == ("Thank you, all of you.", None)
    now = {"thanks": "Thank you, all of you.", "next_steps": "", "seen": closing(body(answer))}
    assert close(**now, publish="1", sure="1").status_code == 302
    gallery.refresh_from_db()
    assert gallery.published_at


def test_words_too_long_show_nothing_of_a_colleague_and_do_not_count_as_read(close, closing, gallery):
    before = closing()
    Gallery.objects.update(thanks="Thank you, all of you.")
    told = close(thanks="x" * 2001, next_steps="", seen=before)
    assert close(thanks="Thanks!", next_steps="", seen=closing(body(told))).status_code == 422


def test_a_theme_that_is_merged_just_then_is_said_to_be_gone(send_theme, theme, gallery, monkeypatch):
    """The one who merges holds the gallery's row, and the decision waits for it."""
    other = themes.make(gallery, name="Another").theme
    held = decisions._held

    def merged(of):
        monkeypatch.setattr(decisions, "_held", held)
        themes.merge(of, theme=theme, into=other)
        return held(of)

    monkeypatch.setattr(decisions, "_held", merged)
    answer = send_theme(**WORDS)
    assert answer.status_code == 404
    assert "merged, deleted or taken down meanwhile" in body(answer)
    assert not Decision.objects.exists()


# Once it is public


@pytest.fixture
def public(gallery, poster, send, monkeypatch):
    """Decided and published; then the clock of deciding goes on by so long."""
    send(**WORDS)
    events.close_doors(gallery)
    events.publish(gallery)

    def after(**passed):
        at = timezone.now() + timedelta(**passed)
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)

    return after


def test_for_an_hour_a_decision_can_be_mended(send, public, poster):
    decided = Decision.objects.get(poster=poster)
    public(minutes=50)
    send(verdict="change", reason="We count Sundays, too.")
    mended = Decision.objects.get(poster=poster)
    assert (mended.pk, mended.reason) == (decided.pk, "We count Sundays, too.")
    assert mended.decided_at == decided.decided_at  # mending doesn't make the hour longer
    assert not mended.later_words.exists()


def test_after_that_it_stands_and_later_words_are_dated(send, public, poster, as_facilitator, page):
    public(hours=2)
    answer = body(send(verdict="drop", reason="The gauge broke.", htmx=HTMX))
    decision = Decision.objects.get(poster=poster)
    assert (decision.verdict, decision.reason) == ("change", WORDS["reason"])
    [later] = decision.later_words.all()
    assert (later.verdict, later.reason) == ("drop", "The gauge broke.")
    assert "Since then" in answer
    assert "Since then" in body(as_facilitator.get(page))


def test_a_later_word_can_be_mended_and_taken_back_for_an_hour(send, public, poster):
    public(hours=2)
    send(verdict="drop", reason="The guage broke.")
    send(verdict="drop", reason="The gauge broke.")
    assert [word.reason for word in Decision.objects.get().later_words.all()] == ["The gauge broke."]
    assert send(undo="1", htmx=HTMX).status_code == 200
    assert not Decision.objects.get().later_words.exists()


@pytest.mark.parametrize("htmx", [{}, HTMX], ids=["plain", "htmx"])
def test_what_stands_is_not_undone(send, public, poster, htmx):
    public(hours=2)
    answer = send(undo="1", htmx=htmx)
    assert answer.status_code == 422
    assert "public for more than an hour" in body(answer)
    assert Decision.objects.count() == 1


def test_control_before_the_hour_is_over_it_is_undone(send, public, poster):
    public(minutes=59)
    send(undo="1")
    assert not Decision.objects.exists()


def test_next_steps_are_kept_beside_the_closing_words(close, gallery):
    close(thanks="Thank you.", next_steps="On 3 March we hang it anew.")
    gallery.refresh_from_db()
    assert gallery.next_steps == "On 3 March we hang it anew."
    answer = close(thanks="Thank you.", next_steps="x" * 2001)
    assert answer.status_code == 422
    assert "this has 2,001" in body(answer)
    assert "x" * 2001 in body(answer)


# Changing the measure right here


@pytest.fixture
def hung(gallery, poster):
    events.keep([poster])
    return poster


@pytest.fixture
def change(as_facilitator, gallery, hung):
    address = reverse("change_shown", args=[gallery.code, hung.number])

    form = as_facilitator.get(address).context["form"]

    def change(htmx=None, **more):
        sent = {name: form.initial.get(name) or "" for name in form.fields} | {"seen": form.seen}
        return as_facilitator.post(address, sent | more, **(htmx or {}))

    return change


def test_a_measure_is_changed_where_one_decides_and_both_are_seen(change, measure, page, as_facilitator):
    answer = body(change(htmx=HTMX, unit="‰", calculation="Sundays too."))
    measure.refresh_from_db()
    assert (measure.unit, measure.calculation) == ("‰", "Sundays too.")
    assert "<html" not in answer
    for words in ("<del>%</del>", "<ins>‰</ins>", "<ins>Sundays too.</ins>"):
        assert words in answer
        assert words in body(as_facilitator.get(page))
    history = LogEntry.objects.get()
    assert "unit" in history.change_message


def test_without_javascript_one_comes_back_to_the_poster_too(change, page):
    assert change(unit="‰").headers["Location"] == f"{page}#p-1"


def test_one_may_leave_it_as_it_is(as_facilitator, gallery, hung):
    address = reverse("change_shown", args=[gallery.code, hung.number])
    assert "Save the change" in body(as_facilitator.get(address, **HTMX))
    left = body(as_facilitator.get(address, {"leave": "1"}, **HTMX))
    assert "<form" not in left
    assert "Change the measure</a>" in left


def test_what_hangs_stays_as_people_saw_it(change, visitor, gallery, measure):
    change(name="Share of samples fit for swimming")
    shown = body(visitor.get(reverse("poster", args=[gallery.code, 1])))
    assert "Share of samples fit for bathing" in shown
    assert "fit for swimming" not in shown


@pytest.mark.parametrize("htmx", [{}, HTMX], ids=["plain", "htmx"])
def test_the_measures_own_rules_hold_and_the_words_are_kept(change, team, goal, measure, htmx):
    Measure.objects.create(team=team, goal=goal, name="Taken")
    answer = change(htmx=htmx, name="Taken", intent="Kept words")
    assert answer.status_code == 422
    assert "This goal has a measure of this name" in body(answer)
    assert "Kept words" in body(answer)
    measure.refresh_from_db()
    assert measure.name != "Taken"


def test_nobody_overwrites_what_somebody_else_saved_meanwhile(as_facilitator, change, gallery, measure):
    address = reverse("change_shown", args=[gallery.code, 1])
    form = as_facilitator.get(address).context["form"]
    Measure.objects.update(intent="Theirs")
    sent = {name: form.initial.get(name) or "" for name in form.fields} | {"seen": form.seen}
    answer = as_facilitator.post(address, sent | {"intent": "Mine"})
    assert answer.status_code == 422
    assert "Somebody else changed this" in body(answer)
    assert "Mine" in body(answer)
    measure.refresh_from_db()
    assert measure.intent == "Theirs"
    again = answer.context["form"].seen
    assert as_facilitator.post(address, sent | {"intent": "Mine", "seen": again}).status_code == 302


def test_a_goal_is_reworded_too_and_a_text_is_not(as_facilitator, gallery, poster, goal):
    hung = events.hang(wall=poster.wall, kind=Poster.Kind.GOAL, goal=goal)
    address = reverse("change_shown", args=[gallery.code, hung.number])
    seen = as_facilitator.get(address).context["form"].seen
    as_facilitator.post(address, {"result": "One can swim.", "why": "Fun", "seen": seen})
    goal.refresh_from_db()
    assert (goal.result, goal.why) == ("One can swim.", "Fun")
    text = events.hang(wall=poster.wall, kind=Poster.Kind.TEXT, title="T")
    answer = as_facilitator.get(reverse("change_shown", args=[gallery.code, text.number]))
    assert answer.status_code == 404


def test_drop_offers_to_retire_the_measure(as_facilitator, send, page, gallery, measure):
    assert "Retire this measure" not in body(as_facilitator.get(page))
    assert "Retire this measure" in body(send(verdict="drop", reason="Nobody asks.", htmx=HTMX))
    as_facilitator.post(reverse("change_shown", args=[gallery.code, 1]), {"retire": "1"})
    measure.refresh_from_db()
    assert measure.status == "retired"
    assert "The measure is retired" in body(as_facilitator.get(page))


def test_a_new_measure_that_was_made_of_a_note_is_led_to(as_facilitator, page, poster, team):
    draft = Measure.objects.create(team=team, name="Days with swimmers", status="idea")
    Proposal.objects.create(note=stick(poster), measure=draft, adopted_at=timezone.now())
    shown = body(as_facilitator.get(page))
    address = reverse("admin:measures_measure_change", args=[draft.pk])
    assert f'<a href="{address}">Days with swimmers' in shown


def test_once_public_what_changed_is_not_changed_here(public, as_facilitator, gallery):
    answer = as_facilitator.post(reverse("change_shown", args=[gallery.code, 1]), {"unit": "‰"})
    assert answer.status_code == 422
    assert "told as it was when the report was published" in body(answer)


@pytest.mark.parametrize("htmx", [{}, HTMX], ids=["plain", "htmx"])
def test_published_while_one_typed_a_change_the_words_stay_to_be_copied(change, gallery, measure, htmx):
    Gallery.objects.update(published_at=timezone.now())
    answer = change(htmx=htmx, intent="Typed for long")
    assert answer.status_code == 422
    assert "Change it under Curate" in body(answer)
    assert ">\nTyped for long</textarea>" in body(answer)
    measure.refresh_from_db()
    assert measure.intent == ""
