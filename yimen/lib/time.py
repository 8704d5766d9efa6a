"""The one clock of the product.

Nobody else asks the operating system or the database what time it is, so that midnight, a
make-up Saturday and a wrong clock can be tested. `YIMEN_NOW` starts the clock of a whole
process at a chosen moment (it keeps running from there); `at()` fixes it inside a test.
"""

from __future__ import annotations

import os
import time as _time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
_fixed: ContextVar[datetime | None] = ContextVar("yimen_fixed_now", default=None)


def _offset() -> timedelta:
    start = os.environ.get("YIMEN_NOW")
    if not start:
        return timedelta()
    moment = datetime.fromisoformat(start)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZONE)
    return moment - datetime.fromtimestamp(_time.time(), ZONE)


_OFFSET = _offset()


def now() -> datetime:
    """The present moment in Chinese standard time, aware, to the microsecond."""
    fixed = _fixed.get()
    if fixed is not None:
        return fixed
    return datetime.fromtimestamp(_time.time(), ZONE) + _OFFSET


class Watch:
    """Notices that the machine's clock was set back while the program runs."""

    def __init__(self) -> None:
        self.wall, self.steady = now(), _time.monotonic()

    def behind(self) -> timedelta:
        """How far the clock is behind where it should stand (never negative)."""
        passed = timedelta(seconds=_time.monotonic() - self.steady)
        return max(self.wall + passed - now(), timedelta())


def today() -> date:
    """The present day in China."""
    return now().date()


def local(moment: datetime) -> datetime:
    """The same moment on a Chinese wall clock."""
    return moment.astimezone(ZONE)


@contextmanager
def at(moment: datetime | str) -> Iterator[datetime]:
    """Hold the clock at `moment` (naive or text means Chinese time)."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZONE)
    token = _fixed.set(moment)
    try:
        yield moment
    finally:
        _fixed.reset(token)
