"""What the program writes about itself holds no personal data.

A tracking page's query string carries a case number and its code; a ticket's own address is as
good as a key; a database's refusal quotes the row. All are cut before anything is written.
"""

from __future__ import annotations

import logging
import re
from types import TracebackType

from yimen.look import away

QUERY = re.compile(r"\?[^\s\"'<>]*")
# A part of an address that nobody can guess opens what it names. Ids are hexadecimal, numbers are
# digits, codes are small letters: only such a key has capitals or an underscore at this length.
KEY = re.compile(r"(?<=/)(?=[\w-]*[A-Z_])[\w-]{20,}(?![\w-])")
# PostgreSQL quotes values in these lines; the first line (which constraint) stays.
QUOTED = re.compile(r"^(DETAIL|CONTEXT|STATEMENT|QUERY|Failing row).*$", re.MULTILINE)
# A telephone or document number. A case's number is longer, tells nothing about anybody, and is
# what an operator needs.
LONG_DIGITS = re.compile(r"(?<!\d)\d{11,18}[\dXx]?(?!\d)")


def scrub(text: str) -> str:
    """Without query strings, keys in addresses, quoted rows, and digits long enough to be a phone
    or ID number."""
    text = KEY.sub("[key]", QUERY.sub("?[scrubbed]", text))
    return LONG_DIGITS.sub("[number]", QUOTED.sub(r"\1: [not logged]", text))


class Scrub(logging.Filter):
    """Put the message together, then cut it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = scrub(record.getMessage()), None
        return True


class Discreet(logging.Formatter):
    """Tracebacks too. A database that is away or a full disk is one line and not fifty: while it
    lasts every request meets it, and where it was met tells nothing."""

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        if ei[1] is not None and away.status_of(ei[1]):
            first = str(ei[1]).strip().splitlines()[:1]
            return scrub(f"{type(ei[1]).__name__}: {' '.join(first)}")
        return scrub(super().formatException(ei))
