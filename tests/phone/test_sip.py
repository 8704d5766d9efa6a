"""The test telephone, called by sipp: a real call, keyed digits, and the very sound of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from tests.cases.world import hand_in
from tests.cast import CENTRE
from tests.phone.exchange import Shared
from tests.phone.softphone import Catch, caught, dial, free_port, needs_sipp, scenario
from yimen.cases import by_phone
from yimen.cases.dossier import Dossier
from yimen.lib.crypto import unseal
from yimen.phone.adapters.sip import Server, _encoded
from yimen.phone.models import Call
from yimen.phone.rules import Prompt
from yimen.phone.sounds import Sound, Sounds, program

pytestmark = [
    needs_sipp,
    pytest.mark.slow,
    pytest.mark.django_db(databases=["default", "journal"]),
    pytest.mark.usefixtures("cast", "_fresh"),
]


@pytest.fixture
def _fresh(settings: Any) -> None:
    cache.clear()
    settings.YIMEN_PHONE_LINES = {"*": CENTRE}


@pytest.fixture
def case() -> Dossier:
    return hand_in("civil-affairs-001")


def keys_of(d: Dossier) -> str:
    return d.case.enquiry_no + unseal(d.case.enquiry_code, about=f"case:{d.case.number}")


@asynccontextmanager
async def telephone(office: Shared, most: int = 50) -> AsyncIterator[int]:
    server, port = Server(office, most), free_port()
    await server.start("127.0.0.1", port)
    try:
        yield port
    finally:
        await server.stop()
        office.close()


def called(office: Shared, path: Path, calls: int = 1, most: int = 50) -> tuple[str, Catch]:
    """The calls of a scenario to their end: sipp's complaints, and what was on the wire."""
    media = free_port()

    async def run() -> str:
        async with telephone(office, most) as port:
            return await dial(path, port, media, calls)

    with caught(media) as catch:
        return asyncio.run(run()), catch


def on_the_wire(sounds: list[Sound], kind: int = 0) -> bytes:
    """What these sounds are as G.711."""
    return b"".join(b"".join(_encoded(sound.path, sound.pcm, kind)) for sound in sounds)


def expected(sounds: Sounds, d: Dossier) -> list[Sound]:
    number, code = keys_of(d)[:8], keys_of(d)[8:]
    told = by_phone.enquire("somebody", number, code)
    return sounds.of(Prompt("told", text=sentence) for sentence in told.sentences)


def heard(stream: bytes, sounds: list[Sound], kind: int = 0) -> bool:
    """Every sound is there, unbroken and in order. One that began while the last packets of a key
    came in may be broken off, so each is looked for after the one before."""
    place = 0
    for sound in sounds:
        coded = on_the_wire([sound], kind)
        place = stream.find(coded, place)
        if place < 0:
            return False
        place += len(coded)
    return True


@pytest.mark.skipif(not program(), reason="needs the voice: apt-get install espeak-ng")
@pytest.mark.parametrize("law", ["PCMU", "PCMA"])
def test_a_real_call_hears_the_state_of_its_case(tmp_path: Path, case: Dossier, law: str) -> None:
    sounds = Sounds(tmp_path / "sounds", tmp_path / "none")
    sounds.warm()
    answer = expected(sounds, case)
    length = sum(sound.seconds + 0.2 for sound in answer)
    path = scenario(tmp_path, keys_of(case), listen_s=length + 1.5, end="#", law=law)
    complaint, catch = called(Shared(sounds), path)
    assert complaint == ""
    (stream,) = catch.streams()
    assert heard(stream, answer, 0 if law == "PCMU" else 8)
    row = Call.objects.get()
    assert (row.outcome, row.adapter, row.hung_up) == ("told", "sip", False)
    assert [code for _s, code in row.said][-1] == "goodbye"


def test_thirty_calls_at_once(tmp_path: Path, sounds: Sounds, case: Dossier) -> None:
    sounds.warm()
    answer = expected(sounds, case)
    path = scenario(tmp_path, keys_of(case), listen_s=6, end="#")
    complaint, catch = called(Shared(sounds), path, calls=30)
    assert complaint == ""
    streams = catch.streams()
    assert len(streams) == 30
    assert [heard(stream, answer) for stream in streams] == [True] * 30
    assert list(Call.objects.values_list("outcome", "hung_up")) == [("told", False)] * 30


def test_a_caller_who_hangs_up_and_lines_that_are_full(
    tmp_path: Path, sounds: Sounds, case: Dossier
) -> None:
    path = scenario(tmp_path, keys_of(case)[:3], listen_s=0.2, hang_up=True)
    complaint, _catch = called(Shared(sounds), path)
    assert complaint == ""
    assert [(c.outcome, c.hung_up) for c in Call.objects.all()] == [("nothing", True)]
    path = scenario(tmp_path, "", listen_s=1, hang_up=True)
    complaint, _catch = called(Shared(sounds), path, calls=2, most=1)
    assert "486" in complaint and Call.objects.count() == 2
