"""A setting that names something which does not exist is found at start, not by a visitor."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string

LISTS = ("YIMEN_NAVIGATION", "YIMEN_SEARCH")
SINGLES = ("YIMEN_SEATS",)


def named() -> list[tuple[str, str]]:
    """(setting, dotted path) for every hook that look and pages call."""
    found = [(name, path) for name in LISTS for path in getattr(settings, name, [])]
    found += [(name, getattr(settings, name, "")) for name in SINGLES]
    return [(name, path) for name, path in found if path]


@checks.register
def hooks_exist(**_: Any) -> list[checks.CheckMessage]:
    problems: list[checks.CheckMessage] = []
    for setting, path in named():
        try:
            import_string(path)
        except ImportError as error:
            problems.append(
                checks.Error(f"{setting} names {path}: {error}", id="look.E001", obj=setting)
            )
    return problems
