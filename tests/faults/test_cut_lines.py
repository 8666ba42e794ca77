"""T1: lines that are cut at five points, retries until the server says yes: each note is there once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.faults.databases import notes_in
from tests.faults.figures import control, measured
from tests.faults.house import House
from tests.faults.phones import Answer, Phone, Words
from tests.faults.proxy import POINTS, Cut, breaking_lines
from tests.faults.sizes import SIZE
from tests.faults.tally import Tally, tally

AT_ONCE = 12
NOTES_A_PHONE = 5
# What people write, and what a careless server garbles: line ends, quotes, signs of many bytes.
ENDINGS = ["split by quay?", "“per cent” & 100 %", "zwei\nZeilen", "Łódź – 東京 – 🙂", "a+b=c&d;e"]


def words(house: House, number: int) -> Words:
    text = f"{number}: {ENDINGS[number % len(ENDINGS)]}"
    return Words(house.rooms[number % len(house.rooms)], text, name="Ada" if number % 3 else "")


def until_saved(send: Callable[[], Answer | None], seconds: float = 180) -> Answer:
    """Send again until the server says yes; where it says 'slow down', as much later as it says."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = send()
        if answer is not None and answer.saved:
            return answer
        assert answer is None or answer.status in {429, 503}, (answer.status, answer.body[:500])
        time.sleep(float(answer.headers.get("retry-after", "1")) if answer else 0.05)
    raise AssertionError("never acknowledged")


def through_every_cut(phone: Phone, ports: dict[Cut, int], note: Words, number: int) -> set[str]:
    """Send one note into each of the five cuts, first one or another, then until it is saved.

    Returns what the answers that arrived called it.
    """
    start = number % len(POINTS)
    answers = [
        phone.stick(note, port=ports[cut], script=bool(number % 2)) for cut in POINTS[start:] + POINTS[:start]
    ]
    answers.append(until_saved(lambda: phone.stick(note, port=ports[Cut.NEVER], script=bool(number % 2))))
    return {answer.saved_as.replace("-", "") for answer in answers if answer and answer.saved}


def drive(house: House, count: int) -> tuple[Tally, int, int]:
    """Send `count` notes over breaking lines: the tally, cuts made, notes told two names."""
    notes = [words(house, number) for number in range(count)]
    phones = [Phone(house) for _ in range(0, count, NOTES_A_PHONE)]
    with breaking_lines(house.port) as (ports, happened), ThreadPoolExecutor(AT_ONCE) as hands:
        names = list(
            hands.map(
                lambda each: through_every_cut(phones[each[0] // NOTES_A_PHONE], ports, each[1], each[0]),
                enumerate(notes),
            )
        )
    acknowledged = {note.key: note.text for note in notes}
    found = tally(notes_in(house.database), acknowledged, acknowledged.values())
    cuts = sum(happened[cut] for cut in POINTS)
    return found, cuts, sum(1 for told in names if len(told) != 1)


def test_every_note_is_there_once_whatever_was_cut(house):
    house.start()
    found, cuts, renamed = drive(house, SIZE.notes)
    assert cuts >= SIZE.notes * len(POINTS)
    assert (found.rows, found.is_clean, renamed) == (SIZE.notes, True, 0), found
    measured("T1 cut lines", f"{SIZE.notes} notes × {len(POINTS)} cuts", str(found))


def test_control_a_server_that_forgets_keys_is_caught(house):
    house.start("forgets_keys")
    found, _, renamed = drive(house, 25)
    assert found.doubled
    assert renamed
    control("T1 cut lines", f"keys forgotten: {found.doubled} rows too many for 25 notes")


def all_at_once(house: House, count: int = 20) -> list[Answer | None]:
    """One phone's note, sent that many times in the same moment."""
    note, ready = words(house, 0), threading.Barrier(count)
    phone = Phone(house)
    until_saved(lambda: phone.stick(Words(note.room, "The first, for the cookie.")))

    def send(number: int) -> Answer | None:
        ready.wait(timeout=120)
        return Phone(house, dict(phone.cookies)).stick(note, script=bool(number % 2))

    with ThreadPoolExecutor(count) as hands:
        return list(hands.map(send, range(count)))


def rows_and_names(house: House, answers: list[Answer | None]) -> tuple[int, set[str]]:
    rows = [row for row in notes_in(house.database) if row.text == words(house, 0).text]
    return len(rows), {answer.saved_as.replace("-", "") if answer else "" for answer in answers}


def test_twenty_taps_at_once_are_one_note_and_one_answer(house):
    house.start()
    answers = all_at_once(house)
    rows, names = rows_and_names(house, answers)
    assert (rows, len(names), "" in names) == (1, 1, False)
    assert {answer.status for answer in answers if answer} == {200, 302}
    plain = {(a.headers["location"], a.body) for a in answers if a and a.status == 302}
    assert len(plain) == 1
    assert len({hung(answer) for answer in answers if answer and answer.status == 200}) == 1
    measured("T1 twenty at once", "20 POSTs with one key", "1 row, 1 answer")


def hung(answer: Answer) -> str:
    """The note as the answer hangs it; the form beside it has a fresh key each time."""
    return answer.body[answer.body.index("hx-swap-oob") :]


def test_control_twenty_taps_without_the_key_are_twenty(house):
    house.start("forgets_keys")
    rows, names = rows_and_names(house, all_at_once(house))
    assert rows > 1
    assert len(names) > 1
    control("T1 twenty at once", f"keys forgotten: {rows} rows")


def other_words_under_the_same_key(house: House) -> tuple[Answer, list[str]]:
    phone, first = Phone(house), words(house, 0)
    until_saved(lambda: phone.stick(first))
    answer = phone.stick(Words(first.room, "Other words & signs <b>", key=first.key), script=True)
    assert answer is not None
    return answer, [row.text for row in notes_in(house.database) if row.key == first.key]


def is_refused_with_words_kept(answer: Answer) -> bool:
    return answer.status == 422 and "Other words &amp; signs &lt;b&gt;</textarea>" in answer.body


def test_other_words_under_a_used_key_are_refused_and_kept_in_the_form(house):
    house.start()
    answer, kept = other_words_under_the_same_key(house)
    assert is_refused_with_words_kept(answer)
    assert kept == [words(house, 0).text]
    measured("T1 key reused", "other words under a used key", "422, words in the form, note unchanged")


def test_control_a_server_that_believes_any_words_is_caught(house):
    house.start("believes_any_words")
    answer, _ = other_words_under_the_same_key(house)
    assert answer.saved
    assert not is_refused_with_words_kept(answer)
    control("T1 key reused", f"words not compared: {answer.status} 'saved', the words lost")


def test_the_lines_cut_where_they_say(house):
    """The measuring instrument itself: what arrives of an answer, and what the server got."""
    house.start()
    notes = {cut: words(house, number) for number, cut in enumerate(Cut)}
    with breaking_lines(house.port) as (ports, happened):
        answers = {cut: Phone(house).stick(note, port=ports[cut]) for cut, note in notes.items()}
    assert happened == dict.fromkeys(Cut, 1)
    assert {cut for cut, answer in answers.items() if answer} == {Cut.AFTER_ANSWER, Cut.NEVER}
    kept = {row.key for row in notes_in(house.database)}
    assert {notes[cut].key for cut in (Cut.MID_ANSWER, Cut.AFTER_ANSWER, Cut.NEVER)} <= kept
    assert not {notes[cut].key for cut in (Cut.BEFORE, Cut.MID_BODY)} & kept
