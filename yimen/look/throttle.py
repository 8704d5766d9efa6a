"""How often one address, or one telephone line, may try something that is open to the public: its
tries of the last minute, kept in the cache. Addresses and lines are kept as keyed digests, and only
for that long.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yimen.lib.crypto import blind
from yimen.lib.errors import Problem
from yimen.lib.time import now

log = logging.getLogger("yimen.throttle")
WINDOW_S = 60
MOST = 100  # more tries than any limit allows need not be remembered


@dataclass(frozen=True, slots=True)
class Line:
    """A telephone line: the number that the exchange says, "" where it is withheld (all of those
    share one measure)."""

    number: str


Where = HttpRequest | Line


class TooMany(Problem):
    """Too many attempts: 429, and when it is worth trying again."""

    status = 429
    retry_after = WINDOW_S

    def __init__(self, wait: int = WINDOW_S) -> None:
        super().__init__("too_many", _("尝试次数过多，请一分钟后再试。"))
        self.retry_after = wait


def place_of(where: Where) -> str:
    """The address as a word for logs and keys: the same one shows the same, and none is kept."""
    if isinstance(where, Line):
        return blind("line", where.number or "withheld")[:12]
    return blind("address", get_adapter().get_client_ip(where) or "nowhere")[:12]


def _key(where: Where, what: str, account: UUID | None) -> str:
    who = str(account) if account else place_of(where)
    return f"try:{what}:{who}"


def _recent(key: str) -> list[float]:
    """The moments of the tries that still count. A window that slides: with minutes by the clock
    twice as many would fit around the full minute."""
    since = now().timestamp() - WINDOW_S
    return [moment for moment in cache.get(key, []) if moment > since]


def refuse_if_over(where: Where, what: str, limit: int, *, account: UUID | None = None) -> None:
    """Raise TooMany when this address (or this account, from wherever) has used up its tries of
    the last minute."""
    tries = _recent(_key(where, what, account))
    if len(tries) >= limit:
        log.warning("%s slowed: too many tries, from %s", what, place_of(where))
        free_at = tries[-limit] + WINDOW_S
        raise TooMany(max(1, math.ceil(free_at - now().timestamp())))


def count(where: Where, what: str, *, account: UUID | None = None) -> None:
    """Note one try."""
    key = _key(where, what, account)
    cache.set(key, [*_recent(key)[-MOST:], now().timestamp()], WINDOW_S)


def failed(where: Where, what: str) -> None:
    """Note one try that was wrong, and say so in the log, without what was typed."""
    log.warning("%s failed, from %s", what, place_of(where))
    count(where, what)
