"""How long the faults go on: short beside the other tests, long with `make faults` (FAULTS=long)."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    notes: int  # T1, each cut at five points
    kills: int  # T6
    room_seconds: int  # T2, posting and polling
    loud_seconds: int  # T2, with one visitor at ten notes a second
    prints: int  # T7, PDFs and spreadsheets while 200 write
    notes_a_second: int  # T7, in four galleries
    timed: bool  # a timing is a bar only where nothing else runs


SHORT = Sizes(notes=120, kills=3, room_seconds=6, loud_seconds=4, prints=2, notes_a_second=20, timed=False)
LONG = Sizes(
    notes=1_000,
    kills=20,
    room_seconds=120,
    loud_seconds=30,
    prints=12,
    notes_a_second=40,
    timed=True,
)

# Where nothing else runs the server is as patient as in real life.
PATIENT = "" if os.environ.get("FAULTS") == "long" else "is_patient"
SIZE = LONG if os.environ.get("FAULTS") == "long" else SHORT
VISITORS = 200
