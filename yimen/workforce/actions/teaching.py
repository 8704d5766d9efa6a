"""Verbs of training: what a post asks for, sessions, who comes, results, certificates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused
from yimen.lib.text import squeeze
from yimen.notices.actions import tell
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.workforce import perms, rules
from yimen.workforce.actions.roster import check_rest
from yimen.workforce.models import (
    Certificate,
    Course,
    Duty,
    Enrolment,
    Post,
    Requirement,
    Session,
)
from yimen.workforce.rules import Span
from yimen.workforce.words import broken_rule


def _may(by: Actor, street: str) -> None:
    if not perms.may_plan(by, street):
        raise Forbidden("teach", _("培训由行政助理或中心主任安排。"))


def _record(street: str, act: str, by: Actor, at: datetime, **data: object) -> None:
    ledger.record(
        street=street, stream=f"training:{street}", act=act, by=by, at=at,
        data={n: v.isoformat() if isinstance(v, date) else v for n, v in data.items()},
        power=by.power_for(Can.COORDINATE, Can.DIRECT, Can.HEAD, Can.ADMIN),
    )  # fmt: skip


@transaction.atomic
def set_course(
    street: str,
    code: str,
    *,
    name: str,
    name_en: str = "",
    before_post: bool = False,
    valid_months: int | None = None,
    pass_mark: int = 60,
    by: Actor,
    at: datetime,
) -> Course:
    """A course, new or changed; certificates already given keep their days."""
    _may(by, street)
    if not squeeze(name) or not 0 <= pass_mark <= 100:
        message = _("课程要有名称，及格分在 0 到 100 之间。")
        raise Invalid("name", message, (FieldError("name", message),))
    course, _made = Course.objects.update_or_create(
        street=street, code=code,
        defaults={
            "name": squeeze(name), "name_en": squeeze(name_en), "before_post": before_post,
            "valid_months": valid_months, "pass_mark": pass_mark,
        },
    )  # fmt: skip
    _record(street, "course_set", by, at, course=code, months=valid_months, mark=pass_mark)
    return course


@transaction.atomic
def require(
    post: Post, course: Course, *, valid_from: date, by: Actor, at: datetime
) -> Requirement:
    """From a day on the post asks for a certificate. Who is on its roster and has none is named
    on the roster's page."""
    if not perms.may_set_up(by, post.body_id, post.street):
        raise Forbidden("set_up", _("岗位、班次和人数由中心主任或系统管理员设定。"))
    made, _new = Requirement.objects.update_or_create(
        street=post.street, post=post, course=course, defaults={"valid_from": valid_from}
    )
    _record(
        post.street, "course_required", by, at, post=post.code, course=course.code, first=valid_from
    )
    return made


@transaction.atomic
def certify(
    account: Account | UUID,
    course: Course,
    *,
    valid_from: date,
    basis: str = "",
    by: Actor,
    at: datetime,
) -> Certificate:
    """A certificate: passed here, or a paper brought from elsewhere. Its last day follows from the
    course."""
    _may(by, course.street)
    pk = account.pk if isinstance(account, Account) else account
    made = Certificate.objects.create(
        street=course.street, account_id=pk, course=course, valid_from=valid_from,
        valid_until=rules.last_day(valid_from, course.valid_months), basis=squeeze(basis)[:120],
    )  # fmt: skip
    _record(
        course.street, "certified", by, at,
        certificate=str(made.pk), account=str(pk), course=course.code, first=valid_from,
        last=made.valid_until,
    )  # fmt: skip
    return made


@transaction.atomic
def hold_session(
    course: Course,
    place: ServicePoint,
    *,
    begins_at: datetime,
    ends_at: datetime,
    room: str = "",
    by: Actor,
    at: datetime,
) -> Session:
    """Announce a session."""
    _may(by, course.street)
    if not begins_at < ends_at <= begins_at + timedelta(hours=16):
        message = _("结束要晚于开始，最长 16 小时。")
        raise Invalid("ends_at", message, (FieldError("ends_at", message),))
    made = Session.objects.create(
        street=course.street, course=course, place=place, begins_at=begins_at, ends_at=ends_at,
        room=squeeze(room)[:60],
    )  # fmt: skip
    _record(course.street, "session_set", by, at, session=str(made.pk), course=course.code)
    return made


@transaction.atomic
def enrol(session: Session, account: Account, *, by: Actor, at: datetime) -> Enrolment:
    """Somebody is to come: the time stands in their roster and nothing else fits beside it. Staff
    put themselves down; who plans puts down others."""
    if by.account != account.pk or not perms.works_here(by):
        _may(by, session.street)
    if session.begins_at <= at:
        raise Refused("begun", _("这场培训已经开始。"))
    taken = Span(session.begins_at, session.ends_at)
    check_rest(account.pk, taken)
    try:
        with transaction.atomic():
            duty = Duty.objects.create(
                street=session.street, place=session.place, account=account,
                sort=Duty.Sort.TRAINING, day=taken.day, begins_at=taken.begins,
                ends_at=taken.ends,
            )  # fmt: skip
            made = Enrolment.objects.create(
                street=session.street, session=session, account=account, duty=duty
            )
    except IntegrityError as error:
        raise Refused("rest_busy", broken_rule("busy")) from error
    _record(session.street, "enrolled", by, at, session=str(session.pk), account=str(account.pk))
    return made


@transaction.atomic
def record_results(
    session: Session, results: Mapping[UUID, tuple[bool, int | None]], *, by: Actor, at: datetime
) -> int:
    """Who came, and how the test went: (came, mark) by enrolment. Who came and reached the mark
    gets a certificate from the day of the session. Returns how many."""
    _may(by, session.street)
    if session.begins_at > at:
        raise Refused("not_yet", _("培训还没有开始，不能登记结果。"))
    if any(score is not None and not 0 <= score <= 100 for _came, score in results.values()):
        message = _("分数在 0 到 100 之间。")
        raise Invalid("score", message, (FieldError("score", message),))
    given, course = 0, session.course
    rows = Enrolment.objects.select_for_update(of=("self",)).filter(
        session=session, pk__in=list(results)
    )
    for row in rows:
        row.attended, row.score = results[row.pk]
        passed = row.attended and (row.score or 0) >= course.pass_mark
        if row.certificate_id and not passed:
            raise Refused("certified", _("已经发了证书的结果不能改成未通过。请联系系统管理员。"))
        if passed and row.certificate_id is None:
            row.certificate = certify(
                row.account_id, course, valid_from=session.begins_at.astimezone(rules.ZONE).date(),
                by=by, at=at,
            )  # fmt: skip
            given += 1
        row.save(update_fields=["attended", "score", "certificate"])
    _record(session.street, "results_recorded", by, at, session=str(session.pk), given=given)
    return given


BEFORE = (60, 30, 7)  # days before the end of a certificate
FURTHEST = timedelta(days=max(BEFORE))


@transaction.atomic
def remind(certificate: Certificate, *, by: Actor, at: datetime) -> int:
    """A certificate ends soon: its holder is told at each step once."""
    assert certificate.valid_until is not None
    left = (certificate.valid_until - at.date()).days
    step = min((n for n in BEFORE if n >= left), default=None)
    if step is None:
        return 0
    tell(
        street=certificate.street, template="certificate.ends",
        about=f"certificate:{certificate.pk}", facts={"day": certificate.valid_until},
        key=f"certificate.ends:{certificate.pk}:{step}", to_account=certificate.account_id,
        by=by, at=at,
    )  # fmt: skip
    return 1
