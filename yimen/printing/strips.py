"""A ticket on a strip printer, in ESC/POS: the few commands that every such printer knows.

Chinese goes as GB 18030 after FS &. Nothing is guessed and nothing is drawn as a picture: a ticket
is a few hundred bytes, and the QR code is the printer's own (decision 27).
"""

from __future__ import annotations

from collections.abc import Sequence

START = b"\x1b@"  # ESC @: forget the last one's settings
CHINESE = b"\x1c&"  # FS &
CENTRE = b"\x1ba\x01"  # ESC a 1
CUT = b"\x1dVB\x03"  # GS V B: feed and cut
FEED = b"\n"


def size(times: int) -> bytes:
    """GS ! and FS W: letters `times` as wide and high (1 to 8); Chinese ones twice at most."""
    return b"\x1d!" + bytes([(times - 1) * 0x11]) + b"\x1cW" + bytes([times > 1])


def words(text: str) -> bytes:
    """Text for the printer, without anything that it would take for a command."""
    return "".join(c for c in text if c.isprintable()).encode("gb18030", "replace")


def qr(text: str, dots: int = 6) -> bytes:
    """GS ( k: the printer draws the code itself (model 2, quarter redundancy)."""
    data = text.encode("ascii")
    length = (len(data) + 3).to_bytes(2, "little")
    return (
        b"\x1d(k\x04\x001A2\x00"
        + b"\x1d(k\x03\x001C" + bytes([dots])
        + b"\x1d(k\x03\x001E1"
        + b"\x1d(k" + length + b"1P0" + data
        + b"\x1d(k\x03\x001Q0"
    )  # fmt: skip


def strip(head: str, number: str, lines: Sequence[str], code: str, foot: Sequence[str]) -> bytes:
    """One ticket: whose hall, the number large, a few lines, a QR code, the foot; then cut."""
    parts = [START, CHINESE, CENTRE, size(1), words(head), FEED, size(5), words(number), FEED]
    parts.append(size(1))
    parts += [words(line) + FEED for line in lines]
    parts += [FEED, qr(code), FEED]
    parts += [words(line) + FEED for line in foot]
    return b"".join([*parts, CUT])
