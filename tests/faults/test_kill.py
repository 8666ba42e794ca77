"""T6: `kill -9` under load loses nothing that was called saved; SIGTERM lets notes in flight finish.

On PostgreSQL the app's processes alone are killed: the database server guards its own commits.
"""

import threading
from collections.abc import Callable

from tests.faults.databases import ON_POSTGRES, notes_in
from tests.faults.figures import control, measured
from tests.faults.house import House, listeners, until
from tests.faults.phones import Answer, Phone, Words
from tests.faults.sizes import SIZE
from tests.faults.tally import Tally, tally
from tests.faults.writers import Log, Writers, send_what_waits

WRITERS = 8
BEFORE_A_KILL = 30  # notes that are saved first, so that the kill comes in full run


def killed_under_load(house: House, kills: int, broken: str = "") -> tuple[Tally, Log, int]:
    """Serve, write, kill; as often as asked; then send what waits.

    The tally, what the writers know, and how many notes were on their way when the kills came.
    """
    log, flying = Log(), 0
    for _ in range(kills):
        house.start(broken)
        already, left = len(log.saved), len(log.waiting)
        with Writers(house, WRITERS, log):
            until(lambda already=already: len(log.saved) >= already + BEFORE_A_KILL, "notes under way")
            flying += len(log.waiting) - left
            house.kill()
    house.start()
    send_what_waits(house, log)
    return tally(notes_in(house.database), log.saved, log.sent.values()), log, flying


def test_nothing_that_was_called_saved_is_lost_by_a_kill(house):
    found, log, flying = killed_under_load(house, SIZE.kills)
    assert flying >= SIZE.kills, "The kills came at rest."
    assert (found.is_clean, found.rows) == (True, len(log.sent)), found
    assert house.database.is_whole()
    measured(
        "T6 kill -9",
        f"{SIZE.kills} kills, {WRITERS} writers, {flying} notes on their way",
        f"{found}, {'only the app was killed' if ON_POSTGRES else 'integrity_check ok'}",
    )


def test_control_saved_before_the_commit_is_caught(house):
    found, _, _ = killed_under_load(house, 1, broken="says_saved_too_soon")
    assert found.lost
    control("T6 kill -9", f"'saved' before the commit: {found.lost} acknowledged notes lost")


def stopped_under_load(house: House, broken: str = "") -> tuple[Tally, Log]:
    house.start(broken)
    log = Log()
    with Writers(house, WRITERS, log):
        until(lambda: len(log.saved) >= BEFORE_A_KILL, "notes under way")
        house.stop()
    return tally(notes_in(house.database), log.saved, log.sent.values()), log


def test_control_a_stop_that_forgets_what_it_promised_is_caught(house):
    found, _ = stopped_under_load(house, broken="says_saved_too_soon")
    assert found.lost
    control("T6 SIGTERM", f"'saved' before the commit: {found.lost} acknowledged notes lost")


def test_sigterm_leaves_no_note_half_answered(house):
    """What was in flight is answered; what was not is not there: a row for each yes, and no other."""
    found, log = stopped_under_load(house)
    assert (found.is_clean, found.rows) == (True, len(log.saved)), found
    assert not [status for status in log.statuses if status >= 500]
    measured("T6 SIGTERM", f"{WRITERS} writers", f"{found.rows} rows for {len(log.saved)} acknowledged")


def ended_with_a_note_in_flight(house: House, end: Callable[[], None]) -> tuple[Answer | None, int]:
    """What a note's phone hears whose write is held up, while the server is told to end."""
    house.start("tells_of_arrivals")
    heard: list[Answer | None] = []
    note = Words(house.rooms[0], "Slow, and in flight.")
    phone = threading.Thread(target=lambda: heard.append(Phone(house).stick(note)))
    ending = threading.Thread(target=end)
    with house.database.writes_held():
        phone.start()
        until(lambda: list(house.folder.glob("arrived-*")), "the note's arrival")
        ending.start()
        until(lambda: not listeners(house.port), "the server's farewell")
    phone.join(timeout=150)
    ending.join(timeout=150)
    return heard[0], len(notes_in(house.database))


def test_a_slow_note_in_flight_gets_its_answer_before_the_end(house):
    answer, rows = ended_with_a_note_in_flight(house, house.stop)
    assert answer is not None
    assert (answer.saved, rows) == (True, 1)
    measured("T6 slow note", "SIGTERM while its write is held up", "answered 'saved', 1 row")


def test_control_a_kill_leaves_the_slow_note_without_an_answer(house):
    answer, rows = ended_with_a_note_in_flight(house, house.kill)
    assert answer is None
    control("T6 slow note", f"SIGKILL: no answer, {rows} rows")
