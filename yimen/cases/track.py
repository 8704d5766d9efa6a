"""What a resident is told of a case: plain words, dates, the next step. No personal data.

Looked up by number and code: the case number or the short enquiry number, with the six digits of
the receipt. A wrong number and a wrong code get the same answer in similar time, and ten failures
a minute from one address are enough.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from yimen.cases.dossier import Dossier, Told, read
from yimen.cases.models import Ending, Outcome, Stage
from yimen.lib import text
from yimen.lib.crypto import seal, unseal
from yimen.lib.errors import Unseen
from yimen.lib.time import local, today
from yimen.look import throttle
from yimen.matters.content import Words

FAILURES_A_MINUTE = 10
# opened when there is no such case, so that both wrong answers cost the same work
_DECOY = ""


@dataclass(frozen=True)
class Step:
    """What comes next, and by which day; `late` when that day has gone by."""

    text: str
    by: date | None = None
    provisional: bool = False

    @property
    def late(self) -> bool:
        return self.by is not None and self.by < today()


@dataclass(frozen=True)
class Past:
    """What happened, when, in one plain sentence."""

    at: datetime
    text: str
    act: str


def look_up(where: throttle.Where, number: str, code: str) -> Dossier:
    """The case with this number and code, or the same 404 whatever is wrong."""
    throttle.refuse_if_over(where, "track", FAILURES_A_MINUTE)
    d = _dossier(number)
    if not _code_matches(d, code):
        throttle.failed(where, "track")
        raise Unseen("track", _("没有查到。请核对编号和查询码。"))
    assert d is not None
    return d


def _dossier(number: str) -> Dossier | None:
    plain = text.code(number)  # a phone's Chinese keyboard writes full-width digits
    if not plain.isascii() or not plain.isdigit() or len(plain) not in (8, 26):
        return None
    return read("enquiry_no" if len(plain) == 8 else "number", plain, entries=True)


def _code_matches(d: Dossier | None, code: str) -> bool:
    global _DECOY
    if d is None:
        _DECOY = _DECOY or seal("000000", about="decoy")
        unseal(_DECOY, about="decoy")
        return False
    right = unseal(d.case.enquiry_code, about=f"case:{d.case.number}")
    return hmac.compare_digest(right.encode(), text.code(code).encode())


SENTENCES = {
    "receive": "收到您的材料，已出具收件凭证。",
    "move_in": "从原来的系统迁入。",
    "accept": "已受理。",
    "deem": "五个工作日内未作答复，依法视为已经受理。",
    "not_accept": "不予受理，请看告知书上的理由和去处。",
    "supplement": "一次性告知需要补正的材料。",
    "supplied": "收到补交的材料。",
    "hold": "依法进行特别程序，办理时限暂停计算。",
    "resume": "特别程序结束，办理时限继续计算。",
    "end_hold": "特别程序到期，办理时限继续计算。",
    "extend": "经批准延长办理期限一次。",
    "sign": "承办单位已签收。",
    "finish": "一个承办单位完成了办理。",
    "return": "承办单位退回，正在重新安排。",
    "offer": "已转交承办单位。",
    "assist": "又请了一个单位协助。",
    "post": "已发布公示。",
    "consent": "协办单位逾期未提意见，视为同意。",
    "decide": "已作出决定。",
    "deliver": "结果正在送达。",
    "confirm": "结果已经送达，办件完成。",
    "withdraw": "申请已撤回。",
    "lapse": "逾期未补交材料，程序终止。",
    "reopen": "问题没有解决，重新办理。",
    "recompute": "工作日历有变化，办理期限已重新计算。",
    "correct": "结果文书已更正。",
    "revoke": "结果文书已撤销。",
    "void": "作废。",
    "go_along": "不少人反映了同一件事，一起办理。",
    "go_alone": "改为单独办理。",
    "answer_along": "同一件事已经办理并答复。",
}
# what goes on inside one's house is not the resident's business
QUIET = {"warn", "urge", "solved", "expire"}


# of these the resident is told which body it was, and with what
BY_BODY = {
    "sign": "%(body)s已签收，开始办理“%(task)s”。",
    "finish": "%(body)s办完了“%(task)s”。",
    "return": "%(body)s退回了“%(task)s”，正在重新安排。",
}


def history(d: Dossier, lang: str) -> list[Past]:
    """What happened, oldest first, in plain words."""
    with override(lang):
        return [
            Past(e.at, _sentence(d, e, lang), e.act)
            for e in _entries(d)
            if e.act not in QUIET and not (e.act == "recompute" and '"moved":{}' in e.data)
        ]


def _entries(d: Dossier) -> list[Told]:
    if d.entries is None:
        known = read("number", d.case.number, entries=True)
        d.entries = known.entries if known else []
    return d.entries or []


def _sentence(d: Dossier, entry: Told, lang: str) -> str:
    plain = _(SENTENCES.get(entry.act, "有新的进展。"))
    if entry.act not in BY_BODY:
        return plain
    first = next(iter(json.loads(entry.data).get("tasks", {})), "")
    task = d.task(first)
    if task is None:
        return plain
    body = Words(zh=task.body.name, en=task.body.name_en or task.body.name)
    said = {"body": body.text(lang), "task": Words(**task.name).text(lang)}
    return _(BY_BODY[entry.act]) % said


def next_step(d: Dossier, lang: str) -> Step:
    """What comes next and by when, in plain words."""
    with override(lang):
        return _STEPS[Stage(d.case.stage)](d)


def _until(d: Dossier, *names: str) -> tuple[date | None, bool]:
    terms = [t for t in map(d.term, names) if t is not None]
    if not terms:
        return None, False
    first = min(terms, key=lambda t: t.due_at)
    return local(first.due_at).date(), first.provisional


def _received(d: Dossier) -> Step:
    by, guess = _until(d, "accept")
    return Step(_("我们审核材料，决定是否受理。"), by, guess)


def _supplementing(d: Dossier) -> Step:
    by, guess = _until(d, "supplement")
    names = "、".join(
        material.name.text("zh")
        for m in d.missing()
        if (material := d.content.material(m.code)) is not None
    )
    return Step(_("请补交：%(names)s。") % {"names": names}, by, guess)


def _handling(d: Dossier) -> Step:
    if d.held:
        return Step(_("特别程序进行中，结束后继续办理。"))
    by, guess = _until(d, "decide_promised", "decide_statutory")
    return Step(_("承办单位正在办理，随后作出决定。"), by, guess)


def _decided(d: Dossier) -> Step:
    by, guess = _until(d, "deliver")
    text = (
        _("已准予，我们把结果送达给您。")
        if d.case.outcome == Outcome.GRANTED
        else _("我们把决定书送达给您，上面写明理由和救济途径。")
    )
    return Step(text, by, guess)


DELIVERY = {
    "counter": "结果已经备好。请带收件凭证和身份证，到%(centre)s领取。",
    "courier": "结果已经寄出。",
    "home": "工作人员会把结果送到您家里。",
    "electronic": "结果可以在网上下载。",
    "on_the_spot": "结果当场交给您。",
}


def _delivering(d: Dossier) -> Step:
    """How the result comes, as the act that sent it off says; the last one counts."""
    by, guess = _until(d, "deliver")
    sent = [e for e in _entries(d) if e.act == "deliver"]
    told = json.loads(sent[-1].data) if sent else {}
    lang = get_language() or ""
    centre = Words(zh=d.case.centre.name, en=d.case.centre.name_en or d.case.centre.name)
    words = _(DELIVERY.get(told.get("way", ""), "结果在途或等您领取。"))
    said = words % {"centre": centre.text(lang)}
    if told.get("way") == "courier" and told.get("parcel"):
        said += _("快递单号 %(parcel)s。") % {"parcel": told["parcel"]}
    return Step(said, by, guess)


COMPLETED = {
    "": "已经办完。欢迎评价，并告诉我们问题是否解决。",
    "yes": "已经办完，您的问题已经解决。",
    "partly": "已经办完。您说问题只解决了一部分：请到收件的中心或打电话说明，我们帮您看还能怎么办。",
    "no": "已经办完。您说问题没有解决：请到收件的中心或打电话说明，我们帮您看还能怎么办。",
}


def _closed(d: Dossier) -> Step:
    texts = {
        Ending.COMPLETED: _(COMPLETED[d.case.solved]),
        Ending.NOT_ACCEPTED: _(
            "请按告知书上的去处办理。不服的，可以申请行政复议或者提起行政诉讼。"
        ),
        Ending.WITHDRAWN: _("申请已撤回，需要时可以重新申请。"),
        Ending.LAPSED: _("程序已终止，备齐材料后可以重新申请。"),
    }
    return Step(texts.get(Ending(d.case.ending), _("这个办件已经结束。")))


_STEPS = {
    Stage.RECEIVED: _received,
    Stage.SUPPLEMENTING: _supplementing,
    Stage.HANDLING: _handling,
    Stage.DECIDED: _decided,
    Stage.DELIVERING: _delivering,
    Stage.CLOSED: _closed,
}
