"""Curating the room in the admin: galleries, hours, walls, posters, and what is done by one press."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.contrib.auth.models import User
from django.db.models.signals import pre_save
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.models import Note
from gallery import events
from gallery.admin import ACTS, GalleryAdmin
from gallery.models import Gallery, Poster, Wall
from gallery.phases import Phase, phase
from measures.models import Measure, Membership
from tests.sent_back import admin_address, saved, sent_back

address, save = partial(admin_address, "gallery"), partial(saved, "gallery")


def press(client, gallery: Gallery, act: str):
    return save(client, "gallery", gallery.pk, _act=act)


def choose(client, act: str, *galleries: Gallery):
    form = {"action": act, "_selected_action": [gallery.pk for gallery in galleries]}
    return client.post(address("gallery", "changelist"), form, follow=True)


def stick(poster: Poster, text: str = "Taken-back words") -> Note:
    return Note.objects.create(
        gallery=poster.gallery,
        poster=poster,
        key=uuid.uuid4(),
        digest="0" * 64,
        kind=poster.gallery.note_kinds.first(),
        text=text,
        seq=Note.objects.count() + 1,
    )


@pytest.fixture
def draft(team) -> Gallery:
    return Gallery.objects.create(team=team, title="Next spring")


def open_tomorrow(gallery: Gallery) -> None:
    opens = timezone.now() + timedelta(days=1)
    gallery.hours.create(opens=opens, closes=opens + timedelta(hours=3))


@pytest.fixture
def closed(team) -> Gallery:
    then = timezone.now() - timedelta(days=2)
    gallery = Gallery.objects.create(team=team, title="Last spring", invited_at=then)
    gallery.hours.create(opens=then, closes=then + timedelta(hours=3))
    return gallery


# What is done by one press


def offered(page: str) -> set[str]:
    return set(re.findall(r'<button type="submit"\s+form="gallery_form"\s+name="_act"\s+value="(\w+)"', page))


@pytest.mark.parametrize(
    ("fixture", "buttons"),
    [
        ("draft", {"hang_all", "invite", "open_doors"}),
        ("gallery", {"hang_all", "close_doors", "close_for_good"}),
        ("closed", {"open_doors", "publish", "archive"}),
    ],
)
def test_the_page_offers_what_makes_sense_now(as_facilitator, request, fixture, buttons):
    gallery = request.getfixturevalue(fixture)
    page = as_facilitator.get(address("gallery", "change", gallery.pk)).content.decode()
    assert offered(page) == buttons


def test_every_act_stands_in_the_list(as_facilitator, gallery):
    page = as_facilitator.get(address("gallery", "changelist")).content.decode()
    for name, act in ACTS.items():
        assert f'<option value="{name}">{act.label}</option>' in page


@pytest.mark.parametrize("way", [press, lambda client, gallery, act: choose(client, act, gallery)])
def test_a_gallery_goes_from_draft_to_published(as_facilitator, draft, measure, way):
    open_tomorrow(draft)
    answer = way(as_facilitator, draft, "hang_all")
    assert "3 posters hung in “Next spring”." in answer.content.decode()
    assert draft.posters.count() == 3
    for act, after in [
        ("invite", Phase.INVITATION),
        ("open_doors", Phase.OPEN),
        ("close_doors", Phase.BETWEEN),
        ("close_for_good", Phase.CLOSED),
        ("publish", Phase.REPORTED),
    ]:
        way(as_facilitator, draft, act)
        draft.refresh_from_db()
        assert phase(draft, timezone.now()) == after


@pytest.mark.parametrize("way", [press, lambda client, gallery, act: choose(client, act, gallery)])
def test_an_act_that_makes_no_sense_now_is_a_warning(as_facilitator, gallery, way):
    answer = way(as_facilitator, gallery, "publish")
    page = answer.content.decode()
    assert '<li class="warning">“Our river, our measures”: The doors are open' in page
    gallery.refresh_from_db()
    assert gallery.published_at is None


def test_hanging_again_hangs_nothing_and_says_so(as_facilitator, draft, measure):
    press(as_facilitator, draft, "hang_all")
    answer = press(as_facilitator, draft, "hang_all")
    assert "All that River Patrol has hangs in “Next spring” already." in answer.content.decode()
    assert draft.posters.count() == 3


def test_a_draft_tells_what_comes_next_until_it_can_be_invited(as_facilitator, draft, measure):
    def told() -> tuple[list[str], list[str]]:
        page = as_facilitator.get(address("gallery", "change", draft.pk)).content.decode()
        [listed] = re.findall(r'<ol class="gallery-steps".*?</ol>', page, re.DOTALL) or [""]
        steps = re.findall(r'<li class="(\w*)"(?: aria-current="step")?>(.*?)</li>', listed, re.DOTALL)
        words = [f"{state} {' '.join(re.sub('<[^>]*>', ' ', step).split())}".strip() for state, step in steps]
        return words, re.findall(r'"_act"\s+value="(\w+)"\s+class="act main"', page)

    print_and_invite = ["Print", "Invite"]
    first = ["next Hang the posters", "Say when the doors are open", *print_and_invite]
    assert told() == (first, ["hang_all"])
    press(as_facilitator, draft, "hang_all")
    second = ["done ✓ Done: 3 posters hang", "next Say when the doors are open", *print_and_invite]
    assert told() == (second, [])
    draft.hours.create(opens="2026-06-01T08:00Z", closes="2026-06-01T11:00Z")
    hours = "done ✓ Done: Open Mon 1 Jun, 08:00 to 11:00 UTC"
    assert told() == ([second[0], hours, "next Print", "Invite"], ["invite"])
    draft.posters.update(printed="its words")
    assert told()[0][2:] == ["done ✓ Done: Print", "next Invite"]
    press(as_facilitator, draft, "invite")
    assert told()[0] == []


def test_the_hours_stand_first_and_of_a_new_gallery_once_its_zone_is_chosen(as_facilitator, draft):
    hours, zone, thanks = 'id="hours-group"', 'name="time_zone"', 'name="thanks"'
    for page, parts in [
        (address("gallery", "change", draft.pk), (hours, zone, thanks, 'id="walls-group"')),
        (address("gallery", "add"), (zone, hours, thanks)),
    ]:
        words = as_facilitator.get(page).content.decode()
        places = [words.index(part) for part in parts]
        assert (page, places, words.count(hours)) == (page, sorted(places), 1)


def test_what_was_saved_leads_back_to_its_gallery(as_facilitator, draft, gallery, poster):
    back = [(address("gallery", "change", gallery.pk), 302)]
    assert save(as_facilitator, "gallery", draft.pk, title="Renamed").redirect_chain == [
        (address("gallery", "change", draft.pk), 302)
    ]
    assert save(as_facilitator, "poster", poster.pk, host="Ada").redirect_chain == back
    assert save(as_facilitator, "wall", poster.wall_id, name="Hall").redirect_chain == back
    sought = "?_changelist_filters=kind__exact%3Dmeasure"
    [(listed, _)] = save(as_facilitator, "poster", poster.pk, query=sought, host="Ben").redirect_chain
    assert listed == address("poster", "changelist") + "?kind__exact=measure"


def test_an_act_stands_in_the_history(as_facilitator, draft):
    press(as_facilitator, draft, "invite")
    page = as_facilitator.get(address("gallery", "history", draft.pk)).content.decode()
    assert ACTS["invite"].label in page


def test_an_act_is_a_post_with_a_token_by_one_of_the_team(facilitator, as_facilitator, as_stranger, draft):
    open_tomorrow(draft)
    page = address("gallery", "change", draft.pk)
    form = sent_back(as_facilitator.get(page), "gallery_form", _act="invite")
    del form["csrfmiddlewaretoken"]
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(facilitator)
    careful.get(page, {"_act": "invite"})
    assert careful.post(page, form).status_code == 403
    as_stranger.post(page, form)
    assert Client().post(page, form).headers["Location"].startswith(reverse("admin:login"))
    choose(as_stranger, "invite", draft)
    draft.refresh_from_db()
    assert draft.invited_at is None
    as_facilitator.post(page, form)
    draft.refresh_from_db()
    assert draft.invited_at is not None, "control: the same form from one of the team"


@pytest.mark.parametrize("name", ["nonsense", "delete", ""])
def test_an_unknown_act_is_not_found_and_nothing_is_saved(as_facilitator, draft, name):
    answer = save(as_facilitator, "gallery", draft.pk, title="Renamed", _act=name)
    draft.refresh_from_db()
    assert (answer.status_code, draft.title) == (404, "Next spring")


def test_an_act_saves_what_was_typed_before_it_is_done(as_facilitator, draft, measure):
    answer = save(as_facilitator, "gallery", draft.pk, title="This spring", _act="hang_all")
    assert "3 posters hung in “This spring”." in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.title, draft.posters.count()) == ("This spring", 3)


def test_control_an_act_alone_loses_what_was_typed(as_facilitator, draft, measure, monkeypatch):
    monkeypatch.setattr(GalleryAdmin, "save_model", lambda *_: None)
    save(as_facilitator, "gallery", draft.pk, title="This spring", _act="hang_all")
    draft.refresh_from_db()
    assert (draft.title, draft.posters.count()) == ("Next spring", 3)


def test_saving_alone_does_no_act(as_facilitator, draft, measure):
    save(as_facilitator, "gallery", draft.pk, title="This spring", _save="Save")
    draft.refresh_from_db()
    assert (draft.title, draft.posters.count(), draft.invited_at) == ("This spring", 0, None)


def test_the_enter_key_saves_and_does_no_act(as_facilitator, draft):
    page = as_facilitator.get(address("gallery", "change", draft.pk)).content.decode()
    buttons = re.findall(
        r'<(?:button|input) type="submit"\s+(?:form="gallery_form"\s+)?[^>]*name="(\w+)"', page
    )
    assert buttons[0] == "_save", "a browser presses the first button of the form"
    assert "_act" in buttons


def test_an_act_sees_the_hours_that_were_typed_with_it(as_facilitator, draft):
    draft.invited_at = timezone.now()
    draft.save()
    typed = {
        "hours-0-opens_0": "01/06/2020",
        "hours-0-opens_1": "09:00",
        "hours-0-closes_0": "01/06/2020",
        "hours-0-closes_1": "12:30",
    }
    answer = save(as_facilitator, "gallery", draft.pk, **typed, _act="publish")
    assert "is up, at the gallery’s own address" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.published_at is not None


def test_an_act_on_a_page_with_a_mistake_is_not_done_and_nothing_is_lost(as_facilitator, draft, measure):
    answer = save(as_facilitator, "gallery", draft.pk, title="", place="The shed", _act="hang_all")
    page = answer.content.decode()
    assert "“Hang all measures of this team” was not done: correct what is marked below first." in page
    assert sent_back(answer, "gallery_form")["place"] == "The shed"
    draft.refresh_from_db()
    assert (draft.title, draft.place, draft.posters.count()) == ("Next spring", "", 0)


# Galleries


def test_the_list_tells_phase_hours_in_the_zone_and_counts(as_facilitator, team, poster):
    gallery = Gallery.objects.create(team=team, title="Berlin", time_zone="Europe/Berlin")
    gallery.hours.create(
        opens=datetime(2026, 6, 1, 7, 0, tzinfo=UTC), closes=datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
    )
    page = as_facilitator.get(address("gallery", "changelist")).content.decode()
    assert "Mon 1 Jun 2026, 09:00 to 12:00 CEST" in page
    assert "Draft: only your team knows of it" in page
    assert "The doors are open" in page
    assert '<td class="field-poster_count">1</td>' in page


def test_the_pages_of_a_gallery_are_a_link_away(as_facilitator, gallery, draft):
    visitors_page = reverse("lobby", args=[gallery.code])
    for page in (address("gallery", "change", gallery.pk), address("gallery", "changelist")):
        assert f'href="{visitors_page}"' in as_facilitator.get(page).content.decode()
    not_yet = as_facilitator.get(address("gallery", "change", draft.pk)).content.decode()
    assert f'href="{reverse("lobby", args=[draft.code])}">Visitors’ page, as your team sees it' in not_yet


@pytest.mark.parametrize(
    ("day", "opens", "closes"), [("24/11/2026", "10:00", "16:00"), ("24.11.2026", "10", "4 pm")]
)
def test_hours_are_read_as_people_write_them(as_facilitator, draft, day, opens, closes):
    typed = {"opens_0": day, "opens_1": opens, "closes_0": day, "closes_1": closes}
    save(as_facilitator, "gallery", draft.pk, **{f"hours-0-{name}": words for name, words in typed.items()})
    stretch = draft.hours.get()
    zone = draft.zone
    assert [f"{each.astimezone(zone):%d %H:%M}" for each in (stretch.opens, stretch.closes)] == [
        "24 10:00",
        "24 16:00",
    ]


def test_hours_are_typed_and_shown_in_the_gallerys_zone(as_facilitator, draft):
    Gallery.objects.filter(pk=draft.pk).update(time_zone="Europe/London")
    typed = {
        "hours-0-opens_0": "01/06/2026",
        "hours-0-opens_1": "09:00",
        "hours-0-closes_0": "01/06/2026",
        "hours-0-closes_1": "12:30",
    }
    save(as_facilitator, "gallery", draft.pk, **typed)
    stretch = draft.hours.get()
    assert (stretch.opens, stretch.closes) == (
        datetime(2026, 6, 1, 8, 0, tzinfo=UTC),
        datetime(2026, 6, 1, 11, 30, tzinfo=UTC),
    )
    page = as_facilitator.get(address("gallery", "change", draft.pk))
    assert "time in Europe/London" in page.content.decode()
    assert sent_back(page, "gallery_form")["hours-0-opens_1"] == "09:00"


def test_another_zone_keeps_the_times_that_stand_on_the_page(as_facilitator, draft):
    draft.hours.create(
        opens=datetime(2026, 6, 1, 9, 0, tzinfo=UTC), closes=datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
    )
    save(as_facilitator, "gallery", draft.pk, time_zone="America/New_York")
    stretch = draft.hours.get()
    assert stretch.opens == datetime(2026, 6, 1, 13, 0, tzinfo=UTC)
    assert stretch.closes == datetime(2026, 6, 1, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "opens", "closes", "words"),
    [
        ("01/06/2026", "12:00", "09:00", "The doors close after they open"),
        ("01/06/2026", "12:00", "12:00", "The doors close after they open"),
        ("29/03/2026", "01:30", "04:00", "there is no 01:30 that night"),
        ("31/06/2026", "09:00", "12:00", "There is no such day"),
        ("01/01/0001", "09:00", "12:00", "There is no such day"),
        ("31/12/9999", "09:00", "12:00", "There is no such day"),
    ],
)
def test_hours_that_can_not_be_are_said_in_words(as_facilitator, draft, day, opens, closes, words):
    Gallery.objects.filter(pk=draft.pk).update(time_zone="Europe/London")
    typed = {
        "hours-0-opens_0": day,
        "hours-0-opens_1": opens,
        "hours-0-closes_0": day,
        "hours-0-closes_1": closes,
    }
    page = save(as_facilitator, "gallery", draft.pk, **typed)
    assert words in page.content.decode()
    assert "Constraint" not in page.content.decode()
    assert sent_back(page, "gallery_form")["hours-0-opens_1"] == opens
    assert not draft.hours.exists()


def test_a_new_gallery_has_its_team_zone_and_note_kinds(as_facilitator, team, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    save(as_facilitator, "gallery", title="In the shed")
    gallery = Gallery.objects.get()
    assert (gallery.team, gallery.time_zone) == (team, "Europe/Berlin")
    assert gallery.note_kinds.count() == 5


def test_after_adding_a_gallery_one_comes_to_its_acts(as_facilitator):
    answer = save(as_facilitator, "gallery", title="In the shed", _save="Save")
    assert answer.redirect_chain[-1][0] == address("gallery", "change", Gallery.objects.get().pk)
    assert "Next: hang all measures of this team, and add opening hours" in answer.content.decode()
    assert "hang_all" in offered(answer.content.decode())


def test_add_another_still_leads_to_a_blank_page(as_facilitator):
    answer = save(as_facilitator, "gallery", title="In the shed", _addanother="1")
    assert answer.redirect_chain[-1][0].startswith(address("gallery", "add"))


def test_the_browsers_zone_is_proposed_to_a_new_gallery_only(as_facilitator, draft):
    new = as_facilitator.get(address("gallery", "add")).content.decode()
    assert "data-propose-zone" in new
    assert "js/admin/zone.js" in new
    assert "time in the gallery’s zone" in new
    again = save(as_facilitator, "gallery", title="").content.decode()
    assert "data-propose-zone" not in again
    page = as_facilitator.get(address("gallery", "change", draft.pk)).content.decode()
    assert "data-propose-zone" not in page


def test_saving_the_page_leaves_the_numbers_of_notes_alone(as_facilitator, gallery):
    def meanwhile(instance, **_):
        Gallery.objects.filter(pk=gallery.pk).update(seq=41, last_number=7)

    pre_save.connect(meanwhile, sender=Gallery)
    try:
        save(as_facilitator, "gallery", gallery.pk, title="Renamed")
    finally:
        pre_save.disconnect(meanwhile, sender=Gallery)
    gallery.refresh_from_db()
    assert (gallery.title, gallery.seq, gallery.last_number) == ("Renamed", 41, 7)


def test_control_a_plain_save_would_lose_them(gallery):
    stale = Gallery.objects.get(pk=gallery.pk)
    Gallery.objects.filter(pk=gallery.pk).update(seq=41)
    stale.save()
    gallery.refresh_from_db()
    assert gallery.seq == 0


def test_galleries_are_not_deleted_by_the_dozen(as_facilitator, closed):
    choose(as_facilitator, "delete_selected", closed)
    assert Gallery.objects.filter(pk=closed.pk).exists()


# Walls


def test_posters_are_put_in_order_by_typing(as_facilitator, gallery):
    wall = events.wall_named(gallery, "Hall")
    first, second = [events.hang(wall=wall, kind="text", title=title) for title in ("One", "Two")]
    save(as_facilitator, "wall", wall.pk, **{"posters-0-position": "2", "posters-1-position": "1"})
    assert list(gallery.posters.in_order()) == [second, first]
    assert [poster.number for poster in gallery.posters.in_order()] == [2, 1]


def test_a_wall_with_posters_stays(as_facilitator, gallery, poster):
    answer = save(as_facilitator, "gallery", gallery.pk, **{"walls-0-DELETE": "on"})
    assert "“North wall” can’t be deleted while it has 1 poster." in answer.content.decode()
    answer = as_facilitator.post(address("wall", "delete", poster.wall_id), {"post": "yes"}, follow=True)
    assert "can’t be deleted while it has 1 poster. Move them" in answer.content.decode()
    assert Wall.objects.filter(pk=poster.wall_id).exists()


def test_a_bare_wall_comes_down(as_facilitator, gallery):
    events.wall_named(gallery, "Bare")
    save(as_facilitator, "gallery", gallery.pk, **{"walls-0-DELETE": "on"})
    assert not gallery.walls.exists()


def test_two_walls_of_one_name_are_refused_in_words(as_facilitator, gallery):
    events.wall_named(gallery, "Hall")
    wall = events.wall_named(gallery, "Stairs")
    answer = save(as_facilitator, "wall", wall.pk, name="Hall")
    assert "This gallery has a wall of this name already." in answer.content.decode()


def test_the_page_shows_what_hangs_in_order(as_facilitator, gallery, poster):
    page = as_facilitator.get(address("gallery", "change", gallery.pk)).content.decode()
    assert page.index("On the walls") < page.rindex("North wall") < page.rindex(poster.heading)
    assert address("poster", "change", poster.pk) in page


# Posters


def test_the_newest_gallery_s_walls_and_kinds_are_offered_first(as_facilitator, gallery, poster):
    newest = Gallery.objects.create(team=gallery.team, title="Newest")
    events.wall_named(newest, "Hall")
    page = as_facilitator.get(address("poster", "add")).content.decode()
    assert page.index("Hall – Newest") < page.index(f"North wall – {gallery.title}")
    listed = as_facilitator.get(reverse("admin:feedback_notekind_changelist")).context["cl"].result_list
    galleries = [kind.gallery for kind in listed]
    assert galleries == sorted(galleries, key=lambda each: -each.pk)
    assert set(galleries) == {newest, gallery}


def test_a_new_poster_gets_the_next_number_at_the_end_of_its_wall(as_facilitator, gallery, poster, goal):
    typed = {"wall": str(poster.wall_id), "kind": "blank", "goal": str(goal.pk)}
    save(as_facilitator, "poster", **typed)
    fresh = gallery.posters.get(kind="blank")
    assert (fresh.number, fresh.position, fresh.wall) == (2, 2, poster.wall)
    assert fresh.questions == ["What would tell us that this is happening?"]


def test_a_number_is_not_given_twice(as_facilitator, gallery, poster):
    as_facilitator.post(address("poster", "delete", poster.pk), {"post": "yes"})
    save(as_facilitator, "poster", wall=str(poster.wall_id), kind="welcome")
    assert gallery.posters.get().number == 2


@pytest.mark.parametrize(
    ("kind", "shown", "words"),
    [
        ("measure", (), "shows a measure: choose one"),
        ("goal", (), "shows a goal: choose one"),
        ("blank", (), "shows a goal: choose one"),
        ("goal", ("measure",), "shows no measure: leave this empty"),
        ("welcome", ("goal",), "shows no goal: leave this empty"),
        ("text", ("goal", "measure"), "shows no measure: leave this empty"),
        ("", (), "This field is required"),
    ],
)
def test_a_poster_shows_what_its_kind_says(as_facilitator, gallery, goal, measure, kind, shown, words):
    wall = events.wall_named(gallery, "Hall")
    things = {"goal": goal, "measure": measure}
    typed = {"wall": str(wall.pk), "kind": kind} | {name: str(things[name].pk) for name in shown}
    page = save(as_facilitator, "poster", **typed).content.decode()
    assert words in page
    assert "Constraint" not in page
    assert not gallery.posters.exists()


def test_a_poster_shows_nothing_of_another_team(in_two_teams, gallery, other_team):
    wall = events.wall_named(gallery, "Hall")
    theirs = Measure.objects.create(team=other_team, name="Theirs")
    typed = {"wall": str(wall.pk), "kind": "measure", "measure": str(theirs.pk)}
    page = save(in_two_teams, "poster", **typed).content.decode()
    assert "This is another team’s measure" in page
    assert not gallery.posters.exists()


def walls_offered(client, query: str = "") -> list[str]:
    page = client.get(address("poster", "add") + query).content.decode()
    select = page[page.index('<select name="wall"') :]
    return re.findall(r'<option value="\d+"[^>]*>([^<]+)', select[: select.index("</select>")])


def test_a_wall_is_offered_with_its_gallerys_title(as_facilitator, gallery, draft, poster):
    events.wall_named(draft, "North wall")
    both = ["North wall – Next spring", "North wall – Our river, our measures"]
    assert sorted(walls_offered(as_facilitator)) == both


def test_where_a_gallery_or_wall_is_asked_for_only_its_walls_are_offered(as_facilitator, gallery, draft):
    hall, stairs = (events.wall_named(gallery, name) for name in ("Hall", "Stairs"))
    events.wall_named(draft, "Attic")
    here = [f"{wall.name} – {gallery.title}" for wall in (hall, stairs)]
    assert walls_offered(as_facilitator, f"?gallery={gallery.pk}") == here
    assert walls_offered(as_facilitator, f"?wall={stairs.pk}") == here
    save(as_facilitator, "poster", query=f"?wall={stairs.pk}", kind="welcome")
    assert gallery.posters.get().wall == stairs


@pytest.mark.parametrize("key", ["x", "", "0", "9" * 40, "²", "1 OR 1"])
def test_an_invented_wall_is_passed_over(as_facilitator, gallery, key):
    events.wall_named(gallery, "Hall")
    assert len(walls_offered(as_facilitator, f"?wall={key}")) == 1


def test_a_poster_moves_to_a_wall_of_its_own_gallery_only(as_facilitator, gallery, draft, poster):
    here, elsewhere = events.wall_named(gallery, "Stairs"), events.wall_named(draft, "Attic")
    page = as_facilitator.get(address("poster", "change", poster.pk)).content.decode()
    assert "Stairs" in page
    assert "Attic" not in page
    save(as_facilitator, "poster", poster.pk, wall=str(elsewhere.pk))
    poster.refresh_from_db()
    assert poster.wall.name == "North wall"
    save(as_facilitator, "poster", poster.pk, wall=str(here.pk))
    poster.refresh_from_db()
    assert poster.wall == here


def test_a_poster_that_people_saw_goes_on_showing_the_same(as_facilitator, team, poster, measure):
    other = Measure.objects.create(team=team, name="Another")
    save(as_facilitator, "poster", poster.pk, measure=str(other.pk), kind="text", prompts="Why?")
    poster.refresh_from_db()
    assert (poster.kind, poster.measure, poster.prompts) == ("measure", measure, "Why?")


def test_a_poster_with_notes_stays_and_why_is_said(as_facilitator, poster):
    stick(poster)
    answer = as_facilitator.post(address("poster", "delete", poster.pk), {"post": "yes"}, follow=True)
    page = answer.content.decode()
    assert "can’t be deleted while it has 1 note. What people said is kept" in page
    assert "Taken-back words" not in page
    chosen = {"action": "delete_selected", "_selected_action": [poster.pk], "post": "yes"}
    page = as_facilitator.post(address("poster", "changelist"), chosen).content.decode()
    assert "1 note" in page
    assert "Taken-back words" not in page
    assert Poster.objects.filter(pk=poster.pk).exists()


# Hosts find their galleries here, and change nothing of them


@pytest.fixture
def as_host(team) -> Client:
    user = User.objects.create_user("host", is_staff=True)
    Membership.objects.create(team=team, user=user, role="host")
    client = Client()
    client.force_login(user)
    return client


def test_a_host_finds_the_galleries_and_their_pages(as_host, gallery):
    page = as_host.get(address("gallery", "changelist")).content.decode()
    assert gallery.title in page
    for name in ("dashboard", "print", "lobby"):
        assert reverse(name, args=[gallery.code]) in page
    assert "/admin/gallery/gallery/add/" not in page
    assert 'name="action"' not in page


def test_a_host_looks_at_a_gallerys_settings_and_finds_nothing_to_press(as_host, gallery, poster):
    page = as_host.get(address("gallery", "change", gallery.pk)).content.decode()
    assert gallery.title in page
    assert 'name="_save"' not in page
    assert 'name="_act"' not in page
    assert "/admin/gallery/wall/" not in page
    assert "/admin/gallery/poster/" not in page


def test_a_host_reads_no_closing_words_before_everyone_does(as_host, gallery, as_facilitator):
    page = address("gallery", "change", gallery.pk)
    Gallery.objects.update(thanks="Thanks to all 300 of you", next_steps="We drop two measures")
    closing = ("Thanks to all 300 of you", "We drop two measures")
    assert not any(words in as_host.get(page).content.decode() for words in closing)
    assert all(words in as_facilitator.get(page).content.decode() for words in closing)
    Gallery.objects.update(published_at=timezone.now())
    assert all(words in as_host.get(page).content.decode() for words in closing)  # control


@pytest.mark.parametrize("model", ["wall", "poster"])
def test_a_host_finds_no_walls_and_posters_to_change(as_host, poster, model):
    for page in (address(model, "changelist"), address(model, "add"), address(model, "change", poster.pk)):
        assert as_host.get(page).status_code == 403


@pytest.mark.parametrize("act", ACTS)
def test_whoever_curates_elsewhere_does_nothing_to_a_gallery_that_they_only_host(
    as_host, draft, other_team, act
):
    Membership.objects.create(team=other_team, user=User.objects.get(username="host"), role="facilitator")
    open_tomorrow(draft)
    before = Gallery.objects.values().get(pk=draft.pk)
    choose(as_host, act, draft)
    assert as_host.post(address("gallery", "change", draft.pk), {"_act": act}).status_code == 403
    assert Gallery.objects.values().get(pk=draft.pk) == before
    assert not draft.posters.exists()
    adding = as_host.get(address("wall", "add")).content.decode()
    assert draft.title not in adding


def test_control_an_act_on_every_gallery_that_one_sees_is_found(as_host, draft, other_team, monkeypatch):
    monkeypatch.setattr(GalleryAdmin, "scoped", lambda self, queryset, request: queryset)
    Membership.objects.create(team=other_team, user=User.objects.get(username="host"), role="facilitator")
    open_tomorrow(draft)
    choose(as_host, "invite", draft)
    draft.refresh_from_db()
    assert draft.invited_at


@pytest.mark.parametrize(("role", "links"), [("host", 0), ("facilitator", 1), ("owner", 1)])
@pytest.mark.parametrize("name", ["dashboard", "print"])
def test_the_way_to_deciding_is_shown_to_whoever_may_go_it(as_host, gallery, poster, name, role, links):
    Membership.objects.filter(user__username="host").update(role=role)
    page = as_host.get(reverse(name, args=[gallery.code])).content.decode()
    assert page.count(reverse("decide", args=[gallery.code])) == links
    assert page.count(f'"{address("gallery", "change", gallery.pk)}"') == links
    assert reverse("print", args=[gallery.code]) in page


def test_a_host_is_told_what_to_do_and_led_to_each_room_the_open_one_first(
    as_host, as_facilitator, gallery, team
):
    later = Gallery.objects.create(team=team, title="Not yet")
    page = as_host.get(reverse("admin:index")).content.decode()
    open_one, draft = (reverse("dashboard", args=[each.code]) for each in (gallery, later))
    assert "You host" in page
    assert -1 < page.index(open_one) < page.index(draft)
    assert reverse("admin:index") in as_host.get(open_one).content.decode()
    curating = as_facilitator.get(reverse("admin:index")).content.decode()
    assert "You host" not in curating  # control
    assert "Start here" in curating


def test_a_host_is_shown_no_link_to_the_teams_page_and_told_why_it_is_shut(as_host, as_facilitator, gallery):
    own = reverse("admin:gallery_gallery_change", args=[gallery.pk])
    team_page = reverse("admin:measures_team_change", args=[gallery.team_id])
    page = as_host.get(own).content.decode()
    assert gallery.team.name in page
    assert team_page not in page
    assert team_page in as_facilitator.get(own).content.decode()  # control
    refused = as_host.get(team_page)
    assert refused.status_code == 403
    assert "You may not see this page with this log-in" in refused.content.decode()
    assert "did not come from this gallery" not in refused.content.decode()


def test_an_open_gallery_is_closed_first_before_its_title_is_asked_for(as_facilitator, gallery, poster):
    address = reverse("admin:gallery_gallery_delete", args=[gallery.pk])
    page = as_facilitator.get(address).content.decode()
    assert "close it first" in page
    assert 'name="title"' not in page
    gallery.hours.update(opens=timezone.now() - timedelta(days=2), closes=timezone.now() - timedelta(days=1))
    page = as_facilitator.get(address).content.decode()
    assert 'name="title"' in page  # control
    assert "Walls: " in page
    assert "ucket" not in page


def test_the_grace_period_is_a_setting(as_facilitator, gallery):
    page = reverse("admin:gallery_gallery_change", args=[gallery.pk])
    answer = as_facilitator.get(page)
    assert "a phone that had no connection may still bring a note" in answer.content.decode()
    as_facilitator.post(page, sent_back(answer, "gallery_form", grace_minutes="30"))
    gallery.refresh_from_db()
    assert gallery.grace_minutes == 30
