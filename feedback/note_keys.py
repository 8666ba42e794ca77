"""A note's key in an address."""

from uuid import UUID


class NoteKey:
    """Path converter `<key:key>`: written as in the note's id, so that a page tells it in one way.

    Many notes are smaller on the wire for it. With hyphens it leads to the same note.
    """

    regex = "[0-9a-f-]{32,36}"

    def to_python(self, value: str) -> UUID:
        return UUID(value)

    def to_url(self, value: UUID | str) -> str:
        return UUID(str(value)).hex
