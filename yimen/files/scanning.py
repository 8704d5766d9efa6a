"""Virus scanning through clamd's socket, where a centre has one. Without it files say so."""

from __future__ import annotations

import socket
import struct
from typing import Protocol

from django.conf import settings

from yimen.files.models import File

CHUNK = 64 * 1024
PATIENCE = 15.0  # seconds


class Scanner(Protocol):
    def scan(self, content: bytes) -> str:
        """A value of File.Scan; never raises."""


class Clamd:
    """clamd's INSTREAM over a local or TCP socket."""

    def __init__(self, address: str) -> None:
        self.address = address

    def scan(self, content: bytes) -> str:
        try:
            answer = self._ask(content)
        except OSError:
            return File.Scan.FAILED
        if answer.endswith("FOUND"):
            return File.Scan.INFECTED
        return File.Scan.CLEAN if answer.endswith("OK") else File.Scan.FAILED

    def _ask(self, content: bytes) -> str:
        with self._connect() as line:
            line.settimeout(PATIENCE)
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                part = content[start : start + CHUNK]
                line.sendall(struct.pack("!I", len(part)) + part)
            line.sendall(struct.pack("!I", 0))
            answer = b""
            while not answer.endswith(b"\0"):
                got = line.recv(4096)
                if not got:
                    break
                answer += got
        return answer.rstrip(b"\0").decode("utf-8", "replace").strip()

    def _connect(self) -> socket.socket:
        sort, _colon, where = self.address.partition(":")
        if sort == "unix":
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(PATIENCE)
            line.connect(where)
            return line
        host, _colon, port = where.rpartition(":")
        return socket.create_connection((host, int(port)), PATIENCE)


def scanner() -> Scanner | None:
    """The scanner of this installation, or None."""
    return Clamd(settings.YIMEN_CLAMD) if settings.YIMEN_CLAMD else None
