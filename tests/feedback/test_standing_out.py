"""What stands out: best liked, loudest, most asked about, quiet, unanswered; themes; and ‘me too’ counts."""

from uuid import uuid4

import pytest

from feedback import notes
from feedback.models import MeToo, Note, NoteKind, Theme
from feedback.rollup import rollup
from feedback.standing_out import stands_out


@pytest.fixture
def stands(gallery):
    """What stands out now, of all posters or of those on one wall."""

    def stands(wall=None):
        found = rollup(gallery)
        if wall:
            found = found.narrowed(lambda poster: poster.wall == wall, {"wall": wall.name})
        return stands_out(found)

    return stands


def nod(note, times):
    MeToo.objects.bulk_create(MeToo(note=note, author=f"{number:064x}") for number in range(times))


def answer(note, **more):
    """As whatever makes a reply leaves it."""
    return Note.objects.create(
        gallery=note.gallery,
        poster=note.poster,
        key=uuid4(),
        digest="-",
        text="On Mondays.",
        reply_to=note,
        seq=note.seq + 1_000,
        **more,
    )


def test_what_stands_out_has_the_most_notes_of_its_kind_and_its_newest_words(posters, stick, stands):
    stick(posters[0], "I’d use this", 3)
    stick(posters[1], "Concern", 2)
    stick(posters[1], "Concern", text="Who counts on Sundays?")
    stick(posters[2], "Concern", 2)
    peaks = {peak.title: peak for peak in stands().peaks}
    assert [row.poster for row in peaks["Best liked"].rows] == [posters[0]]
    assert [row.poster for row in peaks["Loudest concern"].rows] == [posters[1]]
    assert peaks["Loudest concern"].count == 3
    assert peaks["Loudest concern"].quote.text == "Who counts on Sundays?"
    assert "Most asked about" not in peaks


def test_a_hidden_note_is_never_quoted(gallery, poster, stick, stands):
    stick(poster, "Concern", 2)
    notes.hide(stick(poster, "Concern", text="Something rude."))
    [peak] = stands().peaks
    assert peak.quote.text == "The gauge froze in May."


def test_posters_tied_for_it_are_all_named_and_one_note_does_not_stand_out(posters, stick, stands):
    for poster in posters[:2]:
        stick(poster, "Concern", 2)
    stick(posters[2], "I’d use this")
    [peak] = stands().peaks
    assert [row.poster for row in peak.rows] == posters[:2]


def test_what_a_kind_means_is_told_by_its_icon_not_by_its_word(gallery, poster, stick, stands):
    NoteKind.objects.filter(gallery=gallery, icon="flag").update(word="Sorgen")
    stick(poster, "Sorgen", 2)
    [peak] = stands().peaks
    assert (peak.title, peak.kind.word) == ("Loudest concern", "Sorgen")


def test_quiet_posters_come_quietest_first_and_a_welcome_is_not_asked(posters, stick, stands):
    stick(posters[0], times=9)
    stick(posters[1], times=1)
    assert [row.poster for row in stands().quiet] == [posters[2], posters[1]]


def test_where_no_poster_is_quiet_the_one_with_the_fewest_notes_is_named(posters, stick, stands):
    for poster, times in zip(posters, [5, 4, 3], strict=True):
        stick(poster, times=times)
    assert [row.poster for row in stands().quiet] == [posters[2]]


def test_where_all_are_alike_none_is_called_quiet(posters, stick, stands):
    for poster in posters:
        stick(poster, times=3)
    assert stands().quiet == []


def test_before_the_first_note_no_poster_is_called_quiet(posters, stands):
    found = stands()
    assert (found.quiet, found.peaks, found.unanswered.count, found.themes, found.agreed) == (
        [],
        [],
        0,
        [],
        [],
    )


# What ‘me too’ adds


def test_a_note_that_many_nod_to_weighs_more_than_a_few_notes(posters, stick, stands):
    stick(posters[0], "Concern", 3)
    loud = stick(posters[1], "Concern", text="Nobody counts at night.")
    stick(posters[1], "Concern")
    [before] = stands().peaks
    nod(loud, 2)
    [peak] = stands().peaks
    assert [row.poster for row in before.rows] == [posters[0]]  # control
    assert [row.poster for row in peak.rows] == [posters[1]]
    assert (peak.count, peak.nods, peak.quote.text) == (2, 0, "Nobody counts at night.")


@pytest.mark.parametrize(("nods", "told"), [(4, 0), (5, 5)])
def test_fewer_than_five_nods_are_not_told(posters, stick, stands, nods, told):
    nod(stick(posters[0], "Concern"), nods)
    stick(posters[0], "Concern")
    found = stands()
    assert (found.peaks[0].nods, [each.nods for each in found.agreed]) == (told, [told] if told else [])


def test_nods_to_a_hidden_note_do_not_count(posters, stick, stands):
    stick(posters[0], "Concern", 2)
    rude = stick(posters[1], "Concern")
    nod(rude, 9)
    notes.hide(rude)
    assert [row.poster for peak in stands().peaks for row in peak.rows] == [posters[0]]
    assert stands().agreed == []


def test_nods_to_an_answer_are_not_the_posters(posters, stick, stands):
    nod(answer(stick(posters[0], "Question")), 9)
    assert (stands().peaks, stands().agreed) == ([], [])


def test_what_several_agree_with_is_named_the_most_agreed_first(posters, stick, stands):
    for times in (4, 5, 6, 7, 8):
        nod(stick(posters[0], text=f"{times} nods"), times)
    assert [(each.note.text, each.nods) for each in stands().agreed] == [
        ("8 nods", 8),
        ("7 nods", 7),
        ("6 nods", 6),
    ]


# Questions without an answer


def test_questions_that_nobody_answered_are_counted_and_the_newest_told(posters, stick, stands):
    for number in range(5):
        stick(posters[0], "Question", text=f"Question {number}?")
    stick(posters[0], "Concern")
    found = stands().unanswered
    assert (found.count, found.query) == (5, "?unanswered=1")
    assert [note.text for note in found.newest] == ["Question 4?", "Question 3?", "Question 2?"]


def test_an_answer_that_hangs_takes_a_question_off_and_one_that_waits_does_not(posters, stick, stands):
    first, second = (stick(posters[0], "Question", text=text) for text in ("First?", "Second?"))
    answer(first, state=Note.State.WAITING)
    answer(second)
    assert [note.text for note in stands().unanswered.newest] == ["First?"]


# Themes, and one wall of it all


def test_themes_are_bars_in_their_order_and_an_empty_one_has_none(gallery, posters, stick, stands):
    for order, name in ((2, "Swimmers"), (1, "Nights"), (3, "Empty")):
        Theme.objects.create(gallery=gallery, name=name, order=order)
    for name, poster, times in (("Swimmers", posters[0], 2), ("Nights", posters[1], 1)):
        for _ in range(times):
            Note.objects.filter(pk=stick(poster).pk).update(theme=Theme.objects.get(name=name))
    Note.objects.filter(pk=notes.hide(stick(posters[0])).pk).update(theme=Theme.objects.get(name="Nights"))
    rows = [(row.name, row.bar.total, row.bar.query) for row in stands().themes]
    assert rows == [("Nights", 1, "?theme=Nights"), ("Swimmers", 2, "?theme=Swimmers")]


def test_of_one_wall_only_what_was_said_there_stands_out(gallery, posters, stick, stands):
    stick(posters[0], "Concern", 9)
    stick(posters[0], "Question")
    stick(posters[1], "Concern", 2)
    stick(posters[2], "Question", text="Who weighs it?")
    south = stands(wall=posters[1].wall)
    assert [row.poster for row in south.peaks[0].rows] == [posters[1]]
    assert [note.text for note in south.unanswered.newest] == ["Who weighs it?"]
    assert south.unanswered.query == "?wall=South+wall&unanswered=1"
    assert [row.poster for row in stands().peaks[0].rows] == [posters[0]]  # control


@pytest.mark.parametrize("copies", [1, 3, 40])
def test_what_stands_out_takes_one_query_for_any_number(
    gallery, posters, stick, django_assert_num_queries, copies
):
    theme = Theme.objects.create(gallery=gallery, name="Nights")
    for number in range(copies):
        for word in ("Concern", "Question"):
            note = stick(posters[number % 3], word)
            nod(note, 3)
            Note.objects.filter(pk=note.pk).update(theme=theme)
    found = rollup(gallery)
    with django_assert_num_queries(1):  # the themes
        assert stands_out(found).peaks
