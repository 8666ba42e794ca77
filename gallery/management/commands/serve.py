"""Open the house: migrate, make a log-in and the demo gallery the first time, serve, say where."""

import os
import secrets
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from gallery import addresses
from gallery.codes import in_print
from gallery.in_use import hold_while_serving
from gallery.models import Gallery
from gallery.snapshots import NotDone
from measures.models import Team

LOGIN = "facilitator"


class Command(BaseCommand):
    help = "Prepare the database, make a log-in and the demo gallery the first time, and serve."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--no-demo", action="store_true", help="Start with an empty house.")
        parser.add_argument("--prepare-only", action="store_true", help="Do all but serve.")

    def handle(self, **options: Any) -> None:
        if not options["prepare_only"]:
            refuse_a_taken_port(settings.HOST, settings.PORT)
            refuse_while_restoring(settings.DATA_DIR)
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        # To start is no act on a gallery: archiving is for whoever runs purge.
        call_command("purge", no_archive=True, verbosity=0, stdout=self.stdout)
        password = first_login(settings.DATA_DIR / "first-login.txt")
        if not options["no_demo"] and not Team.objects.exists():
            self.stdout.write("Hanging the demo gallery …")
            call_command("demo", verbosity=0)
        self.stdout.write(banner(Gallery.objects.for_visit().order_by("-invited_at").first(), password))
        self.stdout.flush()
        if not options["prepare_only"]:
            serve()


def first_login(kept: Path) -> str | None:
    """The password made for the first facilitator, while it is still theirs; None once it isn't.

    It is made once, and kept in a file that only this user can read, so that a restart can
    print it again.
    """
    if not User.objects.exists():
        password = "-".join(secrets.token_hex(2) for _ in range(3))
        User.objects.create_superuser(LOGIN, password=password)
        kept.touch(mode=0o600)
        kept.write_text(f"{password}\n")
    password = kept.read_text().strip() if kept.is_file() else ""
    user = User.objects.filter(username=LOGIN).first()
    return password if password and user and user.check_password(password) else None


def banner(gallery: Gallery | None, password: str | None) -> str:
    """What a person needs now: the address, the gallery's code, how to log in, a code to scan."""
    own = settings.BASE_URL
    lines = ["", "  Measure Gallery is open.", ""]
    if gallery:
        address = addresses.of_gallery(gallery)
        lines += [
            f"  Visit     {address}",
            f"            {gallery.title} – code {in_print(gallery.code)}",
            f"  Dashboard {own}/host/{gallery.code}/",
        ]
    else:
        lines += [f"  Visit     {own}/"]
    lines += [f"  Curate    {own}/admin/"]
    lines += [f"  Log in    {LOGIN}, " + (f"password {password}" if password else "your own password")]
    host = urlsplit(own).hostname or ""
    if host in {"127.0.0.1", "localhost", "::1"}:
        lines += ["", "  Only this machine reaches that address: it has no other in a network. For phones,"]
        lines += ["  join a network, or set MEASURE_GALLERY_BASE_URL to where they find it."]
    elif gallery:
        lines += ["", "  Scan it with a phone in the same network:", ""]
        lines += [terminal_qr(addresses.of_gallery(gallery))]
    return "\n".join([*lines, "  Stop with Ctrl+C. Everything is kept in " + str(settings.DATA_DIR), ""])


def terminal_qr(address: str) -> str:
    """The address as a QR code of half blocks, light on dark terminals and dark on light ones alike."""
    rows = [list(row) for row in segno.make_qr(address, error="l").matrix_iter(border=2)]
    rows += [[0] * len(rows[0])] if len(rows) % 2 else []
    blocks = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    lines = ["".join(blocks[up, down] for up, down in zip(*pair, strict=True)) for pair in pairs]
    return "\n".join(f"    {line}" for line in lines) + "\n"


def refuse_a_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise CommandError(
                f"Port {port} on {host} can't be used ({problem.strerror}). "
                f"Choose another: make run PORT={port + 1 if port < 65535 else 8000}"
            ) from None


def refuse_while_restoring(data: Path) -> None:
    """And let no backup be restored from now on, while this process or the server that it becomes lives."""
    try:
        hold_while_serving(data)
    except NotDone as reason:
        raise CommandError(str(reason)) from None


def serve() -> None:
    """Become the server: granian with some threads in each worker. Does not return."""
    options = {
        "--interface": "wsgi",
        "--host": settings.HOST,
        "--port": str(settings.PORT),
        "--workers": str(settings.WORKERS),
        "--blocking-threads": str(settings.THREADS),
        # A worker that phones keep talking to never comes to rest: it has long answered what was under way.
        "--workers-kill-timeout": "15",
        "--log-level": "error",  # at "warning" it only wonders at so many threads
    }
    flags = ["--no-ws", "--respawn-failed-workers"]
    pairs = [part for pair in options.items() for part in pair]
    arguments = [sys.executable, "-m", "granian", *pairs, *flags, "gallery.wsgi:application"]
    os.execv(sys.executable, arguments)  # noqa: S606  # nosec B606 - our own interpreter, no shell
