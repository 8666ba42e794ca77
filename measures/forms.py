"""What a facilitator fills in to bring measures in from a spreadsheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from measures.models import Team
from measures.spreadsheet import too_large


class UploadForm(forms.Form):
    """A spreadsheet and whose it is; only teams that the person reaches can be chosen."""

    team = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": "Choose one of your teams.", "required": "Choose a team."},
    )
    department = forms.CharField(
        required=False,
        max_length=300,
        help_text="To read the rows of one department only; leave it empty for all.",
    )
    file = forms.FileField(
        label="Spreadsheet",
        help_text="XLSX or CSV, one measure a row, with a goal and a measure column.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm"}),
        error_messages={
            "required": "Choose the spreadsheet that holds your goals and measures.",
            "empty": "The file is empty. Choose the spreadsheet that holds your goals and measures.",
        },
        max_length=500,
    )

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser: Any = self.fields["team"]
        chooser.queryset = teams
        if teams[1:2].exists():  # whose measures they are is never guessed
            chooser.empty_label = "Choose a team"

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_BYTES:
            raise forms.ValidationError(too_large())
        return file
