"""Pictures for the tests of photos: what cameras write, and what somebody might send to do harm.

`held_upright.heic` was written once with pillow-heif 1.8.1 from QUARTERS below: 96 × 64 pixels that
lie on their side, told to be turned (Exif orientation 6), with a place and a maker.
"""

import struct
import zlib
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 150, 30), (30, 30, 200), (255, 255, 255)
QUARTERS = [RED, GREEN, BLUE, WHITE]  # top left, top right, bottom left, bottom right
HEIC = Path(__file__).with_name("held_upright.heic").read_bytes()
MAKER = "Canary Cameras"
TRACES = [b"Exif", b"Canary", b"GPS", b"xmpmeta", b"ns.adobe", b"ICC_PROFILE", b"JFXX", b"Photoshop"]


def quarters(width: int = 96, height: int = 64) -> Image.Image:
    """Four fields of plain colour: whoever turns or mirrors it is found out."""
    small = Image.new("RGB", (2, 2))
    small.putdata(QUARTERS)
    return small.resize((width, height), Image.Resampling.NEAREST)


def corners(picture: Image.Image) -> list[tuple[int, ...]]:
    """The colours in the middle of the four fields."""
    wide, high = picture.width // 4, picture.height // 4
    places = [(wide, high), (wide * 3, high), (wide, high * 3), (wide * 3, high * 3)]
    return [picture.convert("RGB").getpixel(place) for place in places]


def alike(one: list[tuple[int, ...]], other: list[tuple[int, ...]], within: int = 12) -> bool:
    pairs = zip(one, other, strict=True)
    return all(abs(a - b) <= within for mine, yours in pairs for a, b in zip(mine, yours, strict=True))


def exif(orientation: int = 1) -> bytes:
    """A camera's data, with a place in London."""
    data = Image.Exif()
    data[0x0112], data[0x010F] = orientation, MAKER
    place = data.get_ifd(0x8825)
    place.update({1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)})
    return data.tobytes()


def written(picture: Image.Image, kind: str = "JPEG", **options) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def by_a_camera(picture: Image.Image | None = None, orientation: int = 1, **options) -> bytes:
    """A JPEG with all that cameras and phones write into one."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    extras = {"xmp": b"<x:xmpmeta>Canary</x:xmpmeta>", "comment": b"Canary comment", "icc_profile": profile}
    return written(picture or quarters(), exif=exif(orientation), **extras, **options)


def on_its_side() -> Image.Image:
    """The quarters as a camera sees them that is held upright (orientation 6)."""
    return quarters().transpose(Image.Transpose.ROTATE_90)


def png_of_nothing(width: int, height: int, colours: int = 2) -> bytes:
    """A PNG of zeros, made without ever holding its pixels: a few bytes for any size.

    One deflated piece is written again and again; each piece ends on a byte, with nothing to refer to.
    """
    bits = 8 * (3 if colours == 2 else 1)
    total = height * (1 + -(-width * bits // 8))
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece_size = 16 * 1024**2
    piece = deflate.compress(bytes(piece_size)) + deflate.flush(zlib.Z_FULL_FLUSH)
    rest = deflate.compress(bytes(total % piece_size)) + deflate.flush()
    checksum = ((total % 65521) << 16) | 1  # Adler-32 of zeros
    data = b"\x78\xda" + piece * (total // piece_size) + rest + struct.pack(">I", checksum)
    header = struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def gif(frames: int) -> bytes:
    """A GIF of that many frames of one pixel."""
    frame = (
        b"\x21\xf9\x04\x00\x01\x00\x00\x00" + b"\x2c" + bytes(4) + b"\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    )
    return b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + bytes(6) + frame * frames + b"\x3b"
