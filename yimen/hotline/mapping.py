"""How another system's table becomes requests: the mapping file, and one row by it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

from yimen.cases.models import Channel
from yimen.hotline.models import Line
from yimen.hotline.needs import Need

COLUMNS = ("key", "received", "closed", "due", "need", "status", "agency", "place", "channel")
REQUIRED = ("key", "received", "need", "status", "agency", "place")
LONGEST_KEY = 60
PARTS: dict[str, type] = {  # of the file, and what each is
    "about": str, "source": str, "street": str, "zone": str, "line": str, "columns": dict, "words": list,
    "answer": str, "needs": dict, "statuses": dict, "agencies": dict, "places": dict, "channels": dict,
}  # fmt: skip
OPTIONAL = ("about", "line", "answer", "channels")
SORTS: dict[type, str] = {str: '"…"', dict: "{…}", list: "[…]"}
ELSE = "*"  # in a list of values: whatever is not named


class Left(Exception):
    """A row that cannot be mapped: the reason, and the value in the way."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.reason, self.value = reason, value


@dataclass(frozen=True)
class Plan:
    """A mapping file. A value that stands in no list leaves its row out, with the reason."""

    source: str
    street: str
    zone: ZoneInfo
    line: str
    columns: Mapping[str, str]
    words: tuple[str, ...]  # columns that make up what was asked, free of persons
    answer: str
    needs: Mapping[str, Any]
    statuses: Mapping[str, Any]
    agencies: Mapping[str, Any]
    places: Mapping[str, Any]
    channels: Mapping[str, Any] = field(default_factory=dict)


def read(path: Path, needs: Mapping[str, Need]) -> Plan:
    """The mapping file; ValueError says in a sentence what is wrong in it, where, and what to do."""
    raw = _content(path)
    wrong = list(_shape(raw))
    if not wrong:
        made = Plan(
            source=raw["source"], street=raw["street"], zone=ZoneInfo(raw["zone"]),
            line=raw.get("line", Line.ONE), columns=raw["columns"], words=tuple(raw["words"]),
            answer=raw.get("answer", ""), needs=raw["needs"], statuses=raw["statuses"],
            agencies=raw["agencies"], places=raw["places"], channels=raw.get("channels", {}),
        )  # fmt: skip
        wrong = list(_faults(made, needs))
    if wrong:
        what = {"file": path.name, "wrong": "; ".join(wrong)}
        raise ValueError(
            _("对照表 %(file)s 有错：%(wrong)s。请照 docs/move-a-city.md 改正。") % what
        )
    return made


def _content(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        where = {"file": path.name, "line": error.lineno, "column": error.colno}
        raise ValueError(
            _(
                "对照表 %(file)s 第 %(line)d 行第 %(column)d 列不是 JSON。请检查那里和前面的逗号、引号、括号。"
            )
            % where
        ) from None
    except UnicodeDecodeError:
        raise ValueError(
            _("对照表 %(file)s 不是 UTF-8 文字。请另存为 UTF-8。") % {"file": path.name}
        ) from None


def _shape(raw: Any) -> Iterable[str]:
    """What is missing, not known, or not of its sort; the zone must be one."""
    if not isinstance(raw, dict):
        yield _("最外面要是一个 {…}")
        return
    for name in PARTS:
        if name not in raw and name not in OPTIONAL:
            yield _("缺少 %(name)s") % {"name": name}
    for name, value in raw.items():
        if name not in PARTS:
            yield _("没有 %(name)s 这一项") % {"name": name}
        elif not isinstance(value, PARTS[name]):
            yield _("%(name)s 要写成 %(sort)s") % {"name": name, "sort": SORTS[PARTS[name]]}
        elif name == "zone" and value not in available_timezones():
            yield _("zone：没有时区 %(value)s，例如 Asia/Shanghai") % {"value": value}


def _faults(m: Plan, needs: Mapping[str, Need]) -> Iterable[str]:
    for name in REQUIRED:
        if name not in m.columns:
            yield _("缺少 %(name)s") % {"name": f"columns.{name}"}
    for name in m.columns:
        if name not in COLUMNS:
            yield _("没有 %(name)s 这一项") % {"name": f"columns.{name}"}
    for part, values, known in (
        ("needs", m.needs, [None, *needs]), ("statuses", m.statuses, SIDES),
        ("channels", m.channels, Channel.values), ("line", {"": m.line}, Line.values),
    ):  # fmt: skip
        for said, code in values.items():
            if code not in known:
                name = f"{part}.{said}" if said else part
                yield _("%(name)s：这里没有 %(code)s") % {"name": name, "code": code}
    for said, code in m.places.items():
        if code is not None and not str(code).startswith(m.street):
            what = {"name": f"places.{said}", "code": code, "street": m.street}
            yield _("%(name)s：%(code)s 不在街道 %(street)s") % what


SIDES = ("open", "closed")


@dataclass(frozen=True)
class Row:
    """One row in our words; the body's code is still to be looked up."""

    key: str
    need: str
    closed: bool
    body: str
    place: str
    channel: str
    received_at: datetime
    closed_at: datetime | None
    in_time: bool | None
    what: str
    answer: str


def row(m: Plan, given: Mapping[str, str | None], now: datetime) -> Row:
    """Map one row, or raise Left with the first reason why not."""
    key = _cell(m, given, "key")
    if not key or len(key) > LONGEST_KEY:
        raise Left("key", key[:LONGEST_KEY])
    need = _mapped(m.needs, _cell(m, given, "need"), "need")
    closed = _mapped(m.statuses, _cell(m, given, "status"), "status") == "closed"
    body = _mapped(m.agencies, _cell(m, given, "agency"), "agency")
    place = _mapped(m.places, _cell(m, given, "place"), "place")
    received = _moment(m, given, "received")
    ended = _moment(m, given, "closed") if closed else None
    if received is None or (closed and ended is None):
        raise Left("date_missing", "received" if received is None else "closed")
    if ended and ended < received:
        raise Left("closed_before_received", ended.isoformat())
    if max(received, ended or received) > now:
        raise Left("in_the_future", max(received, ended or received).isoformat())
    due = _moment(m, given, "due")
    channels, said = dict(m.channels) | {ELSE: m.channels.get(ELSE, "phone")}, "channel"
    return Row(
        key=key, need=need, closed=closed, body=body, place=place,
        channel=_mapped(channels, _cell(m, given, said), said), received_at=received,
        closed_at=ended, in_time=ended <= due if ended and due else None,
        what=" · ".join(filter(None, (_text(given, name) for name in m.words))) or need,
        answer=_text(given, m.answer) if closed else "",
    )  # fmt: skip


def _text(given: Mapping[str, str | None], name: str) -> str:
    return (given.get(name) or "").strip()[:2000]


def _cell(m: Plan, given: Mapping[str, str | None], name: str) -> str:
    return _text(given, m.columns.get(name, ""))


def _mapped(values: Mapping[str, Any], said: str, reason: str) -> str:
    """What a value stands for. A value that is named with null is left out on purpose."""
    found = values.get(said, values.get(ELSE) if said not in values else None)
    if found is None:
        raise Left(f"{reason}_on_purpose" if said in values else reason, said)
    return str(found)


def _moment(m: Plan, given: Mapping[str, str | None], name: str) -> datetime | None:
    said = _cell(m, given, name)
    if not said:
        return None
    try:
        read = datetime.fromisoformat(said)
    except ValueError as error:
        raise Left("date", f"{name}: {said}") from error
    return read if read.tzinfo else read.replace(tzinfo=m.zone)
