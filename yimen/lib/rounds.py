"""What time does to many things, one by one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)


def one_by_one(who: str, things: Iterable[T], act: Callable[[T], int]) -> int:
    """Do `act` to each thing; the sum of what it returns. One that fails is logged by its key and
    does not keep the others from their turn."""
    count = 0
    for thing in things:
        try:
            count += act(thing)
        except Exception:
            log.exception("%s failed for %s", who, getattr(thing, "pk", thing))
    return count
