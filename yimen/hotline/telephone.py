"""Nouns of the line's telephone and roster: calls that ring, what was said on after an alarm, three-way calls, recordings and who
listened, holes in the roster. `models` shows them to Django; numbers lie with people."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from yimen.lib.ids import new_id


def _id() -> Any:
    return models.UUIDField(primary_key=True, default=new_id, editable=False)


def _account(**more: Any) -> Any:
    return models.ForeignKey("people.Account", models.PROTECT, related_name="+", **more)


class Ringing(models.Model):
    """A call to the line, from the first ring until somebody picks up or nobody is there any more.
    The two measures of the line count these rows and nothing else. `exchange_id` is the exchange's
    word for the call; `offered_to` the operator whose telephone rings first."""

    class Outcome(models.TextChoices):
        PICKED = "picked", pgettext_lazy("ringing", "接起")
        ABANDONED = "abandoned", pgettext_lazy("ringing", "没等到接")
        LOST = "lost", pgettext_lazy("ringing", "没有下文")  # the exchange never said how it ended

    id = _id()
    street = models.CharField(max_length=9)
    exchange_id = models.CharField(max_length=64)
    line = models.CharField(max_length=9)
    number_of = models.ForeignKey(
        "people.Party", models.PROTECT, null=True, blank=True, related_name="+"
    )
    rang_at = models.DateTimeField()
    offered_to = _account(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # the ringing, not the talk
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    call = models.OneToOneField(
        "hotline.LineCall", models.PROTECT, null=True, blank=True, related_name="ringing"
    )
    called_back = models.OneToOneField(
        "hotline.LineCall", models.PROTECT, null=True, blank=True, related_name="answers"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "exchange_id"], name="ringing_once"),
            models.CheckConstraint(
                name="ringing_ended_has_outcome",
                condition=Q(ended_at=None, outcome="")
                | Q(ended_at__gte=F("rang_at"), outcome__in=["picked", "abandoned", "lost"]),
            ),
            models.CheckConstraint(
                name="ringing_picked_has_call",
                condition=Q(outcome="picked", call__isnull=False, called_back=None)
                | ~Q(outcome="picked") & Q(call=None),
            ),
        ]
        indexes = [
            models.Index(fields=["street", "rang_at"], name="ringing_now",
                         condition=Q(ended_at=None)),
            models.Index(fields=["street", "-rang_at", "-id"], name="ringing_street"),
            models.Index(fields=["number_of", "-rang_at"], name="ringing_number"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.pk)


class ThreeWay(models.Model):
    """110, 119, 120 or 122 talked with the caller and us: when that call was joined, and by whom."""

    id = _id()
    street = models.CharField(max_length=9)
    transfer = models.OneToOneField("hotline.Transfer", models.PROTECT, related_name="three_way")
    at = models.DateTimeField()
    by = _account()

    def __str__(self) -> str:
        return str(self.pk)


class AddedWords(models.Model):
    """What was learned of a request after it was taken: said on, or known later. Nothing is changed by
    it; it stands beside the first words. A name goes to the house of people."""

    id = _id()
    street = models.CharField(max_length=9)
    request = models.ForeignKey("hotline.HelpRequest", models.PROTECT, related_name="added")
    text = models.CharField(max_length=2000, blank=True)
    where = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = _account()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="added_says_something", condition=~Q(text="") | ~Q(where="")
            )
        ]
        indexes = [models.Index(fields=["request", "at"], name="added_request")]

    def __str__(self) -> str:
        return str(self.pk)


class Recording(models.Model):
    """Where the exchange keeps the sound of a call; the sound itself is never here. `delete_at` is
    the end of its term; `gone_at` when link and file went."""

    id = _id()
    street = models.CharField(max_length=9)
    call = models.OneToOneField("hotline.LineCall", models.PROTECT, related_name="recording")
    name = models.CharField(max_length=120, blank=True)
    begun_at = models.DateTimeField()
    delete_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="recording_gone_has_no_link",
                condition=Q(gone_at=None) & ~Q(name="") | Q(gone_at__isnull=False, name=""),
            )
        ]
        indexes = [
            models.Index(fields=["delete_at"], name="recording_due", condition=Q(gone_at=None))
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Listening(models.Model):
    """Somebody listened to a recording, or was told where it lies, and why."""

    id = _id()
    street = models.CharField(max_length=9)
    recording = models.ForeignKey(Recording, models.PROTECT, related_name="listenings")
    by = _account()
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(name="listening_has_reason", condition=~Q(reason=""))]
        indexes = [models.Index(fields=["recording", "-at"], name="listening_recording")]

    def __str__(self) -> str:
        return str(self.pk)


class DutyHole(models.Model):
    """Hours on which the roster of the line has too few people. Found once and told once; `filled_at`
    when somebody was put there before it began."""

    id = _id()
    street = models.CharField(max_length=9)
    place = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    missing = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField()
    filled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["street", "place", "begins_at", "ends_at", "missing"],
                name="hole_found_once", condition=Q(filled_at=None),
            ),
            models.CheckConstraint(
                name="hole_lasts", condition=Q(ends_at__gt=F("begins_at"), missing__gte=1)
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["street", "begins_at"], name="hole_street")]

    def __str__(self) -> str:
        return str(self.pk)
