"""Nouns of the help line: requests, the calls and messages that bring them, transfers, calls back,
shift notes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.hotline.dispatches import (  # noqa: F401  (Django finds nouns here)
    Dispatch,
    PriceAnswer,
)
from yimen.hotline.telephone import (  # noqa: F401  (Django finds nouns here)
    AddedWords,
    DutyHole,
    Listening,
    Recording,
    Ringing,
    ThreeWay,
)
from yimen.lib.ids import new_id


def _id() -> Any:
    return models.UUIDField(primary_key=True, default=new_id, editable=False)


def _account(**more: Any) -> Any:
    return models.ForeignKey("people.Account", models.PROTECT, related_name="+", **more)


class Line(models.TextChoices):
    """The old lines that were merged into one number; where a request came from stays visible."""

    ONE = "one", pgettext_lazy("line", "统一号码")
    JUSTICE = "justice", pgettext_lazy("line", "司法热线")
    PETITIONS = "petitions", pgettext_lazy("line", "信访热线")
    DAILY = "daily", pgettext_lazy("line", "生活服务热线")
    CITY = "city", pgettext_lazy("line", "12345 转来")


class Channel(models.TextChoices):
    """How a request reached the line. `worker`: somebody of a neighbourhood told it for another."""

    PHONE = "phone", pgettext_lazy("channel", "来电")
    WEB = "web", pgettext_lazy("channel", "网上")
    KIOSK = "kiosk", pgettext_lazy("channel", "自助机")
    SMS = "sms", pgettext_lazy("channel", "短信")
    WORKER = "worker", pgettext_lazy("channel", "居委会代报")


class Consent(models.TextChoices):
    """What the person for whom somebody else asks said of it."""

    GIVEN = "given", pgettext_lazy("consent", "本人同意")
    UNABLE = "unable", pgettext_lazy("consent", "本人说不了，事情等不得")


class LineCall(models.Model):
    """One call. The number lies with the record `number_of` in the house of people; here is only
    who it may be. An operator has one call at a time."""

    class Outcome(models.TextChoices):
        REQUEST = "request", pgettext_lazy("call", "已登记求助")
        ANSWERED = "answered", pgettext_lazy("call", "当场答复")
        MORE = "more", pgettext_lazy("call", "补充已有求助")
        SILENT = "silent", pgettext_lazy("call", "无声")
        ABANDONED = "abandoned", pgettext_lazy("call", "对方挂断")
        ABUSIVE = "abusive", pgettext_lazy("call", "辱骂")
        WRONG = "wrong", pgettext_lazy("call", "打错")

    EMPTY: ClassVar[tuple[str, ...]] = ("silent", "abandoned", "abusive", "wrong")

    id = _id()
    street = models.CharField(max_length=9)
    number_of = models.ForeignKey(
        "people.Party", models.PROTECT, null=True, blank=True, related_name="+"
    )
    line = models.CharField(max_length=9, choices=Line, default=Line.ONE)
    rang_at = models.DateTimeField()
    answered_at = models.DateTimeField()
    operator = _account()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    draft = models.JSONField(default=dict)  # what was typed and not yet handed in

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["street", "operator"],
                name="line_call_one_at_a_time",
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="line_call_ended_has_outcome",
                condition=Q(ended_at=None, outcome="")
                | Q(ended_at__isnull=False, draft={}) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="line_call_answered_after_ringing",
                condition=Q(answered_at__gte=models.F("rang_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["street", "-rang_at", "-id"], name="line_call_street"),
            models.Index(fields=["number_of", "-rang_at"], name="line_call_number"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def stream(self) -> str:
        return f"call:{self.pk}"


class HelpRequest(models.Model):
    """What the line knows of a case of its kinds: the need, whence it came, how it is. `event` is
    the first request about the same thing (a burst pipe has many callers and one job)."""

    id = _id()
    street = models.CharField(max_length=9)
    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="help_request")
    need = models.CharField(max_length=60)
    # class whose limits hold: the need's (needs.CLASSES), or urgent where somebody cannot wait
    sort = models.CharField(max_length=12)
    hurry = models.CharField(max_length=200, blank=True)  # why not
    line = models.CharField(max_length=9, choices=Line)
    place = models.CharField(max_length=12)  # division
    secret = models.BooleanField(default=False)
    call = models.ForeignKey(
        LineCall, models.PROTECT, null=True, blank=True, related_name="requests"
    )
    event = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="same_thing"
    )
    channel = models.CharField(max_length=6, choices=Channel, default=Channel.PHONE)
    # is whoever asks known to be who they say: signed in as that person
    verified = models.BooleanField(default=False)
    # told for another: who told it, and what the person said of it
    reporter = models.ForeignKey(
        "people.Party", models.PROTECT, null=True, blank=True, related_name="+"
    )
    consent = models.CharField(max_length=6, choices=Consent, blank=True)
    taken_by = _account(null=True, blank=True)
    taken_at = models.DateTimeField()
    # calling back: when next, and how often tried in this round
    call_back_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    contacted_in_time = models.BooleanField(null=True)  # of the first round; None: not known yet
    left_out = models.BooleanField(default=False)  # answered, and the sample does not ask back

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="help_event_is_another", condition=Q(event=None) | ~Q(event=models.F("id"))
            ),
            models.CheckConstraint(name="help_tries", condition=Q(tries__lte=3)),
            models.CheckConstraint(
                name="help_for_another_has_consent",
                condition=Q(channel="worker") & ~Q(consent="")
                | ~Q(channel="worker") & Q(consent=""),
            ),
        ]
        indexes = [
            models.Index(fields=["street", "-taken_at", "-id"], name="help_street"),
            models.Index(fields=["-taken_at", "-id"], name="help_taken"),
            models.Index(fields=["street", "place", "need"], name="help_nearby"),
            models.Index(
                fields=["street", "call_back_at"],
                name="help_call_back",
                condition=Q(call_back_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class JobNote(models.Model):
    """What a partner unit lets know between signing for a job and its result: the caller was rung
    up, under way, arrived; a photograph of the work. Words about the person have no place here."""

    class Sort(models.TextChoices):
        RANG = "rang", pgettext_lazy("job", "联系过求助人")
        WAY = "way", pgettext_lazy("job", "在路上")
        THERE = "there", pgettext_lazy("job", "已到场")
        PHOTO = "photo", pgettext_lazy("job", "照片")

    id = _id()
    street = models.CharField(max_length=9)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="job_notes")
    round = models.PositiveSmallIntegerField()
    body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+")
    sort = models.CharField(max_length=5, choices=Sort)
    file = models.ForeignKey("files.File", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    by = _account()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round", "body", "sort"],
                name="job_note_once",
                condition=Q(sort__in=["rang", "way", "there"]),
            ),
            models.CheckConstraint(
                name="job_note_photo_has_file",
                condition=Q(sort="photo", file__isnull=False)
                | Q(sort__in=["rang", "way", "there"], file=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.sort}"


class Photo(models.Model):
    """A photograph that came with a request, kept without where and with what it was taken."""

    id = _id()
    street = models.CharField(max_length=9)
    request = models.ForeignKey(HelpRequest, models.PROTECT, related_name="photos")
    file = models.ForeignKey("files.File", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class Inbound(models.Model):
    """A text message to the line, until an operator has sorted it: into a new request, to one that
    is open, or by an answer. `ref` is the gateway's own, so that one delivered twice is one."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("inbound", "待分拣")
        TAKEN = "taken", pgettext_lazy("inbound", "已登记求助")
        JOINED = "joined", pgettext_lazy("inbound", "并入已有求助")
        ANSWERED = "answered", pgettext_lazy("inbound", "已短信答复")
        EMPTY = "empty", pgettext_lazy("inbound", "无内容或骚扰")

    id = _id()
    street = models.CharField(max_length=9)
    ref = models.CharField(max_length=120)
    sender = models.ForeignKey(
        "people.Party", models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.CharField(max_length=2000)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    request = models.ForeignKey(
        HelpRequest, models.PROTECT, null=True, blank=True, related_name="messages"
    )
    sorted_by = _account(null=True, blank=True)
    sorted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "ref"], name="inbound_once"),
            models.CheckConstraint(
                name="inbound_sorted_by_somebody",
                condition=Q(state="waiting", sorted_at=None, sorted_by=None)
                | ~Q(state="waiting") & Q(sorted_at__isnull=False, sorted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="inbound_request_named",
                condition=Q(state__in=["taken", "joined"], request__isnull=False)
                | ~Q(state__in=["taken", "joined"]) & Q(request=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["street", "received_at"],
                name="inbound_waiting",
                condition=Q(state="waiting"),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class CallBack(models.Model):
    """One try to call back in one round. The `last` of a round says what came of it: reached, with
    what the caller said; or not reached."""

    id = _id()
    street = models.CharField(max_length=9)
    request = models.ForeignKey(HelpRequest, models.PROTECT, related_name="calls_back")
    round = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = _account()
    reached = models.BooleanField()
    last = models.BooleanField()
    solved = models.CharField(max_length=8, blank=True)  # yes | partly | no, in the caller's words
    content = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "round", "number"], name="back_once"),
            models.UniqueConstraint(
                fields=["request", "round"], name="back_one_last", condition=Q(last=True)
            ),
            models.CheckConstraint(
                name="back_reached_says",
                condition=Q(reached=True, last=True, solved__in=["yes", "partly", "no"])
                | Q(reached=False, solved="", content=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.round}.{self.number}"


class CallBackObjection(models.Model):
    """A unit objects to what one call back counts for it. Upheld: the call back stays on record and
    counts in no rate."""

    id = _id()
    street = models.CharField(max_length=9)
    call_back = models.OneToOneField(CallBack, models.PROTECT, related_name="objection")
    body = models.ForeignKey("bodies.Body", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=1000)
    by = _account()
    at = models.DateTimeField()
    upheld = models.BooleanField(null=True)  # None: nobody has judged it yet
    judged_by = _account(null=True, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="objection_judged_is_whole",
                condition=Q(upheld=None, judged_by=None, judged_at=None, why="")
                | Q(upheld__isnull=False, judged_by__isnull=False, judged_at__isnull=False)
                & ~Q(why=""),
            ),
            models.CheckConstraint(
                name="objection_judged_by_another",
                condition=Q(judged_by=None) | ~Q(judged_by=models.F("by")),
            ),
        ]
        indexes = [
            models.Index(fields=["street", "at"], name="objection_open", condition=Q(upheld=None))
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Transfer(models.Model):
    """Life in danger: handed to 110, 119, 120 or 122; ours until the outcome is known."""

    class To(models.TextChoices):
        POLICE = "110", _("110 报警")
        FIRE = "119", _("119 火警")
        AMBULANCE = "120", _("120 急救")
        TRAFFIC = "122", _("122 交通事故")

    id = _id()
    street = models.CharField(max_length=9)
    request = models.ForeignKey(HelpRequest, models.PROTECT, related_name="transfers")
    to = models.CharField(max_length=3, choices=To)
    at = models.DateTimeField()
    by = _account()
    ask_at = models.DateTimeField(null=True, blank=True)  # when to ask for the outcome
    outcome = models.CharField(max_length=300, blank=True)
    learned_at = models.DateTimeField(null=True, blank=True)
    learned_by = _account(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "to"], name="transfer_once"),
            models.CheckConstraint(
                name="transfer_open_is_asked_for",
                condition=Q(learned_at=None, ask_at__isnull=False, outcome="")
                | Q(learned_at__isnull=False, ask_at=None) & ~Q(outcome=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["street", "ask_at"], name="transfer_open", condition=Q(learned_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.to}"


class RecurringLook(models.Model):
    """A need that keeps coming back at a place was looked into. The newest counts."""

    id = _id()
    street = models.CharField(max_length=9)
    need = models.CharField(max_length=60)
    place = models.CharField(max_length=12)  # division
    note = models.CharField(max_length=500)
    by = _account()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="look_says_something", condition=~Q(note="")),
        ]
        indexes = [models.Index(fields=["street", "need", "place", "-at"], name="look_pair")]

    def __str__(self) -> str:
        return str(self.pk)


class ShiftNote(models.Model):
    """What one shift leaves to the next, who must sign it."""

    id = _id()
    street = models.CharField(max_length=9)
    text = models.CharField(max_length=2000)
    by = _account()
    at = models.DateTimeField()
    signed_by = _account(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="note_signed_by_another",
                condition=Q(signed_by=None, signed_at=None)
                | Q(signed_at__isnull=False, signed_by__isnull=False)
                & ~Q(signed_by=models.F("by")),
            )
        ]
        indexes = [models.Index(fields=["street", "-at", "-id"], name="note_street")]

    def __str__(self) -> str:
        return str(self.pk)


class Moved(models.Model):
    """A request that came from another system: from which one, and its number there. The key that
    keeps a repeated import from doubling it."""

    id = _id()
    street = models.CharField(max_length=9)
    source = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    request = models.OneToOneField(HelpRequest, models.PROTECT, related_name="moved")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "source", "key"], name="moved_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"
