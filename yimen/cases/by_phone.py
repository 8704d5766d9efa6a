"""The progress of a case, spoken: what the tracking page says, in sentences (AFF-8).

The same look-up, the same words, the same refusal and the same slowing; each sentence is a whole,
so that the line can speak or play it by itself and keep the sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import override

from yimen.cases import track
from yimen.cases.dossier import Dossier
from yimen.cases.models import Ending, Stage
from yimen.lib.time import today
from yimen.look.throttle import Line
from yimen.phone.rules import Told

SPOKEN = "zh-hans"


def enquire(line: str, number: str, code: str) -> Told:
    """What the caller on this line is told; Unseen or TooMany as on the web."""
    d = track.look_up(Line(line), number, code)
    with override(SPOKEN):
        return Told(tuple(_sentences(d)), about=d.case.number)


def _sentences(d: Dossier) -> Iterator[str]:
    step = track.next_step(d, SPOKEN)
    yield _("您查的是：")
    yield d.content.name.text(SPOKEN)
    yield _("现在的状态：")
    yield str(Ending(d.case.ending).label if d.case.ending else Stage(d.case.stage).label)
    if d.case.stage != Stage.CLOSED:
        yield _("接下来")
    yield step.text
    if step.by is None:
        return
    yield _("最迟 %(day)s") % {"day": spoken_date(step.by)}
    if step.late:
        yield _("已超期")
        yield _("我们已经提醒经办单位和负责人。")
    elif step.provisional:
        yield _("（暂定：明年的放假安排公布以后会重新计算）")


def spoken_date(day: date) -> str:
    """12月3日; the year only where it is not this one."""
    spoken = f"{day.month}月{day.day}日"
    return spoken if day.year == today().year else f"{day.year}年{spoken}"
