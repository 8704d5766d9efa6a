"""Verbs of the clock: publish a calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yimen.clock import editions, perms, queries
from yimen.clock.models import CalendarDay, CalendarVersion
from yimen.ledger.actions import record
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import Forbidden, Refused
from yimen.lib.workdays import Edition

_LOCK = 0x59_4D_43_4C  # any fixed number of our own: one publication at a time


@transaction.atomic
def publish(edition: Edition, *, by: Actor, at: datetime) -> CalendarVersion:
    """Put a new version of one year and place into force. Versions are only ever added."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if not perms.may_publish(by, edition.place):
        raise Forbidden("calendar", _("您没有发布这个地方的日历的权限，请联系系统管理员。"))
    editions.check(edition)
    before = queries.history(edition.year, edition.place)[:1]
    digest = editions.edition_digest(edition)
    if before and before[0].digest == digest:
        raise Refused("calendar_same", _("与现行版本完全相同，没有需要发布的改动。"))
    edition = replace(edition, version=before[0].version + 1 if before else 1)
    version = _write(edition, digest, by, at)
    record(
        street="0",
        stream=f"calendar:{edition.place or 'CN'}:{edition.year}",
        act="published",
        by=by,
        at=at,
        data=editions.facts(edition),
        power=by.power_for(Can.CALENDAR),
    )
    return version


def _write(edition: Edition, digest: str, by: Actor, at: datetime) -> CalendarVersion:
    last = CalendarVersion.objects.aggregate(last=Max("serial"))["last"] or 0
    version = CalendarVersion.objects.create(
        serial=last + 1,
        place=edition.place,
        year=edition.year,
        version=edition.version,
        confirmed=edition.confirmed,
        published_at=at,
        published_by=by.account,
        source=list(edition.source),
        digest=digest,
    )
    CalendarDay.objects.bulk_create(
        CalendarDay(version=version, day=x.day, is_off=x.is_off, name=x.name) for x in edition.days
    )
    return version
