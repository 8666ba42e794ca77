"""A page of which the greater part is compressed once for all who get it.

What gzip carries are blocks that may be laid end to end: what stands before the kept part and after it is
compressed for each, which is little. As from Django's GZipMiddleware, which leaves such an answer alone, its
length differs each time, so that nobody can tell from it what a page says (BREACH).
"""

import re
import secrets
import zlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

ACCEPTS = re.compile(r"\bgzip\b")
LEVEL = 6  # as Django's middleware
NAMED = b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\xff"  # a gzip header after which a file's name follows
LONGEST_NAME = 100


def squeezed(part: str) -> bytes:
    """A part as blocks of its own, that refer to nothing before them and are not the last."""
    return _blocks(part.encode(), zlib.Z_FULL_FLUSH)


def answer(request: HttpRequest, before: str, part: str, blocks: bytes, after: str) -> HttpResponse:
    """The page of these three; `blocks` is its part, squeezed."""
    if not ACCEPTS.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
        return HttpResponse("".join([before, part, after]))
    whole = "".join([before, part, after]).encode()
    name = secrets.token_hex(LONGEST_NAME)[: secrets.randbelow(LONGEST_NAME) + 1].encode() + b"\x00"
    ends = zlib.crc32(whole).to_bytes(4, "little") + (len(whole) & 0xFFFFFFFF).to_bytes(4, "little")
    first, last = _blocks(before.encode(), zlib.Z_FULL_FLUSH), _blocks(after.encode(), zlib.Z_FINISH)
    response = HttpResponse(b"".join([NAMED, name, first, blocks, last, ends]))
    response.headers["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _blocks(text: bytes, ending: int) -> bytes:
    squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return squeeze.compress(text) + squeeze.flush(ending)
