"""A gallery moves to another server: whole, the same to the letter, and without a word on who wrote."""

import io
import json
import threading
from base64 import b64decode, b64encode
from copy import deepcopy
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.urls import reverse

from feedback import moving_in, moving_out, notes, photos, rounds
from feedback.models import Decision, MeToo, Note, Photo, RoundItem
from feedback.moved_photos import holds_only_a_picture
from feedback.moving import BEHIND, FIELDS_BEHIND, GALLERY, TABLES, TEAM
from gallery import events
from gallery.faces import faces
from gallery.models import Gallery, Hanging, Poster
from measures.models import (
    Baseline,
    Candidate,
    Goal,
    GoalLink,
    Measure,
    Membership,
    Signal,
    Target,
    Team,
    Value,
)
from tests.feedback import moved_gallery, pictures
from tests.feedback.moved_gallery import AT, AUTHOR, HANDWRITTEN, told, written
from tests.feedback.rating import crowd, opened, themes
from tests.feedback.sending import files, kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    return moved_gallery.developed(tmp_path_factory.mktemp("photos"))


@pytest.fixture
def quick(monkeypatch, picture):
    """The darkroom takes a process for each photo, and is tried once below."""
    monkeypatch.setattr(photos, "developed", lambda _: picture)


@pytest.fixture
def moved(picture):
    return moved_gallery.make(picture)


def clear():
    """Another server's database, and its disk."""
    for model in (Decision, Note, Poster, Gallery, Measure, Team):
        model.objects.all().delete()
    for path in files():
        default_storage.delete(path)


def ours() -> list:
    return [
        model
        for app in ("measures", "gallery", "feedback")
        for model in apps.get_app_config(app).get_models()
    ]


def rows() -> dict[str, int]:
    return {model._meta.label: model.objects.count() for model in ours()}


@pytest.fixture
def bring(tmp_path):
    def bring(content: bytes | dict, *options: str) -> str:
        path, said = tmp_path / "gallery.json", io.StringIO()
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        call_command("import_gallery", str(path), *options, stdout=said)
        return said.getvalue()

    return bring


class TestRoundTrip:
    @pytest.mark.parametrize("archived", [False, True])
    def test_out_and_in_and_out_again_is_the_same(self, moved, bring, archived):
        if archived:
            Gallery.objects.filter(pk=moved.pk).update(closed_at=AT, published_at=AT, archived_at=AT)
            Note.objects.update(author=None)
        before = written(moved)
        file = json.loads(before)
        empty = [name for name in TABLES if not file[name]]
        assert empty == []
        assert {note["state"] for note in file["notes"]} == set(Note.State.values)
        assert {poster["kind"] for poster in file["posters"]} == set(Poster.Kind.values)
        assert any(hanging["until"] for hanging in file["hangings"])
        clear()
        assert "6 notes" in bring(before)
        assert written(Gallery.objects.get()) == before
        assert len(files()) == 2

    def test_beside_what_is_here_it_is_the_same_too(self, moved, bring, team, goal, measure, gallery, quick):
        before = written(moved)
        Note.objects.all().delete(), moved.posters.all().delete(), moved.delete()
        Measure.objects.filter(team=moved.team).delete(), moved.team.delete()
        own = [written(gallery), Goal.objects.get(pk=goal.pk).original, team.measures.count()]
        bring(before)
        assert written(Gallery.objects.exclude(pk=gallery.pk).get()) == before
        assert [written(gallery), Goal.objects.get(pk=goal.pk).original, team.measures.count()] == own

    def test_visitors_see_the_same_posters(self, moved, bring, quick):
        def seen():
            found = faces(list(Poster.objects.with_face().order_by("number")))
            return [
                (face.heading, face.chart and face.chart.svg, face.map and face.map.outline) for face in found
            ]

        posters = list(Poster.objects.with_face().order_by("number"))
        looks = [(poster.heading, poster.questions, poster.hung_at) for poster in posters]
        before = written(moved)
        clear()
        bring(before)
        again = list(Poster.objects.with_face().order_by("number"))
        assert [(poster.heading, poster.questions, poster.hung_at) for poster in again] == looks
        keys = {
            result[0]
            for each in Hanging.objects.all()
            for result in each.shows.get("map", {}).get("results", [])
        }
        assert keys == {-1, *Goal.objects.values_list("pk", flat=True)}

    def test_control_a_changed_note_makes_other_bytes(self, moved):
        before = written(moved)
        assert written(moved) == before
        Note.objects.filter(text__startswith="Note 4").update(text="Note 4 reworded")
        assert written(moved) != before

    def test_nods_and_votes_stand_in_an_order_that_tells_of_no_phone(self, moved):
        file = told(moved)
        seqs = {note["key"]: note["seq"] for note in file["notes"]}
        nods = [seqs[nod["note"]] for nod in file["me_toos"]]
        assert nods == sorted(nods)
        assert [vote["value"] for vote in file["votes"]] == [0, 1, 1]
        made = list(MeToo.objects.order_by("pk").values_list("note__seq", flat=True))
        assert made != nods  # a control: the order in which they were said is another

    def test_a_late_retry_finds_its_note(self, moved, bring, quick):
        before = written(moved)
        clear()
        bring(before)
        note = Note.objects.get(text__startswith="Note 0")
        told = note.proposal
        more = notes.Proposed(told.shows, told.known_by, told.data_from)
        same = {"poster": note.poster, "key": note.key, "kind": note.kind}
        assert notes.stick(**same, text=note.text, name=note.name, proposes=more).pk == note.pk
        with pytest.raises(notes.KeyReused):
            notes.stick(**same, text="Other words")
        fresh = notes.stick(poster=note.poster, key=uuid4(), kind=note.kind, text="New")
        assert fresh.seq == max(each["seq"] for each in json.loads(before)["notes"]) + 1
        assert events.hang(wall=note.poster.wall, kind="text").number == 8


class TestFile:
    def test_it_says_nothing_of_who_wrote_or_when_it_was_made(self, moved, facilitator, time_machine):
        Membership.objects.create(team=moved.team, user=facilitator)
        file = written(moved).decode()
        for secret in (AUTHOR, str(HANDWRITTEN), "facilitator", Note.objects.first().digest):
            assert secret not in file
        time_machine.move_to(AT.replace(year=2031))
        assert written(moved).decode() == file

    def test_it_has_what_hangs_and_no_more(self, moved):
        file = told(moved)
        assert {goal["original"] for goal in file["goals"]} == {"Cross safely", "Boats in order"}
        names = ["Injuries a month", "Days in dock", "Passengers", "Near misses"]
        assert [measure["name"] for measure in file["measures"]] == names
        assert [value["value"] for value in file["values"]][:6] == [
            "3",
            "0.1",
            "-12.34",
            "0",
            "99999999.5",
            "0.000001",
        ]
        assert file["hangings"][0]["since"] == "2026-05-29T09:00:00.123456Z"
        moved.posters.filter(kind="map").delete()
        assert [measure["name"] for measure in told(moved)["measures"]] == [names[0], *names[2:]]

    def test_what_its_author_took_back_goes_along_without_a_word(self, moved):
        """A proposal with a name and a photo, that was rated before it was taken back."""
        note = moved.notes.get(key=UUID(int=1, version=4))
        Note.objects.filter(pk=note.pk).update(name="Zoë of the quay")
        RoundItem.objects.filter(note=note).update(words=note.text)
        theirs = [note.text, "Zoë of the quay", "Luck\nrunning out", "Logbook", "=Bridge"]

        def read() -> list[str]:
            file = told(moved)
            return [words for words in theirs if json.dumps(words) in json.dumps(file)] + file["photos"]

        assert len(read()) == len(theirs) + 2  # control
        Note.objects.filter(pk=note.pk).update(state=Note.State.WITHDRAWN)
        assert len(read()) == 1  # the photo of another note
        assert len(told(moved)["notes"]) == moved.notes.count()

    def test_a_photo_that_is_gone_stays_out(self, moved, caplog):
        default_storage.delete(photos.path_of(Photo.objects.first().name))
        assert len(told(moved)["photos"]) == 1
        assert "not there" in caplog.text

    @pytest.mark.parametrize("count", [1, 3])
    def test_its_queries_do_not_grow(self, moved, picture, django_assert_num_queries, count):
        note = Note.objects.order_by("pk").first()
        for _ in range(count):
            notes.stick(poster=note.poster, key=uuid4(), kind=note.kind, text="More")
        with django_assert_num_queries(29):
            written(moved)

    def test_a_facilitator_downloads_it(self, moved, as_facilitator, facilitator):
        Membership.objects.create(team=moved.team, user=facilitator)
        moved.rounds.update(closed_at=AT + timedelta(days=9))
        answer = as_facilitator.get(reverse("export_gallery", args=[moved.code]))
        assert b"".join(answer.streaming_content) == written(moved)
        assert answer["Content-Disposition"] == 'attachment; filename="gallery-23456789.json"'
        assert "no-store" in answer["Cache-Control"]

    def test_while_a_round_is_open_it_tells_no_vote(self, gallery, as_facilitator):
        """TRUST T13: files taken one after another would tell what each of the first four chose."""
        themes(gallery, "Weather")
        rated, address = opened(gallery), reverse("export_gallery", args=[gallery.code])
        assert b"".join(as_facilitator.get(address).streaming_content)  # nobody has rated anything
        crowd(rated, 0)
        refused = as_facilitator.get(address, follow=True)
        assert refused.redirect_chain == [(reverse("rounds", args=[gallery.code]), 302)]
        assert "The room is still rating" in refused.content.decode()
        rounds.close(rated)
        assert b'"value": 0' in b"".join(as_facilitator.get(address).streaming_content)  # control

    def test_every_field_is_in_the_file(self):
        assert unnamed(BEHIND, FIELDS_BEHIND) == []

    def test_control_a_field_that_nobody_thought_of_is_noticed(self):
        fields = {key: why for key, why in FIELDS_BEHIND.items() if key != (Note, "author")}
        assert unnamed({}, fields) == [
            "Membership", "Meaning", "WallPhoto", "Bucket", "ToBeTold", "Note.author",
        ]  # fmt: skip


def unnamed(behind, fields_behind) -> list[str]:
    """What is neither in the file nor among what stays behind with its reason."""
    tables = {table.model: table for table in [TEAM, GALLERY, *TABLES.values()]}
    found = []
    for model in ours():
        if model not in tables:
            found += [] if behind.get(model) else [model.__name__]
            continue
        table = tables[model]
        named = {"id", table.belongs, *table.fields, *table.points}
        found += [
            f"{model.__name__}.{field.name}"
            for field in model._meta.concrete_fields
            if field.name not in named and not fields_behind.get((model, field.name))
        ]
    return sorted(found, key=lambda name: "." in name)


class TestWhere:
    def test_a_code_that_is_taken_needs_a_new_one(self, moved, bring, quick):
        before, file = rows(), written(moved)
        with pytest.raises(CommandError, match=r"2345-6789 is here already\. With --new-code"):
            bring(file, "--team", moved.team.name)
        assert rows() == before
        said = bring(file, "--team", moved.team.name, "--new-code")
        new = Gallery.objects.exclude(pk=moved.pk).get()
        assert "It had the code 2345-6789" in said
        assert new.code != moved.code
        assert written(moved) == file
        assert new.team == moved.team
        assert (new.team.goals.count(), new.team.measures.count()) == (2, 6)
        [one, other] = (told(each) for each in (moved, new))
        for name in ("notes", "photos", "proposals", "me_toos", "round_items", "grounds"):
            for each in (*one[name], *other[name]):
                each.update(key="", reply_to=bool(each.get("reply_to")), note="")
        assert one | {"gallery": {}} == other | {"gallery": {}}

    def test_a_team_that_is_here_is_taken_only_by_its_name(self, moved, bring, quick):
        file = json.loads(written(moved))
        with pytest.raises(CommandError, match=r"is here already\. If it is the same one"):
            bring(file, "--new-code")
        said = bring(file, "--new-code", "--team", "  Another \n team ")
        assert "of the team “Another team” is here" in said
        assert "Nobody is in the team yet" in said
        assert Team.objects.get(name="Another team").measures.count() == 4

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda: Goal.objects.filter(original="Cross safely").update(why="Other"), "goal “Cross safely”"),
            (lambda: Measure.objects.first().values.update(remark="x"), "measure “Injuries a month”"),
            (lambda: GoalLink.objects.all().delete(), "linked otherwise"),
            (lambda: GoalLink.objects.update(kind="conflict"), "linked otherwise"),
            (lambda: Goal.objects.first().candidates.create(wording="More"), "goal “Boats in order”"),
            (lambda: Team.objects.update(long_run=8), "counts its long runs otherwise"),
        ],
    )
    def test_what_differs_there_is_left_alone(self, moved, bring, quick, change, said):
        file = written(moved)
        change()
        before = rows()
        with pytest.raises(CommandError, match=said):
            bring(file, "--team", moved.team.name, "--new-code")
        assert rows() == before
        assert len(files()) == 2

    def test_what_is_missing_there_is_made(self, moved, bring, quick):
        file = written(moved)
        Poster.objects.get(measure__name="Passengers").delete()
        Measure.objects.get(name="Passengers").delete()
        bring(file, "--team", moved.team.name, "--new-code")
        assert Measure.objects.get(name="Passengers").values.count() == 1
        assert Measure.objects.get(name="Injuries a month").values.count() == 6


def without(*path):
    def change(file):
        for step in path[:-1]:
            file = file[step]
        del file[path[-1]]

    return change


def to(value, *path):
    def change(file):
        for step in path[:-1]:
            file = file[step]
        file[path[-1]] = value

    return change


def twice(name):
    return lambda file: file[name].append(deepcopy(file[name][0]))


MOMENT = ("notes", 0, "created_at")


def answers(file, place, other):
    file["notes"][place]["reply_to"] = file["notes"][other]["key"]


def map_of(file) -> dict:
    return next(each["shows"]["map"] for each in file["hangings"] if "map" in each["shows"])


def measured(file) -> dict:
    return next(each["shows"] for each in file["hangings"] if "values" in each["shows"])


# What is done to a good file, and what is said of it.
BROKEN = {
    "another format": (to("measure-pictures", "format"), "no gallery that was written to be moved"),
    "a newer version": (to(2, "version"), "newer release"),
    "no version": (to(True, "version"), "no gallery that was written"),
    "a part is missing": (without("notes"), "missing, or not known here: notes"),
    "a part too many": (to([], "users"), "users"),
    "a field too many": (to("x", "notes", 0, "author"), "notes 0: it has other fields"),
    "a number in it": (to(7, "notes", 0, "id"), "notes 0: it has other fields"),
    "a field is missing": (without("notes", 0, "text"), "notes 0: it has other fields"),
    "a row that is none": (to("x", "walls", 0), "walls 0: it has other fields"),
    "a table that is none": (to({}, "walls"), "walls: this is no list"),
    "a poster that is not there": (to(99, "notes", 0, "poster"), "notes 0: poster names nothing"),
    "a place from behind": (to(-1, "posters", 0, "wall"), "posters 0: wall names nothing"),
    "true for a place": (to(True, "posters", 0, "wall"), "wall names nothing"),
    "a list for a place": (to([], "posters", 0, "wall"), "wall names nothing"),
    "no wall": (to(None, "posters", 0, "wall"), "wall names nothing"),
    "a reply to itself": (lambda file: answers(file, 0, 0), "reply_to names"),
    "replies in a circle": (lambda file: answers(file, 0, 4), "reply_to names"),
    "two notes with one key": (twice("notes"), "two have the same key"),
    "two notes with one number": (lambda file: file["notes"][1].update(seq=1), "note seq"),
    "two decisions": (twice("decisions"), "breaks a rule"),
    "a scale of one word": (to(["Must"], "rounds", 0, "scale"), "rounds 0: scale"),
    "a scale with no words": (to(["Must", " "], "rounds", 0, "scale"), "rounds 0: scale"),
    "a vote beyond the scale": (to(9, "votes", 0, "value"), "votes: one has a word beyond"),
    "a last word beyond it": (to(9, "round_items", 0, "word"), "round_items: one has a word beyond"),
    "a reply on another poster": (to(2, "notes", -1, "poster"), "a reply hangs on the poster of its note"),
    "a reply in a theme": (to(0, "notes", -1, "theme"), "a reply is in no theme"),
    "a reply with a kind": (to(0, "notes", -1, "kind"), "note has a kind or replies"),
    "a host's note that answers nothing": (to(True, "notes", 0, "from_host"), "note of a host replies"),
    "a reply that proposes": (
        lambda file: file["proposals"][0].update(note=file["notes"][-1]["key"]),
        "a reply proposes no measure",
    ),
    "a proposal taken up at no time": (to(None, "proposals", 0, "adopted_at"), "proposal adopted once"),
    "two proposals on a note": (twice("proposals"), "breaks a rule"),
    "a nod to nothing": (to("x", "me_toos", 0, "note"), "me_toos 0: note names nothing"),
    "a theme without a name": (to("", "themes", 0, "name"), "name: This field cannot be blank"),
    "two themes of a name": (twice("themes"), "theme once a gallery"),
    "a theme that is not there": (to(5, "decisions", -1, "theme"), "theme names nothing"),
    "a round of what is not known": (to("people", "rounds", 0, "rates"), "rates is none of what can"),
    "a round without a title": (to("", "rounds", 0, "title"), "title: This field cannot be blank"),
    "a round closed before it was opened": (to(None, "rounds", 0, "opened_at"), "round closed after opened"),
    "a scale that is none": (to([1, 2], "rounds", 0, "scale"), "scale can’t be read"),
    "a scale in words": (to("Must", "rounds", 0, "scale"), "scale is not of the right sort"),
    "two rounds of a number": (twice("rounds"), "two have the same number"),
    "an item of no round": (to(9, "round_items", 0, "round"), "round names nothing"),
    "an item without words": (to("", "round_items", 0, "words"), "words: This field cannot be blank"),
    "two items at one place": (to(1, "round_items", 1, "place"), "round item place once"),
    "a theme where notes are rated": (to(0, "round_items", -2, "theme"), "its round rates no themes"),
    "a note where themes are rated": (
        lambda file: file["round_items"][1].update(note=file["notes"][0]["key"]), "its round rates themes",
    ),
    "a reply that is rated": (
        lambda file: file["round_items"][-2].update(note=file["notes"][-1]["key"]), "a reply is not rated",
    ),
    "a note that proposes nothing": (
        lambda file: file["round_items"][-1].update(note=file["notes"][1]["key"]), "proposes no measure",
    ),
    "a vote below the scale": (to(-1, "votes", 0, "value"), "value: "),
    "true for a vote": (to(True, "votes", 0, "value"), "value is not of the right sort"),
    "a vote on nothing": (to(99, "votes", 0, "item"), "item names nothing"),
    "a decision on nothing": (to(None, "decisions", 0, "poster"), "decision on a poster or a theme"),
    "a decision on two things": (to(0, "decisions", 0, "theme"), "breaks a rule"),
    "a verdict that is none": (to("burn", "decisions", 0, "verdict"), "verdict: Value 'burn'"),
    "a decision without a reason": (to("", "decisions", 0, "reason"), "reason: This field cannot be blank"),
    "a ground twice": (twice("grounds"), "ground once a decision"),
    "two changes at one place": (twice("changes"), "change place once a decision"),
    "a later word without a reason": (to("", "later_words", 0, "reason"), "later_words 0: reason: This"),
    "questions beyond the poster's room": (
        to("x" * 2001, "posters", 0, "asked_before"), "2,001 letters; there is room for 2,000",
    ),
    "a number beyond the last": (to(10**6, "notes", 0, "seq"), "higher number"),
    "a poster beyond the last": (to(99, "gallery", "last_number"), None),
    "a number too large": (to(2**63, "notes", 0, "seq"), "seq is too large"),
    "a number after which there is none": (to(2**63 - 1, "gallery", "seq"), "seq is too large"),
    "a poster's after which there is none": (to(2**31 - 1, "gallery", "last_number"), "last_number is too"),
    "a number below zero": (to(-1, "posters", 0, "position"), "position: "),
    "true for a number": (to(True, "posters", 0, "position"), "position is not of the right sort"),
    "a number for words": (to(5, "gallery", "title"), "gallery: title is not of the right sort"),
    "no title": (to("", "gallery", "title"), "title: This field cannot be blank"),
    "a long title": (to("x" * 121, "gallery", "title"), "at most 120"),
    "a long text": (to("x" * 1001, "notes", 0, "text"), "1,001 letters; there is room for 1,000"),
    "an empty note": (to("", "notes", 0, "text"), "notes 0: text: This field cannot be blank"),
    "a NUL": (to("a\0b", "gallery", "title"), "broken sign"),
    "half a sign": (to("a\ud800b", "notes", 0, "name"), "broken sign"),
    "a broken sign as a name": (to("x", "hangings", 0, "shows", "\0"), "broken sign"),
    "a state that is none": (to("burnt", "notes", 0, "state"), "state: Value 'burnt'"),
    "a kind that is none": (to("slides", "posters", 0, "kind"), "kind: Value 'slides'"),
    "a poster that shows another": (to("text", "posters", 1, "kind"), "poster shows what its kind says"),
    "a zone that is none": (to("Mars/Base", "gallery", "time_zone"), "no time zone"),
    "a code that is none": (to("../../etc", "gallery", "code"), "gallery: code: "),
    "a code with look-alikes": (to("0O1IL2UV", "gallery", "code"), "code can’t be one"),
    "a moment without a zone": (to("2026-06-01T09:00:00", *MOMENT), "created_at can’t be read"),
    "a moment that is none": (to("soon", *MOMENT), "created_at can’t be read"),
    "the beginning of time": (to("0001-01-01T00:00:00Z", "hours", 0, "opens"), "opens can’t be read"),
    "the end of time": (to("9999-12-31T23:59:59Z", "hours", 0, "closes"), "closes can’t be read"),
    "hours backwards": (
        lambda file: file["hours"][0].update(opens=file["hours"][0]["closes"]),
        "opening hours close after open",
    ),
    "no number at all": (to("NaN", "values", 0, "value"), "value can’t be read"),
    "an endless number": (to("1e999999999", "values", 0, "value"), "value can’t be read"),
    "a number written otherwise": (to("1.50", "values", 0, "value"), "value can’t be read"),
    "more digits than are kept": (to("1234567890123456.5", "values", 0, "value"), "value can’t be read"),
    "two values a period": (twice("values"), "value once a period"),
    "hints that are none": (to([{}], "goals", 0, "kept_hints"), "kept_hints can’t be read"),
    "a link to itself": (lambda file: file["links"][0].update(source=0, target=0), "goal link to"),
    "what hung is no object": (to([1], "hangings", 0, "shows"), "hangings 0: what hung"),
    "what hung is an empty list": (to([], "hangings", 0, "shows"), "hangings 0: what hung"),
    "a link of no kind": (lambda file: map_of(file)["ties"].append([0, 1, []]), "leads nowhere"),
    "what hung has no name": (lambda file: measured(file)["measure"].update(name={}), "name is not of"),
    "what hung has no values": (lambda file: measured(file).update(values=[["2026-01-01"]]), "can’t be read"),
    "what hung has no number": (
        lambda file: measured(file).update(values=[["2026-01-01", "", "NaN", ""]], signals=[]),
        "value can’t be read",
    ),
    "what hung is another": (lambda file: measured(file).pop("measure"), "nothing that a Measure poster"),
    "a map of other goals": (lambda file: map_of(file)["results"][0].__setitem__(0, 99), "map that hung"),
    "a map that leads nowhere": (lambda file: map_of(file)["ties"].append([0, 55, "cause"]), "leads nowhere"),
    "a photo of nothing": (to("", "photos", 0, "jpeg"), "photos 0: jpeg: This file is no photo"),
    "a photo that is none": (to("<svg onload=x>", "photos", 0, "jpeg"), "jpeg can’t be read"),
    "a photo too large": (to("A" * (photos.CAPS.answer * 2), "photos", 0, "jpeg"), "too large"),
    "two photos on a note": (twice("photos"), "breaks a rule"),
}  # fmt: skip
BROKEN["a poster beyond the last"] = (to(1, "gallery", "last_number"), "posters: one has a higher number")
TEXTS = {
    "nothing": b"",
    "no JSON": b"PK\x03\x04",
    "another's JSON": b"[]",
    "not UTF-8": b'{"format": "\xff"}',
    "deep": b"[" * 100_000,
    "a number without end": b'{"format": "measure-gallery", "version": ' + b"9" * 5000 + b"}",
    "a number that is none": b'{"format": "measure-gallery", "version": NaN}',
    "twice the same name": b'{"format": "x", "format": "measure-gallery", "version": 1}',
}


class TestBroken:
    @pytest.fixture
    def good(self, moved):
        found = json.loads(written(moved))
        clear()
        return found

    def test_each_is_refused_in_words_and_nothing_is_written(self, good, bring, picture, monkeypatch):
        real = photos.developed
        jpeg = b64decode(good["photos"][0]["jpeg"])
        monkeypatch.setattr(
            photos, "developed", lambda path: picture if path.read_bytes() == jpeg else real(path)
        )
        wrong = {}
        for name, (change, said) in BROKEN.items():
            file = deepcopy(good)
            change(file)
            try:
                bring(file)
                wrong[name] = "taken"
            except CommandError as refusal:
                if said not in str(refusal) or not str(refusal).endswith("Nothing was changed."):
                    wrong[name] = str(refusal)
            assert (set(rows().values()), files()) == ({0}, []), name
        assert wrong == {}
        bring(good)  # the control: as it was, it is taken

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    def test_what_is_not_ours_is_told_so(self, bring, text):
        with pytest.raises(CommandError, match="no gallery that was written to be moved") as refusal:
            bring(text)
        assert refusal.value.returncode == 1

    def test_a_file_that_is_too_large_is_not_read(self, good, bring, monkeypatch):
        monkeypatch.setattr(moving_in, "MOST_BYTES", 1000)
        with pytest.raises(CommandError, match="The file is larger than"):
            bring(good)

    def test_a_file_that_is_not_there(self, tmp_path):
        for path in (tmp_path, tmp_path / "nowhere.json"):
            with pytest.raises(CommandError, match="can’t be opened"):
                call_command("import_gallery", str(path))

    def test_a_full_disk_leaves_nothing(self, good, bring, quick, monkeypatch):
        taken = []

        def keep(name, made):
            if taken:
                raise photos.Busy(photos.UNKEPT)
            taken.append(name)
            default_storage.save(photos.path_of(name), ContentFile(made.jpeg))

        monkeypatch.setattr(photos, "keep", keep)
        with pytest.raises(CommandError, match="No photo can be kept"):
            bring(good)
        assert (set(rows().values()), files()) == ({0}, [])


class TestPhotos:
    def test_what_the_darkroom_made_holds_only_a_picture(self, picture):
        assert holds_only_a_picture(picture.jpeg)

    def test_anything_else_does_not(self, picture):
        jpeg = picture.jpeg
        comment = b"\xff\xfe\x00\x06hush"
        cut = [b"", b"\xff\xd8", jpeg[:-2], jpeg[:200]]
        more = [jpeg + b"<?php", jpeg + jpeg, jpeg[:2] + comment + jpeg[2:], jpeg[:-2] + comment + jpeg[-2:]]
        others = [pictures.written(pictures.quarters(), kind) for kind in ("JPEG", "PNG")]
        assert [
            each[:30] for each in [*cut, *more, *others, pictures.by_a_camera()] if holds_only_a_picture(each)
        ] == []

    def test_what_came_from_elsewhere_is_developed_anew(self, moved, bring):
        file = told(moved)
        file["photos"] = file["photos"][:1]
        file["photos"][0]["jpeg"] = b64encode(pictures.by_a_camera()).decode()
        clear()
        bring(file)
        [path] = files()
        content = kept(path)
        assert holds_only_a_picture(content)
        assert not any(trace in content for trace in pictures.TRACES)
        assert Photo.objects.get().size == len(content)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", [Goal, GoalLink, Candidate, Measure, Value, Target, Baseline, Signal])
def test_a_team_that_writes_meanwhile_is_written_down_as_far_as_it_was(poster, team, monkeypatch, before):
    """As a spreadsheet is imported while one takes the gallery along: its measures hold no gallery's row."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time")
    other = Goal.objects.create(team=team, original="Boats in order")
    events.hang(wall=poster.wall, kind=Poster.Kind.MAP)
    made = moving_out._made

    def write():
        goal = Goal.objects.create(team=team, original="New")
        measure = Measure.objects.create(team=team, goal=goal, name="New")
        value = Value.objects.create(measure=measure, period=date(2026, 1, 1), value="1")
        Target.objects.create(measure=measure, period=date(2026, 1, 1), value="1")
        Baseline.objects.create(measure=measure, starts=date(2026, 1, 1), reason="New")
        Signal.objects.create(value=value, rule="outside")
        Candidate.objects.create(goal=goal, wording="New")
        GoalLink.objects.create(source=goal, target=other, kind="cause")
        connection.close()

    def late(rows):
        if rows.model is before:
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()
        return made(rows)

    monkeypatch.setattr(moving_out, "_made", late)
    found = told(poster.gallery)
    assert found["measures"][0]["name"] == "Share of samples fit for bathing"
    assert Measure.objects.filter(name="New").exists()
