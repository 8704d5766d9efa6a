"""Desks and windows from files: the demonstration's halls, or a centre's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.counters.actions.appointments import offer
from yimen.counters.actions.setting_up import set_desk, set_plan, set_window
from yimen.lib.actor import system
from yimen.lib.time import now


def load(*paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """Load halls: `{"halls": [{"centre", "desks": [...], "windows": [...], "plan": {...},
    "appointments": {"slot_min", "ahead_days"}}]}`. Returns how many desks, windows, plans and
    appointments were new or changed; a repeat changes nothing."""
    done = 0
    for path in paths or (Path(settings.DATA) / "demo" / "halls.json",):
        for hall in json.loads(path.read_text(encoding="utf-8"))["halls"]:
            done += _hall(hall)
    say(_("大厅：%(n)d 个服务台和窗口。") % {"n": done})
    return done


def _hall(hall: dict[str, Any]) -> int:
    centre = hall["centre"]
    by, at = system(centre[:9], "import"), now()
    desks = sum(set_desk(centre, by=by, at=at, **desk) for desk in hall["desks"])
    if "plan" in hall:
        desks += set_plan(centre, by=by, at=at, drawing=hall["plan"])
    done = desks + sum(set_window(centre, by=by, at=at, **row) for row in hall["windows"])
    if "appointments" in hall:
        done += offer(centre, by=by, at=at, **hall["appointments"])
    return done


def demo(*_paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """The halls of the demonstration."""
    return load(say=say)
