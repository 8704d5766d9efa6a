"""The checklist has a line for every requirement of levels 1 and 2, and names what exists."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/security/asvs.md").read_text(encoding="utf-8")
# Sections of ASVS 5.0.0 with the numbers of their requirements of levels 1 and 2.
WANTED = {
    "1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2", "2.1": "1-3",
    "2.2": "1-3", "2.3": "1-4", "2.4": "1", "3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5",
    "3.7": "1-2", "4.1": "1-3", "4.2": "1", "4.3": "1-2", "4.4": "1-4", "5.1": "1", "5.2": "1-3",
    "5.3": "1-2", "5.4": "1-3", "6.1": "1-3", "6.2": "1-12", "6.3": "1-4", "6.4": "1-4",
    "6.5": "1-5", "6.6": "1-3", "6.8": "1-4", "7.1": "1-3", "7.2": "1-4", "7.3": "1-2",
    "7.4": "1-5", "7.5": "1-2", "7.6": "1-2", "8.1": "1-2", "8.2": "1-3", "8.3": "1", "8.4": "1",
    "9.1": "1-3", "9.2": "1-4", "10.1": "1-2", "10.2": "1-2", "10.3": "1-4", "10.4": "1-11",
    "10.5": "1-5", "10.6": "1-2", "10.7": "1-3", "11.1": "1-2", "11.2": "1-3", "11.3": "1-3",
    "11.4": "1-4", "11.5": "1", "11.6": "1", "12.1": "1-3", "12.2": "1-2", "12.3": "1-4",
    "13.1": "1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5", "14.1": "1-2", "14.2": "1-4",
    "14.3": "1-3", "15.1": "1-3", "15.2": "1-3", "15.3": "1-7", "16.1": "1", "16.2": "1-5",
    "16.3": "1-4", "16.4": "1-3", "16.5": "1-3", "17.1": "1", "17.2": "1-4", "17.3": "1-2",
}  # fmt: skip
STATES = {"met", "part", "no", "n/a", "operator"}
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| \d", line)
]


def wanted() -> set[str]:
    found = set()
    for section, numbers in WANTED.items():
        first, _dash, last = numbers.partition("-")
        found |= {f"{section}.{n}" for n in range(int(first), int(last or first) + 1)}
    return found


def test_every_requirement_has_one_line() -> None:
    ids = Counter(id for row in ROWS for id in row[0].split())
    assert set(ids) == wanted()
    assert not [id for id, count in ids.items() if count > 1]


def test_every_line_has_a_state_and_says_why() -> None:
    for id, asks, state, shown in ROWS:
        assert state in STATES, id
        assert asks and (shown or state == "operator"), id


def test_what_is_named_exists() -> None:
    for named in re.findall(r"`((?:tests|yimen|docs|data)/[^`]+)`", PAGE):
        path, _colons, test = named.partition("::")
        assert (ROOT / path).exists(), named
        if test:
            assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), named
