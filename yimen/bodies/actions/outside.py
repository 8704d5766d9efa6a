"""What the database says about supervisors of conduct (AFF-15), in words."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils.translation import gettext as _

from yimen.lib.errors import Refused


def refusal(error: IntegrityError) -> Refused | None:
    """The refusal that a broken rule about supervisors comes to; None when it is another rule."""
    diagnosis = getattr(error.__cause__, "diag", None)
    match getattr(diagnosis, "constraint_name", ""):
        case "conduct_outside":
            sentence = _(
                "行风监督员来自中心以外：同一时间不能在中心或其后台任职、代理或签合同。"
                "请另选一位，或先结束另一项。"
            )
            return Refused("conduct_outside", sentence)
        case "conduct_term":
            return Refused("conduct_term", _("行风监督员有任期，请填最后一天。"))
    return None
