"""What is kept is this user's alone, whatever the shell that started the site lets others read."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OPEN = "import sys; from django.core.management import execute_from_command_line as do; do(sys.argv)"


def readable_by_others(folder: Path, *command: str) -> set[str]:
    """The names of what others on the machine may read after a command at the usual umask."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "gallery.settings",
        "MEASURE_GALLERY_DATA": str(folder),
        "MEASURE_GALLERY_SECRET_KEY": "only-for-this-test-" * 3,
        "DATABASE_URL": f"sqlite:///{folder}/gallery.sqlite3",
    }
    pipes = {"capture_output": True, "text": True, "timeout": 300}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, umask=0o022, check=False, **pipes
    )
    assert done.returncode == 0, done.stderr
    found = {path for path in folder.rglob("*") if "static" not in path.relative_to(folder).parts}
    assert folder / "gallery.sqlite3" in found
    return {path.name for path in {folder, *found} if path.stat().st_mode & 0o077}


def test_nobody_else_reads_what_is_kept(tmp_path):
    command = ["manage.py", "serve", "--prepare-only", "--no-demo"]
    assert readable_by_others(tmp_path / "data", *command) == set()


def test_control_without_the_mask_they_do(tmp_path):
    (tmp_path / "data").mkdir()
    assert "gallery.sqlite3" in readable_by_others(tmp_path / "data", "-c", OPEN, "migrate", "contenttypes")
