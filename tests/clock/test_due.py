"""The command: one date on standard output, sentences on standard error."""

import subprocess
import sys

import pytest

from tests.lib.test_workdays import VECTORS
from yimen.clock.due import main


@pytest.mark.parametrize(("start", "n", "due"), VECTORS)
def test_vectors(start: str, n: int, due: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([start, str(n), "--unit", "working"]) == 0
    assert capsys.readouterr() == (due + "\n", "")


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("2026-09-20 15 --unit calendar", "2026-10-08"),
        ("--unit=calendar 2026-11-20 1", "2026-11-23"),
        ("2020-01-23 5 --unit working --place 310101", "2020-02-14"),
        ("2026-11-22 1 --unit working", "2026-11-23"),
        ("2026-12-30 1 --unit calendar", "2026-12-31"),
    ],
)
def test_answers(words: str, due: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words.split()) == 0
    assert capsys.readouterr().out == due + "\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("2026-11-23 30 --unit working", "2027"),
        ("2026-12-31 1 --unit calendar", "2027"),
        ("2017-12-31 1 --unit working", "2017"),
        ("2026-01-01 999999999 --unit calendar", "2027"),
        ("9999-12-31 1 --unit working", "9999"),
        ("2026-09-30 0 --unit working", "whole number"),
        ("2026-09-30 -5 --unit working", "whole number"),
        ("2026-09-30 1.5 --unit working", "whole number"),
        ("2026-09-30 ５ --unit working", "whole number"),
        ("2026-02-30 5 --unit working", "not a date"),
        ("20260930 5 --unit working", "not a date"),
        ("today 5 --unit working", "not a date"),
        ("2026-09-30 5 --unit weeks", "no unit"),
        ("2026-09-30 5", "--unit"),
        ("2026-09-30 5 --unit", "--unit"),
        ("2026-09-30 5 --unit working --place 上海", "division code"),
        ("2026-09-30 5 6 --unit working", "Usage"),
        ("", "Usage"),
    ],
)
def test_refusals(words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words.split()) == 2
    out, err = capsys.readouterr()
    assert out == "" and said in err and "Traceback" not in err
    assert any("一" <= sign <= "鿿" for sign in err)


def test_help_helps(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "2026-11-03" in capsys.readouterr().out


def test_needs_no_django() -> None:
    code = (
        "import sys; from yimen.clock.due import main;"
        "code = main(['2026-09-30', '20', '--unit', 'working']);"
        "sys.exit(code or 'django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "2026-11-03\n"), done.stderr
