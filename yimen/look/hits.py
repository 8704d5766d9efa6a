"""What a house answers to the search over everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Hit:
    """One thing found. `sort` is its kind in words (办件, 人员, 事项); `exact` says that the text
    was this very number, so that a scan goes straight to it."""

    title: Any
    href: str
    sort: Any
    text: Any = ""
    stage: str = ""
    ending: str = ""
    exact: bool = False
