"""Judgements about ratings: what is bad, what follows, what may be published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from yimen.lib.spans import Span, working_days

CALL_BACK: Span = working_days(1)
FIX: Span = working_days(15)
APPEAL: Span = working_days(5)
LINK_DAYS = 30  # how long the link of an invitation leads to the form
SMALLEST_PUBLISHED = 10
WORST_GOOD = 3  # from "fair" on a rating counts as satisfied
RATED_ONLINE = frozenset({"online", "kiosk"})


def is_bad(level: int) -> bool:
    """The last two of the five levels are a bad rating (差评)."""
    return level < WORST_GOOD


def can_be_rated(*, stage: str, ending: str) -> bool:
    """A case can be rated once it has ended in any way but by never having been one."""
    return stage == "closed" and ending not in ("void", "moved", "merged")


def may_publish(*, state: str, outcome: str) -> bool:
    """What was put right, or ended with the rating standing; never a mistaken rating."""
    return state in ("fixed", "closed") and outcome != "mistaken"


TITLES = (
    "女士", "先生", "小姐", "老师", "师傅", "阿姨", "叔叔", "大爷", "大妈", "同志", "经理", "主任",
    "科长", "所长", "局长", "书记", "警官", "医生",
)  # fmt: skip


def tells_who(text: str, names: Iterable[str]) -> str:
    """The first word of `text` that tells who somebody of `names` is: the name itself, or the
    surname with a title (张女士, 小张). Nothing when there is none."""
    for name in names:
        if len(name) < 2:
            continue
        if name in text:
            return name
        first = name[0]
        if not "\u4e00" <= first <= "\u9fff":
            continue
        called = [f"{first}{title}" for title in TITLES] + [f"小{first}", f"老{first}"]
        if found := next((word for word in called if word in text), ""):
            return found
    return ""


def may_rate_again(*, fixed: bool, again: bool) -> bool:
    """Once more after the fix, and only once."""
    return fixed and not again


def indicators_for(*, online: bool) -> tuple[str, ...]:
    """What is asked beside the level: of the service on site, or of the pages."""
    if online:
        return ("efficiency", "guide", "convenience", "operation")
    return ("efficiency", "skill", "attitude")


def next_warning(
    *, call_back_due: datetime | None, called: bool, fix_due: datetime, warned: int
) -> datetime:
    """When somebody above is told next: the call-back first, then the fix."""
    if call_back_due and not called and warned < 1:
        return min(call_back_due, fix_due)
    return fix_due


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one row of the public table. `finished` is everything that could be rated."""

    levels: Mapping[int, int]
    finished: int
    solved_yes: int = 0
    solved_answered: int = 0
    mistaken: int = 0

    @property
    def rated(self) -> int:
        return sum(self.levels.values())

    @property
    def unrated(self) -> int:
        """Shown by itself; silence is never counted as satisfaction."""
        return max(0, self.finished - self.rated - self.mistaken)

    @property
    def published(self) -> bool:
        """Few ratings point to a person; such a row says only that there are few."""
        return self.rated >= SMALLEST_PUBLISHED

    @property
    def satisfied(self) -> int:
        return sum(count for level, count in self.levels.items() if not is_bad(level))

    @property
    def satisfied_percent(self) -> int | None:
        """Of those who rated, rounded down: a share is never made to look better than it is."""
        return self.satisfied * 100 // self.rated if self.published else None

    @property
    def solved_percent(self) -> int | None:
        if not self.published or self.solved_answered < SMALLEST_PUBLISHED:
            return None
        return self.solved_yes * 100 // self.solved_answered


def add(one: Figures, other: Figures) -> Figures:
    """The figures of two rows together."""
    levels = {n: one.levels.get(n, 0) + other.levels.get(n, 0) for n in range(1, 6)}
    return Figures(
        levels,
        one.finished + other.finished,
        one.solved_yes + other.solved_yes,
        one.solved_answered + other.solved_answered,
        one.mistaken + other.mistaken,
    )
