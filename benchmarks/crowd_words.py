"""What hangs in the scripted gallery and what its crowd says there: a made-up ferry team's own words.

A note is one of a poster's own, or a way of putting things ("Who counts {}?") about what the poster is
about, in English, German or Polish: so four hundred notes differ, and each reads as one that was written.
"""

# ruff: noqa: E501 - a table is read by its lines, one poster each

from typing import NamedTuple

from feedback.models import NoteKind
from gallery.models import Poster

USE = NoteKind.Icon.TICK
ASK = NoteKind.Icon.QUESTION
IDEA = NoteKind.Icon.BULB
CONCERN = NoteKind.Icon.FLAG
MISSING = NoteKind.Icon.GAP

TEAM = "Holm Sound Ferries"
TITLE = "What would a good day on the sound look like?"
GOALS = {
    "across": ("Enhance connectivity", "People of both shores cross whenever they need to."),
    "time": ("Improve punctuality", "Boats leave and land when we said they would."),
    "unhurt": ("Zero harm", "Everybody steps off unhurt, passengers and crew."),
    "ready": ("Optimise asset availability", "Boats and crews are ready in the morning."),
    "heard": ("Customer excellence", "People who tell us something hear what became of it."),
}


class Sheet(NamedTuple):
    """A poster: what it shows, what its notes are about in three languages, and how many of which kind.

    `says` counts its notes in the order of the kinds: use, question, idea, concern, missing.
    """

    kind: Poster.Kind
    title: str
    about: tuple[str, str, str]
    says: tuple[int, int, int, int, int]
    goal: str = ""


M, G, B = Poster.Kind.MEASURE, Poster.Kind.GOAL, Poster.Kind.BLANK
WALLS = {
    "By the door": [
        Sheet(Poster.Kind.WELCOME, "Come in, look around", ("this room", "Dieser Raum", "Ta sala"), (3, 2, 1, 1, 1)),
        Sheet(Poster.Kind.TEXT, "How we chose these measures", ("the choosing", "Die Auswahl", "Ten wybór"), (3, 4, 1, 3, 2)),
    ],
    "Across the sound": [
        Sheet(G, "", ("crossing whenever one needs to", "Hinüberkommen", "Przeprawa"), (5, 1, 3, 3, 1), "across"),
        Sheet(M, "Journeys made", ("journeys made", "Fahrten", "Liczba podróży"), (3, 2, 2, 4, 1), "across"),
        Sheet(M, "People left on the quay", ("people left on the quay", "Zurückgelassene", "Ludzie na nabrzeżu"), (8, 2, 4, 3, 1), "across"),
        Sheet(M, "Crossings with a ramp that wheels can use", ("a ramp for wheels", "Die Rampe", "Rampa"), (7, 3, 3, 1, 4), "across"),
        Sheet(M, "Evenings with a last boat after 22:00", ("a last boat after ten", "Das letzte Schiff", "Ostatni prom"), (5, 2, 2, 2, 2), "across"),
        Sheet(M, "Share of household budget that fares take", ("what fares take", "Der Fahrpreis", "Cena biletu"), (2, 4, 2, 5, 1), "across"),
        Sheet(B, "", ("a shore without a gap", "Zwei Ufer", "Dwa brzegi"), (0, 1, 6, 1, 2), "across"),
    ],
    "On time": [
        Sheet(G, "", ("keeping to what was said", "Pünktlichkeit", "Punktualność"), (4, 1, 1, 2, 1), "time"),
        Sheet(M, "Crossings that left on time", ("leaving on time", "Pünktliche Abfahrt", "Punktualny odjazd"), (27, 3, 4, 2, 2), "time"),
        Sheet(M, "Crossings that landed on time", ("landing on time", "Pünktliche Ankunft", "Punktualny przyjazd"), (7, 2, 1, 2, 1), "time"),
        Sheet(M, "Crossings that ran at all", ("boats that ran at all", "Ausgefallene Schiffe", "Odwołane promy"), (4, 4, 1, 2, 4), "time"),
        Sheet(M, "Minutes to turn a boat round", ("a stopwatch on the ramp", "Die Stoppuhr", "Stoper na rampie"), (2, 3, 3, 24, 2), "time"),
        Sheet(M, "Trains caught from the 17:20", ("trains that one catches", "Der Anschluss", "Przesiadka na pociąg"), (5, 15, 2, 2, 2), "time"),
    ],
    "Unhurt": [
        Sheet(G, "", ("everybody unhurt", "Unverletzt", "Bez wypadku"), (4, 0, 1, 2, 0), "unhurt"),
        Sheet(M, "Injuries for every 100,000 journeys", ("counting injuries", "Verletzungen", "Wypadki"), (4, 3, 1, 3, 1), "unhurt"),
        Sheet(M, "Near misses told", ("near misses told", "Beinahe-Unfälle", "Prawie wypadki"), (5, 2, 4, 2, 2), "unhurt"),
        Sheet(M, "Falls on wet steps", ("falls on wet steps", "Die nassen Stufen", "Mokre schody"), (4, 2, 3, 1, 2), "unhurt"),
        Sheet(M, "Lifejacket drills held to the end", ("the lifejacket drill", "Die Übung", "Ćwiczenia"), (1, 0, 0, 0, 0), "unhurt"),
        Sheet(B, "", ("a boat that feels safe", "Sicherheit", "Poczucie bezpieczeństwa"), (0, 1, 5, 0, 2), "unhurt"),
    ],
    "Ready in the morning": [
        Sheet(G, "", ("boats and crews ready", "Bereit am Morgen", "Gotowość rano"), (3, 1, 1, 1, 1), "ready"),
        Sheet(M, "Mornings with both boats fit to sail", ("both boats fit to sail", "Beide Schiffe", "Oba promy sprawne"), (4, 2, 1, 2, 1), "ready"),
        Sheet(M, "Repairs that were planned", ("planned repairs", "Geplante Reparaturen", "Planowane naprawy"), (3, 2, 2, 1, 2), "ready"),
        Sheet(M, "Fuel for a crossing", ("fuel for a crossing", "Der Treibstoff", "Paliwo"), (2, 2, 4, 3, 3), "ready"),
        Sheet(M, "Watches with a full crew", ("a full crew", "Eine volle Wache", "Pełna załoga"), (3, 2, 1, 4, 2), "ready"),
    ],
    "Heard": [
        Sheet(G, "", ("hearing what became of it", "Eine Antwort", "Odpowiedź"), (4, 0, 1, 2, 1), "heard"),
        Sheet(M, "Complaints answered within a week", ("an answer within a week", "Eine Antwort in der Woche", "Odpowiedź w tydzień"), (3, 2, 2, 2, 2), "heard"),
        Sheet(M, "Changes that people asked for", ("changes that were asked for", "Gewünschte Änderungen", "Zmiany na prośbę"), (3, 1, 2, 1, 2), "heard"),
        Sheet(M, "Texts sent before a boat is cancelled", ("a text before a boat is cancelled", "Die SMS", "SMS przed odwołaniem"), (5, 1, 2, 0, 2), "heard"),
    ],
}  # fmt: skip

# Said on this poster alone, by its title and the kind; they come before the ways of putting things below.
OWN: dict[tuple[str, NoteKind.Icon], list[str]] = {
    ("Minutes to turn a boat round", CONCERN): [
        "I am 79 and I take my time on that ramp. Please put no stopwatch behind me.",
        "The deckhand who helps my brother on with his frame will be the slow one. Think again.",
        "Lower is better, until somebody’s hand is in the gate.",
        "Wer einen Kinderwagen schiebt, wird dann zum Problem. Das will ich nicht sein.",
        "Przestaną pomagać przy wózkach, bo zegar leci. Widziałam to w innej firmie.",
        "We will leave the ramp down before the clock starts. I am only saying.",
        "You measure us like luggage. Everything else in this room is about people.",
        "This one will have a fight with “unhurt” on the next wall. I know which should win.",
        "Schnell ist nicht gut. Gut ist, wenn keiner rennt.",
        "Kto nie zdąży zejść, będzie winny. Nie róbcie tego.",
        "Summer is prams and grandparents. That is no fault, that is summer.",
        "As crew: I would rather be asked what slows us than be timed.",
        "Am Montag war es so eilig, dass mein Hund allein drüben ankam.",
        "Somebody will shout “come along now” at my mother. Then we walk round by the bridge.",
    ],
    ("Crossings that left on time", USE): [
        "If you hang up only one, hang up this one.",
        "Short and true. I could tell you each evening whether it happened.",
        "Since spring I get my train without running. So yes.",
        "Endlich eine Zahl, die ich am Steg selbst nachprüfen kann.",
        "Gdy prom odpływa punktualnie, zdążę odprowadzić syna do szkoły.",
        "The engine writes the time down, not the skipper. That convinced me.",
        "You can see the new timetable in the dots. I did not know a chart could do that.",
        "Bitte auch auf eine Tafel am Kai schreiben. Kreide genügt.",
        "An honest timetable beats a brave one.",
        "Fair. We can do something about it on board.",
        "To mi wystarczy. Reszta to szczegóły.",
        "Keep it as it is. It is what we talk about on deck anyway.",
    ],
    ("Trains caught from the 17:20", ASK): [
        "What do you do when the train is early? It happens on Fridays.",
        "Zählt der Zug um 17:51 auch, oder nur der schnelle?",
        "Could you not just ask the railway for their side of it?",
        "Who stands on the platform and counts? Not one of the crew, I hope.",
        "A co z autobusem 42? Większość z nas jedzie nim.",
        "Why the 17:20 and not the 07:40? I miss mine in the morning.",
    ],
    ("Lifejacket drills held to the end", USE): ["I like that this hangs here at all, if at the very back."],
}

# Ways of putting things, by kind: in English, German and Polish, about what a poster is about.
WAYS: dict[NoteKind.Icon, tuple[list[str], list[str], list[str]]] = {
    USE: (
        [
            "Yes to {}. I would read that every month.",
            "I would use it: {} is what my neighbours ask about.",
            "Plain and honest. Keep {}.",
            "At last somebody writes down {}.",
            "For me {} says more than the whole annual report.",
            "Good that {} is on a wall and not in a drawer.",
            "I did not know that one could measure {}. Now I want to see more of it.",
            "We talk of {} at home, so yes.",
            "Simple to explain to my gran: {}. Keep it.",
            "{} is the one that I would look at first.",
        ],
        [
            "„{}“ würde ich mir jeden Monat ansehen.",
            "„{}“: klar, kurz, behalten.",
            "„{}“ versteht auch meine Tochter. Gut so.",
            "Genau das, „{}“, fragt mich mein Chef jedes Mal.",
        ],
        [
            "„{}” – tak, to bym sprawdzał co miesiąc.",
            "„{}” – proste i uczciwe. Zostawcie.",
            "„{}” – wreszcie ktoś to zapisuje.",
        ],
    ),
    ASK: (
        [
            "Who counts {} on a Sunday?",
            "What would you do if {} got worse for three months?",
            "Does {} mean the same on both shores?",
            "How far back do you know {}?",
            "Is {} better in winter or does it only look so?",
            "Whose job is {}, when it comes to it?",
        ],
        [
            "„{}“: zählt da auch der Feiertag?",
            "„{}“: was tut ihr, wenn es schlechter wird?",
            "„{}“: wer schreibt das auf, und wann?",
        ],
        [
            "„{}” – kto to liczy w niedzielę?",
            "„{}” – co zrobicie, gdy będzie gorzej?",
        ],
    ),
    IDEA: (
        [
            "Show {} by hour. Seven in the morning is another ferry than two in the afternoon.",
            "Ask the school about {}. They know more than they say.",
            "Put {} on a chalk board at the quay, last week’s figure is fine.",
            "Split {} by shore, then we see whose problem it is.",
            "Let passengers tell you about {} with one button at the gate.",
            "Compare {} with the ferry up the coast. They will share, ask Mads.",
        ],
        [
            "„{}“ bitte nach Uhrzeit zeigen.",
            "„{}“ am Kai aushängen, dann reden alle darüber.",
            "„{}“: fragt doch die Leute vom Hafen, die sehen es täglich.",
        ],
        [
            "„{}” – pokażcie to według godzin.",
            "„{}” – powieście wynik na nabrzeżu.",
            "„{}” – zapytajcie pasażerów jednym przyciskiem.",
        ],
    ),
    CONCERN: (
        [
            "{} goes up when the sun shines. Do not give each other a prize for July.",
            "I fear that {} becomes a stick to beat the crew with.",
            "With {} you can look good and still leave people standing.",
            "{} is only as honest as the one who writes it down.",
            "Whoever has the worst shift will pay for {}.",
            "One bad day in {} and the council will call. Then what?",
        ],
        [
            "„{}“ sagt nichts über die, die gar nicht mehr kommen.",
            "„{}“: das trifft am Ende wieder die Frühschicht.",
            "„{}“ lässt sich leicht schönrechnen.",
        ],
        [
            "„{}” – łatwo to podkolorować.",
            "„{}” – boję się, że zapłaci za to załoga.",
        ],
    ),
    MISSING: (
        [
            "The night cleaners. They know {} best and are not here at three in the afternoon.",
            "How {} feels when it rains.",
            "What {} was like before the new timetable.",
            "The people who gave up. They are in no figure about {}.",
            "A word on what you will do about {}.",
        ],
        [
            "„{}“: es fehlen die, die nachts arbeiten.",
            "„{}“: und der Winter?",
            "„{}“: mir fehlt, was ihr daraus macht.",
        ],
        [
            "„{}” – brakuje tych, którzy pracują nocą.",
            "„{}” – a zimą?",
        ],
    ),
}

ANSWERS = [
    "It is the crew on watch, seven days a week. Come on board and look over our shoulder.",
    "Good question. We do not know yet, and will say so on the poster.",
    "Both shores, the same clock. The harbour office reads it out on Mondays.",
    "Since 2019. Before that it was kept on paper, and the paper got wet.",
    "I wondered about that as well.",
    "Das wüsste ich auch gern.",
    "Ja też o to pytam.",
    "On Fridays it is different, I take that boat.",
]
FROM_HOSTS = 4  # so many of the answers are such as a host gives; the others come from visitors

THEMES = [
    ("Do not rush people", [("Minutes to turn a boat round", CONCERN), ("Falls on wet steps", CONCERN)]),
    ("A timetable that one can trust", [("Crossings that left on time", USE), ("Crossings that landed on time", USE)]),
    ("Trains and buses belong to it", [("Trains caught from the 17:20", ASK), ("Trains caught from the 17:20", IDEA)]),
    ("Wheels, prams, sticks", [("Crossings with a ramp that wheels can use", USE), ("Crossings with a ramp that wheels can use", MISSING)]),
    ("Who is not in the room", [("How we chose these measures", MISSING), ("Journeys made", MISSING)]),
]  # fmt: skip
