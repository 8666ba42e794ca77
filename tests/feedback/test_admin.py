"""Nothing of a team reaches a facilitator of another through the admin, whichever way it is asked.

The cases are generated from the admin's registry, so an admin that is added later is held to
them too. Each way of asking has its control: with the scoping taken out, it must leak.
"""

from datetime import date

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import ForeignKey
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.models import NoteKind
from gallery import events
from gallery.models import Gallery, Poster, Wall
from measures.models import Candidate, Goal, GoalLink, Measure, Membership, Target, Team, Value
from measures.scoping import TeamScope, TeamScopedAdmin, TeamScopedInline
from tests.sent_back import sent_back

MARK = "7319-hush"
APPS = {"measures", "gallery", "feedback"}


def of_ours(site: admin.AdminSite) -> dict:
    return {model: found for model, found in site._registry.items() if model._meta.app_label in APPS}


MODELS = sorted(of_ours(admin.site), key=lambda model: model._meta.label)
BY_LABEL = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)


def furnish(team: Team, text: str) -> dict:
    """One of everything that a team can have, each with these words on it."""
    goal = Goal.objects.create(team=team, original=text, result=text, why=text)
    other = Goal.objects.create(team=team, original=f"{text}, more")
    measure = Measure.objects.create(team=team, goal=goal, name=text, group=text)
    gallery = Gallery.objects.create(team=team, title=text, place=text)
    wall = gallery.walls.create(name=text, order=1)
    poster = events.hang(wall=wall, kind="measure", measure=measure, prompts=text)
    made = [
        team,
        goal,
        measure,
        gallery,
        wall,
        poster,
        GoalLink.objects.create(source=goal, target=other),
        Candidate.objects.create(goal=goal, wording=text),
        Value.objects.create(measure=measure, period=date(2026, 1, 1), written=text, value=1, remark=text),
        Target.objects.create(measure=measure, period=date(2026, 1, 1), written=text, value=1),
        NoteKind.objects.create(gallery=gallery, word=text, icon="star", colour="rose"),
    ]
    return {type(thing): thing for thing in made}


@pytest.fixture
def own(team) -> dict:
    return furnish(team, "Ours")


@pytest.fixture
def theirs(other_team) -> dict:
    other_team.name = f"Canary {MARK}"
    other_team.save()
    return furnish(other_team, MARK)


def page(model, name: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def keys(model) -> list[ForeignKey]:
    return [field for field in model._meta.fields if isinstance(field, ForeignKey)]


def completions(model, theirs) -> list[str]:
    """What the choosers of this model's foreign keys, and of those on its inlines, may ask for."""
    sources = [model, *(inline.model for inline in admin.site._registry[model].inlines)]
    return [
        f"{reverse('admin:autocomplete')}?app_label={source._meta.app_label}"
        f"&model_name={source._meta.model_name}&field_name={key.name}&term={term}"
        for source in sources
        for key in keys(source)
        for term in ("", "hush")
    ]


WAYS = {
    "list": lambda model, theirs: [page(model, "changelist"), page(model, "changelist") + "?all="],
    "search": lambda model, theirs: [page(model, "changelist") + "?q=hush"],
    "filter": lambda model, theirs: [
        f"{page(model, 'changelist')}?{key.name}__id__exact={theirs[key.related_model].pk}&_facets=True"
        for key in keys(model)
    ],
    "add": lambda model, theirs: [page(model, "add")],
    "filled in": lambda model, theirs: [
        f"{page(model, 'add')}?{key.name}={theirs[key.related_model].pk}" for key in keys(model)
    ],
    "change": lambda model, theirs: [page(model, "change", theirs[model].pk)],
    "delete": lambda model, theirs: [page(model, "delete", theirs[model].pk)],
    "history": lambda model, theirs: [page(model, "history", theirs[model].pk)],
    "chooser": completions,
    "view on site": lambda model, theirs: [
        reverse("admin:view_on_site", args=[ContentType.objects.get_for_model(model).pk, theirs[model].pk])
    ],
}


def leaks(client, addresses: list[str]) -> list[str]:
    return [place for place in addresses if MARK in client.get(place, follow=True).content.decode()]


def chosen(client, model, thing, action: str) -> str:
    form = {"action": action, "_selected_action": [thing.pk], "post": "yes"}
    return client.post(page(model, "changelist"), form, follow=True).content.decode()


@pytest.fixture
def unscoped(monkeypatch):
    """The admin as it would be with nothing but a log-in."""
    monkeypatch.setattr(TeamScope, "_of_teams", lambda self, queryset, request, teams: queryset)
    monkeypatch.setattr(TeamScopedAdmin, "_reaches", lambda self, request, obj, teams: True)


@BY_LABEL
@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_another_team_is_shown(as_facilitator, own, theirs, model, way):
    assert leaks(as_facilitator, WAYS[way](model, theirs)) == []


@pytest.mark.parametrize("way", [way for way in WAYS if way != "view on site"])
def test_control_an_unscoped_admin_shows_it(as_facilitator, own, theirs, unscoped, way):
    assert any(leaks(as_facilitator, WAYS[way](model, theirs)) for model in MODELS)


@BY_LABEL
def test_pages_of_ones_own_name_nobody_elses(as_facilitator, own, theirs, model):
    own_pages = [page(model, name, own[model].pk) for name in ("change", "delete", "history")]
    assert leaks(as_facilitator, [reverse("admin:index"), *own_pages]) == []


def actions() -> list[tuple]:
    return [(model, name) for model in MODELS for name in ["delete_selected", *action_names(model)]]


def action_names(model) -> list[str]:
    return [action.__name__ for action in admin.site._registry[model].actions]


@pytest.mark.parametrize(("model", "action"), actions())
def test_no_action_reaches_another_team(as_facilitator, own, theirs, model, action):
    before = model.objects.values().get(pk=theirs[model].pk)
    assert MARK not in chosen(as_facilitator, model, theirs[model], action)
    assert model.objects.values().get(pk=theirs[model].pk) == before


@pytest.mark.parametrize(("model", "action"), [(NoteKind, "delete_selected"), (Gallery, "invite")])
def test_control_an_unscoped_action_reaches_it(as_facilitator, own, theirs, unscoped, model, action):
    assert MARK in chosen(as_facilitator, model, theirs[model], action)


# Writing across teams: the same form is taken with one's own key and refused with theirs.

NEW = {
    Goal: {"original": "New"},
    Measure: {"name": "New"},
    Value: {"period": "01/02/2026", "value": "1"},
    Target: {"period": "01/02/2026", "value": "1"},
    Gallery: {"title": "New"},
    Wall: {"name": "New"},
    Poster: {"kind": "text"},
    NoteKind: {"word": "New", "icon": "star", "colour": "rose"},
}
# A key that must be filled in for the form to be taken, and what else the form must then say.
REACHES = [
    (Goal, "team", {}),
    (Measure, "team", {"goal": ""}),
    (Measure, "goal", {}),
    (Value, "measure", {}),
    (Target, "measure", {}),
    (Gallery, "team", {}),
    (Wall, "gallery", {}),
    (Poster, "wall", {}),
    (Poster, "goal", {"kind": "goal"}),
    (Poster, "measure", {"kind": "measure"}),
    (NoteKind, "gallery", {}),
]


def add(client, model, own, **typed):
    filled = {key.name: str(own[key.related_model].pk) for key in keys(model) if key.name in {"team", "wall"}}
    empty = client.get(page(model, "add"))
    form = sent_back(empty, f"{model._meta.model_name}_form", **{**filled, **NEW[model], **typed})
    return client.post(page(model, "add"), form, follow=True)


@pytest.mark.parametrize(("model", "key", "typed"), REACHES)
def test_a_new_thing_is_never_tied_to_another_teams(as_facilitator, own, theirs, model, key, typed):
    related = model._meta.get_field(key).related_model
    before = model.objects.count()
    answer = add(as_facilitator, model, own, **{**typed, key: str(theirs[related].pk)})
    assert model.objects.count() == before
    assert "Select a valid choice" in answer.content.decode()
    assert MARK not in answer.content.decode()
    add(as_facilitator, model, own, **{**typed, key: str(own[related].pk)})
    assert model.objects.count() == before + 1


def test_every_key_that_a_form_shows_is_among_these_cases(rf, facilitator):
    request = rf.get("/")
    request.user = facilitator
    shown = {
        (model, key.name)
        for model in MODELS
        if model is not Team
        for key in keys(model)
        if key.name in admin.site._registry[model].get_form(request).base_fields
    }
    assert shown == {(model, key) for model, key, _ in REACHES}


@pytest.mark.parametrize(
    ("parent", "prefix", "child", "field"),
    [
        (Goal, "candidates", Candidate, "wording"),
        (Measure, "values", Value, "remark"),
        (Measure, "targets", Target, "written"),
        (Gallery, "walls", Wall, "name"),
        (Wall, "posters", Poster, "position"),
    ],
)
def test_a_row_of_another_team_is_not_changed_through_ones_own_page(
    as_facilitator, own, theirs, parent, prefix, child, field
):
    address = page(parent, "change", own[parent].pk)
    form = sent_back(as_facilitator.get(address), f"{parent._meta.model_name}_form")
    assert form[f"{prefix}-0-id"] == str(own[child].pk)
    before = getattr(theirs[child], field)
    forged = {f"{prefix}-0-id": str(theirs[child].pk), f"{prefix}-0-{field}": "99"}
    answer = as_facilitator.post(address, form | forged, follow=True)
    theirs[child].refresh_from_db()
    assert getattr(theirs[child], field) == before
    assert MARK not in answer.content.decode()


# Whoever registers an admin takes the scoped base.


def unsafe(site: admin.AdminSite) -> list[str]:
    """Admins of ours that do not start from memberships, or use a feature that leaks by itself."""
    found = []
    for model, registered in of_ours(site).items():
        kinds = [(registered, TeamScopedAdmin)]
        kinds += [(inline(model, site), TeamScopedInline) for inline in registered.inlines]
        for one, base in kinds:
            name = type(one).__name__
            if not isinstance(one, base):
                found.append(f"{name} is not a {base.__name__}")
            elif path_end(one.model, one.team_path) is not Team:
                found.append(f"{name}.team_path does not lead to a team")
            found += [
                f"{name} has {trait}"
                for trait in ("raw_id_fields", "list_editable")
                if getattr(one, trait, ())
            ]
    return found


def path_end(model, path: str):
    for step in path.split("__"):
        if step == "pk":
            return model
        model = model._meta.get_field(step).related_model
    return model


class Plain(admin.ModelAdmin):
    pass


class PlainInline(admin.TabularInline):
    model = Candidate


class WithPlainInline(TeamScopedAdmin):
    team_path = "team"
    inlines = [PlainInline]


class WithRawId(TeamScopedAdmin):
    team_path = "team"
    raw_id_fields = ["team"]


class WithWrongPath(TeamScopedAdmin):
    team_path = "goal"


def test_every_admin_of_ours_is_scoped():
    assert unsafe(admin.site) == []


@pytest.mark.parametrize(
    ("model", "kind", "words"),
    [
        (Goal, Plain, "Plain is not a TeamScopedAdmin"),
        (Goal, WithPlainInline, "PlainInline is not a TeamScopedInline"),
        (Goal, WithRawId, "WithRawId has raw_id_fields"),
        (Measure, WithWrongPath, "WithWrongPath.team_path does not lead to a team"),
    ],
)
def test_control_an_unscoped_admin_is_caught(model, kind, words):
    site = admin.AdminSite(name="control")
    site.register(model, kind)
    assert unsafe(site) == [words]


def test_notes_and_decisions_are_not_edited_here():
    assert {model._meta.model_name for model in MODELS if model._meta.app_label == "feedback"} == {"notekind"}


# As many queries for three as for one


def queries(client, address: str) -> int:
    client.get(address)  # what is read once a process is read here
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@BY_LABEL
def test_a_list_takes_as_many_queries_for_three_as_for_one(as_facilitator, facilitator, team, own, model):
    at_one = queries(as_facilitator, page(model, "changelist"))
    for name in ("Second", "Third"):
        furnish(team, name)
        Membership.objects.create(team=Team.objects.create(name=name), user=facilitator)
    at_three = queries(as_facilitator, page(model, "changelist"))
    assert at_three == at_one <= 13


@pytest.mark.parametrize("model", [Gallery, Wall, Measure])
def test_a_page_takes_as_many_queries_for_three_rows_as_for_one(as_facilitator, own, model):
    at_one = queries(as_facilitator, page(model, "change", own[model].pk))
    for number in (2, 3):
        events.hang(wall=own[Wall], kind="text", title="More")
        own[Gallery].walls.create(name=f"Wall {number}")
        own[Measure].values.create(period=date(2026, number, 1), value=1)
    assert queries(as_facilitator, page(model, "change", own[model].pk)) == at_one


def test_a_superuser_reaches_every_teams(admin_client, own, theirs):
    for model in MODELS:
        assert MARK in admin_client.get(page(model, "changelist")).content.decode()
        assert admin_client.get(page(model, "change", theirs[model].pk)).status_code == 200
