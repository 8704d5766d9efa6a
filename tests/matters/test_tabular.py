from __future__ import annotations

import csv
import json

import pytest

from tests.matters.conftest import DATA
from yimen.matters import content, tabular

FOLDER = DATA / "matters"
GLOSSARY = json.loads((FOLDER / "_glossary.json").read_text(encoding="utf-8"))
with (FOLDER / "_sample.csv").open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines))


def test_every_row_of_the_table_becomes_a_valid_matter_with_its_stable_code() -> None:
    made = tabular.convert(ROWS, GLOSSARY, "2026-01-01")
    assert len(made) == 181 == len({one["code"] for one in made})
    assert [content.problems(one) for one in made] == [()] * 181
    shipped = {path.stem for path in FOLDER.glob("[a-z]*.json")}
    assert {one["code"] for one in made} <= shipped
    names = {one["code"]: one["name"]["zh"] for one in made}
    assert names["social-card-006"] == "敬老卡申领和发放"
    assert names["groups-001"] == "群众团队核准备案"


def test_statutory_days_stand_only_where_the_table_has_them() -> None:
    made = tabular.convert(ROWS, GLOSSARY, "2026-01-01")
    for row, one in zip(ROWS, made, strict=True):
        assert (one["terms"]["statutory"] is not None) == bool(row["statutory_days"])


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(tabular.UnknownTerm, match="materials: 月球证明"):
        tabular.convert([ROWS[0] | {"materials": "月球证明"}], GLOSSARY, "2026-01-01")


def test_laws_are_split_from_their_articles() -> None:
    found = tabular.laws("社会保险法;社会保险经办条例第二十四条", GLOSSARY)
    assert [(law["law"], law["article"]) for law in found] == [
        ("社会保险法", ""),
        ("社会保险经办条例", "第二十四条"),
    ]
    assert found[1]["en"] == "Regulations on Handling Social Insurance"
