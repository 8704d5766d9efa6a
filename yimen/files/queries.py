"""Questions about files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yimen.files import vault
from yimen.files.models import File
from yimen.lib.crypto import Unsealable
from yimen.lib.errors import Refused, Unseen


def open_file(file: File) -> bytes:
    """The content. Unseen when erased, Refused when infected, OSError or Unsealable when the
    store is damaged: then an operator must look."""
    if file.erased_at is not None:
        raise Unseen("file_erased", _("这个文件已经删除。"))
    if file.scan_state == File.Scan.INFECTED:
        raise Refused(
            "file_infected", _("这个文件里发现了病毒，已停止提供。请联系提交人重新上传。")
        )
    content = vault.get(file.sha256)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise OSError(f"content of file {file.pk} does not match its digest")
    return content


def by_ids(ids: Iterable[UUID]) -> dict[UUID, File]:
    """Files by id, one query."""
    return {file.pk: file for file in File.objects.filter(pk__in=list(ids))}


def damaged() -> Iterator[tuple[UUID, str]]:
    """Every kept file that is not whole, and why: missing, unreadable (other keys, or torn), or
    another content than the one that was kept. Each content is opened once."""
    judged: dict[str, str] = {}
    kept = File.objects.filter(erased_at=None).order_by("sha256", "id")
    for pk, digest in kept.values_list("pk", "sha256").iterator(chunk_size=5000):
        if digest not in judged:
            judged = {digest: _fault(digest)}
        if judged[digest]:
            yield pk, judged[digest]


def _fault(digest: str) -> str:
    try:
        content = vault.get(digest)
    except FileNotFoundError:
        return "missing"
    except (OSError, Unsealable):
        return "unreadable"
    return "" if hashlib.sha256(content).hexdigest() == digest else "digest"
