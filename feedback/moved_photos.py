"""A moved gallery's photos: each is seen by the darkroom, and kept as it is only if it was made there."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import uuid4

from feedback import photos
from feedback.models import Photo
from feedback.moving import Refusal
from feedback.photos import Picture

LARGEST = photos.CAPS.answer  # bytes
START, END = b"\xff\xd8", 0xD9
JFIF, SCAN = 0xE0, 0xDA
# A header without a thumbnail, and what holds nothing but the picture: tables, a progressive frame, scans.
SEGMENTS = {JFIF, 0xDB, 0xC4, 0xC2, SCAN}
JFIF_LENGTH = 16
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")


def picture(cell: Any, width: int, height: int) -> Picture:
    """The photo in this cell, safe to keep; what no darkroom made is made anew. Raises Refusal."""
    if not isinstance(cell, str) or len(cell) > LARGEST * 4 // 3 + 4:
        raise Refusal("jpeg is no photo, or too large a one")
    try:
        jpeg = b64decode(cell, validate=True)
    except ValueError:
        raise Refusal("jpeg can’t be read") from None
    with NamedTemporaryFile(suffix=".jpg") as file:
        file.write(jpeg)
        file.flush()
        try:
            made = photos.developed(Path(file.name))
        except (photos.Unfit, photos.Busy) as problem:
            raise Refusal(f"jpeg: {problem}") from None
    as_it_was = (made.width, made.height) == (width, height) and holds_only_a_picture(jpeg)
    return Picture(jpeg, width, height) if as_it_was else made


def holds_only_a_picture(jpeg: bytes) -> bool:
    """Whether it is built as the darkroom builds them: no comment, camera's data or anything at its end."""
    place = 2
    while jpeg.startswith(START) and place + 4 <= len(jpeg) and jpeg[place] == 0xFF:
        kind, length = jpeg[place + 1], int.from_bytes(jpeg[place + 2 : place + 4])
        if kind not in SEGMENTS or (kind == JFIF and length != JFIF_LENGTH):
            return False
        place += 2 + length
        if kind == SCAN:
            found = MARKER.search(jpeg, place)
            place = found.start() if found else len(jpeg)
            if jpeg[place:] == bytes([0xFF, END]):
                return True
    return False


@contextmanager
def on_the_shelf(kept: list[tuple[Photo, Picture]]) -> Iterator[None]:
    """Names the photos and puts their files where they belong, and takes them away again if all fails."""
    for photo, made in kept:
        photo.name, photo.width, photo.height = uuid4(), made.width, made.height
        photo.size = len(made.jpeg)
    try:
        for photo, made in kept:
            photos.keep(photo.name, made)
        yield
    except BaseException as problem:
        for photo, _ in kept:
            photos.forget(photo.name)
        if isinstance(problem, photos.Busy):
            raise Refusal(str(problem)) from None
        raise
