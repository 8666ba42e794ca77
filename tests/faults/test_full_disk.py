"""T14: nothing can be written: 503 with Retry-After and the words; nothing that was saved is lost.

A full disk is a small tmpfs, which takes root to mount: elsewhere those tests are skipped, in CI too
where it doesn't run as root. A busy or absent database ends alike and needs no root.
"""

import io
import os
import random
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from tests.faults.databases import ON_POSTGRES, notes_in
from tests.faults.figures import control, measured
from tests.faults.full_disks import Disk, mounted
from tests.faults.house import House, until
from tests.faults.phones import Answer, Phone, Words
from tests.faults.tally import tally
from tests.faults.wire import Wire

AS_ROOT = os.geteuid() == 0
TYPED = "Nobody may lose <these> words."

on_sqlite = pytest.mark.skipif(ON_POSTGRES, reason="the disk of PostgreSQL is its own")
on_postgres = pytest.mark.skipif(not ON_POSTGRES, reason="SQLite cannot be away")


@pytest.fixture
def disk(tmp_path) -> Iterator[Disk]:
    if not AS_ROOT:
        pytest.skip("only root may mount a small disk")
    folder = tmp_path / "small-disk"
    folder.mkdir()
    with mounted(folder, megabytes=6) as found:
        yield found


@pytest.fixture
def small_house(disk, houses) -> Iterator[House]:
    house = houses(disk.folder)
    yield house
    house.end()


def write(house: House, phone: Phone, number: int, *, script: bool = False) -> tuple[Words, Answer]:
    note = Words(house.rooms[number % len(house.rooms)], f"{number}: {TYPED}")
    answer = phone.stick(note, script=script)
    assert answer is not None
    return note, answer


def is_a_clear_refusal(answer: Answer, note: Words) -> bool:
    """503, when to come back, the words to be read, and the key to come back with."""
    escaped = note.text.replace("<", "&lt;").replace(">", "&gt;")
    return (
        answer.status == 503
        and int(answer.headers.get("retry-after", "0")) > 0
        and f"{escaped}</textarea>" in answer.body
        and f'name="key" value="{note.key}"' in answer.body
    )


def files_of(house: House) -> set[Path]:
    """What lies in the folder for photos: a note that was refused may leave no picture behind."""
    return set((house.folder / "media").rglob("*"))


def is_saved(phone: Phone, note: Words) -> bool:
    answer = phone.stick(note)
    return answer is not None and answer.saved


@on_sqlite
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain form"])
def test_a_full_disk_keeps_the_words_and_goes_on_when_there_is_room(small_house, disk, script):
    house, phone = small_house, Phone(small_house)
    house.start()
    before = [write(house, phone, number, script=script) for number in range(5)]
    assert all(answer.saved for _, answer in before)
    pictures = files_of(house)
    disk.fill()
    refused = [write(house, phone, number, script=script) for number in range(5, 10)]
    assert [is_a_clear_refusal(answer, note) for note, answer in refused] == [True] * 5
    assert files_of(house) == pictures
    assert reads(house, before[0][0].text), "What hangs can't be read while the disk is full."
    disk.free()
    again = [phone.stick(note, script=script) for note, _ in refused]
    assert all(answer and answer.saved for answer in again)
    words = {note.key: note.text for note, _ in before + refused}
    found = tally(notes_in(house.database), words, words.values())
    assert (found.is_clean, found.rows) == (True, 10), found
    assert house.database.is_whole()
    measured("T14 disk full", "5 notes before, 5 while full", f"5 × 503 with words; then {found}")


@on_sqlite
def test_a_photo_that_has_no_room_leaves_no_file_and_its_note_is_safe(small_house, disk):
    house, phone = small_house, Phone(small_house)
    house.start()
    note, saved = write(house, phone, 0)
    assert saved.saved
    disk.fill()
    refused = phone.send_photo(note, picture())
    assert (refused.status, int(refused.headers["retry-after"]) > 0) == (503, True)
    assert [path for path in files_of(house) if path.is_file()] == []
    disk.free()
    assert phone.send_photo(note, picture()).status == 302
    assert len([path for path in files_of(house) if path.is_file()]) == 1
    assert [row.text for row in notes_in(house.database)] == [note.text]
    measured("T14 disk full, a photo", "1 photo", "503, no file, its note safe; 302 when there is room")


def picture() -> bytes:
    """A picture that doesn't shrink: 256 × 256 points of noise, the same each time."""
    noise = random.Random(7).randbytes(256 * 256 * 3)  # noqa: S311 - no secret
    with io.BytesIO() as kept:
        Image.frombytes("RGB", (256, 256), noise).save(kept, "PNG")
        return kept.getvalue()


def reads(house: House, text: str) -> bool:
    page = Phone(house).get(house.rooms[0].address)
    return page is not None and page.status == 200 and text.split(":")[0] in page.body


@on_sqlite
def test_control_without_the_page_for_it_a_full_disk_is_a_fault_without_the_words(small_house, disk):
    small_house.start("has_no_standstill")
    disk.fill()
    note, answer = write(small_house, Phone(small_house), 0)
    assert not is_a_clear_refusal(answer, note)
    control("T14 disk full", f"no page for it: {answer.status}, the words gone")


@on_sqlite
def test_control_a_server_that_says_saved_too_soon_loses_notes_on_a_full_disk(small_house, disk):
    house = small_house
    house.start("says_saved_too_soon")
    disk.fill()
    note, answer = write(house, Phone(house), 0)
    assert answer.saved
    house.stop()
    disk.free()
    assert tally(notes_in(house.database), {note.key: note.text}, [note.text]).lost == 1
    control("T14 disk full", "'saved' before the commit: 1 acknowledged note lost")


@on_sqlite
def test_a_database_that_stays_busy_is_told_alike(house):
    house.start("is_impatient")
    phone = Phone(house)
    assert write(house, phone, 0)[1].saved
    with house.database.writes_held():
        note, answer = write(house, phone, 1)
    assert is_a_clear_refusal(answer, note)
    again = phone.stick(note)
    assert again is not None
    assert again.saved
    assert len(notes_in(house.database)) == 2
    measured("T14 database busy", "writes held beyond the timeout", "503 with words; then saved")


@on_postgres
def test_a_database_that_is_away_is_told_alike_and_found_again(house):
    phone = Phone(house)
    with Wire(house.database.url) as wire:
        house.start(url=wire.url)
        assert write(house, phone, 0)[1].saved
        wire.cut()
        start = time.monotonic()
        refused = [write(house, phone, number) for number in range(1, 4)]
        longest = (time.monotonic() - start) / len(refused)
        assert [is_a_clear_refusal(answer, note) for note, answer in refused] == [True] * 3
        wire.mend()
        for note, _ in refused:
            until(partial(is_saved, phone, note), "a note that is saved again")
        house.stop()
    assert len(notes_in(house.database)) == 4
    measured("T14 database away", "3 notes meanwhile", f"503 with words, {longest:.1f} s each; then saved")
