"""The catalogue's codes in words for people."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yimen.lib.spans import Span, Unit
from yimen.look.language import is_english
from yimen.matters.content import Content, Law, Material, Validity

ARTICLE = re.compile("第([一二三四五六七八九十百零]+)条")
DIGITS, PLACES = "零一二三四五六七八九", {"十": 10, "百": 100}
DELIVERY = {
    "counter": gettext_lazy("窗口领取"),
    "courier": gettext_lazy("快递送达"),
    "home": gettext_lazy("上门送达"),
    "on_the_spot": gettext_lazy("当场领取"),
}
MODE = {
    "direct": gettext_lazy("全市任一中心直接受理"),
    "collect": gettext_lazy("全市任一中心收件，由户籍或居住地中心受理"),
    "local": gettext_lazy("由户籍或居住地所在中心受理"),
}
HANDLING = {"on_the_spot": gettext_lazy("即办件"), "promised": gettext_lazy("承诺件")}
PARTY = {
    "person": gettext_lazy("个人"),
    "organisation": gettext_lazy("单位"),
    "any": gettext_lazy("个人或单位"),
}
ITEM_TYPE = {
    "01": gettext_lazy("行政许可"),
    "02": gettext_lazy("行政处罚"),
    "03": gettext_lazy("行政强制"),
    "04": gettext_lazy("行政征收"),
    "05": gettext_lazy("行政给付"),
    "06": gettext_lazy("行政检查"),
    "07": gettext_lazy("行政确认"),
    "08": gettext_lazy("行政奖励"),
    "09": gettext_lazy("行政裁决"),
    "10": gettext_lazy("其他行政权力"),
    "20": gettext_lazy("公共服务"),
}
APPROVER = {"head": gettext_lazy("部门负责人"), "government": gettext_lazy("本级政府负责人")}


def span(length: Span | None) -> str:
    """A term as people say it: 20 个工作日."""
    if length is None:
        return _("没有法定时限")
    match length.unit:
        case Unit.AT_ONCE:
            return _("当场办结")
        case Unit.WORKING_DAYS:
            said = ngettext("%(n)d 个工作日", "%(n)d 个工作日", length.n)
        case Unit.CALENDAR_DAYS:
            said = ngettext("%(n)d 日（自然日）", "%(n)d 日（自然日）", length.n)
        case Unit.HOURS:
            said = ngettext("%(n)d 小时", "%(n)d 小时", length.n)
        case _:
            said = ngettext("%(n)d 分钟", "%(n)d 分钟", length.n)
    return said % {"n": length.n}


def validity(rule: Validity | None) -> str:
    """How long a result holds."""
    if rule is None:
        return _("长期有效")
    said = {
        "years": ngettext("%(n)d 年", "%(n)d 年", rule.n),
        "months": ngettext("%(n)d 个月", "%(n)d 个月", rule.n),
    }.get(rule.unit, ngettext("%(n)d 日", "%(n)d 日", rule.n))
    return said % {"n": rule.n}


def papers(material: Material) -> str:
    """In what form a paper is wanted."""
    if material.held_by:
        return _("政府部门已有，不必提交")
    said = [_("原件核对")] if material.original else []
    if material.copies:
        said.append(
            ngettext("复印件 %(n)d 份", "复印件 %(n)d 份", material.copies) % {"n": material.copies}
        )
    if material.electronic:
        said.append(_("可用电子证照或上传"))
    return _("；").join(said)


def need(material: Material) -> str:
    """Must it be there at once?"""
    if material.held_by:
        return _("免交")
    if material.essential:
        return _("必须")
    return _("可以后补") if material.may_follow else _("视情况提供")


def deliveries(content: Content) -> str:
    return _("、").join(str(DELIVERY[way]) for way in content.delivery)


def statutory(content: Content) -> str:
    """The statutory term with its basis."""
    terms = content.terms
    if terms.statutory is None:
        return _("没有法定时限")
    return _("%(term)s（%(basis)s）") % {
        "term": span(terms.statutory),
        "basis": basis(content),
    }


def extension(content: Content) -> str:
    """The one extension that the law allows, or nothing."""
    terms = content.terms
    if terms.extension is None:
        return ""
    said: dict[str, Any] = {
        "term": span(terms.extension),
        "who": APPROVER.get(terms.extension_approver, terms.extension_approver),
    }
    return _("经%(who)s批准可延长一次，最多 %(term)s，并告知理由") % said


def law(source: Law) -> str:
    """A legal source with its article."""
    if is_english() and source.en:
        number = article_number(source.article)
        return f"{source.en}, art. {number}" if number else source.en
    return f"《{source.law.strip('《》')}》{source.article}"


def article_number(article: str) -> int:
    """第四十二条 -> 42; 0 when there is none."""
    match = ARTICLE.fullmatch(article)
    if match is None:
        return 0
    total = digit = 0
    for sign in match.group(1):
        if sign in PLACES:
            total, digit = total + (digit or 1) * PLACES[sign], 0
        else:
            digit = DIGITS.index(sign)
    return total + digit


def basis(content: Content) -> str:
    """On what the statutory term rests, in the reader's language."""
    said = content.terms.statutory_basis
    for source in content.legal_basis:
        if said.startswith(source.law):
            return law(Law(source.law, said.removeprefix(source.law), "", source.en))
    return said
