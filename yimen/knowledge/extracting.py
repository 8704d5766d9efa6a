"""The text in a PDF or a page of HTML, in a process of its own with little memory and time.

A hostile file costs its own process and nothing else. Run as a program: the file comes on standard
input, the text leaves on standard output; any other end than 0 means that nothing could be read.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from html.parser import HTMLParser

SECONDS, MEMORY, MOST = 60, 1024**3, 20_000_000  # of processor time; bytes; characters
HIDDEN = {"script", "style", "template", "noscript", "title", "nav", "svg", "iframe"}
BLOCKS = {
    "p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "td", "table", "section",
    "article", "header", "footer", "ul", "ol", "dd", "dt", "pre", "blockquote", "main",
}  # fmt: skip


class Unreadable(Exception):
    """No text came out: broken, locked, too large, or too slow."""


def extract(content: bytes, sort: str) -> str:
    """The text of a file of `sort` "pdf" or "html"."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "yimen.knowledge.extracting", sort],
            input=content, capture_output=True, timeout=2 * SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise Unreadable("slow") from late
    if done.returncode:
        raise Unreadable(sort)
    return done.stdout.decode("utf-8", "replace")


class _Page(HTMLParser):
    """What a reader of the page sees, block by block. An element that is never closed hides the
    rest: rather too little than a script taken for law."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in HIDDEN
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(self.hidden - (tag in HIDDEN), 0)
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(" ".join(data.split()))


def from_html(content: bytes) -> str:
    """The visible text of a page."""
    page = _Page()
    page.feed(decoded(content))
    page.close()
    return "".join(page.parts)


def decoded(content: bytes) -> str:
    """Bytes as text: UTF-8, else GB 18030, as old gazettes are."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def from_pdf(content: bytes) -> str:
    """The text layer of every page; a scanned page has none."""
    import pypdfium2

    with pypdfium2.PdfDocument(content) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def main(sort: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    read = {"pdf": from_pdf, "html": from_html}[sort]
    text = read(sys.stdin.buffer.read())[:MOST]
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


if __name__ == "__main__":
    main(sys.argv[1])
