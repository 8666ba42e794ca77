"""The darkroom: makes of whatever a phone sends a small upright JPEG without a word on where it was taken.

It runs in a process of its own, under caps (gallery/capped.py), without Django and without settings.
The question is the path of the file; the answer a line of JSON, then the picture. In place of a
picture, the line may tell in one word what is wrong: `kind`, `pixels` or `broken`.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pi_heif
from PIL import Image, ImageCms, ImageFile, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")  # EPS, TIFF, GIF, SVG and the rest are nobody's photo
PIXELS = 50_000_000  # by the header, before anything is decoded
LONGEST = 2048  # pixels
QUALITY = 82
STRIP = 4_000_000  # pixels that are worked on at once, beside the decoded picture
SIXTEEN_BITS = {"I;16", "I;16L", "I;16B", "I;16N"}
PLAIN = {"L": "L", "1": "L", "CMYK": "CMYK"} | dict.fromkeys(SIXTEEN_BITS, "L")
SEE_THROUGH = {"RGBA", "RGBa", "LA", "La", "PA"}


class Unfit(Exception):  # noqa: N818 - an answer to a person, not a fault
    """No photo can be made of this; the message is the reason in one word."""


def work(question: bytes, tell: Callable[[str], None]) -> bytes:  # noqa: ARG001 - as every capped job
    """A line of JSON (width, height, or what is wrong), then the JPEG."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # half a picture is none; other libraries think otherwise
    warnings.simplefilter("ignore")  # what a picture's data look like is no news to anyone
    try:
        picture = developed(Path(question.decode()))
    except Unfit as reason:
        return json.dumps({"unfit": str(reason)}).encode() + b"\n"
    return json.dumps({"width": picture.width, "height": picture.height}).encode() + b"\n" + _jpeg(picture)


def developed(path: Path) -> Image.Image:
    """The picture upright, in sRGB or grey, 2048 pixels at the longest. Raises Unfit."""
    with _opened(path) as found:
        if found.width * found.height > PIXELS:
            raise Unfit("pixels")
        try:
            turn = _turn(found)
            return _upright(_coloured(_small(found), found.info.get("icc_profile")), turn)
        except (MemoryError, Unfit):
            raise
        except Exception as problem:  # of the many that decoders raise, all say the same
            raise Unfit("broken") from problem


def _opened(path: Path) -> ImageFile.ImageFile:
    """The file with its header read; what it says it is counts for nothing, its content does."""
    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    pi_heif.options.DECODE_THREADS = 1
    Image.MAX_IMAGE_PIXELS = None  # PIXELS is asked instead, and sooner
    try:
        return Image.open(path, formats=FORMATS)
    except MemoryError:
        raise
    except Exception as problem:
        raise Unfit("kind") from problem


def _turn(found: Image.Image) -> int:
    """How the camera was held (Exif, 1 to 8); 1 where that can't be read."""
    try:
        return int(found.getexif().get(0x0112, 1))
    except MemoryError:
        raise
    except Exception:
        return 1


def _small(found: ImageFile.ImageFile) -> Image.Image:
    """The picture on white, 2048 pixels at the longest, and nothing but its pixels.

    JPEG shrinks while it is read. Others are read whole, then shrunk strip by strip: a second
    copy of 50 million pixels would take 200 MB more.
    """
    width, height = _fitted(*found.size)
    found.draft("RGB", (width, height))
    found.load()
    step = max(1, max(found.size) // LONGEST)
    rows = step * max(1, STRIP // (found.width * step))
    see_through = found.mode in SEE_THROUGH or "transparency" in found.info
    mode = "RGB" if see_through else PLAIN.get(found.mode, "RGB")
    small = Image.new(mode, (-(-found.width // step), -(-found.height // step)))
    for top in range(0, found.height, rows):
        strip = found.crop((0, top, found.width, min(top + rows, found.height)))
        small.paste(_plain(strip, mode, see_through).reduce(step), (0, top // step))
    return small.resize(_fitted(*found.size), Image.Resampling.LANCZOS)


def _fitted(width: int, height: int) -> tuple[int, int]:
    """The size within LONGEST, in proportion; a smaller picture stays as it is."""
    share = min(1.0, LONGEST / max(width, height))
    return max(1, round(width * share)), max(1, round(height * share))


def _plain(strip: Image.Image, mode: str, see_through: bool) -> Image.Image:
    if see_through:
        ground = Image.new("RGBA", strip.size, "white")
        ground.alpha_composite(strip.convert("RGBA"))
        return ground.convert(mode)
    if strip.mode in SIXTEEN_BITS:
        return strip.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return strip.convert(mode)


def _coloured(small: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as a screen without colour management shows them."""
    if profile:
        try:
            own, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            done = ImageCms.profileToProfile(small, own, srgb, outputMode="RGB")
            return done or small.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a profile that is broken, or of other colours: go on as though there were none
    return small if small.mode in {"L", "RGB"} else small.convert("RGB")


def _upright(small: Image.Image, turn: int) -> Image.Image:
    """Turned as the camera was held, on a new sheet: no comment, profile or place comes along."""
    small.getexif().clear()
    small.getexif()[0x0112] = turn
    turned = ImageOps.exif_transpose(small)
    clean = Image.new(turned.mode, turned.size)
    clean.paste(turned)
    return clean


def _jpeg(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "JPEG", quality=QUALITY, progressive=True, optimize=True)
    return written.getvalue()
