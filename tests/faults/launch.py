"""Become the server with the options of `make run`; a control puts its own application in place."""

import os

import django

django.setup()

from gallery.management.commands import serve  # noqa: E402

become = os.execv


def with_the_broken_one(program: str, arguments: list[str]) -> None:
    *options, application = arguments
    assert application.endswith(":application")
    broken = os.environ.get("FAULTS_BROKEN")
    become(program, [*options, "tests.faults.broken:application" if broken else application])


os.execv = with_the_broken_one
serve.serve()
