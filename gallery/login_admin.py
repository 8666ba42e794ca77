"""How people log in, in the admin: its log-in page, and what a superuser does for who lost a phone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from gallery import known, second_step
from gallery.login import LoginForm, password_page

admin.site.login_form = LoginForm
for page, view in {"login": admin.site.login, "password_change": password_page}.items():
    setattr(admin.site, page, known.remembered(view))
admin.site.unregister([User, TOTPDevice, StaticDevice])  # secrets are nobody's to read, a superuser's neither


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # the stubs make it generic, Django does not
    actions = ["switch_off_second_step"]

    @admin.action(description="Switch off the second step (lost phone)", permissions=["change"])
    def switch_off_second_step(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for user in queryset:
            second_step.switch_off(user)
        names = ", ".join(user.get_username() for user in queryset)
        messages.success(request, f"The password alone logs in now: {names}.")
