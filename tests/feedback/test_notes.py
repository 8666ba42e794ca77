import threading
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from feedback import frames, notes
from feedback.models import Note, NoteKind
from gallery import events
from gallery.models import Gallery


@pytest.fixture
def kind(gallery) -> NoteKind:
    return gallery.note_kinds.get(word="Idea")


@pytest.fixture
def stick(poster, kind, noon):
    def make(text="Show it by month", **changes) -> Note:
        return notes.stick(
            **{
                "poster": poster,
                "key": uuid.uuid4(),
                "kind": kind,
                "text": text,
                "at": noon,
                "author": "a" * 64,
            }
            | changes
        )

    return make


def test_a_new_gallery_has_the_five_kinds(gallery):
    words = list(gallery.note_kinds.values_list("word", flat=True))
    assert words == ["I’d use this", "Question", "Idea", "Concern", "What’s missing"]


def test_each_note_takes_the_gallery_s_next_number(stick, gallery):
    assert [stick().seq, stick().seq] == [1, 2]
    gallery.refresh_from_db()
    assert gallery.seq == 2


def test_the_same_key_and_words_give_the_same_note(stick):
    key = uuid.uuid4()
    assert stick(key=key).pk == stick(key=key).pk
    assert Note.objects.count() == 1


def test_a_retry_does_not_use_up_a_number(stick, gallery):
    key = uuid.uuid4()
    stick(key=key)
    stick(key=key)
    gallery.refresh_from_db()
    assert gallery.seq == 1


def test_other_words_under_a_used_key_are_refused_and_change_nothing(stick):
    key = uuid.uuid4()
    stick(key=key)
    with pytest.raises(notes.KeyReused):
        stick("Other words", key=key)
    assert Note.objects.get().text == "Show it by month"


def test_a_late_retry_of_a_note_reworded_since_is_still_the_same_note(stick, noon):
    key = uuid.uuid4()
    note = stick(key=key)
    notes.reword(note=note, text="Show it by week", author="a" * 64, at=noon)
    assert stick(key=key).pk == note.pk
    assert Note.objects.get().text == "Show it by week"


@pytest.mark.parametrize("words", ["", "   ", "\n\t", "\u200b\u200d\u2060", "\u00a0\u3000", "\u0301\u0301"])
def test_words_that_nobody_can_see_are_no_note(stick, words):
    with pytest.raises(notes.Unusable, match="Write a few words first"):
        stick(words)
    assert Note.objects.count() == 0


@pytest.mark.parametrize("words", ["a\x00b", "broken \ud800 letter", "not \ufffd text", "bell \x07"])
def test_broken_signs_are_told(stick, words):
    with pytest.raises(notes.Unusable, match="can’t be kept"):
        stick(words)
    assert "\x00" not in notes.without_broken_signs(words)


def test_a_note_holds_a_thousand_letters_and_not_one_more(stick):
    assert len(stick("x" * 1000).text) == 1000
    with pytest.raises(notes.Unusable, match=r"holds 1,000 letters; this has 1,001"):
        stick("x" * 1001)


@pytest.mark.parametrize("words", ["👍", "?", "水がきれい", "أفكار", "👩‍👩‍👧", "a\nb", "50 %"])
def test_words_in_any_script_are_kept_as_written(stick, words):
    assert Note.objects.get(pk=stick(words).pk).text == words


@given(st.text(max_size=1100))
def test_readable_gives_words_or_says_why(words):
    try:
        kept = notes.readable(words)
    except notes.Unusable as problem:
        assert str(problem)[0].isupper()
        return
    assert 0 < len(kept) <= 1000
    assert notes.readable(kept) == kept
    kept.encode()


def test_one_rewords_one_s_own_note_for_a_while(stick, noon, gallery):
    note = stick()
    later = noon + timedelta(minutes=gallery.reword_minutes)
    notes.reword(note=note, text="Better words", author="a" * 64, at=later)
    note.refresh_from_db()
    assert (note.text, note.seq, note.reworded_at) == ("Better words", 2, later)


def test_after_a_while_a_note_stays_as_it_is(stick, noon, gallery):
    note = stick()
    late = noon + timedelta(minutes=gallery.reword_minutes, seconds=1)
    with pytest.raises(notes.TooLate):
        notes.reword(note=note, text="Too late", author="a" * 64, at=late)
    with pytest.raises(notes.TooLate):
        notes.take_back(note=note, author="a" * 64, at=late)


@pytest.mark.parametrize("author", ["b" * 64, None])
def test_nobody_changes_another_s_note(stick, noon, author):
    note = stick()
    with pytest.raises(notes.TooLate):
        notes.take_back(note=note, author=author, at=noon)
    note.refresh_from_db()
    assert note.state == Note.State.SHOWN


def test_an_erased_author_owns_nothing(stick, noon):
    note = stick(author=None)
    with pytest.raises(notes.TooLate):
        notes.take_back(note=note, author=None, at=noon)


def test_every_change_is_stamped_for_the_readers(stick, noon, gallery, poster):
    note = stick()
    notes.hide(note)
    assert note.seq == 2
    notes.show(note)
    assert note.seq == 3
    notes.take_back(note=note, author="a" * 64, at=noon)
    assert note.seq == 4
    number, [gone] = frames.news(gallery.code, poster.number, 3)
    assert number == 4
    assert gone.state == Note.State.WITHDRAWN


def test_what_was_taken_back_is_not_shown_again(stick, noon):
    note = stick()
    notes.take_back(note=note, author="a" * 64, at=noon)
    notes.show(note)
    note.refresh_from_db()
    assert note.state == Note.State.WITHDRAWN


def test_a_hidden_note_is_not_reworded_by_a_stale_page(stick, noon):
    note = stick()
    stale = Note.objects.get(pk=note.pk)
    notes.hide(note)
    with pytest.raises(notes.TooLate):
        notes.reword(note=stale, text="Sneaky", author="a" * 64, at=noon)
    note.refresh_from_db()
    assert (note.text, note.state) == ("Show it by month", Note.State.HIDDEN)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"text": ""}, "note_has_words"),
        ({"state": "lost"}, "note_known_state"),
        ({"source": "radio"}, "note_known_source"),
    ],
)
def test_the_database_holds_what_a_note_is(stick, changes, constraint):
    note = stick()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(**changes)


def test_two_notes_of_a_gallery_never_share_a_number(stick):
    first, second = stick(), stick()
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.filter(pk=second.pk).update(seq=first.seq)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_with_one_key_make_one_note(gallery, poster, noon):
    kind = gallery.note_kinds.first()
    key, found, problems = uuid.uuid4(), [], []

    def post() -> None:
        try:
            found.append(
                notes.stick(poster=poster, key=key, kind=kind, text="Once", author="a" * 64, at=noon).pk
            )
        except Exception as problem:  # gathered, to fail in the test's own thread
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(12)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert problems == []
    assert len(found) == 12
    assert set(found) == {Note.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap_and_no_double(gallery, poster, noon):
    kind = gallery.note_kinds.first()
    problems = []

    def post(number: int) -> None:
        try:
            for turn in range(5):
                notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text=f"{number}.{turn}", at=noon)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[number]) for number in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert problems == []
    assert list(Note.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 41))
    assert Gallery.objects.get(pk=gallery.pk).seq == 40


def test_deleting_a_gallery_takes_its_notes_and_posters_along(stick, gallery):
    stick()
    gallery.delete()
    assert Note.objects.count() == 0


def test_a_poster_with_notes_stays(stick, poster):
    stick()
    with pytest.raises(Exception, match="restricted"):
        poster.delete()


def test_drafts_feed_nobody(stick, gallery, poster):
    stick()
    events.Gallery.objects.filter(pk=gallery.pk).update(invited_at=None)
    assert frames.news(gallery.code, poster.number, 0) == (0, [])
