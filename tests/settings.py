"""The project's settings with the tests' own values: a data directory, a key, an address."""

import atexit
import os
import shutil
import tempfile

os.environ["MEASURE_GALLERY_DATA"] = tempfile.mkdtemp(prefix="measure-gallery-tests-")
os.environ["MEASURE_GALLERY_SECRET_KEY"] = "tests-only-" * 4
os.environ["MEASURE_GALLERY_BASE_URL"] = "http://gallery.test"

from gallery.settings import *  # noqa: F403

atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)  # noqa: F405
ALLOWED_HOSTS = ["gallery.test", "testserver", "localhost", "127.0.0.1"]
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A file, not memory: threads that write at once need the real locks.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
    # Here nothing has to survive a power cut; tests/faults/ starts servers with the real settings.
    pragmas = DATABASES["default"]["OPTIONS"]["init_command"]  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] = pragmas.replace("synchronous=FULL", "synchronous=OFF")  # noqa: F405
else:
    DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"  # noqa: F405
    DATABASES["default"]["OPTIONS"].pop("pool")  # noqa: F405 - a pool would outlive the test database
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - the middleware looks for it at its start
