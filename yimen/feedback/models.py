"""Nouns of feedback: ratings, their words, follow-ups, and what was done in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yimen.lib.ids import new_id


class Level(models.IntegerChoices):
    VERY_GOOD = 5, _("非常满意")
    GOOD = 4, _("满意")
    FAIR = 3, _("基本满意")
    BAD = 2, _("不满意")
    VERY_BAD = 1, _("非常不满意")


class Solved(models.TextChoices):
    YES = "yes", _("解决了")
    PARTLY = "partly", _("部分解决")
    NO = "no", _("没有解决")
    UNANSWERED = "unanswered", _("没有回答")


class Channel(models.TextChoices):
    DEVICE = "device", _("窗口评价器")
    QR = "qr", _("二维码")
    KIOSK = "kiosk", _("自助机")
    WEB = "web", _("网站")
    SMS = "sms", _("短信")
    HOTLINE = "hotline", _("热线")


class Subject(models.TextChoices):
    CASE = "case", _("单个办件")
    ENQUIRY = "enquiry", _("咨询")
    VISIT = "visit", _("到场服务")


class Rating(models.Model):
    """One rating. `ref` is the number or id of what was rated; `again_of` the rating before the
    fix. The text may be erased. `mistaken` is the outcome of an appeal and leaves the level."""

    ON_SITE: ClassVar[tuple[str, ...]] = ("efficiency", "skill", "attitude")
    ONLINE: ClassVar[tuple[str, ...]] = ("efficiency", "guide", "convenience", "operation")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    subject = models.CharField(max_length=7, choices=Subject)
    ref = models.CharField(max_length=40)
    case = models.ForeignKey(
        "cases.Case", models.PROTECT, null=True, blank=True, related_name="ratings"
    )
    centre = models.ForeignKey(
        "places.ServicePoint", models.PROTECT, null=True, blank=True, related_name="+"
    )
    body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+")
    matter_code = models.CharField(max_length=64, blank=True)
    level = models.PositiveSmallIntegerField(choices=Level)
    solved = models.CharField(max_length=10, choices=Solved, default=Solved.UNANSWERED)
    channel = models.CharField(max_length=7, choices=Channel)
    indicators = models.JSONField(default=dict, blank=True)
    text = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    named = models.BooleanField(default=False)  # the rater lets the body know who they are
    again_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="again"
    )
    mistaken = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["street", "subject", "ref"],
                name="rating_once",
                condition=Q(again_of=None),
            ),
            models.CheckConstraint(name="rating_level_known", condition=Q(level__range=(1, 5))),
            models.CheckConstraint(
                name="rating_solved_known",
                condition=Q(solved__in=["yes", "partly", "no", "unanswered"]),
            ),
            models.CheckConstraint(
                name="rating_not_again_of_itself",
                condition=Q(again_of=None) | ~Q(again_of=F("id")),
            ),
            models.CheckConstraint(
                name="rating_case_is_named",
                condition=~Q(subject="case") | Q(case__isnull=False),
            ),
            models.CheckConstraint(
                name="rating_erased_is_gone", condition=Q(erased_at=None) | Q(text="", salt="")
            ),
        ]
        indexes = [
            models.Index(fields=["street", "-at", "-id"], name="rating_street"),
            models.Index(fields=["body", "-at", "-id"], name="rating_body"),
            models.Index(fields=["centre", "matter_code", "level"], name="rating_figures"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.level}"

    @property
    def is_bad(self) -> bool:
        return self.level <= Level.BAD


class FollowUp(models.Model):
    """What a bad rating opens: call back (a named rater), put right, tell; or appeal."""

    class State(models.TextChoices):
        OPEN = "open", _("待整改")
        APPEALED = "appealed", _("申诉复核中")
        FIXED = "fixed", _("已整改")
        CLOSED = "closed", _("已了结")

    class Outcome(models.TextChoices):
        NONE = "", _("未申诉")
        UPHELD = "upheld", _("评价成立")
        MISTAKEN = "mistaken", _("误评或不实")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    rating = models.OneToOneField(Rating, models.PROTECT, related_name="followup")
    body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    call_back_due = models.DateTimeField(null=True, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)
    fix_due = models.DateTimeField()
    fixed_at = models.DateTimeField(null=True, blank=True)
    appeal_due = models.DateTimeField()
    appealed_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    warned = models.PositiveSmallIntegerField(default=0)
    next_action_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="followup_fixed_has_time",
                condition=~Q(state="fixed") | Q(fixed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="followup_appeal_in_order",
                condition=Q(appealed_at=None, decided_at=None, outcome="")
                | Q(appealed_at__isnull=False, decided_at=None, outcome="")
                | Q(appealed_at__isnull=False, decided_at__isnull=False)
                & Q(outcome__in=["upheld", "mistaken"]),
            ),
            models.CheckConstraint(
                name="followup_open_is_watched",
                condition=~Q(state__in=["open", "appealed"]) | Q(next_action_at__isnull=False),
            ),
            models.CheckConstraint(
                name="followup_state_known",
                condition=Q(state__in=["open", "appealed", "fixed", "closed"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_action_at"],
                name="followup_sweep",
                condition=Q(next_action_at__isnull=False),
            ),
            models.Index(
                fields=["body", "fix_due", "id"],
                name="followup_worklist",
                condition=Q(state__in=["open", "appealed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rating_id} {self.state}"


class Reply(models.Model):
    """One step of a follow-up in words: call, reply, fix, appeal, decision."""

    class Sort(models.TextChoices):
        CALL = "call", _("回访")
        REPLY = "reply", _("答复")
        FIX = "fix", _("整改")
        APPEAL = "appeal", _("申诉")
        DECISION = "decision", _("复核")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    followup = models.ForeignKey(FollowUp, models.PROTECT, related_name="replies")
    sort = models.CharField(max_length=8, choices=Sort)
    text = models.TextField()
    salt = models.CharField(max_length=32)
    at = models.DateTimeField()
    by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "replies"

    def __str__(self) -> str:
        return f"{self.followup_id} {self.sort}"


class Invitation(models.Model):
    """A contact has ended and whoever came was asked to rate it: once, by a link that ends. What
    opens it is no column: `notices.links` reckons the key of the path."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    subject = models.CharField(max_length=7, choices=Subject)
    ref = models.CharField(max_length=40)
    code = models.CharField(max_length=12, unique=True)  # in the address, before the key
    party = models.ForeignKey("people.Party", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "subject", "ref"], name="invited_once"),
            models.CheckConstraint(
                name="invitation_ends", condition=Q(expires_at__gt=F("sent_at"))
            ),
        ]

    @property
    def path(self) -> str:
        """Where the link leads, without the key."""
        return f"rate/i/{self.code}"

    def __str__(self) -> str:
        return f"{self.subject} {self.code}"


class Unasked(models.Model):
    """Somebody wants no more invitations to rate."""

    party = models.OneToOneField("people.Party", models.PROTECT, primary_key=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "unasked"

    def __str__(self) -> str:
        return str(self.party_id)


class Publication(models.Model):
    """A bad rating and what was done about it, for everybody to read, names taken out. Nobody puts
    it on the page alone: a second person looks at it first."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待第二人核对")
        PUBLISHED = "published", _("已公布")
        RETURNED = "returned", _("退回修改")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    followup = models.OneToOneField(FollowUp, models.PROTECT, related_name="publication")
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED)
    words = models.TextField(blank=True)  # the rater's, names taken out
    answer = models.TextField(blank=True)
    why = models.TextField(blank=True)  # it was returned
    proposed_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    checked_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="publication_second_person",
                condition=~Q(state="published")
                | Q(checked_by__isnull=False, checked_at__isnull=False)
                & ~Q(checked_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="publication_answers", condition=~Q(answer="") | Q(erased_at__isnull=False)
            ),
            models.CheckConstraint(
                name="publication_erased_is_gone",
                condition=Q(erased_at=None) | Q(words="", answer="", why=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["-checked_at", "-id"],
                name="publication_public",
                condition=Q(state="published", erased_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.followup_id} {self.state}"
