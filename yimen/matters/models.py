"""Nouns of the catalogue: matters and their versions, life events, forms, and what search needs."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from yimen.ledger import editions
from yimen.lib.ids import new_id

# A published version is what running cases were received under: nothing in it may change.
# Only its end may be set, its status may go on to retired, and search may be re-indexed.
IMMUTABLE = """
IF TG_OP = 'DELETE' THEN
    IF OLD.status <> 'draft' THEN
        RAISE EXCEPTION 'a published version of a matter cannot be deleted';
    END IF;
    RETURN OLD;
END IF;
IF OLD.status <> 'draft' AND (
    NEW.matter_id, NEW.version, NEW.content, NEW.sha256, NEW.valid_from, NEW.name, NEW.field
) IS DISTINCT FROM (
    OLD.matter_id, OLD.version, OLD.content, OLD.sha256, OLD.valid_from, OLD.name, OLD.field
) THEN
    RAISE EXCEPTION 'a published version of a matter cannot be changed';
END IF;
IF (OLD.status = 'published' AND NEW.status = 'draft')
    OR (OLD.status = 'retired' AND NEW.status <> 'retired') THEN
    RAISE EXCEPTION 'a version of a matter never goes back from % to %', OLD.status, NEW.status;
END IF;
RETURN NEW;
"""


class Matter(models.Model):
    """A thing that can be asked for, under one code for ever. `street` is empty for the city's
    catalogue, else the code of the district or street that added the matter for itself."""

    code = models.CharField(max_length=64, primary_key=True)
    street = models.CharField(max_length=9, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="matter_code_form", condition=Q(code__regex=r"^[a-z0-9][a-z0-9-]*$")
            ),
            models.CheckConstraint(
                name="matter_street_form", condition=Q(street__regex=r"^(\d{6}|\d{9})?$")
            ),
        ]

    def __str__(self) -> str:
        return self.code


class MatterVersion(models.Model):
    """One version of a matter's content. Columns beside `content` repeat it for lists."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")
        RETIRED = "retired", _("已停用")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # the first day on which it is over
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    department = models.CharField(max_length=100)
    department_en = models.CharField(max_length=150)
    field = models.CharField(max_length=40)
    category = models.CharField(max_length=60)
    category_en = models.CharField(max_length=80)
    party = models.CharField(max_length=12)
    handling = models.CharField(max_length=12)
    life_events = ArrayField(models.CharField(max_length=40), default=list)
    aliases = ArrayField(models.CharField(max_length=80), default=list)
    initials = models.CharField(max_length=200, blank=True)
    # word -> weight, cut by jieba when the version was written: a search never loads the cutter
    words = models.JSONField(default=dict)
    meaning = models.BinaryField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "version"], name="matter_version_once"),
            models.UniqueConstraint(
                fields=["matter"], condition=Q(status="draft"), name="matter_one_draft"
            ),
            models.CheckConstraint(
                name="matter_version_ends_after_begin",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            # An empty range is a version replaced on its very first day: cases may be pinned to it.
            # Retired versions take part: what was in force on a day must have one answer.
            ExclusionConstraint(
                name="matter_one_version_a_day",
                condition=~Q(status="draft"),
                expressions=[
                    ("matter", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["status", "field"], name="matter_version_field")]
        triggers = [
            pgtrigger.Trigger(
                name="published_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=IMMUTABLE,
            ),
            editions.marked("matters"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} v{self.version}"


class LifeEvent(models.Model):
    """A moment of life with the matters that usually come together."""

    key = models.CharField(max_length=40, primary_key=True)
    order = models.PositiveSmallIntegerField(default=0)
    content = models.JSONField()

    class Meta:
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.key


class BlankForm(models.Model):
    """A form to print and fill in by hand, and the same form filled in as a sample."""

    key = models.CharField(max_length=80, primary_key=True)
    content = models.JSONField()

    def __str__(self) -> str:
        return self.key


class Elsewhere(models.Model):
    """What people ask for here although another office does it: where to go."""

    key = models.CharField(max_length=40, primary_key=True)
    content = models.JSONField()

    def __str__(self) -> str:
        return self.key


class Synonym(models.Model):
    """Words that mean the same to people who ask: what a centre learns from failed questions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    words = ArrayField(models.CharField(max_length=40))
    shipped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="synonym_has_two_words", condition=Q(words__len__gte=2))
        ]

    def __str__(self) -> str:
        return " = ".join(self.words)


class FailedQuery(models.Model):
    """How often a question found nothing. Only dictionary words are kept, never names or digits."""

    text = models.CharField(max_length=60, primary_key=True)
    count = models.PositiveIntegerField(default=1)
    last_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["-count", "text"], name="failed_query_count")]

    def __str__(self) -> str:
        return f"{self.text}: {self.count}"


class Unanswered(models.Model):
    """How often in a week (by its Monday) a question found nothing, or only something like it
    (`weak`). As with FailedQuery, only dictionary words; what few asked is never shown."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    week = models.DateField()
    text = models.CharField(max_length=60)
    count = models.PositiveIntegerField(default=1)
    weak = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "unanswered"
        constraints = [
            models.UniqueConstraint(fields=["week", "text"], name="unanswered_once_a_week"),
            models.CheckConstraint(
                name="unanswered_week_is_a_monday", condition=Q(week__iso_week_day=1)
            ),
            models.CheckConstraint(
                name="unanswered_weak_are_some", condition=Q(weak__lte=F("count"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.text}: {self.count}"


class Revision(models.Model):
    """One row, counted up by every change of the catalogue: tells a process that its index in
    memory is old."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="revision_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.number)
