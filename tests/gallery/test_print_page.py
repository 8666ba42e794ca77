"""The page on which a facilitator chooses what to print."""

import pypdfium2
import pytest
from django.urls import include, path, reverse
from django.utils import timezone

from gallery import events, press_crew
from gallery.models import Gallery
from gallery.urls import urlpatterns as all_addresses
from measures.models import Membership

# The page's own addresses, whether or not the project's list has them already.
urlpatterns = [*all_addresses, path("", include("gallery.print_urls"))]


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def blank_sheets(monkeypatch):
    """A press that is quick and prints nothing."""
    monkeypatch.setattr(press_crew, "JOB", "tests.gallery.jams")


@pytest.fixture
def page(poster) -> str:
    return f"/host/{poster.gallery.code}/print/"


@pytest.fixture
def pdf(page) -> str:
    return f"{page}posters.pdf"


def test_it_offers_sizes_orientations_and_every_poster(as_facilitator, page, poster):
    words = as_facilitator.get(page).content.decode()
    for offered in ["A3", "A4", "Portrait", "Landscape", poster.heading, poster.wall.name]:
        assert offered in words
    assert words.partition("handouts")[0].count("checked") == 3


def test_what_is_ticked_is_what_is_printed(as_facilitator, pdf, poster, goal):
    events.hang(wall=poster.wall, kind="goal", goal=goal)
    response = as_facilitator.get(
        pdf, {"chosen": "1", "size": "A4", "orientation": "landscape", "poster": "2"}
    )
    assert response.headers["Content-Type"] == "application/pdf"
    assert (
        response.headers["Content-Disposition"]
        == f'attachment; filename="posters-{poster.gallery.code}-A4.pdf"'
    )
    document = pypdfium2.PdfDocument(response.content)
    assert [bookmark.get_title() for bookmark in document.get_toc()] == [f"2. {goal.title}"]
    width, height = document[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (297, 210)


@pytest.mark.usefixtures("blank_sheets")
def test_without_choices_everything_is_printed_and_a_post_does_the_same(as_facilitator, pdf, poster, goal):
    events.hang(wall=poster.wall, kind="goal", goal=goal)
    assert len(pypdfium2.PdfDocument(as_facilitator.get(pdf).content)) == 2
    assert len(pypdfium2.PdfDocument(as_facilitator.post(pdf, {"posters": "1"}).content)) == 1


@pytest.mark.usefixtures("blank_sheets")
def test_a_draft_can_be_printed_before_anyone_is_invited(as_facilitator, pdf, poster):
    Gallery.objects.update(invited_at=None)
    assert as_facilitator.get(pdf).content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"chosen": "1"}, "No posters were chosen"),
        ({"poster": "99"}, "No poster 99 hangs in this gallery"),
        ({"poster": ["1", "99"]}, "No poster 99 hangs in this gallery"),
        ({"poster": "<b>"}, "No poster &lt;b&gt; hangs"),
        ({"posters": "99"}, "No poster 99 hangs in this gallery"),
        ({"size": "B2"}, "“B2” is no paper size that we print"),
        ({"orientation": "<b>"}, "“&lt;b&gt;” is no orientation"),
        ({"posters": "7-"}, "“7-” is no poster number"),
    ],
)
def test_what_cannot_be_printed_is_said_on_the_page(as_facilitator, pdf, asked, said):
    response = as_facilitator.get(pdf, asked)
    assert response.status_code == 422
    assert said in response.content.decode()


def test_more_sheets_than_posters_are_told_on_the_page(as_facilitator, page, pdf, poster, measure):
    fields = ["sensory_evidence", "control", "unintended", "intent", "calculation", "reading"]
    type(measure).objects.filter(pk=measure.pk).update(**dict.fromkeys(fields, "salt water " * 160))
    events.hang_anew(gallery=poster.gallery, numbers=[poster.number])
    as_facilitator.get(pdf, {"size": "A4"})
    assert "so it is on 2 sheets" in as_facilitator.get(page).content.decode()


@pytest.mark.parametrize("name", ["page", "pdf"])
def test_a_stranger_finds_nothing(as_stranger, name, request, poster):
    response = as_stranger.get(request.getfixturevalue(name))
    assert response.status_code == 404
    assert poster.heading not in response.content.decode()


@pytest.mark.parametrize("name", ["page", "pdf"])
def test_whoever_is_not_logged_in_is_asked_to(visitor, name, request):
    address = request.getfixturevalue(name)
    response = visitor.get(address)
    assert response.status_code == 302
    assert "/login/" in response.headers["Location"]


def test_an_unknown_code_is_not_found(as_facilitator, poster):
    assert as_facilitator.get("/host/22222222/print/").status_code == 404


@pytest.mark.parametrize(("name", "method"), [("page", "post"), ("pdf", "put")])
def test_other_methods_are_refused(as_facilitator, name, method, request):
    assert getattr(as_facilitator, method)(request.getfixturevalue(name)).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_for_one_poster_as_for_three(
    as_facilitator, page, poster, goal, count, django_assert_num_queries
):
    for number in range(count - 1):
        events.hang(wall=poster.wall, kind="text", title=f"Text {number}")
    # Session, person, gallery, posters; what is hung; values, targets, baselines, signals.
    with django_assert_num_queries(9):
        as_facilitator.get(page)


def test_changes_that_are_not_hung_are_told(as_facilitator, client, colleague, page, poster, measure):
    old = "changes that are not hung yet: what is printed shows the old words."
    assert old not in as_facilitator.get(page).content.decode()  # control
    type(measure).objects.update(name="Share of samples unfit for bathing")
    words = as_facilitator.get(page).content.decode()
    assert f"One poster has {old}" in words
    assert f'{reverse("hang_anew", args=[poster.gallery.code])}">See what would change' in words
    Membership.objects.filter(user=colleague).update(role=Membership.Role.HOST)
    client.force_login(colleague)
    words = client.get(page).content.decode()
    assert old in words
    assert "See what would change" not in words
    Gallery.objects.update(published_at=timezone.now())  # nothing can be hung any more
    assert old not in as_facilitator.get(page).content.decode()


@pytest.mark.parametrize("name", ["print", "handouts"])
def test_a_drafts_codes_are_told_to_lead_nowhere_yet(as_facilitator, poster, name):
    address = reverse(name, args=[poster.gallery.code])
    assert "Nobody can open these codes" not in as_facilitator.get(address).content.decode()
    Gallery.objects.update(invited_at=None)
    assert "Nobody can open these codes until you invite" in as_facilitator.get(address).content.decode()


def test_nothing_of_it_is_kept_in_a_cache(as_facilitator, page):
    assert "no-store" in as_facilitator.get(page).headers["Cache-Control"]
