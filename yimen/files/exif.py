"""Does a picture say where it was taken? Reads just enough of EXIF to answer that."""

from __future__ import annotations

import struct

GPS_POINTER = 0x8825
HEADER = b"Exif\x00\x00"
SEARCHED = 512 * 1024
TAGS_MAX = 512


def has_location(content: bytes) -> bool:
    """True when the first image directory points to a GPS directory with something in it."""
    head = content[:SEARCHED]
    if head[:4] in (b"II*\x00", b"MM\x00*"):
        return _points_to_gps(head)
    at = head.find(HEADER)
    if at >= 0:
        return _points_to_gps(head[at + len(HEADER) :])
    for mark in (b"eXIf", b"EXIF"):  # PNG and WebP chunks carry the bare structure
        at = head.find(mark)
        if at >= 0:
            return _points_to_gps(head[at + 4 :]) or _points_to_gps(head[at + 8 :])
    return False


def _points_to_gps(tiff: bytes) -> bool:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return False
    try:
        (offset,) = struct.unpack_from(f"{order}I", tiff, 4)
        for tag, _sort, _count, value in _entries(tiff, order, offset):
            if tag == GPS_POINTER:
                # a directory with the version tag alone tells nothing
                return any(one[0] != 0 for one in _entries(tiff, order, value))
    except struct.error:
        return False
    return False


def _entries(tiff: bytes, order: str, offset: int) -> list[tuple[int, int, int, int]]:
    (count,) = struct.unpack_from(f"{order}H", tiff, offset)
    start = offset + 2
    return [
        struct.unpack_from(f"{order}HHII", tiff, start + 12 * n)  # type: ignore[misc]
        for n in range(min(count, TAGS_MAX))
    ]
