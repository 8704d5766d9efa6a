"""Nouns of who is where: leave, duties, swaps, places in a training session."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.lib.ids import new_id
from yimen.workforce.models.posts import LONGEST, Post, Shift, in_street
from yimen.workforce.models.training import Certificate, Session

CERTIFIED = """
IF EXISTS (
    SELECT 1 FROM workforce_requirement r
    WHERE r.post_id = NEW.post_id AND r.valid_from <= NEW.day AND NOT EXISTS (
        SELECT 1 FROM workforce_certificate c
        WHERE c.account_id = NEW.account_id AND c.course_id = r.course_id
          AND c.valid_from <= NEW.day AND (c.valid_until IS NULL OR c.valid_until >= NEW.day)
    )
) THEN
    RAISE EXCEPTION 'the post asks for a certificate' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;"""


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
            in_street("leave_in_street"),
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
        triggers = [
            # a post that asks for a certificate refuses whoever has none that is valid on the day
            pgtrigger.Trigger(
                name="certified",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("account_id", "post_id", "day"),
                condition=pgtrigger.Q(new__post_id__isnull=False, new__cancelled_at__isnull=True),
                func=CERTIFIED,
            )
        ]
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
            in_street("duty_in_street"),
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


class Enrolment(models.Model):
    """Somebody is to come to a session (a duty in their roster), came or not, and how the test
    went. Passed: a certificate."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    session = models.ForeignKey(Session, models.PROTECT, related_name="enrolments")
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="enrolments")
    duty = models.OneToOneField(Duty, models.PROTECT, related_name="enrolment")
    attended = models.BooleanField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    certificate = models.OneToOneField(
        Certificate, models.PROTECT, null=True, blank=True, related_name="enrolment"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "session", "account"], name="enrolment_once"),
            models.CheckConstraint(
                name="enrolment_score_in_range", condition=Q(score=None) | Q(score__lte=100)
            ),
            models.CheckConstraint(
                name="enrolment_certified_came",
                condition=Q(certificate=None) | Q(attended=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
