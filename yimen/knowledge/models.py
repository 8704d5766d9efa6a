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


class Article(models.Model):
    """One version of an answer that many may need (AFF-11). Versions of the same answer share
    `series`; at most one of them is public. `question` is the number of the question it came from;
    `valid_to` is the last day it holds, `review_on` the day to look again whether it does."""

    class State(models.TextChoices):
        DRAFT = "draft", _("待审核")
        RETURNED = "returned", _("已退回")
        PUBLIC = "public", _("已公开")
        REPLACED = "replaced", _("已被新版替代")
        WITHDRAWN = "withdrawn", _("已撤下")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    series = models.UUIDField()
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    body = models.TextField()
    matter_code = models.CharField(max_length=64, blank=True)
    question = models.CharField(max_length=9, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    valid_to = models.DateField(null=True, blank=True)
    review_on = models.DateField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    returned_why = models.CharField(max_length=500, blank=True)
    grams = ArrayField(models.CharField(max_length=24))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["street", "series", "version"], name="article_version_once"
            ),
            models.UniqueConstraint(
                fields=["street", "series"], name="article_one_public", condition=Q(state="public")
            ),
            models.UniqueConstraint(
                fields=["street", "series"],
                name="article_one_in_hand",
                condition=Q(state__in=["draft", "returned"]),
            ),
            models.CheckConstraint(
                name="article_reviewer_is_not_writer",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("written_by")),
            ),
            models.CheckConstraint(
                name="article_public_was_reviewed",
                condition=Q(state__in=["draft", "returned"])
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="article_state_known",
                condition=Q(state__in=["draft", "returned", "public", "replaced", "withdrawn"]),
            ),
        ]
        indexes = [
            GinIndex(fields=["grams"], name="article_grams", condition=Q(state="public")),
            models.Index(fields=["street", "state", "-written_at", "-id"], name="article_list"),
            models.Index(fields=["review_on"], name="article_review", condition=Q(state="public")),
        ]

    def __str__(self) -> str:
        return self.title
