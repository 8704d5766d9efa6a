"""Steps that every verb of a visit begins and ends with: lock and see, record, tell."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Forbidden, Invalid, Unseen
from yimen.notices.actions import tell
from yimen.supervision import perms, queries
from yimen.supervision.models import Visit
from yimen.supervision.rules import Sight

LONGEST = 500


def locked(visit: Visit | UUID, by: Actor, at: datetime, *, least: Sight = Sight.ALL) -> Visit:
    """The visit, locked. Unseen when the actor does not see that much of it now."""
    pk = visit.pk if isinstance(visit, Visit) else visit
    held = Visit.objects.select_for_update(of=("self",)).select_related("body", "centre")
    found = held.filter(pk=pk, pk__in=queries.visible_to(by, at).order_by().values("pk")).first()
    if found is None or queries.sight(by, found, at) < least:
        raise Unseen("visit")
    return found


def supervising(by: Actor, street: str) -> None:
    if not perms.supervises(by, street):
        raise Forbidden("supervise", _("只有行风监督员可以这样做。"))


def written(text: str, field: str = "text") -> str:
    """What was written, or Invalid when nothing was."""
    kept = text.strip()
    if not kept:
        message = _("请写明情况。")
        raise Invalid(field, message, (FieldError(field, message),))
    return kept[:LONGEST]


def record(visit: Visit, act: str, *, by: Actor, at: datetime, **data: Any) -> None:
    """Into the stream of the visit: identifiers, codes, points and dates only."""
    ledger.record(
        street=visit.street, stream=f"visit:{visit.pk}", act=act, by=by, at=at,
        data={n: v.isoformat() if isinstance(v, date) else v for n, v in data.items()},
        power=by.power_for(Can.SUPERVISE, Can.DIRECT, Can.HEAD),
    )  # fmt: skip


def tell_about(
    visit: Visit, template: str, key: str, *, by: Actor, at: datetime, to: dict[str, Any],
    **facts: Any,
) -> None:  # fmt: skip
    """One message about a visit to one recipient, once for each key."""
    who = next(iter(to.values()))
    tell(
        street=visit.street, template=template, facts={"visit": str(visit.pk), **facts},
        about=f"visit:{visit.pk}", key=f"visit:{visit.pk}:{key}:{who}", by=by, at=at, **to,
    )  # fmt: skip
