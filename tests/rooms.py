"""All that a team has, with a word of one's choice in every text of it."""

import uuid
from datetime import date, timedelta
from types import SimpleNamespace

from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.urls import reverse
from django.utils import timezone

from feedback import photos
from feedback.models import (
    Change,
    Decision,
    Ground,
    LaterWord,
    Meaning,
    MeToo,
    Note,
    NoteKind,
    Photo,
    Proposal,
    Round,
    RoundItem,
    Theme,
    ToBeTold,
    WallPhoto,
)
from gallery import events
from gallery.models import Gallery
from measures.models import Baseline, Candidate, Goal, GoalLink, Measure, Signal, Target, Team, Value
from tests.sent_back import sent_back

CANARY, LOUD = "canary-7319-hush", "canary-8426-loud"
NO_WORDS = {"code", "time_zone", "language", "key", "digest", "author", "whose"}


def text_fields(model) -> list[models.Field]:
    found = [field for field in model._meta.fields if isinstance(field, models.CharField | models.TextField)]
    return [field for field in found if not field.choices and field.name not in NO_WORDS]


def mark(thing, words: str) -> None:
    """These words in every text that the row has room for."""
    texts = {field.name: f"{words} {field.name} {thing.pk}" for field in text_fields(type(thing))}
    type(thing).objects.filter(pk=thing.pk).update(**texts)
    thing.refresh_from_db()


class Rooms(SimpleNamespace):
    """All that a team has, and how its addresses and forms are built."""

    def key_of(self, label: str) -> int:
        return self.things[label].pk

    def filters(self, label: str, start: str) -> list[str]:
        model = type(self.things[label])
        keys = [field for field in model._meta.fields if isinstance(field, models.ForeignKey)]
        labels = {key.name: key.related_model._meta.label_lower.replace(".", "_") for key in keys}
        return [
            f"{start}?{name}__id__exact={self.things[label].pk}&_facets=True"
            for name, label in labels.items()
            if label in self.things
        ]

    def registered(self, label: str) -> admin.ModelAdmin:
        return admin.site._registry[type(self.things[label])]

    def actions(self, label: str) -> list[dict]:
        found = [getattr(action, "__name__", action) for action in self.registered(label).actions]
        chosen = {"_selected_action": [self.key_of(label)], **self.sure}
        return [{"action": name, **chosen} for name in ["delete_selected", *found]]

    def typed_by_its_owner(self, label: str, page: str) -> list[dict]:
        """What an owner's browser would send from this page, with something changed."""
        args = [self.key_of(label)] if page == "change" else []
        answer = self.as_owner.get(reverse(f"admin:{label}_{page}", args=args))
        if answer.status_code != 200:
            return [{}]
        form = sent_back(answer, f"{label.split('_')[1]}_form")
        text = {name: "Stranger words" for name, value in form.items() if str(value).startswith(CANARY)}
        chosen = {"team": self.team.pk, "gallery": self.gallery.pk, "wall": self.wall.pk}
        filled = {name: str(pk) for name, pk in chosen.items() if name in form}
        acts = [{"_act": name} for name in ("invite", "publish")] if label == "gallery_gallery" else []
        return [form | text | filled | act for act in [{}, *(acts if page == "change" else [])]]

    def app_lists(self) -> list[str]:
        return [reverse("admin:app_list", args=[self.app])]

    def completions(self) -> list[str]:
        """The one chooser that every role has, then all of them, for every word."""
        start = reverse("admin:autocomplete")
        return [
            f"{start}?app_label={model._meta.app_label}&model_name={model._meta.model_name}"
            f"&field_name={field.name}&term={term}"
            for model in map(type, self.things.values())
            for field in model._meta.fields
            if isinstance(field, models.ForeignKey)
            for term in ("", "hush")
        ]

    def on_site(self) -> list[str]:
        return [
            reverse("admin:view_on_site", args=[ContentType.objects.get_for_model(thing).pk, thing.pk])
            for thing in self.things.values()
        ]


def furnish(team: Team, owner: User, words: str) -> Rooms:
    """One of everything that a team can have, in a gallery that is a draft, with these words all over."""
    goal = Goal.objects.create(team=team, original="a")
    other = Goal.objects.create(team=team, original="b")
    measure = Measure.objects.create(team=team, goal=goal, name="m")
    gallery = Gallery.objects.create(team=team, title="g")
    deleted = Gallery.objects.create(team=team, title="d", deleted_at=timezone.now())
    wall = gallery.walls.create(name="w")
    gallery.hours.create(opens=timezone.now() + timedelta(days=1), closes=timezone.now() + timedelta(days=2))
    poster = events.hang(wall=wall, kind="measure", measure=measure)
    kind = NoteKind.objects.filter(gallery=gallery).first()
    found = [
        Note.objects.create(
            gallery=gallery,
            poster=poster,
            kind=kind,
            key=uuid.uuid4(),
            digest="0",
            text="n",
            seq=seq,
            state=state,
        )
        for seq, state in enumerate(["shown", "waiting", "hidden", "withdrawn"], start=1)
    ]
    Gallery.objects.filter(pk=gallery.pk).update(seq=7)
    photo = Photo.objects.create(note=found[0], name=uuid.uuid4(), width=1, height=1, size=1)
    row = {"gallery": gallery, "poster": poster, "kind": kind, "digest": "0"}
    paper = Note.objects.create(**row, key=uuid.uuid4(), text="p", seq=5, source="paper")
    reply = row | {"kind": None, "reply_to": found[0], "key": uuid.uuid4()}
    said = Note.objects.create(**reply, text="r", seq=6)
    answer = Note.objects.create(**reply | {"key": uuid.uuid4()}, text="h", seq=7, from_host=True)
    MeToo.objects.create(note=found[0])
    wall_photo = WallPhoto.objects.create(poster=poster, name=uuid.uuid4(), width=1, height=1, size=1)
    for each in (photo, wall_photo):
        default_storage.save(photos.path_of(each.name), ContentFile(b"a photo"))
    theme = Theme.objects.create(gallery=gallery, name="t")
    Note.objects.filter(pk=found[0].pk).update(theme=theme)
    meaning = Meaning.objects.create(note=found[0], vector=b"")
    day = date(2026, 1, 1)
    rated = Round.objects.create(
        gallery=gallery,
        number=1,
        title="r",
        rates="themes",
        scale=["Must", "Won’t"],
        opened_at=timezone.now(),
    )
    item = RoundItem.objects.create(round=rated, place=1, words="i", theme=theme)
    series = {"measure": measure, "period": day, "value": 1}
    value = Value.objects.create(**series)
    decision = Decision.objects.create(poster=poster, verdict="keep", reason="r")
    Ground.objects.create(decision=decision, note=found[0])
    more = [
        GoalLink.objects.create(source=goal, target=other),
        Candidate.objects.create(goal=goal, wording="c"),
        Baseline.objects.create(measure=measure, starts=day, reason="r"),
        Signal.objects.create(value=value, rule=Signal.Rule.values[0]),
        Proposal.objects.create(note=found[0]),
        theme,
        Change.objects.create(decision=decision, place=1, what="w", was="b", now="a"),
        LaterWord.objects.create(decision=decision, verdict="drop", reason="r"),
        ToBeTold.objects.create(gallery=gallery, mail="m@example.org"),
        decision,
    ]
    main = [team, goal, measure, value, Target.objects.create(**series)]
    main += [gallery, wall, poster, kind]
    for thing in [*main, other, deleted, *found, paper, said, answer, theme, meaning, rated, item, *more]:
        mark(thing, words)
    return Rooms(
        team=team, gallery=gallery, wall=wall, deleted=deleted.pk, person=owner.pk, app="measures",
        code=gallery.code, number=poster.number, key=found[0].key, photo=photo.name,
        paper_key=paper.key, answer_key=answer.key, wall_photo=wall_photo.name,
        notes=found, decision=more[-1], theme=theme.pk, round=rated.number, place=item.place,
        things={thing._meta.label_lower.replace(".", "_"): thing for thing in [*main, owner]},
        sure={"post": "yes", "title": gallery.title},
    )  # fmt: skip
