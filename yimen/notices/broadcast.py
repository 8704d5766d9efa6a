"""An announcement read aloud: short sentences, numbers as they are spoken, said twice, and how long
that takes. Pure functions of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

DIGITS = "零一二三四五六七八九"
ALOUD = "零幺二三四五六七八九"  # of a telephone number: 一 and 七 sound alike on a bad line
LONGEST = 24  # characters of a sentence that is understood at first hearing
PER_SECOND = 4.0  # characters, spoken slowly
PAUSE_S = 0.6  # after a sentence
AGAIN = "下面再播送一遍。"

DAY = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-4])[:：]([0-5]\d)(?!\d)")
YEAR = re.compile(r"(?<!\d)(\d{4})(?=年)")
SHORT_NUMBER = re.compile(r"(?<!\d)(1[012]\d|12345|9\d{4})(?!\d)")
PHONE = re.compile(r"(?<![\d.])\d{2,4}-\d{3,4}[ -]?\d{3,4}(?!\d)|(?<![\d.])\d{7,12}(?!\d)")
PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
SPAN = re.compile(r"(?<=[点分日月号弄岁时天楼层室元])\s*[-–—~～]+\s*|(?<=\d)\s*[–—~～]\s*(?=\d)")
END = re.compile(r"(?<=[。！？；!?;])|\n+")


def cardinal(text: str) -> str:
    """An amount as it is spoken: 305 is 三百零五. Longer than twelve digits goes one by one."""
    digits = text.lstrip("0") or "0"
    if len(digits) > 12:
        return one_by_one(text)
    groups = [digits[max(0, end - 4) : end] for end in range(len(digits), 0, -4)][::-1]
    said = ""
    for place, group in enumerate(groups):
        if not int(group):
            continue
        gap = said and (int(group) < 1000 or not int(groups[place - 1]))
        said += (
            ("零" if gap else "")
            + _thousands(int(group))
            + ("", "万", "亿")[len(groups) - 1 - place]
        )
    said = said or "零"
    return said[1:] if said.startswith("一十") else said


def _thousands(value: int) -> str:
    said, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            said += ("零" if gap and said else "") + DIGITS[digit] + name
        gap = not digit
    return said


def one_by_one(text: str, names: str = DIGITS) -> str:
    return "".join(names[int(c)] for c in text if c.isdecimal())


def number(text: str) -> str:
    """An amount, perhaps with a fraction."""
    whole, _point, rest = text.partition(".")
    return cardinal(whole) + (f"点{one_by_one(rest)}" if rest else "")


def spoken(text: str) -> str:
    """The text with every number as it is read aloud."""
    said = text.translate({ord(wide): str(n) for n, wide in enumerate("０１２３４５６７８９")})
    said = DAY.sub(lambda m: f"{m[1]}年{int(m[2])}月{int(m[3])}日", said)
    said = CLOCK.sub(lambda m: f"{int(m[1])}点{f'{int(m[2])}分' if int(m[2]) else ''}", said)
    said = SPAN.sub("到", said)
    said = YEAR.sub(lambda m: one_by_one(m[1]), said)
    said = PHONE.sub(lambda m: one_by_one(m[0], ALOUD), said)
    said = SHORT_NUMBER.sub(lambda m: one_by_one(m[1], ALOUD), said)
    said = PERCENT.sub(lambda m: f"百分之{number(m[1])}", said)
    said = NUMBER.sub(lambda m: number(m[0]), said)
    # whatever Unicode calls a digit has a value
    return "".join(DIGITS[int(c)] if c.isdecimal() else c for c in said)


def sentences(text: str) -> list[str]:
    """Short sentences: a long one is cut at its commas."""
    found: list[str] = []
    for part in END.split(text):
        found += _cut(part.strip())
    return found


def _cut(part: str) -> list[str]:
    if len(part) <= LONGEST:
        return [_ended(part)] if part.strip("。，,；; ") else []
    made, now = [], ""
    for piece in re.split(r"(?<=[，,、：:])", part):
        if now and len(now) + len(piece) > LONGEST:
            made.append(_ended(now))
            now = ""
        now += piece
    return [*made, *([_ended(now)] if now.strip("。，,；; ") else [])]


def _ended(part: str) -> str:
    part = part.strip().rstrip("，,、：:；;")
    return part if part.endswith(("。", "！", "？", "!", "?")) else f"{part}。"


@dataclass(frozen=True, slots=True)
class Script:
    """What the announcer reads, in order, and for how many seconds."""

    lines: tuple[str, ...]
    seconds: int

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def script(text: str, *, who: str, urgent: bool) -> Script:
    """Who speaks, what they say, and the same again."""
    said = sentences(spoken(text))
    head = f"{who}{'紧急' if urgent else ''}通知。"
    lines = [spoken(head), *said, AGAIN, *said, "播送完了。"]
    long = sum(len(line) / PER_SECOND + PAUSE_S for line in lines)
    return Script(tuple(lines), round(long))
