"""The built-in test telephone: a softphone calls us by SIP, without an exchange in between.

For trying out and for tests on one's own network (aiosipua, aiortp). It answers over UDP, speaks
G.711, takes keys as RFC 4733 events, cannot put through, and believes nobody's number: tries are
counted by network address. It is no exchange and has no place on the open internet.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from aiortp import PortAllocator
from aiortp.codecs import get_codec
from aiosipua import IncomingCall, SipUAS, UdpSipTransport
from aiosipua.rtp_bridge import CallSession
from aiosipua.sdp_negotiate import SdpNegotiationError
from django.conf import settings

from yimen.phone.helpline import conversation
from yimen.phone.line import HungUp, number_of
from yimen.phone.office import Office
from yimen.phone.sounds import Sound

FRAME_S, FRAME = 0.02, 160  # what one packet carries
EVENTS = 101  # payload type of telephone events, where the caller names none
MEDIA = (20_000, 24_000)
BUSY, NOT_ACCEPTABLE = 486, 488
QUIET_S = 0.2  # between two sounds


class Softphone:
    """A call over SIP and RTP (`line.Line`)."""

    adapter = "sip"

    def __init__(self, call: IncomingCall, session: CallSession) -> None:
        self.call, self.session = call, session
        self.keys: asyncio.Queue[str] = asyncio.Queue(maxsize=100)
        self.gone = asyncio.Event()
        self.number = number_of(_user(call.caller))
        self.dialled = _user(call.callee)
        self.origin = call.source_addr[0]
        self.started = 0.0
        session.on_dtmf = self._keyed

    def _keyed(self, key: str, _duration: int) -> None:
        if not self.keys.full():
            self.keys.put_nowait(key)

    async def answer(self) -> None:
        await self.session.start()
        self.started = asyncio.get_running_loop().time()
        self.call.accept(self.session.sdp_answer)

    async def play(self, sounds: Sequence[Sound]) -> str:
        """One packet every 20 ms by an absolute clock, so that a late one does not delay the rest."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        stamp = round((due - self.started) / FRAME_S) * FRAME
        for frame in self._frames(sounds):
            self._check()
            if not self.keys.empty():
                return self.keys.get_nowait()
            self.session.send_audio(frame, stamp)
            stamp += FRAME
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - loop.time()))
        return ""

    def _frames(self, sounds: Sequence[Sound]) -> list[bytes]:
        kind = self.session.chosen_payload_type
        pause = _silence(kind)
        found: list[bytes] = []
        for sound in sounds:
            found += _encoded(sound.path, sound.pcm, kind)
            found += pause
        return found

    async def key(self, wait_s: float) -> str:
        self._check()
        waiting = asyncio.ensure_future(self.keys.get())
        gone = asyncio.ensure_future(self.gone.wait())
        try:
            await asyncio.wait({waiting, gone}, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
            self._check()
            return waiting.result() if waiting.done() else ""
        finally:
            waiting.cancel()
            gone.cancel()

    async def put_through(self, to: str) -> bool:
        self._check()
        return False  # there is nobody else on this telephone

    async def record(self, name: str) -> str:
        return ""

    async def hang_up(self) -> None:
        self.call.hangup()

    def _check(self) -> None:
        if self.gone.is_set():
            raise HungUp


def _user(uri: str) -> str:
    """`1000` of `sip:1000@host`."""
    return uri.partition(":")[2].partition("@")[0]


@lru_cache(maxsize=256)
def _encoded(path: Path, pcm: bytes, kind: int) -> list[bytes]:
    """The packets of a sound in G.711; the last one is filled up with silence."""
    pcm += bytes(-len(pcm) % (2 * FRAME))
    coded = get_codec(kind).encode(pcm)
    return [coded[n : n + FRAME] for n in range(0, len(coded), FRAME)]


@lru_cache(maxsize=4)
def _silence(kind: int) -> list[bytes]:
    return _encoded(Path(), bytes(2 * FRAME * round(QUIET_S / FRAME_S)), kind)


class Datagrams(asyncio.DatagramProtocol):
    """The library's own protocol refuses the datagram transport of Python 3.11, which is not of the
    class that it asks for; it does the same otherwise."""

    def __init__(self, owner: UdpSipTransport) -> None:
        self.owner = owner

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.owner._dispatch(data, (str(addr[0]), int(addr[1])))


class Udp(UdpSipTransport):
    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        made, _protocol = await loop.create_datagram_endpoint(
            lambda: Datagrams(self), local_addr=self.local_addr
        )
        self._udp_transport = made


class Server:
    """Listens for softphones."""

    def __init__(self, office: Office, most: int | None = None) -> None:
        self.office = office
        self.most = most or settings.YIMEN_PHONE_CALLS
        self.lines: dict[str, Softphone] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.ports = PortAllocator(MEDIA)

    async def start(self, host: str, port: int) -> tuple[str, int]:
        self.host = host
        self.uas = SipUAS(Udp(local_addr=(host, port)), user_agent="Yimen")
        self.uas.on_invite = self._invited
        self.uas.on_bye = lambda call, _request: self._gone(call)
        self.uas.on_cancel = lambda request, _addr: self._cancelled(request.call_id)
        self.uas.on_ack_timeout = self._gone
        await self.uas.start()
        return host, port

    async def stop(self) -> None:
        """Say goodbye to everybody, then close."""
        for line in self.lines.values():
            line.call.hangup()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.uas.stop()

    def _invited(self, call: IncomingCall) -> None:
        if len(self.tasks) >= self.most:
            self._refuse(call, BUSY)
            return
        task = asyncio.ensure_future(self._serve(call))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _refuse(self, call: IncomingCall, status: int) -> None:
        call.reject(status)

    def _gone(self, call: IncomingCall) -> None:
        self._cancelled(call.call_id)

    def _cancelled(self, call_id: str | None) -> None:
        line = self.lines.get(call_id or "")
        if line:
            line.gone.set()

    async def _serve(self, call: IncomingCall) -> None:
        port, _control = await self.ports.allocate()
        try:
            session = self._session(call, port)
            if session is None:
                self._refuse(call, NOT_ACCEPTABLE)
                return
            line = self.lines[call.call_id] = Softphone(call, session)
            try:
                await conversation(line, self.office).run()
            finally:
                call.hangup()  # nothing, where the caller was first
                await session.close()
        finally:
            self.lines.pop(call.call_id, None)
            # the library forgets a call when the other side ends it, not when we do
            self.uas._calls.pop(call.call_id, None)
            await self.ports.release(port)

    def _session(self, call: IncomingCall, port: int) -> CallSession | None:
        """Our side of the sound; None when we have no way to talk in common."""
        offer = call.sdp_offer
        if offer is None:
            return None
        events = [c.payload_type for c in _codecs(offer) if c.encoding_name == "telephone-event"]
        own = self.host if self.host not in ("0.0.0.0", "::") else _own(call.source_addr)  # noqa: S104
        try:
            return CallSession(
                own, port, offer, dtmf_payload_type=events[0] if events else EVENTS,
                symmetric_rtp=True, plc=False,
            )  # fmt: skip
        except (SdpNegotiationError, ValueError):
            return None


def _codecs(offer: Any) -> list[Any]:
    return offer.audio.codecs if offer.audio else []


def _own(towards: tuple[str, int]) -> str:
    """Our address on the way to a caller."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(towards)
        return str(probe.getsockname()[0])
