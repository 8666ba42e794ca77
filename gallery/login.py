"""The log-in page, and the pages on which one sets a new password and a second step for oneself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from gallery import qr, second_step
from gallery.throttle import why_locked

NEEDED = "This log-in has a second step: type the six digits from your app, or a recovery code."
WRONG_PAIR = (
    "This name and this password don’t go together, or the name may not log in here. Mind capital "
    "letters, and try again."
)
WRONG_PASSWORD = "This is not your password."  # noqa: S105  # nosec B105 - words


class LoginForm(AdminAuthenticationForm):
    """Name and password, and a code where the person has a second step."""

    error_messages = AdminAuthenticationForm.error_messages | {"invalid_login": WRONG_PAIR}
    code = forms.CharField(
        label="Code, if you use one:",
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def get_invalid_login_error(self) -> ValidationError:
        """The same words whether or not there is such a name."""
        assert self.request is not None  # noqa: S101  # nosec B101 - the log-in page always gives it
        why = why_locked(self.request)
        return ValidationError(why, code="locked") if why else super().get_invalid_login_error()

    def confirm_login_allowed(self, user: Any) -> None:
        """Raises ValidationError for whoever is no staff, or lacks the second step that they set up."""
        super().confirm_login_allowed(user)
        if not second_step.is_on(user):
            return
        code = self.cleaned_data.get("code", "")
        problem = second_step.problem_with(user, code) if code else NEEDED
        if problem:
            raise ValidationError(problem, code="second_step")


class PasswordForm(AdminPasswordChangeForm):
    """A new password for oneself. Guessing the old one counts as it does at the log-in."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        password = str(self.cleaned_data["old_password"])
        problem = _problem_with_password(self.request, self.user, password)
        if problem:
            raise ValidationError(problem, code="password_incorrect")
        return password


class PasswordPage(PasswordChangeView):
    form_class = PasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}


def password_page(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """The admin's own page of a new password, with that form."""
    context = {**admin.site.each_context(request), **(extra_context or {})}
    view: Any = PasswordPage.as_view(success_url=reverse("admin:password_change_done"), extra_context=context)
    response: HttpResponse = view(request)
    return response


@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_step_page(request: HttpRequest) -> HttpResponse:
    """Set up an app, confirm it by its first code, or switch it off again; for oneself only."""
    user = User.objects.get(username=request.user.get_username())
    if request.method != "POST":
        return _page(request, user)
    act = {"begin": _begin, "confirm": _confirm, "switch_off": _switch_off}.get(request.POST.get("act", ""))
    if act is None:
        raise Http404("Go back, and press one of the page’s buttons.")
    return act(request, user)


def _begin(_: HttpRequest, user: User) -> HttpResponse:
    second_step.begin(user)
    return redirect("second_step")


def _confirm(request: HttpRequest, user: User) -> HttpResponse:
    problem = _problem_with_password(request, user, request.POST.get("password", ""))
    if problem:
        return _page(request, user, problem=problem, status=422)
    codes = second_step.confirm(user, request.POST.get("code", ""))
    if not codes:
        return _page(request, user, problem=second_step.WRONG, status=422)
    return _page(request, user, codes=codes)


def _switch_off(request: HttpRequest, user: User) -> HttpResponse:
    problem = _problem_with_password(request, user, request.POST.get("password", ""))
    problem = problem or second_step.problem_with(user, request.POST.get("code", ""))
    if problem:
        return _page(request, user, problem=problem, status=422)
    second_step.switch_off(user)
    messages.success(request, "Your second step is switched off: the password alone logs you in.")
    return redirect("second_step")


def _problem_with_password(request: HttpRequest, user: User, password: str) -> str:
    """A borrowed session neither takes the second step away nor locks its owner out with one."""
    if authenticate(request, username=user.get_username(), password=password):
        return ""
    return why_locked(request) or WRONG_PASSWORD


def _page(
    request: HttpRequest, user: User, *, problem: str = "", codes: list[str] | None = None, status: int = 200
) -> HttpResponse:
    begun = second_step.begun(user)
    context = {
        **admin.site.each_context(request),
        "title": "Second step",
        "on": second_step.is_on(user),
        "secret": second_step.secret(begun) if begun else "",
        "qr": qr.code(begun.config_url) if begun else None,
        "codes": codes,
        "codes_left": second_step.codes_left(user),
        "problem": problem,
    }
    return render(request, "admin/second_step.html", context, status=status)
