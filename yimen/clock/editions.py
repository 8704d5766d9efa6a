"""Announcements as text, checked and compared. Pure: no database, no request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yimen.clock.shipped import edition_from
from yimen.lib import text
from yimen.lib.errors import FieldError, Invalid
from yimen.lib.hashing import digest
from yimen.lib.workdays import FIXED_HOLIDAYS, Calendar, DayRule, Edition

YEARS = range(2001, 2051)  # within what a calendar can guess
LONGEST_NAME = 40
_OFF = {"休", "放假", "休息", "1", "true", "off", "yes", "是"}
_ON = {"班", "上班", "调班", "0", "false", "work", "no", "否"}


def edition_digest(edition: Edition) -> str:
    """Two editions with this digest equal say the same about every day."""
    days = [[x.day, x.is_off, x.name] for x in sorted(edition.days, key=lambda x: x.day)]
    return digest([edition.place, edition.year, edition.confirmed, days])


# -- reading -----------------------------------------------------------------------------


def from_json(content: str) -> Edition:
    """A year's file as shipped in `data/calendars`; Invalid says what is wrong with it."""
    try:
        return edition_from(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = _("请使用与 data/calendars 中年度文件相同的格式：year、papers、days。")
        message = _("文件内容读不懂：%(why)s") % {"why": str(error)[:80]}
        raise Invalid("calendar_file", message, (FieldError("file", message, remedy),)) from None


def from_rows(rows: str) -> tuple[DayRule, ...]:
    """Lines `2027-01-01，元旦，休`; Invalid names every line that cannot be read."""
    found: list[DayRule] = []
    wrong: list[FieldError] = []
    for number, line in enumerate(rows.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(_row(line))
        except ValueError as error:
            message = _("第 %(line)d 行：%(why)s") % {"line": number, "why": error}
            wrong.append(FieldError("rows", message, _("每行写日期、名称、休或班，用逗号隔开。")))
    if wrong:
        raise Invalid("calendar_rows", wrong[0].message, tuple(wrong))
    return tuple(found)


def _row(line: str) -> DayRule:
    cells = [cell.strip() for cell in re.split(r"[,\t]", text.half_width(line))]
    if len(cells) != 3:
        raise ValueError(_("应有三项：日期、名称、休或班。"))
    try:
        day = date.fromisoformat(cells[0])
    except ValueError:
        raise ValueError(_("“%(day)s”不是日期。") % {"day": cells[0][:20]}) from None
    word = cells[2].casefold()
    if word not in _OFF | _ON:
        raise ValueError(_("“%(word)s”应写休或班。") % {"word": cells[2][:20]})
    return DayRule(day, word in _OFF, cells[1])


def to_rows(edition: Edition) -> str:
    """The lines that `from_rows` reads."""
    return "\n".join(f"{x.day},{x.name},{'休' if x.is_off else '班'}" for x in edition.days)


# -- checking ----------------------------------------------------------------------------


def check(edition: Edition) -> None:
    """Invalid, with every reason, unless this can be published."""
    wrong = [FieldError(field, message) for field, message in _faults(edition)]
    if wrong:
        raise Invalid("calendar", wrong[0].message, tuple(wrong))


def _faults(edition: Edition) -> Iterable[tuple[str, str]]:
    if edition.year not in YEARS:
        yield "year", _("年份应在 2001 到 2050 之间。")
        return
    if not re.fullmatch(r"([0-9]{2,12})?", edition.place):
        yield "place", _("区划代码应为 2 到 12 位数字；适用于全国的留空。")
    yield from _day_faults(edition)
    if not edition.place:
        yield from _country_faults(edition)


def _day_faults(edition: Edition) -> Iterable[tuple[str, str]]:
    seen: set[date] = set()
    for x in edition.days:
        if x.day.year != edition.year and (x.day.year, x.day.month) != (edition.year - 1, 12):
            yield (
                "rows",
                _("%(day)s 不在 %(year)d 年（或上一年 12 月）内。")
                % {
                    "day": x.day,
                    "year": edition.year,
                },
            )
        if x.day in seen:
            yield "rows", _("%(day)s 写了不止一次。") % {"day": x.day}
        if len(x.name) > LONGEST_NAME:
            yield "rows", _("%(day)s 的名称超过 40 个字。") % {"day": x.day}
        seen.add(x.day)


def _country_faults(edition: Edition) -> Iterable[tuple[str, str]]:
    """An announced year names at least New Year, Labour Day and National Day as days off."""
    off = {
        (x.day.month, x.day.day) for x in edition.days if x.is_off and x.day.year == edition.year
    }
    missing = sorted(FIXED_HOLIDAYS - {(5, 2)} - off)
    if edition.confirmed and missing:
        days = "、".join(f"{month}-{day}" for month, day in missing)
        yield "rows", _("名单里缺少法定节日 %(days)s，请对照通知补全。") % {"days": days}
    if not edition.days:
        yield "rows", _("请至少写一天。")


# -- comparing ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One date on which two calendars differ. None: that calendar does not know the year."""

    day: date
    before: bool | None
    after: bool | None
    name: str = ""


def changes(before: Calendar, after: Calendar, edition: Edition) -> list[Change]:
    """Every day of the edition's reach that changes between working day and day off."""
    names = {x.day: x.name for x in edition.days}
    reach = {x.day for x in edition.days} | set(year_days(edition.year))
    reach |= {d for d in before.off | before.work if d.year == edition.year}
    found = []
    for day in sorted(reach):
        was, will = before.provisional.is_working(day), after.provisional.is_working(day)
        if was != will:
            found.append(Change(day, was, will, names.get(day, "")))
    return found


def year_days(year: int) -> list[date]:
    """Every date of a year."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    return [date.fromordinal(ordinal) for ordinal in range(first, last + 1)]


# -- the year as months ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """One square of a month. `sort`: work, weekend, off (a holiday), makeup."""

    day: date
    sort: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday; None fills the ends."""

    first: date
    weeks: tuple[tuple[Cell | None, ...], ...]
    working: int


def months(calendar: Calendar, year: int, names: dict[date, str]) -> list[Month]:
    """The twelve months of a year (guessed where it is not announced)."""
    guess = calendar.provisional
    return [_month(guess, year, number, names) for number in range(1, 13)]


def _month(calendar: Calendar, year: int, number: int, names: dict[date, str]) -> Month:
    days = [day for day in year_days(year) if day.month == number]
    cells: list[Cell | None] = [None] * days[0].weekday()
    cells += [Cell(day, _sort(calendar, day), names.get(day, "")) for day in days]
    cells += [None] * (-len(cells) % 7)
    weeks = tuple(tuple(cells[i : i + 7]) for i in range(0, len(cells), 7))
    return Month(days[0], weeks, sum(calendar.is_working(day) for day in days))


def _sort(calendar: Calendar, day: date) -> str:
    if calendar.is_working(day):
        return "makeup" if day.weekday() >= 5 else "work"
    if day.weekday() >= 5 and day not in calendar.off:
        return "weekend"
    return "off"


def facts(edition: Edition) -> dict[str, Any]:
    """What the ledger keeps of a publication."""
    return {
        "place": edition.place,
        "year": edition.year,
        "version": edition.version,
        "confirmed": edition.confirmed,
        "days": len(edition.days),
        "digest": edition_digest(edition),
    }
