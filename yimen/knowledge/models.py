"""Nouns: a document as it was issued, and its passages, by which it is found and quoted."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yimen.lib.ids import new_id


class Sort(models.TextChoices):
    LAW = "law", _("法律")
    REGULATION = "regulation", _("法规")
    RULE = "rule", _("规章和规范性文件")
    GAZETTE = "gazette", _("公报")


class Standing(models.TextChoices):
    IN_FORCE = "in_force", _("现行有效")
    AMENDED = "amended", _("已被修改")
    REPEALED = "repealed", _("已经废止")


class Document(models.Model):
    """One text as issued. `digest` is the SHA-256 of the file it was read from; `source` says where
    that file came from; texts of the same title are each other's older and newer versions.
    `review_on` is the day to look again whether it still holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sort = models.CharField(max_length=10, choices=Sort)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=80, blank=True)
    issuer = models.CharField(max_length=120)
    issued_on = models.DateField()
    in_force_from = models.DateField()
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.IN_FORCE)
    ended_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300)
    digest = models.CharField(max_length=64)
    review_on = models.DateField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="document_file_once"),
            models.CheckConstraint(
                name="document_standing_known",
                condition=Q(standing__in=["in_force", "amended", "repealed"]),
            ),
            models.CheckConstraint(
                name="document_sort_known",
                condition=Q(sort__in=["law", "regulation", "rule", "gazette"]),
            ),
            models.CheckConstraint(
                name="document_ended_has_day",
                condition=Q(standing="in_force", ended_on=None)
                | ~Q(standing="in_force") & Q(ended_on__isnull=False),
            ),
            models.CheckConstraint(
                name="document_issued_first", condition=Q(in_force_from__gte=F("issued_on"))
            ),
        ]
        indexes = [
            models.Index(fields=["-issued_on", "-id"], name="document_newest"),
            models.Index(fields=["title", "-issued_on"], name="document_versions"),
        ]

    def __str__(self) -> str:
        return self.title


class Passage(models.Model):
    """An article, or a paragraph of a text without articles. `position` counts from 1 in its
    document; `grams` are the pairs of neighbouring characters of title, heading and text."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="passages", db_index=False)
    position = models.PositiveIntegerField()
    label = models.CharField(max_length=40, blank=True)
    heading = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    grams = ArrayField(models.CharField(max_length=24))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="passage_place")
        ]
        indexes = [GinIndex(fields=["grams"], name="passage_grams")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.position}"
