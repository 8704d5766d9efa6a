"""Invented residents: the same index is always the same person.

The first six digits of their identity numbers (310198) belong to no county, their telephones to a
range that no operator has given out, so that nobody real is ever met; nor is anybody of the
demonstration community, whose numbers begin with 310199.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

AREA = "310198"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻苏潘葛范"
FIRST = "思雨子若晓明文静海天欣怡佳志国春秋云梦书"
SECOND = "涵轩琪瑶辰宁远航霞峰洁慧平安兰芳勇强杰敏"
FIRST_DAY = date(1940, 1, 1)
DAYS = 365 * 68
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# An index says who it is; numbers begin again after some 24 million. The bulk loader counts from 0.
LATE = 8_000_000  # those whose cases are overdue
ONLINE = 12_000_000  # those who come during a measurement


def name(index: int) -> str:
    """One of some sixteen thousand names."""
    surname = SURNAMES[index % len(SURNAMES)]
    index //= len(SURNAMES)
    first = FIRST[index % len(FIRST)]
    return surname + first + SECOND[index // len(FIRST) % len(SECOND)]


@cache
def name_key(full: str) -> str:
    """The product's own sorting key, asked once for each name."""
    from yimen.people.rules import name_key as key

    return key(full)


def born(index: int) -> date:
    return FIRST_DAY + timedelta(days=index % DAYS)


def id_number(index: int) -> str:
    """18 digits with the check digit of ISO 7064 MOD 11-2."""
    body = f"{AREA}{born(index):%Y%m%d}{index // DAYS % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def sex(index: int) -> str:
    """GB/T 2261.1, as the number tells it: odd is male."""
    return "1" if index // DAYS % 1000 % 2 else "2"


def phone(index: int) -> str:
    return f"199{index % 100_000_000:08d}"
