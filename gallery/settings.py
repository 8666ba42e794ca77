"""Every setting of the project, read once from the environment by gallery/env.py.

Nothing exists in production alone: development, tests and production differ in values.
"""

import sys
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from gallery import env

try:  # SQLite before 3.51.3 can lose a WAL reset; the wheel carries a newer one (W002 tells).
    import pysqlite3

    sys.modules["sqlite3"] = pysqlite3
except ImportError:
    pass

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("MEASURE_GALLERY_DATA", BASE_DIR / "data")

DEBUG = env.flag("MEASURE_GALLERY_DEBUG", default=False)
SECRET_KEY = env.secret_key(DATA_DIR)

HOST = env.text("HOST", "0.0.0.0")  # noqa: S104  # nosec B104 - phones in the room must reach it
PORT = env.whole("PORT", 8000, least=1, most=65535)
WORKERS = env.whole("MEASURE_GALLERY_WORKERS", 2, least=1, most=64)
BASE_URL = env.base_url(HOST, PORT)
ALLOWED_HOSTS = env.allowed_hosts(BASE_URL)
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "measures",
    "gallery",
    "feedback",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "gallery.middleware.htmx",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "gallery.urls"
WSGI_APPLICATION = "gallery.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


def database() -> dict[str, Any]:
    """SQLite in the data directory, or what DATABASE_URL names (SQLite or PostgreSQL)."""
    url = env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'gallery.sqlite3'}")
    found: dict[str, Any] = dict(environ.Env.db_url_config(url))
    kind = str(found.get("ENGINE", "")).rsplit(".", 1)[-1]
    if kind == "sqlite3":
        # FULL syncs each commit: a note is on disk before the phone is told (7 % slower).
        # IMMEDIATE takes the write lock at BEGIN: a read that turns into a write can't
        # upgrade its lock and fails with "database is locked".
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
        found["CONN_MAX_AGE"] = 600
    elif kind == "postgresql":
        found["OPTIONS"] = {**found.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": 8}}
    else:
        raise ImproperlyConfigured(
            "DATABASE_URL names a database that is not supported; write "
            "postgres://user:password@host:5432/name or sqlite:////folder/file.sqlite3"
        )
    return found


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.zone("MEASURE_GALLERY_TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "gallery.assets.BundledStorage"},
}
MEDIA_ROOT = DATA_DIR / "media"
WHITENOISE_MAX_AGE = 300

IMPORT_MAX_BYTES = env.whole("MEASURE_GALLERY_IMPORT_MAX_MB", 10, least=1, most=200) * 1024**2
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a wall of hundreds of posters is one form

# On HTTPS everything is told so; on a room's plain HTTP a Secure cookie would never come back.
HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "feedback.views.lost.csrf_failure"
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if HTTPS else 0
if env.flag("MEASURE_GALLERY_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Anyone can send a wrong Host header; what they get is 400.html, not a traceback in the log.
    "loggers": {"django.security.DisallowedHost": {"handlers": [], "propagate": False}},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
