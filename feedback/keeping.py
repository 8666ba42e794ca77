"""Which files this floor's rows name: a backup asks, so that it never misses one unseen."""

from typing import Any

from django.db import connections

from feedback.photos import PHOTOGRAPHED, path_of
from gallery.signals import files_named


def names_of_files(using: str, **_: Any) -> list[str]:
    """The paths of all photos, as the database `using` has them.

    Before an upgrade a backup is made by the new release of a database that lacks the newest tables.
    """
    there = connections[using].introspection.table_names()
    kept = [model.objects.using(using) for model in PHOTOGRAPHED if model._meta.db_table in there]
    return [path_of(name) for rows in kept for name in rows.values_list("name", flat=True)]


def listen() -> None:
    files_named.connect(names_of_files, dispatch_uid="feedback.keeping")
