"""Posters as sheets: one page each, nothing cut, nothing fetched, the code readable."""

from itertools import pairwise
from operator import itemgetter

import pypdfium2
import pytest
import zxingcpp
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image

from gallery import addresses, events, press_crew, printing
from gallery.models import Gallery, Poster
from gallery.paper import ORIENTATIONS, SIZES, paper
from gallery.print_shelf import Finished
from measures.models import Measure
from tests.gallery.opened import language_of, opened, words_of

MM = 72 / 25.4


@pytest.fixture
def wall(gallery):
    """Of a draft: what hangs follows what is written."""
    Gallery.objects.filter(pk=gallery.pk).update(invited_at=None)
    gallery.refresh_from_db()
    return gallery.walls.create(name="North wall", order=1)


@pytest.fixture
def every_kind(gallery, wall, goal, measure):
    goal.candidates.create(wording="Complaints in August", strength=2, feasibility=5, reason="Few write.")
    for month in range(1, 13):
        measure.values.create(period=f"2025-{month:02d}-01", value=80 + month % 5)
    events.hang(wall=wall, kind="welcome")
    events.hang(wall=wall, kind="goal", goal=goal)
    events.hang(wall=wall, kind="measure", measure=measure)
    events.hang(wall=wall, kind="blank", goal=goal)
    events.hang(wall=wall, kind="text", title="How we chose", text="We weighed thirty-one candidates.")
    return with_face(gallery)


def with_face(gallery) -> list[Poster]:
    return list(Poster.objects.filter(gallery=gallery).with_face().in_order())


def outside(page: pypdfium2.PdfPage, edge: float) -> list[str]:
    """The letters that stand in the sheet's margin of `edge` mm or beyond the sheet; a space has no ink."""
    width, height = page.get_size()
    text, margin = page.get_textpage(), edge * MM - 1
    boxes = [(place, text.get_charbox(place)) for place in range(text.count_chars())]
    return [
        text.get_text_range(place, 1)
        for place, (left, bottom, right, top) in boxes
        if right > left
        and not text.get_text_range(place, 1).isspace()
        and (left < margin or bottom < margin or right > width - margin or top > height - margin)
    ]


@pytest.mark.parametrize(
    ("size", "orientation"),
    [("A4", "portrait"), ("A3", "landscape"), ("A1", "portrait"), ("A0", "landscape")],
)
def test_every_kind_is_one_sheet_with_its_words_inside_the_margins(every_kind, size, orientation):
    sheets = printing.render(every_kind, size=size, orientation=orientation)
    on = paper(size, orientation)
    pages = list(opened(sheets))
    assert (sheets.pages, sheets.warnings, len(pages)) == ([1] * 5, [], 5)
    for page, poster in zip(pages, every_kind, strict=True):
        assert page.get_size() == pytest.approx((on.width * MM, on.height * MM), abs=0.1)
        assert outside(page, on.edge) == []
        words = words_of(page)
        assert poster.heading.removeprefix("What would tell us: ").removeprefix("Welcome: ") in words
        assert f"gallery.test/g/{poster.gallery.code}/{poster.number}" in words
        assert f"{poster.gallery.code[:4]}-{poster.gallery.code[4:]}" in words
        assert "North wall" in words
        assert "nothing is set in concrete" in words
        for question in poster.questions:
            assert question in words
        assert_its_code_leads_to(poster, page)


def assert_its_code_leads_to(poster: Poster, page: pypdfium2.PdfPage) -> None:
    """Read at 36 dpi from a large sheet, at 72 from a small one; its dark part is 35 mm wide at least."""
    scale = 0.5 if page.get_size()[0] > 420 * MM else 1
    [found] = zxingcpp.read_barcodes(page.render(scale=scale).to_pil())
    assert found.text == addresses.of_poster(poster)
    corners = found.position
    assert (corners.top_right.x - corners.top_left.x) / scale / MM >= 35


def test_details_are_printed_unfolded(every_kind, measure):
    Measure.objects.filter(pk=measure.pk).update(calculation="Fit samples divided by all samples.")
    measured = [poster for poster in with_face(every_kind[0].gallery) if poster.kind == "measure"]
    words = words_of(opened(printing.render(measured))[0])
    assert "Fit samples divided by all samples." in words
    assert "About this measure" not in words


def test_a_blank_posters_frame_takes_what_the_words_leave(every_kind):
    """There is room for paper notes: as high as two of them, from edge to edge."""
    blank = [poster for poster in every_kind if poster.kind == "blank"]
    page = opened(printing.render(blank, size="A4"))[0]
    text = page.get_textpage()
    lines = sorted(text.get_charbox(place)[1] / MM for place in range(text.count_chars()))
    assert max(above - below for below, above in pairwise(lines)) > 75


def test_bullets_stand_beside_their_lines_where_a_sheet_is_filled(every_kind):
    """A part of the poster that is moved down takes all that is drawn in it along."""
    page = opened(printing.render(every_kind[:1], size="A4"))[0]
    lines = [box_of_words(page, words) for words in ("On these walls", "Nothing is", "Wander", "Scan a")]
    beside = sorted(top + bottom for _, bottom, _, top in bullets(page))
    assert len(beside) == len(lines)
    for bullet, (_, bottom, _, top) in zip(beside, sorted(lines, key=itemgetter(1)), strict=True):
        assert bottom < bullet / 2 < top


def box_of_words(page: pypdfium2.PdfPage, words: str) -> tuple[float, float, float, float]:
    """Where their first letter is drawn, in points: left, bottom, right, top."""
    text = page.get_textpage()
    place, _count = text.search(words).get_next()
    return text.get_charbox(place)


def bullets(page: pypdfium2.PdfPage) -> list[tuple[float, float, float, float]]:
    """The small round drawings of the sheet, in points: left, bottom, right, top."""
    drawings = [each.get_bounds() for each in page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_PATH])]
    sides = [(right - left, top - bottom) for left, bottom, right, top in drawings]
    return [
        box
        for box, (wide, tall) in zip(drawings, sides, strict=True)
        if 1 < wide < 8 and abs(wide - tall) < 0.1
    ]


@pytest.mark.parametrize("size", ["A4", "A1"])
def test_long_words_and_long_texts_stay_inside_the_margins(wall, goal, measure, size):
    long_word = "Donaudampfschifffahrts" * 14
    Measure.objects.filter(pk=measure.pk).update(
        name=long_word[:300], sensory_evidence="river " * 330, calculation="x" * 1000
    )
    events.hang(wall=wall, kind="measure", measure=measure)
    events.hang(wall=wall, kind="text", title=long_word[:200], text="The river is clean. " * 100)
    posters = with_face(wall.gallery)
    sheets = printing.render(posters, size=size)
    assert sheets.pages == [1, 1]
    assert [outside(page, SIZES[size].edge) for page in opened(sheets)] == [[], []]
    assert words_of(opened(sheets)[1]).count("The river is clean.") == 100


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_no_word_of_a_title_is_broken_that_fits_the_sheet(wall, orientation):
    """Large type would break it after a few letters, and a reader at four metres would stumble."""
    for title in ["Interconnectedness", "Walkability and neighbourhood interconnectedness"]:
        events.hang(wall=wall, kind="text", title=title)
    for page in opened(printing.render(with_face(wall.gallery), orientation=orientation)):
        assert "nterconnectedness" in words_of(page)


def test_long_names_in_the_foot_move_nothing(gallery):
    Gallery.objects.filter(pk=gallery.pk).update(title=("How do we know that all is well? " * 4)[:120])
    for name in ["N", "North wall of the old ticket hall, left of the door, " * 2]:
        events.hang(wall=gallery.walls.create(name=name), kind="text", title="The same")
    brief, long = opened(printing.render(with_face(gallery), size="A4"))
    assert outside(long, 14) == []
    corners = [zxingcpp.read_barcodes(page.render(scale=2).to_pil())[0].position for page in (brief, long)]
    assert abs(corners[0].bottom_right.y - corners[1].bottom_right.y) <= 2
    assert abs(corners[0].bottom_right.x - corners[1].bottom_right.x) <= 2


def rule_of(page: pypdfium2.PdfPage, edge: float) -> float:
    """How high above the sheet's lower edge the line over the foot stands, in points."""
    width, height = page.get_size()
    picture = page.render(scale=2, grayscale=True).to_pil()
    inside = picture.crop((int(edge * MM * 2) + 2, 0, int((width - edge * MM) * 2) - 2, picture.height))
    rows = list(inside.resize((1, picture.height), Image.Resampling.BOX).tobytes())
    return height - next(place for place, shade in enumerate(rows) if shade < 140) / 2


@pytest.mark.parametrize(
    ("size", "words"), [("A4", "North wall of the old ticket hall, "), ("A4", "MWMWM "), ("A3", "W")]
)
def test_the_foot_never_grows_into_the_poster(gallery, size, words):
    Gallery.objects.filter(pk=gallery.pk).update(title=(words * 120)[:120])
    for name in ["N", (words * 120)[:120]]:
        wall = gallery.walls.create(name=name)
        events.hang(wall=wall, kind="text", title="A sheet", prompts="Is this true?")
    edge, rules = SIZES[size].edge, []
    for page in opened(printing.render(with_face(gallery), size=size)):
        rules.append(rule_of(page, edge))
        text = page.get_textpage()
        start, count = text.search("Is this true?").get_next()
        assert min(text.get_charbox(start + place)[1] for place in range(count)) > rules[-1] + 5
        assert outside(page, edge) == []
    assert rules[0] == pytest.approx(rules[1], abs=0.6)


@pytest.mark.parametrize("size", ["A4", "A2"])
def test_in_landscape_the_details_stand_beside_the_heading_and_its_chart(every_kind, measure, size):
    Measure.objects.filter(pk=measure.pk).update(calculation="Fit samples divided by all.")
    measured = [poster for poster in with_face(every_kind[0].gallery) if poster.kind == "measure"]
    page = opened(printing.render(measured, size=size, orientation="landscape"))[0]
    text = page.get_textpage()

    def place_of(words: str) -> tuple[float, float]:
        start, _ = text.search(words).get_next()
        left, bottom, _, _ = text.get_charbox(start)
        return left / page.get_size()[0], bottom / page.get_size()[1]

    heading, month, detail = place_of("Share"), place_of("Jul"), place_of("Fit samples divided")
    assert heading[0] < 0.1
    assert month[0] < 0.55 < detail[0]
    assert heading[1] > month[1]
    assert detail[1] > month[1]


def test_more_than_one_sheet_holds_flows_on_and_is_told(wall, measure):
    fields = dict.fromkeys(
        ["sensory_evidence", "control", "unintended", "intent", "calculation", "reading"], "salt water " * 160
    )
    Measure.objects.filter(pk=measure.pk).update(**fields)
    events.hang(wall=wall, kind="measure", measure=measure)
    sheets = printing.render(with_face(wall.gallery), size="A4")
    assert sheets.pages == [2]
    assert sheets.warnings == [
        "Poster 1 has more words than one A4 sheet holds, so it is on 2 sheets. "
        "Shorten its text, or print it larger."
    ]
    pages = list(opened(sheets))
    assert [sum(words_of(page).count(word) for page in pages) for word in ("salt", "water")] == [6 * 160] * 2
    assert [outside(page, 14) for page in pages] == [[], []]
    assert [len(zxingcpp.read_barcodes(page.render(scale=1).to_pil())) for page in pages] == [1, 1]


@pytest.mark.parametrize(
    ("size", "has_ranges", "advice"),
    [
        ("A3", False, "Shorten its text, or print it larger."),
        ("A0", False, "Shorten its text."),
        ("A0", True, "Leave out its moving ranges (on the measure’s page), or shorten its text."),
    ],
)
def test_the_advice_can_be_followed(size, has_ranges, advice):
    [told] = printing.told_of(1, Finished(b"", 2, ""), size, has_ranges=has_ranges)
    assert told.endswith(f"so it is on 2 sheets. {advice}")


@pytest.mark.parametrize("shown", [True, False])
def test_a_measures_moving_ranges_are_known_to_the_run(every_kind, shown):
    Measure.objects.update(shows_ranges=shown)
    found = printing.orders(with_face(every_kind[0].gallery), paper("A3", "portrait"))
    assert [each.has_ranges for each in found] == [False, False, shown, False, False]


def test_hostile_markup_is_printed_as_text(wall):
    markup = '<link rel=attachment href="file:///etc/hostname"><img src=http://127.0.0.1/x><script>'
    events.hang(wall=wall, kind="text", title="<b>Bold</b>", text=markup)
    document = opened(printing.render(with_face(wall.gallery), size="A4"))
    words = words_of(document[0])
    assert "<b>Bold</b>" in words
    assert "<link rel=attachment" in words
    assert document.count_attachments() == 0


def test_it_says_its_title_language_and_that_it_is_tagged(every_kind):
    gallery = every_kind[0].gallery
    Gallery.objects.filter(pk=gallery.pk).update(language="de")
    sheets = printing.render(with_face(gallery)[:3], size="A4")
    document = opened(sheets)
    assert document.get_metadata_dict()["Title"] == gallery.title
    assert pypdfium2.raw.FPDFCatalog_IsTagged(document)
    assert language_of(document) == "de"
    titles = [bookmark.get_title() for bookmark in document.get_toc()]
    assert titles[2] == f"3. {every_kind[2].heading}"
    assert len(titles) == 3


@pytest.fixture
def blank_sheets(monkeypatch):
    """A press that is quick and prints nothing."""
    monkeypatch.setattr(press_crew, "JOB", "tests.gallery.jams")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.usefixtures("blank_sheets")
def test_queries_do_not_grow_with_the_posters(gallery, wall, goal, count, django_assert_num_queries):
    for number in range(count):
        measure = Measure.objects.create(team=gallery.team, goal=goal, name=f"Measure {number}")
        measure.values.create(period="2025-01-01", value=number)
        events.hang(wall=wall, kind="measure", measure=measure)
    with django_assert_num_queries(5):  # posters; values, targets, baselines, signals
        printing.render(with_face(gallery), size="A4")


@pytest.mark.parametrize(
    ("numbers", "found"), [("", [1, 2, 3, 4, 5]), ("2", [2]), ("5, 1", [1, 5]), ("2-4", [2, 3, 4])]
)
def test_posters_are_picked_by_number(every_kind, numbers, found):
    assert [poster.number for poster in printing.pick(every_kind, numbers)] == found


@pytest.mark.parametrize("numbers", ["9", "7-9", "x", "1,,2", "1-", "4-2", "9" * 40])
def test_numbers_that_are_not_there_are_told(every_kind, numbers):
    with pytest.raises(ValueError, match=r"no poster number|No poster .* hangs"):
        printing.pick(every_kind, numbers)


# The command.


@pytest.mark.usefixtures("blank_sheets")
def test_the_command_prints_and_says_so_on_the_way(every_kind, tmp_path, capsys):
    code = every_kind[0].gallery.code
    call_command(
        "print_posters", code.lower(), "--size", "a4", "--posters", "1,3-4", "-o", str(tmp_path / "p.pdf")
    )
    assert len(pypdfium2.PdfDocument(tmp_path / "p.pdf")) == 3
    said = capsys.readouterr()
    assert "Poster 3. Share of samples" in said.err
    assert "3 posters on 3 sheets" in said.err
    assert "(3 made, 0 unchanged)" in said.err
    assert said.out == ""
    call_command("print_posters", code, "--size", "A4", "--posters", "1-4", "-o", str(tmp_path / "p.pdf"))
    said = capsys.readouterr()
    assert "(1 made, 3 unchanged)" in said.err
    assert "Poster 3" not in said.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["22222222"], "No gallery has the code “22222222”"),
        (["{code}", "--size", "B2"], "“B2” is no paper size that we print; choose A4, A3, A2, A1 or A0"),
        (["{code}", "--orientation", "askew"], "no orientation"),
        (["{code}", "--posters", "99"], "No poster 99 hangs"),
        (["{code}", "--posters", "1", "-o", "{folder}/none/p.pdf"], "can't be written"),
    ],
)
def test_the_command_says_what_it_cannot_do(every_kind, tmp_path, options, said):
    code = every_kind[0].gallery.code
    typed = [option.format(code=code, folder=tmp_path) for option in options]
    with pytest.raises(CommandError, match=said):
        call_command("print_posters", *typed[:1], "-o", str(tmp_path / "p.pdf"), *typed[1:])


@pytest.mark.usefixtures("blank_sheets")
def test_the_command_prints_the_others_and_names_what_failed(wall, tmp_path):
    for title in ["First", "It fails", "Third"]:
        events.hang(wall=wall, kind="text", title=title)
    with pytest.raises(
        CommandError, match=r"Poster 2. It fails could not be printed; .*\nThe PDF has the others"
    ):
        call_command("print_posters", wall.gallery.code, "--crop", "-o", str(tmp_path / "p.pdf"))
    assert len(pypdfium2.PdfDocument(tmp_path / "p.pdf")) == 2
    assert [bool(poster.printed) for poster in with_face(wall.gallery)] == [True, False, True]


@pytest.mark.usefixtures("blank_sheets")
def test_on_a_terminal_a_bar_grows(wall, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    events.hang(wall=wall, kind="text", title="First")
    call_command("print_posters", wall.gallery.code, "-o", str(tmp_path / "p.pdf"))
    assert "\r░" in capsys.readouterr().err


def test_the_command_says_when_nothing_hangs(team):
    empty = Gallery.objects.create(team=team, title="Bare walls", invited_at=timezone.now())
    with pytest.raises(CommandError, match="Nothing hangs"):
        call_command("print_posters", empty.code, "-o", "unused.pdf")
