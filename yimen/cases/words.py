"""The words of acts, stages and terms on pages and prints. Labels only; no judgement here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class ActWords:
    """How an act is called on a button, and what it means to whoever presses it."""

    label: Any
    hint: Any = ""
    key: str = ""
    warns: Any = ""  # asked before the act, where it cannot be taken back


ACTS: dict[str, ActWords] = {
    "sign": ActWords(_("签收"), _("签收以后，这项任务由本单位负责。"), "s"),
    "accept": ActWords(
        _("受理"), _("材料齐全、符合法定形式的，应当受理。办理期限从受理起算。"), "a"
    ),
    "not_accept": ActWords(
        _("不予受理"),
        _("不予受理是一项决定：要写明理由，并告知应当到哪里办。"),
        "n",
        _("不予受理以后，这个办件就结束了。确定吗？"),
    ),
    "supplement": ActWords(
        _("告知补正"), _("一次说清全部需要补正的内容；以后不能再要求补正。"), "b"
    ),
    "supplied": ActWords(_("收到补交材料"), _("登记这次交来的材料，可以附扫描件。"), "m"),
    "finish": ActWords(
        _("完成任务"), _("写明意见。本阶段必办任务全部完成后，自动进入下一阶段。"), "f"
    ),
    "return": ActWords(_("退回"), _("退给交办的单位，要写明理由。"), "r"),
    "offer": ActWords(
        _("改派"), _("交给另一个单位或一名同事。对方签收以前，仍由本单位负责。"), "o"
    ),
    "post": ActWords(
        _("发布公示"), _("公示期内任何人都可以提出异议，逐条答复后才能完成公示。"), "p"
    ),
    "decide": ActWords(
        _("作出决定"),
        _("准予的，同时生成结果文书；不予批准的，要写明理由。"),
        "d",
        _("决定作出以后不能撤回，只能另行更正或撤销。确定吗？"),
    ),
    "deliver": ActWords(_("送达"), _("登记以什么方式把结果交给申请人。"), "l"),
    "confirm": ActWords(_("确认已送达"), _("有签收凭证以后，办件完成。"), "c"),
    "hold": ActWords(_("中止计时"), _("只能因法律写明的事由，书面告知申请人。"), "t"),
    "resume": ActWords(_("恢复计时"), _("事由消失，办理期限从次日起继续计算。"), "u"),
    "extend": ActWords(_("批准延期"), _("只能延长一次，理由要告知申请人。"), "e"),
    "urge": ActWords(_("催办"), _("通知有待办任务的单位，记录在案。"), "g"),
    "external": ActWords(_("登记对方编号"), _("部门自有系统里这件事的编号。"), "x"),
    "withdraw": ActWords(
        _("撤回申请"),
        _("按申请人的意思撤回，不需要理由。"),
        "w",
        _("撤回以后，这个办件就结束了。确定吗？"),
    ),
    "lapse": ActWords(
        _("逾期终止"),
        _("应当补交的材料过期没有交来。"),
        "",
        _("终止以后，这个办件就结束了。确定吗？"),
    ),
    "void": ActWords(
        _("作废"),
        _("重复收件或者录错了人，写明理由。"),
        "",
        _("作废以后，这个办件就结束了。确定吗？"),
    ),
    "reopen": ActWords(_("重新办理"), _("问题没有解决，再办一轮。")),
    "correct": ActWords(_("更正结果文书"), _("原文书标为已更正，另发一份新的。")),
    "revoke": ActWords(
        _("撤销结果文书"),
        _("写明理由；任何人查验时都会看到已撤销。"),
        "",
        _("撤销以后，结果文书不再有效。确定吗？"),
    ),
    "answer_objection": ActWords(_("答复异议"), _("逐条答复公示期内收到的异议。")),
    "solved": ActWords(_("问题是否解决"), _("只有申请人可以回答。")),
}
# what nobody presses a button for: time and the public
QUIET_ACTS: dict[str, Any] = {
    "receive": _("收件"),
    "move_in": _("从原系统迁入"),
    "deem": _("视为受理"),
    "warn": _("期限警示"),
    "recompute": _("按新日历重算期限"),
    "end_hold": _("中止计时到期"),
    "consent": _("逾期默认同意"),
    "assist": _("请单位协助"),
    "renewal_lapsed": _("期满未续"),
    "expire": _("结果到期失效"),
    "object": _("收到公示异议"),
    "go_along": _("和同一件事一起办"),
    "go_alone": _("改为单独办"),
    "answer_along": _("随同一件事答复"),
    "see_contact": _("查看异议人联系方式"),
}

TERMS: dict[str, Any] = {
    "accept": _("受理审查"),
    "supplement": _("申请人补正"),
    "decide_statutory": _("法定办结"),
    "decide_promised": _("承诺办结"),
    "deliver": _("送达"),
}
OBLIGATIONS: dict[str, Any] = {
    "late_material": _("容缺后补的材料"),
    "originals_back": _("退还原件"),
    "consent": _("同意费用"),
}
GIVEN: dict[str, Any] = {
    "original": _("原件"),
    "copy": _("复印件"),
    "electronic": _("电子件"),
    "held": _("部门已有"),
}
ANSWERS: dict[str, Any] = {
    "match": _("与申报一致"),
    "differs": _("与申报不一致"),
    "no_record": _("查无记录"),
}
VERDICTS: dict[str, Any] = {"agree": _("同意"), "object": _("不同意")}
LINKS: dict[str, Any] = {
    "renews": _("续办"),
    "continues": _("接续"),
    "merged_into": _("并入"),
    "about": _("有关"),
}
SOLVED: dict[str, Any] = {"yes": _("解决了"), "partly": _("部分解决"), "no": _("没有解决")}
WAYS: dict[str, dict[str, str]] = {
    "counter": {"zh": "窗口领取", "en": "collected at the counter"},
    "courier": {"zh": "快递", "en": "courier"},
    "home": {"zh": "送上门", "en": "brought home"},
    "on_the_spot": {"zh": "当场交付", "en": "handed over on the spot"},
    "electronic": {"zh": "电子送达", "en": "electronically"},
}
NOTES: dict[str, Any] = {
    "reason": _("理由"),
    "direction": _("去处"),
    "decision": _("决定理由"),
    "finding": _("意见"),
    "hold": _("告知"),
    "correction": _("更正说明"),
    "revocation": _("撤销理由"),
    "withdrawal": _("撤回说明"),
    "urging": _("催办"),
    "objection_answer": _("答复"),
}


def act_label(act: str) -> str:
    """What an act is called, whoever did it."""
    known = ACTS.get(act)
    return str(known.label if known else QUIET_ACTS.get(act, act))
