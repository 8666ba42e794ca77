"""The kinds of a gallery's notes. The notes themselves are looked after on the dashboard."""

from django.contrib import admin

from feedback.models import NoteKind
from measures.scoping import TeamScopedAdmin, WordedForm


class NoteKindForm(WordedForm):
    words = {"note_kind_once_a_gallery": ("word", "This gallery has a kind of this word already.")}


@admin.register(NoteKind)
class NoteKindAdmin(TeamScopedAdmin):
    form = NoteKindForm
    team_path = "gallery__team"
    only = {"gallery__deleted_at__isnull": True}
    settled = ("gallery",)
    kept = "Reword the kind instead: its notes keep it."
    fields = ["gallery", "word", "icon", "colour", "order"]
    list_display = ["word", "icon", "colour", "order", "gallery"]
    list_filter = ["gallery"]
    list_select_related = ["gallery"]
    ordering = ["-gallery_id", "order", "pk"]
    search_fields = ["word"]
    search_help_text = "Search the words."
