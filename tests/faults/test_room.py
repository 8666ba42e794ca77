"""T2: two hundred phones behind one address are two hundred visitors, not one who is too fast.

All are in one gallery, fifty before each of its four posters.
"""

import threading
import time

from tests.faults.crowd import Crowd, Visitor, failed, limited
from tests.faults.figures import control, measured
from tests.faults.house import House, until
from tests.faults.phones import Phone
from tests.faults.sizes import PATIENT, SIZE, VISITORS

NOTES_A_SECOND = 20
JOINED_WITHIN = 60  # seconds
P95 = 500  # milliseconds
MOST_TAPS = 600


def test_two_hundred_behind_one_address_join_write_and_read(house):
    house.start(PATIENT)
    crowd = Crowd(house, VISITORS, house.rooms[0].every_poster())
    joined = crowd.join()
    assert not SIZE.timed or joined < JOINED_WITHIN, f"{joined:.0f} s"
    assert (limited(crowd.met), failed(crowd.met)) == (0, 0), crowd.met
    crowd.forget()
    took = until_they_have_written(crowd, NOTES_A_SECOND * SIZE.room_seconds)
    met, p95 = crowd.met, crowd.p95
    assert (limited(met), failed(met)) == (0, 0), met
    assert not SIZE.timed or p95 <= P95, f"{p95:.0f} ms"
    assert not SIZE.timed or took <= SIZE.room_seconds * 1.1, f"{took:.0f} s"
    crowd.forget()
    loud = with_a_loud_one(house, crowd)
    assert limited(loud.met) > 0, loud.met
    assert (limited(crowd.met), failed(crowd.met)) == (0, 0), crowd.met
    measured(
        "T2 one address",
        f"{VISITORS} visitors, {met['note 200']} notes and {sum(met.values()) - met['note 200']} polls "
        f"in {took:.0f} s",
        f"all in after {joined:.0f} s; 0 × 429, 0 × 5xx; p95 of a post {p95:.0f} ms (bar {P95})",
    )
    measured(
        "T2 a loud visitor",
        f"10 notes a second for {SIZE.loud_seconds} s",
        f"{limited(loud.met)} of {sum(loud.met.values())} told to slow down; the others 0 × 429",
    )


def until_they_have_written(crowd: Crowd, notes: int) -> float:
    """Let them, at their pace; returns the seconds that it took. A crowded machine may need longer."""
    start, already = time.monotonic(), crowd.written
    with crowd.at_work(NOTES_A_SECOND):
        until(lambda: crowd.written - already >= notes, "their notes", seconds=300 + 3 * SIZE.room_seconds)
    return time.monotonic() - start


def with_a_loud_one(house: House, crowd: Crowd) -> Visitor:
    """One more visitor who taps ten times a second, while the others go on as before.

    Whether the last tap was answered or not: on a crowded machine nobody would be loud otherwise. Where its
    answers come too slowly for a limit, it goes on until they don't.
    """
    loud = Visitor(VISITORS, Phone(house), house.rooms[0])
    loud.join()
    taps: list[threading.Thread] = []
    with crowd.at_work(NOTES_A_SECOND):
        while len(taps) < SIZE.loud_seconds * 10 or (not limited(loud.met) and len(taps) < MOST_TAPS):
            taps.append(threading.Thread(target=loud.write))
            taps[-1].start()
            time.sleep(0.1)
        for tap in taps:
            tap.join(timeout=300)
    return loud


def test_control_a_limit_by_address_shuts_the_room_out(house):
    house.start("limits_by_address")
    crowd = Crowd(house, 40, house.rooms[0].every_poster())
    crowd.join()
    assert limited(crowd.met) > 0
    control("T2 one address", f"limited by address: {limited(crowd.met)} of 40 visitors got 429 on coming in")


def test_control_a_server_without_limits_lets_the_loud_one_shout(house):
    house.start("has_no_limits")
    loud = Visitor(0, Phone(house), house.rooms[0])
    for _ in range(40):
        loud.write()
    assert limited(loud.met) == 0
    control("T2 a loud visitor", "no limits: 40 notes on end, none told to slow down")
