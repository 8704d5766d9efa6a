"""What the verbs about helpers share: the lock, the entry, the message."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.directory import queries
from yimen.directory.models import Asking, Helper
from yimen.ledger.actions import record
from yimen.lib.actor import Actor
from yimen.lib.errors import Refused, Unseen
from yimen.notices.actions import tell


def lock_helper(helper: Helper | UUID, by: Actor) -> Helper:
    """The offer under its lock, if the actor may know of it."""
    pk = helper.pk if isinstance(helper, Helper) else helper
    seen = queries.helpers_visible_to(by).order_by().values("pk")
    found = Helper.objects.select_for_update().filter(pk=pk, pk__in=seen).first()
    if found is None:
        raise Unseen("helper", _("没有这位邻里帮手。"))
    return found


def lock_asking(asking: Asking | UUID, by: Actor, *states: str) -> Asking:
    """The asking under its lock, in one of these states; Refused when it has moved on."""
    pk = asking.pk if isinstance(asking, Asking) else asking
    seen = queries.askings_visible_to(by).order_by().values("pk")
    rows = Asking.objects.select_for_update(of=("self",)).select_related("helper", "second")
    found = rows.filter(pk=pk, pk__in=seen).first()
    if found is None:
        raise Unseen("asking", _("没有这个请求。"))
    if states and found.state not in states:
        state = found.get_state_display()
        raise Refused("moved_on", _("这个请求已经“%(state)s”。请刷新页面再看。") % {"state": state})
    return found


def put(
    row: Helper | Asking, act: str, *, by: Actor, at: datetime, of: Helper | None = None,
    **columns: Any,
) -> None:  # fmt: skip
    """Write these columns and their entry. Nobody's name and no text goes into the record."""
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=list(columns))
    write_down(row, act, by=by, at=at, of=of)


def write_down(
    row: Helper | Asking, act: str, *, by: Actor, at: datetime, of: Helper | None = None
) -> None:
    """The entry stands with the neighbour `of`; of an asking, by default with who was asked first."""
    helper = row if isinstance(row, Helper) else of or row.helper
    data = {"state": row.state}
    if isinstance(row, Asking):
        data |= {"asking": str(row.pk), "job": row.job, "meeting": row.meeting}
    record(street=row.street, stream=helper.stream, act=act, by=by, at=at, data=data)


def say(helper: Helper, template: str, *, by: Actor, at: datetime, key: str, **facts: Any) -> None:
    """Tell the neighbour; nobody to tell after they were erased."""
    if helper.party_id is not None:
        tell(
            street=helper.street, template=f"helper.{template}", about=helper.stream, facts=facts,
            key=f"helper:{helper.pk}:{template}:{key}", to_party=helper.party_id, by=by, at=at,
        )  # fmt: skip


def tell_off(helpers: Iterable[Helper], asking: Asking, *, by: Actor, at: datetime) -> None:
    """The other neighbour cannot come: nobody goes alone."""
    for one in helpers:
        say(one, "off", by=by, at=at, key=str(asking.pk), when=asking.when)
