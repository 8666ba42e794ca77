"""Strict readers of the environment: a setting that can't be understood stops the start.

Every reader raises ImproperlyConfigured with the setting's name, what was found, and what
would do. `NAMES` is the whole list; the README's table is held against it by a test.
"""

import os
import socket
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

PREFIX = "MEASURE_GALLERY_"
NAMES = frozenset(
    {
        "MEASURE_GALLERY_DATA",
        "MEASURE_GALLERY_SECRET_KEY",
        "MEASURE_GALLERY_DEBUG",
        "MEASURE_GALLERY_BASE_URL",
        "MEASURE_GALLERY_ALLOWED_HOSTS",
        "MEASURE_GALLERY_TIME_ZONE",
        "MEASURE_GALLERY_IMPORT_MAX_MB",
        "MEASURE_GALLERY_PHOTO_MAX_MB",
        "MEASURE_GALLERY_VISITOR_PHOTOS_MAX_MB",
        "MEASURE_GALLERY_PHOTOS_MAX_MB",
        "MEASURE_GALLERY_WORKERS",
        "MEASURE_GALLERY_RETENTION_DAYS",
        "MEASURE_GALLERY_BEHIND_PROXY",
        "MEASURE_GALLERY_SESSION_HOURS",
        "MEASURE_GALLERY_EMAIL_URL",
        "MEASURE_GALLERY_EMAIL_FROM",
        "DATABASE_URL",
        "HOST",
        "PORT",
    }
)


def unknown_names() -> list[str]:
    """Names in the environment that look like ours and are not: typing errors, mostly."""
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in NAMES)


def text(name: str, default: str = "") -> str:
    """The setting's words, trimmed; the default where it is missing or blank."""
    if name not in NAMES:
        raise LookupError(f"{name} is missing in gallery.env.NAMES")
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    found = text(name).lower()
    if found in {"1", "true", "yes", "on"}:
        return True
    if found in {"0", "false", "no", "off"}:
        return False
    if found:
        raise ImproperlyConfigured(f"{name} is “{found}”; write yes or no.")
    return default


def whole(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number between `least` and `most`, both included."""
    found = text(name)
    try:
        number = int(found) if found else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} is “{found}”; write a whole number.") from None
    if not least <= number <= most:
        raise ImproperlyConfigured(f"{name} is {number}; write a number from {least} to {most}.")
    return number


def words(name: str) -> list[str]:
    """The setting's parts between commas, blanks dropped."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def zone(name: str, default: str) -> str:
    found = text(name, default)
    try:
        ZoneInfo(found)
    except (ZoneInfoNotFoundError, ValueError):
        raise ImproperlyConfigured(
            f"{name} is “{found}”, which is no time zone; write one like Europe/London."
        ) from None
    return found


def address(name: str) -> str:
    """A web address without a path and without the last slash, or '' where none is set."""
    found = text(name).rstrip("/")
    parts = urlsplit(found)
    try:
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if found and (not usable or parts.path or parts.query or parts.fragment):
        raise ImproperlyConfigured(f"{name} is “{found}”; write an address like https://gallery.example.org")
    return found


MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465, "consolemail": 0}


def mail_server(name: str) -> dict[str, Any]:
    """Django's EMAIL_ settings for an address like smtp+tls://user:password@host:587; {} where none is set.

    What is wrong is told without the address, which holds a password.
    """
    found = text(name)
    if not found:
        return {}
    parts = urlsplit(found)
    try:
        usable = parts.scheme in MAIL_PORTS and parts.port != 0
        usable = usable and bool(parts.hostname or parts.scheme == "consolemail")
    except ValueError:
        usable = False
    if not usable:
        raise ImproperlyConfigured(
            f"{name} can't be understood; write smtp+tls://user:password@mail.example.org:587, or smtp+ssl, "
            "smtp or consolemail, with odd signs of the password as %40 and the like."
        )
    meant = environ.Env.email_url_config(found)
    return {"EMAIL_PORT": MAIL_PORTS[parts.scheme]} | {
        key: value for key, value in meant.items() if value is not None
    }


def mail_address(name: str, *, needed: bool, default: str) -> str:
    """From whom messages come: an e-mail address, which must be said where `needed`."""
    found = text(name)
    if not found and not needed:
        return default
    try:
        validate_email(parseaddr(found)[1])
    except ValidationError:
        raise ImproperlyConfigured(
            f"{name} is “{found}”; write the e-mail address that messages come from, like gallery@example.org"
        ) from None
    return found


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).expanduser().resolve()


def secret_key(data: Path) -> str:
    """The key that signs log-ins: from the environment, else from the data directory.

    There is no fallback: a key that is in the source is no secret.
    """
    found = text("MEASURE_GALLERY_SECRET_KEY")
    kept = data / "secret_key"
    if not found and kept.is_file():
        found = kept.read_text().strip()
    if len(found) < 32:
        raise ImproperlyConfigured(
            "There is no secret key yet. `make run` makes one and keeps it in "
            f"{kept}; or set MEASURE_GALLERY_SECRET_KEY to at least 32 random characters, "
            "from: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return found


def local_address() -> str:
    """This machine's IPv4 address in the local network, or 127.0.0.1 where it has none.

    Choosing a route for a datagram socket sends nothing; it only asks the kernel which
    address it would use (192.0.2.1 is set aside for documentation, RFC 5737).
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            found = str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
    return "127.0.0.1" if found == "0.0.0.0" else found  # noqa: S104  # nosec B104 - compared, not bound


def base_url(host: str, port: int) -> str:
    """Where people reach this server: the setting, else this machine's own address."""
    found = address("MEASURE_GALLERY_BASE_URL")
    if found:
        return found
    everywhere = host in {"0.0.0.0", "::", ""}  # noqa: S104  # nosec B104 - compared, not bound
    shown = local_address() if everywhere else host
    if ":" in shown:
        shown = f"[{shown}]"
    return f"http://{shown}" if port == 80 else f"http://{shown}:{port}"


def allowed_hosts(base: str) -> list[str]:
    """Host names that this server answers to: its own, this machine's, and the setting's."""
    own = urlsplit(base).hostname or "localhost"
    name = socket.gethostname()
    found = [own, "localhost", "127.0.0.1", "[::1]", name, f"{name}.local", local_address()]
    return sorted({host.lower() for host in [*found, *words("MEASURE_GALLERY_ALLOWED_HOSTS")]})
