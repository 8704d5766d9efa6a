"""Nouns of the directory: services, units, what a unit offers, helpers, askings, concerns."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.directory import rules
from yimen.lib.ids import new_id
from yimen.look.language import pick


class Fee(models.TextChoices):
    FREE = "free", pgettext_lazy("fee", "无偿")
    LOW = "low", pgettext_lazy("fee", "低偿")
    PAID = "paid", pgettext_lazy("fee", "有偿")


class Service(models.Model):
    """One line of the list of services: what, for whom, when. `needs` are the codes of the help
    line's tree that it answers. `is_policy` marks what is answered in words: policy questions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    what = models.CharField(max_length=300)
    what_en = models.CharField(max_length=400, blank=True)
    audience = models.CharField(max_length=100)
    audience_en = models.CharField(max_length=140, blank=True)
    when = models.CharField(max_length=100)
    when_en = models.CharField(max_length=140, blank=True)
    fee = models.CharField(max_length=4, choices=Fee)
    price = models.CharField(max_length=80, blank=True)
    price_en = models.CharField(max_length=120, blank=True)
    needs = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    is_policy = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "code"], name="service_code"),
            models.CheckConstraint(name="service_fee_known", condition=Q(fee__in=rules.FEES)),
            # whoever asks for money says how much
            models.CheckConstraint(
                name="service_price_told", condition=Q(fee="free") | ~Q(price="")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.street} {self.code}"

    def said(self, name: str) -> str:
        """A text of it in the reader's language."""
        return pick({"zh": getattr(self, name), "en": getattr(self, f"{name}_en")})

    @property
    def label(self) -> str:
        return self.said("name")


class Unit(models.Model):
    """A service organisation or partner unit. `body` is it as an organ of the platform, where its
    people sign in; who has none is called by `phone`. `areas` are codes of divisions, none for the
    whole street; `capacity` is how many jobs it does at a time. `mentor` leads and trains it."""

    class Sort(models.TextChoices):
        OFFICIAL = "official", _("政府机关")
        PUBLIC = "public", _("公用事业和事业单位")
        COMPANY = "company", _("企业")
        SOCIAL = "social", _("社会组织")
        TEAM = "team", _("服务队")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    code = models.SlugField(max_length=40)
    sort = models.CharField(max_length=8, choices=Sort)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    body = models.ForeignKey("bodies.Body", models.PROTECT, null=True, blank=True, related_name="+")
    phone = models.CharField(max_length=30, blank=True)  # of the unit, never somebody's own
    address = models.CharField(max_length=120, blank=True)
    lon = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    areas = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    hours = models.JSONField(default=dict)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    mentor = models.ForeignKey(
        "bodies.Body", models.PROTECT, null=True, blank=True, related_name="+"
    )
    trained_on = models.DateField(null=True, blank=True)
    agreed_until = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "code"], name="unit_code"),
            models.UniqueConstraint(
                fields=["street", "body"], name="unit_of_body", condition=Q(body__isnull=False)
            ),
            # somebody must be able to reach it
            models.CheckConstraint(
                name="unit_within_reach", condition=Q(body__isnull=False) | ~Q(phone="")
            ),
            models.CheckConstraint(
                name="unit_point_is_whole",
                condition=Q(lon=None, lat=None)
                | Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
            ),
            models.CheckConstraint(
                name="unit_capacity", condition=Q(capacity=None) | Q(capacity__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.code}"

    @property
    def label(self) -> str:
        return pick({"zh": self.name, "en": self.name_en})

    @property
    def point(self) -> rules.Point | None:
        return None if self.lon is None or self.lat is None else (float(self.lon), float(self.lat))

    @property
    def is_always(self) -> bool:
        return rules.always(self.hours)


class Offering(models.Model):
    """A unit gives a service, at its own price where it differs from the list's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="offerings")
    service = models.ForeignKey(Service, models.PROTECT, related_name="offerings")
    fee = models.CharField(max_length=4, choices=Fee)
    price = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "service"], name="offering_once"),
            models.CheckConstraint(name="offering_fee_known", condition=Q(fee__in=rules.FEES)),
            models.CheckConstraint(
                name="offering_price_told", condition=Q(fee="free") | ~Q(price="")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.pk)


class Helper(models.Model):
    """A neighbour who offers help: what, when, where. Nothing is kept about them that the help
    does not need. `valid_until` ends the vetting; it is asked anew."""

    class State(models.TextChoices):
        OFFERED = "offered", pgettext_lazy("helper", "待核实")
        READY = "ready", pgettext_lazy("helper", "可以帮忙")
        PAUSED = "paused", pgettext_lazy("helper", "暂停")
        REFUSED = "refused", pgettext_lazy("helper", "不合适")
        ENDED = "ended", pgettext_lazy("helper", "已退出")

    OPEN: ClassVar[tuple[str, ...]] = ("offered", "ready", "paused")
    TIMES: ClassVar[tuple[tuple[str, Any], ...]] = (
        ("weekday_day", _("工作日白天")),
        ("weekday_evening", _("工作日晚上")),
        ("weekend_day", _("休息日白天")),
        ("weekend_evening", _("休息日晚上")),
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    party = models.ForeignKey(
        "people.Party", models.PROTECT, null=True, blank=True, related_name="+"
    )
    division = models.ForeignKey("places.Division", models.PROTECT, related_name="+")
    services = ArrayField(models.CharField(max_length=40))  # codes
    times = ArrayField(models.CharField(max_length=20), default=list)
    weekly = models.PositiveSmallIntegerField(default=1)  # how often in a week at most
    state = models.CharField(max_length=8, choices=State, default=State.OFFERED)
    consented_at = models.DateTimeField()
    vetted_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    vetted_at = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["street", "party"],
                name="helper_once",
                condition=Q(state__in=["offered", "ready", "paused"]),
            ),
            models.CheckConstraint(
                name="helper_ready_is_vetted",
                condition=~Q(state__in=["ready", "paused"])
                | Q(vetted_at__isnull=False, vetted_by__isnull=False, valid_until__isnull=False),
            ),
            models.CheckConstraint(
                name="helper_ended_has_time",
                condition=Q(state__in=["refused", "ended"], ended_at__isnull=False)
                | Q(state__in=["offered", "ready", "paused"], ended_at=None),
            ),
            models.CheckConstraint(name="helper_weekly", condition=Q(weekly__range=(1, 14))),
        ]
        indexes = [models.Index(fields=["street", "state", "id"], name="helper_state")]

    def __str__(self) -> str:
        return str(self.pk)

    gives: list[Service]  # the services themselves, where `queries.with_services` looked them up

    @property
    def stream(self) -> str:
        return f"helper:{self.pk}"

    @property
    def time_labels(self) -> list[str]:
        return [str(said) for code, said in self.TIMES if code in self.times]


class Asking(models.Model):
    """A helper is asked for one job (`job`: the stream of what asks, such as a case's). Whoever
    goes to somebody's home goes in twos; else they meet in a public place. Each of two answers for
    themselves, and `state` is accepted when both have said yes. `brief` says what is to be done,
    without names, and goes when the job is long over."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("asking", "等回答")
        ACCEPTED = "accepted", pgettext_lazy("asking", "答应了")
        DECLINED = "declined", pgettext_lazy("asking", "没空")
        WITHDRAWN = "withdrawn", pgettext_lazy("asking", "不用了")
        DONE = "done", pgettext_lazy("asking", "已帮忙")

    class Meeting(models.TextChoices):
        PUBLIC = "public", _("在公共场所")
        TWO = "two", _("两人一起上门")

    class Answer(models.TextChoices):
        YES = "yes", pgettext_lazy("asking", "答应了")
        NO = "no", pgettext_lazy("asking", "没空")

    OPEN: ClassVar[tuple[str, ...]] = ("asked", "accepted")
    SEATS: ClassVar[tuple[str, ...]] = ("helper", "second")  # who is asked, and answers

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    helper = models.ForeignKey(Helper, models.PROTECT, related_name="askings")
    helper_answer = models.CharField(max_length=3, choices=Answer, blank=True, default="")
    second = models.ForeignKey(
        Helper, models.PROTECT, null=True, blank=True, related_name="seconded"
    )
    second_answer = models.CharField(max_length=3, choices=Answer, blank=True, default="")
    escort = models.ForeignKey(  # a member of staff goes along instead of a second helper
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    job = models.CharField(max_length=80)
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    meeting = models.CharField(max_length=6, choices=Meeting)
    brief = models.CharField(max_length=200)
    when = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    thanked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["street", "helper", "job"],
                name="asking_once",
                condition=Q(state__in=["asked", "accepted"]),
            ),
            models.CheckConstraint(
                name="asking_home_in_twos",
                condition=Q(meeting="public") | Q(second__isnull=False) | Q(escort__isnull=False),
            ),
            models.CheckConstraint(
                name="asking_second_is_another",
                condition=Q(second=None) | ~Q(second=F("helper")),
            ),
            models.CheckConstraint(
                name="asking_answer_known",
                condition=Q(helper_answer__in=["", "yes", "no"])
                & (Q(second_answer="") | Q(second_answer__in=["yes", "no"], second__isnull=False)),
            ),
            # it stands when everybody who was asked has said yes, and not before
            models.CheckConstraint(
                name="asking_accepted_by_all",
                condition=~Q(state="accepted")
                | Q(helper_answer="yes") & (Q(second=None) | Q(second_answer="yes")),
            ),
            models.CheckConstraint(
                name="asking_declined_by_one",
                condition=~Q(state="declined") | Q(helper_answer="no") | Q(second_answer="no"),
            ),
            models.CheckConstraint(
                name="asking_ended_has_time",
                condition=Q(state__in=["asked", "accepted"], ended_at=None)
                | Q(state__in=["declined", "withdrawn", "done"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="asking_thanks_after_help", condition=Q(thanked_at=None) | Q(state="done")
            ),
        ]
        indexes = [
            models.Index(fields=["street", "job"], name="asking_job"),
            models.Index(fields=["helper", "-asked_at"], name="asking_helper"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def seats(self) -> dict[str, Helper]:
        """Whoever was asked and answers, by the name of the column."""
        found = {"helper": self.helper, "second": self.second}
        return {name: one for name, one in found.items() if one is not None}

    def answer_of(self, seat: str) -> str:
        return str(getattr(self, f"{seat}_answer"))

    @property
    def answers(self) -> list[tuple[Helper, str]]:
        """Each who was asked, with what they said so far."""
        labels = dict(self.Answer.choices) | {"": self.State.ASKED.label}
        return [(one, str(labels[self.answer_of(seat)])) for seat, one in self.seats.items()]


class Concern(models.Model):
    """Somebody may be at risk: said by whoever saw it, handed to the organ whose it is, and on a
    named desk until that organ has it. The text is seen by the two desks only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    asking = models.ForeignKey(Asking, models.PROTECT, related_name="concerns")
    text = models.CharField(max_length=1000)
    raised_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    to = models.ForeignKey("bodies.Body", models.PROTECT, null=True, blank=True, related_name="+")
    settled_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="concern_settled_is_handed",
                condition=Q(to=None, settled_at=None, settled_by=None)
                | Q(to__isnull=False, settled_at__isnull=False, settled_by__isnull=False),
            )
        ]
        indexes = [
            models.Index(
                fields=["street", "raised_at"], name="concern_open", condition=Q(settled_at=None)
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
