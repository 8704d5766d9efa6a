"""The guide of a matter (办事指南, 办事告知书) as facts for a page or a sheet of paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.look.language import pick
from yimen.matters import phrases
from yimen.matters.content import Content, Material, Words
from yimen.places.models import ServicePoint
from yimen.places.queries import centres


def facts(content: Content, on: date, url: str) -> dict[str, Any]:
    """Everything that the printed guide says, in the language of the reader."""
    point = centres().first()
    return {
        "number": f"{content.code} v{content.version}",
        "issuer": pick(content.department),
        "issued_at": on,
        "demo": bool(getattr(settings, "YIMEN_DEMO", False)),
        "sample": content.sample,
        "title": pick(content.name),
        "url": url,
        "rows": [
            {"label": label, "value": value}
            for label, value in (*key_facts(content), *summary(content))
        ],
        "conditions": [pick(words) for words in content.conditions],
        "materials": [material(one) for one in content.materials],
        "steps": [pick(words) for words in content.steps],
        "basis": [phrases.law(law) for law in content.legal_basis],
        "faq": [{"q": pick(one.q), "a": pick(one.a)} for one in content.faq[:2]],
        "places": [place(one) for one in centres()[:4]] if point else [],
        "remedies": remedies(content),
    }


def key_facts(content: Content) -> list[tuple[str, str]]:
    """What everybody asks first: how long, how much."""
    return [
        (_("承诺时限"), phrases.span(content.terms.promised)),
        (_("法定时限"), phrases.statutory(content)),
        (_("收费"), pick(content.fee.text) or _("免费")),
    ]


def summary(content: Content) -> list[tuple[str, str]]:
    """The other short answers."""
    rows = [
        (_("服务对象"), pick(content.audience)),
        (_("事项类型"), str(phrases.ITEM_TYPE[content.item_type])),
        (_("办理结果"), pick(content.result.name)),
        (_("送达方式"), phrases.deliveries(content)),
        (_("受理范围"), str(phrases.MODE[content.mode])),
    ]
    if content.result.valid is not None:
        rows.append((_("结果有效期"), phrases.validity(content.result.valid)))
    if content.terms.extension is not None:
        rows.append((_("延期"), phrases.extension(content)))
    return rows


def material(one: Material) -> dict[str, str]:
    return {
        "name": pick(one.name),
        "need": phrases.need(one),
        "papers": phrases.papers(one),
        "note": pick(one.note),
    }


def place(point: ServicePoint) -> dict[str, str]:
    """Where and when: one line of a guide."""
    return {
        "name": pick(Words(point.name, point.name_en)),
        "address": pick(Words(point.address, point.address_en)),
        "phone": point.phone,
        "weekday": hours(point.hours.get("weekday", [])),
        "weekend": hours(point.hours.get("weekend", [])),
    }


def hours(pairs: list[list[str]]) -> str:
    return _("、").join(f"{begin}–{end}" for begin, end in pairs) or _("不开放")


def remedies(content: Content) -> str:
    """What somebody may do who disagrees; the usual words where the matter has none."""
    usual = _(
        "对决定不服的，可以自收到决定之日起六十日内申请行政复议，或者六个月内向人民法院提起行政诉讼。"
    )
    return pick(content.decision_remedies) or usual


def form_facts(form: dict[str, Any], *, filled: bool, on: date) -> dict[str, Any]:
    """A blank form, or the same form filled in as a sample."""
    table = form.get("table")
    return {
        "number": form["key"],
        "issuer": _("社区事务受理服务中心"),
        "issued_at": on,
        "demo": False,
        "title": pick(form["title"]),
        "filled": filled,
        "rows": [
            {
                "label": pick(row["label"]),
                "lines": row.get("lines", 1),
                "value": pick(row.get("example")) if filled else "",
            }
            for row in form["rows"]
        ],
        "table": {
            "label": pick(table["label"]),
            "columns": [pick(column) for column in table["columns"]],
            "rows": table["rows"],
        }
        if table
        else None,
        "declaration": pick(form["declaration"]),
        "sign": pick(form["sign"]),
    }
