"""The gallery of half a year before: small, over, and answered."""

from typing import NamedTuple

from feedback.demo.notes import ASK, CONCERN, IDEA, MISSING, USE, NoteWords
from feedback.demo.walls import PosterWords, WallWords
from feedback.models import Verdict
from gallery.models import Poster


class DecisionWords(NamedTuple):
    verdict: Verdict
    reason: str


TITLE = "Does the ferry keep its word?"
PLACE = "The waiting room at Priory Quay"
INVITATION = """\
We have written down what the ferry promises, and how we could tell whether it keeps its word. It hangs in \
the waiting room. Have a look while you wait, or make a detour. Scribble on it: it is a draft, and so are \
we."""
THANKS = """\
Thank you to everyone who stopped, scribbled, argued and drank our tea. Here is what we heard and what we \
did about it, poster by poster, also where we did not do what you asked. The changed measures hang again at \
our next gallery: come and tell us whether we understood you."""

WALLS = [
    WallWords(
        "The long wall",
        [
            PosterWords(
                key="welcome",
                kind=Poster.Kind.WELCOME,
                title="Do you have three minutes?",
                text="Five sheets of paper, one pen each. There is no wrong way round.",
            ),
            PosterWords(
                key="on-time",
                kind=Poster.Kind.GOAL,
                shows="on-time",
                prompts="Is this a result that matters?\nWhich word on this sheet would you never say aloud?",
            ),
            PosterWords(
                key="left-on-time",
                kind=Poster.Kind.MEASURE,
                shows="left-on-time",
                prompts="How late is late?",
            ),
            PosterWords(
                key="ran",
                kind=Poster.Kind.MEASURE,
                shows="ran",
                prompts="Would you use this measure?\nShould storms count?",
            ),
        ],
    ),
    WallWords(
        "Beside the timetable",
        [
            PosterWords(
                key="smiles",
                kind=Poster.Kind.TEXT,
                title="A measure we might build: smile buttons at the exit",
                text=(
                    "Three buttons at each gate, green, yellow and red. As you leave, you press the "
                    "face that you are wearing. We would show the share of green ones, by week."
                ),
                prompts="Would you press one?\nWhat would we know then that we do not know now?",
            ),
            PosterWords(
                key="blank",
                kind=Poster.Kind.BLANK,
                shows="street",
                prompts=(
                    "What would you see if crossing were as easy as crossing a street?\nWhat is missing here?"
                ),
            ),
        ],
    ),
]

NOTES: dict[str, list[NoteWords]] = {
    "on-time": [
        NoteWords(ASK, "Who is a stakeholder? Is it me?"),
        NoteWords(CONCERN, "“Robust” is a word for cheese and for people who have nothing to say.", "Ted"),
        NoteWords(IDEA, "Say it as you say it on the loudspeaker: it leaves when the timetable says."),
    ],
    "left-on-time": [
        NoteWords(CONCERN, "Five minutes late counts as on time?! My connection is four minutes.", "Hannah"),
        NoteWords(USE, "Use it, but be stricter with yourselves."),
        NoteWords(CONCERN, "Who holds the watch? If the skipper writes it down himself, well.", paper=True),
    ],
    "ran": [
        NoteWords(USE, "Yes. Storms and all. I stand there in a storm as well."),
        NoteWords(ASK, "Could you take the storms out? It isn’t your fault."),
        NoteWords(USE, "Leave them in, say why in small print.", "Sioned"),
    ],
    "smiles": [
        NoteWords(CONCERN, "My boys pressed the red one forty times before you had even switched it on."),
        NoteWords(CONCERN, "I smile at everyone. It says nothing about the boat.", paper=True),
        NoteWords(USE, "I’d press it. Better than a form."),
    ],
    "blank": [
        NoteWords(
            MISSING, "The ramp at low water! I have stood at the top of it with a wheelchair and gone home."
        ),
        NoteWords(
            IDEA, "Same with a pram. Count the crossings that one can use on wheels, at both ends.", "Aga"
        ),
        NoteWords(
            IDEA, "Count who gets left behind by colour of season ticket. No, don’t. But do count them."
        ),
    ],
}

DECISIONS = {
    "on-time": DecisionWords(
        Verdict.CHANGE,
        "You asked who the stakeholders are, and so did we. “Robust” and “all stakeholders” are gone. "
        "The goal now says what the loudspeaker says: the ferry leaves when the timetable says it does.",
    ),
    "left-on-time": DecisionWords(
        Verdict.CHANGE,
        "Five minutes was our convenience, not yours. On time now means no more than two minutes late "
        "and never early, and the engine writes the time down instead of the skipper. We worked the old "
        "months out again by the same rule, so the figures look worse than the ones we used to print.",
    ),
    "ran": DecisionWords(
        Verdict.KEEP,
        "It stays as it is, storms included: whoever stands on the quay has no boat, whatever the "
        "reason. We thought about taking the weather out, and did not; the reason stands beside the "
        "month instead.",
    ),
    "smiles": DecisionWords(
        Verdict.DROP,
        "You convinced us within a morning. The buttons would have told us about children and buttons. "
        "To the one who would have pressed it: the box for notes at both gates is emptied, and "
        "answered, every Friday.",
    ),
    "blank": DecisionWords(
        Verdict.ADD,
        "We had no measure for the ramp at all. From your notes we made “Crossings with a step-free "
        "ramp”: it is on trial, and Joan Ferriby looks after it. “People left on the quay” is counted "
        "at both landings now.",
    ),
}

NEXT_STEPS = """\
The new words and the new rule hang in the ticket hall from our next gallery on. Joan Ferriby reads out \
the first quarter of the ramp’s figures there, and anybody may ask. What becomes of all this is added on \
this page, with its date."""

# What the goal and the measures said when they were hung, before anybody had seen them.
GOALS_THEN = {"on-time": {"result": ""}}
MEASURES_THEN = {
    "left-on-time": {
        "calculation": (
            "Crossings that left no more than 5 minutes after the timetable’s time, divided by all "
            "crossings that ran that month."
        ),
        "data_source": "The skippers’ notebooks",
        "unintended": "",
    },
}


class ThemeWords(NamedTuple):
    """A theme with its notes, each as (poster, its place there from 0), how it was rated and answered."""

    name: str
    notes: list[tuple[str, int]]
    votes: tuple[int, ...]  # for each word of the scale
    word: int
    verdict: Verdict
    reason: str
    remark: str = ""


ROUND = "What comes first?"
SCALE = ["Must", "Should", "Could", "Won’t this time"]
THEMES = [
    ThemeWords(
        "Say it as you would say it aloud",
        [("on-time", 0), ("on-time", 1), ("on-time", 2)],
        (7, 4, 1, 0),
        0,
        Verdict.CHANGE,
        "We read every sheet out on the quay. What made a skipper laugh was written anew, in the words of "
        "the loudspeaker.",
    ),
    ThemeWords(
        "Late is late",
        [("left-on-time", 0), ("left-on-time", 1), ("left-on-time", 2)],
        (9, 2, 1, 0),
        0,
        Verdict.CHANGE,
        "Two minutes instead of five, never early, and the engine holds the watch.",
    ),
    ThemeWords(
        "On wheels, at both ends",
        [("blank", 0), ("blank", 1)],
        (8, 3, 0, 1),
        0,
        Verdict.ADD,
        "We stood at the top of the ramp at low water with a pram. Then we made a measure of your note.",
        "We would have said so too.",
    ),
    ThemeWords(
        "Count less of it",
        [("ran", 1), ("smiles", 0), ("smiles", 1)],
        (1, 2, 5, 4),
        3,
        Verdict.NO,
        "No smile buttons: there you are right. But storms stay in, because whoever waits in one has no "
        "boat. The reason for each lost crossing stands beside the figure.",
    ),
]

# Which notes led to a decision, by their place on the poster; how many say ‘me too’.
GROUNDS = {"left-on-time": [0, 2], "smiles": [0, 1]}
ME_TOO = {("left-on-time", 0): 6, ("blank", 0): 5, ("on-time", 1): 3, ("ran", 2): 2}
ANSWERS = [
    ("ran", 1, "We could. Then the figure would look better on the very day on which you stood there.", True),
    ("ran", 1, "Please don’t. I was one of those.", False),
]

# The note of which a measure was made, with what its writer proposed; and the measure.
PROPOSED = ("blank", 1)
PROPOSAL = {
    "shows": "Whether somebody with a pram, a wheelchair or a loaded bicycle gets on and off without help.",
    "known_by": "How steep the ramp is when the boat is there.",
    "data_from": "The tide table and a tape measure.",
}
MADE_OF_IT = "step-free"

# Said three months after the report.
LATER = {
    "left-on-time": DecisionWords(
        Verdict.KEEP,
        "Two minutes has held for a quarter. The engine writes the time down on both boats now, and nobody "
        "misses the notebooks.",
    ),
}
