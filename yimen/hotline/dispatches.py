"""Who was sent: to which unit or body a request was given, what they said to it, and the caller's
answer to a price."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from yimen.lib.ids import new_id
from yimen.look.language import pick


def _id() -> Any:
    return models.UUIDField(primary_key=True, default=new_id, editable=False)


def _account(**more: Any) -> Any:
    return models.ForeignKey("people.Account", models.PROTECT, related_name="+", **more)


class PriceAnswer(models.Model):
    """A price that was told, and what was answered to it, before anybody was sent: who, when, how
    much. Never changed; asked anew, it is a new row."""

    class SaidBy(models.TextChoices):
        CALLER = "caller", pgettext_lazy("price", "求助人本人")
        FAMILY = "family", pgettext_lazy("price", "家人")
        GUARDIAN = "guardian", pgettext_lazy("price", "监护人")

    id = _id()
    street = models.CharField(max_length=9)
    request = models.ForeignKey("hotline.HelpRequest", models.PROTECT, related_name="prices")
    unit = models.ForeignKey("directory.Unit", models.PROTECT, related_name="+")
    price = models.CharField(max_length=80)
    agreed = models.BooleanField()
    said_by = models.CharField(max_length=8, choices=SaidBy)
    at = models.DateTimeField()
    by = _account()

    class Meta:
        constraints = [
            models.CheckConstraint(name="price_is_told", condition=~Q(price="")),
        ]
        indexes = [models.Index(fields=["request", "unit", "-at"], name="price_of_unit")]

    def __str__(self) -> str:
        return str(self.pk)


class Dispatch(models.Model):
    """A request is given to a unit or a body. One leads at a time; assistants hold no clock. `task`
    is the engine's, for whoever works on the platform; a unit without a body is rung up, and the
    operator writes down what it says. `by` nobody: named by the responsibility matrix when the
    request was taken. A `final` one settles a dispute and cannot be returned."""

    class Role(models.TextChoices):
        LEAD = "lead", pgettext_lazy("dispatch", "主办")
        ASSIST = "assist", pgettext_lazy("dispatch", "协办")

    class State(models.TextChoices):
        SENT = "sent", pgettext_lazy("dispatch", "等签收")
        SIGNED = "signed", pgettext_lazy("dispatch", "已签收")
        DONE = "done", pgettext_lazy("dispatch", "已办")
        RETURNED = "returned", pgettext_lazy("dispatch", "退回")
        LAPSED = "lapsed", pgettext_lazy("dispatch", "没按时签收，收回")
        WITHDRAWN = "withdrawn", pgettext_lazy("dispatch", "撤回")

    OPEN: ClassVar[tuple[str, ...]] = ("sent", "signed")
    CAME_BACK: ClassVar[tuple[str, ...]] = ("returned", "lapsed", "withdrawn")

    id = _id()
    street = models.CharField(max_length=9)
    request = models.ForeignKey("hotline.HelpRequest", models.PROTECT, related_name="dispatches")
    round = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(
        "directory.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    body = models.ForeignKey("bodies.Body", models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=6, choices=Role)
    state = models.CharField(max_length=9, choices=State, default=State.SENT)
    task = models.ForeignKey("cases.Task", models.PROTECT, null=True, blank=True, related_name="+")
    by = _account(null=True, blank=True)
    at = models.DateTimeField()
    sign_by = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    final = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)  # why it came back; why it was settled so
    report = models.CharField(max_length=1000, blank=True)  # what a unit said by telephone
    price = models.ForeignKey(
        PriceAnswer, models.PROTECT, null=True, blank=True, related_name="dispatches"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="dispatch_number"),
            models.UniqueConstraint(
                fields=["request"],
                name="dispatch_one_leads",
                condition=Q(role="lead", state__in=["sent", "signed"]),
            ),
            models.CheckConstraint(
                name="dispatch_to_somebody", condition=Q(unit__isnull=False) | Q(body__isnull=False)
            ),
            models.CheckConstraint(
                name="dispatch_ended_when_over",
                condition=Q(state__in=["sent", "signed"], ended_at=None)
                | ~Q(state__in=["sent", "signed"]) & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dispatch_signed_has_time",
                condition=~Q(state="signed") | Q(signed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dispatch_returned_says_why", condition=~Q(state="returned") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="dispatch_final_stays",
                condition=Q(final=False)
                | Q(by__isnull=False) & ~Q(reason="") & ~Q(state__in=["returned", "lapsed"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["street", "sign_by"], name="dispatch_unsigned", condition=Q(state="sent")
            ),
            models.Index(fields=["unit", "-at"], name="dispatch_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.number}"

    @property
    def stream(self) -> str:
        return f"dispatch:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def by_phone(self) -> bool:
        """Rung up: the unit does not work on the platform."""
        return self.body_id is None

    @property
    def label(self) -> str:
        """Who it is, in the reader's language."""
        if self.unit:
            return self.unit.label
        return pick({"zh": self.body.name, "en": self.body.name_en}) if self.body else ""
