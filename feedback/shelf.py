"""Where photos lie on the disk: a file is whole and synced before its name appears.

Reached through Django's storage alone, so that another storage (an S3 bucket) can take its place
in the settings.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage

PART = ".part"  # what a crash leaves half written; photos.sweep() takes it away


class SyncedStorage(FileSystemStorage):
    """Files that survive a power cut once they are saved. Nobody else on the machine can read them."""

    def _save(self, name: str, content: File[Any]) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_suffix(PART)
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                _write(file, content)
            part.rename(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        self._sync_folders(path)
        return name

    def _sync_folders(self, path: Path) -> None:
        """A new name, and a new folder, is on the disk when the folder that holds it is synced."""
        above = Path(self.location).resolve().parent
        for folder in path.resolve().parents:
            _sync(folder)
            if folder == above:
                return


def _write(file: IO[bytes], content: File[Any]) -> None:
    for chunk in content.chunks():
        file.write(chunk)
    file.flush()
    os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
