"""Somebody may be at risk: it is said, and goes to the organ whose it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.bodies.models import Body
from yimen.bodies.queries import holders_in
from yimen.directory import perms, queries
from yimen.directory.actions.record import lock_asking
from yimen.directory.models import Asking, Concern
from yimen.ledger.actions import record
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.notices.actions import tell


@transaction.atomic
def raise_concern(asking: Asking | UUID, *, text: str, by: Actor, at: datetime) -> Concern:
    """Say it. Who runs the centre is told at once; the text stays on the two desks."""
    held = lock_asking(asking, by)
    if by.account is None or not perms.worries(by, held):
        raise Forbidden("concern", _("由帮忙的人或受理人员反映。"))
    if not text.strip():
        sentence = _("请写明看到了什么。")
        raise Invalid("text", sentence, (FieldError("text", sentence),))
    made = Concern(street=held.street, asking=held, text=text.strip()[:1000],
                   raised_by_id=by.account, raised_at=at)  # fmt: skip
    made.save(force_insert=True)
    _write_down(made, "raise", by, at)
    for account in holders_in(held.street, perms.KEEPS, at.date()):
        tell(
            street=held.street, template="helper.concern", about=f"concern:{made.pk}",
            facts={"raised": at}, key=f"concern:{made.pk}:{account}", to_account=account,
            by=by, at=at,
        )  # fmt: skip
    return made


@transaction.atomic
def settle(concern: Concern | UUID, *, to: Body, by: Actor, at: datetime) -> Concern:
    """Handed to the organ whose it is: civil affairs, the police, the women's federation ..."""
    pk = concern.pk if isinstance(concern, Concern) else concern
    seen = queries.concerns_visible_to(by).order_by().values("pk")
    held = Concern.objects.select_for_update().filter(pk=pk, pk__in=seen).first()
    if held is None:
        raise Unseen("concern")
    if not perms.keeps(by, held.street):
        raise Forbidden("concern", _("由中心主任、副主任或行政助理转交。"))
    if held.settled_at:
        raise Refused("settled", _("已经转交过了。"))
    held.to, held.settled_by_id, held.settled_at = to, by.account, at
    held.save(update_fields=["to", "settled_by", "settled_at"])
    _write_down(held, "hand_over", by, at)
    tell(
        street=held.street, template="helper.concern_handed", about=f"concern:{held.pk}",
        facts={"raised": held.raised_at}, key=f"concern:{held.pk}:{to.pk}", to_body=to, by=by,
        at=at,
    )  # fmt: skip
    return held


def _write_down(row: Concern, act: str, by: Actor, at: datetime) -> None:
    record(
        street=row.street, stream=f"concern:{row.pk}", act=act, by=by, at=at,
        data={"asking": str(row.asking_id), "to": str(row.to_id) if row.to_id else None},
    )  # fmt: skip
