"""A small disk of its own, in memory, to be filled to the last byte. Mounting it takes root."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEGABYTE = 1024**2


class Disk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.filler = folder / "filler"

    def fill(self) -> None:
        """Write until nothing more fits, not a byte."""
        with self.filler.open("ab", buffering=0) as filler:
            for size in (MEGABYTE, 4096, 1):
                self._write_on(filler.fileno(), bytes(size))

    def _write_on(self, file: int, piece: bytes) -> None:
        try:
            while os.write(file, piece) == len(piece):
                pass
        except OSError:
            return

    def free(self) -> None:
        self.filler.unlink()


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[Disk]:
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "faults", str(folder)], check=True
    )
    try:
        yield Disk(folder)
    finally:
        # Lazily, so that it goes even if something still holds a file there.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
