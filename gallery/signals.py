"""What the room announces to the floors above, or asks of them.

`published`, `archived` and `purged` are sent with `gallery`, inside the act's transaction.
"""

from django.dispatch import Signal

published = Signal()
"""What was heard goes up at the gallery's address: what is told there stays as it is told now."""

archived = Signal()
"""Who said what is to be forgotten: pseudonyms go, words stay."""

purged = Signal()
"""The gallery is about to go for good, with all that hangs on it."""

files_named = Signal()
"""Asked by a backup, with the database `using`: which paths below MEDIA_ROOT do your rows name?"""
