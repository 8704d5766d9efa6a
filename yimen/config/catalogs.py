"""Translations: Chinese is the source, English lies in each house's locale folder.

`.po` files are text in the repository; `.mo` files are compiled from them in pure Python, so that
no gettext tools are needed.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HOUSES = Path(__file__).resolve().parent.parent


def files(houses: Path = HOUSES) -> list[Path]:
    """Every house's English, in a stable order."""
    return sorted(houses.glob("*/locale/*/LC_MESSAGES/*.po"))


def compile_file(source: Path) -> bool:
    """Compile one file unless its result is newer. Returns whether it was written."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return False
    with source.open("rb") as text:
        catalog = read_po(text, locale=source.parts[-3], abort_invalid=True)
    half = target.with_suffix(".mo.new")
    with half.open("wb") as out:
        write_mo(out, catalog)
    half.replace(target)
    return True


def compile_all(houses: Path = HOUSES) -> int:
    """Compile what changed. Returns how many."""
    return sum(compile_file(source) for source in files(houses))


def untranslated(source: Path) -> list[str]:
    """The Chinese sentences of one file that have no English, or only a guess."""
    with source.open("rb") as text:
        catalog = read_po(text)
    return [
        str(message.id)
        for message in catalog
        if message.id and (not message.string or message.fuzzy)
    ]
