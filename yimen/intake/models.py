"""Nouns of intake: drafts that residents save, and the keys that make a machine's retry safe."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yimen.intake.fields import ABOUT, SealedJSON
from yimen.lib.crypto import SealedColumn
from yimen.lib.ids import new_id

SEALED = [SealedColumn("intake.Draft", "answers", ABOUT)]


class IdempotencyKey(models.Model):
    """A machine sent this key with this body, and got that case. Kept seven days."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("people.Account", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=128)
    digest = models.CharField(max_length=64)
    number = models.CharField(max_length=26, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="idempotency_once"),
        ]
        indexes = [models.Index(fields=["made_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.key}"


class Draft(models.Model):
    """What was typed and not sent in yet: of a resident at home, or of a visit at the counter.

    `answers` are kept as typed, right or wrong (persons as references only: a number never stands
    here) and sealed at rest; `files` maps a material's code to its stored file. The row is also what makes sending
    safe to repeat: it is locked, sent once, and keeps the numbers that came of it.
    """

    class Door(models.TextChoices):
        ONLINE = "online", _("网上")
        COUNTER = "counter", _("窗口")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    account = models.ForeignKey("people.Account", on_delete=models.CASCADE, related_name="drafts")
    door = models.CharField(max_length=7, choices=Door.choices, default=Door.ONLINE)
    matter_code = models.CharField(max_length=64, blank=True)
    life_event = models.CharField(max_length=30, blank=True)
    centre = models.ForeignKey("places.ServicePoint", on_delete=models.PROTECT, null=True)
    turn = models.UUIDField(null=True)  # whose turn it was: the ticket, kept by a house above
    answers = SealedJSON(default=dict)
    files = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    numbers = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-updated_at"], name="draft_of_account"),
            models.Index(fields=["updated_at"], name="draft_age"),
            models.Index(fields=["turn"], name="draft_turn", condition=Q(turn__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="draft_sent_has_numbers",
                condition=Q(sent_at=None, numbers=[]) | Q(sent_at__isnull=False) & ~Q(numbers=[]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.id}"
