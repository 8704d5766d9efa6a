"""Walls that import-linter cannot see: foreign keys, who writes, names, clocks, sizes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
HOUSES = ROOT / "yimen"
FLOORS = [
    ["config"],
    ["pages"],
    ["reports"],
    ["bridges"],
    ["supervision"],
    ["associations", "counters", "homeservice", "hotline"],
    ["intake"],
    ["feedback", "knowledge"],
    ["cases"],
    ["contacts", "custody"],
    ["matters"],
    ["bookings", "directory", "workforce"],
    ["notices", "phone"],
    ["printing"],
    ["bodies"],
    ["people"],
    ["places"],
    ["clock", "files"],
    ["ledger"],
    ["look"],
    ["lib"],
]
FLOOR = {house: number for number, floor in enumerate(FLOORS) for house in floor}
WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}
# Who may write: verbs, content loaders, migrations; and `cases/changes.py`, the one place where all
# verbs of a case put its rows down together.
WRITING_ROOMS = {"actions", "loaders", "migrations"}
WRITING_FILES = {"yimen/cases/changes.py"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "services", "managers", "signals"}
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("timezone", "localtime"),
}
LONGEST = 500
# Paths of somebody's machine have no place in the repository.
MACHINE = re.compile(r"/(home|Users)/[a-z]\w*/|/root/|/wor[k]/|[A-Z]:\\\\Users")


def sources(*parts: str) -> list[Path]:
    return sorted(p for p in HOUSES.joinpath(*parts).rglob("*.py") if "__pycache__" not in p.parts)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def house_of(path: Path) -> str:
    return path.relative_to(HOUSES).parts[0]


def room_of(path: Path) -> str:
    """`actions` for yimen/cases/actions.py and for yimen/cases/actions/accept.py."""
    parts = path.relative_to(HOUSES).parts
    return parts[1].removesuffix(".py") if len(parts) > 1 else ""


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def test_the_floors_are_those_of_the_import_contract() -> None:
    assert set(settings.HOUSES) | {"config", "lib"} == set(FLOOR)
    present = {p.name for p in HOUSES.iterdir() if (p / "__init__.py").exists()}
    assert present == set(FLOOR)


def test_no_foreign_key_points_up_or_sideways() -> None:
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in FLOOR:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not getattr(field, "concrete", False) or not isinstance(target, type):
                continue
            here, there = model._meta.app_label, target._meta.app_label
            if there in FLOOR and here != there and FLOOR[there] <= FLOOR[here]:
                wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert not wrong


def dotted(node: ast.expr) -> str:
    """`Case.objects.filter(...)` as "Case.objects.filter()"; what is not a chain of names is "?"."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{dotted(node.func)}()"
    return "?"


def writes_rows(call: ast.Call) -> bool:
    """Is this a write through the ORM? `save`, and anything on a manager or queryset."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    before = dotted(call.func.value)
    if ".objects" in before or "_default_manager" in before or before == "rows":
        return True
    return call.func.attr in {"save", "bulk_create", "bulk_update", "update_or_create"} and not (
        before.startswith(("form", "image", "img", "made", "picture", "pdf"))
    )


def test_only_actions_write() -> None:
    wrong = [
        f"{name(path)}:{call.lineno} .{ast.unparse(call.func).rsplit('.', 1)[-1]}()"
        for path in sources()
        if room_of(path) not in WRITING_ROOMS
        and name(path) not in WRITING_FILES
        and house_of(path) not in {"ledger", "lib"}
        for call in calls(path)
        if writes_rows(call)
    ]
    assert not wrong


def test_the_check_for_writing_sees_what_it_must() -> None:
    seen = {
        text: writes_rows(next(n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call)))
        for text in (
            "Case.objects.create(x=1)",
            "Case.objects.filter(x=1).update(y=2)",
            "Case.objects.filter(x=1).delete()",
            "case.save()",
            "rows.update(Case, {}, a=1)",
            "seen.update(other)",
            "digest.update(b'')",
            "form.save(commit=False)",
        )
    }
    assert list(seen.values()) == [True, True, True, True, True, False, False, False]


def test_no_room_has_a_name_that_says_nothing() -> None:
    wrong = [name(p) for p in sources() if FORBIDDEN_NAMES & {p.stem, *p.parent.parts[-1:]}]
    assert not wrong


def test_one_clock_for_the_whole_product() -> None:
    wrong = [
        f"{name(path)}:{call.lineno}"
        for path in sources()
        if path != HOUSES / "lib" / "time.py" and "migrations" not in path.parts
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        and (dotted(call.func.value).split(".")[-1], call.func.attr) in CLOCKS
    ]
    assert not wrong, "ask yimen.lib.time instead"


def test_no_default_asks_the_databases_clock() -> None:
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in FLOOR
        for field in model._meta.local_fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]
    assert not wrong


@pytest.mark.parametrize("folder", ["yimen", "tests"])
def test_files_can_be_read_in_one_sitting(folder: str) -> None:
    long = {
        name(path): count
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
        and (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert not long


def test_no_paths_of_somebodys_machine() -> None:
    kept = ("*.py", "*.md", "*.toml", "*.txt", "*.json", "*.html", "*.scss", "*.js", "Makefile")
    folders = ("yimen", "tests", "docs", "data", ".ci")
    files = [p for f in folders for kind in kept for p in (ROOT / f).rglob(kind)]
    files += [p for kind in kept for p in ROOT.glob(kind)]
    wrong = [
        name(path)
        for path in files
        if path != Path(__file__)
        and "vendor" not in path.parts
        and MACHINE.search(path.read_text(encoding="utf-8"))
    ]
    assert not wrong


def test_no_query_string_or_row_reaches_the_log() -> None:
    from yimen.config.logs import scrub

    assert scrub("GET /track?number=SL1&code=123456 200") == "GET /track?[scrubbed] 200"
    refusal = 'duplicate key value violates "x"\nDETAIL:  Key (name)=(王小明) already exists.'
    assert "王小明" not in scrub(refusal)
    assert "violates" in scrub(refusal)
    assert "13812345678" not in scrub("phone 13812345678 refused")
    assert "31019919800101123X" not in scrub("no 31019919800101123X")
    assert scrub("GET /q/aB3-dE5_gH7iJ9kL1mN3oP/rate/ 404") == "GET /q/[key]/rate/ 404"
    for plain in (
        "/desk/cases/31019900101202611230000137/",
        "/laws/01a2202b-7024-771a-a760-68e1861ed722/",
    ):
        assert scrub(f"GET {plain} 404") == f"GET {plain} 404"
    assert scrub("GET /matters/civil-affairs-allowance-of-old-age/ 200").endswith("old-age/ 200")


def test_no_tick_and_no_errand_names_something_that_is_not_there() -> None:
    from django.utils.module_loading import import_string

    for path, _cron in settings.YIMEN_TICKS.values():
        assert callable(import_string(path))
    for path in settings.YIMEN_ERRANDS.values():
        assert callable(import_string(path))
    for path, _help in settings.YIMEN_LOADERS.values():
        assert callable(import_string(path))
    for path in settings.YIMEN_DEMO_LOADERS:
        assert callable(import_string(path))
