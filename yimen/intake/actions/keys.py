"""Idempotency keys: a machine's retry gives the same case and no second number."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.intake.models import IdempotencyKey
from yimen.ledger import rows
from yimen.ledger.rows import Sheet
from yimen.lib.errors import FieldError, Invalid
from yimen.lib.time import now

KEYS_KEPT = timedelta(days=7)


def claim_key(account: UUID, key: str, digest: str) -> str:
    """Claim an idempotency key; returns the number of the case that it already made, or "".

    Two requests with one key meet at the unique index: the second waits for the first to commit.
    Raises Invalid when the key came with another body.
    """
    made = rows.insert(
        IdempotencyKey,
        [{"account_id": account, "key": key, "digest": digest, "made_at": now()}],
        ignore_conflict=True,
        returning="id",
    )
    if made:
        return ""
    old = IdempotencyKey.objects.get(account=account, key=key)
    if old.digest != digest:
        text = _("这个 Idempotency-Key 已经用于另一份内容。")
        raise Invalid("key", text, (FieldError("Idempotency-Key", text, _("请换一个新的值。")),))
    return old.number


def settle_key(account: UUID, key: str, number: str, *, into: Sheet) -> None:
    """Note, with the case itself, which one the key made."""
    into.update(IdempotencyKey, {"account_id": account, "key": key}, number=number)


def forget_keys(moment: datetime) -> int:
    """Drop keys older than seven days."""
    gone, _detail = IdempotencyKey.objects.filter(made_at__lt=moment - KEYS_KEPT).delete()
    return gone
