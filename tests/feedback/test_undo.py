"""The seals that carry the way back: for one gallery or one note, for an hour."""

from datetime import timedelta

import pytest
import time_machine

from feedback import undo
from feedback.models import Note
from feedback.notes import Turned
from gallery.models import Gallery

TURNED = Turned("hidden", [("shown", 1, 3)])


@pytest.mark.parametrize(("seconds", "given"), [(0, TURNED), (3599, TURNED), (3602, None)])
def test_it_is_good_for_an_hour(noon, seconds, given):
    room = Gallery(code="ABCDEFGH")
    with time_machine.travel(noon, tick=False) as clock:
        seal = undo.sealed(room, TURNED)
        clock.shift(timedelta(seconds=seconds))
        assert undo.opened(room, seal) == given
        assert undo.opened(Gallery(code="HGFEDCBA"), seal) is None


def test_a_note_s_is_for_one_taking_back_of_it():
    note = Note(seq=4)
    note.key = Note._meta.get_field("key").to_python("0" * 32)
    seal = undo.sealed_one(note)
    assert undo.hung(note, seal)  # control
    assert not undo.hung(note, "")
    assert not undo.hung(note, undo.sealed(Gallery(code="ABCDEFGH"), TURNED))
    note.seq = 6
    assert not undo.hung(note, seal)
