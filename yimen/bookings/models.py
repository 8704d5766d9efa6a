"""Nouns of bookings: what can be booked, when it is open, and who comes when."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.lib.ids import new_id
from yimen.look.language import pick


class Resource(models.Model):
    """What can be booked at a place: windows for a field of affairs, a doctor, a room. `body`
    is whose it is: its staff see and keep the bookings. `kind` and `code` are the words by which
    the house that offers it finds it again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    centre = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="+")
    body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    slot_min = models.PositiveSmallIntegerField(default=30)
    ahead_days = models.PositiveSmallIntegerField(default=14)  # calendar days, today not counted
    notice_min = models.PositiveSmallIntegerField(default=60)  # no later than that before
    online = models.BooleanField(default=True)  # residents book it themselves
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "kind", "code"], name="resource_code"),
            models.CheckConstraint(
                name="resource_in_street", condition=Q(Exact(Left("centre_id", 9), F("street")))
            ),
            models.CheckConstraint(
                name="resource_slot_length", condition=Q(slot_min__range=(5, 480))
            ),
            models.CheckConstraint(
                name="resource_ahead", condition=Q(ahead_days__range=(1, 90))
            ),
        ]  # fmt: skip

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return pick({"zh": self.name, "en": self.name_en})

    def __str__(self) -> str:
        return f"{self.centre_id} {self.kind}-{self.code}"


class Opening(models.Model):
    """One line of a resource's weekly pattern (`rules.Hours`)."""

    class On(models.TextChoices):
        WORK = "work", _("工作日（含调休上班的周末）")
        OFF = "off", _("休息日（周末和法定节假日）")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="openings")
    on = models.CharField(max_length=4, choices=On)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    opens = models.TimeField()
    closes = models.TimeField()
    places = models.PositiveSmallIntegerField()
    first = models.DateField(null=True, blank=True)
    last = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="opening_closes_later", condition=Q(closes__gt=F("opens"))
            ),
            models.CheckConstraint(name="opening_places", condition=Q(places__range=(1, 200))),
            models.CheckConstraint(name="opening_on_known", condition=Q(on__in=["work", "off"])),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.on} {self.opens}-{self.closes}"


class Closure(models.Model):
    """Closed although the pattern says open: training, illness, a repair."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="closures")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended = models.BooleanField(default=False)  # taken back

    class Meta:
        indexes = [models.Index(fields=["resource", "ends_at"], name="closure_resource")]
        constraints = [
            models.CheckConstraint(
                name="closure_ends_later", condition=Q(ends_at__gt=F("starts_at"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class Booking(models.Model):
    """Somebody comes at that time. `seat` is one of `places` of the slot: two bookings of one
    resource never hold the same seat at overlapping times, whoever writes them. A change keeps
    the booking and its code."""

    class State(models.TextChoices):
        BOOKED = "booked", pgettext_lazy("booking", "已预约")
        DISPLACED = "displaced", pgettext_lazy("booking", "需要改期")
        ARRIVED = "arrived", pgettext_lazy("booking", "已到场")
        MISSED = "missed", pgettext_lazy("booking", "未到场")
        CANCELLED = "cancelled", pgettext_lazy("booking", "已取消")

    OPEN: ClassVar[tuple[str, ...]] = ("booked", "displaced")
    SEATED: ClassVar[tuple[str, ...]] = ("booked", "arrived")

    class Channel(models.TextChoices):
        WEB = "web", pgettext_lazy("booking", "网上")
        KIOSK = "kiosk", pgettext_lazy("booking", "自助机")
        DESK = "desk", pgettext_lazy("booking", "总服务台")
        PHONE = "phone", pgettext_lazy("booking", "电话")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="bookings")
    code = models.CharField(max_length=8)  # to say and to type; of digits
    person = models.ForeignKey(
        "people.Party", models.PROTECT, null=True, blank=True, related_name="+"
    )
    subject = models.CharField(max_length=64, blank=True)  # a word of the house that offers it
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    seat = models.PositiveSmallIntegerField()
    places = models.PositiveSmallIntegerField()  # that the slot had when it was booked
    channel = models.CharField(max_length=5, choices=Channel)
    state = models.CharField(max_length=9, choices=State, default=State.BOOKED)
    booked_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    booked_at = models.DateTimeField()
    changes = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="booking_seat_once",
                expressions=[
                    ("street", RangeOperators.EQUAL),
                    ("resource", RangeOperators.EQUAL),
                    ("seat", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_at", "ends_at", function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state__in=["booked", "arrived"]),
            ),
            models.CheckConstraint(
                name="booking_seat_within_places",
                condition=Q(seat__gte=1) & Q(seat__lte=F("places")),
            ),
            models.CheckConstraint(
                name="booking_ends_later", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="booking_ended_has_time",
                condition=Q(state__in=["booked", "displaced"], ended_at=None)
                | Q(state__in=["arrived", "missed", "cancelled"], ended_at__isnull=False),
            ),
            models.CheckConstraint(name="booking_code_form", condition=Q(code__regex=r"^\d{8}$")),
            models.UniqueConstraint(
                fields=["street", "code"],
                name="booking_code_once",
                condition=Q(state__in=["booked", "displaced"]),
            ),
            # the same button pressed twice books once
            models.UniqueConstraint(
                fields=["street", "person", "starts_at"],
                name="booking_one_at_a_time",
                condition=Q(state="booked"),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["resource", "starts_at"], name="booking_resource"),
            models.Index(fields=["street", "starts_at", "id"], name="booking_street"),
            models.Index(fields=["person", "-starts_at"], name="booking_person"),
            models.Index(
                fields=["starts_at"],
                name="booking_open",
                condition=Q(state__in=["booked", "displaced"]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def stream(self) -> str:
        return f"booking:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def facts(self) -> dict[str, Any]:
        """What messages say about it."""
        names = {"zh": self.resource.name, "en": self.resource.name_en or self.resource.name}
        where = self.resource.centre
        return {
            "number": self.code,
            "what": names,
            "place": {"zh": where.name, "en": where.name_en or where.name},
            "when": self.starts_at,
        }
