"""The notes of a host's list as HTML, each kept for a short while under all that its drawing depends on.

A note that is changed, answered or nodded at has a new number; what its poster and its kind are called
is in hand. So of a board that is drawn anew because one note came, only that note is.
"""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from feedback import frames
from feedback.frames import HostKey
from feedback.listing import Listed, Listing
from feedback.models import Note
from feedback.notes import PHOTO, PROPOSAL
from feedback.rollup import Rollup, with_faces

TEMPLATE = "feedback/_host_note.html"


def drawn(listing: Listing) -> list[SafeString]:
    """The listed notes, none of them turned just now; two queries where some of whom more is to be read."""
    keys = {each.pk: _key(each, listing.found) for each in listing.first}
    both = frames.kept_for_hosts(keys)
    both |= _rendered(listing, {pk: key for pk, key in keys.items() if pk not in both})
    return [both[each.pk] for each in listing.first if each.pk in both]


def _key(each: Listed, found: Rollup) -> HostKey:
    gallery, poster = found.gallery, found.rows[each.poster].poster
    kind = next((kind for kind in found.looks if kind.pk == each.kind), None)
    hung = (gallery.code, gallery.time_zone, gallery.archived_at, poster.number, poster.heading)
    return (each.pk, each.seq, kind, hung)


def _rendered(listing: Listing, keys: dict[int, HostKey]) -> dict[int, SafeString]:
    """An answer in a list of its own (it waits, or is hidden) is not kept: it quotes another note."""
    html = {}
    plain = [note for note in (_plain(key, listing.found) for key in keys.values()) if note]
    rest = keys.keys() - {note.pk for note in plain}
    for note in [*plain, *listing.whole(rest)]:
        html[note.pk] = render_to_string(TEMPLATE, {"note": note, "gallery": listing.found.gallery})
        if note.kind and (note.pk, note.seq) == keys[note.pk][:2]:
            frames.keep_for_hosts(keys[note.pk], html[note.pk])
    return html


def _plain(key: HostKey, found: Rollup) -> Note | None:
    """A note of which all that is drawn stands in the ledger: nothing is said to it, nothing is beside it."""
    entry = found.ledger.entries.get(key[0])
    if entry is None or entry.seq != key[1] or not entry.bare:
        return None
    if entry.answers or entry.pk in found.ledger.talked_about:
        return None
    note = Note(
        pk=entry.pk,
        key=entry.key,
        poster_id=entry.poster,
        kind_id=entry.kind,
        text=entry.text,
        name=entry.name,
        source=entry.source,
        state=entry.state,
        seq=entry.seq,
        created_at=entry.at,
    )
    for beside in (PHOTO, PROPOSAL):
        beside.set_cached_value(note, None)
    vars(note)["nods"] = entry.nods
    return next(iter(with_faces([note], found)), None)
