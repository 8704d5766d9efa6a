"""Questions about files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yimen.files import vault
from yimen.files.models import File
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
