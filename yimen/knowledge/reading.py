"""A file as text, by what it holds and not by what its name says."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yimen.knowledge.extracting import Unreadable, decoded, extract
from yimen.lib.errors import FieldError, Invalid

LARGEST = 20 * 1024 * 1024
CONTROL = set(range(32)) - set(b"\t\n\v\f\r")  # bytes that no text has, in UTF-8 or GB 18030


def text_of(content: bytes) -> str:
    """The text of a PDF, an HTML page or a text file; Invalid with a sentence for anything else."""
    if not content:
        raise _wrong(_("这个文件是空的。"))
    if len(content) > LARGEST:
        raise _wrong(_("文件超过 20 MB。请分成几份。"))
    try:
        text = _read(content).replace("\r", "\n").replace("\x00", "")
    except (Unreadable, UnicodeDecodeError):
        raise _wrong(_("读不出这个文件。请用没有密码的 PDF、HTML 或文本文件。")) from None
    if not text.strip():
        raise _wrong(_("文件里没有文字，可能是扫描件。请用有文字的 PDF，或另存为文本文件。"))
    return text


def _read(content: bytes) -> str:
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"%pdf-"):
        return extract(content, "pdf")
    if start.startswith((b"<!doctype html", b"<html")):
        return extract(content, "html")
    if CONTROL & set(content):  # a picture or an archive, which GB 18030 can read as characters too
        raise Unreadable("binary")
    return decoded(content)


def _wrong(sentence: str) -> Invalid:
    return Invalid("file", sentence, (FieldError("file", sentence),))
