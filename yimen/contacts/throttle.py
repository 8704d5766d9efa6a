"""How often one address may try something at a public page: a count per minute in the cache.

Addresses are kept as keyed digests, and only for the minute.
"""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yimen.lib.crypto import blind
from yimen.lib.errors import Problem
from yimen.lib.time import now

WINDOW_S = 60


class TooMany(Problem):
    """Too many attempts: 429."""

    status = 429
    retry_after = WINDOW_S


def _key(request: HttpRequest, what: str) -> str:
    address = get_adapter().get_client_ip(request) or "nowhere"
    minute = int(now().timestamp()) // WINDOW_S
    return f"try:{what}:{minute}:{blind('address', address)[:24]}"


def refuse_if_over(request: HttpRequest, what: str, limit: int) -> None:
    """Raise TooMany when this address has used up its tries of this minute."""
    if cache.get(_key(request, what), 0) >= limit:
        raise TooMany("too_many", _("尝试次数过多，请一分钟后再试。"))


def count(request: HttpRequest, what: str) -> None:
    """Note one try."""
    key = _key(request, what)
    if not cache.add(key, 1, WINDOW_S * 2):
        cache.incr(key)
