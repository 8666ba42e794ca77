"""Teams, goals, measures and their values: what hangs on the wall, whatever the room.

Values are decimals and kept exactly up to 15 significant digits, which is what SQLite's
numbers hold (measures.importing refuses longer ones in words).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q


def in_teams_of(user: User | AnonymousUser, team: str = "", roles: Collection[str] = ()) -> Q:
    """What is a team's of this person, in whatever role or in one of these; a superuser's is everything.

    `team` leads from what is filtered to its team, as “team__”. One membership a team: nothing comes twice.
    """
    if not user.is_authenticated or not user.is_active:
        return Q(pk__in=[])
    if user.is_superuser:
        return Q()
    own = {f"{team}memberships__user": user.pk}
    return Q(**own, **({f"{team}memberships__role__in": roles} if roles else {}))


class TeamQuerySet(models.QuerySet["Team"]):
    def reached_by(self, user: User | AnonymousUser) -> TeamQuerySet:
        """The teams that this person may see and change: their own; a superuser's are all."""
        return self.filter(in_teams_of(user))

    def curated_by(self, user: User | AnonymousUser) -> TeamQuerySet:
        """The teams whose goals, measures and galleries this person makes: not a host's."""
        return self.filter(in_teams_of(user, roles=CURATING))

    def owned_by(self, user: User | AnonymousUser) -> TeamQuerySet:
        """The teams whose people this person chooses."""
        return self.filter(in_teams_of(user, roles=OWNING))


class Team(models.Model):
    class LongRun(models.IntegerChoices):
        SEVEN = 7, "7 in a row"
        EIGHT = 8, "8 in a row"

    name = models.CharField(max_length=200, unique=True)
    long_run = models.PositiveSmallIntegerField(
        choices=LongRun.choices,
        default=LongRun.EIGHT,
        help_text="How many values in a row on one side of the central line are a possible signal.",
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(long_run__in=[7, 8]), name="team_long_run_7_or_8"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's role in a team: each may do what the next one may, and more.

    Owners choose the team's people. Facilitators curate goals, measures and galleries, decide and
    report. Hosts run the room: doors, notes, prints, paper.
    """

    class Role(models.TextChoices):
        OWNER = "owner", "Owner"
        FACILITATOR = "facilitator", "Facilitator"
        HOST = "host", "Host"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.FACILITATOR)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="membership_once_a_team"),
            models.CheckConstraint(
                condition=Q(role__in=["owner", "facilitator", "host"]), name="membership_known_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} of {self.team}"


OWNING = frozenset({Membership.Role.OWNER.value})
CURATING = OWNING | {Membership.Role.FACILITATOR.value}


class Goal(models.Model):
    class Layer(models.TextChoices):
        PURPOSE = "purpose", "Mission, vision, purpose (10–20+ years)"
        STRATEGIC = "strategic", "Strategic goal (2–5 years)"
        PROCESS = "process", "Business process"
        TEAM = "team", "Team or sub-process"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="goals")
    original = models.CharField("goal as first written", max_length=500)
    result = models.CharField(
        "result",
        max_length=500,
        blank=True,
        help_text="The goal as though it is already a fact: “Every patient is seen within four hours.”",
    )
    why = models.TextField("why it matters", blank=True, max_length=2000)
    layer = models.CharField(max_length=20, choices=Layer.choices, default=Layer.STRATEGIC)
    order = models.PositiveIntegerField(default=0)
    kept_hints = models.JSONField(default=list, blank=True, editable=False)  # see measures/wording.py

    class Meta:
        ordering = ["team", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "original"], name="goal_once_a_team"),
            models.CheckConstraint(condition=~Q(original=""), name="goal_has_words"),
            models.CheckConstraint(
                condition=Q(layer__in=["purpose", "strategic", "process", "team"]), name="goal_known_layer"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The result where there is one, else the goal as first written."""
        return self.result or self.original


class GoalLink(models.Model):
    """One line of the results map: `source` leads to, goes with, or works against `target`."""

    class Kind(models.TextChoices):
        CAUSE = "cause", "leads to"
        COMPANION = "companion", "goes with"
        CONFLICT = "conflict", "works against"

    source = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.CAUSE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="goal_link_once"),
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="goal_link_to_another"),
            models.CheckConstraint(
                condition=Q(kind__in=["cause", "companion", "conflict"]), name="goal_link_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.get_kind_display()} {self.target}"


class MeasureQuerySet(models.QuerySet["Measure"]):
    def for_hanging(self, team: Team) -> MeasureQuerySet:
        """A team's measures that belong on a wall: all but the retired, goal by goal."""
        return (
            self.filter(team=team)
            .exclude(status=Measure.Status.RETIRED)
            .select_related("goal")
            .order_by("goal__order", "goal__pk", "order", "pk")
        )


class Measure(models.Model):
    """One measure. The same one is: same team, group, goal and name (names alone repeat)."""

    class Better(models.TextChoices):
        HIGHER = "higher", "Higher is better"
        LOWER = "lower", "Lower is better"
        STEADY = "steady", "Steady is better"
        UNSAID = "", "Not said yet"

    class Status(models.TextChoices):
        IDEA = "idea", "Idea"
        DESIGN = "design", "In design"
        PILOT = "pilot", "Pilot"
        IN_USE = "in_use", "In use"
        RETIRED = "retired", "Retired"

    class Frequency(models.TextChoices):
        DAY = "day", "Daily"
        WEEK = "week", "Weekly"
        MONTH = "month", "Monthly"
        QUARTER = "quarter", "Quarterly"
        YEAR = "year", "Yearly"
        UNSAID = "", "Not said yet"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="measures")
    group = models.CharField(
        max_length=300, blank=True, help_text="The department or program that the measure belongs to."
    )
    goal = models.ForeignKey(
        Goal,
        on_delete=models.RESTRICT,
        related_name="measures",
        null=True,
        blank=True,
        help_text="The result that this measure gives evidence of.",
    )
    name = models.CharField(max_length=300)
    order = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DESIGN)

    sensory_evidence = models.TextField(
        "what one would see, hear or feel",
        blank=True,
        max_length=2000,
        help_text="If the result were happening, what would be different to see, hear or feel?",
    )
    control = models.TextField("how much of it is in our hands", blank=True, max_length=1000)
    unintended = models.TextField("unintended consequences", blank=True, max_length=1000)

    intent = models.TextField(
        blank=True, max_length=1000, help_text="What question does this measure answer?"
    )
    calculation = models.TextField("how it is calculated", blank=True, max_length=1000)
    unit = models.CharField(max_length=60, blank=True, help_text="For example: %, days, $, incidents.")
    data_source = models.CharField(max_length=300, blank=True)
    frequency = models.CharField(
        "how often", max_length=20, choices=Frequency.choices, default=Frequency.UNSAID, blank=True
    )
    better = models.CharField(
        "which direction is better", max_length=20, choices=Better.choices, default=Better.UNSAID, blank=True
    )
    can_go_below_zero = models.BooleanField(default=True)
    shows_ranges = models.BooleanField(
        "moving ranges beneath the chart",
        default=False,
        help_text="How far each value is from the one before, with the limit beyond which that is a signal.",
    )
    owner = models.CharField(
        max_length=200, blank=True, help_text="A person who looks at it, not a department."
    )
    reading = models.TextField("how to read it", blank=True, max_length=1000)
    response = models.TextField("what we will do when it signals", blank=True, max_length=1000)
    kept_hints = models.JSONField(default=list, blank=True, editable=False)  # see measures/wording.py

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["team", "group", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "group", "goal", "name"],
                condition=Q(goal__isnull=False),
                name="measure_once_a_goal",
            ),
            models.UniqueConstraint(
                fields=["team", "group", "name"],
                condition=Q(goal__isnull=True),
                name="measure_once_without_goal",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="measure_has_a_name"),
            models.CheckConstraint(
                condition=Q(better__in=["higher", "lower", "steady", ""]), name="measure_known_direction"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["idea", "design", "pilot", "in_use", "retired"]),
                name="measure_known_status",
            ),
            models.CheckConstraint(
                condition=Q(frequency__in=["day", "week", "month", "quarter", "year", ""]),
                name="measure_known_frequency",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Candidate(models.Model):
    """A measure that was weighed for a goal; the ones that were not chosen say why."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="candidates")
    wording = models.CharField(max_length=300)
    strength = models.PositiveSmallIntegerField(
        help_text="How relevant as evidence, from 1 (weak) to 5 (strong).",
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        default=3,
    )
    feasibility = models.PositiveSmallIntegerField(
        help_text="Can we get the data, from 1 (hardly) to 5 (have it).",
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        default=3,
    )
    chosen = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["goal", "-chosen", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(strength__range=(1, 5)), name="candidate_strength_1_to_5"),
            models.CheckConstraint(
                condition=Q(feasibility__range=(1, 5)), name="candidate_feasibility_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return self.wording


class Series(models.Model):
    """What a value and a target share: a number for a period.

    `period` is the period's first day; `written` is the period as people wrote it ("FY16"),
    blank where the date says it all.
    """

    period = models.DateField()
    written = models.CharField("period as written", max_length=40, blank=True)
    value = models.DecimalField(max_digits=21, decimal_places=6)

    class Meta:
        abstract = True
        ordering = ["measure", "period"]

    def __str__(self) -> str:
        return f"{self.written or self.period}: {self.value.normalize():f}"


class Value(Series):
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="values")
    remark = models.CharField(max_length=300, blank=True)

    class Meta(Series.Meta):
        constraints = [models.UniqueConstraint(fields=["measure", "period"], name="value_once_a_period")]


class Target(Series):
    """Drawn quietly beside the values and never fed to the limits."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="targets")

    class Meta(Series.Meta):
        constraints = [models.UniqueConstraint(fields=["measure", "period"], name="target_once_a_period")]


class Baseline(models.Model):
    """The locked stretch of values that limits are computed from; a new one needs its reason."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="baselines")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["measure", "starts"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "starts"], name="baseline_once_a_start"),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=models.F("starts")),
                name="baseline_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"from {self.starts}: {self.reason}"


class Signal(models.Model):
    """What a person said of a possible signal: software proposes, a person confirms."""

    class Rule(models.TextChoices):
        OUTSIDE = "outside", "outside the limits"
        LONG_RUN = "long_run", "a long run on one side"
        SHORT_RUN = "short_run", "three of four near one limit"
        MOVING_RANGE = "moving_range", "a jump beyond the range limit"

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="signals")
    value = models.ForeignKey(Value, on_delete=models.CASCADE, related_name="signals")
    rule = models.CharField(max_length=20, choices=Rule.choices)
    confirmed = models.BooleanField(null=True, blank=True)
    remark = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["measure", "value"]
        constraints = [
            models.UniqueConstraint(fields=["value", "rule"], name="signal_once_a_rule"),
            models.CheckConstraint(
                condition=Q(rule__in=["outside", "long_run", "short_run", "moving_range"]),
                name="signal_known_rule",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value}: {self.get_rule_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.measure_id = self.value.measure_id
        super().save(*args, **kwargs)
