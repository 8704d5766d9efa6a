"""Nouns of bodies: who exists, who sits where from when to when, who is responsible for what."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from yimen.ledger import editions
from yimen.lib.actor import Can
from yimen.lib.ids import new_id


def _days(first: str, last: str) -> Func:
    """The days from `first` to `last`, both counted, as PostgreSQL's range."""
    return Func(F(first), F(last), Value("[]"), function="daterange", output_field=DateRangeField())


def _ends_after_start(name: str, last: str = "valid_until") -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=Q(**{last: None}) | Q(**{f"{last}__gte": F("valid_from")})
    )


# Supervisors of conduct come from outside (AFF-15): who holds `supervise` has no seat, no cover and
# no contract in a centre or in a part of one on the same days, and is appointed for a term. The
# account's row is locked, so that two at once cannot pass each other.
OUTSIDE = """
PERFORM 1 FROM people_account WHERE id = NEW.{who} FOR NO KEY UPDATE;
IF EXISTS (
    WITH held AS (
        SELECT a.account_id AS who, a.seat_id AS seat, NULL::uuid AS body,
               daterange(a.valid_from, a.valid_until, '[]') AS days
        FROM bodies_appointment a WHERE a.account_id = NEW.{who}
        UNION ALL
        SELECT c.deputy_id, a.seat_id, NULL, daterange(c.valid_from, c.valid_until, '[]')
        FROM bodies_cover c JOIN bodies_appointment a ON a.id = c.appointment_id
        WHERE c.deputy_id = NEW.{who} AND c.cancelled_at IS NULL
        UNION ALL
        SELECT k.account_id, NULL, k.employer_id, daterange(k.valid_from, k.valid_until, '[]')
        FROM bodies_contract k WHERE k.account_id = NEW.{who}
    ), known AS (
        SELECT h.days, COALESCE('supervise' = ANY(s.powers), FALSE) AS watches,
               b.sort = 'centre' OR COALESCE(p.sort = 'centre', FALSE) AS inside
        FROM held h LEFT JOIN bodies_seat s ON s.id = h.seat
        JOIN bodies_body b ON b.id = COALESCE(s.body_id, h.body)
        LEFT JOIN bodies_body p ON p.id = b.parent_id
    )
    SELECT 1 FROM known x JOIN known y ON x.watches AND y.inside AND x.days && y.days
) THEN
    RAISE EXCEPTION 'a supervisor of conduct works outside the centre'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'conduct_outside';
END IF;
RETURN NEW;"""
TERM = """
IF NEW.valid_until IS NULL AND EXISTS (
    SELECT 1 FROM bodies_seat s WHERE s.id = NEW.seat_id AND 'supervise' = ANY(s.powers)
) THEN
    RAISE EXCEPTION 'a supervisor of conduct is appointed for a term'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'conduct_term';
END IF;
RETURN NEW;"""


def _outside(who: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="conduct_outside",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=OUTSIDE.format(who=who),
    )


class Body(models.Model):
    """An organ or office. Dual leadership (AFF-17): who leads, who guides, who pays are three
    relations of their own, beside the place in the tree."""

    class Sort(models.TextChoices):
        PARTY_COMMITTEE = "party_committee", _("党工委")
        COMMITTEE = "committee", _("社区委员会")
        MANAGEMENT = "management", _("社区管理委员会")
        STREET_OFFICE = "street_office", _("街道办事处")
        SECTION = "section", _("科室")
        LEADING_GROUP = "leading_group", _("领导小组")
        DEPARTMENT = "department", _("职能部门")
        BACK_OFFICE = "back_office", _("后台")
        CENTRE = "centre", _("受理服务中心")
        RESIDENTS_COMMITTEE = "residents_committee", _("居委会")
        SUPERVISION = "supervision", _("监督机构")
        UNIT = "unit", _("其他单位")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    sort = models.CharField(max_length=20, choices=Sort)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    service_point = models.ForeignKey(
        "places.ServicePoint", models.PROTECT, null=True, blank=True, related_name="+"
    )
    division = models.CharField(max_length=12, blank=True)
    field = models.CharField(max_length=40, blank=True)  # its field of affairs, where it has one
    led_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    guided_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    funded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    active_from = models.DateField()
    active_until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "bodies"
        triggers = [editions.marked("bodies")]
        constraints = [
            models.UniqueConstraint(fields=["street", "code"], name="body_code"),
            models.CheckConstraint(
                name="body_not_its_own_parent",
                condition=Q(parent=None) | ~Q(parent=F("id")),
            ),
            models.CheckConstraint(
                name="body_ends_after_start",
                condition=Q(active_until=None) | Q(active_until__gte=F("active_from")),
            ),
            # a residents' committee is guided, supported and helped, never commanded (SELF-1)
            models.CheckConstraint(
                name="residents_committee_not_led",
                condition=~Q(sort="residents_committee") | Q(led_by=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Seat(models.Model):
    """A place in a body with its powers, over divisions beginning with `place` ("" all of the
    street), for `quota` persons (编制)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="seats")
    key = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120, blank=True)
    powers = ArrayField(models.CharField(max_length=12), default=list)
    place = models.CharField(max_length=12, blank=True)
    quota = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "key"], name="seat_key"),
            models.CheckConstraint(name="seat_quota_at_least_one", condition=Q(quota__gte=1)),
            models.CheckConstraint(
                name="seat_powers_known",
                condition=Q(powers__contained_by=[str(can) for can in Can]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"


class Appointment(models.Model):
    """Somebody holds a seat from the first to the last day, both counted. `post` numbers the
    posts of a seat's quota, so that the database refuses two holders of one post."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="appointments")
    post = models.PositiveSmallIntegerField(default=1)
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="appointments")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    ended_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        triggers = [
            _outside("account_id"),
            pgtrigger.Trigger(
                name="conduct_term",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=TERM,
            ),
        ]
        indexes = [models.Index(fields=["account", "valid_from"], name="appointment_account")]
        constraints = [
            _ends_after_start("appointment_ends_after_start"),
            ExclusionConstraint(
                name="appointment_one_holder_per_post",
                expressions=[
                    ("seat", RangeOperators.EQUAL),
                    ("post", RangeOperators.EQUAL),
                    (_days("valid_from", "valid_until"), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="appointment_once_per_holder",
                expressions=[
                    ("seat", RangeOperators.EQUAL),
                    ("account", RangeOperators.EQUAL),
                    (_days("valid_from", "valid_until"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Contract(models.Model):
    """Somebody's employment from the first to the last day, open or fixed (AFF-18). Whoever has
    contracts holds powers, own or as a deputy, only on days on which one runs; whoever has none
    (a civil servant, somebody seconded without a term) is bound by the appointment alone."""

    class Sort(models.TextChoices):
        ESTABLISHMENT = "establishment", _("事业编制聘用")
        LABOUR = "labour", _("劳动合同")
        AGENCY = "agency", _("劳务派遣")
        SECONDED = "seconded", _("部门派驻")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    employer = models.ForeignKey(Body, models.PROTECT, related_name="contracts")
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="contracts")
    sort = models.CharField(max_length=13, choices=Sort)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    ended_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        triggers = [_outside("account_id")]
        indexes = [models.Index(fields=["valid_until"], name="contract_ends")]
        constraints = [
            _ends_after_start("contract_ends_after_start"),
            models.CheckConstraint(
                name="contract_sort_known",
                condition=Q(sort__in=["establishment", "labour", "agency", "seconded"]),
            ),
            # one employment at a time: else the end of one would be hidden by the other
            ExclusionConstraint(
                name="contract_one_at_a_time",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    (_days("valid_from", "valid_until"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Cover(models.Model):
    """A deputy holds an appointment's powers while its holder is away. One deputy at a time: a
    task must have one person who answers for it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="covers")
    deputy = models.ForeignKey("people.Account", models.PROTECT, related_name="covers")
    valid_from = models.DateField()
    valid_until = models.DateField()
    reason = models.CharField(max_length=120)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers = [_outside("deputy_id")]
        indexes = [models.Index(fields=["deputy", "valid_from"], name="cover_deputy")]
        constraints = [
            _ends_after_start("cover_ends_after_start"),
            ExclusionConstraint(
                name="cover_one_deputy_at_a_time",
                expressions=[
                    ("appointment", RangeOperators.EQUAL),
                    (_days("valid_from", "valid_until"), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class MatrixRule(models.Model):
    """One cell of the responsibility matrix: in this field (or this matter), at this place, this
    body has this role, from a day to a day."""

    class Role(models.TextChoices):
        LEADS = "leads", _("牵头协调")
        MAIN = "main", _("主负责")
        COOPERATES = "cooperates", _("配合")
        SUPERVISES = "supervises", _("监督")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    field = models.CharField(max_length=40)
    matter_code = models.CharField(max_length=64, blank=True)
    place = models.CharField(max_length=12, blank=True)
    role = models.CharField(max_length=10, choices=Role)
    body = models.ForeignKey(Body, models.PROTECT, related_name="rules")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        triggers = [editions.marked("bodies")]
        indexes = [models.Index(fields=["street", "field", "role"], name="matrix_field")]
        constraints = [
            _ends_after_start("matrix_ends_after_start", "valid_to"),
            models.CheckConstraint(
                name="matrix_role_known",
                condition=Q(role__in=["leads", "main", "cooperates", "supervises"]),
            ),
            # who leads and who is mainly responsible must be one body; helpers may be many
            ExclusionConstraint(
                name="matrix_one_lead",
                expressions=[
                    ("street", RangeOperators.EQUAL),
                    ("field", RangeOperators.EQUAL),
                    ("matter_code", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (_days("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(role__in=["leads", "main"]),
            ),
            ExclusionConstraint(
                name="matrix_body_once",
                expressions=[
                    ("street", RangeOperators.EQUAL),
                    ("field", RangeOperators.EQUAL),
                    ("matter_code", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("body", RangeOperators.EQUAL),
                    (_days("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Gateway(models.Model):
    """The name, the number and the host body of the centre and its line, from one moment on: the
    newest version holds, the older ones are its history. Without a host it stands alone; `ask` is
    whom to ask about it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100, blank=True)
    number = models.CharField(max_length=30, blank=True)  # the line's telephone number
    host = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+")
    hosted_since = models.DateField(null=True, blank=True)
    ask = models.CharField(max_length=80, blank=True)
    begins_at = models.DateTimeField()
    set_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        triggers = [editions.marked("bodies")]
        constraints = [
            models.UniqueConstraint(fields=["street", "version"], name="gateway_version"),
            models.CheckConstraint(name="gateway_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="gateway_merged_since",
                condition=Q(host=None, hosted_since=None)
                | Q(host__isnull=False, hosted_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.version}"


class JoinedChannel(models.Model):
    """Who owns a way into the line (its code there), since when it is joined, whom to ask."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    street = models.CharField(max_length=9)
    way = models.CharField(max_length=9)
    owner = models.ForeignKey(Body, models.PROTECT, related_name="+")
    since = models.DateField()
    ask = models.CharField(max_length=80)  # an office and its number, never somebody's own
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "way"], name="channel_once"),
            models.CheckConstraint(name="channel_ask", condition=~Q(ask="")),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.way}"
