"""Nouns of a case: the case, its tasks, terms, holds, obligations, materials, texts, results.

Columns named in `RECORDED` are written to the ledger with every act that changes them; folding
the entries gives them back (fold.py), and `yimen verify` compares.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yimen.lib.ids import new_id


def _id() -> models.UUIDField:
    return models.UUIDField(primary_key=True, default=new_id, editable=False)


class Stage(models.TextChoices):
    """The only state of a case."""

    RECEIVED = "received", _("已收件")
    SUPPLEMENTING = "supplementing", _("待补正")
    HANDLING = "handling", _("办理中")
    DECIDED = "decided", _("已决定")
    DELIVERING = "delivering", _("送达中")
    CLOSED = "closed", _("已办结")


class Ending(models.TextChoices):
    """How a closed case ended."""

    COMPLETED = "completed", _("办结")
    NOT_ACCEPTED = "not_accepted", _("不予受理")
    WITHDRAWN = "withdrawn", _("申请人撤回")
    LAPSED = "lapsed", _("逾期终止")
    VOID = "void", _("作废")
    MOVED = "moved", _("移交")
    MERGED = "merged", _("并案")


class Outcome(models.TextChoices):
    """What was decided."""

    GRANTED = "granted", _("准予")
    REFUSED = "refused", _("不予批准")


class Channel(models.TextChoices):
    COUNTER = "counter", _("窗口")
    ONLINE = "online", _("网上")
    KIOSK = "kiosk", _("自助机")
    PHONE = "phone", _("电话")
    POST = "post", _("邮寄")
    HOME = "home", _("上门")


class Mode(models.TextChoices):
    """Who accepts what is handed in here (Shanghai, citywide handling of 2018)."""

    DIRECT = "direct", _("直接受理")
    COLLECT = "collect", _("收受分离")
    LOCAL = "local", _("属地受理")


class Capacity(models.TextChoices):
    """In what capacity the person at the counter stands there."""

    SELF = "self", _("本人")
    GUARDIAN = "guardian", _("监护人")
    AGENT = "agent", _("委托代办人")
    HANDLER = "handler", _("单位经办人")


class Bundle(models.Model):
    """What was handed in together: one visit or one life event. It has no state of its own."""

    id = _id()
    street = models.CharField(max_length=9)
    sort = models.CharField(max_length=12, default="visit")  # visit | life_event
    event = models.CharField(max_length=30, blank=True)
    centre = models.ForeignKey("places.ServicePoint", on_delete=models.PROTECT)
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sort} {self.id}"


class Case(models.Model):
    """One thing that somebody asks the community to settle.

    `centre` is where it was handed in, `accepting` the centre legally responsible for accepting
    it, `street` the responsible street, `place` the division code that routing goes by.
    """

    RECORDED: ClassVar[tuple[str, ...]] = (
        "kind", "matter_id", "centre_id", "accepting_id", "place", "mode", "channel",
        "applicant_id", "presenter_id", "capacity", "mandate_id", "bundle_id", "lead_id",
        "stage", "ending", "outcome", "accept_mode", "round", "received_at", "accepted_at",
        "decided_at", "delivered_at", "closed_at", "solved", "accept_by", "statutory_due_on",
        "promised_due_on", "due_provisional",
    )  # fmt: skip

    id = _id()
    street = models.CharField(max_length=9)
    number = models.CharField(max_length=26, unique=True)
    kind = models.CharField(max_length=30)
    matter = models.ForeignKey("matters.MatterVersion", on_delete=models.PROTECT)
    matter_code = models.CharField(max_length=64)
    centre = models.ForeignKey("places.ServicePoint", on_delete=models.PROTECT, related_name="+")
    accepting = models.ForeignKey("places.ServicePoint", on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=12)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    applicant = models.ForeignKey("people.Party", on_delete=models.PROTECT, related_name="+")
    presenter = models.ForeignKey(
        "people.Party", on_delete=models.PROTECT, related_name="+", null=True
    )
    capacity = models.CharField(max_length=8, choices=Capacity.choices, default=Capacity.SELF)
    mandate = models.ForeignKey(
        "people.Mandate", on_delete=models.PROTECT, related_name="+", null=True
    )
    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, null=True, related_name="cases")
    lead = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    excluded_bodies = ArrayField(models.UUIDField(), default=list, blank=True)
    routing = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)

    stage = models.CharField(max_length=13, choices=Stage.choices)
    ending = models.CharField(max_length=12, choices=Ending.choices, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    accept_mode = models.CharField(max_length=9, blank=True)  # expressed | deemed
    round = models.PositiveSmallIntegerField(default=1)
    solved = models.CharField(max_length=8, blank=True)  # yes | no | partly, by the applicant only
    received_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    accept_by = models.DateField(null=True)
    statutory_due_on = models.DateField(null=True)
    promised_due_on = models.DateField(null=True)
    due_provisional = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)  # the earliest running term of the case
    yellow_at = models.DateTimeField(null=True)
    held = models.BooleanField(default=False)
    next_action_at = models.DateTimeField(null=True)
    calendar_version = models.BigIntegerField(default=0)

    enquiry_no = models.CharField(max_length=8, unique=True)
    enquiry_code = models.CharField(max_length=200)  # sealed
    external_number = models.CharField(max_length=60, blank=True)

    version = models.PositiveIntegerField(default=1)
    seq = models.PositiveIntegerField(default=0)
    hash = models.BinaryField(max_length=32, default=bytes(32))

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="case_ending_when_closed",
                condition=Q(stage="closed", closed_at__isnull=False) & ~Q(ending="")
                | ~Q(stage="closed") & Q(ending="", closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="case_accepted_has_mode",
                condition=Q(accepted_at__isnull=True, accept_mode="")
                | Q(accepted_at__isnull=False, accept_mode__in=["expressed", "deemed"]),
            ),
            models.CheckConstraint(
                name="case_handling_is_accepted",
                condition=~Q(stage__in=["handling", "decided", "delivering"])
                | Q(accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_outcome_when_decided",
                condition=Q(outcome="", decided_at__isnull=True)
                | ~Q(outcome="") & Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_delivered_after_decided",
                condition=Q(delivered_at__isnull=True) | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_open_has_next_action",
                condition=Q(stage="closed") | Q(next_action_at__isnull=False) | Q(held=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_action_at"],
                name="case_sweep",
                condition=Q(next_action_at__isnull=False),
            ),
            models.Index(
                fields=["calendar_version"], name="case_calendar", condition=~Q(stage="closed")
            ),
            models.Index(
                fields=["lead", "due_at", "id"], name="case_lead_open", condition=~Q(stage="closed")
            ),
            models.Index(
                fields=["centre", "due_at", "id"],
                name="case_centre_open",
                condition=~Q(stage="closed"),
            ),
            models.Index(
                fields=["accepting", "due_at", "id"],
                name="case_accepting_open",
                condition=~Q(stage="closed"),
            ),
            models.Index(fields=["street", "-received_at", "id"], name="case_street_received"),
            models.Index(fields=["applicant", "-received_at"], name="case_applicant"),
            models.Index(fields=["presenter", "-received_at"], name="case_presenter"),
            models.Index(fields=["bundle"], name="case_bundle"),
            models.Index(
                fields=["external_number"],
                name="case_external",
                condition=~Q(external_number=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number


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

    id = _id()
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

    id = _id()
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

    id = _id()
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

    id = _id()
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


class Material(models.Model):
    """One line of the list of materials of this case."""

    class Status(models.TextChoices):
        GIVEN = "given", _("已交")
        MISSING = "missing", _("缺少")
        LATER = "later", _("容缺后补")
        HELD = "held", _("已有,免交")

    RECORDED: ClassVar[tuple[str, ...]] = ("code", "essential", "status", "given", "file_id")

    id = _id()
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

    id = _id()
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

    RECORDED: ClassVar[tuple[str, ...]] = (
        "sort", "code", "holder_id", "state", "issued_at", "valid_from", "valid_until",
        "renew_from", "replaces_id",
    )  # fmt: skip

    id = _id()
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


class Link(models.Model):
    """One case points to another."""

    id = _id()
    street = models.CharField(max_length=9)
    from_case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links")
    to_case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="linked")
    sort = models.CharField(max_length=12)  # renews | continues | merged_into | about

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["from_case", "to_case", "sort"], name="link_once"),
            models.CheckConstraint(name="link_not_to_itself", condition=~Q(from_case=F("to_case"))),
        ]

    def __str__(self) -> str:
        return f"{self.from_case_id} {self.sort} {self.to_case_id}"


class Posting(models.Model):
    """A public posting (公示) of an investigation, with its window for objections."""

    id = _id()
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

    id = _id()
    street = models.CharField(max_length=9)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="objections")
    text = models.TextField()
    contact = models.CharField(max_length=400, blank=True)  # sealed
    received_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.posting_id} {self.received_at}"


class Warning(models.Model):
    """A light that went on, and who was told. One per clock and rung."""

    id = _id()
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


class Counter(models.Model):
    """The last serial given at a centre on a day. One row, one lock, no gaps inside a commit."""

    pk = models.CompositePrimaryKey("centre", "day")
    centre = models.CharField(max_length=11)
    day = models.DateField()
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.centre} {self.day} {self.last}"
