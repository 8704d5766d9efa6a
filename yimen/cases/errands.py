"""Work after the act."""

from __future__ import annotations

from typing import Any

from yimen.cases.models import Result
from yimen.lib.actor import system
from yimen.lib.time import now
from yimen.notices.actions import tell


def remind_renewal(payload: dict[str, Any], *, key: str) -> None:
    """Tell the holder that a result ends soon and can be renewed. Once: the message bears the
    errand's key. What was revoked or corrected in between is not spoken of."""
    result = Result.objects.select_related("case__matter").get(pk=payload["result"])
    if result.state != Result.State.VALID or result.valid_until is None:
        return
    matter = result.case.matter
    tell(
        street=result.street,
        template="case.renewal_due",
        facts={
            "number": result.case.number,
            "matter": {"zh": matter.name, "en": matter.name_en or matter.name},
            "until": result.valid_until,
        },
        about=result.case.number,
        key=f"renewal:{key}",
        by=system(result.street, "renewals"),
        at=now(),
        to_party=result.holder_id,
    )
