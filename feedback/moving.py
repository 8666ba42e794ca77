"""What of a gallery goes along when it moves to another server, and what stays behind.

The file is JSON: a format's name and version, the team, the gallery, and tables of rows. A row names
another by what it is known by (a poster by its number, a note by its key), else by its place in its
table, from 0. Tables come in an order in which each names only what came before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Model

from feedback.models import (
    Bucket,
    Change,
    Decision,
    Ground,
    LaterWord,
    Meaning,
    MeToo,
    Note,
    NoteKind,
    Photo,
    Proposal,
    Round,
    RoundItem,
    Theme,
    ToBeTold,
    Vote,
    WallPhoto,
)
from gallery.models import Gallery, Hanging, OpeningHours, Poster, Wall
from measures.models import (
    Baseline,
    Candidate,
    Goal,
    GoalLink,
    Measure,
    Membership,
    Signal,
    Target,
    Team,
    Value,
)

FORMAT = "measure-gallery"
VERSION = 1


@dataclass(frozen=True)
class Table:
    """`fields` go along as they are; `points` are the fields that name a row, and of which table."""

    model: type[Model]
    fields: tuple[str, ...]
    points: Mapping[str, str] = field(default_factory=dict)
    belongs: str = ""  # the field that names the team or the gallery, which no row need say
    known_by: str = ""


TEAM = Table(Team, ("name", "long_run"))
GALLERY = Table(
    Gallery,
    (
        "title",
        "code",
        "invitation",
        "place",
        "language",
        "time_zone",
        "reword_minutes",
        "grace_minutes",
        "moderated",
        "hidden_votes",
        "invited_at",
        "opened_at",
        "closed_at",
        "published_at",
        "archived_at",
        "locked_at",
        "thanks",
        "next_steps",
        "seq",
        "last_number",
    ),
    belongs="team",
)
TABLES = {
    "goals": Table(Goal, ("original", "result", "why", "layer", "order", "kept_hints"), belongs="team"),
    "links": Table(GoalLink, ("kind",), {"source": "goals", "target": "goals"}),
    "candidates": Table(
        Candidate, ("wording", "strength", "feasibility", "chosen", "reason"), {"goal": "goals"}
    ),
    "measures": Table(
        Measure,
        (
            "group",
            "name",
            "order",
            "status",
            "sensory_evidence",
            "control",
            "unintended",
            "intent",
            "calculation",
            "unit",
            "data_source",
            "frequency",
            "better",
            "can_go_below_zero",
            "shows_ranges",
            "owner",
            "reading",
            "response",
            "kept_hints",
        ),
        {"goal": "goals"},
        belongs="team",
    ),
    "values": Table(Value, ("period", "written", "value", "remark"), {"measure": "measures"}),
    "targets": Table(Target, ("period", "written", "value"), {"measure": "measures"}),
    "baselines": Table(Baseline, ("starts", "ends", "reason"), {"measure": "measures"}),
    "signals": Table(Signal, ("rule", "confirmed", "remark"), {"value": "values"}),
    "hours": Table(OpeningHours, ("opens", "closes"), belongs="gallery"),
    "walls": Table(Wall, ("name", "order"), belongs="gallery"),
    "posters": Table(
        Poster,
        (
            "number",
            "position",
            "kind",
            "title",
            "text",
            "prompts",
            "asked_before",
            "host",
            "hung_at",
            "hung_heading",
            "printed",
            "printed_at",
        ),
        {"wall": "walls", "goal": "goals", "measure": "measures"},
        belongs="gallery",
        known_by="number",
    ),
    "hangings": Table(Hanging, ("since", "until", "shows"), {"poster": "posters"}),
    "kinds": Table(NoteKind, ("word", "icon", "colour", "order"), belongs="gallery"),
    "themes": Table(Theme, ("name", "order"), belongs="gallery"),
    "notes": Table(
        Note,
        ("key", "text", "name", "from_host", "source", "state", "seq", "created_at", "reworded_at"),
        {"poster": "posters", "kind": "kinds", "theme": "themes", "reply_to": "notes"},
        belongs="gallery",
        known_by="key",
    ),
    "proposals": Table(
        Proposal,
        ("shows", "known_by", "data_from", "adopted_at"),
        {"note": "notes", "measure": "measures"},
    ),
    "me_toos": Table(MeToo, (), {"note": "notes"}),
    "rounds": Table(
        Round,
        ("number", "title", "rates", "scale", "opened_at", "closed_at"),
        belongs="gallery",
        known_by="number",
    ),
    "round_items": Table(
        RoundItem,
        ("place", "words", "word", "remark"),
        {"round": "rounds", "theme": "themes", "note": "notes"},
    ),
    "votes": Table(Vote, ("value",), {"item": "round_items"}),
    "photos": Table(Photo, ("width", "height", "added_at"), {"note": "notes"}),  # and `jpeg`, in base64
    "decisions": Table(
        Decision, ("verdict", "reason", "decided_at"), {"poster": "posters", "theme": "themes"}
    ),
    "grounds": Table(Ground, (), {"decision": "decisions", "note": "notes"}),
    "changes": Table(Change, ("place", "what", "was", "now"), {"decision": "decisions"}),
    "later_words": Table(LaterWord, ("verdict", "reason", "said_at"), {"decision": "decisions"}),
}

# Each with the reason; a model's own number (`id`) is one database's alone, and need not be told.
BEHIND: Mapping[type[Model], str] = {
    Membership: "people and their roles are each server's own",
    WallPhoto: "handwriting tells who wrote",
    Bucket: "it tells how busy a visitor has been",
    Meaning: "reckoned anew of the words",
    ToBeTold: "an address was left to this server alone",
}
FIELDS_BEHIND: Mapping[tuple[type[Model], str], str] = {
    (Gallery, "deleted_at"): "what is deleted is not given away",
    (Gallery, "continues"): "the gallery before stays where it is",
    (Signal, "measure"): "it is its value’s",
    (Note, "digest"): "made anew of the words: a database's own numbers are in it",
    (Note, "author"): "nobody can tell any more which notes came from one phone",
    (MeToo, "author"): "as a note’s",
    (Vote, "author"): "as a note’s",
    (Photo, "name"): "drawn anew, as the address that it is",
    (Photo, "size"): "counted anew",
}


class Refusal(Exception):  # noqa: N818 - an answer to a person, not a fault
    """The file can't be taken; the message says why, and what to do. Nothing was changed."""
