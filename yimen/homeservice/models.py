"""Nouns of home service: visits, routes with their people and stops, and what happened on the way.

A visit's words are few: codes of matters, a day, a half of it. Names, numbers and addresses stay with the
person's record (`people`, `places`).
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Func, Q
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.lib.ids import new_id


class Half(models.TextChoices):
    """The part of a day: somebody's wish, or when a route goes."""

    ANY = "", pgettext_lazy("half day", "都可以")
    MORNING = "am", _("上午")
    AFTERNOON = "pm", _("下午")


class Visit(models.Model):
    """Somebody is to be visited at home. `number` also names its papers in custody until they
    belong to a case. `at_home_until` is when we left; with a mandate and papers taken along the
    visit is over only when they have been handed in."""

    class State(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("home visit", "待安排")
        SCHEDULED = "scheduled", pgettext_lazy("home visit", "已安排")
        UNDER_WAY = "under_way", pgettext_lazy("home visit", "上门中")
        DONE = "done", pgettext_lazy("home visit", "已完成")
        NOT_MET = "not_met", pgettext_lazy("home visit", "未见到人")
        CANCELLED = "cancelled", pgettext_lazy("home visit", "已取消")

    OPEN: ClassVar[tuple[str, ...]] = ("requested", "scheduled", "under_way")

    class Ground(models.TextChoices):
        AGE = "age", _("年龄")
        MOBILITY = "mobility", _("本人说行动不便")

    class Channel(models.TextChoices):
        COUNTER = "counter", pgettext_lazy("home visit", "窗口")
        WEB = "web", pgettext_lazy("home visit", "网上")
        KIOSK = "kiosk", pgettext_lazy("home visit", "自助机")
        PHONE = "phone", pgettext_lazy("home visit", "电话")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    number = models.CharField(max_length=9)
    centre = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="+")
    body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(
        "people.Party", models.PROTECT, null=True, related_name="+", db_index=False
    )
    address = models.ForeignKey(
        "places.Address", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    ground = models.CharField(max_length=8, choices=Ground)
    matters = ArrayField(models.CharField(max_length=64), default=list)
    wish_day = models.DateField(null=True)
    wish_half = models.CharField(max_length=2, choices=Half, blank=True)
    channel = models.CharField(max_length=7, choices=Channel)
    asked_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.REQUESTED)
    tries = models.PositiveSmallIntegerField(default=0)
    changes = models.PositiveSmallIntegerField(default=0)  # of its day; makes messages distinct
    mandate = models.ForeignKey(
        "people.Mandate", models.PROTECT, null=True, related_name="+", db_index=False
    )
    reminded_for = models.DateField(null=True)
    at_home_until = models.DateTimeField(null=True)
    draft = models.UUIDField(null=True)  # the intake in which its papers are handed in
    cases = ArrayField(models.CharField(max_length=44), default=list)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "number"], name="homevisit_number_once"),
            models.CheckConstraint(
                name="homevisit_number_form", condition=Q(number__regex=r"^H[0-9]{8}$")
            ),
            models.CheckConstraint(
                name="homevisit_in_street", condition=Q(Exact(Left("centre_id", 9), F("street")))
            ),
            models.UniqueConstraint(
                fields=["street", "person"],
                name="homevisit_one_open_per_person",
                condition=Q(state__in=["requested", "scheduled", "under_way"]),
            ),
            models.CheckConstraint(
                name="homevisit_ground_known", condition=Q(ground__in=["age", "mobility"])
            ),
            models.CheckConstraint(name="homevisit_half_known", condition=Q(wish_half__in=["", "am", "pm"])),
            models.CheckConstraint(name="homevisit_matters_few", condition=Q(matters__len__lte=8)),
            models.CheckConstraint(
                name="homevisit_scheduled_has_address",
                condition=~Q(state__in=["scheduled", "under_way"]) | Q(address__isnull=False),
            ),
            models.CheckConstraint(
                name="homevisit_ended_has_time",
                condition=Q(state__in=["requested", "scheduled", "under_way"], ended_at=None)
                | Q(state__in=["done", "not_met", "cancelled"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="homevisit_cases_under_mandate",
                condition=Q(cases__len=0) | Q(mandate__isnull=False, state="done"),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["body", "asked_at", "id"],
                name="homevisit_open",
                condition=Q(state__in=["requested", "scheduled", "under_way"]),
            ),
            models.Index(fields=["body", "-asked_at", "-id"], name="homevisit_body"),
            models.Index(fields=["person", "-asked_at"], name="homevisit_person"),
            models.Index(fields=["asked_by", "-asked_at"], name="homevisit_asked_by"),
            models.Index(
                fields=["draft"], name="homevisit_draft", condition=Q(draft__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stream(self) -> str:
        return f"visit:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def pk_text(self) -> str:
        """Its key as an address has it."""
        return str(self.pk)

    @property
    def to_hand_in(self) -> bool:
        """We have left, and what was taken along has not become cases yet."""
        return self.state == self.State.UNDER_WAY and self.at_home_until is not None


class Route(models.Model):
    """A day's way to several people, by named members of staff."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("route", "已排好")
        UNDER_WAY = "under_way", pgettext_lazy("route", "在路上")
        DONE = "done", pgettext_lazy("route", "已结束")
        CANCELLED = "cancelled", pgettext_lazy("route", "已取消")

    OPEN: ClassVar[tuple[str, ...]] = ("planned", "under_way")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    centre = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="+")
    body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    half = models.CharField(max_length=2, choices=Half)
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    planned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="route_in_street", condition=Q(Exact(Left("centre_id", 9), F("street")))
            ),
            models.CheckConstraint(name="route_half_known", condition=Q(half__in=["am", "pm"])),
            models.CheckConstraint(
                name="route_ended_has_time",
                condition=Q(state__in=["planned", "under_way"], ended_at=None)
                | Q(state__in=["done", "cancelled"], ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["body", "-day", "-id"], name="route_body"),
            models.Index(
                fields=["day", "id"],
                name="route_open",
                condition=Q(state__in=["planned", "under_way"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.half}"

    @property
    def stream(self) -> str:
        return f"route:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class Visitor(models.Model):
    """Who goes: the first is the agent that mandates name. Nobody is on two open routes at the
    same time, whoever writes the second."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    route = models.ForeignKey(Route, models.PROTECT, related_name="visitors")
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="visitor_one_route_at_a_time",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_at", "ends_at", function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(is_open=True),
            ),
            models.UniqueConstraint(fields=["route", "place"], name="visitor_place_once"),
            models.CheckConstraint(
                name="visitor_ends_later", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.account_id}"


class Stop(models.Model):
    """One visit on a route, with the times of what happened there (as it happened, not as it was
    sent)."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("stop", "未到")
        ARRIVED = "arrived", pgettext_lazy("stop", "已到门口")
        MET = "met", pgettext_lazy("stop", "见到本人")
        DONE = "done", pgettext_lazy("stop", "已办好")
        MISSED = "missed", pgettext_lazy("stop", "没见到")
        DROPPED = "dropped", pgettext_lazy("stop", "改期")

    OPEN: ClassVar[tuple[str, ...]] = ("planned", "arrived", "met")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    route = models.ForeignKey(Route, models.PROTECT, related_name="stops")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="stops")
    place = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=7, choices=State, default=State.PLANNED)
    arrived_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["route", "place"], name="stop_place_once",
                deferrable=Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["visit"],
                name="stop_one_open_per_visit",
                condition=Q(state__in=["planned", "arrived", "met"]),
            ),
            models.CheckConstraint(
                name="stop_ended_has_time",
                condition=Q(state__in=["planned", "arrived", "met"], ended_at=None)
                | Q(state__in=["done", "missed", "dropped"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="stop_in_order",
                condition=(Q(met_at=None) | Q(met_at__gte=F("arrived_at")))
                & (~Q(state__in=["met", "done"]) | Q(met_at__isnull=False)),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["visit", "-id"], name="stop_visit")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class Carried(models.Model):
    """A paper that goes along to be handed over: a result, or an original that comes back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="carried")
    paper = models.ForeignKey("custody.Paper", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    given = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["street", "paper"],
                name="carried_once_at_a_time",
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="carried_given_has_ended",
                condition=Q(given=False) | Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.paper_id)


class WayAct(models.Model):
    """An act that came from the way, once: `key` is made on the telephone when the button is
    pressed, so that what is sent again is known again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    key = models.UUIDField()
    stop = models.ForeignKey(Stop, models.PROTECT, related_name="acts")
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    act = models.CharField(max_length=6)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "key"], name="way_act_once"),
            models.CheckConstraint(
                name="way_act_known",
                condition=Q(act__in=["arrive", "meet", "sign", "take", "give", "finish", "miss"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.key}"


def facts(visit: Visit, route: Route | None = None) -> dict[str, Any]:
    """What messages say about a visit: numbers and days, nobody's name."""
    found: dict[str, Any] = {
        "number": visit.number,
        "place": {"zh": visit.centre.name, "en": visit.centre.name_en or visit.centre.name},
    }
    if route is not None:
        half = {
            "am": {"zh": "上午", "en": "in the morning"},
            "pm": {"zh": "下午", "en": "in the afternoon"},
        }
        found |= {"day": route.day, "half": half[route.half]}
    return found
