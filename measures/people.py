"""Who is in a team: people are found by their exact user name, and one owner always stays."""

from __future__ import annotations

import secrets

from django.contrib.auth.models import User

from measures.models import OWNING, Membership, Team

PASSWORD_BYTES = 12  # 96 random bits: 16 letters and digits


def called(name: str) -> User | None:
    """The person of exactly this user name. None where there is nobody of it."""
    return User.objects.filter(username=name).first()


def is_taken(name: str) -> bool:
    """Whether somebody has this user name, in whatever upper and lower case."""
    return User.objects.filter(username__iexact=name).exists()


def make_log_in(name: str) -> tuple[User, str]:
    """A log-in that opens nothing yet, and its password, which is kept nowhere."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    return User.objects.create_user(name, password=password, is_staff=True), password


def let_log_in(user: User) -> None:
    """Staff status opens the log-in page, and nothing behind it: that is what memberships do."""
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])


def owners_of(team: Team) -> set[int]:
    """The keys of its owners' memberships.

    The team's row stays locked until the transaction ends: two owners can't leave at once.
    """
    Team.objects.select_for_update().get(pk=team.pk)
    return set(Membership.objects.filter(team=team, role__in=OWNING).values_list("pk", flat=True))
