"""Run by itself on a database that is migrated: hangs galleries, logs a person in.

Prints as JSON what the tests must know of them. Several galleries, because each has its own limit.
"""

import json

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks.room import furnish  # noqa: E402
from measures.models import Membership  # noqa: E402

GALLERIES = 4


def main() -> None:
    user = User.objects.create_user("facilitator", password="faults only, never elsewhere", is_staff=True)
    rooms = []
    for number in range(GALLERIES):
        poster = furnish(0, posters=4, name=f"Team {number}")
        Membership.objects.create(team=poster.gallery.team, user=user)
        numbers = list(poster.gallery.posters.order_by("number").values_list("number", flat=True))
        rooms.append({"code": poster.gallery.code, "number": poster.number, "others": numbers})
    client = Client()
    client.force_login(user)
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    print(json.dumps({"rooms": rooms, "cookies": cookies}))  # noqa: T201 - read by the fixture


main()
