"""May somebody be appointed to a seat, as far as training goes (settings.YIMEN_FIT_FOR_SEAT)?"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from yimen.bodies.models import Seat
from yimen.people.models import Account
from yimen.workforce import learning


def lacks_training(seat: Seat, account: Account, on: date) -> str:
    """Why not: the certificates that every post of the seat asks for and this person has not."""
    names = learning.fits_no_post(seat.pk, account, on)
    if not names:
        return ""
    told = _("这个席位的岗位要有“%(courses)s”的有效证书。请先安排岗前培训。")
    return told % {"courses": _("、").join(names)}
