"""What the walk through all doors tries of supervision."""

from __future__ import annotations

from datetime import date, datetime
from datetime import time as clock
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cases.world import MONDAY
from tests.cast import CENTRE, account, actor, body
from tests.files.samples import picture
from tests.supervision.conftest import fill
from yimen.counters.models import Window
from yimen.lib import time
from yimen.lib.actor import ANONYMOUS
from yimen.places.models import ServicePoint
from yimen.supervision import actions, loaders, ticks


def visits(_town: object) -> dict[str, Any]:
    """A visit of February that the centre reads, with an objection and a measure, and one of this
    month that it must not hear of."""
    loaders.load()
    point, by = ServicePoint.objects.get(code=CENTRE), actor("supervisor")
    plan = {"announced": False, "supervisor": account("supervisor"), "by": by}
    february = MONDAY.replace(month=2, day=10)
    shown = actions.plan(point, month=date(2026, 2, 1), at=february, **plan)
    fill(shown, at=february, E3="not", C1="partly", B2="not")
    with time.at(date_at(date(2026, 3, 9))):
        ticks.shown(time.now())
    hidden = actions.plan(point, month=date(2026, 3, 1), at=time.now(), **plan)
    photo = ("B2", SimpleUploadedFile("a.png", picture("PNG")))
    actions.save_sheet(hidden, {"B2": actions.Found("not")}, photos=[photo], by=by, at=time.now())
    scores = {s.item.code: s for s in shown.scores.select_related("item")}
    director, at = actor("director"), time.now()
    objection = actions.object_to(scores["C1"], text="给过", by=director, at=at)
    measure = actions.set_measure(
        scores["B2"], text="添置", owner=account("clerk"), due=at.date(), by=director, at=at
    )
    open_ = actions.plan(
        point,
        month=date(2026, 4, 1),
        at=at,
        **plan | {"announced": True, "planned_on": date(2026, 4, 9)},
    )
    complaint = actions.complain(point, text="态度不好", by=ANONYMOUS, at=at).complaint
    held = actions.begin_selection(
        point.street, sort="window", quarter=date(2025, 10, 1), body=body("leading-group-office"),
        by=director, at=at,
    )  # fmt: skip
    windows = Window.objects.filter(centre=point).order_by("code")[:2]
    for window in windows:
        actions.propose(held, window=window, why="等候短", by=director, at=at)
    actions.post_selection(held, by=director, at=at)
    said = actions.object_to_posting(held, text="不同意", by=ANONYMOUS, at=at)
    new = actions.begin_selection(
        point.street, sort="staff", quarter=date(2025, 10, 1), body=held.body, by=director, at=at
    )
    return {
        "selection": held.pk, "selection_new": new.pk, "selection_said": said.pk,
        "complaint": complaint.pk,
        "visit": shown.pk, "visit_hidden": hidden.pk, "visit_open": open_.pk, "lost": scores["E3"].pk,
        "lost_hidden": hidden.scores.get().pk, "photo_hidden": hidden.photos.get().pk,
        "visit_objection": objection.pk, "measure": measure.pk,
    }  # fmt: skip


def date_at(day: date) -> datetime:
    return datetime.combine(day, clock(9), time.ZONE)
