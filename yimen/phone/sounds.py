"""Where the sound of a sentence comes from: a recording, else the synthetic voice, else a tone.

Sounds are kept as WAV files by what they say, so every wording is spoken once. The voice is the
separate program espeak-ng, started for one sentence with the words on its standard input. Without
it and without a recording a piece is a plain tone, and an answer that has such a piece is not given:
the caller is led to the service desk instead (`says`), and `yimen doctor` names what is missing.
"""

from __future__ import annotations

import csv
import hashlib
import logging
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from yimen.phone import waves
from yimen.phone.rules import Prompt
from yimen.phone.wording import Piece, fixed, pieces

log = logging.getLogger("yimen.phone")
PROGRAM = "espeak-ng"
PACE = "150"  # words a minute: slow enough for somebody of eighty
LONGEST_S = 20
LIST = "words.csv"  # file,words: recordings of what has no code
KEPT_DAYS = 90


@dataclass(frozen=True, slots=True)
class Sound:
    """One sound in the folder of sounds. `tone`: nobody could say it."""

    path: Path
    tone: bool = False

    @property
    def pcm(self) -> bytes:
        return _pcm(self.path)

    @property
    def seconds(self) -> float:
        return waves.seconds(self.pcm)


@lru_cache(maxsize=512)
def _pcm(path: Path) -> bytes:
    return waves.read(path.read_bytes())


def program() -> str | None:
    """The synthetic voice's program, if it is installed."""
    return shutil.which(PROGRAM)


def recordings(folder: Path) -> dict[str, Path]:
    """Recordings by the code of a prompt or by the words that they say."""
    if not folder.is_dir():
        return {}
    found = {path.stem: path for path in sorted(folder.glob("*.wav"))}
    listed = folder / LIST
    if listed.is_file():
        with listed.open(newline="", encoding="utf-8-sig") as lines:
            for row in csv.DictReader(lines):
                path = folder / Path(row.get("file") or "").name
                if row.get("words") and path.is_file():
                    found[row["words"].strip()] = path
    return found


class Sounds:
    """The sounds of one process. Blocks while it renders: call it from a thread."""

    def __init__(self, folder: Path | None = None, recorded: Path | None = None) -> None:
        self.folder = folder or Path(settings.YIMEN_PHONE_SOUNDS)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.recorded = recordings(recorded or Path(settings.YIMEN_PHONE_RECORDINGS))
        self.program = program()
        self.known: dict[Piece, Sound] = {}
        self.lock = threading.Lock()

    def of(self, prompts: Iterable[Prompt]) -> list[Sound]:
        """What is to be played for these prompts, in order."""
        return [self.piece(piece) for prompt in prompts for piece in pieces(prompt)]

    def says(self, sentences: Iterable[str]) -> bool:
        """Can all of this be said in words?"""
        return not any(self.piece(Piece(one)).tone for one in sentences)

    def piece(self, piece: Piece) -> Sound:
        sound = self.known.get(piece)
        if sound is None or not sound.path.exists():
            with self.lock:
                sound = self.known[piece] = self._made(piece)
        return sound

    def warm(self) -> int:
        """Make every fixed sentence ready, so that the first caller does not wait; how many."""
        return len([self.piece(piece) for piece in fixed()])

    def prune(self) -> int:
        """Let go of sounds that were made long ago; what is still said is made again."""
        old = time.time() - KEPT_DAYS * 86_400
        gone = [path for path in self.folder.glob("*.wav") if path.stat().st_mtime < old]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def _made(self, piece: Piece) -> Sound:
        recorded = self.recorded.get(piece.code) or self.recorded.get(piece.words)
        if recorded:
            try:
                data = recorded.read_bytes()
                return Sound(self._kept(f"r:{_digest(data)}", lambda: waves.read(data)))
            except (OSError, waves.NotWave):
                log.error("recording %s cannot be played: yimen prompts --check", recorded.name)
        if self.program:
            name = f"s:{settings.YIMEN_PHONE_VOICE}:{PACE}:{piece.words}"
            try:
                return Sound(self._kept(name, lambda: self._spoken(piece.words)))
            except (OSError, subprocess.SubprocessError, waves.NotWave):
                pass  # the voice fails on this sentence: as if it were not there
        return Sound(self._kept("tone", waves.tone), tone=True)

    def _spoken(self, words: str) -> bytes:
        assert self.program
        said = subprocess.run(
            [self.program, "-v", settings.YIMEN_PHONE_VOICE, "-s", PACE, "-a", "80", "--stdin", "--stdout"],
            input=words.encode(), capture_output=True, timeout=LONGEST_S, check=True,
        )  # fmt: skip
        return waves.read(said.stdout)

    def _kept(self, name: str, make: Callable[[], bytes]) -> Path:
        """The file of that name; made whole before it gets the name."""
        path = self.folder / f"{_digest(name.encode())[:32]}.wav"
        if not path.exists():
            data = waves.write(make())
            handle, fresh = tempfile.mkstemp(dir=self.folder, suffix=".new")
            with os.fdopen(handle, "wb") as out:
                out.write(data)
            os.chmod(fresh, 0o644)  # the exchange runs as another user
            os.replace(fresh, path)
        return path


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
