"""Spreadsheets, read back by another library: numbers as numbers, text never a formula."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from yimen.look.spreadsheets import UNWRITABLE, as_csv, workbook

CELLS = (
    st.none()
    | st.integers(-(10**12), 10**12)
    | st.dates(date(1900, 3, 1))
    | st.text(st.characters(exclude_categories=("Cs",)))
)


def read(content: bytes) -> list[list[list[Any]]]:
    """Every sheet's cells, without what is empty behind them."""
    book = load_workbook(BytesIO(content))
    for sheet in book:
        assert not [c for row in sheet.iter_rows() for c in row if c.data_type == "f"], "a formula"
        assert not sheet._hyperlinks, "a link"
    return [_full([[c.value for c in row] for row in sheet.iter_rows()]) for sheet in book]


def _full(rows: list[list[Any]]) -> list[list[Any]]:
    """Without the empty cells and rows that a reader makes up to have a rectangle."""
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def seen(value: Any) -> Any:
    """What a reader finds of a value."""
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, str):
        kept = UNWRITABLE.sub("", value)
        return kept.replace("\r\n", "\n").replace("\r", "\n") or None
    return value


@given(st.lists(st.lists(CELLS, max_size=5), max_size=6))
def test_what_goes_in_comes_out(rows: list[list[Any]]) -> None:
    told = _full([[seen(v) for v in row] for row in rows])
    assert read(workbook([("表", rows)])) == [told]


@pytest.mark.parametrize("text", ["=1+1", "+1", "@SUM(A1)", "http://example.com", "mailto:a@b.c"])
def test_text_runs_nothing_and_leads_nowhere(text: str) -> None:
    assert read(workbook([("a", [[text]])])) == [[[text]]]


@pytest.mark.parametrize("name", ["一月/二月", "", "'q'", "x" * 40, "[1]:*?"])
def test_any_title_makes_a_sheet(name: str) -> None:
    content = workbook([(name, [["a", 2]]), ("第二", [])])
    assert read(content) == [[["a", 2]], []]
    first = load_workbook(BytesIO(content)).sheetnames[0]
    assert first and len(first) <= 31


def test_the_same_table_gives_the_same_bytes() -> None:
    assert workbook([("a", [[1]])]) == workbook([("a", [[1]])])


def test_a_csv_cell_begins_no_formula() -> None:
    told = as_csv("a", ["x"], [["=1+1"]], date(2026, 1, 2))
    assert told.content.decode() == "\ufeffx\r\n'=1+1\r\n"
    assert 'filename="a-20260102.csv"' in told["Content-Disposition"]
