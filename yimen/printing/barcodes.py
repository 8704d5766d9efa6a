"""Code 128 and QR as SVG: vectors only, so that every printer draws them in its own dots."""

from __future__ import annotations

import io
import re
from itertools import groupby
from typing import NamedTuple

import segno
from barcode.charsets.code128 import CODES, START_CODES, STOP, B

QUIET = 10  # empty modules that a scanner needs on both sides of a Code 128
QR_QUIET = 4
# Digits go two to a symbol (set C) where that is shorter: whole, at an edge from four, else from six.
PAIRS = re.compile(r"\A(?:\d\d)+\Z|\A(?:\d\d){2,}|(?:\d\d){3,}|(?:\d\d){2,}\Z|.", re.ASCII)
SWITCH = {"C": 99, "B": 100}


class Code(NamedTuple):
    """A drawn code: the text it carries, its SVG, and how many modules wide it is."""

    text: str
    svg: str
    modules: int


def symbols(text: str) -> list[int]:
    """The symbol values of `text`, start sign first, check sign last.

    The symbol table is python-barcode's, the encoding is ours: its encoder takes a leading pair
    "99" for a change of set and drops it, and our paper codes begin with 9.
    """
    if not text or any(sign not in B for sign in text):
        raise ValueError(f"not printable as Code 128: {text!r}")
    values: list[int] = []
    current = ""
    for part in re.findall(PAIRS, text):
        wanted = "C" if len(part) > 1 else "B"
        if wanted != current:
            values.append(SWITCH[wanted] if current else START_CODES[wanted])
            current = wanted
        if wanted == "C":
            values.extend(int(part[at : at + 2]) for at in range(0, len(part), 2))
        else:
            values.append(B[part])
    check = (values[0] + sum(at * value for at, value in enumerate(values))) % 103
    return [*values, check]


def bars(text: str) -> str:
    """The modules of `text` as ones and zeros."""
    return "".join(CODES[value] for value in symbols(text)) + STOP + "11"


def code128(text: str) -> Code:
    """A Code 128, one unit wide per module; the template decides how wide a unit is."""
    x, parts = QUIET, []
    for colour, run in groupby(bars(text)):
        width = len(list(run))
        if colour == "1":
            parts.append(f"M{x} 0h{width}v40h-{width}z")
        x += width
    return Code(text, _svg(x + QUIET, 40, "".join(parts)), x + QUIET)


def qr(text: str) -> Code:
    """A QR code with quarter redundancy: paper gets folded and stained."""
    made = segno.make(text, error="m", micro=False, boost_error=True)
    size = int(made.symbol_size(border=QR_QUIET)[0])
    out = io.BytesIO()
    made.save(out, kind="svg", border=QR_QUIET, xmldecl=False, nl=False, omitsize=True)
    return Code(text, out.getvalue().decode(), size)


def _svg(width: int, height: int, path: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" shape-rendering="crispEdges">'
        f'<path fill="#000" d="{path}"/></svg>'
    )
