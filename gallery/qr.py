"""QR codes as one SVG path each: dark on white, with the quiet zone of four modules around it.

`make_qr`, never `make`: phones can't read a Micro QR. The error correction is the highest
that costs no further row of modules, because wider modules help a camera more than
redundancy does.
"""

from dataclasses import dataclass
from functools import lru_cache

import segno

QUIET_ZONE = 4  # modules, ISO/IEC 18004


@dataclass(frozen=True)
class Code:
    """`path` is SVG path data in modules; the picture is `modules` wide and high, quiet zone included."""

    address: str
    path: str
    modules: int

    def width(self, symbol: float) -> float:
        """The whole picture's width where the dark symbol in it is `symbol` wide (any unit)."""
        return symbol * self.modules / (self.modules - 2 * QUIET_ZONE)


@lru_cache(maxsize=1024)  # 10 ms each, and asked for at every print
def code(address: str) -> Code:
    """The QR code of an address. Raises ValueError where the address is too long for one."""
    try:
        made = segno.make_qr(address, error="L", boost_error=True)
    except segno.DataOverflowError:
        raise ValueError(
            f"The address is too long for a QR code: it has {len(address)} characters."
        ) from None
    rows = [bytes(row) for row in made.matrix_iter(border=QUIET_ZONE)]
    return Code(address, "".join(_row(y, row) for y, row in enumerate(rows)), len(rows))


def _row(y: int, modules: bytes) -> str:
    """Each unbroken dark run of a row as a rectangle of one path: no seam shows between two rows."""
    drawn, x = [], 0
    while (x := modules.find(1, x)) >= 0:
        end = modules.find(0, x)
        drawn.append(f"M{x} {y}h{end - x}v1h{x - end}z")
        x = end
    return "".join(drawn)
