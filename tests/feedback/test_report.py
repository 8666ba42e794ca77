"""What we asked, what you said, what we decided, what we changed: at the gallery's own address."""

import re
import uuid
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from feedback import decisions, frames, notes, report, rounds
from feedback.models import MeToo, Note, NoteKind, Proposal, Round, Theme, Vote
from gallery import events
from gallery.models import Gallery, Poster
from measures.models import Measure, Value
from tests.feedback.rating import crowd, opened


@pytest.fixture
def lobby(visitor, gallery):
    """The gallery's page as a visitor reads it now, nothing kept."""

    def read():
        frames.forget()
        return visitor.get(reverse("lobby", args=[gallery.code])).content.decode()

    return read


@pytest.fixture
def publish(gallery, poster):
    events.keep([poster])

    def publish(at: datetime | None = None):
        events.close_doors(gallery)
        events.publish(gallery, at=at)

    return publish


def stick(poster, text="The gauge froze in May.", icon="flag", **more):
    kind = NoteKind.objects.get(gallery=poster.gallery, icon=icon)
    return notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=text, **more)


def agree(note, count):
    MeToo.objects.bulk_create(MeToo(note=note) for _ in range(count))


def decide(poster, **more):
    return decisions.decide(poster=poster, **{"verdict": "change", "reason": "Because of May."} | more)


def tallies(page: str) -> list[list[str]]:
    """The words and numbers of each bar."""
    lists = re.findall(r'<ul class="tally-words">(.*?)</ul>', page, re.DOTALL)
    return [re.findall(r"</span>([^<]+)</li>", found) for found in lists]


def places(page: str, *words: str) -> list[int]:
    return [page.index(each) for each in words]


def test_an_answer_tells_what_was_asked_said_decided_and_changed(lobby, publish, poster, measure):
    stick(poster, "Why not Sundays?", "question", name="Ada")
    stick(poster, "It froze.", source="paper")
    decide(poster)
    Measure.objects.update(unit="‰")
    publish()
    page = lobby()
    told = [
        poster.heading, "What we asked", "Would you use this measure?", "What you said",
        "1 × Question, 1 × Concern", "Why not Sundays?", "– Ada", "from paper", "What we decided", "Change",
        "Because of May.", "What we changed", "<del>%</del>", "<ins>‰</ins>",
    ]  # fmt: skip
    report_part = page[page.index('class="sheet answer"') :]
    assert places(report_part, *told) == sorted(places(report_part, *told))


def test_the_notes_that_led_to_it_are_told_and_the_others_counted(lobby, publish, poster):
    led, *_ = stick(poster, "This one."), stick(poster, "Not this one."), stick(poster, "Nor this.")
    decide(poster, grounds=[led])
    publish()
    page = lobby()
    assert "This one." in page
    assert "Not this one." not in page
    assert "2 more notes hang" in page


def test_none_ticked_tells_all_the_most_agreed_with_first_and_folds_many(lobby, publish, poster):
    found = [stick(poster, f"Note number {number}.") for number in range(6)]
    agree(found[4], 7)
    agree(found[2], 1)
    decide(poster)
    publish()
    page = lobby()
    order = [f"Note number {number}." for number in (4, 2, 0, 1, 3, 5)]
    assert places(page, *order) == sorted(places(page, *order))
    assert "Me too: 7<" in page
    assert "Me too: fewer than five<" in page  # as on the poster
    assert "Me too: 1" not in page
    assert (
        page.index("Note number 0.") < page.index("<summary>3 more</summary>") < page.index("Note number 1.")
    )


def test_a_note_hidden_later_vanishes_at_once_and_comes_back(visitor, gallery, publish, poster):
    rude = stick(poster, "Something rude.")
    decide(poster, grounds=[rude])
    publish()
    address = reverse("lobby", args=[gallery.code])
    assert "Something rude." in visitor.get(address).content.decode()
    notes.hide(rude)
    page = visitor.get(address).content.decode()  # with what is kept
    assert "Something rude." not in page
    assert "1 × Concern" not in page
    notes.show(rude)
    assert "Something rude." in visitor.get(address).content.decode()


def test_what_waits_was_taken_back_or_answers_something_hidden_is_not_told(lobby, publish, poster):
    for state in ("waiting", "withdrawn"):
        Note.objects.filter(pk=stick(poster, f"It is {state}.").pk).update(state=state)
    asked = stick(poster, "Hidden question")
    answer = stick(poster, "Answer to it")
    Note.objects.filter(pk=answer.pk).update(reply_to=asked, kind=None)
    notes.hide(asked)
    decide(poster)
    publish()
    page = lobby()
    for words in ("It is waiting.", "It is withdrawn.", "Hidden question", "Answer to it"):
        assert words not in page


def test_answers_stand_beneath_their_note_the_hosts_first(lobby, publish, poster):
    asked = stick(poster, "Why not Sundays?", "question")
    for text, from_host in (("So do I.", False), ("It rests.", True)):
        row = Note.objects.filter(pk=stick(poster, text).pk)
        row.update(reply_to=asked, kind=None, from_host=from_host)
    decide(poster)
    publish()
    page = lobby()
    words = ("Why not Sundays?", "A host answered:", "It rests.", "A reply:", "So do I.")
    assert places(page, *words) == sorted(places(page, *words))
    assert "1 × Question<" in page  # answers are no notes of the poster's


def test_themes_come_first_with_how_the_room_rated_them(lobby, publish, gallery, poster):
    note = stick(poster, "Sundays are busiest.")
    theme = Theme.objects.create(gallery=gallery, name="Count Sundays too")
    Note.objects.filter(pk=note.pk).update(theme=theme)
    rated = Round.objects.create(
        gallery=gallery, number=1, title="Together", rates="themes", scale=["Must", "Should"],
        opened_at=gallery.invited_at, closed_at=gallery.invited_at,
    )  # fmt: skip
    item = rated.items.create(place=1, words=theme.name, theme=theme, word=1, remark="In July.")
    Vote.objects.bulk_create(Vote(item=item, value=value) for value in (0, 0, 0, 0, 1))
    decisions.decide(theme=theme, verdict="no", reason="The gauge rests.")
    decide(poster)
    publish()
    page = lobby()
    words = (
        "Count Sundays too",
        "Sundays are busiest.",
        "No, because",
        "The gauge rests.",
        "Because of May.",
    )
    first = page[page.index('id="t-1"') :]
    assert places(first, *words) == sorted(places(first, *words))
    assert tallies(page) == [["4 Must", "1 Should"]]
    assert page.count('<svg class="tally-bar"') == 1
    assert "Our last word: <b>Should</b> – In July." in page
    Vote.objects.filter(value=0).delete()  # what so few rated shows as well: the room was told so first
    assert tallies(lobby()) == [["0 Must", "1 Should"]]
    Vote.objects.all().delete()
    page = lobby()
    assert tallies(page) == []
    assert "Our last word: <b>Should</b>" in page


def test_a_note_is_told_with_how_it_was_rated_unless_it_is_hidden(lobby, publish, gallery, poster):
    note, other = stick(poster, "Count the Sundays."), stick(poster, "Ask the rowers.")
    rated = opened(gallery, "notes", title="Together")
    crowd(rated, 0, 1, place=1)
    crowd(rated, 0, 0, 0, place=2)
    rounds.close(rated)
    decide(poster)
    publish()
    page = lobby()
    assert [found[:2] for found in tallies(page)] == [["1 Must", "1 Should"], ["3 Must", "0 Should"]]
    widths = re.findall(r'<rect class="tally-part shade-1" x="0.00%" width="([^"]*)"', page)
    assert widths == ["33.33%", "100.00%"]  # as long as votes are many
    notes.hide(note)
    assert [found[0] for found in tallies(lobby())] == ["3 Must"]
    assert other.text in lobby()


def test_an_open_round_tells_nothing_yet(publish, gallery, poster):
    theme = Theme.objects.create(gallery=gallery, name="T")
    open_now = Round.objects.create(
        gallery=gallery, number=1, title="R", rates="themes", scale=["a", "b"], opened_at=gallery.invited_at
    )
    item = open_now.items.create(place=1, words="T", theme=theme, word=0)
    Vote.objects.bulk_create(Vote(item=item, value=0) for _ in range(9))
    decisions.decide(theme=theme, verdict="keep", reason="R.")
    publish()
    [part] = report.report(gallery).parts
    assert part.answers[0].rated == []


def test_what_changed_is_told_as_it_was_then(lobby, publish, poster, gallery):
    decide(poster)
    Measure.objects.update(unit="‰")
    publish()
    Measure.objects.update(unit="samples", name="Another name")
    page = lobby()
    assert "<ins>‰</ins>" in page
    assert "samples</ins>" not in page
    assert "Another name" not in page


def test_control_before_publishing_the_draft_follows(as_facilitator, publish, poster, gallery):
    decide(poster)
    draft = reverse("report_draft", args=[gallery.code])
    for unit in ("‰", "samples"):
        Measure.objects.update(unit=unit)
        assert f"<ins>{unit}</ins>" in as_facilitator.get(draft).content.decode()
    assert not poster.decision.changes.exists()


def test_new_values_are_no_change_of_the_measure(publish, poster, measure):
    decide(poster, verdict="keep")
    Value.objects.create(measure=measure, period="2026-01-01", value=7)
    publish()
    assert not poster.decision.changes.exists()


def test_a_measure_made_of_a_note_is_told_with_its_poster_and_its_theme(publish, poster, gallery, team):
    note = stick(poster)
    theme = Theme.objects.create(gallery=gallery, name="T")
    Note.objects.filter(pk=note.pk).update(theme=theme)
    made = Measure.objects.create(team=team, name="Days with swimmers")
    Proposal.objects.create(note=note, measure=made, adopted_at=gallery.invited_at, shows="Swimmers come.")
    told = [decide(poster), decisions.decide(theme=theme, verdict="add", reason="R.")]
    publish()
    for decision in told:
        assert [(each.what, each.now) for each in decision.changes.all()] == [
            ("A new measure", "Days with swimmers")
        ]
    assert "It would show: Swimmers come." in report.rendered(gallery)


def propose(poster, text, **more):
    note = stick(poster, text, icon="bulb")
    Proposal.objects.create(note=note, shows=f"It shows {text}.", **more)
    return note


def quotes(page: str) -> list[str]:
    """The notes that are told, as they are read."""
    found = re.findall(r'<li class="quote .*?</li>', page, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", each).split()) for each in found]


def test_proposals_on_what_was_not_decided_are_told_with_what_became_of_them(
    lobby, publish, poster, goal, team, gallery
):
    blank = events.hang(wall=poster.wall, kind=Poster.Kind.BLANK, goal=goal)
    made = Measure.objects.create(team=team, name="Days with swimmers")
    propose(blank, "Swimmers", measure=made, adopted_at=gallery.invited_at)
    notes.hide(propose(blank, "Rude"))
    propose(poster, "Splashes")
    publish()
    where = f"Idea · {blank.number} What would tell us: {goal.title}"
    assert quotes(lobby()) == [
        f"Idea · 1 {poster.heading} Splashes It would show: It shows Splashes. "
        "Not taken up as a measure so far.",
        f"{where} Swimmers It would show: It shows Swimmers. ✓ We took this up as a draft measure.",
    ]
    assert "Proposed by you" in lobby()


def test_a_proposal_that_an_answer_quotes_is_not_told_twice(lobby, publish, poster):
    quoted, other = propose(poster, "Swimmers"), propose(poster, "Splashes")
    decide(poster, grounds=[quoted])
    publish()
    page = lobby()
    assert [page.count(f">{note.text}</p>") for note in (quoted, other)] == [1, 1]
    part = page[page.index("Also proposed by you") :]
    assert "Splashes" in part
    assert "Swimmers" not in part


@pytest.mark.parametrize(("count", "queries"), [(0, 8), (1, 9), (3, 9)])
def test_proposals_take_one_query_more(publish, poster, gallery, django_assert_num_queries, count, queries):
    decide(poster)
    for number in range(count):
        propose(events.hang(wall=poster.wall, kind=Poster.Kind.TEXT, title=f"T{number}"), "Swimmers")
    publish()
    with django_assert_num_queries(queries):
        report.rendered(gallery)


def test_later_words_stand_beneath_with_their_date(lobby, publish, poster, gallery):
    at = datetime.fromisoformat("2026-03-01T12:00:00+00:00")
    Gallery.objects.update(time_zone="Asia/Tokyo")
    decide(poster, at=at - timedelta(days=2))
    publish()
    Gallery.objects.update(published_at=at)
    late = datetime.fromisoformat("2026-03-02T20:00:00+00:00")
    decide(poster, verdict="drop", reason="The gauge broke.", at=late)
    page = lobby()
    words = ("Because of May.", "Since then, 3 March 2026: <b>Drop</b>", "The gauge broke.")
    assert places(page, *words) == sorted(places(page, *words))


def test_what_is_decided_late_says_so_and_has_its_changes(lobby, publish, poster, gallery):
    Measure.objects.update(unit="‰")
    publish()
    decide(poster)
    page = lobby()
    assert "after the report was published" in page
    assert "<ins>‰</ins>" in page


def test_the_posters_page_tells_it_too(visitor, publish, poster, gallery):
    decide(poster, at=gallery.invited_at)
    Measure.objects.update(unit="‰")
    address = reverse("poster", args=[gallery.code, poster.number])
    assert "Because of May." not in visitor.get(address).content.decode()
    publish()
    Gallery.objects.update(published_at=gallery.invited_at)
    decide(poster, verdict="drop", reason="The gauge broke.")
    page = visitor.get(address).content.decode()
    for words in ("Because of May.", "<del>%</del>", "<ins>‰</ins>", "Since then", "The gauge broke."):
        assert words in page


def test_an_index_comes_first_then_answers_next_steps_thanks_and_the_walls(lobby, publish, poster, gallery):
    other = events.hang(wall=poster.wall, kind=Poster.Kind.TEXT, title="Litter")
    decide(poster)
    decide(other, verdict="keep")
    Gallery.objects.update(thanks="Thank you all.", next_steps="On 3 March it hangs anew.")
    gallery.refresh_from_db()
    publish()
    page = lobby()
    words = (
        "2 answers: 1&nbsp;×&nbsp;Keep · 1&nbsp;×&nbsp;Change.", 'href="#p-1"', 'href="#p-2"',
        'href="#report-next"', 'href="#walls"', 'id="p-1"', 'id="p-2"',
        'id="report-next"', "On 3 March it hangs anew.", "Thank you all.",
        '<h2 class="walls-title" id="walls">The walls as they hung</h2>',
    )  # fmt: skip
    assert places(page, *words) == sorted(places(page, *words))
    assert reverse("report_pdf", args=[gallery.code]) in page


def test_a_long_index_is_folded(lobby, publish, poster):
    for number in range(13):
        decide(events.hang(wall=poster.wall, kind=Poster.Kind.TEXT, title=f"Litter {number}"))
    publish()
    assert "<summary>All 13 answers, in short</summary>" in lobby()


def test_it_stays_up_when_the_gallery_is_archived(lobby, publish, poster, gallery):
    stick(poster, author="a" * 64)
    decide(poster)
    publish()
    events.archive(gallery)
    assert "The gauge froze in May." in lobby()


def test_all_words_are_text(lobby, publish, poster, gallery):
    stick(poster, "<script>alert(1)</script>", name="<b>Ada")
    decide(poster, reason="<img src=x>")
    Measure.objects.update(unit="<i>")
    Gallery.objects.update(next_steps="<u>")
    gallery.refresh_from_db()
    publish()
    page = lobby()
    for markup in ("<script>alert", "<b>Ada", "<img", "<i>", "<u>"):
        assert markup not in page
    assert "&lt;i&gt;" in page


def test_nothing_of_who_wrote_is_even_read(publish, poster, gallery, django_assert_max_num_queries):
    stick(poster, author="a" * 64)
    decide(poster)
    publish()
    with django_assert_max_num_queries(20) as asked:
        report.rendered(gallery)
    assert not [query["sql"] for query in asked.captured_queries if re.search(r'"author"', query["sql"])]


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_nine_queries_and_none_while_it_is_kept(
    visitor, publish, poster, gallery, team, django_assert_num_queries, count
):
    for number in range(count):
        other = events.hang(wall=poster.wall, kind=Poster.Kind.TEXT, title=f"T{number}")
        note = stick(other)
        agree(note, number)
        Note.objects.filter(pk=stick(other, "Yes").pk).update(reply_to=note, kind=None)
        theme = Theme.objects.create(gallery=gallery, name=f"Theme {number}")
        Note.objects.filter(pk=note.pk).update(theme=theme)
        decide(other, grounds=[note])
        decisions.decide(theme=theme, verdict="no", reason="Too far.")
        rated = opened(gallery, title=f"R{number}")
        crowd(rated, 0, 1)
        rounds.close(rated)
    publish()
    with django_assert_num_queries(9):
        report.rendered(gallery)
    gallery = Gallery.objects.get()
    report.html(gallery)
    with django_assert_num_queries(0):
        report.html(gallery)
