"""Tables as a spreadsheet file (Office Open XML, ECMA-376): the smallest workbook that Excel, WPS
and LibreOffice open. Text is never a formula, so a cell cannot run anything."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

Rows = Iterable[Sequence[Any]]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet
# what XML 1.0 does not allow, and what a sheet's name may not hold
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def workbook(sheets: Sequence[tuple[str, Rows]]) -> bytes:
    """One sheet for each (name, rows). Numbers stay numbers and dates dates; None is empty,
    everything else is text."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in _parts(list(sheets)):
            # a fixed date, so that the same table gives the same bytes
            packed.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), HEAD + content)
    return out.getvalue()


def _parts(sheets: Sequence[tuple[str, Rows]]) -> Iterable[tuple[str, str]]:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbers = range(1, len(sheets) + 1)
    over = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n in numbers
    )
    yield (
        "[Content_Types].xml",
        (
            f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{over}</Types>'
        ),
    )
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    links = [
        *(("worksheet", f"worksheets/sheet{n}.xml") for n in numbers),
        ("styles", "styles.xml"),
    ]
    yield "xl/_rels/workbook.xml.rels", _relations(links)
    named = "".join(
        f'<sheet name={quoteattr(_name(name, n))} sheetId="{n}" r:id="rId{n}"/>'
        for n, (name, _rows) in enumerate(sheets, 1)
    )
    yield (
        "xl/workbook.xml",
        (f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>{named}</sheets></workbook>'),
    )
    yield "xl/styles.xml", STYLES
    for n, (_title, rows) in enumerate(sheets, 1):
        yield f"xl/worksheets/sheet{n}.xml", _sheet(rows)


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{DOCUMENT}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


def _name(name: str, number: int) -> str:
    """At most 31 characters, none of those that mean something."""
    return NOT_IN_A_NAME.sub(" ", name).strip()[:31] or f"Sheet{number}"


def _sheet(rows: Rows) -> str:
    body = "".join(
        f'<row r="{n}">{"".join(_cell(value) for value in row)}</row>'
        for n, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def _cell(value: Any) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    if isinstance(value, date) and type(value) is date:
        return f'<c s="1"><v>{(value - EPOCH).days}</v></c>'
    text = escape(UNWRITABLE.sub("", str(value)))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
