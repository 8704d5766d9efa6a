"""Check the answers to a matter's questions: pure, the same for counter, web and machine.

A submission is never refused for what it leaves out (`missing` lists that, and a form asks for it);
an unknown key, a wrong type or a choice that is not offered is named with its path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from yimen.lib.errors import FieldError, Invalid
from yimen.lib.text import code, squeeze
from yimen.matters.content import Field

LONGEST = {"text": 200, "secret": 60, "longtext": 4000}
MOST_ROWS = 500


def clean(fields: Iterable[Field], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they are kept, or Invalid with every wrong one."""
    errors: list[FieldError] = []
    kept = _clean_row(tuple(fields), facts, "facts", errors)
    if errors:
        raise Invalid("facts", _("有的内容填写不对，请改正。"), tuple(errors))
    return kept


def _clean_row(
    fields: tuple[Field, ...], facts: Mapping[str, Any], path: str, errors: list[FieldError]
) -> dict[str, Any]:
    known = {f.key for f in fields}
    for key in facts:
        if key not in known:
            errors.append(FieldError(f"{path}.{key}", _("本事项没有这一项。")))
    kept: dict[str, Any] = {}
    for field in fields:
        if not asked(field, facts):
            continue
        value, where = facts.get(field.key), f"{path}.{field.key}"
        if value in (None, "", [], {}):
            continue
        try:
            kept[field.key] = READERS[field.type](field, value, where, errors)
        except ValueError as error:
            errors.append(FieldError(where, str(error)))
    return kept


def missing(fields: Iterable[Field], facts: Mapping[str, Any]) -> list[Field]:
    """The required questions that are asked and have no answer yet."""
    empty: tuple[Any, ...] = (None, "", [], {})
    return [f for f in fields if f.required and asked(f, facts) and facts.get(f.key) in empty]


def asked(field: Field, facts: Mapping[str, Any]) -> bool:
    """Is this question asked, given the other answers?"""
    if field.only_if is None:
        return True
    found = facts.get(field.only_if.field)
    wanted = field.only_if.equals
    return found == wanted or str(found).lower() == str(wanted).lower()


def _text(field: Field, value: Any, where: str, errors: list[FieldError]) -> str:
    text = squeeze(str(value)) if field.type == "text" else str(value).strip()
    longest = LONGEST[field.type]
    if len(text) > longest:
        raise ValueError(_("最多 %(n)d 个字。") % {"n": longest})
    return text


def _secret(field: Field, value: Any, where: str, errors: list[FieldError]) -> str:
    """A bank account and its like, in one spelling: no blanks or dashes."""
    text = code(str(value))
    if len(text) > LONGEST["secret"]:
        raise ValueError(_("最多 %(n)d 个字。") % {"n": LONGEST["secret"]})
    return text


def _number(field: Field, value: Any, where: str, errors: list[FieldError]) -> Any:
    number = _decimal(value, _("请填写数字。"))
    return int(number) if number == number.to_integral_value() else float(number)


def _decimal(value: Any, message: str) -> Decimal:
    try:
        number = Decimal(str(value).replace(",", "").strip())
    except InvalidOperation:
        raise ValueError(message) from None
    if not number.is_finite():
        raise ValueError(message)
    return number


def _money(field: Field, value: Any, where: str, errors: list[FieldError]) -> str:
    """Yuan as text with two places: never a float."""
    amount = _decimal(value, _("请填写金额，例如 1200.00。"))
    if amount < 0 or amount != round(amount, 2):
        raise ValueError(_("金额不能为负，最多两位小数。"))
    return f"{amount:.2f}"


def _date(field: Field, value: Any, where: str, errors: list[FieldError]) -> str:
    digits = re.sub(r"[年月/.]", "-", str(value)).replace("日", "").strip()
    if re.fullmatch(r"\d{8}", digits):
        digits = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    try:
        parts = [int(part) for part in digits.split("-")]
        return date(*parts).isoformat()
    except (ValueError, TypeError):
        raise ValueError(_("请按“年-月-日”填写日期，例如 2026-01-31。")) from None


def _choice(field: Field, value: Any, where: str, errors: list[FieldError]) -> str:
    values = [choice.value for choice in field.choices]
    if str(value) not in values:
        raise ValueError(_("请从给出的选项中选择。"))
    return str(value)


def _choices(field: Field, value: Any, where: str, errors: list[FieldError]) -> list[str]:
    given = value if isinstance(value, list) else [value]
    return [_choice(field, one, where, errors) for one in given]


def _yes_no(field: Field, value: Any, where: str, errors: list[FieldError]) -> bool:
    said = {"true": True, "yes": True, "1": True, "是": True}
    said |= {"false": False, "no": False, "0": False, "否": False}
    answer = said.get(str(value).lower())
    if answer is None:
        raise ValueError(_("请选择“是”或“否”。"))
    return answer


def _party(field: Field, value: Any, where: str, errors: list[FieldError]) -> str:
    """A person is kept as a reference, never as text."""
    if not re.fullmatch(r"[0-9a-f-]{36}", str(value)):
        raise ValueError(_("请先查找或登记这个人。"))
    return str(value)


def _table(field: Field, value: Any, where: str, errors: list[FieldError]) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise ValueError(_("这里应当是一张表。"))
    if len(value) > MOST_ROWS:
        raise ValueError(_("最多 %(n)d 行。") % {"n": MOST_ROWS})
    return [_clean_row(field.columns, row, f"{where}.{n}", errors) for n, row in enumerate(value)]


Read = Callable[[Field, Any, str, list[FieldError]], Any]
READERS: dict[str, Read] = {
    "text": _text, "longtext": _text, "secret": _secret, "number": _number, "money": _money, "date": _date,
    "choice": _choice, "multichoice": _choices, "yes_no": _yes_no, "party": _party,
    "table": _table,
}  # fmt: skip
