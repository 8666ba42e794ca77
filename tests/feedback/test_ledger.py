"""What is kept of all notes between two drawings: after whatever act, the same as what one reads anew."""

from random import Random

import pytest
from django.utils import timezone

from feedback import ledger, me_too, notes
from feedback.archiving import forget_authors
from feedback.gate import Gate
from feedback.models import MeToo, Note
from gallery.models import Gallery
from tests.feedback.talking import OTHER, said, stuck

ME = "a" * 64


@pytest.fixture
def kept(gallery):
    """The ledger that is kept, brought up to date, and the queries that this took."""

    def kept():
        return ledger.kept(Gallery.objects.get(pk=gallery.pk))

    return kept


@pytest.fixture
def anew(gallery):
    def anew():
        return ledger.read(Gallery.objects.get(pk=gallery.pk))

    return anew


def nod(note: Note, author: str = ME, meant: bool = True) -> None:
    hours = [(each.opens, each.closes) for each in note.gallery.hours.all()]
    me_too.say(note=note, author=author, meant=meant, gate=Gate(hours, author, timezone.now()))


def hide_all_of(note: Note) -> None:
    notes.hide_all(note.gallery, notes.from_the_same_sender(note))


def hide_and_undo(note: Note) -> None:
    gallery = note.gallery
    notes.turn_back(gallery, notes.hide_all(gallery, Note.objects.filter(gallery=gallery)))


ACTS = {
    "stick": lambda note: stuck(note.poster, "One more", author=ME),
    "stick, of whom nothing is known": lambda note: stuck(note.poster, "From paper", author=None),
    "reword": lambda note: notes.reword(note=note, text="In other words", author=OTHER),
    "take back": lambda note: notes.take_back(note=note, author=OTHER),
    "put back": lambda note: notes.put_back(
        note=notes.take_back(note=note, author=OTHER), author=OTHER, hung=True
    ),
    "hide": notes.hide,
    "hide and show": lambda note: notes.show(notes.hide(note)),
    "hide all of a sender": hide_all_of,
    "hide all and undo": hide_and_undo,
    "answer": said,
    "answer of a host": lambda note: said(note, host=True),
    "hide an answer": lambda note: notes.hide(said(note)),
    "me too": nod,
    "me too no more": lambda note: (nod(note), nod(note, meant=False)),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_after_any_act_it_is_what_one_reads_anew(poster, kept, anew, act):
    note = stuck(poster)
    said(stuck(poster, "Another one"), "With an answer")
    before = kept()
    act(note)
    assert kept().entries == anew().entries
    assert kept().entries != before.entries  # control


def test_after_many_acts_in_any_order_it_is_what_one_reads_anew(poster, kept, anew):
    chance = Random(7)  # noqa: S311 - a made-up room
    kept()
    for number in range(60):
        note = stuck(poster, f"Note {number}", author=f"{chance.randrange(4):064x}")
        others = Note.objects.filter(reply_to=None, state="shown").exclude(pk=note.pk).order_by("pk")
        for other in others[:1] if chance.random() < 0.6 else ():
            chance.choice([notes.hide, said, lambda each: nod(each, f"{7:064x}"), hide_all_of])(other)
        if chance.random() < 0.5:
            assert kept().entries == anew().entries, number
    assert kept().entries == anew().entries


def test_only_what_has_changed_is_read_in_one_query(poster, kept, django_assert_num_queries):
    for _ in range(9):
        stuck(poster)
    first = kept()
    with django_assert_num_queries(1):  # the gallery
        assert kept() is first
    changed = stuck(poster)
    with django_assert_num_queries(2) as asked:
        kept()
    [row] = [query["sql"] for query in asked.captured_queries if "feedback_note" in query["sql"]]
    assert f"> {first.upto}" in row
    assert kept().entries[changed.pk].text == changed.text


def test_the_same_sender_has_the_same_number_and_nobody_has_a_pseudonym(poster, kept):
    mine = [stuck(poster, author=ME)]
    kept()
    theirs = stuck(poster, author=OTHER)
    mine.append(stuck(poster, author=ME))
    nobodys = stuck(poster, author=None)
    found = kept().entries
    assert {found[note.pk].sender for note in mine} == {mine[0].pk}
    assert found[theirs.pk].sender == theirs.pk
    assert found[nobodys.pk].sender is None
    assert ME not in repr(found)


def test_once_the_senders_are_forgotten_here_they_are_too(gallery, poster, kept):
    note = stuck(poster)
    assert kept().entries[note.pk].sender  # control
    forget_authors(gallery)
    Gallery.objects.update(archived_at=timezone.now())
    assert kept().entries[note.pk].sender is None


def test_after_many_changes_all_is_read_anew_and_is_the_same(poster, kept, anew, monkeypatch):
    monkeypatch.setattr(ledger, "MANY", 3)
    kept()
    for _ in range(4):
        stuck(poster, author=ME)
    assert kept().entries == anew().entries


def test_a_backup_that_is_put_back_is_read_anew(gallery, poster, kept):
    stuck(poster), stuck(poster)
    kept()
    Note.objects.filter(seq=2).delete()
    Gallery.objects.update(seq=1)
    assert [each.seq for each in kept().entries.values()] == [1]


def test_what_went_past_the_acts_is_there_in_half_a_minute(poster, kept, monkeypatch):
    note = stuck(poster)
    kept()
    MeToo.objects.create(note=note, author=ME)
    assert kept().entries[note.pk].nods == 0  # control
    later = ledger.monotonic() + ledger.LEDGER_SECONDS + 1
    monkeypatch.setattr(ledger, "monotonic", lambda: later)
    assert kept().entries[note.pk].nods == 1


def test_another_gallerys_notes_are_not_in_it(gallery, poster, team, kept):
    other = Gallery.objects.create(team=team, title="Another room")
    note = stuck(poster)
    kept()
    assert ledger.kept(other).entries == {}
    assert [*kept().entries] == [note.pk]
