"""What several tests of what people say need: notes on posters, and a photo on a shelf of its own."""

from uuid import uuid4

import pytest

from feedback import notes
from feedback.models import Note, NoteKind, Photo
from gallery import events
from gallery.models import Poster
from measures.models import Measure
from tests.feedback import sending


@pytest.fixture
def own_folder(settings, tmp_path) -> None:
    settings.MEDIA_ROOT, settings.DATA_DIR = tmp_path / "media", tmp_path


@pytest.fixture
def own(visitor, poster) -> Note:
    return sending.stick(visitor, poster)


@pytest.fixture
def photo(visitor, own) -> Photo:
    assert sending.send(visitor, own).status_code == 200
    return Photo.objects.get()


@pytest.fixture
def stick(gallery):
    def stick(poster, word="Concern", times=1, text="The gauge froze in May."):
        kind = NoteKind.objects.get(gallery=gallery, word=word)
        made = [notes.stick(poster=poster, key=uuid4(), kind=kind, text=text) for _ in range(times)]
        return made[-1]

    return stick


@pytest.fixture
def posters(gallery, team, goal, measure, poster):
    """Three measure posters on two walls, the third without a goal, and a bare welcome poster."""
    south = gallery.walls.create(name="South wall", order=2)
    second = Measure.objects.create(team=team, goal=goal, name="Days closed to swimmers")
    third = Measure.objects.create(team=team, name="Tonnes of litter")
    events.hang(wall=south, kind=Poster.Kind.WELCOME)
    return [
        poster,
        events.hang(wall=south, kind=Poster.Kind.MEASURE, measure=second),
        events.hang(wall=south, kind=Poster.Kind.MEASURE, measure=third),
    ]
