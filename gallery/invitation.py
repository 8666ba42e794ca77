"""The invitation: a calendar file that blocks nobody's day, and words to paste into an e-mail."""

from datetime import datetime
from urllib.parse import quote

from icalendar import Calendar, Event

from gallery import addresses
from gallery.codes import in_print
from gallery.hours import in_words
from gallery.models import Gallery


def calendar(gallery: Gallery, *, made_at: datetime) -> bytes:
    """The opening hours as iCalendar (RFC 5545), times in UTC, shown as free (TRANSP:TRANSPARENT)."""
    address = addresses.of_gallery(gallery)
    found = Calendar()
    found.add("prodid", "-//Measure Gallery//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    for stretch in gallery.hours.all():
        event = Event()
        event.add("uid", f"{gallery.code}-{stretch.opens:%Y%m%dT%H%M%SZ}@measure-gallery")
        event.add("dtstamp", made_at)
        event.add("dtstart", stretch.opens)
        event.add("dtend", stretch.closes)
        event.add("summary", gallery.title)
        event.add("description", f"Come if you want, stay as long as you like.\n{address}")
        event.add("url", address)
        event.add("transp", "TRANSPARENT")
        if gallery.place:
            event.add("location", gallery.place)
        found.add_component(event)
    return bytes(found.to_ical())


def words(gallery: Gallery) -> str:
    """An invitation to paste into an e-mail: open hours instead of an agenda."""
    zone = gallery.zone
    hours = [f"  {in_words(stretch.opens, stretch.closes, zone)}" for stretch in gallery.hours.all()]
    parts = [
        f"You are invited: {gallery.title}",
        gallery.invitation
        or f"{gallery.team.name} has hung its goals and measures on the walls. Tell us what you see.",
        "The doors are open:\n" + "\n".join(hours) if hours else "",
        f"Where: {gallery.place}" if gallery.place else "",
        "Come if you want, stay as long as you like, leave when you like. No need to answer this.",
        f"From anywhere: {addresses.of_gallery(gallery)} (code {in_print(gallery.code)})",
    ]
    return "\n\n".join(part for part in parts if part)


def mail(gallery: Gallery, words: str) -> str:
    """An address that opens the words in a mail program (RFC 6068)."""
    return f"mailto:?subject={quote(gallery.title)}&body={quote(words.replace(chr(10), chr(13) + chr(10)))}"
