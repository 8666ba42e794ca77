"""Where Chromium is: as CHROMIUM says, else Debian's own, without a window where it has that."""

import os
from pathlib import Path

DEBIAN = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"]
CHROMIUM = os.environ.get("CHROMIUM") or next((path for path in DEBIAN if Path(path).exists()), DEBIAN[-1])
