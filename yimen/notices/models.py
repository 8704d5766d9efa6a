"""Nouns of notices: messages, announcements."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yimen.lib.ids import new_id
from yimen.look.language import pick
from yimen.notices import rules


class Message(models.Model):
    """One thing told to one recipient: a party (resident), an account, or a whole body.

    `key` makes telling idempotent: the same key writes one message. A message to the inbox is
    delivered by being written. `rounds` counts manual fresh starts.
    """

    class Channel(models.TextChoices):
        SMS = "sms", _("短信")
        INBOX = "inbox", _("站内消息")
        EMAIL = "email", _("电子邮件")
        PAPER = "paper", _("书面通知")
        WECHAT = "wechat", _("微信")

    class State(models.TextChoices):
        QUEUED = "queued", _("待发送")
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已发出")
        DELIVERED = "delivered", _("已送达")
        FAILED = "failed", _("未送达")
        CANCELLED = "cancelled", _("已取消")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    key = models.CharField(max_length=160)
    channel = models.CharField(max_length=6, choices=Channel)
    to_party = models.ForeignKey(
        "people.Party", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    to_account = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    to_body = models.ForeignKey(
        "bodies.Body", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    template = models.CharField(max_length=60)
    template_version = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=8, default="zh-hans")
    facts = models.JSONField(default=dict)
    urgent = models.BooleanField(default=False)
    about = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    rounds = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=120, blank=True)
    provider_ref = models.CharField(max_length=120, blank=True)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "key"], name="message_told_once"),
            models.CheckConstraint(
                name="message_one_recipient",
                condition=Q(to_party__isnull=False, to_account=None, to_body=None)
                | Q(to_party=None, to_account__isnull=False, to_body=None)
                | Q(to_party=None, to_account=None, to_body__isnull=False),
            ),
            models.CheckConstraint(
                name="message_channel_known",
                condition=Q(channel__in=["sms", "inbox", "email", "paper", "wechat"]),
            ),
            models.CheckConstraint(
                name="message_state_known",
                condition=Q(
                    state__in=["queued", "sending", "sent", "delivered", "failed", "cancelled"]
                ),
            ),
            models.CheckConstraint(
                name="message_sent_has_time",
                condition=~Q(state__in=["sent", "delivered"]) | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="message_failure_has_reason",
                condition=~Q(state="failed") | ~Q(last_error=""),
            ),
            models.CheckConstraint(
                name="message_read_after_delivery",
                condition=Q(read_at=None) | Q(delivered_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["to_account", "-queued_at", "-id"],
                name="message_account",
                condition=Q(to_account__isnull=False),
            ),
            models.Index(
                fields=["to_body", "-queued_at", "-id"],
                name="message_body",
                condition=Q(to_body__isnull=False),
            ),
            models.Index(
                fields=["to_party", "-queued_at", "-id"],
                name="message_party",
                condition=Q(to_party__isnull=False),
            ),
            models.Index(
                fields=["to_account", "-queued_at", "-id"],
                name="message_account_unread",
                condition=Q(channel="inbox", read_at=None, to_account__isnull=False),
            ),
            models.Index(
                fields=["to_body", "-queued_at", "-id"],
                name="message_body_unread",
                condition=Q(channel="inbox", read_at=None, to_body__isnull=False),
            ),
            models.Index(fields=["street", "-queued_at", "-id"], name="message_street"),
            models.Index(
                fields=["street", "-queued_at", "-id"],
                name="message_failed",
                condition=Q(state="failed"),
            ),
            models.Index(
                fields=["due_at"],
                name="message_open",
                condition=Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["street", "about"], name="message_about"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.channel} {self.state}"


class Announcement(models.Model):
    """One text for many: written, looked at in every form, released by who may, shown from one
    moment to another, sent once to each who agreed. `place` is the division that it is for, a hall
    where it is for one only. Never changed once released: a correction ends it and follows it."""

    class Group(models.TextChoices):
        EVERYBODY = "everybody", _("所有人")
        RESIDENTS = "residents", _("有账号的居民")
        STAFF = "staff", _("工作人员")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    centre = models.ForeignKey(
        "places.ServicePoint", models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.CharField(max_length=12)
    group = models.CharField(max_length=9, choices=Group, default=Group.EVERYBODY)
    text = models.CharField(max_length=600)
    text_en = models.CharField(max_length=1200, blank=True)
    short = models.CharField(max_length=70)  # for displays and text messages
    short_en = models.CharField(max_length=120, blank=True)
    urgent = models.BooleanField(default=False)
    by_sms = models.BooleanField(default=False)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    written_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    released_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="announcement_in_order", condition=Q(ends_at__gte=models.F("begins_at"))
            ),
            models.CheckConstraint(
                name="announcement_says_something", condition=~Q(text="") & ~Q(short="")
            ),
            models.CheckConstraint(
                name="announcement_group_known",
                condition=Q(group__in=["everybody", "residents", "staff"]),
            ),
            models.CheckConstraint(
                name="announcement_of_its_street",
                condition=Q(place__startswith=models.F("street")),
            ),
        ]
        indexes = [
            models.Index(fields=["street", "-begins_at", "-id"], name="announcement_street"),
            models.Index(fields=["street", "-written_at", "-id"], name="announcement_written"),
        ]

    @property
    def words(self) -> str:
        """The text in the reader's language."""
        return pick({"zh": self.text, "en": self.text_en})

    @property
    def brief(self) -> str:
        """Its short form in the reader's language."""
        return pick({"zh": self.short, "en": self.short_en or self.short})

    @property
    def about(self) -> str:
        """What its messages say that they are about."""
        return f"announcement:{self.pk}"

    def state(self, at: datetime) -> str:
        """draft, dropped, withdrawn, corrected, waiting, shown or over, at a moment."""
        return rules.state_of(
            released=self.released_at is not None, withdrawn=self.withdrawn_at is not None,
            corrected=hasattr(self, "corrected_by"), begins=self.begins_at, ends=self.ends_at,
            at=at,
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.street} {self.begins_at:%Y-%m-%d %H:%M}"


class Agreement(models.Model):
    """Somebody wants announcements as text messages; ended, never deleted, while the person is
    known."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    party = models.ForeignKey("people.Party", models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["street", "party"], name="agreement_once", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="agreement_in_order",
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("agreed_at")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
