"""What is gone for good is gone from the database's files too.

SQLite writes zeros over what is deleted (`secure_delete`, gallery/settings.py), but first into its
write-ahead log, where the old pages stay until it starts anew. PostgreSQL's VACUUM decides for itself.
"""

from django.db import connection, transaction


def wipe() -> None:
    """Once the transaction is through, bring the log into the database and empty it, if readers let us."""
    if connection.vendor == "sqlite":
        transaction.on_commit(_empty_the_log)


def _empty_the_log() -> None:
    if connection.in_atomic_block:  # a transaction around ours: its own end brings nothing to empty
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
