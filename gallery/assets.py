"""One stylesheet and one script a page, made from one small file a component.

Own code because every bundler of the field needs a Node build or writes inline code, which
our content security policy forbids.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zopfli.gzip
from django.conf import settings
from django.core.files.base import ContentFile
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# The bundle and where its parts are; those that are named one by one come first, in that order.
BUNDLES: dict[str, list[str]] = {
    "site.css": [
        *(f"css/site/{name}.css" for name in ("layers", "tokens", "reset", "base")),
        "css/site/*.css",
    ],
    "rate.css": ["css/rate/*.css"],
    "lobby.css": ["css/lobby/*.css"],
    "map.css": ["css/map/*.css"],  # for the few posters that are one
    "host.css": ["css/host/*.css"],
    "report.css": ["css/report/*.css", "css/rate/tally.css"],
    "visit.js": ["js/visit/*.js", "js/drafts.js"],
    "rate.js": ["js/rate/*.js"],
    "photo.js": ["js/own/*.js"],  # once there is a note to put a photo on
    "host.js": ["js/host/*.js", "js/drafts.js"],
}

# Comments and indents are for who reads the sources. In a script only whole lines of comment: what looks
# like one may be a string.
COMMENT = {
    ".js": re.compile(r"^[ ]*//.*\n|^[ ]+|^\n", re.MULTILINE),
    ".css": re.compile(r"/\*.*?\*/\n?", re.DOTALL),
}
# Around the signs of a stylesheet. A colon with none after it belongs to a selector.
SPACE = re.compile(r"\s*([{};,]|:(?= ))\s*")

LOADED_BY_PHONES = {"site", "lobby", "map", "rate", "report", "visit", "photo", "htmx"}
UNCOMPRESSED = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "ttf"]


def parts(bundle: str, root: Path | None = None) -> list[Path]:
    """The bundle's source files, in the order in which they are joined."""
    folder = root or settings.BASE_DIR / "static"
    found = [part for pattern in BUNDLES[bundle] for part in sorted(folder.glob(pattern))]
    return list(dict.fromkeys(found))


def joined(bundle: str, root: Path | None = None) -> str:
    return "\n".join(bare(part) for part in parts(bundle, root))


def bare(part: Path) -> str:
    """A source file without its comments and indents: a fifth of what a phone would load."""
    words = COMMENT[part.suffix].sub("", part.read_text(encoding="utf-8"))
    return SPACE.sub(r"\1", words) if part.suffix == ".css" else words


class Tight(Compressor):  # type: ignore[misc]  # it has no types
    """Takes longer over what every phone loads, which makes it some percent smaller."""

    def compress(self, path: str) -> list[str]:
        if Path(path).name.partition(".")[0] not in LOADED_BY_PHONES:
            return list(super().compress(path))
        packed = zopfli.gzip.compress(Path(path).read_bytes())
        return [self.write_data(path, packed, ".gz", Path(path).stat())]


class BundledStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Hashed and compressed files, the bundles among them.

    Compressed with gzip alone: browsers ask for brotli only over HTTPS, and it takes ten times
    as long at each start.
    """

    def create_compressor(self, **options: Any) -> Compressor:
        return Tight(**options | {"use_brotli": False, "extensions": UNCOMPRESSED})

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            for bundle in BUNDLES:
                if self.exists(bundle):
                    self.delete(bundle)
                self._save(bundle, ContentFile(joined(bundle).encode()))
                paths[bundle] = (self, bundle)
        yield from super().post_process(paths, dry_run, **options)
