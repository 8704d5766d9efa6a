"""A call as sound, made here once for each wording by the voice that the telephone has."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from yimen.phone.sounds import Sounds, program
from yimen.phone.wording import Piece

DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


def ready() -> bool:
    """Is there a voice, and is it wanted?"""
    return bool(settings.YIMEN_WALL_VOICE and program())


@cache
def _sounds() -> Sounds:
    return Sounds()


def words(number: str, window: str) -> str:
    """What is said: every digit by itself, so that nobody hears a hundred and twelve."""
    return f"请{number[0]}，{'，'.join(number[1:].translate(DIGITS))}号，到{window}"


def call(number: str, window: str) -> bytes | None:
    """The WAV of a call; None where there is no voice."""
    if not ready():
        return None
    sound = _sounds().piece(Piece(words(number, window)))
    return None if sound.tone else sound.path.read_bytes()
