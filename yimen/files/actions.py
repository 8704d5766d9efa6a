"""Verbs: keep a file, erase it, scan it again."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yimen.files import perms, rules, vault
from yimen.files.models import File
from yimen.files.scanning import scanner
from yimen.files.stripping import Torn, strip
from yimen.ledger import actions as ledger
from yimen.ledger import rows
from yimen.lib.actor import Actor, system
from yimen.lib.errors import Forbidden, Problem
from yimen.look.away import FULL

log = logging.getLogger(__name__)


class NoRoom(Problem):
    """The disk is full: nothing was kept."""

    status = 507


def store(
    source: Any,
    *,
    name: str,
    purpose: str,
    street: str,
    by: Actor,
    at: datetime,
    photograph: bool = False,
) -> File:
    """Keep what `source` holds (bytes, an upload, anything with `read`) and say what it is. Of a
    `photograph` only the picture is kept: not where, when and with what it was taken.

    Invalid with a sentence when it is too large, of a sort we do not take, not what its name
    says, two things at once, or infected.
    """
    if not perms.may_store(by):
        raise Forbidden("file_store", _("请先登录再上传文件。"))
    content = _read(source, photograph)
    judged = rules.judge(name, content, photograph=photograph)
    if photograph:
        content = _picture_alone(judged.mime, content)
        judged = rules.judge(judged.name, content)
    state = _scanned(content)
    digest = hashlib.sha256(content).hexdigest()
    file = File(
        street=street,
        sha256=digest,
        name=judged.name,
        mime=judged.mime,
        size=len(content),
        purpose=purpose,
        scan_state=state,
        has_location=judged.has_location,
        created_at=at,
        created_by=by.account,
    )
    with transaction.atomic():
        _lock(digest)
        _put(digest, content)
        file.save(force_insert=True)
        ledger.record(
            street=street,
            stream=f"file:{file.pk}",
            act="stored",
            by=by,
            at=at,
            data={"sha256": digest, "size": file.size, "mime": file.mime, "purpose": purpose},
        )
    return file


store_file = store  # for rooms that import the verb without its house


def erase(file: File, *, by: Actor, at: datetime) -> None:
    """Take the content away for good; the row stays without its name. Twice is once."""
    with transaction.atomic():
        _lock(file.sha256)
        row = File.objects.select_for_update().get(pk=file.pk)
        if not perms.may_erase(by):
            raise Forbidden("file_erase", _("您无权删除这个文件。"))
        if row.erased_at is not None:
            return
        rows.update(File, {"id": row.pk}, erased_at=at, name="")
        ledger.record(
            street=row.street,
            stream=f"file:{row.pk}",
            act="erased",
            by=by,
            at=at,
            data={"sha256": row.sha256},
        )
        if not File.objects.filter(sha256=row.sha256, erased_at=None).exists():
            # A crash before this leaves a content without a row: the sweep removes it.
            transaction.on_commit(lambda: _remove_unused(row.sha256))
    file.refresh_from_db()


def rescan(file: File, *, at: datetime) -> str:
    """Scan a kept file now; the new state. Nothing changes without a scanner."""
    found = scanner()
    if found is None or file.erased_at is not None:
        return file.scan_state
    state = found.scan(vault.get(file.sha256))
    with transaction.atomic():
        rows.update(File, {"sha256": file.sha256}, scan_state=state)
        if state != file.scan_state:
            ledger.record(
                street=file.street,
                stream=f"file:{file.pk}",
                act="scanned",
                by=system(file.street),
                at=at,
                data={"state": str(state)},
            )
    return state


def _read(source: Any, photograph: bool) -> bytes:
    """All of `source`, or Invalid as soon as it is over the cap."""
    cap = settings.YIMEN_FILE_MAX_MB * 1024 * 1024
    if isinstance(source, (bytes, bytearray)):
        content = bytes(source)
    else:
        content = source.read(cap + 1)
    if len(content) > cap:
        raise rules.too_large(settings.YIMEN_FILE_MAX_MB, photograph=photograph)
    return content


def _picture_alone(mime: str, content: bytes) -> bytes:
    try:
        return strip(mime, content)
    except Torn as error:
        raise rules.refused("torn", _("照片不完整。"), _("请重新拍一张。")) from error


def _scanned(content: bytes) -> str:
    found = scanner()
    state = found.scan(content) if found else File.Scan.NONE
    if state == File.Scan.INFECTED:
        raise rules.refused(
            "infected",
            _("文件里发现了病毒，没有保存。"),
            _("请在安全的电脑上重新制作文件后再上传。"),
        )
    return state


def _put(digest: str, content: bytes) -> None:
    try:
        vault.put(digest, content)
    except OSError as error:
        if error.errno not in FULL:
            raise
        log.error("the disk of the file store is full")
        raise NoRoom(
            "file_no_room", _("存储空间已满，文件没有保存。请稍后再试，并告诉管理员。")
        ) from error


def _remove_unused(digest: str) -> None:
    """Remove a content unless a row points to it by now."""
    with transaction.atomic():
        _lock(digest)
        if not File.objects.filter(sha256=digest, erased_at=None).exists():
            vault.remove(digest)


def _lock(digest: str) -> None:
    """One writer or remover per content: until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(digest[:15], 16)])


def sweep(*, at: datetime, older_than: float) -> int:
    """Remove contents and left-overs that no row points to and that are older than the moment
    `older_than` (seconds since 1970): a younger one may belong to an act not yet committed."""
    removed, batch = 0, []
    for digest, path in vault.contents():
        try:
            if path.stat().st_mtime >= older_than:
                continue
        except FileNotFoundError:
            continue
        if not digest:
            path.unlink(missing_ok=True)
            removed += 1
            continue
        batch.append(digest)
        if len(batch) == 500:
            removed += _sweep_batch(batch)
            batch = []
    return removed + _sweep_batch(batch)


def _sweep_batch(digests: list[str]) -> int:
    """One question for many contents, then each unused one under its lock."""
    if not digests:
        return 0
    used = set(
        File.objects.filter(sha256__in=digests, erased_at=None).values_list("sha256", flat=True)
    )
    unused = [digest for digest in digests if digest not in used]
    for digest in unused:
        _remove_unused(digest)
    return len(unused)


def reseal(digest: str) -> bool:
    """Seal one kept content with the newest key, under the same lock as whoever keeps or removes it.
    False when it does not open; one that is gone by now needs nothing."""
    try:
        with transaction.atomic():
            _lock(digest)
            vault.reseal(digest)
    except FileNotFoundError:
        return True
    except vault.Unsealable:
        log.error("a stored file does not open and was not sealed anew")
        return False
    return True
