"""The two languages: picking from content that is written in both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def pick(pair: Any) -> str:
    """The text of `pair` ({"zh": ..., "en": ...}) in the reader's language; Chinese is the
    original, so it stands in where the English is missing. Plain text passes through."""
    if pair is None:
        return ""
    if isinstance(pair, Mapping):
        zh, en = pair.get("zh") or "", pair.get("en") or ""
    elif hasattr(pair, "zh"):
        zh, en = pair.zh or "", getattr(pair, "en", "") or ""
    else:
        return str(pair)
    return str((en or zh) if is_english() else (zh or en))
