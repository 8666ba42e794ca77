"""The made-up team's goals, how they hang together, and the measures that were weighed for them."""

from typing import NamedTuple

from measures.models import Goal, GoalLink


class GoalWords(NamedTuple):
    key: str
    layer: Goal.Layer
    original: str
    result: str
    why: str


class LinkWords(NamedTuple):
    source: str
    kind: GoalLink.Kind
    target: str


class CandidateWords(NamedTuple):
    goal: str
    wording: str
    strength: int
    feasibility: int
    chosen: bool
    reason: str


GOALS = [
    GoalWords(
        key="street",
        layer=Goal.Layer.PURPOSE,
        original=(
            "To be the river crossing of choice and a key enabler of enhanced connectivity for our "
            "communities"
        ),
        result="People cross the river as easily as they cross a street.",
        why=(
            "By road it is eleven miles from Saltmere to Priory Quay. By boat it is nine minutes. The "
            "sixth form, the market and the railway are on one bank; the surgery, the mill and the "
            "cheaper houses on the other. Whoever cannot use the ferry lives in half a town."
        ),
    ),
    GoalWords(
        key="on-time",
        layer=Goal.Layer.STRATEGIC,
        original="Provide a robust and reliable service that meets the needs of all stakeholders",
        result="The ferry leaves when the timetable says it does.",
        why=(
            "Nobody waits for a ferry for its own sake: there is a train, a shift or a school bell "
            "behind it. People who have been let down twice leave home twenty minutes earlier, or take "
            "the car and do not come back."
        ),
    ),
    GoalWords(
        key="unhurt",
        layer=Goal.Layer.STRATEGIC,
        original="Foster a best-in-class safety culture across all areas of the operation",
        result="Everyone who steps on board steps off unhurt.",
        why=(
            "Most of our accidents are small ones: a wet ramp, a bicycle pedal, a hand on the wrong "
            "side of a rail. Small ones hurt too, and the ones that nearly happened are the only "
            "warning we get of a big one."
        ),
    ),
    GoalWords(
        key="fit",
        layer=Goal.Layer.PROCESS,
        original="Leverage proactive maintenance to optimise asset performance and drive efficiencies",
        result="Both boats are fit to sail every morning.",
        why=(
            "Avocet and Curlew carry the timetable between them. With one of them on the slip we borrow "
            "Dunlin, who is forty-one, slower by two minutes a crossing and has no ramp for wheels."
        ),
    ),
    GoalWords(
        key="crewed",
        layer=Goal.Layer.PROCESS,
        original="Ensure adequate resourcing of all rostered duties",
        result="Every crossing has its whole crew, rested.",
        why="Two crew can sail, but nobody is left to help with a pushchair or to look at the ramp.",
    ),
    GoalWords(
        key="told",
        layer=Goal.Layer.TEAM,
        original="Embed a culture of continuous reporting",
        result="Whoever finds a worn part says so the same day.",
        why="A seal that is named on Monday costs an hour. Found on Friday, it costs a morning’s crossings.",
    ),
    GoalWords(
        key="ramp",
        layer=Goal.Layer.TEAM,
        original="Deliver excellence in terminal presentation",
        result="The ramp is clear and dry when the boat comes in.",
        why="Weed and rope on the slope are what people slip on, and what the turn-round waits for.",
    ),
    GoalWords(
        key="word",
        layer=Goal.Layer.TEAM,
        original="Optimise customer communications touchpoints",
        result="Nobody walks to the quay for a boat that is not coming.",
        why="A crossing lost is bad luck. A walk in the rain for one that was lost an hour ago is not.",
    ),
]

LINKS = [
    LinkWords("fit", GoalLink.Kind.CAUSE, "on-time"),
    LinkWords("fit", GoalLink.Kind.CAUSE, "unhurt"),
    LinkWords("on-time", GoalLink.Kind.CAUSE, "street"),
    LinkWords("on-time", GoalLink.Kind.CONFLICT, "unhurt"),
    LinkWords("unhurt", GoalLink.Kind.COMPANION, "street"),
    LinkWords("crewed", GoalLink.Kind.CAUSE, "unhurt"),
    LinkWords("crewed", GoalLink.Kind.CAUSE, "on-time"),
    LinkWords("told", GoalLink.Kind.CAUSE, "fit"),
    LinkWords("ramp", GoalLink.Kind.CAUSE, "unhurt"),
    LinkWords("ramp", GoalLink.Kind.COMPANION, "crewed"),
    LinkWords("word", GoalLink.Kind.CAUSE, "street"),
]

CANDIDATES = [
    CandidateWords(
        "street",
        "People left on the quay",
        5,
        4,
        True,
        "Nothing is less like a street than a boat that leaves without you. The crew counts already.",
    ),
    CandidateWords(
        "street",
        "Crossings with a step-free ramp",
        4,
        4,
        True,
        "A street has no steps in it. The tide table and the ramp’s length give us every crossing.",
    ),
    CandidateWords(
        "street",
        "Journeys made",
        3,
        5,
        True,
        "Weak on its own, as the weather moves it more than we do, but the other measures are divided by it.",
    ),
    CandidateWords(
        "street",
        "Smile buttons at the exit",
        2,
        4,
        False,
        "Four hundred presses in an hour on the first school run. They tell us about the button.",
    ),
    CandidateWords(
        "street",
        "Cars left at home",
        5,
        1,
        False,
        "What we would most like to know. We found no way to count them that is better than a guess.",
    ),
    CandidateWords(
        "on-time",
        "Crossings that left on time",
        5,
        5,
        True,
        "It is the result itself, and every departure is in the log to the minute.",
    ),
    CandidateWords(
        "on-time",
        "Timetabled crossings that ran",
        4,
        5,
        True,
        "A crossing that never ran is missing from the measure above. The two belong side by side.",
    ),
    CandidateWords(
        "on-time",
        "Minutes to turn the boat round",
        3,
        4,
        True,
        "A cause, not the result. On trial: we want to know what you think it would do to us.",
    ),
    CandidateWords(
        "on-time",
        "Complaints about lateness",
        2,
        4,
        False,
        "Counts how ready people are to write in. Since the web form moved to page two, there are half "
        "as many.",
    ),
    CandidateWords(
        "on-time",
        "Average minutes late",
        3,
        5,
        False,
        "Ten boats two minutes late and one boat twenty minutes late look the same. On the quay they do not.",
    ),
    CandidateWords(
        "unhurt",
        "Injuries per 100,000 journeys",
        5,
        5,
        True,
        "The result itself. So few a month that it says little quickly, so it does not stand alone.",
    ),
    CandidateWords(
        "unhurt",
        "Near misses told",
        4,
        3,
        True,
        "The warnings. Depends on people trusting that telling has no price.",
    ),
    CandidateWords(
        "unhurt",
        "Days since the last accident",
        1,
        5,
        False,
        "A big number on a board makes it hard to be the one who sets it back to nought.",
    ),
    CandidateWords(
        "unhurt",
        "Crew who finished the safety course",
        1,
        5,
        False,
        "An action of ours, not a result. Everyone has the certificate, also the person who slipped.",
    ),
    CandidateWords(
        "unhurt",
        "Minutes to the last lifejacket",
        3,
        3,
        True,
        "On the day that matters, nothing else will. Still being drawn: we are not sure what to time.",
    ),
    CandidateWords(
        "fit",
        "Mornings with both boats ready",
        5,
        5,
        True,
        "The result itself, and the sheet is signed at six every day.",
    ),
    CandidateWords(
        "fit",
        "Hours lost to repairs nobody planned",
        4,
        4,
        True,
        "Says how much a bad morning costs. The job cards have the hours.",
    ),
    CandidateWords(
        "fit",
        "Fuel per crossing",
        2,
        4,
        True,
        "No more than an idea: it may tell of a tired engine before the engine does. What do you think?",
    ),
    CandidateWords(
        "fit",
        "Jobs on the maintenance plan done by their date",
        2,
        5,
        False,
        "Measures whether we follow the plan. A boat can break down with every box ticked.",
    ),
]
