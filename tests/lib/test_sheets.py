"""Spreadsheets: well-formed, numbers as numbers, text never a formula."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from yimen.lib.sheets import MAIN, workbook

CELLS = st.none() | st.integers(-(10**12), 10**12) | st.dates(date(1900, 3, 1)) | st.text()


def read(content: bytes, number: int = 1) -> list[list[Any]]:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        for name in packed.namelist():
            ElementTree.fromstring(packed.read(name))
        sheet = ElementTree.fromstring(packed.read(f"xl/worksheets/sheet{number}.xml"))
    space = f"{{{MAIN}}}"
    assert not list(sheet.iter(f"{space}f")), "no formula, whatever was typed"
    return [[_value(cell, space) for cell in row] for row in sheet.iter(f"{space}row")]


def _value(cell: Any, space: str) -> Any:
    if cell.get("t") == "inlineStr":
        return cell.findtext(f"{space}is/{space}t") or ""
    found = cell.findtext(f"{space}v")
    return None if found is None else int(found)


@given(st.lists(st.lists(CELLS, max_size=5), max_size=6))
def test_what_goes_in_comes_out(rows: list[list[Any]]) -> None:
    def seen(value: Any) -> Any:
        if isinstance(value, date):
            return (value - date(1899, 12, 30)).days
        if isinstance(value, str):
            kept = "".join(c for c in value if ord(c) >= 32 or c in "\t\n\r")
            kept = kept.replace("\ufffe", "").replace("\uffff", "")
            return kept.replace("\r\n", "\n").replace("\r", "\n")  # as every XML reader does
        return value

    assert read(workbook([("表", rows)])) == [[seen(v) for v in row] for row in rows]


def test_several_sheets_with_names_that_are_not_allowed() -> None:
    content = workbook([("一月/二月", [["=1+1", 2]]), ("", [])])
    assert read(content) == [["=1+1", 2]] and read(content, 2) == []
    with zipfile.ZipFile(BytesIO(content)) as packed:
        assert 'name="一月 二月"' in packed.read("xl/workbook.xml").decode()


def test_the_same_table_gives_the_same_bytes() -> None:
    assert workbook([("a", [[1]])]) == workbook([("a", [[1]])])
