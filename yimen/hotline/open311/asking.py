"""What a client may ask for in a list of requests, judged by the specification. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from yimen.lib.time import ZONE

SPAN = timedelta(days=90)
MOST = 1000
STATUSES = ("open", "closed")
MOST_IDS = 100


class Wrong(ValueError):
    """A parameter that cannot be followed: 400, with its name and why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list of requests. With `ids` nothing else counts."""

    ids: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    page: int = 1
    size: int = MOST

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


def wanted(given: Mapping[str, str], now: datetime) -> Wanted:
    """Read the parameters; Wrong names the one that cannot be read."""
    page, size = _count(given, "page", 1, 100_000), _count(given, "page_size", MOST, MOST)
    if ids := _list(given.get("service_request_id", "")):
        if len(ids) > MOST_IDS:
            raise Wrong("service_request_id: " + _("一次最多 %(n)d 个。") % {"n": MOST_IDS})
        return Wanted(ids=ids, page=page, size=size)
    statuses = _list(given.get("status", ""))
    if not set(statuses) <= set(STATUSES):
        raise Wrong("status: " + _("只有 open 和 closed。"))
    first, last = window(_moment(given, "start_date"), _moment(given, "end_date"), now)
    services = _list(given.get("service_code", ""))
    return Wanted((), services, statuses, first, last, page, size)


def window(
    first: datetime | None, last: datetime | None, now: datetime
) -> tuple[datetime, datetime]:
    """From when to when: the latest ninety days where nothing is said, ninety from or to the one date
    that is said. Two dates further apart are refused: a list cut short would pass for the whole."""
    if first is None:
        last = last or now
        return _back(last), last
    last = last or _on(first)
    if last > _on(first):
        raise Wrong("end_date: " + _("离 start_date 最多 90 天。请分几次取。"))
    if last < first:
        raise Wrong("start_date: " + _("晚于 end_date。"))
    return first, last


def _back(last: datetime) -> datetime:
    try:
        return last - SPAN
    except OverflowError as error:
        raise Wrong("end_date: " + _("没有这个时间。")) from error


def _on(first: datetime) -> datetime:
    try:
        return first + SPAN
    except OverflowError as error:
        raise Wrong("start_date: " + _("没有这个时间。")) from error


def _moment(given: Mapping[str, str], name: str) -> datetime | None:
    """A W3 date or moment. A plus sign that an address turned into a space is put back; a moment
    without offset is Chinese time."""
    said = given.get(name, "").strip()
    if not said:
        return None
    try:
        read = datetime.fromisoformat(re.sub(r" (\d\d:\d\d)$", r"+\1", said))
        read = read if read.tzinfo else read.replace(tzinfo=ZONE)
        return read.astimezone(ZONE)
    except (ValueError, OverflowError) as error:
        raise Wrong(f"{name}: " + _("请写 W3 日期和时间，例如 2010-01-01T00:00:00Z。")) from error


def _list(said: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in said.split(",") if part.strip()))


def _count(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    said = given.get(name, "").strip()
    if not said:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", said) or int(said) < 1:
        raise Wrong(f"{name}: " + _("请写从 1 起的数。"))
    return min(int(said), most)
