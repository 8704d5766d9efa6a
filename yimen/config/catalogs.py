"""Translations: Chinese is the source, English lies in each house's locale folder.

`.po` files are text in the repository; `.mo` files are compiled from them in pure Python, so that
no gettext tools are needed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from babel.messages.extract import extract
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


KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "gettext_noop": None,
}
# gettext and gettext_lazy in one module: one of them goes by another name
ALIAS = re.compile(r"\bgettext(?:_lazy|_noop)? as (\w+)")
# {% translate "..." %} and {% blocktranslate %}...{% endblocktranslate %} with their placeholders.
TAG = re.compile(
    r"{%\s*(?:translate|trans)\s+(?P<quote>[\"'])(?P<text>.*?)(?P=quote)(?P<rest>[^%]*)%}"
)
# _("...") inside a tag or a variable: arguments that Django translates, any number of them
MARKUP = re.compile(r"\{[{%][^{}]*[%}]\}")
CALL = re.compile(r"""\b_\((?P<quote>["'])(?P<text>.+?)(?P=quote)\)""")
BLOCK = re.compile(
    r"{%\s*block(?:translate|trans)\b(?P<head>.*?)%}(?P<body>.*?){%\s*endblock(?:translate|trans)\s*%}",
    re.DOTALL,
)
PLURAL = re.compile(r"{%\s*plural\s*%}")
VARIABLE = re.compile(r"{{\s*([^}\s|]+)[^}]*}}")
HAN = re.compile(r"[\u4e00-\u9fff]")


# a sentence with the context in which it is said, "" for none: gettext looks up both together
Said = tuple[str, str]
CONTEXT = re.compile(r"""\bcontext\s+(["'])(.*?)\1""")


def in_python(source: Path) -> set[Said]:
    """Sentences that a module hands to gettext."""
    named = ALIAS.findall(source.read_text(encoding="utf-8"))
    keywords = {**KEYWORDS, **dict.fromkeys(named)}
    with source.open("rb") as text:
        found = extract("python", text, keywords=keywords, options={"encoding": "utf-8"})
        return {(context or "", _first(message)) for _line, message, _comments, context in found}


def _first(message: str | Sequence[str]) -> str:
    return message if isinstance(message, str) else message[0]


def _context(rest: str) -> str:
    """The context that a tag names."""
    match = CONTEXT.search(rest)
    return match[2] if match else ""


def in_template(source: Path) -> set[Said]:
    """Sentences that a template hands to gettext, written as Django looks them up."""
    text = source.read_text(encoding="utf-8")
    found = {(_context(match["rest"]), match["text"]) for match in TAG.finditer(text)}
    for markup in MARKUP.finditer(text):
        found |= {("", match["text"]) for match in CALL.finditer(markup.group())}
    for match in BLOCK.finditer(text):
        body = PLURAL.split(match["body"])[0]
        if re.search(r"\btrimmed\b", match["head"]):
            body = " ".join(line.strip() for line in body.strip().splitlines())
        said = VARIABLE.sub(r"%(\1)s", body.replace("%", "%%"))
        found.add((_context(match["head"]), said))
    return found


def sentences(house: Path) -> set[Said]:
    """Every Chinese sentence of a house that its English must know."""
    found: set[Said] = set()
    for source in house.rglob("*.py"):
        if "migrations" not in source.parts:
            found |= in_python(source)
    for kind in ("*.html", "*.txt", "*.xml", "*.svg"):
        for source in (house / "templates").rglob(kind):
            found |= in_template(source)
    return {said for said in found if HAN.search(said[1])}


def known(houses: Path = HOUSES) -> set[Said]:
    """What has English anywhere: houses share words."""
    found: set[Said] = set()
    for source in files(houses):
        with source.open("rb") as text:
            for message in read_po(text):
                if message.id and message.string and not message.fuzzy:
                    found.add((message.context or "", _first(message.id)))
    return found


def missing(houses: Path = HOUSES) -> dict[str, list[Said]]:
    """By house, the sentences without English."""
    there = known(houses)
    found = {
        house.name: sorted(sentences(house) - there)
        for house in sorted(houses.iterdir())
        if house.is_dir() and not house.name.startswith("_")
    }
    return {house: texts for house, texts in found.items() if texts}
