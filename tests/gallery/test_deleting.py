"""A deleted gallery is nowhere to be seen, comes back as it was for 30 days, and then is truly gone."""

import re
import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from feedback import decisions, notes, photos
from feedback.models import Bucket, Decision, Note, Photo
from gallery import deleting, events
from gallery.models import Gallery, Poster, Wall, make_code
from measures.models import Membership
from tests.gallery.test_admin import press

DAY = timedelta(days=1)
PHOTO = uuid.UUID(int=11)
LIST = "admin:gallery_gallery_deleted"


@pytest.fixture
def closed(gallery, poster, settings, tmp_path) -> Gallery:
    """The cast's gallery after its doors have closed, with a note, its photo and a decision."""
    settings.MEDIA_ROOT = tmp_path
    hang_notes(gallery, poster)
    gallery.hours.update(opens=timezone.now() - 2 * DAY, closes=timezone.now() - DAY)
    return gallery


def hang_notes(gallery: Gallery, poster: Poster) -> None:
    kind = gallery.note_kinds.first()
    note = notes.stick(poster=poster, key=uuid.uuid4(), kind=kind, text="Swim early", author="a" * 64)
    default_storage.save(photos.path_of(PHOTO), ContentFile(b"a photo"))
    Photo.objects.create(note=note, name=PHOTO, width=10, height=20, size=300)
    decisions.decide(poster=poster, verdict="keep", reason="You told us to.")
    Bucket.objects.create(gallery=gallery, whose="a" * 64, empty_at=1.5)


def as_role(team, role: str) -> Client:
    user = User.objects.create_user(role, password="correct horse battery", is_staff=True)
    Membership.objects.create(team=team, user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


def delete_page(gallery: Gallery) -> str:
    return reverse("admin:gallery_gallery_delete", args=[gallery.pk])


def restore_page(gallery: Gallery) -> str:
    return reverse("admin:gallery_gallery_restore", args=[gallery.pk])


def rows() -> dict[str, list]:
    """Every row of every table of ours, whole."""
    models = [
        model
        for app in ("measures", "gallery", "feedback")
        for model in apps.get_app_config(app).get_models()
    ]
    return {model.__name__: list(model._base_manager.order_by("pk").values()) for model in models}


# Typing the title


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type the gallery’s title here"),
        ("our river, our measures", "Only capital and small letters differ"),
        ("Our river, our meas", "It ends too soon: “ures” is missing"),
        ("Our river, our measures 2", "It goes on too long: leave out “2”"),
        ("Our rover, our measures", "After “Our r” comes “i”, and you typed “o”"),
        ("X", "At its start comes “O”, and you typed “X”"),
    ],
)
def test_another_title_is_refused_with_what_differs(as_facilitator, closed, typed, said):
    answer = as_facilitator.post(delete_page(closed), {"title": typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert f'value="{typed}"' in page
    closed.refresh_from_db()
    assert closed.deleted_at is None


@pytest.mark.parametrize("typed", ["Our river, our measures", "  Our  river, our measures "])
def test_the_title_deletes_it_and_leads_to_where_it_can_be_restored(as_facilitator, closed, typed):
    answer = as_facilitator.post(delete_page(closed), {"title": typed}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(reverse(LIST), 302)]
    assert "“Our river, our measures” is deleted. For 30 days it can be restored" in page
    assert f'action="{restore_page(closed)}"' in page
    assert as_facilitator.get(delete_page(closed)).status_code == 302, "it is not deleted twice"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("Fete", "F\u00eate", False), ("F\u00eate", "Fe\u0302te", True), ("a\u00a0b", "a b", True)],
)
def test_signs_that_look_alike_are_alike_and_others_are_not(one, other, alike):
    assert (deleting.what_differs(one, other) == "") is alike


def test_the_page_counts_what_goes_and_tells_no_words_of_it(as_facilitator, closed):
    page = as_facilitator.get(delete_page(closed)).content.decode()
    assert "Notes: 1" in page
    assert "Swim early" not in page
    assert "can be restored" in page


def test_the_title_is_no_markup(as_facilitator, closed):
    Gallery.objects.filter(pk=closed.pk).update(title="<b>“A” & 'B'</b>")
    page = as_facilitator.post(delete_page(closed), {"title": '"><script>'}).content.decode()
    assert '<script>"' not in page
    assert "<b>“A”" not in page
    assert 'value="&quot;&gt;&lt;script&gt;"' in page


def test_while_the_doors_are_open_it_is_refused_in_words(as_facilitator, gallery):
    answer = as_facilitator.post(delete_page(gallery), {"title": gallery.title}, follow=True)
    assert "was not deleted. The doors are open" in answer.content.decode()
    gallery.refresh_from_db()
    assert gallery.deleted_at is None


def test_control_the_same_form_deletes_it_once_closed(as_facilitator, gallery):
    events.close_for_good(gallery)
    as_facilitator.post(delete_page(gallery), {"title": gallery.title})
    gallery.refresh_from_db()
    assert gallery.deleted_at


# Who may


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("facilitator", True), ("host", False)])
def test_owners_and_facilitators_delete_and_restore_and_hosts_do_not(team, closed, role, may):
    client = as_role(team, role)
    client.post(delete_page(closed), {"title": closed.title})
    closed.refresh_from_db()
    assert bool(closed.deleted_at) is may
    events.delete(closed)
    client.post(restore_page(closed))
    closed.refresh_from_db()
    assert (closed.deleted_at is None) is may


def test_a_stranger_neither_deletes_nor_sees_nor_restores(as_stranger, closed):
    answer = as_stranger.post(delete_page(closed), {"title": closed.title}, follow=True)
    assert closed.title not in answer.content.decode()
    events.delete(closed)
    assert closed.title not in as_stranger.get(reverse(LIST)).content.decode()
    answer = as_stranger.post(restore_page(closed), follow=True)
    assert closed.title not in answer.content.decode()
    closed.refresh_from_db()
    assert closed.deleted_at


def test_the_stranger_is_told_the_same_of_a_gallery_that_never_was(as_stranger, closed):
    events.delete(closed)
    said = [
        re.findall(r'<li class="warning">.*?</li>', as_stranger.post(page, follow=True).content.decode())
        for page in (restore_page(closed), reverse("admin:gallery_gallery_restore", args=[987654]))
    ]
    assert said[0] == said[1] != []


@pytest.mark.parametrize("page", [LIST, "admin:gallery_gallery_changelist"])
def test_logged_out_leads_to_the_log_in_page(visitor, closed, page):
    assert visitor.get(reverse(page)).headers["Location"].startswith(reverse("admin:login"))


def test_restoring_is_a_post_with_a_token(facilitator, closed):
    events.delete(closed)
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(facilitator)
    assert careful.get(restore_page(closed)).status_code == 405
    assert careful.post(restore_page(closed)).status_code == 403
    closed.refresh_from_db()
    assert closed.deleted_at


# Nowhere to be seen


def pages_of_a_gallery() -> list[tuple[str, dict]]:
    """Every address that begins with a gallery's code, from the resolver: names and arguments."""
    known = {"number": 1, "theme": 1, "place": 1, "key": uuid.UUID(int=7), "name": PHOTO, "run": "0" * 32}
    found = []
    for name, routes in get_resolver().reverse_dict.lists():
        for possibilities, *_ in routes:
            for _, arguments in possibilities:
                if isinstance(name, str) and "code" in arguments:
                    found.append((name, {each: known[each] for each in arguments if each != "code"}))
    return found


def seen_from_outside(client: Client, name: str, code: str, rest: dict) -> tuple:
    address = reverse(name, kwargs={"code": code, **rest})
    answers = [client.get(address), client.post(address)]
    own = rf"(?i){code}|\w{{64}}"  # the code itself, and tokens
    neutral = [re.sub(own, "*", answer.content.decode()) for answer in answers]
    where = [answer.headers.get("Location", "").replace(code, "*") for answer in answers]
    return [answer.status_code for answer in answers], where, neutral


def test_unknown_draft_and_deleted_look_the_same_from_outside(visitor, team, closed, db):
    draft = Gallery.objects.create(team=team, title="Draft canary")
    events.hang(wall=events.wall_named(draft, "Hall"), kind="text", title="Draft canary")
    events.delete(closed)
    pages = pages_of_a_gallery()
    assert len(pages) > 15
    for name, rest in pages:
        unknown, *others = [
            seen_from_outside(visitor, name, code, rest) for code in (make_code(), draft.code, closed.code)
        ]
        assert others == [unknown, unknown], name
        assert "canary" not in str(unknown)


def test_control_a_gallery_that_is_there_looks_otherwise(visitor, closed):
    there = seen_from_outside(visitor, "lobby", closed.code, {})
    assert there != seen_from_outside(visitor, "lobby", make_code(), {})


def test_its_own_team_finds_it_on_no_page_either(as_facilitator, closed):
    events.delete(closed)
    for name, rest in pages_of_a_gallery():
        unknown, gone = [
            seen_from_outside(as_facilitator, name, code, rest) for code in (make_code(), closed.code)
        ]
        assert gone == unknown, name


ADMIN_LISTS = ["gallery_gallery", "gallery_poster", "gallery_wall", "feedback_notekind"]


@pytest.mark.parametrize("model", ADMIN_LISTS)
@pytest.mark.parametrize("super_too", [False, True])
def test_admin_lists_choices_and_filters_leave_it_out(as_facilitator, facilitator, closed, model, super_too):
    facilitator.is_superuser = super_too
    facilitator.save()
    listed = as_facilitator.get(reverse(f"admin:{model}_changelist")).content.decode()
    assert closed.title in listed, "control"
    events.delete(closed)
    for page in ("changelist", "add"):
        assert closed.title not in as_facilitator.get(reverse(f"admin:{model}_{page}")).content.decode()


def test_its_rows_have_no_page_in_the_admin(as_facilitator, closed):
    rows = [closed, *closed.walls.all(), *closed.posters.all(), *closed.note_kinds.all()]
    events.delete(closed)
    for row in rows:
        for page in ("change", "delete", "history"):
            address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])
            answer = as_facilitator.get(address)
            assert answer.status_code in {302, 404}, address


# Back as it was


def test_restored_every_row_of_every_table_is_as_it_was(as_facilitator, closed, visitor):
    before = rows()
    assert all(before[name] for name in ("Gallery", "Wall", "Poster", "Note", "Photo", "Decision", "Bucket"))
    lobby = visitor.get(reverse("lobby", args=[closed.code])).content
    as_facilitator.post(delete_page(closed), {"title": closed.title})
    assert rows() != before, "control: deleting shows in the rows"
    answer = as_facilitator.post(restore_page(closed), follow=True)
    assert "is back, as it was" in answer.content.decode()
    assert rows() == before
    assert visitor.get(reverse("lobby", args=[closed.code])).content == lobby


def test_the_30_days_end_to_the_second(closed, noon):
    events.delete(closed, at=noon)
    with pytest.raises(events.NotNow, match="more than 30 days ago"):
        events.restore(closed, at=noon + 30 * DAY + timedelta(seconds=1))
    events.restore(closed, at=noon + 30 * DAY)
    closed.refresh_from_db()
    assert closed.deleted_at is None


def test_after_30_days_there_is_no_button_and_words_for_whoever_kept_the_page(as_facilitator, closed):
    events.delete(closed, at=timezone.now() - 31 * DAY)
    page = as_facilitator.get(reverse(LIST)).content.decode()
    assert "Can’t be restored any more" in page
    assert restore_page(closed) not in page
    answer = as_facilitator.post(restore_page(closed), follow=True)
    assert "was deleted more than 30 days ago" in answer.content.decode()
    closed.refresh_from_db()
    assert closed.deleted_at


def test_the_page_says_when_it_goes_in_its_own_zone(as_facilitator, closed, noon):
    Gallery.objects.filter(pk=closed.pk).update(time_zone="America/New_York")
    events.delete(closed, at=noon)
    page = as_facilitator.get(reverse(LIST)).content.decode()
    assert "1 June 2026, 08:00 EDT" in page
    assert "1 July 2026, 08:00 EDT" in page


def test_the_list_of_galleries_leads_to_the_deleted_ones(as_facilitator, closed):
    page = as_facilitator.get(reverse("admin:gallery_gallery_changelist")).content.decode()
    assert f'href="{reverse(LIST)}"' in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_no_more_for_more_galleries(
    as_facilitator, facilitator, team, count, django_assert_num_queries
):
    for number in range(count):
        events.delete(Gallery.objects.create(team=team, title=f"Gallery {number}"))
    as_facilitator.get(reverse(LIST))
    with django_assert_num_queries(7):
        as_facilitator.get(reverse(LIST))


# The admin's other ways


def test_no_way_of_the_admin_truly_deletes(as_facilitator, closed, rf, admin_site_of):
    curating = admin_site_of(Gallery)
    request = rf.get("/")
    curating.delete_model(request, closed)
    curating.delete_queryset(request, Gallery.objects.filter(pk=closed.pk))
    kept = Gallery.objects.get(pk=closed.pk)
    assert kept.deleted_at
    assert Note.objects.filter(gallery=kept).exists()


@pytest.fixture
def admin_site_of():
    return lambda model: admin.site._registry[model]


# For good


def test_what_nobody_can_restore_goes_with_all_that_hung_in_it(
    closed, noon, team, as_facilitator, django_capture_on_commit_callbacks
):
    other = Gallery.objects.create(team=team, title="Stays")
    as_facilitator.post(delete_page(closed), {"title": closed.title})
    assert LogEntry.objects.filter(object_repr=closed.title).exists(), "control: the admin keeps its title"
    Gallery.objects.update(deleted_at=None)
    events.delete(closed, at=noon)
    assert deleting.purge_deleted(at=noon + 30 * DAY) == []
    assert default_storage.exists(photos.path_of(PHOTO))
    with django_capture_on_commit_callbacks(execute=True):
        assert deleting.purge_deleted(at=noon + 30 * DAY + timedelta(seconds=1)) == [closed.title]
    assert not default_storage.exists(photos.path_of(PHOTO))
    assert list(Gallery.objects.all()) == [other]
    for model in (Wall, Poster, Note, Photo, Decision, Bucket):
        assert not model._base_manager.exists()
    assert not LogEntry.objects.filter(object_repr=closed.title).exists()
    assert deleting.purge_deleted(at=noon + 60 * DAY) == []


def test_one_restored_between_the_look_and_the_deed_stays(closed, noon):
    events.delete(closed, at=noon)
    late = noon + 31 * DAY
    Gallery.objects.filter(pk=closed.pk).update(deleted_at=None)
    assert deleting._purged(closed.pk, late) is None
    assert Gallery.objects.filter(pk=closed.pk).exists()


# Archiving, by hand


def test_archiving_says_what_it_does_and_forgets_who_said_what(as_facilitator, closed):
    page = as_facilitator.get(reverse("admin:gallery_gallery_change", args=[closed.pk])).content.decode()
    assert "erases for good which notes came from the same phone" in page
    note = Note.objects.get()
    assert note.author, "control: until then it is known"
    answer = press(as_facilitator, closed, "archive")
    assert "is archived: nobody can tell any more who said what" in answer.content.decode()
    note.refresh_from_db()
    assert (note.author, note.text) == (None, "Swim early")
    assert not Bucket.objects.exists()
    assert Decision.objects.count() == 1


def test_an_open_gallery_is_not_archived(gallery):
    with pytest.raises(events.NotNow, match="Close it for good first"):
        events.archive(gallery)


def test_an_archived_gallery_does_not_open_again(closed):
    events.archive(closed)
    with pytest.raises(events.NotNow, match="archived"):
        events.open_doors(closed)


def stick_as_visitor(visitor: Client, poster: Poster, words: str):
    form = {"key": str(uuid.uuid4()), "kind": "Idea", "text": words, "name": ""}
    return visitor.post(reverse("stick", args=[poster.gallery.code, poster.number]), form)


def poster_page(visitor: Client, poster: Poster) -> str:
    return visitor.get(reverse("poster", args=[poster.gallery.code, poster.number])).content.decode()


def test_a_visitor_is_not_linked_again(visitor, gallery, poster):
    stick_as_visitor(visitor, poster, "First words")
    own = Note.objects.get()
    assert own.author
    controls = reverse("take_back", args=[gallery.code, poster.number, own.key])
    assert controls in poster_page(visitor, poster), "control: the visitor’s own note can be taken back"
    events.close_for_good(gallery)
    events.archive(gallery)
    assert "First words" in poster_page(visitor, poster)
    assert controls not in poster_page(visitor, poster)
    assert visitor.post(controls).status_code != 200
    refused = stick_as_visitor(visitor, poster, "More words")
    assert refused.headers["Note-Refused"] == "closed"
    assert list(Note.objects.values_list("text", "author", "state")) == [("First words", None, "shown")]
    assert not Bucket.objects.exists()


# What can't be taken back


@pytest.mark.parametrize("act", [events.archive, events.publish])
def test_what_was_deleted_just_then_is_neither_archived_nor_published(closed, act):
    """As where `purge` had listed it, or a colleague had its page open: restored, it is as it was."""
    listed = Gallery.objects.get(pk=closed.pk)
    before = rows()
    events.delete(closed)
    with pytest.raises(events.NotNow, match="Restore it first"):
        act(listed)
    events.restore(closed)
    assert rows() == before
    act(listed)  # control
    assert rows() != before
