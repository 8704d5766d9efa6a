"""How another system's table becomes requests: the mapping file, and one row by it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from yimen.cases.models import Channel
from yimen.hotline.models import Line
from yimen.hotline.needs import Need

COLUMNS = ("key", "received", "closed", "due", "need", "status", "agency", "place", "channel")
REQUIRED = ("key", "received", "need", "status", "agency", "place")
LONGEST_KEY = 60
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
    """The mapping file; ValueError says what is wrong in it."""
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        made = Plan(
            source=raw["source"], street=raw["street"], zone=ZoneInfo(raw["zone"]),
            line=raw.get("line", Line.ONE), columns=raw["columns"], words=tuple(raw["words"]),
            answer=raw.get("answer", ""), needs=raw["needs"], statuses=raw["statuses"],
            agencies=raw["agencies"], places=raw["places"], channels=raw.get("channels", {}),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error!r}") from error
    wrong = list(_faults(made, needs))
    if wrong:
        raise ValueError(f"{path}: {'; '.join(wrong)}")
    return made


def _faults(m: Plan, needs: Mapping[str, Need]) -> Iterable[str]:
    yield from (f"columns.{name} is missing" for name in REQUIRED if name not in m.columns)
    yield from (f"columns.{name} is not known" for name in m.columns if name not in COLUMNS)
    for said, code in m.needs.items():
        if code is not None and code not in needs:
            yield f"needs.{said}: no need {code!r} in the tree"
    yield from (f"statuses.{k}: open or closed" for k, v in m.statuses.items() if v not in SIDES)
    for said, code in m.channels.items():
        if code not in Channel.values:
            yield f"channels.{said}: no channel {code!r}"
    for said, code in m.places.items():
        if code is not None and not str(code).startswith(m.street):
            yield f"places.{said}: {code!r} is not in {m.street}"
    if m.line not in Line.values:
        yield f"line: no line {m.line!r}"


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
