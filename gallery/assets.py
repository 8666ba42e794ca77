"""One stylesheet and one script a page, made from one small file a component.

Own code because every bundler of the field needs a Node build or writes inline code, which
our content security policy forbids.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    "host.css": ["css/host/*.css"],
    "visit.js": ["js/visit/*.js", "js/drafts.js"],
    "host.js": ["js/drafts.js"],
}

UNCOMPRESSED = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "ttf"]


def parts(bundle: str, root: Path | None = None) -> list[Path]:
    """The bundle's source files, in the order in which they are joined."""
    folder = root or settings.BASE_DIR / "static"
    found = [part for pattern in BUNDLES[bundle] for part in sorted(folder.glob(pattern))]
    return list(dict.fromkeys(found))


def joined(bundle: str, root: Path | None = None) -> str:
    return "\n".join(part.read_text(encoding="utf-8") for part in parts(bundle, root))


class BundledStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Hashed and compressed files, the bundles among them.

    Compressed with gzip alone: browsers ask for brotli only over HTTPS, and it takes ten times
    as long at each start.
    """

    def create_compressor(self, **options: Any) -> Compressor:
        return Compressor(**options | {"use_brotli": False, "extensions": UNCOMPRESSED})

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            for bundle in BUNDLES:
                if self.exists(bundle):
                    self.delete(bundle)
                self._save(bundle, ContentFile(joined(bundle).encode()))
                paths[bundle] = (self, bundle)
        yield from super().post_process(paths, dry_run, **options)
