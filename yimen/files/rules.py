"""Judgements: what a file is, whether we take it, what it may be called. Pure functions.

A file is believed by its content. Its name must agree with the content, and it must be one thing
only: a picture that is also an archive or a page is how somebody else's browser gets attacked.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

import filetype
from django.utils.translation import gettext_lazy as _

from yimen.files.exif import has_location
from yimen.lib.errors import FieldError, Invalid

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
OFD = "application/ofd"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What we take, with the endings that its name may have; the first is the one we give.
ALLOWED: dict[str, tuple[str, ...]] = {
    PDF: ("pdf",),
    OFD: ("ofd",),
    JPEG: ("jpg", "jpeg", "jfif", "jpe"),
    PNG: ("png",),
    "image/heic": ("heic", "heif"),
    "image/webp": ("webp",),
    "image/tiff": ("tif", "tiff"),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
}
PICTURES = frozenset({JPEG, PNG, "image/webp"})  # photographs: what can be stripped to its pixels
ALLOWED_TEXT = "PDF, OFD, JPG, PNG, HEIC, WebP, TIFF, DOCX, XLSX"
# A part that must be there says which sort of archive it is.
ARCHIVES = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("OFD.xml", OFD))
UNPACKED_MAX = 300 * 1024 * 1024
MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|script|svg|iframe)\b", re.IGNORECASE)
LOCKED_PDF = re.compile(rb"/Encrypt\s+\d+\s+\d+\s+R")
FORBIDDEN = re.compile(
    r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]'
)
NAME_MAX = 120


@dataclass(frozen=True)
class Judged:
    """What a file turned out to be."""

    mime: str
    name: str
    has_location: bool


def judge(name: str, content: bytes, *, photograph: bool = False) -> Judged:
    """What `content` is and what it will be called, or Invalid with what to do. As a `photograph`
    only a picture is taken."""
    if not content:
        raise refused("empty", _("文件是空的。"), _("请检查文件后重新选择。"))
    mime = sort_of(content)
    if photograph and mime not in PICTURES:
        raise refused("not_photograph", _("这不是能收的照片。"), _("照片可以是 JPG、PNG 或 WebP。"))
    if mime not in ALLOWED:
        raise refused(
            "type",
            _("这种文件不能接收。"),
            _("可以上传：%(sorts)s。旧版 DOC、XLS 请另存为新格式或 PDF。")
            % {"sorts": ALLOWED_TEXT},
        )
    stem, ending = split(name)
    if ending and ending not in ALLOWED[mime]:
        raise refused(
            "mismatch",
            _("文件名的后缀是 .%(ending)s，内容却是 %(mime)s。")
            % {"ending": ending, "mime": ALLOWED[mime][0].upper()},
            _("请确认选对了文件；如果没错，请把后缀改为 .%(right)s。")
            % {"right": ALLOWED[mime][0]},
        )
    _one_thing_only(mime, content, photograph)
    return Judged(
        mime,
        f"{stem[: NAME_MAX - 6]}.{ending or ALLOWED[mime][0]}",
        mime.startswith("image/") and has_location(content),
    )


def sort_of(content: bytes) -> str:
    """The media type by content; "" when unknown."""
    if content[:4] == b"PK\x03\x04":
        return _sort_of_archive(content)
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return PDF
    found = str(filetype.guess_mime(content[:8192]) or "")
    return "image/heic" if found == "image/heif" else found


def _sort_of_archive(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return "application/zip"
    return next((mime for part, mime in ARCHIVES if part in names), "application/zip")


def _one_thing_only(mime: str, content: bytes, photograph: bool) -> None:
    """Refuse what is two things at once, broken, locked or carries a program."""
    if mime in (DOCX, XLSX, OFD):
        return _archive_is_harmless(content)
    start, end = content[:2048], content[-66_000:]
    two = b"PK\x05\x06" in end and zipfile.is_zipfile(io.BytesIO(content))
    two = two or bool(MARKUP.search(start))
    if mime == PDF:
        if b"%%EOF" not in content[-8192:]:
            raise refused("broken", _("PDF 文件不完整。"), _("请重新导出或重新扫描后再上传。"))
        if LOCKED_PDF.search(content):
            raise refused("locked", _("PDF 文件设有密码或限制。"), _("请去掉密码后再上传。"))
        two = two or not content.startswith(b"%PDF-")
    else:
        two = two or b"%PDF-" in start
    if mime == PNG:
        tail = content.rfind(b"IEND")
        two = two or tail < 0 or len(content) - tail > 8
    if two:
        raise refused(
            "polyglot",
            _("文件里夹带了别的内容，为安全起见不能接收。"),
            _("请重新拍一张。") if photograph else _("请重新拍照或扫描，或者另存为 PDF 后再上传。"),
        )


def _archive_is_harmless(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        raise refused("macros", _("文件里含有宏程序。"), _("请另存为不含宏的格式或 PDF。"))
    if sum(part.file_size for part in parts) > UNPACKED_MAX or len(parts) > 5000:
        raise refused("bomb", _("文件展开后过大。"), _("请缩小图片或拆成几份后再上传。"))


def split(name: str) -> tuple[str, str]:
    """A harmless stem and the ending in small letters; no path, no hidden or odd signs."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    base = re.sub(r"\s+", " ", FORBIDDEN.sub("", base)).strip(" .")
    stem, dot, ending = base.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,5}", ending):
        stem, ending = base, ""
    return stem.strip(" .") or "file", ending.lower()


def too_large(limit: int, *, photograph: bool = False) -> Invalid:
    """The sentence for a file over the cap (in MB)."""
    return refused(
        "size",
        _("文件超过 %(limit)s MB。") % {"limit": limit},
        _("请用低一些的清晰度再拍一张。")
        if photograph
        else _("请降低扫描清晰度，或拆成几份上传。"),
    )


def of_file(refusal: Invalid, name: str, field: str) -> Invalid:
    """The same refusal under the form's own field, saying which of several files it is about."""
    called = split(name)
    shown = f"{called[0]}.{called[1]}" if called[1] else called[0]
    errors = tuple(
        FieldError(
            field, _("“%(file)s”：%(wrong)s") % {"file": shown, "wrong": e.message}, e.remedy
        )
        for e in refusal.errors
    )
    return Invalid(refusal.code, refusal.detail, errors)


def refused(code: str, message: object, remedy: object) -> Invalid:
    """A refusal of a file, as an error of the field `file`."""
    return Invalid(f"file_{code}", message, (FieldError("file", message, remedy),))
