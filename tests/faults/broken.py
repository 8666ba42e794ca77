"""The server with one deliberate fault, named by FAULTS_BROKEN: the control of each fault test.

Most faults wrap the whole application, so that they stay what they are when the code within changes.
"""

import io
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from gallery.wsgi import application as whole

Start = Callable[..., Any]
App = Callable[[dict[str, Any], Start], Iterable[bytes]]


def is_a_note(environ: dict[str, Any]) -> bool:
    return environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].endswith("/notes/")


def fields(environ: dict[str, Any]) -> dict[str, str]:
    """The form, read off the wire; put it back with `given`."""
    raw = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    return {name: values[0] for name, values in parse_qs(raw.decode(), keep_blank_values=True).items()}


def given(environ: dict[str, Any], form: dict[str, str]) -> dict[str, Any]:
    raw = urlencode(form).encode()
    return environ | {"wsgi.input": io.BytesIO(raw), "CONTENT_LENGTH": str(len(raw))}


def forgets_keys(app: App) -> App:
    """Each arrival is another note: the key that came with it is not looked at."""

    def answer(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if is_a_note(environ):
            environ = given(environ, fields(environ) | {"key": str(uuid.uuid4())})
        return app(environ, start)

    return answer


def says_saved_too_soon(app: App) -> App:
    """'Saved' first, the write a little later in a thread of its own."""

    def later(environ: dict[str, Any]) -> None:
        time.sleep(0.1)
        list(app(environ, lambda *_: None))

    def answer(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if not is_a_note(environ):
            return app(environ, start)
        form = fields(environ)
        threading.Thread(target=later, args=[given(environ, form)], daemon=True).start()
        start("302 Found", [("Location", f"/#n-{form['key'].replace('-', '')}"), ("Content-Length", "0")])
        return [b""]

    return answer


def believes_any_words(app: App) -> App:
    """A key that is known is answered with 'Saved', whatever the words are."""
    from feedback import notes

    notes.digest = lambda **_: "-"
    return app


def limits_by_address(app: App) -> App:
    """Everyone behind one address is one visitor."""
    from feedback import visitors

    visitors.token_of = lambda request: f"all-of-{request.META['REMOTE_ADDR']}".ljust(30, "-")
    return app


def has_no_limits(app: App) -> App:
    from feedback import limits

    limits.spend = lambda *_: None
    return app


def prints_in_a_transaction(app: App) -> App:
    """Holds the galleries' rows while a PDF is made, and for longer than the server waits for a lock."""
    from django.db import connection, transaction

    from gallery import printing
    from gallery.models import Gallery

    render = printing.render
    if connection.vendor == "sqlite":
        _sqlite(timeout=2)  # tests/faults/test_prints.py sets as much on PostgreSQL

    @transaction.atomic
    def held(*args: Any, **kwargs: Any) -> printing.Sheets:
        end = time.monotonic() + 4
        list(Gallery.objects.select_for_update())
        sheets = render(*args, **kwargs)
        time.sleep(max(0.0, end - time.monotonic()))
        return sheets

    printing.render = held
    return app


def _sqlite(**options: Any) -> None:
    from django.db import connection

    connection.settings_dict["OPTIONS"].update(options)


def does_not_sync(app: App) -> App:
    _sqlite(init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;")
    return app


def syncs_now_and_then(app: App) -> App:
    """What most people set beside WAL."""
    _sqlite(init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
    return app


def is_impatient(app: App) -> App:
    """No fault: waits a fifth of a second for a busy database, so that a test needn't wait for long."""
    _sqlite(timeout=0.2)
    return app


def is_patient(app: App) -> App:
    """No fault: waits minutes where the server waits moments. Other tests keep the machine from its work."""
    from django.db import connection

    from gallery import bodies

    bodies.SHORTLY = 120.0
    options = connection.settings_dict["OPTIONS"]
    options.get("pool", options)["timeout"] = 120
    return app


def has_no_standstill(app: App) -> App:
    """A full disk is nothing that anybody thought of."""
    from gallery import standstill

    standstill.passes = lambda _: False
    return app


def tells_of_arrivals(app: App) -> App:
    """No fault: leaves a file for each note that has come in, so that a test knows that it is in flight."""

    def answer(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if is_a_note(environ):
            (Path(os.environ["FAULTS_FOLDER"]) / f"arrived-{uuid.uuid4()}").touch()
        return app(environ, start)

    return answer


def waits_for_everybody(app: App) -> App:
    """Django alone: whoever announces a form and sends none holds a thread."""
    from gallery.wsgi import within

    return within


def choose(name: str) -> App:
    app: App = globals()[name](whole)
    return app


application = choose(os.environ["FAULTS_BROKEN"])
