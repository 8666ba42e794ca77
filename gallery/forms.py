"""The admin's forms of the room: what the database would refuse is said in words here."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date, datetime, time
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from gallery.hours import why_not
from gallery.models import Gallery, Poster
from measures.scoping import WordedForm

SHOWS = {Poster.Kind.MEASURE: "measure", Poster.Kind.GOAL: "goal", Poster.Kind.BLANK: "goal"}


def zone_choices(present: str) -> list[tuple[str, str]]:
    """Places to choose from, and the present zone whatever it is."""
    places = {name for name in available_timezones() if "/" in name and not name.startswith("Etc/")}
    return [(name, name) for name in sorted(places | {"UTC", present})]


class ZoneSelect(forms.Select):
    """Six hundred places drawn at once; Django's own takes a template for each, and a tenth of a second."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        chosen = "" if value is None else str(value)
        options = ((place, flatatt({"selected": place == chosen}), label) for place, label in self.choices)
        attributes = flatatt(self.build_attrs({**self.attrs, "name": name}, attrs))
        inner = format_html_join("", '<option value="{}"{}>{}</option>', options)
        return format_html("<select{}>{}</select>", attributes, inner)


class GalleryForm(WordedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "time_zone" in self.fields:
            present = str(self.get_initial_for_field(self.fields["time_zone"], "time_zone"))
            fresh = self.instance.pk is None and not self.is_bound
            attrs = {"data-propose-zone": ""} if fresh else {}  # zone.js proposes the browser's own
            self.fields["time_zone"].widget = ZoneSelect(attrs, choices=zone_choices(present))

    class Meta:
        model = Gallery
        fields = "__all__"
        help_texts = {"time_zone": "Opening hours are typed and shown in this zone."}


class DoorTime(forms.SplitDateTimeField):
    """A time on the gallery's own clocks; one that they leave out or count twice is told as such."""

    DATES = ["%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y"]  # besides Django's
    TIMES = ["%H.%M", "%H", "%I:%M %p", "%I %p"]
    default_error_messages = {
        "invalid_date": "There is no such day, or it is written otherwise: write it like 24/11/2026.",
        "invalid_time": "There is no such time, or it is written otherwise: write it like 16:30.",
    }

    def __init__(self, **kwargs: Any) -> None:
        dates = [*get_format("DATE_INPUT_FORMATS"), *self.DATES]
        times = [*get_format("TIME_INPUT_FORMATS"), *self.TIMES]
        super().__init__(input_date_formats=dates, input_time_formats=times, **kwargs)

    def compress(self, data_list: tuple[date, time] | None) -> Any:
        if data_list and data_list[0] and data_list[0].year in (MINYEAR, MAXYEAR):
            # The calendar's ends: on another zone's clocks it would be no day any more.
            raise forms.ValidationError(self.error_messages["invalid_date"], code="invalid_date")
        try:
            return super().compress(data_list)
        except forms.ValidationError as problem:
            if problem.code != "ambiguous_timezone" or not data_list:
                raise
            local = datetime.combine(*data_list)
            raise forms.ValidationError(why_not(local, timezone.get_current_timezone())) from None


class OpeningHoursForm(WordedForm):
    words = {
        "opening_hours_close_after_open": ("closes", "The doors close after they open: choose a later time."),
    }


class WallForm(WordedForm):
    words = {"wall_once_a_gallery": ("name", "This gallery has a wall of this name already.")}


class PosterForm(WordedForm):
    """A poster shows what its kind says, on a wall of its gallery, and of that gallery's team."""

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        wall = found.get("wall")
        if wall and self.instance.pk is None:
            self.instance.gallery = wall.gallery
        if wall and wall.gallery_id != self.instance.gallery_id:
            self.add_error("wall", "This wall is in another gallery: choose one of this gallery’s.")
        if found.get("kind") in Poster.Kind.values:
            self._check_shown(Poster.Kind(found["kind"]))
        return found

    def _check_shown(self, kind: Poster.Kind) -> None:
        for name in ("goal", "measure"):
            if name in self.errors or name not in self.fields:
                continue
            shown, wanted = self.cleaned_data.get(name), SHOWS.get(kind) == name
            if wanted and not shown:
                self.add_error(name, f"A poster of the kind “{kind.label}” shows a {name}: choose one.")
            elif shown and not wanted:
                self.add_error(
                    name, f"A poster of the kind “{kind.label}” shows no {name}: leave this empty."
                )
            elif shown and self._of_another_team(shown):
                self.add_error(name, f"This is another team’s {name}: choose one of this gallery’s team.")

    def _of_another_team(self, shown: Any) -> bool:
        gallery_id = self.instance.gallery_id
        return gallery_id is not None and bool(shown.team_id != self.instance.gallery.team_id)
