"""Sound as numbers: WAV in, telephone sound out (8 kHz, mono, 16 bit, little-endian)."""

from __future__ import annotations

import array
import io
import math
import operator
import sys
import wave
from functools import lru_cache

RATE = 8000
HALF_TAPS = 12  # of the filter, in input samples at the lower of both rates


class NotWave(ValueError):
    """Not a WAV file that a telephone can play; the text says what to do."""


def read(data: bytes) -> bytes:
    """The telephone sound of a WAV file (PCM, 16 bit, any rate, one or more channels)."""
    try:
        with wave.open(io.BytesIO(data)) as source:
            if source.getsampwidth() != 2:
                raise NotWave("16-bit PCM is needed: ffmpeg -i in.wav -ar 8000 -ac 1 out.wav")
            channels, rate = source.getnchannels(), source.getframerate()
            # espeak-ng writes a header without a length when it writes to a pipe
            frames = source.readframes(len(data))
    except (wave.Error, EOFError) as error:
        raise NotWave(f"not a PCM WAV file ({error})") from error
    samples = _array(frames[: len(frames) // (2 * channels) * 2 * channels])
    if channels > 1:
        samples = array.array("h", samples[::channels])
    return _bytes(resample(samples, rate))


def write(pcm: bytes) -> bytes:
    """Telephone sound as a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(RATE)
        target.writeframes(pcm)
    return out.getvalue()


def seconds(pcm: bytes) -> float:
    return len(pcm) / 2 / RATE


def tone(hertz: int = 440, length_s: float = 0.3) -> bytes:
    """A plain tone, for words that nobody can say."""
    count = int(RATE * length_s)
    wave_ = (8000 * math.sin(2 * math.pi * hertz * n / RATE) for n in range(count))
    return _bytes(array.array("h", map(int, wave_)))


def resample(samples: array.array[int], rate: int) -> array.array[int]:
    """To 8 kHz, by a windowed sinc whose phases repeat: what lies above 4 kHz is taken out before,
    else it would come back as a hiss."""
    if rate == RATE or not samples:
        return samples
    common = math.gcd(rate, RATE)
    up, down = RATE // common, rate // common
    taps = _phases(up, down)
    half = len(taps[0]) // 2
    padded = array.array("h", bytes(2 * half)) + samples + array.array("h", bytes(2 * half))
    count = len(samples) * up // down
    out = array.array("h", bytes(2 * count))
    for n in range(count):
        whole, phase = divmod(n * down, up)
        window = padded[whole : whole + 2 * half]
        value = round(sum(map(operator.mul, taps[phase], window)))
        out[n] = max(-32768, min(32767, value))
    return out


@lru_cache(maxsize=8)
def _phases(up: int, down: int) -> list[list[float]]:
    """The filter of each of the `up` positions between two input samples."""
    cut = min(1.0, up / down)  # of the input's half rate
    half = math.ceil(HALF_TAPS / cut)
    found = []
    for phase in range(up):
        shift = phase / up
        row = [_tap(k - half - shift, cut, half) for k in range(2 * half)]
        total = sum(row)
        found.append([one / total for one in row])
    return found


def _tap(at: float, cut: float, half: int) -> float:
    if abs(at) >= half:
        return 0.0
    x = math.pi * at * cut
    sinc = 1.0 if x == 0 else math.sin(x) / x
    return cut * sinc * (0.5 + 0.5 * math.cos(math.pi * at / half))


def _array(frames: bytes) -> array.array[int]:
    samples = array.array("h", frames)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _bytes(samples: array.array[int]) -> bytes:
    if sys.byteorder == "big":
        samples = array.array("h", samples)
        samples.byteswap()
    return samples.tobytes()
