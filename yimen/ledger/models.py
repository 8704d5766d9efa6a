"""Nouns of the ledger: entries, heads of streams, daily roots, errands, heartbeats."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from yimen.lib.ids import new_id


class Entry(models.Model):
    """One act. `hash` covers every column and the hash of the entry before it in the stream.

    `at` is the legal moment, `recorded_at` when it was written down. `account` and `power` (an
    appointment) say who and by what right; both are empty for what time itself did. `data` is
    canonical JSON text, so that any tool can recompute the hash from the row as it stands.
    """

    pk = models.CompositePrimaryKey("street", "stream", "seq")
    street = models.CharField(max_length=9)
    stream = models.CharField(max_length=80)
    seq = models.IntegerField()
    act = models.CharField(max_length=40)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    account = models.UUIDField(null=True)
    power = models.UUIDField(null=True)
    data = models.TextField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        indexes = [BrinIndex(fields=["recorded_at"], name="ledger_entry_recorded")]
        constraints = [
            models.CheckConstraint(condition=Q(seq__gte=1), name="ledger_entry_seq_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.stream} #{self.seq} {self.act}"


class Stream(models.Model):
    """The head of a stream that has no row of its own to keep it (cases keep theirs)."""

    pk = models.CompositePrimaryKey("street", "stream")
    street = models.CharField(max_length=9)
    stream = models.CharField(max_length=80)
    seq = models.IntegerField(default=0)
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.street} {self.stream} @{self.seq}"


class Root(models.Model):
    """A Merkle root over the heads that moved since the root before it, per street and day.

    `street` "0" is the city: its leaves are the streets' roots. `prev` chains the roots, so that
    the newest published root vouches for all before it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    number = models.IntegerField()
    made_at = models.DateTimeField()
    prev = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    leaves = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "number"], name="ledger_root_number"),
        ]

    def __str__(self) -> str:
        return f"{self.street} root {self.number}"


class Leaf(models.Model):
    """One head as it stood when a root was made."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    root = models.ForeignKey(Root, on_delete=models.PROTECT, related_name="leaf_set")
    street = models.CharField(max_length=9)
    stream = models.CharField(max_length=80)
    seq = models.IntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["root", "stream"], name="ledger_leaf_once"),
        ]
        indexes = [models.Index(fields=["street", "stream", "-seq"], name="ledger_leaf_stream")]

    def __str__(self) -> str:
        return f"{self.stream} @{self.seq}"


class Errand(models.Model):
    """Work that follows an act: written in the act's transaction, done after it.

    `key` makes it happen once. After the last attempt it stays `failed` in a visible list.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    name = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    last_error = models.CharField(max_length=300, blank=True)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "name", "key"], name="ledger_errand_once"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="ledger_errand_open",
                condition=Q(state__in=["waiting", "running"]),
            ),
            models.Index(
                fields=["-queued_at"], name="ledger_errand_failed", condition=Q(state="failed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.key} {self.state}"


class Heartbeat(models.Model):
    """When a background part of the product last gave a sign of life."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at}"


class Edition(models.Model):
    """The mark of a group of tables that hardly ever change (see editions.py): a new random one
    whenever anything in the group is written. The triggers of the tables write it."""

    name = models.CharField(max_length=20, primary_key=True)
    mark = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.name} {self.mark}"
