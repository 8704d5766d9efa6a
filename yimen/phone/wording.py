"""The sentences of the line, by code, and how a sentence falls into pieces that keep their sound.

A prompt without a gap is one piece under its own code: a recording of that name takes its place. A
gap is filled by pieces of its own (digits one by one), so that no sound ever holds a whole number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from yimen.phone.rules import Prompt
from yimen.places.models import ServicePoint

SPOKEN = "zh-hans"
WORDS = {
    "greeting": _("您好，这里是社区事务受理服务中心的自动查询电话，可以查询办件的进度。"),
    "offer_home": _("老人和行动不便的残疾人，要我们上门办事，请按八，再按井号。"),
    "home": _("我们打电话和您约上门的时间，不收任何费用。"),
    "ask_number": _(
        "请输入收件凭证上的八位查询号。输错了按星号重输。找总服务台，请按零，再按井号。"
    ),
    "ask_code": _("请输入六位查询码。输错了按星号重输。找总服务台，请按零，再按井号。"),
    "cleared": _("已清除。"),
    "nothing_keyed": _("没有听到按键。"),
    "short_number": _("查询号是八位数字。"),
    "short_code": _("查询码是六位数字。"),
    "not_found": _("没有查到。请核对编号和查询码。"),
    "wrong_too_often": _("已经输错三次。请看一下收件凭证，再打电话来。"),
    "too_many": _("尝试次数过多，请一分钟后再试。"),
    "down": _("对不起，系统暂时查不到，不是您的问题。请过一会儿再打来。"),
    "wait": _("正在查询，请稍候。"),
    "menu": _("再听一遍，请按一。查另一件，请按二。找总服务台，请按零。结束，请按井号。"),
    "last": _("找总服务台，请按零。结束，请挂机。"),
    "not_a_choice": _("没有这个选项。"),
    "desk_busy": _("总服务台现在没有人接听。"),
    "desk_none": _("总服务台请您留下号码，由工作人员给您回电。"),
    "desk_closed": _("现在不是服务时间。服务时间是：%(hours)s"),
    "connecting": _("正在为您转总服务台，请不要挂机。"),
    "offer": _("要我们回拨您现在的号码，请按一。回拨另一个号码，请按二。不需要，请按井号。"),
    "ask_reach": _("请输入回电的号码，固定电话请先输区号，输完按井号。输错了按星号重输。"),
    "confirm_reach": _("您输入的号码是：%(number)s正确，请按一。重新输入，请按二。"),
    "no_such_number": _("这不是一个电话号码。"),
    "taken": _("已经登记，编号是：%(number)s我们最迟在%(day)s给您回电。再见。"),
    "not_taken": _("对不起，现在登记不了，请在服务时间再打来。再见。"),
    "full": _("所有线路都在使用，请过几分钟再打来。"),
    "help_greeting": _("您好，求助热线。通话会录音。正在为您接通。"),
    "help_wait": _("接线员马上接听，请不要挂机。有生命危险，请直接拨打一一零、一一九或者一二零。"),
    "help_joined": _("已经接通。"),
    "help_down": _(
        "对不起，现在接不通。有生命危险，请拨打一一零、一一九或者一二零。请过几分钟再打来。"
    ),
    "goodbye": _("再见。"),
}
LABELS = {"told": _("办件的进度")}  # what a higher house says in full
GAP = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that keep their sound; `code` where a recording may be named after the prompt."""

    words: str
    code: str = ""


def label(code: str) -> str:
    """A prompt in the reader's language, for the desk."""
    return GAP.sub("…", str(WORDS.get(code) or LABELS.get(code) or code))


def pieces(prompt: Prompt) -> list[Piece]:
    """What is to be played, in order, in Mandarin."""
    if prompt.text:
        return [Piece(prompt.text)]
    with override(SPOKEN):
        words = str(WORDS[prompt.code])
    if not GAP.search(words):
        return [Piece(words, prompt.code)]
    return [piece for piece in _filled(words, dict(prompt.facts)) if piece.words]


def _filled(words: str, facts: dict[str, str]) -> Iterator[Piece]:
    for place, part in enumerate(GAP.split(words)):
        if place % 2 == 0:
            yield Piece(part.strip())
        elif part == "number":
            yield from map(Piece, facts.get(part, ""))
        elif part == "day":
            yield Piece(spoken_day(date.fromisoformat(facts[part])))
        else:
            yield Piece(facts.get(part, ""))


def spoken_day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def spoken_hours(centre: ServicePoint) -> str:
    """The centre's hours, to be read aloud."""
    days = (("周一到周五", "weekday"), ("周末和节假日", "weekend"))
    parts = [(name, centre.hours.get(key, [])) for name, key in days]
    return "；".join(
        f"{name}，{'、'.join(map(_interval, pairs))}" for name, pairs in parts if pairs
    )


def _interval(pair: list[str]) -> str:
    return f"{_clock(pair[0])}到{_clock(pair[1])}"


def _clock(text: str) -> str:
    hour, minute = map(int, text.split(":"))
    return f"{hour}点{f'{minute}分' if minute else ''}"


def fixed() -> list[Piece]:
    """Every piece that does not hang on a case: what a recording studio is asked for."""
    with override(SPOKEN):
        texts = {code: str(words) for code, words in WORDS.items()}
    whole = [Piece(words, code) for code, words in texts.items() if not GAP.search(words)]
    parts = [Piece(w.strip()) for t in texts.values() if GAP.search(t) for w in GAP.split(t)[::2]]
    return [*whole, *[p for p in parts if p.words], *map(Piece, "W0123456789")]
