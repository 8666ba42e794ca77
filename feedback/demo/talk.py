"""What was said to notes of the open gallery by visitors and hosts, and how many said 'me too'."""

from typing import NamedTuple


class Said(NamedTuple):
    """An answer to the note on `poster` that starts with these words."""

    poster: str
    to: str
    text: str
    name: str = ""
    host: bool = False


class Nods(NamedTuple):
    poster: str
    to: str
    times: int


TALK = [
    Said(
        "welcome",
        "Will somebody really read",
        "Yes: two of us, every note, on Monday with the door shut. What we change hangs here a week later.",
        host=True,
    ),
    Said(
        "journeys",
        "Does the dog count?",
        "Dogs travel free and uncounted. We argued about it for ten minutes, so it’s a fair question.",
        host=True,
    ),
    Said("journeys", "Does the dog count?", "Mine pays with his looks."),
    Said("left-behind", "If I see the queue", "That was me on Sunday. Went home, told nobody.", "Maeve"),
    Said(
        "left-behind",
        "If I see the queue",
        "Not yet: we count who is still there when the ramp goes up. The line on the ground might help.",
        host=True,
    ),
    Said("left-behind", "Re going home", "And paint it so that it can be read in the dark, please."),
    Said(
        "step-free",
        "Why does it say 92 %",
        "Because it counts crossings, not people. You are right that this hides you; we write it down.",
        host=True,
    ),
    Said("street-blank", "Count the shopping bags", "Only on market days it would be full bags both ways."),
    Said("street-blank", "GP idea", "They give numbers without names to the bus people already.", "Anand"),
    Said("turn-round", "Who gets to see it", "Only all boats together. Nobody’s name is on it.", host=True),
    Said(
        "unhurt-blank", "On a safe boat", "Half of them, before and after the bend. I’d count on a Saturday."
    ),
]

ME_TOO = [
    Nods("left-behind", "If I see the queue", 11),
    Nods("step-free", "1 in 8 is a rule", 7),
    Nods("turn-round", "I am 81", 14),
    Nods("street-blank", "How many people cross just for a coffee", 6),
    Nods("journeys", "Does the dog count?", 9),
    Nods("unhurt-blank", "Ask a six-year-old", 3),
]
