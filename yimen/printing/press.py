"""The press: Typst compilers, fonts and the words of the templates.

A compiler is kept per thread and template (a fresh one costs three times the work). Fixed words
stand in the templates in Chinese as `t("…")`; their English comes from this house's catalogue,
so that a translator finds all text of the product in one kind of file.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, pgettext

from yimen.printing.facts import checked, wire

TEMPLATES = Path(__file__).resolve().parent / "templates"
FAMILY = "Noto Sans SC"
WORD = re.compile(r'\bt\(\s*"((?:[^"\\]|\\.)*)"')
IMPORT = re.compile(r'#import "([a-z_-]+\.typ)"')
ACCESSIBLE = "ua-1"

_local = threading.local()


class NoFonts(RuntimeError):
    """The font with Chinese characters is not there: nothing can be printed."""


def render(template: str, facts: Any, lang: str = "zh-hans") -> bytes:
    """The PDF: tagged, accessible (PDF/UA-1), with the page's words in `lang`.

    A name with a character that no font here can draw would fail the accessibility check; the
    paper must be printed all the same, so such a page is set without that claim.
    """
    short = "en" if lang.startswith("en") else "zh"
    inputs = {
        "facts": json.dumps(wire(checked(template, facts), short), ensure_ascii=False),
        "words": json.dumps(words(template, short), ensure_ascii=False),
        "lang": short,
    }
    compiler = _compiler(template)
    try:
        return _compile(compiler, inputs, [ACCESSIBLE])
    except typst.TypstError as wrong:
        if "PDF/UA-1" not in f"{wrong.message}{wrong.diagnostic}":
            raise
        return _compile(compiler, inputs, [])


def _compile(compiler: typst.Compiler, inputs: dict[str, str], standards: list[Any]) -> bytes:
    made = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=standards)
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no document")
    return made


def _compiler(template: str) -> typst.Compiler:
    kept: dict[str, typst.Compiler] = _local.__dict__.setdefault("compilers", {})
    if template not in kept:
        kept[template] = typst.Compiler(
            input=source(template), root=TEMPLATES, font_paths=fonts(), ignore_system_fonts=True
        )
    return kept[template]


def source(template: str) -> Path:
    """The file of `template`; a name is letters and underscores, never a path."""
    path = TEMPLATES / f"{template}.typ"
    if not template.replace("_", "").isalnum() or not path.is_file():
        raise LookupError(f"no print template named {template!r}")
    return path


# -- fonts -------------------------------------------------------------------------------------


def font_folders() -> list[Path]:
    """Where fonts are looked for: first what the centre configured, then what is shipped."""
    own = getattr(settings, "YIMEN_FONT_DIRS", ())
    shipped = TEMPLATES.parent.parent / "look" / "static" / "vendor"
    return [folder for folder in (*map(Path, own), shipped) if folder.is_dir()]


@cache
def fonts() -> typst.Fonts:
    """All fonts, loaded once. The machine's own follow after ours, for rare characters only."""
    ours = [str(folder) for folder in font_folders()]
    found = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=ours)
    if FAMILY not in found.families():
        raise NoFonts(
            f"the font {FAMILY} was not found in {', '.join(ours) or 'any folder'}: "
            "run `python -m yimen.config.assets`, or name a folder in YIMEN_FONT_DIRS"
        )
    return found


def doctor() -> str:
    """For `yimen doctor`: empty when printing can work, else a sentence saying what to do."""
    try:
        fonts()
    except NoFonts as missing:
        return str(missing)
    return ""


# -- words -------------------------------------------------------------------------------------


def words_of(template: str) -> frozenset[str]:
    """The fixed Chinese words in a template and in the parts that it is made of."""
    found: set[str] = set()
    read: set[Path] = set()
    todo = [source(template)]
    while todo:
        path = todo.pop()
        if path not in read:
            read.add(path)
            text = path.read_text("utf-8")
            found.update(json.loads(f'"{word}"') for word in WORD.findall(text))
            todo.extend(TEMPLATES / name for name in IMPORT.findall(text))
    return frozenset(found)


@cache
def words(template: str, lang: str) -> Mapping[str, str]:
    """Those words in `lang`. The context "print" keeps legal wording apart from the screen's."""
    if lang == "zh":
        return {}
    with translation.override(lang):
        return {word: _translated(word) for word in words_of(template)}


def _translated(word: str) -> str:
    special = pgettext("print", word)
    return special if special != word else gettext(word)
