"""Nouns of the hall: desks, windows, tickets, and how long each part of a ticket's life took."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.lib.ids import new_id
from yimen.look.language import pick


def _in_street(name: str) -> models.CheckConstraint:
    """The centre's code begins with the street's."""
    return models.CheckConstraint(name=name, condition=Q(Exact(Left("centre_id", 9), F("street"))))


class Desk(models.Model):
    """A line to wait in: some fields of affairs of one centre, under one letter. `general` stands
    in every centre and takes whoever does not know (first-asked rule, AFF-3)."""

    GENERAL: ClassVar[str] = "general"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    centre = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="desks")
    code = models.CharField(max_length=20)
    letter = models.CharField(max_length=1)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    fields = ArrayField(models.CharField(max_length=40), default=list)  # fields of affairs
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "code"], name="desk_code"),
            models.UniqueConstraint(fields=["centre", "letter"], name="desk_letter"),
            models.CheckConstraint(
                name="desk_letter_is_one", condition=Q(letter__regex=r"^[A-HJ-NP-Z]$")
            ),
            _in_street("desk_in_street"),
        ]

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return pick({"zh": self.name, "en": self.name_en})

    def __str__(self) -> str:
        return f"{self.centre_id} {self.code}"


class Plan(models.Model):
    """A hall as a drawing: `drawing` is {"width", "height", "places": [{"code", "name", "name_en",
    "kind": desk|window|machine|facility|door|wall, "x", "y", "w", "h"}]}, in any unit of length."""

    centre = models.OneToOneField("places.ServicePoint", models.PROTECT, primary_key=True)
    street = models.CharField(max_length=9)
    drawing = models.JSONField()

    class Meta:
        constraints = [_in_street("plan_in_street")]

    def __str__(self) -> str:
        return str(self.centre_id)

    def places(self) -> list[dict[str, Any]]:
        """Each place with its name in the reader's language and the middle of its box."""
        return [
            {
                **one,
                "label": pick({"zh": one["name"], "en": one.get("name_en", "")}),
                "cx": one["x"] + one["w"] / 2,
                "cy": one["y"] + one["h"] / 2,
            }
            for one in self.drawing["places"]
        ]


class Window(models.Model):
    """A counter window. `desks` empty: it serves all of them (any window takes any matter,
    AFF-2). Who leads, guides and pays for it is three facts of its own (AFF-17)."""

    class State(models.TextChoices):
        CLOSED = "closed", pgettext_lazy("window", "未开")
        OPEN = "open", pgettext_lazy("window", "开放")
        PAUSED = "paused", pgettext_lazy("window", "暂停")

    code = models.CharField(max_length=13, primary_key=True)  # centre + two digits
    street = models.CharField(max_length=9)
    centre = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="windows")
    name = models.CharField(max_length=30)
    name_en = models.CharField(max_length=40, blank=True)
    desks = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.CLOSED)
    account = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    # opened by who runs the hall, for somebody else: they may do so for every window
    acting = models.BooleanField(default=False)
    since = models.DateTimeField(null=True, blank=True)  # in this state
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
            models.CheckConstraint(
                name="window_code_in_centre",
                condition=Q(code__regex=r"^\d{13}$") & Q(Exact(Left("code", 11), F("centre_id"))),
            ),
            _in_street("window_in_street"),
            models.CheckConstraint(
                name="window_manned_unless_closed",
                condition=Q(state="closed", account=None)
                | Q(state__in=["open", "paused"], account__isnull=False),
            ),
            # nobody sits at two windows at once
            models.UniqueConstraint(
                fields=["account"],
                name="window_one_per_person",
                condition=~Q(state="closed") & Q(acting=False),
            ),
        ]
        indexes = [models.Index(fields=["centre", "code"], name="window_centre")]

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return pick({"zh": self.name, "en": self.name_en})

    def __str__(self) -> str:
        return self.code


class Ticket(models.Model):
    """One person's turn. `rank_at` is the place in the queue: the moment of taking, moved forward
    by a priority's head start and by nothing else. `seq` and `hash` are the head of its record."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等候中")
        CALLED = "called", _("已叫号")
        SERVING = "serving", pgettext_lazy("ticket", "办理中")
        HELD = "held", _("暂离")
        SERVED = "served", _("已办理")
        NO_SHOW = "no_show", _("过号")
        LEFT = "left", _("已离开")

    AT_WINDOW: ClassVar[tuple[str, ...]] = ("called", "serving")
    OPEN: ClassVar[tuple[str, ...]] = ("waiting", "called", "serving", "held")
    ENDED: ClassVar[tuple[str, ...]] = ("served", "no_show", "left")
    # What an entry of the record keeps, and `yimen verify` compares with the columns.
    RECORDED: ClassVar[tuple[str, ...]] = (
        "desk_code", "matter_code", "priority", "channel", "taken_at", "rank_at", "state",
        "window_id", "calls", "called_at", "served_from", "ended_at", "ended_why", "returns",
        "case_numbers", "told_low", "told_high",
    )  # fmt: skip

    class Channel(models.TextChoices):
        KIOSK = "kiosk", _("取号机")
        RECEPTION = "reception", _("总服务台")
        PHONE = "phone", _("手机")
        BOOKED = "booked", _("预约")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    centre = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="+")
    day = models.DateField()
    number = models.CharField(max_length=5)  # A001: letter of the desk, serial of the day
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    desk_code = models.CharField(max_length=20)
    matter_code = models.CharField(max_length=64, blank=True)
    person = models.ForeignKey(
        "people.Party", models.PROTECT, null=True, blank=True, related_name="+"
    )
    secret_index = models.CharField(max_length=64, blank=True)  # of the link on the phone
    channel = models.CharField(max_length=9, choices=Channel)
    priority = models.CharField(max_length=20, blank=True)  # a code of data/hall/priorities.json
    taken_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField()
    rank_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    window = models.ForeignKey(
        Window, models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    calls = models.PositiveSmallIntegerField(default=0)
    called_at = models.DateTimeField(null=True, blank=True)  # the last call
    served_from = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=20, blank=True)
    returns = models.PositiveSmallIntegerField(default=0)  # came back after a no-show
    case_numbers = ArrayField(models.CharField(max_length=26), default=list, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # "three before you" was sent
    # the range of minutes told when it was taken, to be held against what happened
    told_low = models.PositiveSmallIntegerField(null=True, blank=True)
    told_high = models.PositiveSmallIntegerField(null=True, blank=True)
    first_called_at = models.DateTimeField(null=True, blank=True)
    # what its life came to, in seconds, counted from the spells when it ends: waiting; at a window,
    # from the call on; and how much of that was outside the hours of the centre
    waited_s = models.PositiveIntegerField(null=True, blank=True)
    window_s = models.PositiveIntegerField(null=True, blank=True)
    overtime_s = models.PositiveIntegerField(null=True, blank=True)
    booking = models.ForeignKey(
        "bookings.Booking", models.PROTECT, null=True, blank=True, related_name="+"
    )
    seq = models.PositiveIntegerField(default=0)
    hash = models.BinaryField(max_length=32, default=bytes)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "day", "number"], name="ticket_number"),
            models.UniqueConstraint(
                fields=["street", "booking"],
                name="ticket_one_per_booking",
                condition=Q(booking__isnull=False),
            ),
            # two at one window never, however many call at once
            models.UniqueConstraint(
                fields=["window"],
                name="ticket_one_per_window",
                condition=Q(state__in=["called", "serving"]),
            ),
            models.CheckConstraint(
                name="ticket_at_window_has_one",
                condition=~Q(state__in=["called", "serving"])
                | Q(window__isnull=False, called_at__isnull=False, calls__gte=1),
            ),
            models.CheckConstraint(
                name="ticket_ended_has_time",
                condition=Q(state__in=["waiting", "called", "serving", "held"], ended_at=None)
                | Q(state__in=["served", "no_show", "left"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ticket_number_form", condition=Q(number__regex=r"^[A-Z]\d{3,4}$")
            ),
            _in_street("ticket_in_street"),
            # fair by construction: nobody is moved back behind the moment of taking but by an act
            # of their own, and a head start is at most an hour
            models.CheckConstraint(
                name="ticket_head_start_bounded",
                condition=Q(rank_at__gte=F("taken_at") - Value(timedelta(hours=1))),
            ),
        ]
        indexes = [
            models.Index(
                fields=["centre", "desk", "rank_at", "id"],
                name="ticket_queue",
                condition=Q(state="waiting"),
            ),
            models.Index(
                fields=["centre", "day"],
                name="ticket_open",
                condition=Q(state__in=["waiting", "called", "serving", "held"]),
            ),
            models.Index(fields=["street", "-taken_at", "-id"], name="ticket_street"),
            models.Index(fields=["centre", "-ended_at"], name="ticket_ended"),
            models.Index(
                fields=["secret_index"], name="ticket_secret", condition=~Q(secret_index="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre_id} {self.day} {self.number}"

    @property
    def stream(self) -> str:
        return f"ticket:{self.centre_id}-{self.day:%Y%m%d}-{self.number}"


class Spell(models.Model):
    """A stretch of a ticket's life in one state: waiting, called, serving or held. Waiting and
    serving times are sums of these, so a hold or a transfer never blurs them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="spells")
    state = models.CharField(max_length=7, choices=Ticket.State)
    desk_code = models.CharField(max_length=20)
    window = models.ForeignKey(Window, models.PROTECT, null=True, blank=True, related_name="+")
    account = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], name="spell_one_open", condition=Q(until=None)
            ),
            models.CheckConstraint(
                name="spell_ends_after_start",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
        ]
        indexes = [
            models.Index(fields=["street", "since"], name="spell_street"),
            models.Index(fields=["account", "since"], name="spell_account"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.state}"


class Counter(models.Model):
    """The last serial of a desk's day. Taken under its row's lock, in the ticket's transaction."""

    pk = models.CompositePrimaryKey("centre", "day", "letter")
    centre = models.CharField(max_length=11)
    day = models.DateField()
    letter = models.CharField(max_length=1)
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="hall_counter_in_range", condition=Q(last__range=(1, 9999)))
        ]

    def __str__(self) -> str:
        return f"{self.centre} {self.day} {self.letter}"


class HallDay(models.Model):
    """What a day of a hall amounted to, by one part of it (`figures.PARTS`): counted at night and
    the days after, for cases may still come of a turn. Tickets are asked only about today."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    centre = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="+")
    day = models.DateField()
    part = models.CharField(max_length=8)
    key = models.CharField(max_length=64, blank=True)
    counts = models.JSONField()  # the fields of figures.Tally
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "part", "day", "key"], name="hall_day_once"),
            _in_street("hall_day_in_street"),
        ]
        indexes = [models.Index(fields=["day"], name="hall_day_day")]

    def __str__(self) -> str:
        return f"{self.centre_id} {self.day} {self.part} {self.key}"
