"""A gallery's own words for paper: its days of open doors, its invitation, its posters' short names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.formats import date_format

from gallery.models import Gallery, Poster

SHORT_NAME = 90  # letters


@dataclass(frozen=True)
class Day:
    """A day of open doors: its stretches, each with its zone. The last of them may end on a later day."""

    words: str
    stretches: list[tuple[str, str]]
    ends_later: bool

    @property
    def times(self) -> list[str]:
        """`09:00–12:00,` and `14:00–17:00 BST`: a zone that holds for the next one too stands there."""
        later = [zone for _, zone in self.stretches[1:]]
        found = [
            f"{times}," if zone == after else f"{times} {zone},"
            for (times, zone), after in zip(self.stretches, later, strict=False)
        ]
        return [*found, " ".join(self.stretches[-1])]


def days(gallery: Gallery) -> list[Day]:
    """The opening hours day by day, on the gallery's clocks and in its language."""
    zone, found = gallery.zone, list[Day]()
    with translation.override(gallery.language):
        for stretch in gallery.hours.all():
            day = _day_of(stretch.opens.astimezone(zone), stretch.closes.astimezone(zone))
            if found and found[-1].words == day.words and not day.ends_later:
                found[-1].stretches.extend(day.stretches)
            else:
                found.append(day)
    return found


def paragraphs(text: str) -> list[str]:
    parts = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n")]
    return [part for part in parts if part]


def short(poster: Poster) -> str:
    """A poster's name in at most SHORT_NAME letters."""
    return cut(" ".join(poster.heading.split()), SHORT_NAME)


def cut(words: str, most: int) -> str:
    """The words in at most `most` letters, cut between two of them, inside one only where it is very long."""
    if len(words) <= most:
        return words
    whole = words[:most].rpartition(" ")[0]
    kept = whole if len(whole) >= most // 2 else words[: most - 1]
    return f"{kept.rstrip(' ,;:–-')}…"


def _day(moment: datetime) -> str:
    """The day as the active language writes it; in English as everywhere in the house."""
    if (translation.get_language() or "en").startswith("en"):
        return str(date_format(moment, "l j F Y"))
    return f"{date_format(moment, 'l')}, {date_format(moment, 'DATE_FORMAT')}"


def _day_of(opens: datetime, closes: datetime) -> Day:
    """The zone stands after both times where the clocks change in between."""
    first = f"{opens:%H:%M}" if opens.utcoffset() == closes.utcoffset() else f"{opens:%H:%M %Z}"
    if opens.date() == closes.date():
        return Day(_day(opens), [(f"{first}–{closes:%H:%M}", f"{closes:%Z}")], ends_later=False)
    ends = f"– {_day(closes)}, {closes:%H:%M}"
    return Day(f"{_day(opens)}, {first}", [(ends, f"{closes:%Z}")], ends_later=True)
