"""A full disk, a busy database, one that is away: 503 in plain words, with what was typed."""

import errno
import sqlite3

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.http import HttpResponse
from django.test import RequestFactory

from gallery.standstill import Standstill, passes, server_error

NOTE = {"key": "0b1e", "kind": "Idea", "text": "Split by <quay>?", "csrfmiddlewaretoken": "t"}


def caused(code: int) -> OperationalError:
    """As Django raises it: the driver's error is its cause."""
    cause, problem = sqlite3.OperationalError("as SQLite says"), OperationalError("as SQLite says")
    cause.sqlite_errorcode = code
    problem.__cause__ = cause
    return problem


PASSING = {
    "full": caused(13),
    "busy": caused(5),
    "busy with a snapshot": caused(5 | 2 << 8),
    "the server is away": OperationalError("connection refused"),
    "the connection is gone": InterfaceError("connection already closed"),
    "no room for a file": OSError(errno.ENOSPC, "No space left on device"),
}
STAYING = {
    "no such table": caused(1),
    "no such column": ProgrammingError("column does not exist"),
    "no such file": FileNotFoundError(errno.ENOENT, "No such file"),
    "a mistake of ours": KeyError("x"),
}


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_is_told_as_passing(name):
    assert passes(PASSING[name])


@pytest.mark.parametrize("name", STAYING)
def test_control_what_waiting_does_not_mend_stays_a_fault(name):
    assert not passes(STAYING[name])


@pytest.fixture
def answer():
    def ask(
        method: str = "post", problem: Exception = PASSING["full"], **headers: str
    ) -> HttpResponse | None:
        request = getattr(RequestFactory(), method)("/g/ABCD2345/1/notes/", NOTE, headers=headers)
        return Standstill(lambda request: HttpResponse()).process_exception(request, problem)

    return ask


def test_the_words_come_back_in_a_form_that_sends_them_again(answer):
    response = answer()
    body = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert 'action="/g/ABCD2345/1/notes/"' in body
    assert "Split by &lt;quay&gt;?</textarea>" in body
    assert '<input type="hidden" name="key" value="0b1e">' in body
    assert '<input type="hidden" name="kind" value="Idea">' in body


def test_for_a_page_script_it_is_the_fragment_alone(answer):
    body = answer(**{"HX-Request": "true"}).content.decode()
    assert "<html" not in body
    assert "Split by &lt;quay&gt;?</textarea>" in body


def test_who_only_looks_is_told_to_reload(answer):
    body = answer("get").content.decode()
    assert "reload this page" in body
    assert "<form" not in body


def test_a_password_is_never_written_into_the_page(settings):
    request = RequestFactory().post("/admin/login/", {"username": "ada", "password": "a long secret one"})
    body = Standstill(lambda _: HttpResponse()).process_exception(request, PASSING["full"]).content.decode()
    assert "ada" in body
    assert "secret" not in body


def sent_again(form: dict[str, str]) -> str:
    request = RequestFactory().post("/admin/login/", form)
    return Standstill(lambda _: HttpResponse()).process_exception(request, PASSING["full"]).content.decode()


def test_nor_is_the_code_that_is_typed_beside_a_password():
    body = sent_again({"username": "ada", "password": "a long secret one", "code": "recover1"})
    assert ("ada" in body, "recover1" in body) == (True, False)


def test_control_a_code_without_a_password_is_a_word_like_any_other():
    assert "ABCD2345" in sent_again({"code": "ABCD2345"})


def test_a_fault_of_another_kind_is_left_alone(answer):
    assert answer(problem=KeyError("x")) is None


@pytest.mark.parametrize(("name", "status"), [("full", 503), ("a mistake of ours", 500)])
def test_a_session_that_could_not_be_written_is_told_too(rf, name, status):
    """A middleware's own problem passes no view: the page for faults tells it apart."""
    try:
        raise (PASSING | STAYING)[name]
    except Exception:
        assert server_error(rf.post("/admin/login/", {"username": "ada"})).status_code == status
