"""The order of candidates follows from the published CSV alone, and does what its page says."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.config import cli
from yimen.supervision import ranking
from yimen.supervision.ranking import MORE_IS_BETTER, Row, Unreadable, from_csv, rank, to_csv

NAMES = sorted(MORE_IS_BETTER)
values = st.decimals(0, 1000, places=1).map(str) | st.just("")
figures = st.fixed_dictionaries(dict.fromkeys(NAMES, values))
fields = st.lists(figures, min_size=1, max_size=8).map(
    lambda found: [Row(f"{n:02d}", one, f"窗口，“{n}”号") for n, one in enumerate(found)]
)
weights = st.fixed_dictionaries({name: st.integers(0, 50).map(str) for name in NAMES}).filter(
    lambda w: any(int(v) for v in w.values())
)


@given(fields, weights)
def test_the_csv_alone_gives_the_same_order(rows: list[Row], weight: dict[str, str]) -> None:
    again = rank(*from_csv(to_csv(rows, weight)))
    assert again == rank(rows, weight)


@given(fields, weights, st.randoms())
def test_the_order_of_proposing_does_not_matter(
    rows: list[Row], weight: dict[str, str], chance: object
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(shuffled, weight) == rank(rows, weight)


@given(fields, weights)
def test_scores_lie_between_0_and_100_and_equal_scores_share_a_place(
    rows: list[Row], weight: dict[str, str]
) -> None:
    placed = rank(rows, weight)
    assert all(0 <= one.score <= 100 for one in placed)
    for one in placed:
        assert one.place == 1 + sum(other.score > one.score for other in placed)


@given(fields, weights, st.sampled_from(NAMES), st.integers(1, 500))
def test_doing_better_never_costs(
    rows: list[Row], weight: dict[str, str], name: str, more: int
) -> None:
    old = rows[0].figures[name]
    if old == "":
        return
    change = more if MORE_IS_BETTER[name] else -more
    better = Row("00", {**rows[0].figures, name: str(Fraction(old) + change)}, rows[0].name)
    before = next(p for p in rank(rows, weight) if p.code == "00")
    after = next(p for p in rank([better, *rows[1:]], weight) if p.code == "00")
    assert after.score >= before.score and after.place <= before.place


def test_not_rated_is_not_good() -> None:
    rows = [Row("a", {"good_percent": ""}), Row("b", {"good_percent": "1"})]
    assert [(p.code, p.score) for p in rank(rows, {"good_percent": "1"})] == [("b", 100), ("a", 0)]


def test_by_hand() -> None:
    rows = [
        Row("01", {"served": "100", "wait_min": "5"}),
        Row("02", {"served": "300", "wait_min": "10"}),
        Row("03", {"served": "200", "wait_min": "10"}),
    ]
    placed = rank(rows, {"served": "3", "wait_min": "1"})
    assert [(p.code, p.place, p.shown) for p in placed] == [
        ("02", 1, "75.00"), ("03", 2, "37.50"), ("01", 3, "25.00"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    ["", "code,name,served\n01,,3\n", "code,name,served\nweight,,x\n01,,3\n",
     "code,name,beauty\nweight,,1\n01,,3\n", "code,name,served\nweight,,0\n01,,3\n",
     "code,name,served\nweight,,1\n01,,3\n01,,4\n"],
)  # fmt: skip
def test_what_cannot_be_ranked_is_said(wrong: str) -> None:
    with pytest.raises(Unreadable):
        rank(*from_csv(wrong))


def test_the_command_and_the_file_alone_print_the_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [Row("01", {"served": "1"}, "一号"), Row("02", {"served": "2"}, "二号")]
    path = tmp_path / "f.csv"
    path.write_text(to_csv(rows, {"served": "20"}), encoding="utf-8")
    assert cli.main(["rank", str(path)]) == 0
    printed = capsys.readouterr().out
    assert printed.splitlines() == ["1\t100.00\t02\t二号", "2\t0.00\t01\t一号"]
    alone = subprocess.run(
        [sys.executable, "-I", str(ranking.__file__), str(path)],
        capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert alone.stdout == printed
    assert cli.main(["rank", str(tmp_path / "none.csv")]) == 2
