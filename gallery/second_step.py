"""The second step of a log-in, for whoever wants one: an app's six digits, or a recovery code."""

from __future__ import annotations

from base64 import b32encode

from django.contrib.auth.models import User
from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 10
DIGITS = 6
WRONG = "This code is not right, or was used before. Wait for the next one in your app, and type that."
SLOWLY = "Too many wrong codes. Wait a minute, then type the next one."


def is_on(user: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def begun(user: User) -> TOTPDevice | None:
    """The app that is being set up, until its first code is typed."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


def begin(user: User) -> None:
    """Make a new secret; one that was made before and never used is forgotten."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        TOTPDevice.objects.filter(user=user, confirmed=False).delete()
        if not is_on(user):
            TOTPDevice.objects.create(user=user, name="App", confirmed=False)


def secret(device: TOTPDevice) -> str:
    """The secret as people type it, in groups of four."""
    written = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(written[start : start + 4] for start in range(0, len(written), 4))


def confirm(user: User, code: str) -> list[str]:
    """Switch it on with the app's first code; the recovery codes, or none where the code is wrong."""
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        if device is None or not device.verify_token(_tidy(code)):
            return []
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        return _new_codes(user)


def problem_with(user: User, code: str) -> str:
    """Blank where the code is right, and then used up; else what is wrong with it.

    The form of a code tells what it is: a wrong one counts against that way in alone.
    """
    code = _tidy(code)
    kind = TOTPDevice if code.isdecimal() and len(code) == DIGITS else StaticDevice
    with transaction.atomic():
        device = kind.objects.select_for_update().filter(user=user, confirmed=True).first()
        if device is None:
            return WRONG
        if not device.verify_is_allowed()[0]:
            return SLOWLY
        return "" if device.verify_token(code) else WRONG


def codes_left(user: User) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())


def switch_off(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def _tidy(code: str) -> str:
    return "".join(code.split()).lower()


def _new_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="Recovery codes")
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes
