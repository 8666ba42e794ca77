"""What is made once for all workers of a run, in a folder that they share."""

import fcntl
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Once:
    """The first worker that needs a thing makes it; the others wait, and are told what the first one was."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str, make: Callable[[Path], Any]) -> Any:
        """What `make` returned of the folder that it was given, as JSON keeps it."""
        folder, told = self.folder / name, self.folder / f"{name}.json"
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not told.exists():
                folder.mkdir(exist_ok=True)
                told.write_text(json.dumps(make(folder)))
        return json.loads(told.read_text())
