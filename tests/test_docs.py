"""What the documentation says exists: links, commands, settings, terms, decisions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from yimen.config.cli import HELP

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:^|[\s/(;])(make|yimen)[ \t]+([a-z][a-z_-]*)", re.MULTILINE)
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
DJANGO = {"makemigrations", "migrate", "shell", "check"}
SETTING = re.compile(r'setting\(\s*"([a-z_]+)"')
ENVIRONMENT = re.compile(r"""environ(?:\.get\(|\[)["'](YIMEN_[A-Z_]+)["']""")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))


def anchors(page: Path) -> set[str]:
    """Headings as addresses inside a page."""
    names = HEADING.findall(page.read_text(encoding="utf-8"))
    kept = (re.sub(r"[^\w\s-]", "", name.lower()) for name in names)
    return {re.sub(r"\s", "-", name.strip()) for name in kept}


@pages
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        if not other.exists() or (anchor and anchor not in anchors(other)):
            broken.append(target)
    assert not broken


@pages
def test_commands_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = DJANGO | set(re.findall(r"^  ([a-z]+) ", HELP, re.MULTILINE))
    for house in (ROOT / "yimen").glob("*/management/commands/*.py"):
        commands.add(house.stem)
    known = {"make": targets, "yimen": commands}
    said = [c for block in FENCE.findall(page.read_text()) for c in COMMAND.findall(block)]
    assert [f"{program} {word}" for program, word in said if word not in known[program]] == []


def test_commands_are_found_at_all() -> None:
    text = "\n".join(FENCE.findall((DOCS / "operators.md").read_text()))
    assert ("yimen", "backup") in COMMAND.findall(text)


def test_every_setting_is_in_the_operators_guide() -> None:
    guide = (DOCS / "operators.md").read_text()
    sources = [p.read_text() for p in (ROOT / "yimen").rglob("*.py")]
    names = {f"YIMEN_{name.upper()}" for text in sources for name in SETTING.findall(text)}
    names |= {name for text in sources for name in ENVIRONMENT.findall(text)}
    assert len(names) > 25
    assert sorted(name for name in names if f"`{name}`" not in guide) == []


def test_the_operators_guide_names_no_setting_that_is_gone() -> None:
    said = set(re.findall(r"`(YIMEN_[A-Z_]+)`", (DOCS / "operators.md").read_text()))
    code = "\n".join(p.read_text() for p in (ROOT / "yimen" / "config").rglob("*.py"))
    code += (ROOT / "yimen" / "lib" / "time.py").read_text()
    gone = [
        name for name in said
        if name not in code and f'"{name.removeprefix("YIMEN_").lower()}"' not in code
    ]  # fmt: skip
    assert not gone


def test_the_index_of_decisions_is_complete() -> None:
    index = (DOCS / "decisions" / "README.md").read_text()
    records = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    numbers = [int(path.name[:4]) for path in records]
    assert numbers == list(range(1, len(records) + 1))
    lines = [
        f"- [{path.name[:4]}]({path.name}) {path.read_text().split(chr(10))[0][7:]}"
        for path in records
    ]
    assert [line for line in index.splitlines() if line.startswith("- [")] == lines


def test_terms_of_the_glossary_are_written_in_the_code() -> None:
    rows = re.findall(
        r"^\| [^|]+\| ([^|]+)\| [^|]+\| [^|]+\|$", (DOCS / "glossary.md").read_text(), re.M
    )
    named = {name for cell in rows for name in re.findall(r"`([A-Za-z_]+)`", cell)}
    code = "\n".join(
        p.read_text() for p in (ROOT / "yimen").rglob("*.py") if "migrations" not in p.parts
    )
    words = set(re.findall(r"[A-Za-z_]+", code))
    assert len(named) > 60
    assert sorted(named - words) == []


def test_each_role_is_told_in_both_languages() -> None:
    chinese = {p.name for p in (DOCS / "roles").glob("*.md")}
    english = {p.name for p in (DOCS / "roles" / "en").glob("*.md")}
    assert chinese == english and len(chinese) >= 10


def test_pictures_are_small_and_shown() -> None:
    shown = "\n".join(page.read_text() for page in PAGES)
    for picture in (DOCS / "pictures").glob("*.png"):
        assert picture.stat().st_size < 250_000, picture.name
        assert f"pictures/{picture.name}" in shown, f"nobody shows {picture.name}"
