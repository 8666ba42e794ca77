"""T18: four pictures that are small to send and would fill a machine's memory, each told in words.

They go through a visitor's form. The server's own memory is watched; the darkroom's is capped.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from feedback import darkroom, photos
from feedback.models import Photo
from tests.feedback import pictures
from tests.feedback.sending import send

pytestmark = pytest.mark.usefixtures("own_folder")

MB = 1024**2
MOST = 200 * MB
BOMBS = {
    "13,000²": lambda: pictures.png_of_nothing(13_000, 13_000),
    "9,000²": lambda: pictures.png_of_nothing(9_000, 9_000),
    "50,000²": lambda: pictures.png_of_nothing(50_000, 50_000),
    "GIF of 10,000 frames": lambda: pictures.gif(10_000),
}
PEAK = Path("/proc/self/clear_refs")
watched = pytest.mark.skipif(not PEAK.exists(), reason="only Linux tells the peak of a stretch of time")


def memory(name: str) -> int:
    """This process's memory in bytes: VmRSS is what it has now, VmHWM the most that it had."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def peak(act: Callable[[], object]) -> int:
    """How many bytes more than before this process had at the most, while it did this."""
    PEAK.write_text("5")  # begin to watch anew: proc(5)
    before = memory("VmRSS")
    act()
    return memory("VmHWM") - before


@watched
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_told_in_words_and_takes_no_memory(visitor, own, name):
    bomb, answers = BOMBS[name](), []
    assert len(bomb) < 8 * MB
    taken = peak(lambda: answers.append(send(visitor, own, bomb)))
    page = answers[0].content.decode()
    assert answers[0].status_code == 400
    assert "Your note is safe." in page
    assert "Look at this" in page
    assert taken <= MOST
    assert not Photo.objects.exists()


@pytest.mark.parametrize("name", ["13,000²", "50,000²"])
def test_without_the_look_at_the_header_the_cap_stops_it(visitor, own, monkeypatch, caplog, name):
    monkeypatch.setattr(photos, "DARKROOM", "tests.feedback.unchecked_darkroom")
    answer = send(visitor, own, BOMBS[name]())
    assert answer.status_code == 400
    assert "can’t be opened here" in answer.content.decode()
    assert "memory limit" in caplog.text


@watched
def test_control_with_neither_the_memory_would_be_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(darkroom, "PIXELS", 10**12)
    monkeypatch.setattr(darkroom.Image, "MAX_IMAGE_PIXELS", None)
    (tmp_path / "bomb").write_bytes(BOMBS["9,000²"]())
    assert peak(lambda: darkroom.work(str(tmp_path / "bomb").encode(), print)) > MOST


def test_the_bombs_are_pictures_as_far_as_anyone_can_see(tmp_path):
    (tmp_path / "small").write_bytes(pictures.png_of_nothing(4_000, 3_000))
    assert darkroom.developed(tmp_path / "small").size == (2048, 1536)
    (tmp_path / "bomb").write_bytes(BOMBS["GIF of 10,000 frames"]())
    with darkroom.Image.open(tmp_path / "bomb") as gif:
        assert (gif.format, gif.n_frames) == ("GIF", 10_000)
