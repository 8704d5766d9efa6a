"""Nouns of the bridges: systems at the other end, and how far the ledger was read for them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

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
