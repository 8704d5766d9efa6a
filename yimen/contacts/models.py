"""Nouns of contacts: enquiries, their words, hand-overs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yimen.lib.ids import new_id


class Channel(models.TextChoices):
    COUNTER = "counter", _("窗口")
    PHONE = "phone", _("电话")
    ONLINE = "online", _("网上")
    KIOSK = "kiosk", _("自助机")
    POST = "post", _("来信")
    HOME = "home", _("上门")


class Rung(models.TextChoices):
    """How far up the ladder of consultation a question has come (AFF-11)."""

    DESK = "desk", _("总服务台")
    WINDOW = "window", _("窗口")
    OFFICER = "officer", _("主管人员")


class Enquiry(models.Model):
    """One question. The owner answers for it: a body always, and the person in it who was asked
    or who signed. `first_*` is where it comes back to. `next_action_at` is when it does."""

    class State(models.TextChoices):
        OPEN = "open", _("待答复")
        ANSWERED = "answered", _("已答复")
        BECAME_CASE = "became_case", _("已转办件")
        CLOSED = "closed", _("已关闭")
        WITHDRAWN = "withdrawn", _("已撤回")

    ENDED: ClassVar[tuple[str, ...]] = ("answered", "became_case", "closed", "withdrawn")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    number = models.CharField(max_length=9)
    code_index = models.CharField(max_length=64)  # keyed digest of the six digits
    centre = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel)
    asker = models.ForeignKey(
        "people.Party", models.PROTECT, null=True, blank=True, related_name="+"
    )
    topic_field = models.CharField(max_length=40, blank=True)
    matter_code = models.CharField(max_length=64, blank=True)
    rung = models.CharField(max_length=8, choices=Rung, default=Rung.DESK)
    asked_at = models.DateTimeField()
    first_account = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+")
    owner_account = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    owner_body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+", db_index=False)
    owned_since = models.DateTimeField()
    due_at = models.DateTimeField()  # by when the owner of the moment must have answered
    due_provisional = models.BooleanField(default=False)
    urged = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=11, choices=State, default=State.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    case_number = models.CharField(max_length=26, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=20, blank=True)
    next_action_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "enquiries"
        constraints = [
            models.UniqueConstraint(fields=["street", "number"], name="enquiry_number"),
            models.CheckConstraint(
                name="enquiry_number_form", condition=Q(number__regex=r"^W\d{8}$")
            ),
            # the owner is never null (AFF-3); and something happens if nobody acts
            models.CheckConstraint(
                name="enquiry_open_is_watched",
                condition=~Q(state="open") | Q(next_action_at__isnull=False, ended_at=None),
            ),
            models.CheckConstraint(
                name="enquiry_ended_rests",
                condition=Q(state="open") | Q(next_action_at=None, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="enquiry_answered_has_time",
                condition=~Q(state="answered") | Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="enquiry_case_has_number",
                condition=Q(state="became_case") & ~Q(case_number="")
                | ~Q(state="became_case") & Q(case_number=""),
            ),
            models.CheckConstraint(
                name="enquiry_state_known",
                condition=Q(state__in=["open", "answered", "became_case", "closed", "withdrawn"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_action_at"], name="enquiry_sweep", condition=Q(state="open")
            ),
            models.Index(
                fields=["owner_account", "due_at", "id"],
                name="enquiry_mine",
                condition=Q(state="open"),
            ),
            models.Index(
                fields=["owner_body", "due_at", "id"],
                name="enquiry_bodys",
                condition=Q(state="open"),
            ),
            models.Index(fields=["street", "-asked_at", "-id"], name="enquiry_street"),
            models.Index(
                fields=["answered_at"], name="enquiry_answered", condition=Q(state="answered")
            ),
            models.Index(fields=["number"], name="enquiry_lookup"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Words(models.Model):
    """What was asked or answered. Erasable: the ledger keeps a salted digest only."""

    class Sort(models.TextChoices):
        QUESTION = "question", _("问题")
        ANSWER = "answer", _("答复")
        NOTE = "note", _("办理说明")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="words")
    sort = models.CharField(max_length=8, choices=Sort)
    body = models.TextField()
    salt = models.CharField(max_length=32)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "words"
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry", "sort"],
                name="enquiry_one_question_one_answer",
                condition=Q(sort__in=["question", "answer"]),
            ),
            models.CheckConstraint(
                name="words_erased_are_gone",
                condition=Q(erased_at=None) | Q(body="", salt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.sort}"


class Handover(models.Model):
    """An offer of a question to somebody else. Until it is signed for it changes nothing."""

    class State(models.TextChoices):
        OFFERED = "offered", _("待签收")
        SIGNED = "signed", _("已签收")
        DECLINED = "declined", _("已谢绝")
        WITHDRAWN = "withdrawn", _("已收回")
        BOUNCED = "bounced", _("已退回首问人")

    class Reason(models.TextChoices):
        COMPETENCE = "competence", _("属于对方职责")
        EXPERTISE = "expertise", _("需要主管人员解答")
        PLACE = "place", _("属于对方辖区")
        ABSENCE = "absence", _("本人离岗")
        OTHER = "other", _("其他（见说明）")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="handovers")
    from_account = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    from_body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+")
    to_body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+", db_index=False)
    to_account = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    rung = models.CharField(max_length=8, choices=Rung)
    reason = models.CharField(max_length=12, choices=Reason)
    state = models.CharField(max_length=9, choices=State, default=State.OFFERED)
    offered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    declined_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry"], name="handover_one_open", condition=Q(state="offered")
            ),
            models.CheckConstraint(
                name="handover_offered_is_open",
                condition=~Q(state="offered")
                | Q(signed_at=None, declined_at=None, withdrawn_at=None, bounced_at=None),
            ),
            models.CheckConstraint(
                name="handover_signed_by_somebody",
                condition=Q(signed_at=None, signed_by=None)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="handover_state_has_time",
                condition=Q(state="offered")
                | Q(state="signed", signed_at__isnull=False)
                | Q(state="declined", declined_at__isnull=False)
                | Q(state="withdrawn", withdrawn_at__isnull=False)
                | Q(state="bounced", bounced_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["to_body", "due_at"], name="handover_for_body", condition=Q(state="offered")
            ),
            models.Index(
                fields=["to_account", "due_at"],
                name="handover_for_account",
                condition=Q(state="offered"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.state}"
