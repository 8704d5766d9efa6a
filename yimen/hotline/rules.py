"""Judgements of the help line: whom to call back when, what the three rates are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

TRIES = 3
AGAIN = timedelta(hours=4)  # between two tries
LEARN = {"110": 30, "119": 30, "120": 30, "122": 30}  # minutes until the outcome is asked for
NEWS = ("working", "until", "over")  # what everybody who called about one thing can be told
WEIGHTS = {"responded": 30, "solved": 35, "satisfied": 35}


def next_try(
    tries: int, reached: bool, at: datetime, hours: tuple[int, int] = (0, 24)
) -> datetime | None:
    """When to call again after this try; None when it is over. At night nobody is rung up to ask
    whether it is solved, so no night counts as a try: `hours` are those of `waking`."""
    return None if reached or tries >= TRIES else waking(at + AGAIN, hours)


def waking(at: datetime, hours: tuple[int, int]) -> datetime:
    """`at` if its clock is within `hours` (from, until; whole hours, until not included), or else
    the next beginning of them. In the zone of `at`, on every day alike: the line has no holidays."""
    begins, ends = hours
    if begins <= at.hour < ends:
        return at
    morning = at.replace(hour=begins, minute=0, second=0, microsecond=0)
    return morning if at.hour < begins else morning + timedelta(days=1)


def goes_on(solved: str, learned: Iterable[bool]) -> bool:
    """May the case go on from its call back? `learned` is, for each transfer, whether its outcome is
    known. Nothing closes before all are; what is not solved begins its next round at once."""
    return solved in ("no", "partly") or all(learned)


def class_of(sort: str, hurry: str) -> str | None:
    """The class of a request whose need is of the class `sort`, when somebody cannot wait (`hurry`
    says why); None where it cannot be hurried: who complains or asks for advice is in no distress."""
    if not hurry or sort in ("urgent", "emergency"):
        return sort
    return "urgent" if sort == "help" else None


# Classes of need whose callers are always called back.
ALWAYS = ("emergency", "complaint", "petition")


def is_called_back(number: str, sort: str, round: int, shares: Mapping[str, int]) -> bool:
    """Is this round's answer checked with the caller? `shares` is percent by class of need, "all"
    for classes not named. Nobody chooses: the number of the case decides, so that anybody can check
    afterwards who had to be called. Dangers, complaints, petitions and every later round always are."""
    if sort in ALWAYS or round > 1:
        return True
    drawn = int.from_bytes(sha256(number.encode()).digest()[:8], "big") % 100
    return drawn < shares.get(sort, shares.get("all", 100))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the calls back of some requests amount to. `unreached` is a figure of its own: nobody
    who was not reached counts as solved or content."""

    closed: int = 0
    jobs: int = 0  # many callers about one thing are one job
    in_time: int = 0  # the first contact was within its limit
    reached: int = 0
    unreached: int = 0
    solved: int = 0
    partly: int = 0
    content: int = 0
    unasked: int = 0  # answered, and by the sample not called back
    excused: int = 0  # called back, and left out because the unit's objection was upheld
    waiting: int = 0  # answered, and the caller is still to be asked

    def __add__(self, other: Asked) -> Asked:
        names = self.__slots__
        return Asked(*(getattr(self, n) + getattr(other, n) for n in names))

    @property
    def rounds(self) -> int:
        """Every answered request once, and once more for each further round that was answered:
        reached, not reached, not in the sample, objection upheld or still to be asked."""
        return self.reached + self.unreached + self.unasked + self.excused + self.waiting

    @property
    def responded(self) -> float | None:
        return self.in_time / self.closed if self.closed else None

    @property
    def solved_rate(self) -> float | None:
        """Of those reached. Partly is not solved."""
        return self.solved / self.reached if self.reached else None

    @property
    def satisfied(self) -> float | None:
        return self.content / self.reached if self.reached else None

    def score(self, weights: Mapping[str, int] = WEIGHTS) -> float | None:
        """The weighted mean of the three rates in percent; None while one of them is unknown."""
        rates = {
            "responded": self.responded,
            "solved": self.solved_rate,
            "satisfied": self.satisfied,
        }
        if any(rate is None for rate in rates.values()):
            return None
        total = sum(weights.values())
        return 100 * sum((rates[n] or 0) * w for n, w in weights.items()) / total
