"""What runs on a case: tasks of bodies, terms, time that does not count, what is still owed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yimen.cases.models.case import Case, key


class Task(models.Model):
    """A piece of work of one body in one stage of the procedure.

    `owner` is the body that answers for it until `body` has signed for it (first asked). A task
    that was returned stays; its next attempt is a new row.
    """

    class State(models.TextChoices):
        OFFERED = "offered", _("待签收")
        SIGNED = "signed", _("办理中")
        FINISHED = "finished", _("已完成")
        RETURNED = "returned", _("已退回")
        CONSENTED = "consented", _("逾期默认同意")
        CANCELLED = "cancelled", _("已取消")

    OPEN: ClassVar[tuple[str, ...]] = ("offered", "signed")
    RECORDED: ClassVar[tuple[str, ...]] = (
        "round", "stage_no", "key", "sort", "body_id", "owner_id", "assignee_id", "state",
        "required", "attempt", "offered_at", "signed_at", "ended_at", "share_n", "share_unit",
        "due_at", "provisional", "warned", "verdict",
    )  # fmt: skip

    id = key()
    street = models.CharField(max_length=9)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    round = models.PositiveSmallIntegerField(default=1)
    stage_no = models.SmallIntegerField()  # 0 acceptance, 1.. procedure, 90 decide, 91 deliver
    key = models.CharField(max_length=40)
    sort = models.CharField(max_length=10)  # accept|review|visit|check|posting|decide|deliver
    name = models.JSONField(default=dict)  # {"zh", "en"}
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, related_name="+", null=True
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.OFFERED)
    received_at = models.DateTimeField()  # the case's, so that a body's cases lie in list order
    required = models.BooleanField(default=True)
    silence_consents = models.BooleanField(default=False)
    attempt = models.PositiveSmallIntegerField(default=1)
    offered_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    share_n = models.PositiveSmallIntegerField(null=True)
    share_unit = models.CharField(max_length=13, blank=True)
    due_at = models.DateTimeField(null=True)
    yellow_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    warned = models.PositiveSmallIntegerField(default=0)
    verdict = models.CharField(max_length=10, blank=True)  # agree | object, when finished
    findings = models.JSONField(default=dict)
    why = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="task_ended_when_over",
                condition=Q(state__in=["offered", "signed"], ended_at__isnull=True)
                | ~Q(state__in=["offered", "signed"]) & Q(ended_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["case", "round", "stage_no", "key", "attempt"], name="task_attempt_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["body", "due_at", "id"],
                name="task_worklist",
                condition=Q(state__in=["offered", "signed"]),
            ),
            models.Index(fields=["case"], name="task_case"),
            models.Index(fields=["body", "-received_at", "-case"], name="task_seen"),
            models.Index(
                fields=["assignee", "due_at"],
                name="task_assignee",
                condition=Q(state__in=["offered", "signed"]),
            ),
            models.Index(fields=["body", "-ended_at"], name="task_done"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.key} {self.state}"


class Term(models.Model):
    """A period that runs against somebody. Its due moment is rebuilt from the record.

    `bearer` is who must act: the body, or the resident (whose term a new calendar never shortens).
    """

    RECORDED: ClassVar[tuple[str, ...]] = (
        "name", "round", "basis", "unit", "length", "extra", "bearer", "started_at", "due_at",
        "provisional", "met_at", "dropped_at", "warned",
    )  # fmt: skip

    id = key()
    street = models.CharField(max_length=9)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="terms")
    # accept | supplement | decide_statutory | decide_promised | deliver
    name = models.CharField(max_length=20)
    round = models.PositiveSmallIntegerField(default=1)
    basis = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=13)
    length = models.PositiveSmallIntegerField()
    extra = models.PositiveSmallIntegerField(default=0)
    bearer = models.CharField(max_length=8, default="body")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    yellow_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    met_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    warned = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="term_due_after_start", condition=Q(due_at__gte=F("started_at"))
            ),
            models.CheckConstraint(
                name="term_met_or_dropped",
                condition=Q(met_at__isnull=True) | Q(dropped_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["case"], name="term_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.name} {self.due_at}"


class Hold(models.Model):
    """Time that the law does not count: a typed reason with its article and its longest time."""

    RECORDED: ClassVar[tuple[str, ...]] = (
        "sort", "article", "task_id", "stops_case", "since", "until", "max_until",
    )  # fmt: skip

    id = key()
    street = models.CharField(max_length=9)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="holds")
    sort = models.CharField(max_length=30)
    article = models.CharField(max_length=120)
    stops_case = models.BooleanField(default=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    max_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="hold_ends_after_start",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
            models.UniqueConstraint(
                fields=["case", "sort"],
                name="hold_one_open_of_a_sort",
                condition=Q(until__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["case"], name="hold_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.sort} {self.since}"


class Obligation(models.Model):
    """Something still owed; it names the act that it blocks."""

    RECORDED: ClassVar[tuple[str, ...]] = ("sort", "what", "blocks", "due_on", "met_at")

    id = key()
    street = models.CharField(max_length=9)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="obligations")
    sort = models.CharField(max_length=20)  # late_material | originals_back | consent
    what = models.CharField(max_length=80)  # the material's code
    blocks = models.CharField(max_length=20)
    due_on = models.DateField(null=True)
    met_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "sort", "what"], name="obligation_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.sort} {self.what}"


class Warning(models.Model):
    """A light that went on, and who was told. One per clock and rung."""

    id = key()
    street = models.CharField(max_length=9)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="warnings")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="warnings")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, null=True, related_name="warnings")
    rung = models.PositiveSmallIntegerField()  # 1 yellow, 2 red, 3 director, 4 supervisors
    due_at = models.DateTimeField()
    warned_at = models.DateTimeField()
    told = models.JSONField(default=list)  # [["body", code] | ["account", id]]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="warning_about_one_clock",
                condition=Q(task__isnull=True, term__isnull=False)
                | Q(task__isnull=False, term__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["street", "-warned_at"], name="warning_recent")]

    def __str__(self) -> str:
        return f"{self.case_id} rung {self.rung}"
