"""Nouns of intake: drafts that residents save, and the keys that make a machine's retry safe."""

from __future__ import annotations

from django.db import models

from yimen.lib.ids import new_id


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
    """What a resident typed for one matter or one life event and has not sent in yet.

    `answers` are kept as typed, right or wrong; `files` maps a material's code to its stored file.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    account = models.ForeignKey("people.Account", on_delete=models.CASCADE, related_name="drafts")
    matter_code = models.CharField(max_length=64, blank=True)
    life_event = models.CharField(max_length=30, blank=True)
    centre = models.ForeignKey("places.ServicePoint", on_delete=models.PROTECT, null=True)
    answers = models.JSONField(default=dict)
    files = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    numbers = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-updated_at"], name="draft_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_code or self.life_event} {self.id}"
