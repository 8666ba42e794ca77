"""Which files this floor's rows name: a backup asks, so that it never misses one unseen."""

from typing import Any

from django.db import connections

from feedback.models import Photo
from feedback.photos import path_of
from gallery.signals import files_named


def names_of_files(using: str, **_: Any) -> list[str]:
    """The paths of all photos, as the database `using` has them.

    Before an upgrade a backup is made by the new release of a database that lacks the newest tables.
    """
    if Photo._meta.db_table not in connections[using].introspection.table_names():
        return []
    return [path_of(name) for name in Photo.objects.using(using).values_list("name", flat=True)]


def listen() -> None:
    files_named.connect(names_of_files, dispatch_uid="feedback.keeping")
