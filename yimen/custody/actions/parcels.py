"""Parcels: ordered with a courier, reported on, and what that means for the papers inside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from yimen.clock.queries import calendar_for
from yimen.custody import perms, rules
from yimen.custody.actions.steps import locked, must_hold, record
from yimen.custody.couriers import courier
from yimen.custody.models import Hop, Paper, Parcel, ParcelEvent
from yimen.ledger import actions as ledger
from yimen.ledger import rows
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused


@transaction.atomic
def order_parcel(
    case_number: str,
    papers: Iterable[Paper],
    *,
    by: Actor,
    at: datetime,
    tracking: str = "",
) -> Parcel:
    """Give papers of a case to the courier. The address is the courier form's business: it is
    not kept here. Without a tracking number the courier is asked for one after the act."""
    inside = locked(papers)
    if not inside:
        raise Invalid(
            "papers",
            _("请至少选择一份要寄的材料。"),
            (FieldError("papers", _("请至少选择一份要寄的材料。")),),
        )
    for paper in inside:
        must_hold(paper, by)
        if paper.case_number != case_number:
            raise Refused("other_case", _("“%(name)s”不是这个办件的材料。") % {"name": paper.name})
    first = inside[0]
    parcel = Parcel.objects.create(
        street=first.street,
        case_number=case_number,
        carrier=courier().carrier,
        tracking=tracking.strip()[:40],
        sender_id=first.holder_id,
        created_at=at,
        created_by=by.account,
        changed_at=at,
    )
    Paper.objects.filter(pk__in=[paper.pk for paper in inside]).update(
        state=Paper.State.IN_TRANSIT, parcel=parcel, holder_account=by.account, changed_at=at
    )
    for paper in inside:
        record(paper, "posted", by=by, at=at, parcel=str(parcel.pk), body=paper.holder_body)
    rows.insert(
        Hop,
        [
            {
                "street": p.street,
                "paper_id": p.pk,
                "from_id": p.holder_id,
                "from_body": p.holder_body,
                "from_account": by.account,
                "sent_at": at,
                "by": by.account,
            }
            for p in inside
        ],
    )
    _record(parcel, "ordered", by, at)
    if not parcel.tracking:
        ledger.queue(
            "custody.order",
            street=parcel.street,
            key=str(parcel.pk),
            payload={"parcel": str(parcel.pk)},
            at=at,
        )
    return parcel


@transaction.atomic
def set_tracking(parcel: Parcel, tracking: str, *, by: Actor, at: datetime) -> Parcel:
    """Note the courier's number, once."""
    row = Parcel.objects.select_for_update().get(pk=parcel.pk)
    _may(row, by)
    number = tracking.strip()[:40]
    if not number:
        raise Invalid(
            "tracking", _("请填写运单号。"), (FieldError("tracking", _("请填写运单号。")),)
        )
    if row.tracking == number:
        return row
    if row.tracking:
        raise Refused(
            "tracking_known", _("这个邮件已有运单号 %(number)s。") % {"number": row.tracking}
        )
    rows.update(Parcel, {"id": row.pk}, tracking=number, changed_at=at)
    row.tracking = number
    _record(row, "tracking", by, at)
    return row


@transaction.atomic
def parcel_event(parcel: Parcel, state: str, *, by: Actor, at: datetime, place: str = "") -> Parcel:
    """Take in a courier's report; the same report twice is once, and a late one changes nothing
    that a later one has settled."""
    row = Parcel.objects.select_for_update().get(pk=parcel.pk)
    _may(row, by)
    if state not in rules.ORDER:
        raise Invalid(
            "state", _("没有这种寄递状态。"), (FieldError("state", _("没有这种寄递状态。")),)
        )
    new = rows.insert(
        ParcelEvent,
        [
            {
                "street": row.street,
                "parcel_id": row.pk,
                "state": state,
                "at": at,
                "place": place[:80],
                "by": by.account,
            }
        ],
        ignore_conflict=True,
        returning="id",
    )
    if not new:
        return row
    reports = ParcelEvent.objects.filter(parcel=row).values_list("state", "at", "place")
    now_ = rules.parcel_state(rules.event(*one) for one in reports)
    _record(row, "reported", by, at, state=state)
    if now_ != row.state:
        rows.update(Parcel, {"id": row.pk}, state=now_, changed_at=at)
        row.state = now_
        _papers_follow(row, by, at)
    return row


def _papers_follow(parcel: Parcel, by: Actor, at: datetime) -> None:
    """Delivered: the papers have reached their owner. Sent back: they are expected here."""
    inside = list(Paper.objects.select_for_update().filter(parcel=parcel).order_by("id"))
    if parcel.state == Parcel.State.DELIVERED:
        for paper in inside:
            result = paper.sort == Paper.Sort.RESULT
            state = Paper.State.DELIVERED if result else Paper.State.RETURNED
            _close_hop(paper, at)
            rows.update(Paper, {"id": paper.pk}, state=state, expected_by=None, changed_at=at)
            record(
                paper,
                "delivered" if result else "returned",
                by=by,
                at=at,
                body=paper.holder_body,
                parcel=str(parcel.pk),
            )
        for dotted in settings.YIMEN_PARCEL_DELIVERED:
            import_string(dotted)(parcel, at=at)
    elif parcel.state == Parcel.State.RETURNED:
        due = rules.scan_due(at, settings.YIMEN_CUSTODY_HOURS, calendar_for(parcel.street))
        Paper.objects.filter(parcel=parcel).update(expected_by=due, changed_at=at)


def _close_hop(paper: Paper, at: datetime) -> None:
    open_hop = Hop.objects.filter(paper=paper, scanned_at=None).values_list("pk", flat=True).first()
    if open_hop:
        rows.update(Hop, {"id": open_hop}, scanned_at=at)


def _may(parcel: Parcel, by: Actor) -> None:
    """Whoever works for the sender; couriers' machines act through an account of their own."""
    if not perms.may_report(by, parcel):
        raise Forbidden("parcel", _("您不能更改这个邮件。"))


def _record(parcel: Parcel, act: str, by: Actor, at: datetime, **data: str) -> None:
    ledger.record(
        street=parcel.street,
        stream=f"parcel:{parcel.pk}",
        act=act,
        by=by,
        at=at,
        data={"case": parcel.case_number, "carrier": parcel.carrier, **data},
    )
