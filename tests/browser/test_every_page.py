"""Every page of the site in a browser, with a payload in every text: as generated as the walls are.

tests/walls.py lists the addresses, tests/rooms.py makes one of everything: what is missing there
fails the walls, so nothing can be left out here.
"""

from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from gallery import handouts, printing
from gallery.models import Gallery
from tests.browser.test_payloads import OURS, every_row, payload_for, spoil, typed_fields, visit, watched
from tests.rooms import Rooms, furnish
from tests.walls import TABLE

__all__ = ["watched"]  # a fixture


@pytest.fixture
def rooms(site, team, facilitator, monkeypatch) -> Rooms:
    """One of everything, in a gallery whose doors are open, each text of it a payload. Nothing is printed."""

    def render(*_, **__):
        raise ValueError("No paper.")

    monkeypatch.setattr(printing, "render", render)
    for handout in ("flyer", "door", "cards", "notes"):
        monkeypatch.setattr(handouts, handout, render)
    rooms = furnish(team, facilitator, "words")
    now = timezone.now()
    rooms.gallery.hours.update(opens=now - timedelta(hours=1))
    Gallery.objects.filter(code=rooms.code).update(invited_at=now - timedelta(days=1))
    spoil(every_row())
    rooms.gallery.refresh_from_db()
    return rooms


def pages(client: Client, rooms: Rooms) -> list[str]:
    """The first page of each address; what answers with a file or a redirect is none."""
    found = []
    for name, view in TABLE.items():
        if name == "admin:logout":
            continue
        place = view.at(rooms)[0]
        answer = client.get(place)
        answer.close()
        assert answer.status_code < 500 or answer.headers.get("Retry-After"), place
        if answer.headers.get("Content-Type", "").startswith("text/html") and answer.status_code == 200:
            found.append(place)
    return found


def test_nothing_runs_on_any_page(watched, rooms):
    page, found = watched
    client = Client()
    client.cookies["session"] = page.context.cookies()[0]["value"]
    every = pages(client, rooms)
    assert len(every) > 60
    assert visit(page, every) == len(every)
    assert found == []


def test_every_text_field_of_every_model_has_a_payload(rooms):
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    texts = [(model, field) for model in models for field in typed_fields(model) if payload_for(field, 0)]
    spoilt = [model._base_manager.filter(**{f"{field.name}__contains": "<"}) for model, field in texts]
    bare = [str(field) for (_, field), rows in zip(texts, spoilt, strict=True) if not rows.exists()]
    assert bare == []
