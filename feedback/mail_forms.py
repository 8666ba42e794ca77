"""The form on which a visitor leaves an e-mail address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.encoding import punycode

from feedback.notes import without_broken_signs

UNREADABLE = "This isn’t an e-mail address yet. Write it like ada@example.org."


class MailForm(forms.Form):
    mail = forms.EmailField(
        max_length=254,
        error_messages={
            "required": "Write the address to which the message should go.",
            "invalid": UNREADABLE,
            "max_length": UNREADABLE,
        },
    )

    def clean_mail(self) -> str:
        """The host is the same in capitals or not; whether the name before it is, its host alone knows."""
        mail = str(User.objects.normalize_email(self.cleaned_data["mail"]))
        try:
            punycode(mail.rpartition("@")[2])
        except UnicodeError:  # too long as mail servers write it
            raise forms.ValidationError(UNREADABLE) from None
        return mail

    @property
    def typed(self) -> str:
        given: Any = self.data.get("mail", "")
        return without_broken_signs(str(given))[:400]
