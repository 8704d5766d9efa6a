"""What a failing database or a full disk means to the person who waits for an answer."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from django.db import Error, InterfaceError, OperationalError

FULL = {errno.ENOSPC, errno.EDQUOT}
DISK_FULL = "53100"
READ_ONLY = "25006"  # a replica answers where the leader was: it will be one soon
RETRY_AFTER_S = 5


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it was made of: libraries wrap the database's refusals."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def status_of(error: BaseException | None) -> int | None:
    """507 when there is no room, 503 when the database does not answer, None for anything else.

    In both cases whoever sent something is told so plainly: 507 means that nothing was kept, 503
    that one has to look (the answer to a commit can get lost on its way).
    """
    for one in _chain(error):
        state = getattr(one, "sqlstate", None) or getattr(one.__cause__, "sqlstate", None)
        if state == DISK_FULL or (isinstance(one, OSError) and one.errno in FULL):
            return 507
        if isinstance(one, (OperationalError, InterfaceError)):
            return 503
        if isinstance(one, Error) and state == READ_ONLY:
            return 503
    return None
