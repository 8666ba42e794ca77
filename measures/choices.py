"""How often, which direction is better, and the status: as people write them."""

from measures.models import Measure
from measures.numbers import tidy

_WORDS = {
    "frequency": {
        "day": "day|daily|d|every day|each day",
        "week": "week|weekly|w|every week|each week|once a week",
        "month": "month|monthly|m|every month|each month|once a month|per month|12 times a year",
        "quarter": (
            "quarter|quarterly|q|every quarter|each quarter|once a quarter|every three months|4 times a year"
        ),
        "year": "year|yearly|annual|annually|y|a|every year|each year|once a year|per year|per annum",
    },
    "better": {
        "higher": (
            "higher|higher is better|high|up|upward|upwards|increase|increasing|more|maximise|maximize|"
            "more is better|rise|grow|bigger is better|increase is better|positive|↑|▲|+"
        ),
        "lower": (
            "lower|lower is better|low|down|downward|downwards|decrease|decreasing|less|fewer|minimise|"
            "minimize|less is better|reduce|fall|smaller is better|decrease is better|negative|↓|▼|-"
        ),
        "steady": (
            "steady|steady is better|stable|maintain|same|hold|constant|neutral|within range|on target|→|="
        ),
    },
    "status": {
        "idea": "idea|proposed|proposal|suggested|candidate",
        "design": "design|in design|draft|designing|in development|under development|planned|new",
        "pilot": "pilot|piloting|trial|in trial|testing|test",
        "in_use": "in use|used|active|current|live|in place|established|existing|yes|ongoing",
        "retired": "retired|dropped|archived|inactive|discontinued|closed|obsolete|no longer used|stopped",
    },
}
_CHOICES = {
    kind: {word: value for value, words in values.items() for word in words.split("|")}
    for kind, values in _WORDS.items()
}
LABELS: dict[str, dict[str, str]] = {
    "frequency": {str(value): str(label) for value, label in Measure.Frequency.choices},
    "better": {str(value): str(label) for value, label in Measure.Better.choices},
    "status": {str(value): str(label) for value, label in Measure.Status.choices},
}


def choice(kind: str, text: str) -> str:
    """The stored value that a frequency, direction or status names in words; '' where none."""
    return _CHOICES[kind].get(" ".join(tidy(text).casefold().replace("_", " ").rstrip(".").split()), "")


def offered(kind: str) -> str:
    """What one may write, as a list in words."""
    return ", ".join(label for value, label in LABELS[kind].items() if value)
