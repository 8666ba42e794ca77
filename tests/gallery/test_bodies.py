"""Which bodies are taken, and which are refused unread with words and the end of the connection."""

import io

import pytest

from gallery.bodies import REFUSED, SLACK, Bodies

PHOTO = "/g/K7PM2XQD/1/notes/0b0e7f0e-0000-4000-8000-000000000000/photo/"
WALL_PHOTO = "/host/K7PM2XQD/paper/1/photos/"
IMPORT = "/admin/measures/measure/import/"
SMALL, MB = 1024**2 + SLACK, 1024**2


def sent(path="/", length: int | None = 3, threads=32, body=b"a=b", **more):
    """The status of a refusal, or None; and the headers that were told."""
    told, seen = [], []

    def app(environ, start):
        seen.append(environ)
        start("200 OK", [])
        return [environ["wsgi.input"].read()]

    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "wsgi.input": io.BytesIO(body)} | more
    environ |= {} if length is None else {"CONTENT_LENGTH": str(length)}
    answer = Bodies(app, threads)(environ, lambda status, headers: told.extend(headers))
    refusal = seen[0].get(REFUSED)
    assert (b"".join(answer) == body) == (refusal is None)
    return refusal and refusal.status, ("Connection", "close") in told


MULTI = {"CONTENT_TYPE": "multipart/form-data; boundary=x"}
COOKIE = {"HTTP_COOKIE": "session=abc"}
CASES = [
    ("a form", "/", 3, {}, None),
    ("a form cut short", "/", 4, {}, 400),
    ("a large form", "/", SMALL + 1, MULTI, 413),
    ("no length", "/", None, {"HTTP_TRANSFER_ENCODING": "chunked"}, 411),
    ("nonsense for a length", "/", "-1", {}, 411),
    ("a photo", PHOTO, 15 * MB, MULTI, None),
    ("a photo slightly too large, which its page tells", PHOTO, 16 * MB, MULTI, None),
    ("a photo far too large", PHOTO, 31 * MB, MULTI, 413),
    ("a photo that is no form with a file", PHOTO, 15 * MB, {}, 413),
    ("a spreadsheet of somebody logged in", IMPORT, 9 * MB, MULTI | COOKIE, None),
    ("a photo of a poster, of somebody logged in", WALL_PHOTO, 15 * MB, MULTI | COOKIE, None),
    ("a photo of a poster, of nobody", WALL_PHOTO, 15 * MB, MULTI, 413),
    ("a spreadsheet of nobody", IMPORT, 9 * MB, MULTI, 413),
    ("a file to another page", "/admin/login/", 9 * MB, MULTI | COOKIE, 413),
]


@pytest.mark.parametrize(("what", "path", "length", "more", "status"), CASES, ids=[case[0] for case in CASES])
def test_what_is_taken(what, path, length, more, status):
    assert sent(path, length, **more) == (status, status is not None)


def test_what_is_refused_is_told_in_words(client):
    from gallery.bodies import TOO_LARGE, Refusal

    page = client.post("/", **{REFUSED: Refusal(413, TOO_LARGE, 5)})
    assert (page.status_code, page["Retry-After"]) == (413, "5")
    assert "too large to be taken" in page.content.decode()
    part = client.post("/", headers={"HX-Request": "true"}, **{REFUSED: Refusal(503, TOO_LARGE)})
    assert (part["HX-Retarget"], part["HX-Reswap"]) == ("main", "afterbegin")


def test_control_without_the_bound_a_large_form_is_taken(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * MB
    with pytest.raises(AssertionError):
        test_what_is_taken("", "/", SMALL + 1, MULTI, 413)
