"""Flyer, door sign, cards, paper notes: all words inside the paper, the code readable, nobody obliged."""

from datetime import UTC, datetime

import pypdfium2
import pytest
import zxingcpp
from django.core.management import CommandError, call_command
from django.urls import reverse

from feedback.models import NoteKind
from feedback.note_sheets import note_sheets
from gallery import addresses, capped, events, handout_room, handouts
from gallery.handout_forms import CARDS, DOOR, FLYER
from gallery.handout_words import cut, days
from gallery.models import Gallery
from gallery.printing import NotPrinted
from tests.gallery.opened import language_of, opened, words_of

MM = 72 / 25.4
WORD = ("Donaudampfschifffahrts" * 14)[:300]
MAKE = {"flyer": handouts.flyer, "door": handouts.door, "cards": handouts.cards}


@pytest.fixture
def run(monkeypatch):
    """The press room in this process: one start instead of many. The room's own process has its own test."""

    def run(job, question, caps, *, gate):
        return handout_room.work(question, lambda _: None)

    real = capped.run
    monkeypatch.setattr(capped, "run", run)
    return real


@pytest.fixture
def ferry(gallery, run) -> Gallery:
    """Open on two days, the first of them twice, on the clocks of Berlin."""
    gallery.hours.all().delete()
    for day, opens, closes in [(1, 7, 10), (1, 12, 15), (2, 7, 15)]:
        gallery.hours.create(
            opens=datetime(2026, 6, day, opens, tzinfo=UTC), closes=datetime(2026, 6, day, closes, tzinfo=UTC)
        )
    told = {"time_zone": "Europe/Berlin", "language": "de", "place": "The boathouse"}
    return changed(gallery, invitation="Come and look.\n\nThere is tea.", **told)


def changed(gallery: Gallery, **fields) -> Gallery:
    Gallery.objects.filter(pk=gallery.pk).update(**fields)
    return Gallery.objects.select_related("team").get(pk=gallery.pk)


def outside(page: pypdfium2.PdfPage, edge: float, across: float = 0, down: float = 0) -> list[str]:
    """The letters in the margin of a page, or of a piece of `across` × `down` mm of it."""
    width, height = page.get_size()
    across, down = across * MM or width, down * MM or height
    text, margin, found = page.get_textpage(), edge * MM - 1, []
    for place in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(place)
        low = (height - top) % down
        if right > left and not (
            margin < left % across < across - margin - (right - left)
            and margin < low < down - margin - (top - bottom)
        ):
            found.append(text.get_text_range(place, 1))
    return found


def codes_of(page: pypdfium2.PdfPage, dpi: int) -> list:
    return zxingcpp.read_barcodes(page.render(scale=dpi / 72).to_pil(), formats=zxingcpp.BarcodeFormat.QRCode)


def widths(codes: list, dpi: int) -> list[float]:
    return [(code.position.top_right.x - code.position.top_left.x) / dpi * 25.4 for code in codes]


@pytest.mark.parametrize(
    ("what", "forms", "said"),
    [
        (
            "flyer",
            FLYER,
            ["You are invited", "Come and look.", "There is tea.", "Come if you want", "The boathouse"],
        ),
        ("door", DOOR, ["Come in.", "Stay as long as you like.", "stick notes on what you see"]),
    ],
)
def test_a_sheet_says_what_where_and_when_and_obliges_nobody(ferry, what, forms, said):
    for size, form in forms.items():
        made = MAKE[what](ferry, size)
        document = opened(made)
        [page] = document
        words = words_of(page)
        for part in [*said, ferry.title, "RIVER PATROL", addresses.short(addresses.of_gallery(ferry))]:
            assert part in words
        for part in [
            "Montag, 1. Juni 2026",
            "09:00–12:00, 14:00–17:00 CEST",
            "Dienstag, 2. Juni 2026",
            "nothing",
        ]:
            assert part.casefold() in words.casefold() or (what, part) == ("door", "nothing")
        assert f"{ferry.code[:4]}-{ferry.code[4:]}" in words
        assert not any(part in words.casefold() for part in ["rsvp", "reply", "must", "register"])
        assert page.get_size() == pytest.approx((form.width * MM, form.height * MM), abs=0.1)
        assert (made.warnings, outside(page, form.edge)) == ([], [])
        assert pypdfium2.raw.FPDFCatalog_IsTagged(document)
        assert language_of(document) == "de"
        assert document.get_metadata_dict()["Title"].startswith(ferry.title)
        for dpi in (36, 72):
            [code] = codes_of(page, dpi)
            assert code.text == addresses.of_gallery(ferry)
        assert min(widths([code], 72)) >= 35


@pytest.mark.parametrize(("size", "count"), [("A4", 4), ("A5", 2)])
def test_a_card_tells_how_to_stick_a_note(ferry, size, count):
    form = CARDS[size]
    document = opened(handouts.cards(ferry, size))
    [page] = document
    found = codes_of(page, 72)
    assert [code.text for code in found] == [addresses.of_gallery(ferry)] * count
    words = words_of(page)
    for part in [
        "Scan the code",
        "Tap a poster",
        "Pick a kind of note",
        f"{ferry.code[:4]}-{ferry.code[4:]}",
    ]:
        assert words.count(part) == count
    assert min(abs(width) for width in widths(found, 72)) >= 30
    assert outside(page, form.edge, *form.piece) == []
    assert pypdfium2.raw.FPDFCatalog_IsTagged(document)


def test_paper_notes_carry_their_posters_number_and_the_kinds_to_tick(ferry, goal):
    wall = ferry.walls.create(name="North wall")
    events.hang(wall=wall, kind="goal", goal=goal)
    events.hang(wall=wall, kind="text", title=WORD[:200])
    events.hang(wall=wall, kind="welcome")  # which has no sheet
    NoteKind.objects.filter(gallery=ferry, word="Idea").update(word="فكرة")
    made = note_sheets(ferry, "all")
    first, second, any_ = opened(made)
    for page, name in [(first, goal.title), (second, WORD[:20]), (any_, "")]:
        words = words_of(page)
        assert words.count("Concern") == words.count("A name, if you like") == 6
        assert words.count(name) >= 6
        assert outside(page, 6, 105, 98.9) == []
    assert words_of(first).count("1 The river is safe") == 6
    assert words_of(any_).count("Poster") == 6
    assert made.warnings == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Crossings left", "Crossings left"),
        ("Crossings that left within two minutes", "Crossings that left…"),
        ("Crossings that left", "Crossings that left"),
        ("Crossings that, left in two", "Crossings that, left…"),
        ("Donaudampfschifffahrtsgesellschaft", "Donaudampfschifffahr…"),
        ("A Donaudampfschifffahrtsgesellschaft", "A Donaudampfschifffa…"),
    ],
)
def test_a_name_is_cut_between_its_words(words, found):
    assert cut(words, 21) == found
    assert len(found) <= 21


def test_kinds_that_would_take_the_whole_note_are_written_on_a_line(ferry):
    NoteKind.objects.bulk_create(
        NoteKind(gallery=ferry, word=f"{number} {'W' * 37}", icon="tick", colour="leaf")
        for number in range(12)
    )
    made = note_sheets(ferry, "any")
    [page] = opened(made)
    assert words_of(page).count("Kind of note") == 6
    assert "WWW" not in words_of(page)
    assert outside(page, 6, 105, 98.9) == []
    assert "there is a line to write the kind on" in made.warnings[0]


HARD = {
    "long": {
        "title": ("How do we know? " * 8)[:120],
        "invitation": "You cross with us. " * 105,
        "place": "By " * 66,
    },
    "one word": {"title": WORD[:120], "invitation": WORD, "place": WORD[:200]},
    "from the right": {
        "title": "كيف نعرف أن العبارة تسير على ما يرام؟",
        "invitation": "تعالوا",
        "language": "ar",
    },
}


@pytest.mark.parametrize("case", HARD)
def test_whatever_the_words_are_none_leaves_the_paper(ferry, case):
    for day in range(3, 12):
        ferry.hours.create(
            opens=datetime(2026, 6, day, 7, tzinfo=UTC), closes=datetime(2026, 6, day, 15, tzinfo=UTC)
        )
    ferry = changed(ferry, **{"language": "en", **HARD[case]})
    for what, forms in [("flyer", FLYER), ("door", DOOR), ("cards", CARDS)]:
        form = forms["A4"]
        made = MAKE[what](ferry, "A4")
        [page] = opened(made)
        assert (what, made.warnings) == (what, [])
        assert outside(page, form.edge, *(form.piece or ())) == []
        assert what == "cards" or "17:00 CEST" in words_of(page)
        if what == "flyer":
            letters = "".join(words_of(page).split())
            assert letters.count("Youcrosswithus.") == (105 if case == "long" else 0)


def test_control_a_letter_in_the_margin_is_found(ferry):
    [page] = opened(handouts.cards(ferry))
    assert outside(page, 20, 105, 148.4)


def test_hostile_markup_is_printed_as_text(ferry):
    markup = '<link rel=attachment href="file:///etc/hostname"><img src=http://127.0.0.1/x>'
    document = opened(handouts.flyer(changed(ferry, title="<b>Bold</b>", invitation=markup)))
    assert "<b>Bold</b>" in words_of(document[0])
    assert "<link rel=attachment" in words_of(document[0])
    assert document.count_attachments() == 0


def test_letters_that_no_font_has_are_named(ferry):
    [warning] = handouts.cards(changed(ferry, title="River \U0010ff00"), "A5").warnings
    assert "printed as empty boxes: \U0010ff00." in warning


# Opening hours in words.


@pytest.mark.parametrize(
    ("language", "zone", "opens", "closes", "said"),
    [
        (
            "en",
            "Europe/London",
            (5, 1, 21),
            (5, 2, 2),
            ("Friday 1 May 2026, 22:00", "– Saturday 2 May 2026, 03:00 BST"),
        ),
        ("en", "Europe/London", (10, 25, 0), (10, 25, 9), ("Sunday 25 October 2026", "01:00 BST–09:00 GMT")),
        ("fr", "Asia/Tokyo", (6, 1, 0), (6, 1, 8), ("lundi, 1 juin 2026", "09:00–17:00 JST")),
    ],
)
def test_hours_are_told_on_the_gallerys_clocks_and_in_its_language(
    gallery, language, zone, opens, closes, said
):
    gallery.hours.all().delete()
    gallery.hours.create(opens=datetime(2026, *opens, tzinfo=UTC), closes=datetime(2026, *closes, tzinfo=UTC))
    [day] = days(changed(gallery, language=language, time_zone=zone))
    assert (day.words, *day.times) == said


# What can't be printed.


@pytest.mark.parametrize("what", ["flyer", "door"])
def test_without_opening_hours_it_says_what_is_missing(ferry, as_facilitator, what):
    ferry.hours.all().delete()
    answer = as_facilitator.get(reverse(f"print_{what}", args=[ferry.code]))
    assert answer.status_code == 422
    assert "This gallery has no opening hours yet. Give it some, then print its" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("print_flyer", {"size": "A3"}, "“A3” is no paper size for this; choose A5 or A4."),
        ("print_cards", {"size": "<b>"}, "“&lt;b&gt;” is no paper size"),
        ("print_notes", {"of": "chosen", "posters": "9"}, "No poster 9 hangs in this gallery."),
        ("print_notes", {"of": "chosen"}, "Write their numbers, like 1,3,7-9."),
    ],
)
def test_what_is_not_there_is_told_and_what_was_typed_stays(ferry, as_facilitator, name, asked, said):
    answer = as_facilitator.get(reverse(name, args=[ferry.code]), asked)
    assert answer.status_code == 422
    words = answer.content.decode()
    assert said in words
    if "posters" in asked:
        assert f'value="{asked["posters"]}"' in words


@pytest.mark.parametrize(
    ("problem", "said", "again"),
    [
        (capped.Busy(), "try again in a minute", "60"),
        (capped.TooLong(), "could not be printed in time", None),
        (capped.TooBig(), "in the memory that a print may have", None),
        (capped.Failed(), "Tell whoever runs this site", None),
    ],
)
def test_a_press_that_cannot_is_told_in_words(ferry, as_facilitator, monkeypatch, problem, said, again):
    def fail(*_, **__):
        raise problem

    monkeypatch.setattr(capped, "run", fail)
    answer = as_facilitator.get(reverse("print_door", args=[ferry.code]))
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, again)
    assert said in answer.content.decode()


def test_a_draft_is_printed_in_a_process_of_its_own_and_what_needs_two_sheets_is_told(
    ferry, as_facilitator, run, monkeypatch
):
    monkeypatch.setattr(capped, "run", run)
    changed(ferry, invited_at=None, invitation="Wide WORDS\n" * 180)
    answer = as_facilitator.get(reverse("print_flyer", args=[ferry.code]), {"size": "A5"})
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="flyer-{ferry.code}-A5.pdf"'
    pages = list(pypdfium2.PdfDocument(answer.content))
    assert len(pages) > 1
    assert sum(words_of(page).count("Wide WORDS") for page in pages) == 180
    assert [outside(page, 12) for page in pages] == [[]] * len(pages)
    page = as_facilitator.get(reverse("handouts", args=[ferry.code])).content.decode()
    assert "Shorten the invitation, or print it larger." in page
    for name in ["print_flyer", "print_door", "print_cards", "print_notes"]:
        assert f'action="{reverse(name, args=[ferry.code])}"' in page


# The command.


def test_the_command_prints_each_of_them(ferry, goal, tmp_path, capsys):
    events.hang(wall=ferry.walls.create(name="North wall"), kind="goal", goal=goal)
    typed = {"cards": ["--size", "a5"], "notes": ["--posters", "1"]}
    for what, options in typed.items():
        file = tmp_path / f"{what}.pdf"
        call_command("print_handouts", ferry.code.lower(), what, *options, "-o", str(file))
        assert len(pypdfium2.PdfDocument(file)) == 1
    assert "Sheets: 1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["22222222", "flyer"], "No gallery has the code “22222222”"),
        (["{code}", "door", "--size", "B2"], "“B2” is no paper size for this; choose A4 or A3"),
        (["{code}", "notes", "--size", "A3"], "“A3” is no paper size for this; choose A4."),
        (["{code}", "notes", "--posters", "99"], "No poster 99 hangs"),
    ],
)
def test_the_command_says_what_it_cannot_do(ferry, tmp_path, options, said):
    typed = [option.replace("{code}", ferry.code) for option in options]
    with pytest.raises(CommandError, match=said):
        call_command("print_handouts", *typed, "-o", str(tmp_path / "p.pdf"))


def test_no_sheet_at_all_is_told(ferry):
    with pytest.raises(ValueError, match="No posters were chosen"):
        handouts.notes(ferry, [], ["Idea"], any_poster=False)
    assert issubclass(handouts.Busy, NotPrinted)
