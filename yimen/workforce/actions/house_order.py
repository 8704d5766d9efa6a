"""Verbs of house order: what a hall keeps ready, and the look at it every day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.bodies.queries import centre_body, holders_in
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Forbidden, Invalid
from yimen.lib.text import squeeze
from yimen.notices.actions import tell
from yimen.places.models import ServicePoint
from yimen.workforce import perms, queries
from yimen.workforce.actions.setting_up import record
from yimen.workforce.models import Check, Facility


@transaction.atomic
def set_facility(
    place: ServicePoint,
    code: str,
    *,
    name: str,
    name_en: str = "",
    order: int = 0,
    is_active: bool = True,
    by: Actor,
    at: datetime,
) -> Facility:
    """Something a hall keeps ready, new or changed."""
    if not perms.may_plan(by, place.street):
        raise Forbidden("facility", _("便民设施由行政助理或中心主任设定。"))
    found, _made = Facility.objects.update_or_create(
        street=place.street, place=place, code=code,
        defaults={
            "name": squeeze(name), "name_en": squeeze(name_en), "order": order,
            "is_active": is_active,
        },
    )  # fmt: skip
    record(place, "facility_set", by, at, facility=code, active=is_active)
    return found


@transaction.atomic
def check(
    place: ServicePoint, found: Mapping[UUID, str], *, by: Actor, at: datetime
) -> list[Facility]:
    """What the look at a hall found today, state by facility. All of them must be looked at; who
    looks again corrects. What is missing or broken is told to the assistant at once, once a day.
    Returns what is not in order."""
    body = centre_body(place.code)
    if by.account is None or not perms.checks_facilities(
        by, body.pk if body else None, place.street
    ):
        raise Forbidden("check", _("便民设施由本中心的工作人员检查。"))
    known = list(queries.facilities(place.code))
    left = [one for one in known if found.get(one.pk) not in Check.State.values]
    if left or not known:
        message = _("还有 %(n)d 项没有检查。") % {"n": len(left)}
        raise Invalid("left", message, tuple(
            FieldError(f"f_{one.pk.hex}", _("请选“%(name)s”的情况。") % {"name": one.label})
            for one in left
        ))  # fmt: skip
    for one in known:
        Check.objects.update_or_create(
            street=place.street, facility=one, day=at.date(),
            defaults={"state": found[one.pk], "by_id": by.account, "at": at},
        )  # fmt: skip
    wrong = [one for one in known if found[one.pk] != Check.State.OK]
    record(place, "facilities_checked", by, at, wrong=[one.code for one in wrong])
    if wrong:
        _tell(place, wrong, by, at)
    return wrong


def _tell(place: ServicePoint, wrong: list[Facility], by: Actor, at: datetime) -> None:
    codes = ",".join(sorted(one.code for one in wrong))
    for account in holders_in(place.street, (Can.COORDINATE,), at.date()):
        tell(
            street=place.street, template="facilities.wrong", about=f"facilities:{place.code}",
            facts={"count": len(wrong)},
            key=f"facilities.wrong:{place.code}:{at:%Y%m%d}:{codes}:{account}"[:200],
            to_account=account, by=by, at=at,
        )  # fmt: skip


@transaction.atomic
def tell_unchecked(place: ServicePoint, *, by: Actor, at: datetime) -> int:
    """Nobody has looked today: the assistant is told, once."""
    if queries.checked(place.code, at.date()):
        return 0
    people = holders_in(place.street, (Can.COORDINATE,), at.date())
    for account in people:
        tell(
            street=place.street, template="facilities.unchecked",
            about=f"facilities:{place.code}", facts={"day": at.date()},
            key=f"facilities.unchecked:{place.code}:{at:%Y%m%d}:{account}",
            to_account=account, by=by, at=at,
        )  # fmt: skip
    return len(people)
