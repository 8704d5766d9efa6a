"""A price is told before anybody is sent, and the caller's answer is kept."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yimen.directory.models import Unit
from yimen.hotline.actions.calling import must_operate
from yimen.hotline.actions.sent import lock
from yimen.hotline.models import PriceAnswer
from yimen.ledger.actions import record
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Invalid


@together()
def answer_price(
    number: str, *, unit: str, price: str, agreed: bool, said_by: str, by: Actor, at: datetime
) -> PriceAnswer:
    """Write down who said yes or no to which price."""
    operator = must_operate(by)
    row, _d = lock(number, by)
    found = Unit.objects.filter(street=row.street, code=unit, is_active=True).first()
    for field, wrong, sentence in (
        ("unit", found is None, _("没有这个单位，或者已经不合作。")),
        ("price", not price.strip(), _("请写明说给求助人的价格。")),
        ("said_by", said_by not in PriceAnswer.SaidBy.values, _("请选择是谁回答的。")),
    ):
        if wrong:
            raise Invalid(field, sentence, (FieldError(field, sentence),))
    assert found is not None
    made = PriceAnswer.objects.create(
        street=row.street, request=row, unit=found, price=price.strip()[:80], agreed=agreed,
        said_by=said_by, at=at, by_id=operator,
    )  # fmt: skip
    record(
        street=row.street, stream=f"price:{made.pk}", act="agreed" if agreed else "declined", by=by,
        at=at, data={"request": str(row.pk), "unit": str(made.unit_id), "said_by": said_by},
    )  # fmt: skip
    return made
