"""Curating the room: galleries with their hours and walls, and what hangs on them."""

# ruff: noqa: ARG002 - Django's hooks are given the request and the object, used or not

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from gallery import (
    addresses,
    codes,
    events,
    getting_ready,
    login_admin,  # noqa: F401 - registers the log-in page, and people
)
from gallery.acts import ACTS, BEFORE, PHASE_WORDS, Act
from gallery.admin_deleted import DeletesGalleries
from gallery.events import NotNow
from gallery.forms import DoorTime, GalleryForm, OpeningHoursForm, PosterForm, WallForm
from gallery.hours import in_words
from gallery.models import Gallery, OpeningHours, Poster, Wall, check_zone
from gallery.phases import Phase, phase
from measures.scoping import TeamScopedAdmin, TeamScopedInline, how_many

# The pages of a gallery that are not the admin's: label, name of the address.
WAYS = [("Dashboard", "dashboard"), ("Visitors’ page", "lobby"), ("Print posters", "print")]
OVER = {Phase.CLOSED, Phase.REPORTED, Phase.ARCHIVED}
KEPT = {"gallery__deleted_at__isnull": True}
MOST_DIGITS = 19  # of a key that every database can hold
NEXT = (
    "Next: hang all measures of this team, and add opening hours if there are none yet; then print the "
    "posters, and invite. Nobody but your team knows of this gallery until you invite."
)
SMALL_TEXT: dict[Any, Any] = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 80})}}


def do_act(request: HttpRequest, act: Act, gallery: Gallery) -> None:
    """Do it and say so; an act that makes no sense now is told as a warning."""
    try:
        messages.success(request, act.do(gallery))
    except NotNow as reason:
        messages.warning(request, f"“{gallery}”: {reason}")


def pressed(request: HttpRequest) -> Act | None:
    """The act whose button sent this page. Raises Http404 where there is none of that name."""
    name = request.POST.get("_act")
    if name is None:
        return None
    if name not in ACTS:
        raise Http404
    return ACTS[name]


def list_action(name: str) -> Callable[..., None]:
    @admin.action(description=ACTS[name].label, permissions=["change"])
    def run(self: "GalleryAdmin", request: HttpRequest, queryset: QuerySet[Gallery]) -> None:
        for gallery in self.scoped(queryset, request):  # one may only host some of those that one sees
            do_act(request, ACTS[name], gallery)

    run.__name__ = name
    return run


def ways_to(gallery: Gallery) -> list[tuple[str, str]]:
    """Label and address of each of the gallery's pages; a draft's is seen by its team alone."""
    found = []
    for label, name in WAYS:
        if name == "lobby" and gallery.invited_at is None:
            label = "Visitors’ page, as your team sees it"
        try:
            found.append((label, reverse(name, args=[gallery.code])))
        except NoReverseMatch:
            continue
    return found


class OpeningHoursInline(TeamScopedInline):
    model = OpeningHours
    form = OpeningHoursForm
    team_path = "gallery__team"
    only = KEPT
    extra = 1
    formfield_overrides = {models.DateTimeField: {"form_class": DoorTime, "widget": AdminSplitDateTime}}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The zone stands beside the field: the page is shown in the gallery's own."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name in {"opens", "closes"}:
            field.widget.widgets[1].format = "%H:%M"
            field.label = f"{db_field.verbose_name} (time in {self._zone_words(request)})"
        return field

    def _zone_words(self, request: HttpRequest) -> str:
        """A new gallery's zone is still being chosen, on the same page."""
        match = request.resolver_match
        is_new = match is not None and match.url_name == "gallery_gallery_add"
        return "the gallery’s zone" if is_new else timezone.get_current_timezone_name()


class WallInline(TeamScopedInline):
    model = Wall
    form = WallForm
    team_path = "gallery__team"
    only = KEPT
    fields = ["name", "order", "hung"]
    readonly_fields = ["hung"]
    classes = ["by-order"]

    class Media:
        js = ["js/admin/order.js"]

    def get_queryset(self, request: HttpRequest) -> Any:
        found = super().get_queryset(request)
        return found.annotate(hung=how_many(Poster, "wall"))

    @admin.display(description="posters")
    def hung(self, wall: Any) -> str:
        if not wall.pk:
            return ""
        address = reverse("admin:gallery_wall_change", args=[wall.pk])
        return format_html('<a href="{}">{}, put them in order</a>', address, wall.hung)


@admin.register(Gallery)
class GalleryAdmin(DeletesGalleries, TeamScopedAdmin):
    form = GalleryForm
    team_path = "team"
    only = {"deleted_at__isnull": True}
    hosts_look = True
    settled = ("team",)
    change_form_template = "admin/gallery/gallery/change_form.html"
    list_display = ["title", "ways", "phase_words", "team", "opening", "wall_count", "poster_count"]
    list_filter = ["team"]
    search_fields = ["title", "code", "place"]
    search_help_text = "Search titles, codes and places."
    inlines = [OpeningHoursInline, WallInline]
    actions = [list_action(name) for name in ACTS]
    formfield_overrides = SMALL_TEXT
    fieldsets = [
        (None, {"fields": ["team", "title", "invitation", "place", ("time_zone", "language")]}),
        ("Visitors and their notes", {"fields": ["reword_minutes", "grace_minutes", "hidden_votes"]}),
        ("Afterwards", {"fields": ["thanks", "next_steps"]}),
    ]

    class Media:
        js = ["js/admin/zone.js"]

    def get_queryset(self, request: HttpRequest) -> Any:
        found = super().get_queryset(request).select_related("team")
        return found.prefetch_related("hours").annotate(
            wall_count=how_many(Wall, "gallery"), poster_count=how_many(Poster, "gallery")
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Of a new gallery, what can wait is folded. A host may not see the team's page: its name without
        the link there; nor what the report will say, until it is published."""
        found: Any = super().get_fieldsets(request, obj)
        if obj is None:
            folded = [(head, {**fields, "classes": ["collapse"]}) for head, fields in found[1:]]
            return [found[0], *folded]
        if self.has_change_permission(request, obj):
            return found
        [(head, first), *rest] = found if obj.published_at else found[:-1]
        plain = ["team_name" if name == "team" else name for name in first["fields"]]
        return [(head, {**first, "fields": plain}), *rest]

    @admin.display(description="team")
    def team_name(self, gallery: Gallery) -> str:
        return gallery.team.name

    @admin.display(description="now")
    def phase_words(self, gallery: Gallery) -> str:
        return PHASE_WORDS[phase(gallery, timezone.now())]

    @admin.display(description="opening hours")
    def opening(self, gallery: Gallery) -> str:
        lines = (
            (in_words(stretch.opens, stretch.closes, gallery.zone, day="D j M Y"),)
            for stretch in gallery.hours.all()
        )
        return format_html_join("", "<div>{}</div>", lines) or "none yet"

    @admin.display(description="walls", ordering="wall_count")
    def wall_count(self, gallery: Any) -> int:
        return int(gallery.wall_count)

    @admin.display(description="posters", ordering="poster_count")
    def poster_count(self, gallery: Any) -> int:
        return int(gallery.poster_count)

    @admin.display(description="go to")
    def ways(self, gallery: Gallery) -> str:
        links = ((address, label) for label, address in ways_to(gallery))
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        return {"time_zone": settings.TIME_ZONE, **super().get_changeform_initial_data(request)}

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Walls come with what hangs on them, on the gallery's own page."""
        return super().get_inlines(request, obj) if obj else [OpeningHoursInline]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """A gallery and all that was said in it is deleted on its own page, never by the dozen."""
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def response_change(self, request: HttpRequest, obj: Gallery) -> HttpResponse:
        """An act's button saves the page first, so that nothing typed is lost."""
        act = pressed(request)
        if act is None:
            return super().response_change(request, obj)
        gallery = Gallery.objects.select_related("team").get(pk=obj.pk)  # with the hours just saved
        do_act(request, act, gallery)
        self.log_change(request, gallery, act.label)
        return redirect("admin:gallery_gallery_change", gallery.pk)

    def response_post_save_add(self, request: HttpRequest, obj: Gallery) -> HttpResponseRedirect:
        """On to the gallery's own page, where the acts are."""
        messages.info(request, NEXT)
        return redirect("admin:gallery_gallery_change", obj.pk)

    def response_post_save_change(self, request: HttpRequest, obj: Gallery) -> HttpResponseRedirect:
        """Here one stays: the acts, the walls and the way to the other pages are here."""
        return redirect("admin:gallery_gallery_change", obj.pk)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """Times are typed and shown in the gallery's own zone, so the page is drawn in it too.

        Raises Http404 for an act that there is not.
        """
        pressed(request)
        with timezone.override(self._zone(request, object_id)):
            response = super().changeform_view(request, object_id, form_url, extra_context)
            if isinstance(response, TemplateResponse):
                response.render()
        return response

    def _zone(self, request: HttpRequest, object_id: str | None) -> str:
        """The zone that is being saved, else the gallery's, else this server's."""
        try:
            typed = request.POST["time_zone"]
            check_zone(typed)
        except (KeyError, ValidationError):
            gallery = self.get_object(request, unquote(object_id)) if object_id else None
            return gallery.time_zone if gallery else settings.TIME_ZONE
        return typed

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        gallery, act = kwargs.get("obj"), pressed(request)
        if act and context.get("errors"):
            messages.warning(request, f"“{act.label}” was not done: correct what is marked below first.")
        if gallery and gallery.pk and self.has_change_permission(request, gallery):
            now = phase(gallery, timezone.now())
            walls = walls_with_posters(gallery)
            context |= {
                "phase": now,
                "phase_words": PHASE_WORDS[now],
                **acts_and_steps(gallery, now, [poster for wall in walls for poster in wall.posters.all()]),
                "ways": ways_to(gallery),
                "kinds_of_notes": kinds_of_notes(gallery),
                "carry_on": carry_on(gallery) if now in OVER else "",
                "before": Gallery.objects.kept().filter(pk=gallery.continues_id).first(),
                "address": address_of(gallery),
                "code": codes.in_print(gallery.code),
                "hung_walls": walls,
                "show_save_and_add_another": False,
                "show_save_and_continue": False,
            }
        return super().render_change_form(request, context, *args, **kwargs)


def acts_and_steps(gallery: Gallery, now: Phase, posters: list[Poster]) -> dict[str, Any]:
    """What can be done now, each with whether it is the main thing to do; a draft's way to its doors."""
    acts = [(name, act, now in act.main) for name, act in ACTS.items() if now in act.offered]
    if now is not Phase.DRAFT:
        return {"acts": acts}
    main = getting_ready.main_act(gallery, posters)
    steps = getting_ready.steps(gallery, posters)
    return {
        "acts": [(name, act, name == main) for name, act, _ in acts],
        "steps": steps,
        "hours_are_next": any(step.is_next and step.address == getting_ready.HOURS for step in steps),
    }


def address_of(gallery: Gallery) -> str:
    try:
        return addresses.short(addresses.of_gallery(gallery))
    except NoReverseMatch:
        return ""


def kinds_of_notes(gallery: Gallery) -> str:
    """Where the kinds of this gallery's notes are changed; blank where no floor above offers it."""
    try:
        return f"{reverse('admin:feedback_notekind_changelist')}?gallery__id__exact={gallery.pk}"
    except NoReverseMatch:
        return ""


def carry_on(gallery: Gallery) -> str:
    """Where a new gallery is made from this one; blank where no floor above offers it."""
    try:
        return reverse("carry_on", args=[gallery.code])
    except NoReverseMatch:
        return ""


def walls_with_posters(gallery: Gallery) -> list[Wall]:
    """The gallery's walls with their posters, in the order in which one walks past them."""
    posters = Poster.objects.with_face().in_order()
    return list(gallery.walls.prefetch_related(Prefetch("posters", queryset=posters)))


class PosterInline(TeamScopedInline):
    """A wall's posters in order; each is changed on its own page."""

    model = Poster
    team_path = "gallery__team"
    only = KEPT
    fields = ["sheet", "kind_words", "position"]
    readonly_fields = ["sheet", "kind_words"]
    ordering = ["position", "number"]
    classes = ["by-order"]

    class Media:
        js = ["js/admin/order.js"]

    def get_queryset(self, request: HttpRequest) -> Any:
        found = super().get_queryset(request)
        return found.select_related("gallery", "goal", "measure")

    @admin.display(description="poster")
    def sheet(self, poster: Poster) -> str:
        address = reverse("admin:gallery_poster_change", args=[poster.pk])
        return format_html('<a href="{}">{}. {}</a>', address, poster.number, poster.heading)

    @admin.display(description="kind")
    def kind_words(self, poster: Poster) -> str:
        return poster.get_kind_display()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Wall)
class WallAdmin(TeamScopedAdmin):
    form = WallForm
    in_menu = False
    team_path = "gallery__team"
    only = KEPT
    settled = ("gallery",)
    kept = "Move them to another wall first."
    change_form_template = "admin/gallery/wall/change_form.html"
    fields = ["gallery", "name", "order"]
    list_display = ["name", "gallery", "order", "poster_count"]
    list_filter = ["gallery"]
    search_fields = ["name", "gallery__title"]
    inlines = [PosterInline]

    def response_post_save_add(self, request: HttpRequest, obj: Wall) -> HttpResponseRedirect:
        return redirect("admin:gallery_gallery_change", obj.gallery_id)

    response_post_save_change = response_post_save_add

    def get_queryset(self, request: HttpRequest) -> Any:
        found = super().get_queryset(request).select_related("gallery__team")
        return found.annotate(poster_count=how_many(Poster, "wall"))

    @admin.display(description="posters", ordering="poster_count")
    def poster_count(self, wall: Any) -> int:
        return int(wall.poster_count)


@admin.register(Poster)
class PosterAdmin(TeamScopedAdmin):
    form = PosterForm
    team_path = "gallery__team"
    only = KEPT
    kept = "What people said is kept with the poster that they saw."
    autocomplete_fields = ["goal", "measure"]
    readonly_fields = ["number", "gallery"]
    list_display = ["number", "heading", "kind", "wall", "position", "gallery"]
    list_display_links = ["number", "heading"]
    list_filter = ["gallery", "kind"]
    search_fields = ["title", "goal__original", "goal__result", "measure__name"]
    search_help_text = "Search headings, goals and measures."
    formfield_overrides = SMALL_TEXT
    fieldsets = [
        (None, {"fields": [("number", "gallery"), ("wall", "position")]}),
        ("What it shows", {"fields": ["kind", "goal", "measure", "title", "text"]}),
        ("What it asks, and who stands by it", {"fields": ["prompts", "asked_before", "host"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        found: Any = super().get_queryset(request)
        return found.with_face().in_order()

    def view_on_site(self, poster: Poster) -> str:
        return reverse("poster", args=[poster.gallery.code, poster.number])

    def response_post_save_add(self, request: HttpRequest, obj: Poster) -> HttpResponseRedirect:
        """Back to the gallery where it hangs; to the list, where somebody had sought it there."""
        if self.get_preserved_filters(request):
            return super().response_post_save_add(request, obj)
        return redirect("admin:gallery_gallery_change", obj.gallery_id)

    def response_post_save_change(self, request: HttpRequest, obj: Poster) -> HttpResponseRedirect:
        return self.response_post_save_add(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Once the doors have been open, a poster shows what people saw."""
        found = super().get_readonly_fields(request, obj)
        seen = obj and phase(obj.gallery, timezone.now()) not in BEFORE
        return (*found, "kind", "goal", "measure") if seen else found

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "wall":
            walls = field.queryset.select_related("gallery").order_by("-gallery_id", "order", "pk")
            field.queryset = self._where_asked(request, walls)
            field.label_from_instance = lambda wall: f"{wall.name} – {wall.gallery.title}"
        return field

    def _where_asked(self, request: HttpRequest, walls: QuerySet[Wall]) -> QuerySet[Wall]:
        """The walls of the gallery that the address names, by itself or by a wall; else all of them."""
        for name, path in (("gallery", "gallery"), ("wall", "gallery__walls")):
            key = request.GET.get(name, "")
            if key.isdecimal() and len(key) < MOST_DIGITS:
                there = walls.filter(**{path: int(key)})
                if there.exists():
                    return there
        return walls

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new poster gets its number from its gallery, and hangs at the end of its wall."""
        place, *rest = super().get_fieldsets(request, obj)
        return [place if obj else (None, {"fields": ["wall"]}), *rest]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        found = super().get_form(request, obj, change, **kwargs)
        if obj:
            wall: Any = found.base_fields["wall"]
            wall.queryset = wall.queryset.filter(gallery=obj.gallery_id)
        else:
            found.base_fields[
                "prompts"
            ].help_text = (
                "One or two questions, a line each. Left empty, the usual ones of its kind are asked."
            )
        return found

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        if not change:
            obj.prompts = obj.prompts or events.PROMPTS[Poster.Kind(obj.kind)]
            events.give_numbers([obj])
        super().save_model(request, obj, form, change)
        if not change or {"kind", "goal", "measure"} & set(form.changed_data):
            events.keep([obj])
