"""The results map as a poster: hung, looked at on a page, printed."""

import ctypes

import pypdfium2
import pytest
from django.urls import reverse

from gallery import events, printing
from gallery.faces import face, faces
from gallery.models import Gallery, Poster
from gallery.paper import ORIENTATIONS
from measures.models import Goal, GoalLink, Measure
from tests.gallery.opened import opened, words_of
from tests.gallery.test_printing import outside

pytestmark = pytest.mark.django_db


@pytest.fixture
def linked(team, goal) -> list[Goal]:
    """Three results in two layers, the later two leading to the first."""
    others = [
        Goal.objects.create(team=team, original=words, layer="process", order=order)
        for order, words in enumerate(["Sewers hold in heavy rain.", "Farms keep their soil."], start=1)
    ]
    for other in others:
        GoalLink.objects.create(source=other, target=goal)
    return [goal, *others]


@pytest.fixture
def map_poster(gallery, linked) -> Poster:
    wall = gallery.walls.create(name="North wall", order=1)
    for each in linked[:2]:
        events.hang(wall=wall, kind="goal", goal=each)
    return shown(events.hang(wall=wall, kind="map"))


def shown(poster) -> Poster:
    return Poster.objects.with_face().get(pk=poster.pk)


class TestHanging:
    def test_it_has_a_title_and_questions_of_its_own(self, map_poster):
        assert map_poster.heading == events.MAP_TITLE
        assert len(map_poster.questions) == 2

    def test_hanging_all_hangs_one_map_at_the_entrance(self, gallery, team, linked):
        events.hang_all(gallery=gallery, team=team)
        [found] = gallery.posters.filter(kind="map")
        assert (found.wall.name, found.heading, found.number) == ("Entrance", events.MAP_TITLE, 2)
        assert events.hang_all(gallery=gallery, team=team) == []
        found.wall = gallery.walls.create(name="Elsewhere")
        found.title = "What leads to what"
        found.save()
        assert events.hang_all(gallery=gallery, team=team) == []

    def test_links_in_one_layer_make_a_map_too(self, gallery, team, linked):
        team.goals.update(layer="process")
        events.hang_all(gallery=gallery, team=team)
        assert gallery.posters.filter(kind="map").exists()

    def test_control_where_nothing_hangs_together_there_is_no_map(self, gallery, team, linked):
        team.goals.update(layer="process")
        GoalLink.objects.all().delete()
        events.hang_all(gallery=gallery, team=team)
        assert not gallery.posters.filter(kind="map").exists()

    def test_two_results_are_too_few(self, gallery, team, linked):
        linked[2].delete()
        events.hang_all(gallery=gallery, team=team)
        assert not gallery.posters.filter(kind="map").exists()

    def test_in_the_admin_it_needs_neither_goal_nor_measure(self, as_facilitator, gallery, linked):
        wall = gallery.walls.create(name="North wall", order=1)
        address = reverse("admin:gallery_poster_add")
        answer = as_facilitator.post(address, {"wall": wall.pk, "kind": "map"})
        assert answer.status_code == 302
        assert gallery.posters.get(kind="map").heading == events.MAP_TITLE


class TestFace:
    def test_it_shows_the_team_and_where_its_results_hang(self, map_poster, linked):
        found = face(map_poster).map
        assert [result.words for result in found.plan.results] == [goal.title for goal in linked]
        assert {key: spot.number for key, spot in found.spots.items()} == {
            linked[0].pk: "1",
            linked[1].pk: "2",
        }

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_takes_two_queries_however_many_maps(
        self, map_poster, linked, count, django_assert_num_queries
    ):
        for _ in range(count - 1):
            events.hang(wall=map_poster.wall, kind="map")
        posters = list(Poster.objects.with_face().filter(kind="map"))
        with django_assert_num_queries(2):
            assert len(faces(posters)) == count

    def test_posters_of_another_gallery_are_not_led_to(self, map_poster, team, linked):
        other = Gallery.objects.create(team=team, title="Last year")
        events.hang(wall=other.walls.create(name="W"), kind="goal", goal=linked[2])
        assert linked[2].pk not in face(map_poster).map.spots


class TestPage:
    def test_picture_and_outline_tell_the_same(self, visitor, map_poster, linked, measure):
        events.keep([map_poster])
        page = visitor.get(reverse("poster", args=[map_poster.gallery.code, map_poster.number]))
        told = page.content.decode()
        assert told.count(linked[2].title) == 2  # its own entry, and one of the result that it leads to
        assert "leads to" in told
        assert "follows from" in told
        assert measure.name in told
        assert 'class="map-pan" role="region" tabindex="0"' in told
        assert f'href="{reverse("poster", args=[map_poster.gallery.code, 1])}"' in told

    def test_without_results_it_says_so(self, visitor, gallery):
        poster = events.hang(wall=gallery.walls.create(name="W"), kind="map")
        page = visitor.get(reverse("poster", args=[gallery.code, poster.number]))
        assert "No results are written down yet" in page.content.decode()
        assert b"map-picture" not in page.content


class TestPaper:
    @pytest.mark.parametrize("orientation", ORIENTATIONS)
    def test_on_a3_it_is_one_tagged_sheet_inside_the_margins(self, map_poster, linked, orientation):
        sheets = printing.render([map_poster], size="A3", orientation=orientation)
        [page] = opened(sheets)
        assert (sheets.pages, sheets.warnings) == ([1], [])
        assert outside(page, 20) == []
        words = words_of(page)
        for expected in (
            map_poster.heading,
            "STRATEGIC GOALS",
            "leads to",
            "An arrow",
            *map_poster.questions,
        ):
            assert expected in words
        assert "PURPOSE" not in words
        for goal in linked:
            assert all(word in words for word in goal.title.split())
        assert "See it whole" not in words
        assert "The same in words" not in words

    def test_it_has_an_alternative_text(self, map_poster):
        pdf = printing.render([map_poster], size="A3").pdf
        assert alternative_of(pdf, "Results map: 3 results from the centre out")

    def test_on_a4_it_is_printed_with_a_warning(self, map_poster):
        sheets = printing.render([map_poster], size="A4")
        assert sheets.pages == [1]
        [warning] = sheets.warnings
        assert f"Poster {map_poster.number} is a results map" in warning
        assert "A3 at least" in warning

    def test_measures_too_small_to_read_are_left_out_and_their_place_is_said(
        self, map_poster, measure, monkeypatch
    ):
        events.keep([map_poster])
        monkeypatch.setattr(printing, "SMALLEST_CHIP", 8.0)
        small, large = (
            words_of(opened(printing.render([map_poster], size=size))[0]) for size in ("A4", "A1")
        )
        assert measure.name in large
        assert "the measures: on their posters" not in large
        assert measure.name not in small.replace("\n", " ")
        assert "the measures: on their posters, and behind the code below" in small

    def test_words_too_small_to_read_are_warned_of_on_any_paper(self, map_poster, monkeypatch):
        monkeypatch.setattr(printing, "SMALLEST_TYPE", 30.0)
        [warning] = printing.render([map_poster], size="A3").warnings
        assert "smallest words are about" in warning

    def test_a_wording_too_long_for_its_bubble_stands_beneath_in_full(self, map_poster, linked):
        long = " ".join(f"word{number}" for number in range(70))[:500]
        Goal.objects.filter(pk=linked[1].pk).update(original=long)
        events.keep([map_poster])
        sheets = printing.render([map_poster], size="A3")
        words = " ".join(words_of(page) for page in opened(sheets))
        assert "WORDINGS IN FULL" in words.upper()
        assert long.split()[-2] in words

    @pytest.mark.parametrize("orientation", ORIENTATIONS)
    def test_sixty_results_keep_to_one_sheet(self, map_poster, team, orientation):
        layers = ["strategic"] * 10 + ["process"] * 20 + ["team"] * 27
        for number, layer in enumerate(layers):
            goal = Goal.objects.create(
                team=team, original=f"Result {number} is so on every day of the year.", layer=layer
            )
            Measure.objects.create(team=team, goal=goal, name="Days")
        events.keep([map_poster])
        sheets = printing.render([map_poster], size="A3", orientation=orientation)
        [page] = opened(sheets)
        assert sheets.pages == [1]
        assert outside(page, 20) == []
        assert "Result 56" in words_of(page)


def alternative_of(pdf: bytes, words: str) -> bool:
    """Whether the PDF's tags have a picture with this text in place of it."""
    document = pypdfium2.PdfDocument(pdf)
    raw = pypdfium2.raw
    tree = raw.FPDF_StructTree_GetForPage(document[0])
    waiting = [
        raw.FPDF_StructTree_GetChildAtIndex(tree, at) for at in range(raw.FPDF_StructTree_CountChildren(tree))
    ]
    while waiting:
        element = waiting.pop()
        if not element:
            continue
        size = raw.FPDF_StructElement_GetAltText(element, None, 0)
        if size:
            said = ctypes.create_string_buffer(size)
            raw.FPDF_StructElement_GetAltText(element, said, size)
            if said.raw.decode("utf-16-le").startswith(words):
                return True
        waiting += [
            raw.FPDF_StructElement_GetChildAtIndex(element, at)
            for at in range(raw.FPDF_StructElement_CountChildren(element))
        ]
    return False
