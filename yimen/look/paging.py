"""Keyset paging: the next page starts after the last row seen, however many came in between.

    page = paging.page(cases, keys=("next_action_at", "id"), cursor=request.GET.get("cursor"))

`keys` are the columns of the order, "-" for falling, the last one unique, none of them null.
The cursor is sealed: it may hold a name one sorted by, and addresses end up in logs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cmp_to_key
from typing import Any, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yimen.lib.errors import FieldError, Invalid

CAP = 1000
READERS: dict[str, Callable[[Any], Any]] = {
    "d": date.fromisoformat,
    "t": datetime.fromisoformat,
    "u": UUID,
    "n": Decimal,
    "j": lambda value: value,
}


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and where the others are. `total` is None when nobody asked."""

    items: list[Any]
    next: str | None
    previous: str | None
    total: int | None
    size: int

    @property
    def total_text(self) -> str:
        if self.total is None:
            return ""
        return f"{CAP}+" if self.total > CAP else str(self.total)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __bool__(self) -> bool:
        return bool(self.items)


class Source(Protocol):
    """Whatever can say which rows come after a place in the order, and how many there are."""

    def after(self, values: list[Any] | None, back: bool, limit: int) -> list[Any]:
        """Up to `limit` rows beyond `values` (None: from the beginning), backwards when `back`."""

    def count(self) -> int:
        """How many there are, CAP + 1 at most."""


def page(
    rows: QuerySet[Any] | Sequence[Any] | Source,
    *,
    keys: Sequence[str],
    cursor: str | None = None,
    size: int = 20,
    count: bool = True,
) -> Page:
    """One page of a queryset, of rows (objects or mappings) already in memory, or of a source of
    its own that keeps the order of `keys`."""
    back, values = _open(cursor, keys) if cursor else (False, None)
    source = _source(rows, keys)
    found = source.after(values, back, size + 1)
    more, items = len(found) > size, found[:size]
    if back:
        items.reverse()
    first, last = (items[0], items[-1]) if items else (None, None)
    has_next, has_previous = (True, more) if back else (more, values is not None)
    return Page(
        items=items,
        next=_seal(last, keys, back=False) if items and has_next else None,
        previous=_seal(first, keys, back=True) if items and has_previous else None,
        total=source.count() if count else None,
        size=size,
    )


def _source(rows: QuerySet[Any] | Sequence[Any] | Source, keys: Sequence[str]) -> Source:
    if isinstance(rows, QuerySet):
        return _Query(rows, keys)
    return _Memory(rows, keys) if isinstance(rows, Sequence) else rows


class _Query:
    def __init__(self, rows: QuerySet[Any], keys: Sequence[str]) -> None:
        self.rows, self.keys = rows, keys

    def after(self, values: list[Any] | None, back: bool, limit: int) -> list[Any]:
        keys = [_turned(key) for key in self.keys] if back else list(self.keys)
        rows = self.rows.order_by(*keys)
        if values is not None:
            rows = rows.filter(_beyond(keys, values))
        return list(rows[:limit])

    def count(self) -> int:
        return int(self.rows.order_by()[: CAP + 1].count())


class Merged:
    """Rows that stand in any of several lists, put in order: each list gives at most one page,
    along an index of its own; the condition "in this list or in that one" could use none.
    `fetch` is what is read of a row, for instance with what belongs to it."""

    def __init__(
        self, lists: Sequence[QuerySet[Any]], keys: Sequence[str], fetch: QuerySet[Any]
    ) -> None:
        self.lists, self.keys, self.fetch = lists, keys, fetch

    def after(self, values: list[Any] | None, back: bool, limit: int) -> list[Any]:
        keys = [_turned(key) for key in self.keys] if back else list(self.keys)
        beyond = Q() if values is None else _beyond(keys, values)
        each = [rows.filter(beyond).order_by(*keys).values("pk")[:limit] for rows in self.lists]
        if not each:
            return []
        ids = each[0].union(*each[1:], all=True) if len(each) > 1 else each[0]
        return list(self.fetch.filter(pk__in=ids).order_by(*keys)[:limit])

    def count(self) -> int:
        raise NotImplementedError("the lists may share rows")


class _Memory:
    def __init__(self, rows: Sequence[Any], keys: Sequence[str]) -> None:
        self.rows, self.keys = list(rows), keys

    def after(self, values: list[Any] | None, back: bool, limit: int) -> list[Any]:
        keys = [_turned(key) for key in self.keys] if back else list(self.keys)
        names = [key.lstrip("-") for key in keys]
        signs = [-1 if key.startswith("-") else 1 for key in keys]

        def compare(a: list[Any], b: list[Any]) -> int:
            pairs = zip(a, b, signs, strict=True)
            return next((s * (1 if x > y else -1) for x, y, s in pairs if x != y), 0)

        placed = [([_value(row, name) for name in names], row) for row in self.rows]
        placed.sort(key=lambda pair: cmp_to_key(compare)(pair[0]))
        if values is not None:
            placed = [pair for pair in placed if compare(pair[0], values) > 0]
        return [row for _place, row in placed[:limit]]

    def count(self) -> int:
        return min(len(self.rows), CAP + 1)


def _turned(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _beyond(keys: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after `values` in the order of `keys`. The bound on the first column alone, repeated
    in front, is what lets the database start in the middle of an index."""
    condition = Q()
    equal = Q()
    for key, value in zip(keys, values, strict=True):
        name, word = key.lstrip("-"), "lt" if key.startswith("-") else "gt"
        condition |= equal & Q(**{f"{name}__{word}": value})
        equal &= Q(**{name: value})
    first = keys[0]
    bound = "lte" if first.startswith("-") else "gte"
    return Q(**{f"{first.lstrip('-')}__{bound}": values[0]}) & condition


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = row[part] if isinstance(row, Mapping) else getattr(row, part)
    return row


def _written(value: Any) -> list[Any]:
    if isinstance(value, date):  # a moment is a day too, so it is asked first
        return ["t" if isinstance(value, datetime) else "d", value.isoformat()]
    for sort, kind in (("u", UUID), ("n", Decimal)):
        if isinstance(value, kind):
            return [sort, str(value)]
    if value is None:
        raise ValueError("a column of a keyset order must not be null")
    return ["j", value]


def _sealer() -> AESGCM:
    return AESGCM(hashlib.sha256(b"look.paging" + settings.SECRET_KEY.encode()).digest())


def _seal(row: Any, keys: Sequence[str], *, back: bool) -> str:
    values = [_written(_value(row, key.lstrip("-"))) for key in keys]
    text = json.dumps([int(back), values], separators=(",", ":"), ensure_ascii=False)
    nonce = os.urandom(12)
    sealed = nonce + _sealer().encrypt(nonce, text.encode(), _order(keys))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _open(cursor: str, keys: Sequence[str]) -> tuple[bool, list[Any]]:
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        text = _sealer().decrypt(sealed[:12], sealed[12:], _order(keys))
        back, values = json.loads(text)
        return bool(back), [READERS[sort](value) for sort, value in values]
    except (ValueError, InvalidTag, KeyError) as error:
        raise _wrong_cursor() from error


def _order(keys: Sequence[str]) -> bytes:
    """Bound to the cursor, so that one of another order is refused."""
    return ",".join(keys).encode()


def _wrong_cursor() -> Invalid:
    return Invalid(
        "cursor",
        _("翻页位置已失效。"),
        (FieldError("cursor", _("翻页位置已失效。"), _("请从第一页重新打开列表。")),),
    )
