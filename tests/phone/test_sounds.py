"""Recordings, the voice, tones: what is played for which words, and what is kept on disk."""

from __future__ import annotations

import array
import csv
import io
import math
import os
import wave
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from yimen.config import checkup
from yimen.phone import sounds, waves
from yimen.phone.rules import Prompt
from yimen.phone.sounds import Sounds, program
from yimen.phone.wording import WORDS, Piece, fixed, pieces


def wav(hertz: int = 400, rate: int = 22_050, channels: int = 1, length_s: float = 0.2) -> bytes:
    count = int(rate * length_s)
    one = [int(9000 * math.sin(2 * math.pi * hertz * n / rate)) for n in range(count)]
    out = io.BytesIO()
    with wave.open(out, "wb") as target:
        target.setnchannels(channels)
        target.setsampwidth(2)
        target.setframerate(rate)
        target.writeframes(array.array("h", [s for s in one for _c in range(channels)]).tobytes())
    return out.getvalue()


def loudness(pcm: bytes) -> float:
    samples = array.array("h", pcm)[400:-400]
    return math.sqrt(sum(s * s for s in samples) / len(samples))


@pytest.mark.parametrize("rate", [8000, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_any_rate_becomes_telephone_sound(rate: int, channels: int) -> None:
    pcm = waves.read(wav(rate=rate, channels=channels))
    assert waves.seconds(pcm) == pytest.approx(0.2, abs=0.001)
    samples = array.array("h", pcm)
    crossings = sum((a < 0) != (b < 0) for a, b in zip(samples, samples[1:], strict=False))
    assert crossings == pytest.approx(2 * 400 * 0.2, abs=3), "the same height"
    assert waves.read(waves.write(pcm)) == pcm


def test_what_a_telephone_cannot_carry_is_taken_out() -> None:
    assert loudness(waves.read(wav(hertz=6000))) < 0.02 * loudness(waves.read(wav(hertz=1000)))


@pytest.mark.parametrize("junk", [b"", b"RIFF", b"hello", wav()[:30]])
def test_no_wave_is_refused(junk: bytes) -> None:
    with pytest.raises(waves.NotWave):
        waves.read(junk)


def test_a_recording_takes_the_place_of_the_voice(tmp_path: Path) -> None:
    folder = tmp_path / "recorded"
    folder.mkdir()
    (folder / "greeting.wav").write_bytes(wav(700))
    (folder / "card.wav").write_bytes(wav(900))
    (folder / "words.csv").write_text(
        "file,words\ncard.wav,社会保障卡申领\n../../x.wav,旧\n", "utf-8"
    )
    line = Sounds(tmp_path / "sounds", folder)
    line.program = None
    (greeting,) = line.of([Prompt("greeting")])
    assert not greeting.tone and greeting.pcm == waves.read(wav(700))
    assert line.says(["社会保障卡申领"]) and not line.says(["社会保障卡申领", "已受理。"])
    assert line.of([Prompt("menu")])[0].tone


def test_a_broken_recording_is_not_played(tmp_path: Path) -> None:
    folder = tmp_path / "recorded"
    folder.mkdir()
    (folder / "greeting.wav").write_bytes(b"not a wave")
    line = Sounds(tmp_path / "sounds", folder)
    line.program = None
    assert line.of([Prompt("greeting")])[0].tone


@pytest.mark.skipif(not program(), reason="needs the voice: apt-get install espeak-ng")
def test_the_voice_speaks_each_wording_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Sounds(tmp_path, tmp_path / "none")
    said = line.of([Prompt("ask_code")])[0]
    assert said.seconds > 2 and loudness(said.pcm) > 300
    assert (said.path.stat().st_mode & 0o777) == 0o644
    assert line.of([Prompt("told", text='-f /etc/passwd "; ls')])[0].seconds > 0.2, (
        "words, no options"
    )
    monkeypatch.setattr(Sounds, "_spoken", lambda *_a: pytest.fail("it is there already"))
    again = Sounds(tmp_path, tmp_path / "none")
    assert again.of([Prompt("ask_code")])[0].path == said.path


def test_a_voice_that_fails_is_as_none(tmp_path: Path) -> None:
    line = Sounds(tmp_path, tmp_path / "none")
    line.program = "/bin/false"
    assert line.of([Prompt("menu")])[0].tone and not line.says(["已受理。"])


def test_numbers_never_lie_in_one_sound() -> None:
    confirm = Prompt("confirm_reach", facts=(("number", "13901234567"),))
    assert [p.words for p in pieces(confirm)][1:12] == list("13901234567")
    taken = Prompt("taken", facts=(("number", "W12345678"), ("day", "2026-12-01")))
    assert "12月1日" in [p.words for p in pieces(taken)]


def test_every_prompt_has_words_and_every_word_a_way_to_be_recorded() -> None:
    known = {piece.words for piece in fixed()}
    for code in WORDS:
        facts = (("number", "0"), ("day", "2026-12-01"), ("hours", ""))
        for piece in pieces(Prompt(code, facts=facts)):
            assert piece.words in known or piece == Piece("12月1日")


def test_old_sounds_go_and_are_made_again(tmp_path: Path) -> None:
    line = Sounds(tmp_path, tmp_path / "none")
    line.program = None
    old = line.piece(Piece("x")).path
    os.utime(old, (0, 0))
    assert line.prune() == 1 and not old.exists()
    assert line.piece(Piece("x")).path.exists()


def test_the_list_and_the_check_of_recordings(tmp_path: Path, settings: Any, capsys: Any) -> None:
    settings.YIMEN_PHONE_RECORDINGS = str(tmp_path)
    (tmp_path / "greeting.wav").write_bytes(wav())
    call_command("prompts")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["code"]: row["state"] for row in rows}["greeting"] == "recorded"
    call_command("prompts", "--check")
    (tmp_path / "menu.wav").write_bytes(b"no")
    with pytest.raises(CommandError):
        call_command("prompts", "--check")
    assert "menu.wav" in capsys.readouterr().out


def test_the_doctor_says_when_there_is_no_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "program", lambda: None)
    found = checkup._voice()
    assert found.mark == checkup.NOTE and "espeak-ng" in found.remedy
