"""A measure's page in the admin: its galleries, notes and decisions over time, and where it came from."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from feedback import decisions, notes
from feedback.measure_history import history
from feedback.models import Note, NoteKind, Proposal
from gallery import events
from gallery.models import Gallery
from measures.models import Membership

AT = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def stick(poster):
    def stick(word="Concern", on=None, text="Too rosy"):
        on = on or poster
        kind = NoteKind.objects.get(gallery=on.gallery, word=word)
        return notes.stick(poster=on, key=uuid4(), kind=kind, text=text)

    return stick


@pytest.fixture
def later(team, measure):
    """The next gallery, which the measure hangs in too."""
    gallery = Gallery.objects.create(team=team, title="The <next> one")
    return events.hang(wall=gallery.walls.create(name="w"), kind="measure", measure=measure)


@pytest.fixture
def page(as_facilitator, measure):
    return lambda: as_facilitator.get(
        reverse("admin:measures_measure_change", args=[measure.pk])
    ).content.decode()


def test_galleries_notes_by_kind_and_decisions_newest_first(poster, later, stick, measure, facilitator, page):
    for word in ("Concern", "Concern", "Idea"):
        stick(word)
    notes.hide(stick("Question"))
    Note.objects.create(
        gallery=poster.gallery, poster=poster, key=uuid4(), digest="0", seq=99, text="Yes.", reply_to=stick()
    )
    decision = decisions.decide(poster=poster, verdict="change", reason="Heard <you>", at=AT)
    decision.later_words.create(verdict="drop", reason="Nobody came", said_at=AT.replace(month=9))
    found = history(measure, facilitator).standings
    assert [each.poster for each in found] == [later, poster]
    assert [(part.kind.word, part.count) for part in found[1].parts] == [("Idea", 1), ("Concern", 3)]
    assert [(part.x, part.width) for part in found[1].parts] == [("0.00%", "25.00%"), ("25.00%", "75.00%")]
    seen = page()
    for words in (
        "The &lt;next&gt; one",
        "3 × Concern",
        "Heard &lt;you&gt;",
        "1 September 2026",
        "Nobody came",
    ):
        assert words in seen
    assert f"{reverse('dashboard', args=[poster.gallery.code])}?poster=1&amp;kind=Concern#notes" in seen
    assert "Proposed by a visitor" not in seen


def test_where_it_came_from_if_a_visitor_proposed_it(poster, stick, measure, page):
    note = stick(text="Count <samples>")
    Proposal.objects.create(note=note, shows="Fitness", measure=measure, adopted_at=AT)
    seen = page()
    assert all(words in seen for words in ("Adopted 1 June 2026", "Count &lt;samples&gt;", "Fitness"))
    notes.hide(note)
    hidden = page()
    assert ("doesn’t hang any more" in hidden, "samples&gt;" in hidden, "Fitness" in hidden) == (
        True,
        False,
        False,
    )


def test_a_measure_that_hung_nowhere_has_no_such_section(measure, page):
    assert "From gallery to gallery" not in page()


def test_what_is_deleted_or_another_teams_is_not_told(poster, later, measure, facilitator, stranger):
    Gallery.objects.filter(pk=later.gallery_id).update(deleted_at=AT)
    assert [each.poster for each in history(measure, facilitator).standings] == [poster]
    assert history(measure, stranger).is_empty
    Membership.objects.create(team=measure.team, user=stranger)  # the control
    assert not history(measure, stranger).is_empty


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_queries_for_any_number(team, measure, facilitator, count, stick, django_assert_num_queries):
    for number in range(count):
        gallery = Gallery.objects.create(team=team, title=f"Gallery {number}")
        gallery.hours.create(opens=AT, closes=AT.replace(hour=15))
        hung = events.hang(wall=gallery.walls.create(name="w"), kind="measure", measure=measure)
        stick(on=hung)
        decisions.decide(poster=hung, verdict="keep", reason="Liked").later_words.create(
            verdict="drop", reason="Gone"
        )
    with django_assert_num_queries(6):  # posters, hours, later words, kinds, counts, the proposal
        history(measure, facilitator)
