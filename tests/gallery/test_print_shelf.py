"""Finished sheets are found again by all that makes them what they are, and by nothing less."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from gallery import print_runs, print_shelf
from gallery.paper import Sheet, paper
from gallery.print_shelf import Finished

SHEET = Sheet("<p>words</p>", "Heading", 1, 0.5, 4.0)
ON = paper("A3", "portrait")
DONE = Finished(b"%PDF-1.7 a sheet", 2, "\u4e00")
KEY = "a" * 64


@pytest.fixture(autouse=True)
def _data(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def age(name: str, days: float) -> None:
    then = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(print_shelf.folder() / name, (then, then))


def kept() -> set[str]:
    return {path.name for path in print_shelf.folder().iterdir() if path.is_file()}


def test_what_is_kept_is_found_and_nobody_else_can_read_it(tmp_path):
    assert print_shelf.find(KEY) is None
    print_shelf.keep(KEY, DONE)
    assert print_shelf.find(KEY) == DONE
    assert (tmp_path / "prints").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "prints").iterdir()} == {0o600}


def test_a_sheet_that_lacks_letters_is_made_anew_after_a_while_and_others_are_not():
    whole = "b" * 64
    print_shelf.keep(KEY, DONE)
    print_shelf.keep(whole, replace(DONE, missing=""))
    for name in (KEY, whole):
        age(f"{name}.pdf", days=1)
    assert print_shelf.find(KEY) is None
    assert print_shelf.find(whole) is not None


@pytest.mark.parametrize("damage", [b"", b"%PDF-1.7 a shee", b"\0" * 16])
def test_a_sheet_that_a_power_cut_left_is_none(damage):
    print_shelf.keep(KEY, DONE)
    (print_shelf.folder() / f"{KEY}.pdf").write_bytes(damage)
    assert print_shelf.find(KEY) is None


@pytest.mark.parametrize(
    ("sheet", "on"),
    [
        (replace(SHEET, words="<p>Words</p>"), ON),
        (replace(SHEET, quiet=4.1), ON),
        (SHEET, paper("A2", "portrait")),
        (SHEET, paper("A3", "landscape")),
        (SHEET, paper("A3", "portrait", crop=True)),
    ],
)
def test_another_sheet_or_paper_has_another_key(sheet, on):
    assert print_shelf.key(sheet, on) != print_shelf.key(SHEET, ON)
    assert print_shelf.key(replace(SHEET), paper("A3", "portrait")) == print_shelf.key(SHEET, ON)


@pytest.mark.parametrize("name", ["code.py", "looks.css", "letters.ttf"])
def test_other_code_looks_or_letters_give_another_key(tmp_path, monkeypatch, name):
    for each in ("code.py", "looks.css", "letters.ttf"):
        (tmp_path / each).write_bytes(b"one")
    monkeypatch.setattr(print_shelf, "ROOT", tmp_path)
    monkeypatch.setattr(print_shelf, "PRESS", ["code.py"])
    monkeypatch.setattr(print_shelf, "LOOKS", ["*.css", "*.ttf"])
    before = print_shelf.key(SHEET, ON)
    (tmp_path / name).write_bytes(b"other")
    assert print_shelf.key(SHEET, ON) != before


def test_another_weasyprint_gives_another_key(monkeypatch):
    before = print_shelf.key(SHEET, ON)
    monkeypatch.setattr(print_shelf, "version", lambda _: "70.1")
    print_shelf._digest_of.cache_clear()
    assert print_shelf.key(SHEET, ON) != before
    print_shelf._digest_of.cache_clear()


def test_the_code_that_counts_is_all_that_the_press_rooms_have_of_ours():
    asked = (
        "import json, sys, gallery.press_room, gallery.report_room; print(json.dumps(sorted(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=print_shelf.ROOT, capture_output=True, check=True
    )
    ours = [
        name for name in json.loads(told.stdout) if name.startswith(("gallery.", "measures.", "feedback."))
    ]
    assert sorted(ours) == sorted(name.removesuffix(".py").replace("/", ".") for name in print_shelf.PRESS)
    assert all(Path(print_shelf.ROOT, name).exists() for name in print_shelf.PRESS)


def test_what_nobody_asks_for_goes_and_what_one_asks_for_stays():
    for letter in "abc":
        print_shelf.keep(letter * 64, replace(DONE, missing=""))
        age(f"{letter * 64}.pdf", 31)
    print_shelf.find("b" * 64)  # asked for now
    (print_shelf.folder() / "half.part").write_bytes(b"%P")
    age("half.part", 1)
    now = timezone.now()
    assert len(print_shelf.old(now)) == 2
    assert print_runs.clear(now) == 2
    assert kept() == {f"{'b' * 64}.pdf", f"{'b' * 64}.json"}
    assert print_runs.clear(now) == 0


def test_where_there_are_too_many_those_go_that_were_asked_for_longest_ago():
    for days, letter in enumerate("cab"):
        print_shelf.keep(letter * 64, DONE)
        age(f"{letter * 64}.pdf", days)
    print_shelf.trim(most=len(DONE.pdf) * 2)
    assert kept() == {f"{letter * 64}.{kind}" for letter in "ca" for kind in ("pdf", "json")}


def test_runs_go_after_a_day(settings):
    for name, days in [("a" * 32, 1.1), ("b" * 32, 0.9)]:
        (print_runs.folder() / name).mkdir()
        age(f"runs/{name}", days)
    print_runs.clear(timezone.now())
    assert [path.name for path in print_runs.folder().iterdir()] == ["b" * 32]
