"""What a facilitator does to a gallery by one press, when it is offered, and how it is told."""

from collections.abc import Callable
from dataclasses import dataclass

from gallery import events
from gallery.models import Gallery
from gallery.phases import Phase

PHASE_WORDS = {
    Phase.DRAFT: "Draft: only your team knows of it",
    Phase.INVITATION: "The invitation is out",
    Phase.OPEN: "The doors are open",
    Phase.BETWEEN: "Closed for now, opens again",
    Phase.CLOSED: "The doors are closed",
    Phase.REPORTED: "What you heard is published",
    Phase.ARCHIVED: "Archived",
}


def _hang_all(gallery: Gallery) -> str:
    hung = len(events.hang_all(gallery=gallery, team=gallery.team))
    if not hung:
        return f"All that {gallery.team} has hangs in “{gallery}” already."
    return f"{hung} poster{'' if hung == 1 else 's'} hung in “{gallery}”."


def _invite(gallery: Gallery) -> str:
    events.invite(gallery)
    return (
        f"The address of “{gallery}” is live. Words to send with it, and a calendar file, are at the end "
        "of the visitors’ page; the print page has a flyer."
    )


def _open(gallery: Gallery) -> str:
    events.open_doors(gallery)
    return f"The doors of “{gallery}” are open."


def _close(gallery: Gallery) -> str:
    events.close_doors(gallery)
    return f"The doors of “{gallery}” are closed."


def _close_for_good(gallery: Gallery) -> str:
    events.close_for_good(gallery)
    return f"“{gallery}” is closed for good; no opening hours are left."


def _publish(gallery: Gallery) -> str:
    events.publish(gallery)
    return f"What you heard in “{gallery}” is up, at the gallery’s own address."


def _archive(gallery: Gallery) -> str:
    events.archive(gallery)
    return f"“{gallery}” is archived: nobody can tell any more who said what. The words and the report stay."


@dataclass(frozen=True)
class Act:
    """Something done by one press. `do` answers with what to tell the person, or raises NotNow.

    It is `offered` in these phases, and the `main` thing to do in those. `hint` says beforehand what
    can't be undone.
    """

    label: str
    do: Callable[[Gallery], str]
    offered: frozenset[Phase]
    main: frozenset[Phase] = frozenset()
    hint: str = ""


BEFORE = frozenset({Phase.DRAFT, Phase.INVITATION})
SHUT = frozenset({Phase.INVITATION, Phase.BETWEEN, Phase.CLOSED})
ACTS = {
    "hang_all": Act("Hang all measures of this team", _hang_all, BEFORE | {Phase.OPEN, Phase.BETWEEN}),
    "invite": Act(
        "Invite (make the address live)", _invite, frozenset({Phase.DRAFT}), frozenset({Phase.DRAFT})
    ),
    "open_doors": Act(
        "Open the doors now",
        _open,
        SHUT | {Phase.DRAFT},
        frozenset({Phase.BETWEEN}),
        hint="The doors open and close by themselves at the opening hours; this opens them before.",
    ),
    "close_doors": Act("Close the doors", _close, frozenset({Phase.OPEN}), frozenset({Phase.OPEN})),
    "close_for_good": Act("Close for good", _close_for_good, frozenset({Phase.OPEN, Phase.BETWEEN})),
    "publish": Act("Publish what we heard", _publish, frozenset({Phase.CLOSED}), frozenset({Phase.CLOSED})),
    "archive": Act(
        "Archive",
        _archive,
        frozenset({Phase.CLOSED, Phase.REPORTED}),
        hint="Archiving erases for good which notes came from the same phone, and nobody can change their "
        "own notes any more. The words, the names that people wrote, and the report stay.",
    ),
}
