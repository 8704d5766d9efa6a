"""Nouns of the bridges: systems at the other end, and how far the ledger was read for them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.lib.crypto import SealedColumn
from yimen.lib.ids import new_id

SEALED = [SealedColumn("bridges.System", "secret", "bridges.system:{id}")]


class System(models.Model):
    """A department's own system and the body whose cases it is told about.

    `secret` (sealed) signs what is sent. A closed system has no address; its cases are copied out.
    """

    class Sort(models.TextChoices):
        OPEN = "open", _("有接口")
        CLOSED = "closed", _("无接口(人工抄录)")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    sort = models.CharField(max_length=6, choices=Sort.choices)
    url = models.CharField(max_length=400, blank=True)
    secret = models.CharField(max_length=300, blank=True)
    events = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    answer_days = models.PositiveSmallIntegerField(default=5)
    resting_since = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "code"], name="system_code_once"),
            models.CheckConstraint(
                name="system_open_has_url",
                condition=Q(sort="open") & ~Q(url="") | Q(sort="closed", url=""),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Reading(models.Model):
    """Up to which moment of recording the ledger was read for the bridges. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="reading_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.until)


class Platform(models.Model):
    """A system that sends orders: 12345, the city's operation platform. Its account may hand in
    orders and speak about its own, nothing else; it needs no seat."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    system = models.ForeignKey(System, models.PROTECT, related_name="platforms")
    account = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    mapping = models.CharField(max_length=40)  # data/hotline/orders/MAPPING.json
    return_hours = models.PositiveSmallIntegerField(default=24)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "system"], name="platform_once_a_system"),
            models.UniqueConstraint(fields=["street", "account"], name="platform_once_an_account"),
        ]

    def __str__(self) -> str:
        return str(self.system_id)

    @property
    def state(self) -> str:
        """All that can be changed of it, to see whether somebody else did meanwhile."""
        return f"{self.mapping} {self.return_hours} {self.account_id or '-'}"


class Order(models.Model):
    """An order of a platform and our case about it: two numbers, two clocks. What was said lies
    with the case."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("order", "在办")
        RETURNING = "returning", pgettext_lazy("order", "退单待对方确认")
        RETURNED = "returned", pgettext_lazy("order", "已退单")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="orders")
    their_number = models.CharField(max_length=60)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="orders")
    digest = models.CharField(max_length=64)  # of what was said: a repeated delivery says the same
    category = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    return_by = models.DateTimeField()
    taken_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    unsorted = models.BooleanField(default=False)
    joined = models.BooleanField(default=False)  # the case was ours before
    return_refused = models.BooleanField(default=False)
    by_hand = models.BooleanField(default=False)  # typed in; the platform itself has not said it
    warned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["platform", "their_number"], name="order_once"),
            models.CheckConstraint(name="order_has_number", condition=~Q(their_number="")),
            models.CheckConstraint(
                name="order_refused_once",
                condition=Q(return_refused=False) | Q(state="open"),
            ),
        ]
        indexes = [
            models.Index(fields=["street", "-taken_at", "-id"], name="order_street"),
            models.Index(
                fields=["due_at"], name="order_to_warn", condition=Q(state="open", warned_at=None)
            ),
            models.Index(fields=["their_number"], name="order_their_number"),
            models.Index(
                fields=["street", "taken_at"], name="order_unsorted", condition=Q(unsorted=True)
            ),
        ]

    def __str__(self) -> str:
        return self.their_number


class OrderAnswer(models.Model):
    """What the platform is told of an order, once each round: the return, the reply, what the
    caller said. It waits until the platform has acknowledged it."""

    class Sort(models.TextChoices):
        RETURN = "return", pgettext_lazy("order", "退单")
        REPLY = "reply", pgettext_lazy("order", "答复")
        CALLED_BACK = "called_back", pgettext_lazy("order", "回访结果")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    order = models.ForeignKey(Order, models.PROTECT, related_name="answers")
    sort = models.CharField(max_length=11, choices=Sort)
    round = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=20)  # a code: granted, refused, yes, not_ours ...
    text = models.TextField(blank=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "sort", "round"], name="answer_once_a_round")
        ]
        indexes = [
            models.Index(
                fields=["street", "made_at"], name="answer_waits", condition=Q(acknowledged_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.sort} {self.round}"
