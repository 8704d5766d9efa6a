"""The same work on many pieces, in some processes at a time, answers in the order of the pieces."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, TypeVar, cast

from django.db import connection, connections

AHEAD = 2  # pieces that wait for each process, so that none stands idle
T = TypeVar("T")


def each(work: Callable[..., T], pieces: Iterable[tuple[Any, ...]], processes: int) -> Iterator[T]:
    """`work(*piece)` for every piece. Inside a transaction by ourselves: nobody else sees what it
    sees. A process that dies raises BrokenProcessPool here."""
    if processes < 2 or connection.in_atomic_block:
        yield from (work(*piece) for piece in pieces)
        return
    close_all()  # a connection must not be had by two; each opens its own
    ours = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, ours, initializer=_leave_ctrl_c_to_the_parent) as pool:
        begun: deque[Future[T]] = deque()
        try:
            # all are forked before we open a connection to say what the pieces are
            list(pool.map(int, range(processes)))
            for piece in pieces:
                begun.append(pool.submit(work, *piece))
                if len(begun) > AHEAD * processes:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def close_all() -> None:
    """Let go of every connection, pooled ones too: before others take over the database."""
    for wrapper in connections.all(initialized_only=True):
        wrapper.close()
        if getattr(wrapper, "pool", None):
            cast(Any, wrapper).close_pool()
