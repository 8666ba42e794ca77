"""The made-up team's twelve measures: their design and definition, as the team would write them."""

from typing import NamedTuple

from measures.models import Measure


class MeasureWords(NamedTuple):
    key: str
    goal: str
    group: str
    name: str
    status: Measure.Status
    intent: str
    calculation: str
    unit: str
    data_source: str
    better: Measure.Better
    owner: str
    sensory_evidence: str
    control: str
    unintended: str
    reading: str
    response: str


WATER = "On the water"
QUAYS = "Quays and tickets"
WORKSHOP = "Workshop"

MEASURES = [
    MeasureWords(
        key="journeys",
        goal="street",
        group=QUAYS,
        name="Journeys made",
        status=Measure.Status.IN_USE,
        intent="Do more people cross by boat than used to, or fewer?",
        calculation=(
            "All tickets and passes read at both gates in the month, children in arms included, divided "
            "by 1,000. There and back counts as two."
        ),
        unit="thousand journeys",
        data_source="Gate counters at Saltmere Steps and Priory Quay",
        better=Measure.Better.HIGHER,
        owner="Kasia Nowicka",
        sensory_evidence=(
            "The 07:40 has a queue on a wet Tuesday. Sixth-formers call it “the bus”. There is room in "
            "the car park behind the mill."
        ),
        control="Little. Weather, school terms and the regatta move it more than anything that we do.",
        unintended=(
            "We could chase day trippers in August and forget the forty people who need the 06:20 in "
            "February."
        ),
        reading=(
            "Summer stands high and January low, every year: most marks here are that season, and no "
            "news. So lay each month beside the same month of the year before."
        ),
        response=(
            "When a month falls short of the same month last year: ask on board for a week before "
            "guessing who is missing, on which crossings."
        ),
    ),
    MeasureWords(
        key="left-behind",
        goal="street",
        group=QUAYS,
        name="People left on the quay",
        status=Measure.Status.IN_USE,
        intent="How often does somebody come in time for a boat and still not get on it?",
        calculation=(
            "People still in the marked queue when the ramp goes up because the boat is full, counted by the "
            "deckhand, for every 10,000 who boarded that month."
        ),
        unit="per 10,000 boarded",
        data_source="Deckhands’ tally cards, both landings",
        better=Measure.Better.LOWER,
        owner="Idris Vaughan",
        sensory_evidence=(
            "Nobody runs down the steps. The deckhand never has to hold up a hand and say “next one”."
        ),
        control=(
            "Some. Seats are seats, but on days that we know of we can put Dunlin on as a third boat "
            "between 8 and 10."
        ),
        unintended=(
            "Crews may squeeze a few more on than is comfortable, or stop counting when the queue gets long."
        ),
        reading=(
            "A high August is August. Look for a month that stands out from its own season, and ask which "
            "day."
        ),
        response=(
            "Find the day and the hour. If it can be foreseen next time, book Dunlin and a second deckhand."
        ),
    ),
    MeasureWords(
        key="step-free",
        goal="street",
        group=QUAYS,
        name="Crossings with a step-free ramp",
        status=Measure.Status.PILOT,
        intent="How much of the timetable can someone on wheels actually use, at both ends?",
        calculation=(
            "Crossings at which the ramp was no steeper than 1 in 8 at departure and at arrival, "
            "divided by all crossings that ran. The slope follows from the height of the tide and the "
            "length of the ramp."
        ),
        unit="%",
        data_source="Tide gauge at Saltmere Steps, departure log, ramp survey of 2024",
        better=Measure.Better.HIGHER,
        owner="Joan Ferriby",
        sensory_evidence=(
            "A wheelchair, a pram and a loaded bicycle come down the ramp on their own, at low water, "
            "and the people behind them do not have to look away."
        ),
        control=(
            "A good deal, slowly: a longer ramp is a matter of money and a winter. The moon is not "
            "negotiable."
        ),
        unintended=(
            "1 in 8 is still hard work in the wet. We might be pleased with a number that somebody with "
            "weak arms would laugh at."
        ),
        reading=(
            "March and September dip with the equinox tides. A step up should have a builder’s invoice "
            "behind it."
        ),
        response="When it drops outside the season: measure the ramp; the river silts up under the pontoon.",
    ),
    MeasureWords(
        key="left-on-time",
        goal="on-time",
        group=WATER,
        name="Crossings that left on time",
        status=Measure.Status.IN_USE,
        intent="If I stand on the quay at the time on the board, does the boat go then?",
        calculation=(
            "Crossings whose ropes were off no more than 2 minutes after the timetable’s time (and "
            "never before it), divided by all crossings that ran that month."
        ),
        unit="%",
        data_source="Departure log on the bridge, both boats",
        better=Measure.Better.HIGHER,
        owner="Morwenna Hale",
        sensory_evidence=(
            "People stroll. Nobody looks at a phone and then at the river. The coffee hut sells more, "
            "because there is time to drink it."
        ),
        control=(
            "Most of it: the turn at the quay, the crew change at 14:00, the boats. Not fog, and not the "
            "barges."
        ),
        unintended=(
            "We could leave a person in a wheelchair behind to save a minute, or write 08:02 when it "
            "was 08:03. So the log takes its time from the engine."
        ),
        reading=(
            "One month a little lower is the river being a river. Eight in a row on one side of the "
            "line, or one outside the limits, is worth a conversation."
        ),
        response=(
            "Take out that month’s log and sort it by hour and by quay. Late boats come in families: "
            "find the first."
        ),
    ),
    MeasureWords(
        key="ran",
        goal="on-time",
        group=WATER,
        name="Timetabled crossings that ran",
        status=Measure.Status.IN_USE,
        intent="How often is there no boat at all?",
        calculation=(
            "Crossings that ran, divided by crossings in the timetable, whatever the reason for the rest."
        ),
        unit="%",
        data_source="Departure log and timetable, both landings",
        better=Measure.Better.HIGHER,
        owner="Morwenna Hale",
        sensory_evidence="The sandwich board that says “SORRY NO FERRY” has cobwebs on it.",
        control=(
            "Partly. When the harbour master closes the river, the river is closed. Crews and engines are "
            "ours."
        ),
        unintended=(
            "A skipper might sail in a wind in which she ought to stay tied up. That must stay her decision."
        ),
        reading=(
            "Winter runs a little lower. A single bad week shows as one point outside the limits, and has a "
            "name."
        ),
        response="List the crossings lost by cause. Weather we accept; no crew and no boat we do not.",
    ),
    MeasureWords(
        key="turn-round",
        goal="on-time",
        group=WATER,
        name="Minutes to turn the boat round",
        status=Measure.Status.PILOT,
        intent="Do we lose our minutes at the quay or on the water?",
        calculation=(
            "Median of the minutes from ramp down to ramp up at Saltmere Steps, 07:00 to 10:00, weekdays."
        ),
        unit="minutes",
        data_source="Switch on the ramp, read out every Friday",
        better=Measure.Better.LOWER,
        owner="Tomos Pryce",
        sensory_evidence=(
            "Off on the left, on on the right, tickets read on board and not at the foot of the steps."
        ),
        control="Half of it. The other half is who comes, with what, and how wet the steps are.",
        unintended=(
            "Hurry. People who need time on the ramp are in the way of a number like this, and a "
            "deckhand who gives them time looks slow."
        ),
        reading="Longer in summer: more bicycles, more prams, more people who have never been on a ferry.",
        response="Watch ten turns with a flask of tea before changing anything. Never name a crew.",
    ),
    MeasureWords(
        key="injuries",
        goal="unhurt",
        group=WATER,
        name="Injuries per 100,000 journeys",
        status=Measure.Status.IN_USE,
        intent="How many people do we hurt?",
        calculation=(
            "People, crew included, who needed more than a plaster on board, on the ramp or on the steps, "
            "times 100,000, divided by the journeys made that month."
        ),
        unit="per 100,000 journeys",
        data_source="Accident book in the ticket office; gate counters",
        better=Measure.Better.LOWER,
        owner="Idris Vaughan",
        sensory_evidence="The first-aid box goes out of date before it is empty.",
        control="Much of it: grit, light, rails, unhurried boarding. Not shoes.",
        unintended="If it is held against anyone, the book gets thinner and the ramp stays just as wet.",
        reading=(
            "One or two people a month. It jumps about by itself: do not read a single month aloud in a "
            "meeting."
        ),
        response="Read the entries of the last half-year together, at the place where they happened.",
    ),
    MeasureWords(
        key="near-misses",
        goal="unhurt",
        group=WATER,
        name="Near misses told",
        status=Measure.Status.PILOT,
        intent="Do we hear of the things that almost went wrong, while they are still small?",
        calculation=(
            "Cards in the mess-room box and entries in the log that describe a near miss, counted by month."
        ),
        unit="reports",
        data_source="Card box in the mess room, bridge log",
        better=Measure.Better.HIGHER,
        owner="Idris Vaughan",
        sensory_evidence="At tea somebody says “that was close” and somebody else hands them a card.",
        control=(
            "Almost all of it, through what happens to the person who writes the card: nothing but thanks."
        ),
        unintended=(
            "Cards for the sake of cards. And one day we shall have to say when more is no longer better."
        ),
        reading="More told is good news for now. It says nothing about how many there were.",
        response=(
            "When it falls: ask whether the last ten cards were answered. Silence usually begins with us."
        ),
    ),
    MeasureWords(
        key="drill",
        goal="unhurt",
        group=WATER,
        name="Minutes to the last lifejacket",
        status=Measure.Status.DESIGN,
        intent="If we had to, how fast would everyone on board be in a lifejacket?",
        calculation=(
            "Minutes from the alarm to the last buckle, mean of the month’s unannounced drills with "
            "volunteers on board (two to four a month)."
        ),
        unit="minutes",
        data_source="Drill sheets in the safety folder, Avocet and Curlew",
        better=Measure.Better.LOWER,
        owner="Joan Ferriby",
        sensory_evidence="People look up, see where to go, and the deckhand does not have to shout.",
        control="Nearly all: where the lockers are, what the signs say, how often we practise.",
        unintended="Volunteers who come every month get fast. The number improves, and the ferry does not.",
        reading="Few drills a month, so half a minute up or down is nothing.",
        response="Film one, and let somebody who has never been on board say where they would have gone.",
    ),
    MeasureWords(
        key="mornings",
        goal="fit",
        group=WORKSHOP,
        name="Mornings with both boats ready",
        status=Measure.Status.IN_USE,
        intent="Can the day begin with the boats that the timetable was written for?",
        calculation=(
            "Mornings on which Avocet and Curlew were both signed off by 06:00, divided by mornings in the "
            "month."
        ),
        unit="%",
        data_source="Engineer’s morning sheet",
        better=Measure.Better.HIGHER,
        owner="Danuta Wrona",
        sensory_evidence=(
            "At six there are two plumes of exhaust at the pontoon, and the engineer is holding a mug."
        ),
        control="Most of it, if the parts are on the shelf.",
        unintended="Signing off a boat with a fault that “will do until tonight”.",
        reading="One morning is about three per cent. Count mornings, not decimals.",
        response="Write each lost morning on the whiteboard with its cause; look for the same word twice.",
    ),
    MeasureWords(
        key="repairs",
        goal="fit",
        group=WORKSHOP,
        name="Hours lost to repairs nobody planned",
        status=Measure.Status.IN_USE,
        intent="How much sailing time do breakdowns cost us?",
        calculation=(
            "Hours between 06:20 and 23:00 in which a boat that should have sailed could not, for a "
            "fault that was not on the maintenance plan. Both boats added up; Dunlin’s standing in does "
            "not reduce it."
        ),
        unit="hours",
        data_source="Workshop job cards",
        better=Measure.Better.LOWER,
        owner="Danuta Wrona",
        sensory_evidence="The workshop radio is audible, because nobody is using a grinder.",
        control=(
            "A good deal. Salt, age and the price of parts are given; when we look and what we keep in "
            "store is ours."
        ),
        unintended="Calling a breakdown “planned” on the day that it happens.",
        reading=(
            "One big failure makes one tall month. The ordinary months are the ones that tell how we "
            "maintain."
        ),
        response="For anything over a day: what did we see a month before, and what would have made us look?",
    ),
    MeasureWords(
        key="fuel",
        goal="fit",
        group=WORKSHOP,
        name="Fuel per crossing",
        status=Measure.Status.IDEA,
        intent="Does a clean hull and a well-set engine show in what we burn?",
        calculation=(
            "Litres of diesel bunkered in the month, less the change in the tank, divided by crossings that "
            "ran."
        ),
        unit="litres",
        data_source="Fuel invoices, dipstick at month’s end, departure log",
        better=Measure.Better.LOWER,
        owner="Tomos Pryce",
        sensory_evidence="No black smoke at the turn. The wake is flatter. The bill is, too.",
        control="Some: hull, propeller, throttle. Wind and tide take their share.",
        unintended="Slower crossings to save a litre, at the cost of the train on the other side.",
        reading=(
            "It creeps up as weed grows on the hull, and falls when we scrape it every March. That is not a "
            "signal."
        ),
        response="If it does not fall after the scrape, look at the propeller.",
    ),
]
