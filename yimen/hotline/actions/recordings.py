"""The sound of a call: where the exchange keeps it, who listened and why, gone after its term."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from yimen.hotline import perms, queries
from yimen.hotline.models import LineCall, Listening, Recording
from yimen.ledger.actions import record
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen

log = logging.getLogger("yimen.hotline")


@transaction.atomic
def link_recording(call: UUID, *, name: str, by: Actor, at: datetime) -> Recording:
    """The exchange records a call under this name. Told twice it is one."""
    held = LineCall.objects.select_for_update().filter(pk=call).first()
    if held is None:
        raise Unseen("call")
    if not name or len(name) > 120 or not plain(name):
        raise Invalid("name", _("这不是录音的名字。"))
    known = Recording.objects.filter(call=held).first()
    if known:
        return known
    made = Recording.objects.create(
        street=held.street, call=held, name=name, begun_at=at,
        delete_at=at + timedelta(days=settings.YIMEN_HELP_RECORDING_DAYS),
    )  # fmt: skip
    _write_down(made, "recorded", by, at)
    return made


def plain(name: str) -> bool:
    """A path below the folder of recordings, and nothing that leads out of it."""
    path = PurePosixPath(name)
    return (
        not path.is_absolute()
        and ".." not in path.parts
        and "\\" not in name
        and name.isprintable()
    )


@transaction.atomic
def listen(recording: UUID, *, reason: str, by: Actor, at: datetime) -> Recording:
    """Before the sound is handed out it is written down who listens and why."""
    held = (
        Recording.objects.select_for_update(of=("self",)).select_related("call")
        .filter(pk=recording, street=by.street).first()
    )  # fmt: skip
    others = LineCall.objects.filter(queries.of_others(by))
    if held is None or not perms.watches(by) or not others.filter(pk=held.call_id).exists():
        raise Unseen("recording")
    if not perms.may_listen(by, held.call.operator_id):
        raise Forbidden("listen", _("录音由接线的人、热线负责人和审计员听。"))
    if held.gone_at:
        raise Refused("gone", _("录音已经到期删除。"))
    if len(reason.strip()) < 2:
        sentence = _("请写明为什么要听。")
        raise Invalid("reason", sentence, (FieldError("reason", sentence),))
    assert by.account
    Listening.objects.create(
        street=held.street, recording=held, by_id=by.account, at=at, reason=reason.strip()[:200]
    )
    _write_down(held, "listened", by, at)
    return held


@transaction.atomic
def forget_recording(recording: UUID, *, by: Actor, at: datetime) -> int:
    """The term is over: link and file go. A file that cannot be removed keeps its link, so that the
    next round tries again."""
    held = Recording.objects.select_for_update().get(pk=recording)
    if held.gone_at or held.delete_at > at:
        return 0
    path = place_of(held)
    if path is not None:
        path.unlink(missing_ok=True)
    held.name, held.gone_at = "", at
    held.save(update_fields=["name", "gone_at"])
    _write_down(held, "forgotten", by, at)
    return 1


def place_of(held: Recording) -> Path | None:
    """The file, where the folder of recordings can be read here."""
    if not settings.YIMEN_HELP_RECORDINGS or not held.name or not plain(held.name):
        return None
    return Path(settings.YIMEN_HELP_RECORDINGS) / held.name


def _write_down(held: Recording, act: str, by: Actor, at: datetime) -> None:
    record(
        street=held.street, stream=f"call:{held.call_id}", act=act, by=by, at=at,
        data={"recording": str(held.pk)},
    )  # fmt: skip
