"""The table of who may what: two files of text, one row an address, one column a person.

ok   shown                       in   asked to sign in (302 to the form, or 401)
->   led elsewhere               may  a right person: done, or told what the rule says
403  sees it, but may not act    404  not told that it exists        405  not sent to
"""

from __future__ import annotations

from pathlib import Path

from tests.doors.people import PERSONS

HERE = Path(__file__).resolve().parent
Table = dict[str, list[str]]


def read(name: str) -> Table:
    """The rows of `shown.txt` or `sent.txt`."""
    found: Table = {}
    for line in (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        row, cells = line[:WIDTH].strip(), line[WIDTH:].split()
        if len(cells) == 2:  # nobody, and everybody else alike
            cells = [cells[0], *[cells[1]] * (len(PERSONS) - 1)]
        if row in found or len(cells) != len(PERSONS):
            raise ValueError(f"{name}.txt: {line}")
        found[row] = cells
    return found


WIDTH = 40


def write(name: str, table: Table) -> None:
    """Put a table down in the form that is read, to be judged row by row before it is kept."""
    lines = [f"{'#':{WIDTH}}" + " ".join(f"{who:8}" for who in PERSONS)]
    for row, cells in table.items():
        short = cells[:2] if len(set(cells[1:])) == 1 else cells
        lines.append(f"{row:{WIDTH}}" + " ".join(f"{cell:8}" for cell in short))
    text = "\n".join(line.rstrip() for line in lines) + "\n"
    (HERE / f"{name}.txt").write_text(text, encoding="utf-8")
