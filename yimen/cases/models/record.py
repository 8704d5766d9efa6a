"""What a case holds: materials, erasable texts, the result, public postings and objections."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yimen.cases.models.case import Case, key
from yimen.cases.models.work import Task


class Material(models.Model):
    """One line of the list of materials of this case."""

    class Status(models.TextChoices):
        GIVEN = "given", _("已交")
        MISSING = "missing", _("缺少")
        LATER = "later", _("容缺后补")
        HELD = "held", _("已有,免交")

    RECORDED: ClassVar[tuple[str, ...]] = ("code", "essential", "status", "given", "file_id")

    id = key()
    street = models.CharField(max_length=9)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="materials")
    code = models.CharField(max_length=80)
    essential = models.BooleanField(default=True)
    status = models.CharField(max_length=8, choices=Status.choices)
    given = models.CharField(max_length=10, blank=True)  # original | copy | electronic | held
    file = models.ForeignKey("files.File", on_delete=models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="material_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.code} {self.status}"


class Note(models.Model):
    """Free text of an act, erasable; the entry keeps only its salted digest."""

    id = key()
    street = models.CharField(max_length=9)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    seq = models.PositiveIntegerField()
    sort = models.CharField(max_length=20)
    body = models.TextField()
    salt = models.CharField(max_length=64)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="notes")
    public = models.BooleanField(default=False)  # may the applicant read it
    written_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "seq"], name="note_case")]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.seq} {self.sort}"


class Result(models.Model):
    """What a granted case gives its holder; corrected or revoked only by a new act."""

    class State(models.TextChoices):
        VALID = "valid", _("有效")
        CORRECTED = "corrected", _("已更正")
        REVOKED = "revoked", _("已撤销")
        LAPSED = "lapsed", _("已失效")

    RECORDED: ClassVar[tuple[str, ...]] = (
        "sort", "code", "holder_id", "state", "issued_at", "valid_from", "valid_until",
        "renew_from", "replaces_id",
    )  # fmt: skip

    id = key()
    street = models.CharField(max_length=9)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="results")
    sort = models.CharField(max_length=12)
    code = models.CharField(max_length=20, unique=True)  # verification code, anybody may check it
    holder = models.ForeignKey("people.Party", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.VALID)
    issued_at = models.DateTimeField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    renew_from = models.DateField(null=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="result_valid_in_order",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.UniqueConstraint(
                fields=["case"], name="result_one_valid", condition=Q(state="valid")
            ),
        ]
        indexes = [
            models.Index(fields=["renew_from"], name="result_renewal", condition=Q(state="valid")),
            models.Index(fields=["valid_until"], name="result_expiry", condition=Q(state="valid")),
        ]

    def __str__(self) -> str:
        return self.code


class Posting(models.Model):
    """A public posting (公示) of an investigation, with its window for objections."""

    id = key()
    street = models.CharField(max_length=9)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="postings")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="postings")
    text = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="posting_in_order", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.UniqueConstraint(fields=["task"], name="posting_one_a_task"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.starts_on}"


class Objection(models.Model):
    """What somebody has against a posting, and the answer. Text is erasable."""

    id = key()
    street = models.CharField(max_length=9)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="objections")
    text = models.TextField()
    contact = models.CharField(max_length=400, blank=True)  # sealed
    received_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.posting_id} {self.received_at}"
