"""A gallery's phase, derived from the server's clock, its opening hours and explicit acts.

Nothing has to run at opening time. Overlapping hours are one stretch. Whether the doors are
open is decided by the latest event that has happened: the start or end of a stretch, or the
facilitator opening or closing by hand. So doors opened early stay open into the hours and
close with them, and doors closed early stay closed until the next stretch begins.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gallery.models import Gallery

Stretch = tuple[datetime, datetime]


class Phase(StrEnum):
    DRAFT = "draft"  # only the team knows of it
    INVITATION = "invitation"  # the doors have not been open yet
    OPEN = "open"
    BETWEEN = "between"  # closed for now, opens again
    CLOSED = "closed"  # thanks; the team reads the notes
    REPORTED = "reported"  # what we heard, what we changed
    ARCHIVED = "archived"


@dataclass(frozen=True)
class Doors:
    """Whether the doors are open, since when they were ever open, and the next change by the hours."""

    open: bool
    ever_open: bool
    opens_next: datetime | None
    closes_next: datetime | None
    closed_since: datetime | None = None

    def within(self, grace: timedelta, now: datetime) -> bool:
        """Whether the doors are open, or have been closed for no longer than `grace`."""
        return self.open or (self.closed_since is not None and now - self.closed_since <= grace)


def stretches(hours: list[Stretch]) -> list[Stretch]:
    """The hours in order, with overlapping and touching ones joined."""
    joined: list[Stretch] = []
    for opens, closes in sorted(hours):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return joined


def doors(
    hours: list[Stretch], opened_at: datetime | None, closed_at: datetime | None, now: datetime
) -> Doors:
    """What the latest event up to and including `now` says. At one moment, an act beats the clock."""
    plan = stretches(hours)
    events = [(opens, 0, True) for opens, _ in plan] + [(closes, 0, False) for _, closes in plan]
    events += [(opened_at, 1, True)] if opened_at else []
    events += [(closed_at, 2, False)] if closed_at else []
    past = sorted(event for event in events if event[0] <= now)
    is_open = past[-1][2] if past else False
    ever_open = any(opening for _, _, opening in past)
    return Doors(
        open=is_open,
        ever_open=ever_open,
        opens_next=min((opens for opens, _ in plan if opens > now), default=None),
        closes_next=min((closes for _, closes in plan if closes > now), default=None),
        closed_since=past[-1][0] if past and ever_open and not is_open else None,
    )


def doors_of(gallery: Gallery, now: datetime) -> Doors:
    """The same for a gallery, from its (prefetched) hours."""
    hours = [(stretch.opens, stretch.closes) for stretch in gallery.hours.all()]
    return doors(hours, gallery.opened_at, gallery.closed_at, now)


def phase(gallery: Gallery, now: datetime) -> Phase:
    return phase_of(gallery, doors_of(gallery, now))


def phase_of(gallery: Gallery, state: Doors) -> Phase:
    """The phase, given what the doors say."""
    if gallery.invited_at is None:
        return Phase.DRAFT
    if gallery.archived_at:
        return Phase.ARCHIVED
    if gallery.published_at:
        return Phase.REPORTED
    if state.open:
        return Phase.OPEN
    if not state.ever_open:
        return Phase.INVITATION
    return Phase.BETWEEN if state.opens_next else Phase.CLOSED
