"""Suggestions of themes: how right they are, by meaning and by wording, and what 400 notes take.

`python -m benchmarks.bench_themes` groups the hundred notes of benchmarks/themes_notes.py as though
none were in a theme, and compares pairs: of those that were suggested together, how many belong
together (precision), and of those that belong together, how many were suggested (recall). And it puts
every third note outside its theme, to be found again. The thresholds were chosen on six of the twelve
themes; the other six, and all notes with what stands alone, are reported beside them. By meaning only
where the optional extra is installed.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

from benchmarks.bench_import import RUNS, seconds, start
from benchmarks.themes_notes import CHOSEN_ON, NOTES

MANY = 400
READ_BAR, PAGE_BAR = 8.0, 250.0  # milliseconds: a note read; of the processor, a page of 400 notes made
LABELS = [theme or f"alone {at}" for theme, texts in NOTES.items() for at, _ in enumerate(texts)]
TEXTS = [text for texts in NOTES.values() for text in texts]

Row = tuple[str, str, str]


def scored(groups: list[list[int]], among: list[int]) -> str:
    """Precision and recall of pairs, in words."""
    together = {frozenset(pair) for group in groups for pair in combinations(group, 2)}
    belonging = {frozenset(pair) for pair in combinations(among, 2) if len({LABELS[at] for at in pair}) == 1}
    right = len(together & belonging)
    precision, recall = right / max(1, len(together)), right / len(belonging)
    return f"precision {precision:.2f}, recall {recall:.2f} ({right} of {len(together)} pairs right)"


def right(likeness: object, way: str) -> list[Row]:
    from feedback.grouping import groups

    parts = {
        "themes chosen on": [at for at, label in enumerate(LABELS) if label in CHOSEN_ON],
        "the other themes": [
            at for at, label in enumerate(LABELS) if label in NOTES and label not in CHOSEN_ON
        ],
        "all 100 notes": list(range(len(LABELS))),
    }
    return [(f"By {way}, {name}", scored(groups(likeness, part), part), "") for name, part in parts.items()]


def joining(likeness: object, way: str) -> list[Row]:
    """Every third note of each theme outside it, with what stands alone: which of them may belong where."""
    from feedback.grouping import belonging

    rows = []
    for name, themes in {
        "themes chosen on": CHOSEN_ON,
        "the other themes": [theme for theme in NOTES if theme and theme not in CHOSEN_ON],
    }.items():
        members = {
            at: [place for place, label in enumerate(LABELS) if label == themes[at]] for at in range(6)
        }
        outside = [place for at in members for place in members[at][2::3]]
        outside += [place for place, label in enumerate(LABELS) if label.startswith("alone")]
        inside = {at: [place for place in places if place not in outside] for at, places in members.items()}
        found = [
            (at, place) for at, places in belonging(likeness, outside, inside).items() for place in places
        ]
        fit = sum(LABELS[place] == themes[at] for at, place in found)
        told = f"{fit} of {len(found)} notes right, of {len(outside)} outside"
        rows.append((f"By {way}, joining {name}", told, ""))
    return rows


def by_meaning() -> list[Row]:
    from feedback import meanings
    from feedback.likeness import Meaning

    if not meanings.can_read():
        return [("By meaning", "not measured: the extra `themes` isn’t installed", "")]
    loaded = seconds(lambda: meanings.reader().encode(["once, to load it"]))
    vectors: list[bytes] = []

    def read() -> None:
        vectors.clear()
        for at in range(0, len(TEXTS), meanings.AT_A_TIME):
            found = meanings.reader().encode(TEXTS[at : at + meanings.AT_A_TIME])
            vectors.extend(meanings.packed(vector) for vector in found)

    each = statistics.median(seconds(read) for _ in range(RUNS)) * 1000 / len(TEXTS)
    verdict = f"≤ {READ_BAR:.0f} ms: {'met' if each <= READ_BAR else 'MISSED'}"
    took = f"{each:.1f} ms (loading the model {loaded:.1f} s)"
    meaning = Meaning(vectors)
    return [*right(meaning, "meaning"), *joining(meaning, "meaning"), ("Reading a note", took, verdict)]


def spent(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


def timed(what: str, act: Callable[[], object], bar: float | None = None) -> Row:
    """The processor's time: the machine may be busy with more than this."""
    act()
    took = statistics.median(spent(act) for _ in range(RUNS)) * 1000
    verdict = f"≤ {bar:.0f} ms: {'met' if took <= bar else 'MISSED'}" if bar else ""
    return what, f"{took:.0f} ms", verdict


def pages() -> list[Row]:
    """The page of 400 notes, half of them in twenty themes; its suggestions; one act."""
    from django.contrib.auth.models import User
    from django.test import Client
    from django.urls import reverse

    from benchmarks.room import furnish
    from feedback import meanings, themes
    from feedback.models import Note
    from measures.models import Membership

    gallery = furnish(MANY).gallery
    keys = list(gallery.notes.values_list("key", flat=True))
    for at, key in enumerate(keys):  # real words, or the suggestions have nothing to compare
        Note.objects.filter(key=key).update(text=f"{TEXTS[at % 100]} {TEXTS[(at * 7) % 100]}"[:200])
    for place in range(20):
        themes.make(gallery, name=f"Theme {place}", notes=keys[place * 10 : place * 10 + 10])
    while meanings.can_read() and meanings.read_some(gallery):
        pass
    user = User.objects.create_user("bench", is_staff=True)
    Membership.objects.create(team=gallery.team, user=user)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    page = reverse("sort", args=[gallery.code])
    theme = themes.handle(gallery.themes.all()[0])
    put = {"act": "put", "theme": theme, "note": keys[-1].hex}

    def ask(path: str) -> None:
        assert client.get(path).status_code == 200

    def act() -> None:
        sent = client.post(f"{page}act/?show=240", put, headers={"HX-Request": "true"})
        assert sent.status_code == 200

    return [
        timed(f"The page with {MANY} notes", lambda: ask(f"{page}?show=240"), PAGE_BAR),
        timed("One act, and the page again", act, PAGE_BAR),
        timed(
            f"The page with suggestions, by {'meaning' if meanings.can_read() else 'wording'}",
            lambda: ask(f"{page}?show=240&suggest=1"),
        ),
    ]


def run() -> list[Row]:
    """Rows of (what, measured, bar)."""
    from django.core.management import call_command

    with tempfile.TemporaryDirectory(prefix="measure-gallery-bench-") as folder:
        start(folder)
        Path(folder, "static").mkdir()
        call_command("collectstatic", interactive=False, verbosity=0)
        from feedback.likeness import Wording

        wording = Wording(TEXTS)
        rows = by_meaning() + right(wording, "wording") + joining(wording, "wording") + pages()
        from django.db import connections

        connections.close_all()
    return rows


def main() -> int:
    started = time.perf_counter()
    rows = run()
    for what, measured, bar in rows:
        print(f"{what:<44} {measured:<56} {bar}")
    print(f"Themes took {time.perf_counter() - started:.0f} s")
    return int(any("MISSED" in bar for *_, bar in rows))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(main())
