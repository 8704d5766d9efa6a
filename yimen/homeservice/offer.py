"""What intake is offered about home service: whoever may have it, hears of it."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from yimen.homeservice import queries, rules
from yimen.intake.offers import Offer
from yimen.people.models import Party


def offer(applicant: Party, day: date) -> Offer | None:
    """Home service, when the applicant may have it and has not asked for it yet."""
    ground = queries.may_have(applicant, day)
    if not ground or queries.open_of(applicant.pk) is not None:
        return None
    words = {
        rules.AGE: _("这位申请人满了年龄，以后可以由我们上门办，不用再跑一趟。"),
        rules.MOBILITY: _("这位申请人说过行动不便，可以由我们上门办。"),
    }
    address = reverse("homeservice:new") + f"?person={applicant.pk}"
    return Offer(words[ground], address, _("登记上门服务"))
