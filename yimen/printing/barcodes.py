"""Code 128 and QR as SVG: vectors only, so that every printer draws them in its own dots."""

from __future__ import annotations

import io
from itertools import groupby
from typing import NamedTuple

import segno
from barcode.codex import Code128
from barcode.errors import BarcodeError

QUIET = 10  # empty modules that a scanner needs on both sides of a Code 128
QR_QUIET = 4


class Code(NamedTuple):
    """A drawn code: the text it carries, its SVG, and how many modules wide it is."""

    text: str
    svg: str
    modules: int


def bars(text: str) -> str:
    """The modules of `text` as ones and zeros. Digits are packed two to a symbol (charset C)."""
    try:
        return str(Code128(text).build()[0])
    except BarcodeError as wrong:
        raise ValueError(f"not printable as Code 128: {text!r}") from wrong


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
    size = made.symbol_size(border=QR_QUIET)[0]
    out = io.BytesIO()
    made.save(out, kind="svg", border=QR_QUIET, xmldecl=False, nl=False, omitsize=True)
    return Code(text, out.getvalue().decode(), size)


def _svg(width: int, height: int, path: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" shape-rendering="crispEdges">'
        f'<path fill="#000" d="{path}"/></svg>'
    )
