"""`yimen due`: the last day of a term, from the shipped calendars, with no database running.

Standard output is one date and nothing else. Exit 2, with a sentence in both languages on
standard error, when a word of the command is wrong or the term reaches into an unannounced year.
"""

from __future__ import annotations

import argparse
import re
import sys
from datetime import date
from typing import NoReturn

from yimen.clock.shipped import shipped_calendar
from yimen.lib.workdays import Calendar, UnannouncedYear

HELP = """\
计算期限的最后一天。起算当日不计入；日历日期限的最后一天是休息日的，顺延到休息日结束的次日。
The last day of a term. The day of the event is not counted; a term in calendar days whose last
day is a day off ends on the next working day.

  yimen due 2026-09-30 20 --unit working     ->  2026-11-03
"""
UNITS = {"working": Calendar.add_working_days, "calendar": Calendar.add_calendar_days}


class Wrong(Exception):
    """A sentence about what is wrong and what to do, in Chinese and in English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Wrong(
            "命令写得不完整或有误。"
            "用法：yimen due 起算日 天数 --unit working|calendar [--place 区划代码]",
            f"The command is not complete or not right ({message}). "
            "Usage: yimen due START N --unit working|calendar [--place CODE]",
        )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="yimen due", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("start", metavar="START", help="起算日（事件发生日） YYYY-MM-DD")
    parser.add_argument("n", metavar="N", help="天数，从 1 起 / days, 1 or more")
    parser.add_argument(
        "--unit",
        required=True,
        metavar="working|calendar",
        help="工作日或日历日 / working days or calendar days",
    )
    parser.add_argument(
        "--place",
        default="",
        metavar="CODE",
        help="区划代码，计入当地的调整 / division code, with what that place changed",
    )
    return parser


def _start(text: str) -> date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Wrong(
        f"起算日“{text}”不是一个日期，请写成 2026-09-30 这样的形式。",
        f'The start "{text}" is not a date. Write it like 2026-09-30.',
    )


def _count(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,9}", text) and int(text) > 0:
        return int(text)
    raise Wrong(
        f"天数“{text}”不对，请写一个从 1 起的整数。",
        f'"{text}" is not a number of days. Write a whole number, 1 or more.',
    )


def _place(text: str) -> str:
    if re.fullmatch(r"([0-9]{2,12})?", text):
        return text
    raise Wrong(
        f"区划代码“{text}”不对，应为 2 到 12 位数字，例如 310199001。",
        f'"{text}" is not a division code. It has 2 to 12 digits, for example 310199001.',
    )


def compute(start: str, n: str, unit: str, place: str = "") -> date:
    """The answer to the words of a command line; Wrong when they are not right."""
    if unit not in UNITS:
        raise Wrong(
            f"单位“{unit}”不对，请写 working（工作日）或 calendar（日历日）。",
            f'There is no unit "{unit}". Write working or calendar.',
        )
    first, count, calendar = _start(start), _count(n), shipped_calendar(_place(place))
    try:
        return UNITS[unit](calendar, first, count)
    except UnannouncedYear as missing:
        raise Wrong(
            f"{missing.year} 年的工作日安排没有公布，期限不能算进这一年。"
            "公布之后，请在 data/calendars 中加入该年的文件。",
            f"The working days of {missing.year} have not been announced, so the term cannot be "
            "computed. Once they are, add that year's file to data/calendars.",
        ) from None


def main(argv: list[str]) -> int:
    """Run the command; `argv` is what follows `yimen due`."""
    try:
        words = _parser().parse_args(argv)
        print(compute(words.start, words.n, words.unit, words.place))
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except SystemExit as stop:  # --help
        return int(stop.code or 0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
