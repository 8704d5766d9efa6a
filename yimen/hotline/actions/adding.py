"""More is known of a request than when it was taken: it is added, never written over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.cases.models import Stage
from yimen.hotline.actions.calling import lock_request, must_operate
from yimen.hotline.actions.record import write
from yimen.hotline.models import AddedWords, HelpRequest
from yimen.ledger.together import together
from yimen.lib.actor import Actor, system
from yimen.lib.errors import FieldError, Invalid, Refused
from yimen.lib.masking import CALLER
from yimen.notices.actions import tell
from yimen.people.actions import correct_name
from yimen.people.perms import may_register


@together()
def add_words(
    request: HelpRequest | UUID,
    *,
    text: str = "",
    where: str = "",
    name: str = "",
    by: Actor,
    at: datetime,
) -> AddedWords | None:
    """Words, an address, the name of somebody who had none: at least one. Who works on it is told."""
    operator = must_operate(by)
    held = lock_request(request, by)
    if held.case.stage == Stage.CLOSED:
        raise Refused("closed", _("这个求助已经办结，不能再补记。"))
    text, where, name = text.strip()[:2000], where.strip()[:200], name.strip()[:60]
    if not (text or where or name):
        sentence = _("请写下补充的情况、地址或姓名。")
        raise Invalid("text", sentence, (FieldError("text", sentence),))
    if name:
        _name(held, name, by, at)
    made = None
    if text or where:
        made = AddedWords.objects.create(
            street=held.street, request=held, text=text, where=where, at=at, by_id=operator
        )
        _tell(made, by, at)
    write(held.case, "add_words", by=by, at=at, text=bool(text), where=bool(where), name=bool(name))
    return made


def nameless(held: HelpRequest) -> bool:
    """Nobody has said yet who asks."""
    who = held.case.applicant
    return who.name == CALLER and who.id_index is None


def _name(held: HelpRequest, name: str, by: Actor, at: datetime) -> None:
    if not nameless(held):
        sentence = _("求助人已有姓名，不在这里改。")
        raise Invalid("name", sentence, (FieldError("name", sentence),))
    by = by if may_register(by) else system(held.street, "hotline")
    correct_name(held.case.applicant, name, reason=_("来电人说了姓名"), by=by, at=at)


def _tell(made: AddedWords, by: Actor, at: datetime) -> None:
    case = made.request.case
    tell(
        street=made.street, template="line.words_added", about=case.number,
        facts={"number": case.number}, key=f"added:{made.pk}", to_body=case.lead_id, by=by, at=at,
    )  # fmt: skip
