"""The scripted gallery that the dashboard is measured with is what it says it is."""

import pytest
from django.urls import reverse

from benchmarks import crowd
from feedback.models import Note
from feedback.rollup import rollup
from feedback.standing_out import stands_out
from measures.models import Membership


def test_it_is_four_hundred_notes_by_a_hundred_and_twenty_on_thirty_posters(db, noon):
    gallery = crowd.gather(at=noon)
    stuck = Note.objects.filter(gallery=gallery).without_replies()
    senders = stuck.exclude(author=None).values("author").distinct()
    assert (stuck.count(), senders.count(), gallery.posters.count()) == (400, 120, 30)
    assert stuck.values("text").distinct().count() == 400
    assert {*stuck.values_list("state", flat=True)} == {"shown", "waiting", "hidden"}
    stands = stands_out(rollup(gallery))
    assert [(peak.title, peak.rows[0].poster.heading) for peak in stands.peaks] == [
        ("Best liked", "Crossings that left on time"),
        ("Loudest concern", "Minutes to turn a boat round"),
        ("Most asked about", "Trains caught from the 17:20"),
    ]
    assert [row.poster.heading for row in stands.quiet] == ["Lifejacket drills held to the end"]


def test_its_words_and_senders_are_the_same_each_time(db, noon):
    told = [
        list(Note.objects.filter(gallery=gallery).order_by("seq").values_list("text", "author", "created_at"))
        for gallery in (crowd.gather(at=noon, name=name) for name in ("One", "Two"))
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize("count", [40, 400])
def test_its_dashboard_takes_as_many_queries_at_forty_as_at_four_hundred(
    as_facilitator, facilitator, noon, django_assert_num_queries, count
):
    gallery = crowd.gather(at=noon, count=count)
    Membership.objects.create(team=gallery.team, user=facilitator)
    with django_assert_num_queries(12):
        page = as_facilitator.get(reverse("dashboard", args=[gallery.code])).content.decode()
    assert "Loudest concern" in page
