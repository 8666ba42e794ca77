"""What htmx needs everywhere."""

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from gallery.middleware import htmx


@pytest.fixture
def ask():
    def answer(response: HttpResponse, **headers: str) -> HttpResponse:
        return htmx(lambda request: response)(RequestFactory().get("/", headers=headers))

    return answer


def test_every_answer_varies_by_who_asks(ask):
    assert "HX-Request" in ask(HttpResponse("page"))["Vary"]


def test_no_cache_on_the_way_keeps_a_page_for_somebody_else(ask):
    assert ask(HttpResponse("page"))["Cache-Control"] == "private, no-cache"


def test_control_an_answer_that_says_more_keeps_its_word(ask):
    answer = ask(HttpResponse("page", headers={"Cache-Control": "no-store"}))
    assert answer["Cache-Control"] == "no-store"


def test_a_redirect_for_htmx_is_for_the_whole_page(ask):
    answer = ask(HttpResponseRedirect("/admin/login/"), **{"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/admin/login/")
    assert "Location" not in answer


def test_control_a_redirect_for_a_page_stays_one(ask):
    answer = ask(HttpResponseRedirect("/admin/login/"))
    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/")
