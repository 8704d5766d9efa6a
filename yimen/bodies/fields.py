"""The fields of affairs (领域) by which the matrix routes: content, shipped in data/fields.json."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.conf import settings

from yimen.look.language import pick


@cache
def all_fields() -> dict[str, dict[str, str]]:
    """Names in both languages by key."""
    text = (Path(settings.DATA) / "fields.json").read_text(encoding="utf-8")
    fields: dict[str, dict[str, str]] = json.loads(text)
    return fields


def names() -> dict[str, str]:
    """Names by key in the reader's language."""
    return {key: pick(pair) for key, pair in all_fields().items()}


def name(key: str) -> str:
    return pick(all_fields().get(key, {"zh": key, "en": key}))
