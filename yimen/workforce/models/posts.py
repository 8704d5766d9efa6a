"""Nouns of what there is to do: posts, shifts, how many people, the time of one duty."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from yimen.lib.ids import new_id
from yimen.look.language import pick

LONGEST = timedelta(hours=16)  # of one duty, overtime included


def in_street(name: str) -> models.CheckConstraint:
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
            in_street("post_in_street"),
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
            in_street("shift_in_street"),
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
