"""What time does to helpers: vettings end, words of jobs long over go."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from yimen.directory import actions
from yimen.directory.models import Asking, Helper
from yimen.lib.actor import system
from yimen.lib.rounds import one_by_one


def lapse(moment: datetime) -> int:
    """Whoever's vetting ended is asked no more until it is done anew. Returns how many."""
    over = Helper.objects.filter(
        state__in=[Helper.State.READY, Helper.State.PAUSED], valid_until__lt=moment.date()
    )
    return one_by_one(
        "directory.lapse",
        over.order_by("valid_until"),
        lambda h: actions.lapse(h.pk, by=system(h.street, "directory"), at=moment),
    )


def forget(moment: datetime) -> int:
    """The words of askings that ended `forget_days` ago go. Returns how many."""
    before = moment - timedelta(days=settings.YIMEN_HELPERS["forget_days"])
    old = Asking.objects.filter(ended_at__lt=before).exclude(brief="")
    return actions.forget(old.values_list("pk", flat=True), by=system(name="directory"), at=moment)
