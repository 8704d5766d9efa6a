"""Nouns of workforce: posts, shifts, what is needed, who is on duty, swaps, leave."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Func, Q, Value
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.lib.ids import new_id
from yimen.look.language import pick

LONGEST = timedelta(hours=16)  # of one duty, overtime included


def _in_street(name: str) -> models.CheckConstraint:
    """The place's code begins with the street's."""
    return models.CheckConstraint(name=name, condition=Q(Exact(Left("place_id", 9), F("street"))))


def _days(first: str, last: str) -> Func:
    return Func(F(first), F(last), Value("[]"), function="daterange", output_field=DateRangeField())


class On(models.TextChoices):
    """The days on which a shift is worked. Which days those are says the calendar of the street:
    make-up Saturdays are working days, holidays on a weekday are not."""

    WORKING = "working", _("工作日")
    OFF = "off", _("周末和节假日")
    ANY = "any", _("每天")


class Post(models.Model):
    """What somebody is there for at a place. Its three relations are those of its body unless it
    has its own (AFF-17). Who works it holds its `seat`, where one is named."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    place = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="posts")
    body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="posts")
    seat = models.ForeignKey(
        "bodies.Seat", models.PROTECT, null=True, blank=True, related_name="posts"
    )
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    led_by = models.ForeignKey(
        "bodies.Body", models.PROTECT, null=True, blank=True, related_name="+"
    )
    guided_by = models.ForeignKey(
        "bodies.Body", models.PROTECT, null=True, blank=True, related_name="+"
    )
    funded_by = models.ForeignKey(
        "bodies.Body", models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "place", "code"], name="post_code"),
            models.UniqueConstraint(fields=["street", "id"], name="post_in_one_street"),
            _in_street("post_in_street"),
        ]

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return pick({"zh": self.name, "en": self.name_en})

    def __str__(self) -> str:
        return f"{self.place_id} {self.code}"


class Shift(models.Model):
    """Hours by the local clock. A shift that ends no later than it begins ends the day after."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    place = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="shifts")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    begins = models.TimeField()
    ends = models.TimeField()
    on = models.CharField(max_length=7, choices=On)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "place", "code"], name="shift_code"),
            models.CheckConstraint(
                name="shift_days_known", condition=Q(on__in=["working", "off", "any"])
            ),
            _in_street("shift_in_street"),
        ]

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return pick({"zh": self.name, "en": self.name_en})

    def __str__(self) -> str:
        return f"{self.place_id} {self.code}"


class Need(models.Model):
    """So many people in a post during a shift, from a day on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    post = models.ForeignKey(Post, models.PROTECT, related_name="needs")
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="needs")
    people = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="need_ends_after_start",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="need_people_in_reason", condition=Q(people__range=(1, 99))
            ),
            ExclusionConstraint(
                name="need_one_at_a_time",
                expressions=[
                    ("street", RangeOperators.EQUAL),
                    ("post", RangeOperators.EQUAL),
                    ("shift", RangeOperators.EQUAL),
                    (_days("valid_from", "valid_until"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Leave(models.Model):
    """Somebody asks not to come from the first to the last day. Why is nobody's business here
    beyond the annual allowance or not."""

    class Sort(models.TextChoices):
        ANNUAL = "annual", _("年休假")
        OTHER = "other", _("其他假")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("leave", "待批准")
        APPROVED = "approved", pgettext_lazy("leave", "已批准")
        REFUSED = "refused", pgettext_lazy("leave", "未批准")
        CANCELLED = "cancelled", pgettext_lazy("leave", "已取消")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    place = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="+")
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="leaves")
    sort = models.CharField(max_length=6, choices=Sort)
    first = models.DateField()
    last = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="leave_ends_after_start", condition=Q(last__gte=F("first"))
            ),
            models.CheckConstraint(
                name="leave_state_known",
                condition=Q(state__in=["asked", "approved", "refused", "cancelled"]),
            ),
            # nobody decides about the own leave
            models.CheckConstraint(
                name="leave_decided_by_another",
                condition=Q(state__in=["asked", "cancelled"])
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("account")),
            ),
            _in_street("leave_in_street"),
        ]
        indexes = [
            models.Index(fields=["street", "state", "first"], name="leave_street"),
            models.Index(fields=["account", "-first"], name="leave_account"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Duty(models.Model):
    """One stretch of somebody's time: at a post, on leave, in training. All three lie in one
    table, so that one constraint refuses every double booking, however many write at once."""

    class Sort(models.TextChoices):
        POST = "post", _("在岗")
        LEAVE = "leave", _("请假")
        TRAINING = "training", _("培训")

    WORK: ClassVar[tuple[str, ...]] = ("post", "training")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    place = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="duties")
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="duties")
    sort = models.CharField(max_length=8, choices=Sort, default=Sort.POST)
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="duties")
    shift = models.ForeignKey(Shift, models.PROTECT, null=True, blank=True, related_name="duties")
    leave = models.ForeignKey(Leave, models.PROTECT, null=True, blank=True, related_name="duties")
    day = models.DateField()  # on which it begins
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "duties"
        constraints = [
            models.CheckConstraint(
                name="duty_ends_after_start", condition=Q(ends_at__gt=F("begins_at"))
            ),
            models.CheckConstraint(
                name="duty_is_of_one_sort",
                condition=Q(sort="post", post__isnull=False, shift__isnull=False, leave=None)
                | Q(sort="leave", post=None, shift=None, leave__isnull=False)
                | Q(sort="training", post=None, shift=None, leave=None),
            ),
            models.CheckConstraint(
                name="duty_not_too_long",
                condition=Q(sort="leave") | Q(ends_at__lte=F("begins_at") + Value(LONGEST)),
            ),
            _in_street("duty_in_street"),
            # the check waits for the end of the statement, so that a swap is one statement
            ExclusionConstraint(
                name="duty_nobody_at_two_places",
                expressions=[
                    ("street", RangeOperators.EQUAL),
                    ("account", RangeOperators.EQUAL),
                    (
                        Func(
                            F("begins_at"),
                            F("ends_at"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(cancelled_at=None),
                deferrable=Deferrable.IMMEDIATE,
            ),
        ]
        indexes = [
            models.Index(
                fields=["place", "day"], name="duty_place", condition=Q(cancelled_at=None)
            ),
            models.Index(fields=["account", "begins_at"], name="duty_account"),
            models.Index(fields=["street", "day"], name="duty_street"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Swap(models.Model):
    """One asks another to take a duty, in exchange for one of theirs or for nothing; the other
    accepts, then who approves does. Nothing changes before that."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("swap", "待对方同意")
        ACCEPTED = "accepted", pgettext_lazy("swap", "待批准")
        APPROVED = "approved", pgettext_lazy("swap", "已换班")
        DECLINED = "declined", pgettext_lazy("swap", "对方不同意")
        REFUSED = "refused", pgettext_lazy("swap", "未批准")
        CANCELLED = "cancelled", pgettext_lazy("swap", "已取消")

    OPEN: ClassVar[tuple[str, ...]] = ("asked", "accepted")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="swaps")
    other = models.ForeignKey(Duty, models.PROTECT, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    asked_of = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["street", "duty"],
                name="swap_one_open",
                condition=Q(state__in=["asked", "accepted"]),
            ),
            models.CheckConstraint(name="swap_between_two", condition=~Q(asked_by=F("asked_of"))),
            models.CheckConstraint(
                name="swap_state_known",
                condition=Q(
                    state__in=[
                        "asked",
                        "accepted",
                        "approved",
                        "declined",
                        "refused",
                        "cancelled",
                    ]
                ),
            ),
            # what is approved was accepted, and by a third
            models.CheckConstraint(
                name="swap_approved_by_a_third",
                condition=~Q(state="approved")
                | Q(answered_at__isnull=False, decided_by__isnull=False)
                & ~Q(decided_by=F("asked_by"))
                & ~Q(decided_by=F("asked_of")),
            ),
        ]
        indexes = [models.Index(fields=["street", "state"], name="swap_street")]

    def __str__(self) -> str:
        return str(self.pk)
