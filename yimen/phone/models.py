"""Nouns of the line: calls, and calls back that somebody owes. No number of a caller stands here:
those of calls back are sealed with the person's record, others are never written down."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from yimen.lib.ids import new_id


def _in_street(name: str) -> models.CheckConstraint:
    """The centre's code begins with the street's."""
    return models.CheckConstraint(name=name, condition=Q(Exact(Left("centre_id", 9), F("street"))))


class Call(models.Model):
    """One call as it went: `said` is [[seconds since the start, code of a prompt], ...]."""

    class Adapter(models.TextChoices):
        FASTAGI = "fastagi", _("电话交换机")
        SIP = "sip", _("测试电话")

    class Outcome(models.TextChoices):
        GOING_ON = "", _("通话中")
        NOTHING = "nothing", _("没有查询")
        WRONG = "wrong", _("号码或查询码不符")
        DOWN = "down", _("系统暂时查不到")
        TOLD = "told", _("已答复进度")
        CALL_BACK = "call_back", _("登记了回电")
        TRANSFERRED = "transferred", _("已转总服务台")
        CUT = "cut", _("服务中断")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    centre = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="+")
    adapter = models.CharField(max_length=7, choices=Adapter)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=11, choices=Outcome, blank=True)
    hung_up = models.BooleanField(default=False)  # by the caller, before we said goodbye
    said = models.JSONField(default=list)
    told = models.PositiveSmallIntegerField(default=0)  # answers given
    wrong = models.PositiveSmallIntegerField(default=0)  # pairs of number and code that did not fit

    class Meta:
        constraints = [
            _in_street("call_in_street"),
            models.CheckConstraint(
                name="call_ended_has_outcome",
                condition=Q(ended_at=None, outcome="") | Q(ended_at__isnull=False) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="call_ends_after_its_start",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["street", "-started_at", "-id"], name="call_street"),
            models.Index(
                fields=["started_at"], name="call_going_on", condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class CallBack(models.Model):
    """A call that a body owes somebody. `question` is the number of the question that it answers,
    which lives above; `wish` what the caller wants beyond an answer."""

    class Wish(models.TextChoices):
        NONE = "", ""
        HOME = "home", _("要上门服务")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    centre = models.ForeignKey("places.ServicePoint", models.PROTECT, related_name="+")
    call = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="+")
    body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+", db_index=False)
    party = models.ForeignKey("people.Party", models.PROTECT, related_name="+", db_index=False)
    question = models.CharField(max_length=9)
    wish = models.CharField(max_length=8, choices=Wish, blank=True, default="")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            _in_street("call_back_in_street"),
            models.UniqueConstraint(fields=["street", "question"], name="call_back_question"),
            # whoever calls twice is called back once
            models.UniqueConstraint(
                fields=["street", "party"], name="call_back_one_open", condition=Q(done_at=None)
            ),
            models.CheckConstraint(
                name="call_back_done_has_time", condition=Q(done_by=None) | Q(done_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(
                fields=["body", "due_at", "id"],
                name="call_back_to_do",
                condition=Q(done_at__isnull=True),
            ),
            models.Index(fields=["body", "-asked_at", "-id"], name="call_back_past"),
            models.Index(fields=["street", "-asked_at", "-id"], name="call_back_street"),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def is_open(self) -> bool:
        return self.done_at is None
