"""Facts on their way to a template: checked against the contract, then made into plain JSON.

Dates become {"iso", "text", "weekday"} in the language of the print, texts in two languages
become one, barcodes become SVG. Control characters and direction overrides are dropped: they
could make a printed line read differently from what was stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from yimen.lib.time import local
from yimen.printing.barcodes import code128, qr
from yimen.printing.documents import DOCUMENTS, Barcode, Qr

D = TypeVar("D")
WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


class WrongFacts(ValueError):
    """The caller broke the contract of a document: a programming error, never a user's."""


def checked(template: str, facts: Any) -> Any:
    """`facts` as the document class of `template`; templates without a contract pass through."""
    contract = DOCUMENTS.get(template)
    if contract is None or isinstance(facts, contract):
        return facts
    if not isinstance(facts, Mapping):
        raise WrongFacts(f"{template} wants {contract.__name__} or a dict")
    return _build(contract, facts, template)


def _build(contract: type[D], facts: Mapping[str, Any], path: str) -> D:
    known: dict[str, Field[Any]] = {f.name: f for f in fields(contract)}  # type: ignore[arg-type]
    if strange := set(facts) - set(known):
        raise WrongFacts(f"{path} does not know {', '.join(sorted(map(str, strange)))}")
    needed = [n for n, f in known.items() if f.default is MISSING and f.default_factory is MISSING]
    if missing := [n for n in needed if n not in facts]:
        raise WrongFacts(f"{path} lacks {', '.join(missing)}")
    hints = get_type_hints(contract)
    return contract(**{n: _fit(hints[n], v, f"{path}.{n}") for n, v in facts.items()})


def _fit(hint: Any, value: Any, path: str) -> Any:
    """`value` shaped as the annotation says: nested dicts to classes, text to its barcode."""
    if get_origin(hint) is list:
        if isinstance(value, str) or not hasattr(value, "__iter__"):
            raise WrongFacts(f"{path} must be a list")
        return [_fit(get_args(hint)[0], one, path) for one in value]
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    for option in options:
        if option in (Barcode, Qr) and isinstance(value, str):
            return option(value)
        if is_dataclass(option) and isinstance(value, Mapping):
            return _build(option, value, path)  # type: ignore[arg-type]
    if value is None and type(None) not in options:
        raise WrongFacts(f"{path} must not be empty")
    return value


def wire(value: Any, lang: str) -> Any:
    """`value` as plain JSON in one language ("zh" or "en")."""
    match value:
        case Barcode():
            return code128(str(value))._asdict() if value else None
        case Qr():
            return qr(str(value))._asdict() if value else None
        case str():
            return clean(value)
        case datetime():
            return moment(value, lang)
        case date():
            return day(value, lang)
        case Mapping():
            if "zh" in value and set(value) <= {"zh", "en"}:
                return wire(value.get(lang) or value["zh"], lang)
            return {str(k): wire(v, lang) for k, v in value.items()}
        case list() | tuple() | set() | frozenset():
            return [wire(one, lang) for one in value]
        case bool() | int() | float() | None:
            return value
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: wire(getattr(value, f.name), lang) for f in fields(value)}
    return clean(str(value))  # lazy translations, UUIDs, Decimals


def clean(text: str) -> str:
    """Text without anything that has no shape on paper."""
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def day(value: date, lang: str) -> dict[str, str]:
    """A day as it is printed: 2026年11月3日, 3 November 2026."""
    weekday = WEEKDAYS[lang][value.weekday()]
    if lang == "zh":
        text, weekday = f"{value.year}年{value.month}月{value.day}日", f"星期{weekday}"
    else:
        text = f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return {"iso": value.isoformat(), "text": text, "weekday": weekday, "time": ""}


def moment(value: datetime, lang: str) -> dict[str, str]:
    """A moment on the Chinese wall clock, to the minute."""
    if value.tzinfo is not None:
        value = local(value)
    made = day(value.date(), lang)
    time = f"{value:%H:%M}"
    return {**made, "iso": value.isoformat(), "text": f"{made['text']} {time}", "time": time}
