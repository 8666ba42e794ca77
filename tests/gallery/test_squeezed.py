"""A page whose kept part is compressed once: what arrives is the page, whoever unpacks it."""

import gzip
import subprocess

import pytest
from django.http import HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.test import RequestFactory

from gallery import squeezed

BEFORE, AFTER = "<p>Grüße, ", " und 你好</p>"


def answer(part: str, accepts: str = "br, gzip") -> HttpResponse:
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepts})
    return squeezed.answer(request, BEFORE, part, squeezed.squeezed(part), AFTER)


@pytest.mark.parametrize(
    "part", ["", "one note", "a note, and " * 10_000, "".join(map(chr, range(32, 5_000)))]
)
def test_it_is_the_page(part):
    page = answer(part)
    assert page.headers["Content-Encoding"] == "gzip"
    assert page.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(page.content).decode() == BEFORE + part + AFTER


def test_another_program_unpacks_it_too_and_finds_nothing_amiss():
    page = answer("a note, and " * 10_000)
    whole = subprocess.run(["gzip", "-dc"], input=page.content, capture_output=True, check=True).stdout
    assert whole.decode() == f"{BEFORE}{'a note, and ' * 10_000}{AFTER}"


def test_who_takes_no_gzip_gets_it_plain():
    page = answer("one note", accepts="br")
    assert page.content.decode() == f"{BEFORE}one note{AFTER}"
    assert "Content-Encoding" not in page.headers


def test_the_middleware_leaves_it_alone():
    page = answer("one note " * 100)
    before = page.content
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})
    assert GZipMiddleware(lambda _: page)(request).content == before


def test_its_length_tells_nothing():
    assert len({len(answer("one note").content) for _ in range(60)}) > 20


def test_a_part_is_packed_once_and_small():
    assert len(answer("a note, and " * 10_000).content) < 2_000
