"""What a screen, a print or a list may show of a number or a name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from yimen.lib.text import half_width

STAR = "*"
CALLER = "来电人"  # rang, and has not said a name
MOVED = "原系统未留姓名"  # asked in another system, which keeps who it was
UNNAMED = {CALLER: _("不知姓名的来电人"), MOVED: _("原系统未留姓名")}
_ID = re.compile(r"(?<!\d)\d{6}\s?\d{8}\s?\d{3}[\dXx](?!\d)")


def keep_ends(text: str, head: int, tail: int) -> str:
    """First `head` and last `tail` characters; at least four stay hidden, and when that is not
    possible (a short text) at most a quarter is shown at either end."""
    if len(text) < head + tail + 4:
        head, tail = min(head, len(text) // 4), min(tail, len(text) // 4)
    hidden = len(text) - head - tail
    return text[:head] + STAR * hidden + text[len(text) - tail :]


def mask_id(number: str) -> str:
    """An identity number: first 6, last 4; `310199********1234`. Short numbers show less."""
    return keep_ends(number, 6, 4)


def mask_phone(number: str) -> str:
    """A telephone number: first 3, last 4; `138****5678`."""
    return keep_ends(number, 3, 4)


def mask_account(number: str) -> str:
    """A bank account and its like: first 4, last 4; `6222***********1234`."""
    return keep_ends(number, 4, 4)


def called(name: str) -> str:
    """A name as it is read: what stands where nobody said one, in the reader's language."""
    return str(UNNAMED.get(name, name))


def mask_name(name: str) -> str:
    """A person's name: the first character only; `张*`, `欧**`, `J*** S****`. What stands where
    nobody said a name hides nothing."""
    if name in UNNAMED:
        return called(name)
    return " ".join(
        word[:1] + STAR * (len(word) - 1) if len(word) > 1 else STAR for word in name.split()
    )


def mask(text: str) -> str:
    """Anything else: the first and the last quarter, at most two characters each."""
    shown = min(2, len(text) // 4)
    return keep_ends(text, shown, shown)


def holds_id(text: str) -> bool:
    """Does a free text hold something that looks like a resident identity number?"""
    return _ID.search(half_width(text)) is not None


_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_LONG_NUMBER = re.compile(r"(?<!\d)(?:\d[ -]?){15,18}[\dXx](?!\d)")  # cards and bank accounts


def private(text: str, names: Iterable[str] = ()) -> bool:
    """Does a text that many will read hold a mobile number, a card's or an account's number, or one
    of these names?"""
    numbers = _MOBILE.search(text) or _LONG_NUMBER.search(text)
    return bool(numbers) or any(len(name) > 1 and name in text for name in names)
