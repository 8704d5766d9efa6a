"""From a flat table of matters (the way departments send their lists) to the JSON format.

`convert` is pure: rows and a glossary in, plain JSON out. The glossary gives English terms, the
shared codes of materials and who already holds them; a row that it does not know is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

Row = dict[str, str]
Json = dict[str, Any]

MODES = {"直接受理": "direct", "收受分离": "collect", "属地受理": "local"}
DELIVERY = {
    "当场领取": "on_the_spot",
    "当场签订": "on_the_spot",
    "自助机": "on_the_spot",
    "窗口自取": "counter",
    "邮寄": "courier",
    "上门送达": "home",
}
ORGANISATIONS = {"用人单位", "创业组织", "工会会员单位", "居民委员会", "居住证持有人单位"}
GRANTS = re.compile("补贴|津贴|补助|救助|申领|养老金|优待金|奖励|给付|报销|待遇|保障金|生活费")
CONFIRMATIONS = re.compile("认定|登记|证|备案")
FRAIL = re.compile("老人|老年|6[05]周岁|残|失能")
ARTICLE = re.compile(r"(第[一二三四五六七八九十百]+条)$")


class UnknownTerm(ValueError):
    """The glossary has no entry for a word of the table."""


def convert(rows: Iterable[Row], glossary: Json, valid_from: str) -> list[Json]:
    """One content per row; codes count up within each field of affairs, in the table's order.

    `glossary["moved"]` names rows that another department answers for here, with a fixed code.
    """
    count: Counter[str] = Counter()
    found = []
    for row in rows:
        moved = glossary.get("moved", {}).get(row["name"])
        if moved:
            row = row | {"department": moved["department"], "category": moved["category"]}
        field = _term(glossary, "departments", row["department"])["field"]
        count[field] += 0 if moved else 1
        code = moved["code"] if moved else f"{field}-{count[field]:03d}"
        found.append(_matter(row, glossary, code, field, valid_from))
    return found


def _term(glossary: Json, part: str, word: str) -> Any:
    try:
        return glossary[part][word]
    except KeyError:
        raise UnknownTerm(f"{part}: {word}") from None


def _both(zh: str, en: str) -> Json:
    return {"zh": zh, "en": en}


def _matter(row: Row, glossary: Json, code: str, field: str, valid_from: str) -> Json:
    spot = row["day_kind"] == "immediate"
    delivery = delivery_ways(row["delivery"])
    audience = _both(
        row["audience"].replace(";", "、"), _term(glossary, "audiences", row["audience"])
    )
    name = _both(row["name"], _term(glossary, "names", row["name"]))
    materials = [_material(m, glossary, code, name) for m in row["materials"].split(";")]
    return {
        "code": code,
        "version": 1,
        "valid_from": valid_from,
        "sample": True,
        "kind": "application",
        "name": name,
        "aliases": [],
        "department": _both(
            row["department"], _term(glossary, "departments", row["department"])["en"]
        ),
        "field": field,
        "category": _both(row["category"], _term(glossary, "categories", row["category"])),
        "item_type": item_type(row["name"]),
        "audience": audience,
        "party": party(row["audience"]),
        "handling": "on_the_spot" if spot else "promised",
        "mode": MODES[row["citywide"]],
        "online": not spot or "打印" in row["name"],
        "home_service": bool(FRAIL.search(row["audience"] + row["department"])),
        "appointment": not spot,
        "legal_basis": laws(row["legal_basis"], glossary),
        "conditions": [
            _both(f"办理人属于：{audience['zh']}。", f"This is for: {audience['en'].lower()}.")
        ],
        "steps": steps(spot),
        "materials": materials,
        "fields": questions(materials),
        "terms": terms(row),
        "procedure": [] if spot else procedure(row, field),
        "lead": {"field": field},
        "fee": {
            "free": row["fee"] == "免费",
            "text": _both(row["fee"], _term(glossary, "fees", row["fee"])),
        },
        "result": result(row["name"], spot, glossary),
        "delivery": delivery,
        "life_events": [],
        "faq": [],
    }


def delivery_ways(text: str) -> list[str]:
    """How results leave the house; what is only told or paid can be fetched at the counter."""
    ways = [DELIVERY[w] for w in text.split(";") if w in DELIVERY]
    return list(dict.fromkeys(ways)) or ["counter"]


def party(audience: str) -> str:
    """Whose matter it is: a person's, an organisation's, or either."""
    if audience in ORGANISATIONS:
        return "organisation"
    return "any" if "单位" in audience or "法人" in audience else "person"


def item_type(name: str) -> str:
    """Item type by the national element list: 01 licence, 05 grant, 07 confirmation, 20 service."""
    if name.endswith("审批"):
        return "01"
    if GRANTS.search(name) and "登记" not in name:
        return "05"
    return "07" if CONFIRMATIONS.search(name) else "20"


def laws(text: str, glossary: Json) -> list[Json]:
    """Laws with their articles, as far as the table names them."""
    found = []
    for words in text.split(";"):
        article, law = ARTICLE.search(words), ARTICLE.sub("", words)
        found.append(
            {
                "law": law,
                "article": article.group(1) if article else "",
                "en": _term(glossary, "laws", law),
            }
        )
    return found


def terms(row: Row) -> Json:
    """The promise of the table; a statutory term only where the table has one."""
    spot = row["day_kind"] == "immediate"
    unit = "calendar_days" if row["day_kind"] == "calendar" else "working_days"
    statutory = None
    if row["statutory_days"]:
        basis = next(
            (law for law in row["legal_basis"].split(";") if ARTICLE.search(law)),
            row["legal_basis"].split(";")[0],
        )
        statutory = {"n": int(row["statutory_days"]), "unit": unit, "basis": basis}
    promised = (
        {"n": 0, "unit": "at_once"} if spot else {"n": int(row["promised_days"]), "unit": unit}
    )
    return {
        "accept": {"n": 5, "unit": "working_days"},
        "deemed": item_type(row["name"]) == "01",
        "statutory": statutory,
        "promised": promised,
        "extension": None,
        "joint": False,
        "deliver": {"n": 10, "unit": "working_days"},
    }


def procedure(row: Row, field: str) -> list[Json]:
    """One review by the department, with a day of the promise left for the decision."""
    days = int(row["promised_days"])
    unit = "calendar_days" if row["day_kind"] == "calendar" else "working_days"
    share = {"n": days - 1 if days > 2 else days, "unit": unit}
    task = {
        "key": "review",
        "name": _both("审核材料", "Review the papers"),
        "sort": "review",
        "field": field,
        "share": share,
        "required": True,
        "silence_consents": False,
    }
    return [{"key": "review", "name": _both("审核", "Review"), "tasks": [task]}]


def steps(spot: bool) -> list[Json]:
    if spot:
        return [
            _both("在任一窗口出示材料。", "Show your papers at any counter."),
            _both("工作人员核对后当场办结。", "Staff check them and finish at once."),
        ]
    return [
        _both(
            "在窗口或网上提交申请，领取收件凭证。",
            "Apply at the counter or online and get a receipt.",
        ),
        _both(
            "五个工作日内告知是否受理或一次性告知需补材料。",
            "Within five working days you hear whether it is accepted, or once what is missing.",
        ),
        _both("主管部门审核并作出决定。", "The department reviews it and decides."),
        _both("按您选择的方式领取结果。", "You get the result in the way you chose."),
    ]


def _material(word: str, glossary: Json, code: str, name: Json) -> Json:
    if word in glossary["own_forms"]:
        return _own_form(word, glossary["own_forms"][word], code, name)
    entry = _term(glossary, "materials", word)
    return {
        "code": entry["code"],
        "name": _both(entry.get("zh", word), entry["en"]),
        "essential": entry.get("essential", False),
        "original": True,
        "copies": entry.get("copies", 0),
        "electronic": True,
        "may_follow": entry.get("may_follow", False),
        "held_by": entry.get("held_by", ""),
        "note": _both("", ""),
        "sample": None,
        "blank_form": None,
    }


def _own_form(word: str, form: list[str], code: str, name: Json) -> Json:
    """A form that belongs to this matter alone: never shared with another matter's form."""
    suffix, en = form
    return {
        "code": f"{suffix}-{code}",
        "name": _both(f"{name['zh']}{word}", f"{en}: {name['en']}"),
        "essential": True,
        "original": True,
        "copies": 0,
        "electronic": True,
        "may_follow": False,
        "held_by": "",
        "note": _both("", ""),
        "sample": None,
        "blank_form": None,
    }


def questions(materials: list[Json]) -> list[Json]:
    """What the form asks: the account when money is paid, and room for a remark."""
    found = []
    if any(m["code"] == "bank-account" for m in materials):
        found += [
            _question("bank_name", "开户银行", "Name of the bank", required=True),
            _question("bank_account", "本人银行账号", "Your own account number", required=True)
            | {"type": "secret"},
        ]
    remark = _question("remark", "需要说明的情况", "Anything we should know", required=False)
    return [*found, remark | {"type": "longtext"}]


def _question(key: str, zh: str, en: str, *, required: bool) -> Json:
    return {"key": key, "label": _both(zh, en), "type": "text", "required": required}


def result(name: str, spot: bool, glossary: Json) -> Json:
    """What is handed over at the end."""
    for part, zh, en, sort in glossary["results"]:
        if part in name:
            return {"name": _both(zh, en), "sort": sort, "valid": None, "renew_from_days": None}
    words = (
        _both("办理记录", "Record of completion")
        if spot
        else _both("办理决定书", "Notice of decision")
    )
    return {
        "name": words,
        "sort": "record" if spot else "document",
        "valid": None,
        "renew_from_days": None,
    }
