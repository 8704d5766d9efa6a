"""A softphone for the tests: Debian's sipp calls by real SIP and keys digits by RFC 4733; what we
speak is caught off the wire. Both need CAP_NET_RAW."""

from __future__ import annotations

import asyncio
import shutil
import socket
import struct
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PCAPS = Path("/usr/share/sip-tester")
REMEDY = "needs sipp and CAP_NET_RAW: apt-get install sip-tester, then run as root (or setcap)"
NAMES = {"*": "star", "#": "pound"}
HEAD, RECORD, TO_RTP = 24, 16, 42  # of a pcap file, of a packet in it, of Ethernet + IPv4 + UDP


def raw_allowed() -> bool:
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)).close()
    except (OSError, AttributeError):
        return False
    return True


def possible() -> bool:
    return bool(shutil.which("sipp")) and PCAPS.is_dir() and raw_allowed()


# `make test` fetches sipp where it may; where it could not, the remedy stands in the summary
needs_sipp = pytest.mark.skipif(not possible(), reason=REMEDY)

OPENING = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="enquiry">
<send retrans="500"><![CDATA[
INVITE sip:64370000@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:13901234567@[local_ip]:[local_port]>;tag=[pid]t[call_number]
To: <sip:64370000@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:sipp@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=user1 53655765 2353687637 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP {codec} 101
a=rtpmap:{codec} {name}/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
]]></send>
<recv response="100" optional="true"/>
<recv response="180" optional="true"/>
<recv response="200" rrs="true"/>
<send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:13901234567@[local_ip]:[local_port]>;tag=[pid]t[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
"""
KEY = '<nop><action><exec play_pcap_audio="{pcap}"/></action></nop>\n<pause milliseconds="400"/>\n'
WAIT = '<pause milliseconds="{ms}"/>\n'
THEIRS = """<recv request="BYE" timeout="30000"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"""
OURS = """<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:13901234567@[local_ip]:[local_port]>;tag=[pid]t[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"/>
</scenario>
"""


def pressed(folder: Path, key: str, place: int) -> Path:
    """Debian's recording of a key (RFC 4733 events as they were sent), as the `place`-th of a call:
    with a time and numbers of its own, or the same key twice would look like one sent again."""
    data = bytearray((PCAPS / f"dtmf_2833_{NAMES.get(key, key)}.pcap").read_bytes())
    at, first = HEAD, None
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at + 8)
        rtp = at + RECORD + TO_RTP
        (sequence,) = struct.unpack_from("!H", data, rtp + 2)
        first = sequence if first is None else first
        struct.pack_into("!H", data, rtp + 2, 1000 + place * 20 + sequence - first)
        struct.pack_into("!I", data, rtp + 4, 160_000 + place * 4000)
        at += RECORD + length
    path = folder / f"key{place}.pcap"
    path.write_bytes(data)
    return path


def scenario(
    folder: Path,
    keys: str,
    *,
    listen_s: float,
    end: str = "",
    hang_up: bool = False,
    law: str = "PCMU",
) -> Path:
    """Key, listen, key `end`; then they hang up, or we do."""
    shown = [KEY.format(pcap=pressed(folder, key, n)) for n, key in enumerate(keys + end)]
    text = OPENING.format(codec=0 if law == "PCMU" else 8, name=law) + WAIT.format(ms=600)
    text += "".join(shown[: len(keys)]) + WAIT.format(ms=round(listen_s * 1000))
    text += "".join(shown[len(keys) :])
    path = folder / "scenario.xml"
    path.write_text(text + (OURS if hang_up else THEIRS))
    return path


def free_port(kind: int = socket.SOCK_DGRAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def dial(path: Path, port: int, media: int, calls: int = 1) -> str:
    """sipp's calls, all at once; its error text, "" when every call went as it should."""
    words = [
        "sipp", f"127.0.0.1:{port}", "-sf", str(path), "-i", "127.0.0.1", "-p", str(free_port()),
        "-mp", str(media), "-m", str(calls), "-l", str(calls), "-r", str(calls), "-rp", "1000",
        "-nostdin", "-timeout", "120s", "-timeout_error", "-trace_err",
    ]  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *words, cwd=path.parent, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    _out, said = await asyncio.wait_for(process.communicate(), 150)
    found = [p.read_text(errors="replace") for p in path.parent.glob("*_errors.log")]
    return "" if process.returncode == 0 else said.decode(errors="replace") + "".join(found)


class Catch:
    """RTP to one port, by sender: payloads in order and when each came."""

    def __init__(self) -> None:
        self.packets: dict[int, dict[int, tuple[float, bytes]]] = defaultdict(dict)

    def add(self, frame: bytes, port: int, at: float) -> None:
        """An Ethernet frame of the loopback: IPv4, UDP, RTP with G.711."""
        if len(frame) < 54 or frame[12:14] != b"\x08\x00" or frame[23] != 17:
            return
        head = 14 + (frame[14] & 0x0F) * 4
        _source, target, _length = struct.unpack("!HHH", frame[head : head + 6])
        rtp = frame[head + 8 :]
        if target != port or len(rtp) < 12 or rtp[1] & 0x7F not in (0, 8):
            return
        sequence, _stamp, sender = struct.unpack("!HII", rtp[2:12])
        self.packets[sender].setdefault(sequence, (at, rtp[12:]))

    def streams(self) -> list[bytes]:
        """What each sender said, in the order it was said."""
        return [b"".join(one for _at, one in self._ordered(s)) for s in self.packets]

    def gaps(self) -> list[float]:
        """The longest pause between two packets while something was said, by sender."""
        found = []
        for sender in self.packets:
            times = [at for at, _one in self._ordered(sender)]
            found.append(max((b - a for a, b in zip(times, times[1:], strict=False)), default=0.0))
        return found

    def _ordered(self, sender: int) -> list[tuple[float, bytes]]:
        kept = self.packets[sender]
        first = next(iter(kept))
        order = sorted(kept, key=lambda n: (n - first + 0x8000) & 0xFFFF)
        return [kept[n] for n in order]


@contextmanager
def caught(port: int) -> Iterator[Catch]:
    """Listen on the loopback while the block runs."""
    catch, stop = Catch(), threading.Event()
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024 * 1024)
    wire.bind(("lo", 0))
    wire.settimeout(0.2)

    def listen() -> None:
        while not stop.is_set():
            try:
                frame, address = wire.recvfrom(4096)
            except TimeoutError:
                continue
            if address[2] != socket.PACKET_OUTGOING:  # the loopback shows each packet twice
                catch.add(frame, port, time.monotonic())

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield catch
    finally:
        stop.set()
        thread.join()
        wire.close()
