"""Cutting texts into passages, and passages into what is searched. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from yimen.matters.lexicon import HAN, LATIN, pairs

NUMBER = r"[一二三四五六七八九十百千零〇两\d]+"
ARTICLE = re.compile(rf"^(第{NUMBER}条(?:之{NUMBER})?)[\s　:：]*(.*)$")
NUMERAL = re.compile(rf"第({NUMBER})条(之.*)?")
MENTION = re.compile("第|的|、|和|至|及|规定|所")
DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
PLACES = {"十": 10, "百": 100, "千": 1000}
CHAPTER = re.compile(rf"^第{NUMBER}[编章节](?:[\s　]|$)")
ENDS = "。；：？！.;:?!"
LONGEST, PARAGRAPHS = 2000, 400  # characters of a passage; of paragraphs put together
MOST_WORDS, AROUND = 6, 90


@dataclass(frozen=True, slots=True)
class Piece:
    """One passage to be: its label (第三条, or ""), the chapter it stands in, and its text."""

    label: str
    heading: str
    text: str


def split(text: str) -> list[Piece]:
    """Articles with their chapters; what has no articles, in paragraphs of a fair size. A list of
    chapters before the first article gives no passages of its own."""
    lines = [line for raw in text.splitlines() if (line := raw.strip(" \t\r\u3000"))]
    if any(ARTICLE.match(line) for line in lines):
        return _articles(lines)
    return [Piece("", "", part) for part in _paragraphs(lines)]


def value(numeral: str) -> int:
    """四十二 -> 42, 一千二百六十 -> 1260, 15 -> 15."""
    if numeral.isascii():
        return int(numeral)
    total = digit = 0
    for sign in numeral:
        if sign in PLACES:
            total, digit = total + (digit or 1) * PLACES[sign], 0
        else:
            digit = DIGITS.get(sign, 0)
    return total + digit


def begins(line: str, last: int, open_sentence: bool) -> re.Match[str] | None:
    """The article that begins with this line, after article `last`. A page also breaks in the
    middle of 依照本法/第三十二条的规定: there 第X条 goes on from an open sentence, without a space,
    and out of turn."""
    article = ARTICLE.match(line)
    if article is None:
        return None
    numeral, inserted = NUMERAL.match(article.group(1)).groups()  # type: ignore[union-attr]
    in_turn = value(numeral) in ((last,) if inserted else (1, last + 1))
    apart = article.end(1) < article.start(2) or article.end(1) == len(line)
    mentioned = MENTION.match(article.group(2))
    return article if apart or not open_sentence or (in_turn and not mentioned) else None


def _articles(lines: Sequence[str]) -> list[Piece]:
    found: list[Piece] = []
    label, heading, parts, last = "", "", list[str](), 0

    def close() -> None:
        body = join(parts)
        found.extend(Piece(label, heading[:120], part) for part in _cut(body))

    for line in lines:
        article = begins(line, last, bool(parts) and parts[-1][-1] not in ENDS)
        if article or CHAPTER.match(line):
            close()
            parts = []
        if article:
            label, first = article.groups()
            last = value(NUMERAL.match(label).group(1))  # type: ignore[union-attr]
            parts = [first] if first else []
        elif CHAPTER.match(line):
            label, heading = "", line
        else:
            parts.append(line)
    close()
    return found


def join(lines: Iterable[str]) -> str:
    """Lines as sentences: a line that breaks off in mid-sentence, as in a PDF, goes on in the next."""
    text = ""
    for line in lines:
        if not text or text[-1] in ENDS:
            text += ("\n" if text else "") + line
        else:
            text += (" " if text[-1].isascii() and line[:1].isascii() else "") + line
    return text


def _paragraphs(lines: Sequence[str]) -> list[str]:
    found = [""]
    for paragraph in join(lines).split("\n"):
        if found[-1] and len(found[-1]) + len(paragraph) > PARAGRAPHS:
            found.append("")
        found[-1] += ("\n" if found[-1] else "") + paragraph
    return [part for whole in found for part in _cut(whole)]


def _cut(text: str) -> list[str]:
    return [text[n : n + LONGEST] for n in range(0, len(text), LONGEST)]


def grams(*texts: str) -> list[str]:
    """What an index holds of some texts: pairs of Chinese characters, and Latin words."""
    found = {pair for text in texts for pair in pairs(text)}
    found |= {word[:24] for text in texts for word in LATIN.findall(text.lower())}
    return sorted(found)


def phrases(question: str) -> list[str]:
    """The unbroken parts of a question: runs of Chinese of two characters and more, Latin words."""
    runs = [run for run in HAN.findall(question) if len(run) > 1]
    return list(dict.fromkeys([*runs, *LATIN.findall(question.lower())]))[:MOST_WORDS]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text; `marked` when it is one of the words asked for."""

    text: str
    marked: bool


def marked(text: str, words: Iterable[str]) -> list[Part]:
    """The text in pieces, the words asked for marked; the longest word wins."""
    longest = sorted({w for w in words if w}, key=len, reverse=True)
    if not longest or not text:
        return [Part(text, False)]
    cut = re.split(f"({'|'.join(map(re.escape, longest))})", text, flags=re.IGNORECASE)
    return [Part(piece, n % 2 == 1) for n, piece in enumerate(cut) if piece]


def excerpt(text: str, words: Sequence[str]) -> str:
    """The part of a long text around the first word asked for; a short one whole."""
    if len(text) <= 3 * AROUND:
        return text
    places = [at for word in words if (at := text.lower().find(word.lower())) >= 0]
    begin = max(min(places, default=0) - AROUND, 0)
    end = begin + 3 * AROUND
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"
