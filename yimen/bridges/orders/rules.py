"""Judgements about orders: pure functions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

SAME_DAYS = timedelta(days=14)  # within these, one caller's two ways may be one thing
WARN = timedelta(hours=24)
EVENT = "cn.yimen.order."


def digest(said: Mapping[str, Any]) -> str:
    """What a delivery says beside its clocks: two deliveries of one order say the same or not."""
    return hashlib.sha256(orjson.dumps(dict(said), option=orjson.OPT_SORT_KEYS)).hexdigest()


def return_limit(received: datetime, given: datetime | None, hours: int) -> datetime:
    """Until when an order may be returned: as they said, else the agreed hours from receipt."""
    return given or received + timedelta(hours=hours)


def no_return(
    state: str, refused: bool, decided: bool, at: datetime, until: datetime
) -> str | None:
    """Why an order may not be returned now: a code; None when it may. The limit itself counts."""
    if refused:
        return "refused"
    if state != "open":
        return state
    if decided:
        return "decided"
    return "late" if at > until else None


def light(due: datetime | None, over: bool, at: datetime) -> str:
    """The platform's clock as a light: it stands still once we have answered."""
    if over or due is None:
        return "grey"
    if at > due:
        return "red"
    return "yellow" if at + WARN >= due else "green"


def hours(first: datetime, then: datetime) -> int:
    """Whole hours from one moment to a later one."""
    return int((then - first).total_seconds() // 3600)


def nearer(moments: Iterable[datetime | None]) -> datetime | None:
    """The clock that runs out first."""
    return min((m for m in moments if m), default=None)


def event(
    answer: str, sort: str, street: str, at: datetime, data: Mapping[str, Any]
) -> dict[str, Any]:
    """An answer as a CloudEvent; `id` stays the same when the delivery is repeated."""
    return {
        "specversion": "1.0", "id": f"order-answer:{answer}", "source": f"/streets/{street}",
        "type": EVENT + sort, "subject": data["their_number"],
        "time": at.isoformat(timespec="seconds"), "datacontenttype": "application/json",
        "data": dict(data),
    }  # fmt: skip
