"""A typed cursor over parsed JSON that collects every error instead of stopping at the first.

Each error carries the dotted path of the wrong value, a sentence that says what is wrong and one
that says what to do, so that an editor can mend a whole file in one go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from yimen.lib.errors import FieldError

T = TypeVar("T")
KEY = re.compile(r"[a-z0-9][a-z0-9_-]*")


class Reader:
    """Reads one JSON object; `at(...)` opens the objects inside it with the same error list."""

    def __init__(self, data: Any, path: str = "", errors: list[FieldError] | None = None) -> None:
        self.path = path
        self.errors: list[FieldError] = [] if errors is None else errors
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}
        self.seen: set[str] = set()
        if not isinstance(data, dict):
            self.errors.append(
                FieldError(path or "$", _("这里应当是一个对象。"), _("请写成 {…} 的形式。"))
            )

    def wrong(self, key: str, message: str, remedy: str = "") -> None:
        """Note one wrong value."""
        self.errors.append(FieldError(self._path(key), message, remedy))

    def _path(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def raw(self, key: str, default: Any = None) -> Any:
        self.seen.add(key)
        return self.data.get(key, default)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; required when no default is given."""
        value = self.raw(key)
        if isinstance(value, str) and (value.strip() or default is not None):
            return value.strip()
        if value is None and default is not None:
            return default
        self.wrong(key, _("缺少文字。"), _("请填写文字。"))
        return default or ""

    def key(self, key: str) -> str:
        """A code: small letters, digits, hyphen, underscore."""
        value = self.text(key)
        if value and not KEY.fullmatch(value):
            self.wrong(
                key,
                _("“%(value)s”不是代码。") % {"value": value},
                _("只用小写英文字母、数字和连字符。"),
            )
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.raw(key, default)
        if not isinstance(value, bool):
            self.wrong(key, _("这里应当是 true 或 false。"), _("请改为 true 或 false。"))
        return value is True

    def number(self, key: str, default: int | None = None, low: int = 0) -> int:
        value = self.raw(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            self.wrong(
                key,
                _("这里应当是不小于 %(low)d 的整数。") % {"low": low},
                _("请填写整数，不加引号。"),
            )
            return default or low
        return value

    def one_of(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        value = self.raw(key, default)
        if value not in allowed:
            self.wrong(
                key,
                _("“%(value)s”不在可用的值之中。") % {"value": value},
                _("可用的值：%(allowed)s。") % {"allowed": "、".join(sorted(allowed))},
            )
            return default or next(iter(sorted(allowed)))
        return str(value)

    def words(self, key: str, default: tuple[str, ...] | None = ()) -> tuple[str, ...]:
        """A list of texts."""
        value = self.raw(key, list(default or ()))
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            self.wrong(key, _("这里应当是文字的列表。"), _('请写成 ["…", "…"] 的形式。'))
            return ()
        return tuple(v.strip() for v in value if v.strip())

    def day(self, key: str, required: bool = False) -> date | None:
        value = self.raw(key)
        if value is None and not required:
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.wrong(
                key, _("“%(value)s”不是日期。") % {"value": value}, _("请写成 2026-01-01 的形式。")
            )
            return date(1, 1, 1) if required else None

    def at(self, key: str, make: Callable[[Reader], T]) -> T:
        """The object under `key`, which must be there."""
        inner = Reader(self.raw(key), self._path(key), self.errors)
        made = make(inner)
        inner.close()
        return made

    def maybe(self, key: str, make: Callable[[Reader], T]) -> T | None:
        """The object under `key`, or None when it is absent or null."""
        return None if self.raw(key) is None else self.at(key, make)

    def many(self, key: str, make: Callable[[Reader], T]) -> tuple[T, ...]:
        """The list of objects under `key`; absent means none."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(key, _("这里应当是一个列表。"), _("请写成 [ … ] 的形式。"))
            return ()
        path = self._path(key)
        found = []
        for n, item in enumerate(value):
            inner = Reader(item, f"{path}.{n}", self.errors)
            found.append(make(inner))
            inner.close()
        return tuple(found)

    def close(self) -> None:
        """Refuse keys that nobody read: a misspelt key would otherwise be lost in silence."""
        for key in sorted(set(self.data) - self.seen):
            self.wrong(key, _("不认识的字段。"), _("请检查拼写，或删去这一项。"))
