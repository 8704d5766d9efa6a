"""Sounds for the line's tests: each wording is a short one of its own, so no voice is needed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from yimen.phone import waves
from yimen.phone.sounds import Sounds


class Marked(Sounds):
    """Speaks every wording as a short tone whose height comes from the words."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, folder / "none")
        self.program = "a voice"

    def _spoken(self, words: str) -> bytes:
        height = 300 + int(hashlib.sha256(words.encode()).hexdigest()[:4], 16) % 1500
        return waves.tone(height, 0.1)


@pytest.fixture
def sounds(tmp_path: Path) -> Sounds:
    return Marked(tmp_path / "sounds")
