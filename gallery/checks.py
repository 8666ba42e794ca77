"""System checks: what would bite later is told at the start, with what to do."""

import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from gallery import env


@register
def unknown_settings(**_: Any) -> list[CheckMessage]:
    return [
        Warning(
            f"{name} is set, and nothing reads it.",
            hint="See the table of settings in README.md for the right name.",
            id="measure_gallery.W001",
        )
        for name in env.unknown_names()
    ]


@register(deploy=True)
def https_through_a_proxy(**_: Any) -> list[CheckMessage]:
    if not settings.HTTPS or settings.BEHIND_PROXY:
        return []
    return [
        Warning(
            "People come by HTTPS, but this server speaks HTTP and doesn't ask a proxy about it.",
            hint="Behind a proxy that sets X-Forwarded-Proto, set MEASURE_GALLERY_BEHIND_PROXY=yes.",
            id="measure_gallery.W003",
        )
    ]


@register
def sqlite_version(**_: Any) -> list[CheckMessage]:
    uses_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if not uses_sqlite or sqlite3.sqlite_version_info >= (3, 51, 3):
        return []
    return [
        Warning(
            f"This Python's SQLite is {sqlite3.sqlite_version}; before 3.51.3 a busy server can, "
            "very rarely, lose what was just written.",
            hint="Install a newer SQLite or Python, or use PostgreSQL through DATABASE_URL.",
            id="measure_gallery.W002",
        )
    ]


@register
def data_directory(**_: Any) -> list[CheckMessage]:
    try:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        probe = settings.DATA_DIR / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        return [
            Error(
                f"The data directory {settings.DATA_DIR} can't be written: {problem.strerror}.",
                hint="Set MEASURE_GALLERY_DATA to a folder that this user may write to.",
                id="measure_gallery.E001",
            )
        ]
    return []
