"""A log-in that was lost meanwhile takes no words along."""

import os
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse

from feedback.models import Decision

HTMX = {"HX-Request": "true"}


@pytest.fixture
def path(gallery, poster) -> str:
    return reverse("decide_poster", args=[gallery.code, poster.number])


def test_saving_when_logged_out_says_so_and_leaves_the_words_on_the_page(path):
    answer = Client().post(path, {"verdict": "keep", "reason": "Typed for long"}, headers=HTMX)
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#lost"
    assert "Your words are still here" in answer.content.decode()
    assert not Decision.objects.exists()


def test_without_htmx_the_way_leads_to_the_log_in(path):
    answer = Client().post(path, {"verdict": "keep", "reason": "Typed"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize(("headers", "status"), [(HTMX, 422), ({}, 403)])
def test_a_token_out_of_date_is_told_in_plain_words(path, facilitator, headers, status):
    client = Client(enforce_csrf_checks=True)
    client.force_login(facilitator)
    answer = client.post(path, {"verdict": "keep", "reason": "Typed"}, headers=headers)
    assert answer.status_code == status
    assert "reload" in answer.content.decode()
    assert not Decision.objects.exists()


def test_control_logged_in_it_is_saved(path, as_facilitator):
    as_facilitator.post(path, {"verdict": "keep", "reason": "Typed"}, headers=HTMX)
    assert Decision.objects.get().reason == "Typed"


FORGED = """
import logging, django
django.setup()
from django.test import Client
{}
print(Client().get("/", headers={{"Host": "evil.example"}}).status_code)
"""


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("", False),
        ('logging.getLogger("django.security.DisallowedHost").handlers.clear()', True),  # control
    ],
)
def test_a_forged_host_writes_nothing_into_the_log(first, told):
    """Anybody can send one, and often. In a process of its own, as pytest listens to every logger."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", FORGED.format(first)]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert found.stdout == "400\n"
    assert ("evil.example" in found.stderr) == told
