"""Measures that visitors propose: others build on them, the team takes one up."""

import uuid

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from feedback import frames, notes, proposals
from feedback.models import Note, NoteKind, Proposal
from gallery import events
from gallery.models import Poster
from measures.models import Measure, Membership, Value
from tests.feedback.talking import HTMX, on_the_page, page_of, path, said, stuck

FIELDS = {
    "shows": "Whether people dare to swim",
    "known_by": "Children jump off the jetty",
    "data_from": "The lifeguard’s tally",
}


@pytest.fixture
def blank(poster, goal) -> Poster:
    return events.hang(wall=poster.wall, kind=Poster.Kind.BLANK, goal=goal)


def propose(client: Client, poster: Poster, text: str = "Swimmers on a warm day", headers=None, **more):
    words = {"key": str(uuid.uuid4()), "text": text, "name": "", **FIELDS} | more
    address = reverse("propose", args=[poster.gallery.code, poster.number])
    return client.post(address, words, headers=headers or {})


@pytest.fixture
def proposed(blank) -> Note:
    return notes.stick(
        poster=blank,
        key=uuid.uuid4(),
        kind=blank.gallery.note_kinds.get(word="Idea"),
        text="Swimmers on a warm day",
        author="b" * 64,
        proposes=notes.Proposed(**FIELDS),
    )


def adopt(client: Client, note: Note, headers=None, **words):
    return client.post(reverse("adopt", args=[note.gallery.code, note.key]), words, headers=headers or {})


class TestProposing:
    def test_it_is_a_note_with_its_fields(self, visitor, blank):
        answer = propose(visitor, blank, name="Ada")
        note = Note.objects.get()
        assert answer["Location"] == f"{page_of(blank)}#n-{note.key.hex}"
        assert (note.text, note.name, note.kind.word) == ("Swimmers on a warm day", "Ada", "Idea")
        assert {name: getattr(note.proposal, name) for name in FIELDS} == FIELDS
        page = on_the_page(Client(), blank)
        for words in [*FIELDS.values(), "What it would show", "How one would know", "Where the data is"]:
            assert words in page
        assert "Build on it" in page

    def test_the_phone_gets_the_note_and_its_key(self, visitor, blank):
        key = str(uuid.uuid4())
        answer = propose(visitor, blank, key=key, headers=HTMX)
        page = answer.content.decode()
        assert (answer.status_code, answer["Note-Saved"]) == (200, key)
        assert 'data-said="Saved. Your measure is on the poster."' in page
        assert "Whether people dare to swim" in page

    def test_its_name_is_enough(self, visitor, blank):
        propose(visitor, blank, shows="", known_by="  ", data_from="")
        assert Proposal.objects.get().shows == ""
        assert "What it would show" not in on_the_page(Client(), blank)

    def test_the_form_is_open_on_a_blank_poster_and_folded_on_others(self, visitor, blank, poster):
        def form(page: str) -> str:
            return page[page.index('id="propose"') :].partition(">")[0]

        assert " open" in form(on_the_page(visitor, blank))
        assert " open" not in form(on_the_page(visitor, poster))

    def test_twice_under_one_key_is_one_and_other_fields_are_refused(self, visitor, blank):
        key = str(uuid.uuid4())
        propose(visitor, blank, key=key)
        assert propose(visitor, blank, key=key).status_code == 302
        answer = propose(visitor, blank, key=key, shows="Something else", headers=HTMX)
        assert (answer.status_code, answer["Note-Refused"]) == (422, "reused")
        assert "Something else" in answer.content.decode()
        assert Proposal.objects.get().shows == FIELDS["shows"]

    @pytest.mark.parametrize("headers", [{}, HTMX])
    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"text": " "}, "Write a few words first"),
            ({"known_by": "x" * 1001}, "A note holds 1,000 letters"),
            ({"data_from": "null \x00 sign"}, "can’t be kept"),
        ],
    )
    def test_what_cannot_be_stuck_is_told_and_all_of_it_kept(self, visitor, blank, headers, changes, told):
        answer = propose(visitor, blank, headers=headers, **changes)
        page = answer.content.decode()
        assert (answer.status_code, Note.objects.count()) == (422, 0)
        assert told in page
        for words in (FIELDS | changes).values():
            assert notes.without_broken_signs(words).strip() in page

    def test_without_a_bulb_it_is_of_the_first_kind(self, visitor, blank):
        NoteKind.objects.filter(word="Idea").delete()
        propose(visitor, blank)
        assert Note.objects.get().kind.word == "I’d use this"

    def test_closed_doors_keep_the_words(self, visitor, blank):
        events.lock(blank.gallery)
        page = propose(visitor, blank).content.decode()
        assert "A host has stopped all notes" in page
        assert FIELDS["shows"] in page

    def test_rewording_covers_its_fields(self, visitor, blank):
        propose(visitor, blank)
        note = Note.objects.get()
        form = visitor.get(path("note", note), headers=HTMX).content.decode()
        assert FIELDS["known_by"] in form
        new = FIELDS | {"known_by": "Grown-ups too", "text": "Swimmers on a warm day"}
        page = visitor.post(path("note", note), new, headers=HTMX).content.decode()
        assert "Grown-ups too" in page
        assert "reworded" in page
        assert Proposal.objects.get().known_by == "Grown-ups too"

    def test_control_the_same_words_reword_nothing(self, visitor, blank):
        propose(visitor, blank)
        note = Note.objects.get()
        visitor.post(path("note", note), FIELDS | {"text": note.text})
        assert Note.objects.get().reworded_at is None

    def test_bad_fields_are_told_and_kept(self, visitor, blank):
        propose(visitor, blank)
        note = Note.objects.get()
        sent = FIELDS | {"text": "Fewer", "shows": "y" * 1001}
        answer = visitor.post(path("note", note), sent, headers=HTMX)
        assert answer.status_code == 422
        assert "y" * 1001 in answer.content.decode()
        assert Note.objects.get().text == note.text

    @pytest.mark.parametrize("count", [1, 3])
    def test_a_poster_full_of_them_asks_no_more(self, blank, count, django_assert_num_queries):
        for number in range(count):
            propose(Client(), blank, f"Measure {number}")
        frames.forget()
        with django_assert_num_queries(6):
            assert on_the_page(Client(), blank).count("What it would show") == count


class TestTakingUp:
    def test_it_becomes_a_draft_for_its_poster_s_goal(self, proposed, goal):
        draft = proposals.adopt(note=proposed)
        found = Measure.objects.get(name="Swimmers on a warm day")
        assert (found, found.goal, found.team, found.status) == (draft, goal, goal.team, "idea")
        assert found.intent == FIELDS["shows"]
        assert found.sensory_evidence == FIELDS["known_by"]
        assert found.data_source == FIELDS["data_from"]

    def test_twice_is_once(self, proposed):
        assert proposals.adopt(note=proposed) == proposals.adopt(note=proposed)
        assert Measure.objects.filter(name__startswith="Swimmers").count() == 1

    def test_long_words_are_shortened_to_fit(self, proposed):
        Note.objects.update(text="word\n" * 190)
        Proposal.objects.update(data_from="place " * 150)
        draft = proposals.adopt(note=proposed)
        draft.full_clean()
        assert draft.name.endswith("…")
        assert "\n" not in draft.name

    @pytest.mark.parametrize("words", ["מִסְפָּר הַשּׂוֹחִים ", "q\u0323\u0307", "\u0301"])
    def test_vowel_points_and_accents_count_where_words_are_shortened(self, proposed, words):
        """PostgreSQL refuses a letter too many, and SQLite keeps it until the gallery moves."""
        Note.objects.update(text=f"1{words * 900}"[:1000])
        Proposal.objects.update(data_from=f"1{words * 900}"[:1000])
        draft = Measure.objects.get(pk=proposals.adopt(note=proposed).pk)
        draft.full_clean()
        assert draft.name.endswith("…")
        proposals.give_back(note=proposed)

    def test_a_letter_keeps_its_accents_where_words_are_shortened(self, proposed):
        Note.objects.update(text="q\u0323\u0307" * 200)
        assert proposals.adopt(note=proposed).name == "q\u0323\u0307" * 99 + "…"

    def test_a_name_that_is_taken_is_told(self, proposed, measure, as_facilitator):
        Note.objects.update(text=measure.name)
        with pytest.raises(proposals.NotDone, match=f"has a measure “{measure.name}” already"):
            proposals.adopt(note=proposed)
        page = adopt(as_facilitator, proposed, HTMX).content.decode()
        assert "Rename that one first" in page
        assert Proposal.objects.get().measure is None

    def test_visitors_read_that_it_was_taken_up(self, visitor, blank, proposed):
        told = "The team took this up as a draft measure"
        assert told not in on_the_page(visitor, blank)
        proposals.adopt(note=proposed)
        assert told in on_the_page(visitor, blank)

    def test_it_is_undone_as_long_as_nobody_has_worked_on_it(self, proposed):
        proposals.adopt(note=proposed)
        proposals.give_back(note=proposed)
        assert not Measure.objects.filter(name__startswith="Swimmers").exists()
        assert Proposal.objects.get().adopted_at is None
        assert proposals.adopt(note=proposed).pk  # and taken up anew

    @pytest.mark.parametrize("how", ["value", "hung", "written on"])
    def test_then_it_stays(self, proposed, how):
        draft = proposals.adopt(note=proposed)
        if how == "value":
            Value.objects.create(measure=draft, period="2026-01-01", value=1)
        elif how == "hung":
            events.hang(wall=proposed.poster.wall, kind="measure", measure=draft)
        else:
            Measure.objects.filter(pk=draft.pk).update(intent="Better words")
        with pytest.raises(proposals.NotDone, match="has been worked on since"):
            proposals.give_back(note=proposed)
        assert Measure.objects.filter(pk=draft.pk).exists()

    @pytest.mark.parametrize("state", ["hidden", "waiting"])
    def test_what_does_not_hang_is_not_taken_up(self, proposed, state):
        Note.objects.update(state=state)
        with pytest.raises(proposals.NotDone, match="Hang it first"):
            proposals.adopt(note=proposed)

    def test_a_plain_note_proposes_nothing(self, blank):
        with pytest.raises(proposals.NotDone, match="proposes no measure"):
            proposals.adopt(note=stuck(blank))

    def test_whoever_decides_finds_the_button_and_the_draft(self, as_facilitator, gallery, proposed):
        board = reverse("dashboard", args=[gallery.code])
        assert "Take it up as a draft measure" in as_facilitator.get(board).content.decode()
        page = adopt(as_facilitator, proposed, HTMX).content.decode()
        draft = Measure.objects.get(name__startswith="Swimmers")
        assert reverse("admin:measures_measure_change", args=[draft.pk]) in page
        assert adopt(as_facilitator, proposed, act="undo").status_code == 302
        assert not Measure.objects.filter(pk=draft.pk).exists()

    def test_a_host_and_a_stranger_do_not(self, as_stranger, team, proposed):
        host = User.objects.create_user("host", password="correct horse battery", is_staff=True)
        Membership.objects.create(team=team, user=host, role=Membership.Role.HOST)
        client = Client()
        client.force_login(host)
        for other in (client, as_stranger):
            assert adopt(other, proposed).status_code == 404
        assert not Measure.objects.filter(name__startswith="Swimmers").exists()
        assert 'class="curates"' not in client.get(
            reverse("dashboard", args=[proposed.gallery.code])
        ).content.decode()  # fmt: skip

    def test_it_is_taken_up_with_all_that_was_built_on_it(self, visitor, blank, proposed):
        said(proposed, "Count dogs too.")
        proposals.adopt(note=proposed)
        assert "Count dogs too." in on_the_page(visitor, blank)
