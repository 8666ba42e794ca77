"""What people stuck on the walls of the open gallery, poster by poster, in the order of sticking."""

from typing import NamedTuple

from feedback.models import NoteKind
from feedback.notes import Proposed

USE = NoteKind.Icon.TICK
ASK = NoteKind.Icon.QUESTION
IDEA = NoteKind.Icon.BULB
CONCERN = NoteKind.Icon.FLAG
MISSING = NoteKind.Icon.GAP


class NoteWords(NamedTuple):
    """One note; its kind is named by the icon of the gallery's default kinds. It may propose a measure."""

    kind: NoteKind.Icon
    text: str
    name: str = ""
    paper: bool = False
    proposes: Proposed | None = None


# The lifejacket drill hangs in its corner and nobody has stopped there yet.
NOTES: dict[str, list[NoteWords]] = {
    "welcome": [
        NoteWords(
            IDEA, "Put one of these up at the Priory Quay side too. Half of us never come over here.", "Priya"
        ),
        NoteWords(
            USE,
            "First time in thirty years that anybody from the ferry has asked me. The tea is good as well.",
        ),
        NoteWords(ASK, "Will somebody really read all this?", paper=True),
    ],
    "map": [
        NoteWords(ASK, "Why does being on time work against being unhurt? Watch who runs down the steps."),
    ],
    "how-we-chose": [
        NoteWords(
            MISSING, "The night fishermen and the cleaners on the 06:20. They are not here at ten o’clock."
        ),
        NoteWords(ASK, "Thirty-one candidates! Can I see the other nineteen?", "Neil"),
        NoteWords(CONCERN, "All of you work for the ferry. I would have let the school choose two."),
        NoteWords(USE, "I like that you show what you threw out. Nobody ever does."),
    ],
    "street": [
        NoteWords(
            USE, "YES. My daughter’s school is 400 metres from our kitchen window, and an hour by road."
        ),
        NoteWords(
            CONCERN, "A street is free. The ferry is £2.40 each way. You cannot word that away.", paper=True
        ),
        NoteWords(IDEA, "“…at any hour” is missing. After 23:00 it’s not a street, it’s the sea.", "Callum"),
        NoteWords(ASK, "Whose street? For my dad with his rollator, no street is easy either."),
        NoteWords(USE, "Much better than “enabler of connectivity”. I laughed and then I was a bit moved."),
    ],
    "journeys": [
        NoteWords(
            CONCERN,
            "This goes up when the sun shines. Please don’t give each other a bonus for July.",
        ),
        NoteWords(
            MISSING, "The people who looked at the queue and turned round. They went through no gate.", "Bev"
        ),
        NoteWords(ASK, "Does the dog count? He has crossed more often than I have."),
    ],
    "left-behind": [
        NoteWords(
            USE,
            "Was one of the 212 on half-marathon Sunday. Missed my own start. Glad that it is on the "
            "wall and not under a carpet.",
        ),
        NoteWords(ASK, "If I see the queue and go home, am I “left on the quay”?"),
        NoteWords(
            IDEA,
            "Re going home: paint a line on the quay. Beyond the line = next boat. Count who stands "
            "beyond it.",
            "Gwil",
        ),
        NoteWords(
            CONCERN, "The deckhand has a rope in one hand and a pram in the other. And now a tally card?"
        ),
        NoteWords(USE, "Simple, sad, clear. Keep."),
        NoteWords(IDEA, "Tell me at the top of the steps: “room for 14”. Then I needn’t run.", paper=True),
    ],
    "step-free": [
        NoteWords(
            USE,
            "Finally. I plan my life by the tide table, and I am not a sailor, I am a physiotherapist "
            "in a wheelchair.",
            "Ruth",
        ),
        NoteWords(
            CONCERN,
            "1 in 8 is a rule for ships. For a wheelchair it should be 1 in 12. Try it yourselves in "
            "the rain.",
        ),
        NoteWords(
            USE,
            "Wózek z bliźniakami – przy niskiej wodzie nie ma szans. Dobrze, że ktoś to wreszcie liczy.",
        ),
        NoteWords(ASK, "Why does it say 92 % when I could get on only twice last week?"),
        NoteWords(
            IDEA,
            "To the one who got on twice: I think it counts crossings at 2 in the afternoon like those "
            "at 8 in the morning. Weigh them by when people travel.",
        ),
        NoteWords(USE, "Diolch i’r criw – maen nhw’n wych efo Mam a’i chadair olwyn.", "Nerys"),
        NoteWords(
            IDEA, "Print “steep” beside those sailings in the timetable. You can work it out a year ahead!"
        ),
        NoteWords(
            MISSING, "The cobbles between the bus stop and the ramp. It ends there for me.", paper=True
        ),
    ],
    "street-blank": [
        NoteWords(
            IDEA, "Children who have a best friend on the other bank. Ask the primary schools, once a year."
        ),
        NoteWords(
            IDEA,
            "People who live on one side and have their GP on the other. The surgery knows, without names.",
            "Anand",
        ),
        NoteWords(IDEA, "Count the shopping bags on the 17:20."),
        NoteWords(ASK, "GP idea: would the surgery be allowed to tell you that?"),
        NoteWords(IDEA, "How many people cross just for a coffee and go back. That is what a street is for."),
    ],
    "on-time": [
        NoteWords(USE, "Short and true. I could tell you every evening whether it happened."),
        NoteWords(
            CONCERN, "I need it to ARRIVE when it says. The 17:58 train does not ask when you left.", "Marek"
        ),
        NoteWords(ASK, "Who are “all stakeholders” in the old one? Asking for a friend who is a passenger."),
    ],
    "left-on-time": [
        NoteWords(USE, "This one. If you hang up only one, hang up this one."),
        NoteWords(USE, "I noticed! Since the spring I get the 08:14 train without running.", "Hannah"),
        NoteWords(
            ASK,
            "Two minutes after the time is on time? My bus leaves at :11 and you dock at :11. Explain "
            "that to it.",
        ),
        NoteWords(
            USE, "You can see the new timetable in the dots. I didn’t know that a chart could do that."
        ),
        NoteWords(
            IDEA,
            "About the bus at :11 – ask the bus company to come to this room. Same problem on the 42.",
            "Jan",
        ),
        NoteWords(
            USE, "Yes, and please also on a board on the quay, last week’s figure, chalk is fine.", paper=True
        ),
        NoteWords(
            USE,
            "Wracam z nocnej zmiany pierwszym promem. Gdy jest punktualny, zdążę odprowadzić syna do szkoły.",
        ),
        NoteWords(CONCERN, "So you gave yourselves more time, and now you are on time. Hm."),
        NoteWords(
            USE,
            "To “Hm”: an honest timetable beats a brave one. I would rather know.",
        ),
        NoteWords(USE, "The engine writes the time down, not the skipper. That convinced me."),
        NoteWords(MISSING, "By hour, please. 07:40 and 14:20 are two different ferries."),
        NoteWords(USE, "Fair measure. We can do something about it on board.", "one of the crew"),
    ],
    "ran": [
        NoteWords(ASK, "Do you count it when the boat ran but couldn’t land at Priory Quay and turned back?"),
        NoteWords(
            CONCERN,
            "99 % sounds wonderful. It is still sixty boats a month that didn’t come. I met four of them.",
        ),
        NoteWords(
            IDEA, "Sixty boats: then print it like that, “61 did not run”. Nobody feels a percentage.", "Lou"
        ),
        NoteWords(MISSING, "When did we learn of it? A text at six is fine. A shrug at the steps is not."),
        NoteWords(USE, "January was right. I saw the waves. Thank you for not sailing.", paper=True),
    ],
    "turn-round": [
        NoteWords(
            CONCERN,
            "I am 81 and I take my time on that ramp. Please do not put a stopwatch behind me.",
            paper=True,
        ),
        NoteWords(
            CONCERN,
            "The deckhand who helps my brother on with his frame will be the “slow” one. Think again.",
        ),
        NoteWords(CONCERN, "Lower is better – until somebody’s hand is in the gate."),
        NoteWords(ASK, "Who gets to see it, by crew or only all together?"),
        NoteWords(
            CONCERN,
            "We will simply leave the ramp down a bit before the switch. I’m only saying.",
            "a deckhand",
        ),
        NoteWords(
            IDEA, "Do not measure people, measure the queue: how far up the steps does it reach at 08:00?"
        ),
        NoteWords(
            CONCERN, "This and “unhurt” on the next wall are going to have a fight. I know who I’m for."
        ),
        NoteWords(
            CONCERN,
            "It goes up in summer because of prams and grandparents. That is not a fault, that’s summer.",
        ),
        NoteWords(
            USE, "As an engineer I’d use it, for a month, to find out where the minutes go. Then stop."
        ),
        NoteWords(
            CONCERN,
            "Feels as if we were the luggage. Everything else in this room is about us, this is about you.",
        ),
    ],
    "unhurt": [
        NoteWords(USE, "“Steps off unhurt” – could be said of few things at work. Mine, for a start."),
        NoteWords(
            MISSING, "Does it include the two who fell on the slipway before they stepped on board?", "Tegan"
        ),
    ],
    "injuries": [
        NoteWords(ASK, "It is 0 in one month and 3 in the next. What am I to think?"),
        NoteWords(
            IDEA,
            "0 and 3: think nothing yet, that’s what the lines in the chart are for. Look at a whole year.",
        ),
        NoteWords(CONCERN, "I skinned both my knees in June and told nobody. Pride."),
        NoteWords(USE, "Must stay, even if it’s jumpy. Leaving it out would look terrible.", "Colin"),
    ],
    "near-misses": [
        NoteWords(ASK, "Did it get more dangerous in November 2025, or did you get more honest?"),
        NoteWords(
            USE,
            "More honest. The cards got answers, so people wrote more cards. Best thing we did.",
            "one of the crew",
        ),
        NoteWords(CONCERN, "Give somebody a target for this and you’ll get cards about wet teaspoons."),
        NoteWords(IDEA, "Let passengers write cards too. I’ve seen things. (The bollard at Priory Quay!)"),
        NoteWords(
            USE,
            "We have the same thing on the ward. It works as long as nobody is ever told off for it.",
            "Fiona",
        ),
        NoteWords(MISSING, "How many of them were put right. Telling is only half."),
    ],
    "unhurt-blank": [
        NoteWords(
            IDEA,
            "On a safe boat people let go of the rail. Count hands on the rail at the turn. Seriously.",
            proposes=Proposed(
                shows="Whether people trust the boat under their feet, not what they tick on a form.",
                known_by="One walks to the other side at the bend and nobody grabs for anything.",
                data_from="A deckhand with a clicker, ten crossings a week.",
            ),
        ),
        NoteWords(
            IDEA,
            "Ask a six-year-old: “show me where you would put on a lifejacket.” Right or wrong.",
            proposes=Proposed(
                shows="Whether the drill reaches those who don’t listen to it.",
                data_from="The school run on Fridays. The teachers would help.",
            ),
        ),
    ],
    "fit": [
        NoteWords(
            USE, "I never thought about who is up at five so that I can be on the 06:20. Thanks.", "Ola"
        ),
        NoteWords(ASK, "If Dunlin has no ramp for wheels, why isn’t that on the step-free poster?"),
    ],
    "mornings": [
        NoteWords(ASK, "Nine mornings without the gearbox in one month: wasn’t there a spare?"),
        NoteWords(
            IDEA,
            "Re spare: ask the ferries down the coast. Four of them have the same gearbox. Share one.",
            "Dafydd",
        ),
    ],
    "repairs": [
        NoteWords(
            CONCERN, "That one tall dot squashes all the others. I can’t see whether you’re getting better."
        ),
        NoteWords(
            MISSING, "The little things that never became hours. The door that sticks has stuck since Easter."
        ),
        NoteWords(
            ASK,
            "When you see a crack on Monday and mend it on Thursday, is that planned?",
            paper=True,
        ),
    ],
    "fuel": [
        NoteWords(IDEA, "Please in carbon. A litre means nothing to me; I don’t even drive.", "Imogen"),
        NoteWords(
            CONCERN, "Wrong wall? Fuel isn’t “fit to sail in the morning”. It needs a goal of its own."
        ),
        NoteWords(MISSING, "The electric boat. You know that we’re all thinking it."),
        NoteWords(USE, "Weed on the hull costing a pint a crossing is my new favourite fact."),
    ],
}
