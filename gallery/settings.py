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
THREADS = 32  # of each worker; some of them may wait for what phones send (gallery/bodies.py)
# Seconds that a thread waits for the database, before a person is told 503: for its turn at SQLite, and for
# a connection to PostgreSQL. One that can't be reached must be told before a phone gives up.
PATIENCE, SHORTER_PATIENCE = 20, 10
CONNECTIONS = 32  # to PostgreSQL, of all workers together
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
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_htmx",
    "measures",
    "gallery",
    "feedback",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "gallery.headers.guarded",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "gallery.middleware.htmx",
    "gallery.middleware.turned_away",
    "gallery.middleware.keepable",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "gallery.standstill.Standstill",
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
        # upgrade its lock and fails with "database is locked". secure_delete writes zeros over
        # what is deleted: what is gone for good is gone from the file too.
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            # A room of 64 threads takes turns at one lock; on a slow disk the last one waits for seconds.
            "timeout": PATIENCE,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
        }
        found["CONN_MAX_AGE"] = 600
    elif kind == "postgresql":
        # PostgreSQL allows a hundred connections in all unless told otherwise, and a backup needs some too:
        # all workers share this many. Whoever finds none free waits in turn, and for as long as on SQLite:
        # on a crowded machine 64 threads take turns at one gallery's row for seconds.
        pool = {"min_size": 1, "max_size": max(4, CONNECTIONS // WORKERS), "timeout": SHORTER_PATIENCE}
        found["OPTIONS"] = {**found.get("OPTIONS", {}), "pool": pool}
    else:
        raise ImproperlyConfigured(
            "DATABASE_URL names a database that is not supported; write "
            "postgres://user:password@host:5432/name or sqlite:////folder/file.sqlite3"
        )
    return found


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Wrong passwords are counted across all server processes. Where the bound is reached, some are
    # counted no more: so it is out of reach.
    "throttle": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "gallery_throttle",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    },
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"

# Wrong passwords in 15 minutes; gallery/throttle.py counts them.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 8  # for one user name, from wherever
LOGIN_FAILURES_AN_ADDRESS = 100  # a room full of hosts is one address
AXES_HANDLER = "gallery.throttle.SeparateCounts"
AXES_CACHE = "throttle"
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_LOCKOUT_CALLABLE = "gallery.throttle.locked_out"
AXES_CLIENT_IP_CALLABLE = "gallery.throttle.address_of"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # nobody's log-ins are written down
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
OTP_TOTP_ISSUER = "Measure Gallery"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.zone("MEASURE_GALLERY_TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "feedback.shelf.SyncedStorage"},
    "staticfiles": {"BACKEND": "gallery.assets.BundledStorage"},
}
MEDIA_ROOT = DATA_DIR / "media"
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else's pages use them
WHITENOISE_MAX_AGE = 300

RETENTION_DAYS = env.whole("MEASURE_GALLERY_RETENTION_DAYS", 90, least=1, most=3650)
IMPORT_MAX_BYTES = env.whole("MEASURE_GALLERY_IMPORT_MAX_MB", 10, least=1, most=200) * 1024**2
PHOTO_MAX_BYTES = env.whole("MEASURE_GALLERY_PHOTO_MAX_MB", 15, least=1, most=100) * 1024**2
PHOTOS_OF_A_VISITOR_MAX_BYTES = (
    env.whole("MEASURE_GALLERY_VISITOR_PHOTOS_MAX_MB", 20, least=1, most=10_000) * 1024**2
)
PHOTOS_OF_A_GALLERY_MAX_BYTES = (
    env.whole("MEASURE_GALLERY_PHOTOS_MAX_MB", 500, least=1, most=1_000_000) * 1024**2
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2

# One message to each visitor who asks to be told what changed; without a server nobody is asked.
MAIL = env.mail_server("MEASURE_GALLERY_EMAIL_URL")
MAIL_OFFERED = bool(MAIL)
EMAIL_BACKEND = MAIL.get("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend")
EMAIL_HOST = MAIL.get("EMAIL_HOST", "localhost")
EMAIL_PORT = MAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_USER", ""), MAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.get("EMAIL_USE_TLS", False), MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.mail_address(
    "MEASURE_GALLERY_EMAIL_FROM", needed="smtp" in EMAIL_BACKEND, default="gallery@localhost"
)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a wall of hundreds of posters is one form

# On HTTPS everything is told so; on a room's plain HTTP a Secure cookie would never come back.
HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_AGE = 3600 * env.whole("MEASURE_GALLERY_SESSION_HOURS", 24, least=1, most=24 * 90)
CSRF_FAILURE_VIEW = "feedback.views.lost.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if HTTPS else 0
BEHIND_PROXY = env.flag("MEASURE_GALLERY_BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = HTTPS and BEHIND_PROXY  # without the proxy's word it would lead round in circles
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
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
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        "nowhere": {"class": "logging.NullHandler"},  # with no handler at all, Python writes it to stderr
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Anyone can send a wrong Host header; what they get is 400.html, not a traceback in the log.
    "loggers": {"django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False}},
}
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # the neighbours of our host name are not ours to force onto HTTPS
    "security.W021",  # nor is the list that browsers carry for good
]
