"""Takes out of a photograph what its sender did not mean to send: where, when and with what it was
taken, thumbnails, comments. Pixels and colours stay as they are, and so does which way is up.

JPEG: every APPn and comment goes but JFIF (APP0), the colour profile (APP2 "ICC_PROFILE") and
Adobe's colour mark (APP14). PNG and WebP: the chunks that hold text, time, EXIF and XMP go.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
STRIPPED = frozenset({JPEG, PNG, WEBP})
PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sRGB", b"sBIT",
     b"bKGD", b"pHYs"}
)  # fmt: skip
EXIF = b"Exif\x00\x00"
ORIENTATION = 0x0112
AFTER_PIXELS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # a mark that ends a scan


class Torn(ValueError):
    """The picture ends in the middle, or is not built as its sort is."""


def strip(mime: str, content: bytes) -> bytes:
    """The same picture without what tells about its taker. Torn when it cannot be read; ValueError
    for a sort that is not in STRIPPED."""
    try:
        if mime == JPEG:
            return _jpeg(content)
        if mime == PNG:
            return _png(content)
        if mime == WEBP:
            return _webp(content)
    except struct.error as error:
        raise Torn(mime) from error
    raise ValueError(mime)


def _jpeg(content: bytes) -> bytes:
    if content[:2] != b"\xff\xd8":
        raise Torn(JPEG)
    kept, turned = [], 1
    for mark, part in _segments(content):
        if mark == 0xE1 and part[4:].startswith(EXIF):
            turned = _orientation(part[4 + len(EXIF) :]) or turned
        if _stays(mark, part):
            kept.append(part)
    return b"".join([b"\xff\xd8", *([_turned(turned)] if turned > 1 else []), *kept])


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Mark and bytes of every segment to the end mark, a scan with its pixels. What some
    telephones append behind the end is not there any more."""
    at = 2
    while at + 2 <= len(content):
        if content[at] != 0xFF:
            raise Torn(JPEG)
        mark = content[at + 1]
        if mark == 0xD9:
            yield mark, content[at : at + 2]
            return
        if mark == 0xFF:  # padding
            at += 1
            continue
        (size,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + size
        if mark == 0xDA:
            following = AFTER_PIXELS.search(content, end)
            end = following.start() if following else len(content) + 1
        if size < 2 or end > len(content):
            raise Torn(JPEG)
        yield mark, content[at:end]
        at = end
    raise Torn(JPEG)


def _stays(mark: int, segment: bytes) -> bool:
    if mark == 0xE2:
        return segment[4:].startswith(b"ICC_PROFILE\x00")
    return mark in (0xE0, 0xEE) or not (0xE0 <= mark <= 0xEF or mark == 0xFE)


def _orientation(tiff: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 10:
        return 0
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    if start + 2 > len(tiff):
        return 0
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    for n in range(count):
        at = start + 2 + 12 * n
        if at + 12 > len(tiff):
            return 0
        tag, _sort, _count, value = struct.unpack_from(f"{order}HHIH", tiff, at)
        if tag == ORIENTATION:
            return value if 1 <= value <= 8 else 0
    return 0


def _turned(way: int) -> bytes:
    """An EXIF segment that says nothing but which way is up."""
    entry = struct.pack(">HHIHH", ORIENTATION, 3, 1, way, 0)
    tiff = b"MM\x00*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return b"\xff\xe1" + struct.pack(">H", 2 + len(EXIF) + len(tiff)) + EXIF + tiff


def _png(content: bytes) -> bytes:
    kept, at = [content[:8]], 8
    while at < len(content):
        (size,) = struct.unpack_from(">I", content, at)
        end = at + 12 + size
        if end > len(content):
            raise Torn(PNG)
        name = content[at + 4 : at + 8]
        if name in PNG_KEPT:
            kept.append(content[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end
    raise Torn(PNG)


def _webp(content: bytes) -> bytes:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise Torn(WEBP)
    kept, at = [], 12
    while at + 8 <= len(content):
        (size,) = struct.unpack_from("<I", content, at + 4)
        end = at + 8 + size + size % 2
        if at + 8 + size > len(content):
            raise Torn(WEBP)
        name, chunk = content[at : at + 4], content[at:end]
        if name == b"VP8X":  # its flags say what follows: no EXIF (8), no XMP (4)
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
        if name not in (b"EXIF", b"XMP "):
            kept.append(chunk)
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body
