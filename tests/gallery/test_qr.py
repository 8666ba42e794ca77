"""The QR code: dark on white, its quiet zone kept, read by a camera from a distance."""

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from gallery import qr

ADDRESSES = [
    "http://192.168.178.23:8000/g/ABCD2345/1/",
    "https://gallery.example.org/g/ABCD2345/118/",
    "http://gallery.test/g/ZZZZ9999/12/",
]


def matrix(code: qr.Code) -> list[list[bool]]:
    """The modules that the path draws dark."""
    dark = [[False] * code.modules for _ in range(code.modules)]
    for run in code.path.split("z")[:-1]:
        start, rest = run[1:].split("h", 1)
        x, y = (int(part) for part in start.split())
        for step in range(int(rest.split("v")[0])):
            dark[y][x + step] = True
    return dark


def picture(code: qr.Code, *, mm: float, dpi: int, quiet: int = 0) -> Image.Image:
    """The symbol `mm` wide as a camera of so many dots sees it: drawn large, then averaged down."""
    side = 12 * (code.modules + 2 * quiet)
    large = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(large)
    for y, row in enumerate(matrix(code)):
        for x, is_dark in enumerate(row):
            if is_dark:
                left, top = 12 * (x + quiet), 12 * (y + quiet)
                draw.rectangle((left, top, left + 11, top + 11), fill=0)
    dots = round(code.width(mm) * (code.modules + 2 * quiet) / code.modules / 25.4 * dpi)
    return large.resize((dots, dots), Image.Resampling.BOX)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("dpi", [36, 72])
def test_a_symbol_of_35_mm_is_read_at_few_dots_an_inch(address, dpi):
    found = zxingcpp.read_barcodes(picture(qr.code(address), mm=35, dpi=dpi))
    assert [barcode.text for barcode in found] == [address]


def test_control_a_symbol_of_15_mm_is_not():
    assert zxingcpp.read_barcodes(picture(qr.code(ADDRESSES[0]), mm=15, dpi=36)) == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_four_white_modules_stand_around_it(address):
    code = qr.code(address)
    dark = [(x, y) for y, row in enumerate(matrix(code)) for x, is_dark in enumerate(row) if is_dark]
    for places in zip(*dark, strict=True):
        assert min(places) == 4
        assert max(places) == code.modules - 5


def test_the_width_is_of_the_picture_for_a_symbol_of_that_width():
    code = qr.code(ADDRESSES[0])
    symbol = code.modules - 8
    assert code.width(symbol) == code.modules


def test_an_address_that_no_code_holds_is_told():
    with pytest.raises(ValueError, match="too long"):
        qr.code("http://gallery.test/" + "x" * 5000)
