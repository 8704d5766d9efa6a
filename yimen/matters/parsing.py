"""From JSON to `Content`: one short reader per part of the format, then the consistency checks."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yimen.lib.errors import Invalid
from yimen.lib.spans import Span, Unit, working_days

from . import content as c
from .reading import Reader
from .rules import inconsistencies


def parse(data: Any) -> c.Content:
    """See `content.parse`."""
    reader = Reader(data)
    found = _content(reader)
    reader.close()
    errors = tuple(reader.errors) or tuple(inconsistencies(found))
    if errors:
        detail = _("事项内容有 %(n)d 处错误，请逐条改正。") % {"n": len(errors)}
        raise Invalid("matter_content", detail, errors)
    return found


def from_trusted(data: dict[str, Any]) -> c.Content:
    """See `content.from_trusted`."""
    return _content(Reader(data))


def _words(r: Reader) -> c.Words:
    return c.Words(r.text("zh"), r.text("en"))


def _optional_words(r: Reader) -> c.Words:
    return c.Words(r.text("zh", ""), r.text("en", ""))


def _span(r: Reader) -> Span:
    unit = Unit(r.one_of("unit", c.UNITS, "working_days"))
    n = r.number("n", 0, low=0 if unit is Unit.AT_ONCE else 1)
    try:
        return Span(n, unit)
    except ValueError:
        r.wrong(
            "n",
            _("“%(n)d”不是可用的时限。") % {"n": n},
            _("当场办结写 0，其他写 1 至 100000 的整数。"),
        )
        return Span(0, Unit.AT_ONCE) if unit is Unit.AT_ONCE else Span(1, unit)


def _law(r: Reader) -> c.Law:
    return c.Law(r.text("law"), r.text("article", ""), r.text("text", ""), r.text("en", ""))


def _material(r: Reader) -> c.Material:
    return c.Material(
        code=r.key("code"),
        name=r.at("name", _words),
        essential=r.flag("essential", True),
        original=r.flag("original", True),
        copies=r.number("copies", 0),
        electronic=r.flag("electronic", True),
        may_follow=r.flag("may_follow"),
        held_by=r.text("held_by", ""),
        note=r.maybe("note", _optional_words) or c.Words(),
        sample=r.text("sample", "") or None,
        blank_form=r.text("blank_form", "") or None,
    )


def _choice(r: Reader) -> c.Choice:
    return c.Choice(r.text("value"), r.text("zh"), r.text("en"))


def _field(r: Reader) -> c.Field:
    return c.Field(
        key=r.key("key"),
        label=r.at("label", _words),
        type=r.one_of("type", c.FIELD_TYPES, "text"),
        required=r.flag("required", True),
        choices=r.many("choices", _choice),
        help=r.maybe("help", _optional_words) or c.Words(),
        columns=r.many("columns", _field),
        only_if=r.maybe("only_if", lambda o: c.OnlyIf(o.text("field"), o.raw("equals"))),
    )


def _terms(r: Reader) -> c.Terms:
    found: dict[str, str] = {"basis": "", "approver": ""}

    def statutory(s: Reader) -> Span:
        found["basis"] = s.text("basis")
        return _span(s)

    def extension(s: Reader) -> Span:
        found["approver"] = s.one_of("approver", c.APPROVERS, "head")
        return _span(s)

    return c.Terms(
        accept=r.maybe("accept", _span) or working_days(5),
        deliver=r.maybe("deliver", _span) or working_days(10),
        promised=r.at("promised", _span),
        deemed=r.flag("deemed"),
        statutory=r.maybe("statutory", statutory),
        extension=r.maybe("extension", extension),
        joint=r.flag("joint"),
        statutory_basis=found["basis"],
        extension_approver=found["approver"],
    )


def _task(r: Reader) -> c.Task:
    return c.Task(
        key=r.key("key"),
        name=r.at("name", _words),
        sort=r.one_of("sort", c.TASK_SORTS, "review"),
        field=r.text("field", ""),
        body=r.text("body", ""),
        share=r.maybe("share", _span),
        required=r.flag("required", True),
        silence_consents=r.flag("silence_consents"),
        shows=r.words("shows"),
    )


def _stage(r: Reader) -> c.Stage:
    return c.Stage(r.key("key"), r.at("name", _words), r.many("tasks", _task))


def _fee(r: Reader) -> c.Fee:
    return c.Fee(r.flag("free", True), r.maybe("text", _optional_words) or c.Words())


def _validity(r: Reader) -> c.Validity:
    return c.Validity(r.number("n", 1, low=1), r.one_of("unit", c.VALID_UNITS, "years"))


def _result(r: Reader) -> c.Result:
    renew = r.raw("renew_from_days")
    return c.Result(
        name=r.at("name", _words),
        sort=r.one_of("sort", c.RESULT_SORTS, "none"),
        valid=r.maybe("valid", _validity),
        renew_from_days=None if renew is None else r.number("renew_from_days", 30),
    )


def _list_of(r: Reader, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    words = r.words(key)
    for word in words:
        if word not in allowed:
            r.wrong(
                key,
                _("“%(value)s”不在可用的值之中。") % {"value": word},
                _("可用的值：%(allowed)s。") % {"allowed": "、".join(allowed)},
            )
    return words


def _content(r: Reader) -> c.Content:
    visits = r.raw("visits")
    return c.Content(
        code=r.key("code"),
        version=r.number("version", 1, low=1),
        valid_from=r.day("valid_from", required=True) or date(1, 1, 1),
        valid_to=r.day("valid_to"),
        sample=r.flag("sample"),
        kind=r.one_of("kind", c.KINDS, "application"),
        name=r.at("name", _words),
        aliases=r.words("aliases"),
        department=r.at("department", _words),
        field=r.key("field"),
        category=r.at("category", _words),
        item_type=r.one_of("item_type", c.ITEM_TYPES, "20"),
        audience=r.at("audience", _words),
        party=r.one_of("party", c.PARTIES, "person"),
        handling=r.one_of("handling", c.HANDLINGS, "promised"),
        mode=r.one_of("mode", c.MODES, "local"),
        online=r.flag("online"),
        home_service=r.flag("home_service"),
        appointment=r.flag("appointment"),
        visits=None if visits is None else r.number("visits", 0),
        visit_reason=r.maybe("visit_reason", _optional_words) or c.Words(),
        legal_basis=r.many("legal_basis", _law),
        conditions=r.many("conditions", _words),
        steps=r.many("steps", _words),
        materials=r.many("materials", _material),
        fields=r.many("fields", _field),
        terms=r.at("terms", _terms),
        procedure=r.many("procedure", _stage),
        lead=r.at("lead", lambda o: c.Lead(o.text("field", ""), o.text("body", ""))),
        fee=r.maybe("fee", _fee) or c.Fee(),
        result=r.at("result", _result),
        delivery=_list_of(r, "delivery", c.DELIVERIES),
        life_events=r.words("life_events"),
        faq=r.many("faq", lambda o: c.Faq(o.at("q", _words), o.at("a", _words))),
        decision_remedies=r.maybe("decision_remedies", _optional_words) or c.Words(),
        holds=r.many(
            "holds", lambda o: c.OwnHold(o.key("type"), o.text("law"), o.text("article", ""))
        ),
    )
