"""Starts `manage.py` without the second that Python and Django take to start.

A process that has them loaded waits for orders, one a line, and forks for each: what runs is a process
of its own, with its own environment, settings, database and end, as if it had just been started.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULE = "tests.gallery.quick_starts"
PATIENCE = 300  # seconds for what takes one or two where nothing else runs


class QuickStarts:
    """Runs commands one after the other, each in a process of its own."""

    def __init__(self, env: Mapping[str, str]) -> None:
        command = [sys.executable, "-W", "ignore", "-m", MODULE]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, cwd=ROOT, env=dict(env), **pipes)

    def run(self, arguments: Sequence[str], env: Mapping[str, str]) -> tuple[int, str, str]:
        """The command's status, and what it said on stdout and stderr."""
        self.process.stdin.write(f"{json.dumps([list(arguments), dict(env)])}\n")
        self.process.stdin.flush()
        status, said, complained = json.loads(self.process.stdout.readline())
        return status, said, complained

    def end(self) -> None:
        with self.process:
            self.process.stdin.close()


def serve() -> None:
    """Take orders until there are none."""
    import django

    django.setup()
    for order in sys.stdin:
        arguments, env = json.loads(order)
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            child = os.fork()
            if child == 0:
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                signal.alarm(PATIENCE)
                os._exit(become(arguments, env))
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            answer = [status, *(_all_of(file) for file in (out, err))]
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


def _all_of(file) -> str:
    file.seek(0)
    return file.read()


def become(arguments: list[str], env: dict[str, str]) -> int:
    """Run the command with these settings; its status, as the interpreter would give it."""
    from django.db import connections

    os.environ.clear()
    os.environ.update(env)
    try:
        settle()
        run(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        connections.close_all()
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def settle() -> None:
    """The settings anew from the environment, and no connection but to what they name."""
    from django.conf import settings
    from django.db import connections

    import gallery.settings

    fresh = importlib.reload(gallery.settings)
    for name in filter(str.isupper, dir(fresh)):
        setattr(settings, name, getattr(fresh, name))
    connections.__init__()
    connections.__dict__.pop("settings", None)


def run(arguments: list[str]) -> None:
    from django.core.management import execute_from_command_line

    from tests.gallery import drill

    if arguments[0] == "drill":
        drill.main(*arguments[1:])
    else:
        os.umask(0o077)  # as manage.py does
        execute_from_command_line(arguments)


if __name__ == "__main__":
    serve()
