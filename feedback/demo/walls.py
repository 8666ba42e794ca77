"""The gallery that is open now: its words, and what hangs where."""

from typing import NamedTuple

from gallery.models import Poster


class PosterWords(NamedTuple):
    """`shows` is the key of the goal or the measure that a goal, blank or measure poster is about."""

    key: str
    kind: Poster.Kind
    prompts: str = ""
    shows: str = ""
    host: str = ""
    title: str = ""
    text: str = ""


class WallWords(NamedTuple):
    name: str
    posters: list[PosterWords]


TITLE = "How do we know that the ferry is doing well?"
PLACE = (
    "The old ticket hall at Saltmere Steps, each day from 10:00 to 17:00 (level entrance from Mill Lane); "
    "by phone at any hour"
)
INVITATION = """\
You cross with us, so you know things about the ferry that we do not. Come and see what we want it to be, \
and by which numbers we would notice. Come if you want, for three minutes between two boats or for an hour.

There are no speeches and no chairs. There are pens, sticky notes and tea. Say what you would keep, what \
puzzles you and what we have missed: every sheet is a draft, and we shall answer on these same pages what \
we changed and what we did not.

The walls stay up day and night this week; one of us stands beside them from ten to four."""

MEASURE = Poster.Kind.MEASURE
GOAL = Poster.Kind.GOAL
BLANK = Poster.Kind.BLANK

WALLS = [
    WallWords(
        "By the door",
        [
            PosterWords(
                key="welcome",
                kind=Poster.Kind.WELCOME,
                host="Kasia",
                title="Come in, look around",
                text=(
                    "We are the twenty-six people who sail, moor, mend and sell tickets for the "
                    "Saltmere ferry. Start at any wall you like. If a sentence on a poster makes you "
                    "frown, that is the note we are hoping for."
                ),
            ),
            PosterWords(
                key="map",
                kind=Poster.Kind.MAP,
                host="Idris",
                title="What leads to what on our river",
                text=(
                    "Pull at one and others move. Four of these results are our own, not the council’s; they "
                    "have no measure yet."
                ),
                prompts="Which line would you draw otherwise?\nWhat is missing between the boats and you?",
            ),
            PosterWords(
                key="how-we-chose",
                kind=Poster.Kind.TEXT,
                title="How we chose these",
                text=(
                    "First we took the four goals from the council’s plan and asked of each: what would "
                    "be true on the river if this had happened? That gave us four sentences without "
                    "“robust”, “leverage” or “best-in-class”.\n\n"
                    "Then we asked what one would see, hear or feel on the quay, and wrote down "
                    "everything that could be counted: thirty-one candidates. We weighed each one "
                    "twice. Is it strong evidence? Can we really get the data without making somebody’s "
                    "day worse?\n\n"
                    "Twelve are left. Seven are in use, three on trial, one is still being drawn and "
                    "one is no more than an idea. On the goal posters you find those that we turned "
                    "down, and why. We may have turned down the wrong ones."
                ),
                prompts="Whom should we have asked, and didn’t?\nWhich measure would you take down first?",
            ),
        ],
    ),
    WallWords(
        "From bank to bank",
        [
            PosterWords(
                key="street",
                kind=GOAL,
                shows="street",
                prompts="When did the river last feel like a wall to you?\nIs this a result that matters?",
            ),
            PosterWords(
                key="journeys",
                kind=MEASURE,
                shows="journeys",
                prompts="Does a busy boat tell you that all is well?\nWhose journeys are not in this number?",
            ),
            PosterWords(
                key="left-behind",
                kind=MEASURE,
                shows="left-behind",
                host="Idris",
                prompts=(
                    "Have you ever been left on the quay? What did you do then?\nWhat could go wrong if we "
                    "count this?"
                ),
            ),
            PosterWords(
                key="step-free",
                kind=MEASURE,
                shows="step-free",
                host="Joan",
                prompts=(
                    "Is 1 in 8 a slope that you can manage, in the wet, with your hands full?\n"
                    "What else stops you at the ramp?"
                ),
            ),
            PosterWords(
                key="street-blank",
                kind=BLANK,
                shows="street",
                prompts=(
                    "What would you see on either bank if crossing were as easy as crossing a street?\n"
                    "How could somebody count it without making you fill in a form?"
                ),
            ),
        ],
    ),
    WallWords(
        "The clock",
        [
            PosterWords(
                key="on-time",
                kind=GOAL,
                shows="on-time",
                prompts=(
                    "Is leaving on time what you need, or arriving on time?\n"
                    "Which would you rather we kept: the minute, or the person on the steps?"
                ),
            ),
            PosterWords(
                key="left-on-time",
                kind=MEASURE,
                shows="left-on-time",
                host="Morwenna",
                prompts=(
                    "Are two minutes late still on time for you?\n"
                    "Something changed in March 2026: did you notice it on the quay?"
                ),
            ),
            PosterWords(
                key="ran",
                kind=MEASURE,
                shows="ran",
                prompts=(
                    "Should a crossing lost to a storm count like one lost to a sick crew?\n"
                    "How do you find out that there is no boat?"
                ),
            ),
            PosterWords(
                key="turn-round",
                kind=MEASURE,
                shows="turn-round",
                host="Tomos",
                prompts=(
                    "What would this number make a deckhand do?\nWhat could go wrong for you if we "
                    "wanted it lower?"
                ),
            ),
        ],
    ),
    WallWords(
        "Safe and sound",
        [
            PosterWords(
                key="unhurt",
                kind=GOAL,
                shows="unhurt",
                prompts=(
                    "Where on the boat or the steps do you hold on tight?\nDo “unhurt” and “on time” get "
                    "along?"
                ),
            ),
            PosterWords(
                key="injuries",
                kind=MEASURE,
                shows="injuries",
                prompts=(
                    "Would you tell us if you had slipped and were fine?\nIs “more than a plaster” the "
                    "right line?"
                ),
            ),
            PosterWords(
                key="near-misses",
                kind=MEASURE,
                shows="near-misses",
                prompts=(
                    "Can a number be good when it goes up?\nWhat would keep you from telling us of a "
                    "near miss?"
                ),
            ),
            PosterWords(
                key="drill",
                kind=MEASURE,
                shows="drill",
                prompts=(
                    "Do you know where the lifejackets are on the boat that you came with?\n"
                    "Would you use this measure?"
                ),
            ),
            PosterWords(
                key="unhurt-blank",
                kind=BLANK,
                shows="unhurt",
                prompts="What do you notice on a boat on which everyone is safe?\nHow could we count that?",
            ),
        ],
    ),
    WallWords(
        "The workshop",
        [
            PosterWords(
                key="fit",
                kind=GOAL,
                shows="fit",
                prompts=(
                    "Passengers never see this one. Is it still worth a wall?\nWhat does “fit to sail” "
                    "mean to you?"
                ),
            ),
            PosterWords(
                key="mornings",
                kind=MEASURE,
                shows="mornings",
                host="Danuta",
                prompts="What would tempt someone to sign off a boat that is not ready?",
            ),
            PosterWords(
                key="repairs",
                kind=MEASURE,
                shows="repairs",
                prompts=(
                    "What should we learn from November 2025, and what not?\n"
                    "Can we really tell planned from unplanned?"
                ),
            ),
            PosterWords(
                key="fuel",
                kind=MEASURE,
                shows="fuel",
                prompts=(
                    "Litres, pounds or tonnes of carbon: which one would you read?\nDoes it belong on this "
                    "wall?"
                ),
            ),
        ],
    ),
]
