"""What both services have in common: an address to listen on, and an end in good order."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from typing import Protocol

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from yimen.phone.office import Office
from yimen.phone.sounds import Sounds

log = logging.getLogger("yimen.phone")


class Service(Protocol):
    async def start(self, host: str, port: int) -> tuple[str, int]: ...

    async def stop(self) -> None: ...


def address(text: str) -> tuple[str, int]:
    """`127.0.0.1:4573` or `[::1]:4573`."""
    host, _colon, port = text.rpartition(":")
    if not host or not port.isdigit() or not int(port) < 65_536:
        raise CommandError(
            _("“%(text)s”不是地址。请写 主机:端口，例如 127.0.0.1:5060。") % {"text": text}
        )
    return host.strip("[]"), int(port)


def run(make: Callable[[Office], Service], listen: str, say: Callable[[str], None]) -> None:
    """Until SIGINT or SIGTERM."""
    host, port = address(listen)
    sounds = Sounds()
    sounds.prune()
    asyncio.run(_run(make, sounds, host, port, say))


async def _run(
    make: Callable[[Office], Service],
    sounds: Sounds,
    host: str,
    port: int,
    say: Callable[[str], None],
) -> None:
    office = Office(sounds)
    service = make(office)
    try:
        bound = await service.start(host, port)
    except OSError as error:
        raise CommandError(
            _("%(address)s 不能监听：%(why)s。请换一个端口，或停掉占用它的程序。")
            % {"address": f"{host}:{port}", "why": error.strerror or type(error).__name__}
        ) from error
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    say(_("正在监听 %(address)s。按 Ctrl-C 结束。") % {"address": f"{bound[0]}:{bound[1]}"})
    ready = asyncio.get_running_loop().run_in_executor(office.pool, sounds.warm)
    await stop.wait()
    await service.stop()
    ready.cancel()
    office.close()
