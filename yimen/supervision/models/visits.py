"""Nouns of supervision: the benchmark, visits, sheets, objections, measures."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractMonth, ExtractYear, Left
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.lib.ids import new_id
from yimen.look.language import pick
from yimen.supervision import rules


class Benchmark(models.Model):
    """One version of the benchmark (质量绩效标杆), in force from a day until the next one is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField()
    digest = models.CharField(max_length=64)  # of the file it was read from

    @property
    def label(self) -> str:
        return pick({"zh": self.name, "en": self.name_en})

    def __str__(self) -> str:
        return f"benchmark {self.version}"


class Item(models.Model):
    """One item of the benchmark: what is looked at, where that comes from, what it is worth."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    benchmark = models.ForeignKey(Benchmark, models.PROTECT, related_name="items")
    code = models.CharField(max_length=8)
    group = models.CharField(max_length=40)
    group_en = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=200)
    text_en = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=120)
    source_en = models.CharField(max_length=160, blank=True)
    points = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["benchmark", "code"], name="benchmark_item_code"),
            models.CheckConstraint(
                name="benchmark_item_points", condition=Q(points__range=(1, 100))
            ),
        ]

    @property
    def label(self) -> str:
        return pick({"zh": self.text, "en": self.text_en})

    @property
    def group_label(self) -> str:
        return pick({"zh": self.group, "en": self.group_en})

    @property
    def source_label(self) -> str:
        return pick({"zh": self.source, "en": self.source_en})

    def __str__(self) -> str:
        return self.code


class Visit(models.Model):
    """A supervisor's visit to a centre in a month, announced (明察) or unannounced (暗访)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    centre = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="+")
    body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+")
    benchmark = models.ForeignKey(Benchmark, models.PROTECT, related_name="+")
    month = models.DateField()
    announced = models.BooleanField()
    planned_on = models.DateField(null=True, blank=True)
    supervisor = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    planned_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    visited_on = models.DateField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # the centre, that it may read the sheet
    object_until = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="visit_month_is_a_first", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="visit_announced_has_a_day", condition=~Q(announced=True, planned_on=None)
            ),
            models.CheckConstraint(
                name="visit_planned_in_its_month",
                condition=Q(planned_on=None)
                | Q(Exact(ExtractYear("planned_on"), ExtractYear("month")))
                & Q(Exact(ExtractMonth("planned_on"), ExtractMonth("month"))),
            ),
            models.CheckConstraint(
                name="visit_made_in_its_month",
                condition=Q(visited_on=None)
                | Q(Exact(ExtractYear("visited_on"), ExtractYear("month")))
                & Q(Exact(ExtractMonth("visited_on"), ExtractMonth("month"))),
            ),
            models.CheckConstraint(
                name="visit_finished_was_made",
                condition=Q(finished_at=None) | Q(visited_on__isnull=False, cancelled_at=None),
            ),
            models.CheckConstraint(
                name="visit_told_after_finished",
                condition=Q(told_at=None, object_until=None)
                | Q(told_at__gte=F("finished_at"), object_until__gte=F("told_at")),
            ),
            models.CheckConstraint(
                name="visit_in_street", condition=Q(Exact(Left("centre_id", 9), F("street")))
            ),
            models.UniqueConstraint(
                fields=["street", "centre", "month", "announced", "supervisor"],
                name="visit_planned_once",
                condition=Q(cancelled_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["street", "-month", "-id"], name="visit_street"),
            models.Index(
                fields=["month"],
                name="visit_to_be_shown",
                condition=Q(told_at=None, finished_at__isnull=False),
            ),
        ]

    def facts(self, at: datetime, *, open_objections: int = 0) -> rules.Facts:
        over = self.object_until is not None and at > self.object_until
        return rules.Facts(
            self.month, self.announced, self.finished_at, self.cancelled_at is not None,
            settled=over and not open_objections,
        )  # fmt: skip

    @property
    def sort_label(self) -> str:
        return str(_("明察") if self.announced else _("暗访"))

    def __str__(self) -> str:
        return str(self.pk)


class Score(models.Model):
    """What was found of one item in one visit. An upheld objection changes it, on record."""

    class Level(models.TextChoices):
        MET = "met", _("做到")
        PARTLY = "partly", _("部分做到")
        NOT = "not", _("没做到")
        UNSEEN = "unseen", _("这次看不到")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="scores")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    level = models.CharField(max_length=6, choices=Level)
    points = models.PositiveSmallIntegerField()
    out_of = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "item"], name="score_once"),
            models.CheckConstraint(
                name="score_follows_the_level",
                condition=Q(level="met", points=F("out_of"))
                | Q(level="partly", points__lt=F("out_of"))
                | Q(level__in=["not", "unseen"], points=0),
            ),
        ]

    @property
    def lost(self) -> bool:
        return self.level in (self.Level.PARTLY, self.Level.NOT)

    def __str__(self) -> str:
        return f"{self.visit_id} {self.points}/{self.out_of}"


class Photo(models.Model):
    """A photograph of an item, kept without where and with what it was taken."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="photos")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    file = models.ForeignKey("files.File", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class Objection(models.Model):
    """The centre objects to an item, once; the supervisors' body answers and may change it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    score = models.OneToOneField(Score, models.PROTECT, related_name="objection")
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    before = models.CharField(max_length=6, choices=Score.Level)
    after = models.CharField(max_length=6, choices=Score.Level, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="objection_answered_whole",
                condition=Q(answered_at=None, answered_by=None, answer="", after="")
                | Q(answered_at__isnull=False, answered_by__isnull=False)
                & ~Q(answer="")
                & ~Q(after=""),
            ),
            models.CheckConstraint(
                name="objection_answered_by_another",
                condition=Q(answered_by=None) | ~Q(answered_by=F("by")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Measure(models.Model):
    """What the centre does about a lost item (整改): by whom, by when; a supervisor sees it done."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("measure", "整改中")
        DONE = "done", pgettext_lazy("measure", "待监督员确认")
        SEEN = "seen", pgettext_lazy("measure", "已整改到位")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    score = models.ForeignKey(Score, models.PROTECT, related_name="measures")
    text = models.CharField(max_length=500)
    owner = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    due = models.DateField()
    set_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    done_at = models.DateTimeField(null=True, blank=True)
    done_note = models.CharField(max_length=500, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    returned_note = models.CharField(max_length=500, blank=True)
    warned_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="measure_in_order",
                condition=Q(state="open", seen_at=None, seen_by=None, done_at=None)
                | Q(state="done", seen_at=None, seen_by=None, done_at__isnull=False)
                | Q(state="seen", seen_at__gte=F("done_at"), seen_by__isnull=False),
            ),
            models.CheckConstraint(
                name="measure_seen_by_another",
                condition=Q(seen_by=None) | ~Q(seen_by=F("owner")) & ~Q(seen_by=F("set_by")),
            ),
        ]
        indexes = [
            models.Index(fields=["due"], name="measure_open", condition=Q(state="open")),
            models.Index(fields=["owner", "state"], name="measure_owner"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
