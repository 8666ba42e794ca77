"""Carrying on: a new gallery from one that is over, with what goes along and nothing of what stays."""

from uuid import uuid4

import pytest
from django.urls import reverse

from feedback import decisions, notes
from feedback.models import Note, NoteKind, Proposal
from gallery import events
from gallery.carrying_on import OWED, OWED_PROMPT, ROOM_FOR_QUESTIONS
from gallery.models import Gallery, Poster
from measures.models import Measure


@pytest.fixture
def address(gallery):
    return reverse("carry_on", args=[gallery.code])


@pytest.fixture
def hung(gallery, poster, goal):
    """A second wall with a goal and a text poster, beside the measure's."""
    wall = gallery.walls.create(name="South wall", order=2)
    events.hang(wall=wall, kind="goal", goal=goal, prompts="Does it matter?")
    events.hang(wall=wall, kind="text", title="How we chose", text="By weight.", host="Ada")
    return list(gallery.posters.order_by("number"))


@pytest.fixture
def ask(gallery, poster):
    def ask(text="Who reads the gauge?", word="Question", on=None):
        kind = NoteKind.objects.get(gallery=gallery, word=word)
        return notes.stick(poster=on or poster, key=uuid4(), kind=kind, text=text)

    return ask


@pytest.fixture
def propose(gallery, team, goal, ask):
    def propose(name="Near misses", **more):
        measure = Measure.objects.create(team=team, goal=goal, name=name, status="idea", **more)
        return Proposal.objects.create(
            note=ask(name, word="Idea"), measure=measure, adopted_at=gallery.invited_at
        )

    return propose


@pytest.fixture
def carry(as_facilitator, address):
    """Send the page's form as it comes, or with something changed; give the answer."""

    def carry(**changed):
        found = as_facilitator.get(address).context
        chosen = found["chosen"]
        sent = {
            "seal": found["seal"],
            "title": found["title"],
            "poster": list(chosen.numbers),
            "question": list(chosen.questions),
            "proposal": list(chosen.proposals),
        }
        return as_facilitator.post(address, sent | changed)

    return carry


def made() -> Gallery:
    return Gallery.objects.latest("pk")


class TestWhatGoesAlong:
    def test_walls_posters_and_prompts_in_their_order_with_numbers_of_their_own(
        self, gallery, hung, carry, as_facilitator
    ):
        hung[0].delete()
        events.hang(wall=hung[1].wall, kind="blank", goal=hung[1].goal)
        answer = carry(title="  The   next one ")
        new = made()
        assert answer.url == reverse("admin:gallery_gallery_change", args=[new.pk])
        assert [wall.name for wall in new.walls.all()] == ["South wall"]
        shown = [
            (each.number, each.kind, each.goal, each.title, each.text, each.prompts, each.host)
            for each in new.posters.order_by("position")
        ]
        goal = hung[1].goal
        assert shown == [
            (1, "goal", goal, "", "", "Does it matter?", ""),
            (2, "text", None, "How we chose", "By weight.", "What is missing?", ""),
            (3, "blank", goal, "", "", "What would tell us that this is happening?", ""),
        ]
        assert (new.title, new.team, new.continues, new.last_number) == (
            "The next one", gallery.team, gallery, 3,
        )  # fmt: skip
        told = as_facilitator.get(answer.url).content.decode()
        assert "“The next one” is made from “Our river, our measures”: 3 posters." in told
        assert "Goes on from" in told

    def test_settings_and_kinds_of_notes_but_not_the_hours_the_notes_or_the_code(
        self, gallery, poster, ask, carry
    ):
        kept = {"language": "de", "time_zone": "Europe/Berlin", "reword_minutes": 7, "grace_minutes": 9}
        kept |= {"moderated": True, "hidden_votes": False}
        Gallery.objects.filter(pk=gallery.pk).update(**kept)
        gallery.note_kinds.filter(word="Idea").update(word="Einfall", icon="star", colour="sky", order=9)
        ask()
        carry()
        new = made()
        assert {name: getattr(new, name) for name in kept} == kept
        kinds = ["word", "icon", "colour", "order"]
        assert list(new.note_kinds.values_list(*kinds)) == list(gallery.note_kinds.values_list(*kinds))
        assert (new.hours.count(), new.notes.count(), new.invited_at, new.seq) == (0, 0, None, 0)
        assert new.code != gallery.code
        assert Gallery.objects.get(pk=gallery.pk).notes.count() == 1

    def test_what_was_dropped_or_retired_is_not_ticked_and_goes_along_if_one_likes(
        self, hung, measure, carry, as_facilitator, address
    ):
        decisions.decide(poster=hung[1], verdict="drop", reason="Nobody wants it")
        Measure.objects.filter(pk=measure.pk).update(status="retired")
        page = as_facilitator.get(address)
        assert page.context["chosen"].numbers == {3}
        assert "Nobody wants it" in page.content.decode()
        carry()
        assert [poster.title for poster in made().posters.all()] == ["How we chose"]
        carry(poster=["1", "2"])
        assert made().posters.count() == 2

    def test_a_measure_that_was_proposed_and_adopted_gets_a_poster(self, poster, goal, propose, carry):
        propose()
        propose("Gone", **{})
        Measure.objects.filter(name="Gone").update(status="retired")
        hung = propose("Hangs already")
        events.hang(wall=poster.wall, kind="measure", measure=hung.measure)
        carry()
        new = made()
        assert [each.heading_now for each in new.posters.order_by("number")] == [
            "Share of samples fit for bathing",
            "Hangs already",
            "Near misses",
        ]
        assert new.posters.get(number=3).wall.name == goal.result
        assert new.posters.get(number=3).prompts

    def test_a_new_measure_hangs_on_the_wall_of_its_goal_if_that_goes_along(
        self, gallery, poster, goal, propose, carry
    ):
        gallery.walls.update(name=goal.result)
        propose()
        carry()
        assert made().walls.count() == 1


class TestOpenQuestions:
    def test_those_that_nobody_answered_stand_on_the_new_poster(
        self, gallery, poster, ask, carry, as_facilitator
    ):
        answered, hidden = ask("Answered?"), ask("Hidden?")
        Note.objects.create(
            gallery=gallery, poster=poster, key=uuid4(), digest="0", seq=99, text="Yes.", reply_to=answered
        )
        notes.hide(hidden)
        ask("An idea", word="Idea")
        ask("Who reads\n the  gauge?")
        ask("And who <b>pays</b>?")
        carry()
        [new] = made().posters.all()
        assert new.still_open == ["Who reads the gauge?", "And who <b>pays</b>?"]
        seen = as_facilitator.get(reverse("poster", args=[new.gallery.code, 1])).content.decode()
        assert "Still open from last time" in seen
        assert "And who &lt;b&gt;pays&lt;/b&gt;?" in seen

    def test_one_that_is_not_ticked_stays_and_a_hidden_one_cannot_be_asked_for(self, poster, ask, carry):
        hidden, shown = ask("Hidden?"), ask("Shown?")
        notes.hide(hidden)
        carry(question=[hidden.key.hex, "no key"])
        assert made().posters.get().asked_before == ""
        carry(question=[shown.key.hex])
        assert made().posters.get().asked_before == "Shown?"

    def test_those_of_a_dropped_poster_are_not_ticked_and_it_is_told_how_many_stay(
        self, gallery, hung, ask, carry, as_facilitator, address
    ):
        ask(), ask("What does it cost?", on=hung[1]), ask("Who pays?", on=hung[1])
        decisions.decide(poster=hung[1], verdict="drop", reason="Nobody wants it")
        page = as_facilitator.get(address)
        assert page.context["chosen"].questions == {Note.objects.get(text="Who reads the gauge?").key.hex}
        assert "Nobody answered; stays here with its poster unless you tick it" in page.content.decode()
        answer = carry()
        assert sum(len(poster.still_open) for poster in made().posters.all()) == 1
        told = as_facilitator.get(answer.url).content.decode()
        assert "2 posters with 1 open question." in told
        assert f"Open questions that stay in “{gallery}”, as you did not tick them: 2." in told

    def test_a_ticked_one_whose_poster_stays_hangs_on_a_poster_of_such_questions(
        self, hung, ask, carry, as_facilitator
    ):
        ask("What does it cost?", on=hung[1]), ask()
        decisions.decide(poster=hung[1], verdict="drop", reason="Nobody wants it")
        answer = carry(question=[note.key.hex for note in Note.objects.all()], poster=["1", "3"])
        owed = made().posters.get(title=OWED)
        assert owed.still_open == [f"{hung[1].heading_now}: What does it cost?"]
        assert (owed.wall.name, owed.number, owed.questions) == ("Still open", 3, [OWED_PROMPT])
        assert made().posters.get(number=1).still_open == ["Who reads the gauge?"]
        told = as_facilitator.get(answer.url).content.decode()
        assert "3 posters with 2 open questions." in told
        assert f"On the poster “{OWED}”, as their own posters stay behind: 1." in told

    def test_what_hung_from_the_gallery_before_is_offered_again_until_somebody_leaves_it(
        self, poster, ask, carry, as_facilitator, address
    ):
        Poster.objects.filter(pk=poster.pk).update(asked_before="Who pays?\nSince when?")
        ask()
        carry()
        assert made().posters.get().still_open == ["Who pays?", "Since when?", "Who reads the gauge?"]
        carry(question=["1-1"])
        assert made().posters.get().still_open == ["Since when?"]

    def test_what_cannot_be_had_any_more_is_told(self, poster, ask, propose, carry, as_facilitator):
        soon, kept = ask("Hidden soon?"), ask()
        notes.hide(soon)
        answer = carry(
            question=[soon.key.hex, kept.key.hex, "1-0"], poster=["1", "8"], proposal=[uuid4().hex]
        )
        told = as_facilitator.get(answer.url).content.decode()
        assert "1 poster with 1 open question." in told
        assert "Ticked, but answered, hidden or taken away meanwhile: 4." in told

    def test_more_than_the_poster_of_such_questions_has_room_for_is_told(self, hung, ask, carry):
        for _ in range(ROOM_FOR_QUESTIONS // 1000 + 1):
            ask("x" * 1000)
        answer = carry(poster=["2"])
        assert answer.status_code == 422
        assert "The open questions whose posters stay here have" in answer.content.decode()
        assert Gallery.objects.count() == 1

    def test_more_than_a_poster_has_room_for_is_told_and_nothing_is_made(self, poster, ask, carry):
        for _ in range(ROOM_FOR_QUESTIONS // 1000 + 1):
            ask("x" * 1000)
        answer = carry(title="Kept")
        assert answer.status_code == 422
        assert "The open questions of poster 1 have 3,002 letters" in answer.content.decode()
        assert 'value="Kept"' in answer.content.decode()
        assert Gallery.objects.count() == 1

    def test_a_poster_without_any_says_nothing_of_last_time(self, poster, visitor):
        seen = visitor.get(reverse("poster", args=[poster.gallery.code, 1])).content.decode()
        assert "Still open" not in seen


class TestTheForm:
    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"title": " "}, "Give the new gallery a title."),
            ({"title": "x" * 121}, "There is room for 120 letters"),
            ({"poster": []}, "Tick at least one poster"),
            ({"poster": ["-1", "9" * 40, "no"]}, "Tick at least one poster"),
        ],
    )
    def test_what_it_cannot_take_is_told_with_the_ticks_kept(self, hung, ask, carry, changed, said):
        ask()
        answer = carry(**{"poster": ["2"], **changed})
        page = answer.content.decode()
        assert (answer.status_code, said in page) == (422, True)
        assert (page.count('name="question"'), page.count('name="poster" value="2" checked')) == (
            1,
            0 if "poster" in changed else 1,
        )
        assert Gallery.objects.count() == 1

    def test_pressed_twice_it_makes_one(self, as_facilitator, poster, address):
        sent = {"seal": as_facilitator.get(address).context["seal"], "title": "Next", "poster": ["1"]}
        answers = [as_facilitator.post(address, sent).url for _ in range(2)]
        assert (len(set(answers)), Gallery.objects.count()) == (1, 2)
        as_facilitator.post(address, sent | {"seal": "forged"})  # a control: without it, another one
        assert Gallery.objects.count() == 3

    def test_a_poster_of_another_gallery_is_left_out(self, gallery, poster, carry, team):
        other = Gallery.objects.create(team=team, title="Other")
        events.hang(wall=other.walls.create(name="w"), kind="text", title="Elsewhere")
        carry(poster=["1", "7"])
        assert [each.measure for each in made().posters.all()] == [poster.measure]

    def test_only_whoever_curates_gets_it(
        self, gallery, poster, address, as_stranger, visitor, client, colleague
    ):
        gallery.team.memberships.filter(user=colleague).update(role="host")
        client.force_login(colleague)
        assert [each.get(address).status_code for each in (as_stranger, client, visitor)] == [404, 404, 302]

    @pytest.mark.parametrize("count", [1, 3])
    def test_as_many_queries_for_any_number(
        self, as_facilitator, gallery, poster, goal, ask, propose, address, count, django_assert_num_queries
    ):
        for number in range(count):
            hung = events.hang(wall=poster.wall, kind="goal", goal=goal)
            decisions.decide(poster=hung, verdict="keep", reason="Liked.")
            ask(on=hung)
            propose(f"Measure {number}")
        with django_assert_num_queries(
            7
        ):  # the log-in, the gallery; posters, decisions, questions, proposals
            as_facilitator.get(address)


def test_it_is_offered_once_the_doors_are_closed(as_facilitator, gallery, poster, address):
    pages = [
        reverse("decide", args=[gallery.code]),
        reverse("admin:gallery_gallery_change", args=[gallery.pk]),
    ]
    assert [address in as_facilitator.get(page).content.decode() for page in pages] == [False, False]
    events.close_for_good(gallery)
    assert [address in as_facilitator.get(page).content.decode() for page in pages] == [True, True]
    events.publish(gallery)
    assert [address in as_facilitator.get(page).content.decode() for page in pages] == [True, True]


def test_the_questions_can_be_reworded_in_the_admin(as_facilitator, poster):
    page = as_facilitator.get(reverse("admin:gallery_poster_change", args=[poster.pk])).content.decode()
    assert 'name="asked_before"' in page
    assert Poster.objects.get().still_open == []
