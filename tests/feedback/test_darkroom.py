"""T11: what comes out of the darkroom is upright, small, in plain colours, and says nothing of the camera."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageFile, ImageFilter

from feedback import darkroom
from tests.feedback import pictures
from tests.feedback.pictures import QUARTERS, TRACES, alike, corners, quarters, written


@pytest.fixture
def develop(tmp_path, monkeypatch):
    """Gives what the darkroom answers to these bytes: the JPEG, or what is wrong in one word."""
    # The darkroom changes these in a process of its own.
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)

    def developed(data: bytes) -> bytes | str:
        path = tmp_path / "sent"
        path.write_bytes(data)
        line, _, jpeg = darkroom.work(str(path).encode(), print).partition(b"\n")
        told = json.loads(line)
        if "unfit" in told:
            return told["unfit"]
        assert (told["width"], told["height"]) == opened(jpeg).size
        return jpeg

    return developed


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(BytesIO(jpeg), formats=["JPEG"])


def traces(data: bytes) -> list[bytes]:
    return [trace for trace in TRACES if trace in data]


SENT = {
    "a camera's": pictures.by_a_camera(),
    "on its side": pictures.by_a_camera(pictures.on_its_side(), orientation=6),
    "CMYK": pictures.by_a_camera(quarters().convert("CMYK")),
    "HEIC": pictures.HEIC,
    "PNG": written(quarters(), "PNG", exif=pictures.exif()),
    "palette": written(quarters().quantize(8), "PNG"),
    "with alpha": written(quarters().convert("RGBA"), "PNG"),
    "WebP": written(quarters(), "WEBP", lossless=True, exif=pictures.exif()),
    "two in one": written(quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", (9, 9))]),
    "moving WebP": written(quarters(), "WEBP", save_all=True, append_images=[Image.new("RGB", (96, 64))]),
}


@pytest.mark.parametrize("name", SENT)
def test_each_comes_out_upright_and_without_a_trace(develop, name):
    jpeg = develop(SENT[name])
    picture = opened(jpeg)
    assert (picture.format, picture.size, picture.mode) == ("JPEG", (96, 64), "RGB")
    assert alike(corners(picture), QUARTERS)
    assert traces(jpeg) == []
    assert set(picture.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }


def test_control_the_traces_are_in_what_was_sent():
    assert traces(SENT["on its side"]) == [b"Exif", b"Canary", b"xmpmeta", b"ns.adobe", b"ICC_PROFILE"]
    assert opened(SENT["on its side"]).getexif().get_ifd(0x8825)[1] == "N"
    assert not alike(corners(opened(SENT["on its side"])), QUARTERS)
    assert b"Canary" in SENT["HEIC"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_way_to_hold_a_camera(develop, orientation):
    ways = [None, 0, 3, 1, 5, 2, 6, 4]  # the transposes that undo each orientation
    turn = ways[orientation - 1]
    sent = quarters() if turn is None else quarters().transpose(Image.Transpose(turn))
    assert alike(corners(opened(develop(pictures.by_a_camera(sent, orientation)))), QUARTERS)


@pytest.mark.parametrize(("size", "small"), [((8064, 6000), (2048, 1524)), ((6000, 300), (2048, 102))])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_48_megapixels_come_out_small(develop, size, small, kind):
    picture = opened(develop(written(quarters(*size), kind)))
    assert (picture.size, alike(corners(picture), QUARTERS)) == (small, True)


def test_a_small_one_stays_as_large_as_it_is(develop):
    assert opened(develop(written(Image.new("RGB", (1, 3)), "PNG"))).size == (1, 3)


def test_what_is_see_through_lies_on_white(develop):
    clear = Image.new("RGBA", (5000, 20), (0, 0, 0, 0))
    assert set(corners(opened(develop(written(clear, "PNG"))))) == {(255, 255, 255)}


@pytest.mark.parametrize("mode", ["L", "1", "LA", "I;16"])
def test_grey_stays_grey(develop, mode):
    grey = Image.new("L", (64, 64), 128).convert("1") if mode == "1" else Image.new("L", (64, 64), 128)
    if mode == "I;16":
        grey = Image.frombytes("I;16", (64, 64), (0x8000).to_bytes(2, "little") * 4096)
    found = opened(develop(written(grey if mode in {"1", "I;16"} else grey.convert(mode), "PNG")))
    shade = found.convert("L").filter(ImageFilter.BoxBlur(20)).getpixel((32, 32))
    assert 120 <= shade <= 136


def test_the_colours_of_another_profile_are_turned_into_a_screen_s(develop):
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()  # of other colours: left out
    assert alike(corners(opened(develop(written(quarters(), icc_profile=lab)))), QUARTERS)
    assert alike(corners(opened(develop(written(quarters(), icc_profile=b"no profile" * 20)))), QUARTERS)


def test_a_page_behind_the_picture_is_left_behind(develop):
    jpeg = develop(pictures.by_a_camera() + b"<html><script>alert(1)</script>")
    assert b"script" not in jpeg


UNFIT = {
    "nothing": (b"", "kind"),
    "words": (b"A note about the river, named photo.jpg", "kind"),
    "a page": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "kind"),
    "GIF": (pictures.gif(1), "kind"),
    "TIFF": (written(quarters(), "TIFF"), "kind"),
    "BMP": (written(quarters(), "BMP"), "kind"),
    "EPS": (written(quarters(), "EPS"), "kind"),
    "PDF": (written(quarters(), "PDF"), "kind"),
    "half a JPEG": (written(quarters(400, 400))[:3000], "broken"),
    "half a PNG": (written(Image.effect_noise((200, 200), 50), "PNG")[:9000], "broken"),
    "half a HEIC": (pictures.HEIC[:-200], "kind"),
    "half a WebP": (written(Image.effect_noise((200, 200), 50).convert("RGB"), "WEBP")[:900], "kind"),
    "only a head": (pictures.by_a_camera()[:20], "kind"),
    "50 million and one row": (pictures.png_of_nothing(10_000, 5_001), "pixels"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_what_is_no_photo_is_told_in_a_word(develop, name):
    data, reason = UNFIT[name]
    assert develop(data) == reason


def test_control_50_million_are_few_enough(develop):
    assert opened(develop(pictures.png_of_nothing(10_000, 5_000, colours=0))).size == (2048, 1024)


def test_it_needs_no_framework(tmp_path):
    source = Path(darkroom.__file__).read_text()
    assert "django" not in source.lower().replace("without django", "")
