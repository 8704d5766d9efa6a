"""Judgements over one matter's content: does it agree with itself and with the law?

Pure functions over `content.Content`. Sources: consistency checks used in practice for service
guides (visits, certificates), Administrative Licensing Law art. 32, 34, 42.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yimen.lib.errors import FieldError
from yimen.lib.spans import Span, working_days

if TYPE_CHECKING:
    from .content import Content, Field

LICENCE = "01"


def inconsistencies(c: Content) -> Iterator[FieldError]:
    """Everything in which the content contradicts itself."""
    yield from _dates(c)
    yield from _visits(c)
    yield from _result(c)
    yield from _materials(c)
    yield from _questions(c.fields, "fields")
    yield from _handling(c)
    yield from _terms(c)
    yield from _joint(c)
    yield from _procedure(c)


def _dates(c: Content) -> Iterator[FieldError]:
    if c.valid_to is not None and c.valid_to <= c.valid_from:
        yield FieldError("valid_to", _("失效日不晚于生效日。"), _("请改正其中一个日期。"))


def _visits(c: Content) -> Iterator[FieldError]:
    if c.visits == 0 and not c.online and "courier" not in c.delivery:
        yield FieldError(
            "visits",
            _("零次到场的事项必须能网上办理或邮寄送达。"),
            _("请开通网上办理或邮寄，或改写到场次数。"),
        )
    if c.visits and not c.visit_reason:
        yield FieldError(
            "visit_reason", _("需要到场的事项应当说明理由。"), _("请写明为何需要到场。")
        )


def _result(c: Content) -> Iterator[FieldError]:
    titled = c.result.name.zh.endswith("证") and not c.result.name.zh.endswith("凭证")
    if titled and c.result.sort != "certificate":
        yield FieldError(
            "result.sort",
            _("结果名称以“证”结尾，结果类型却不是证照。"),
            _("请把结果类型改为 certificate，或改写结果名称。"),
        )
    if c.result.renew_from_days is not None and c.result.valid is None:
        yield FieldError(
            "result.renew_from_days",
            _("没有有效期的结果不能续期。"),
            _("请填写有效期，或删去续期起始日。"),
        )


def _materials(c: Content) -> Iterator[FieldError]:
    yield from _unique((m.code for m in c.materials), "materials", "code")
    for n, material in enumerate(c.materials):
        if material.essential and material.may_follow:
            yield FieldError(
                f"materials.{n}.may_follow",
                _("主要材料不能容缺后补。"),
                _("请把 essential 或 may_follow 改为 false。"),
            )


def _unique(values: Iterable[str], path: str, key: str) -> Iterator[FieldError]:
    seen: set[str] = set()
    for n, value in enumerate(values):
        if value in seen:
            yield FieldError(
                f"{path}.{n}.{key}",
                _("“%(value)s”重复出现。") % {"value": value},
                _("请删去一处，或改用另一个代码。"),
            )
        seen.add(value)


def _questions(fields: tuple[Field, ...], path: str) -> Iterator[FieldError]:
    yield from _unique((f.key for f in fields), path, "key")
    earlier: set[str] = set()
    for n, field in enumerate(fields):
        yield from _question(field, f"{path}.{n}", earlier)
        earlier.add(field.key)


def _question(field: Field, path: str, earlier: set[str]) -> Iterator[FieldError]:
    if (field.type in {"choice", "multichoice"}) != bool(field.choices):
        yield FieldError(
            f"{path}.choices",
            _("只有选择题才有选项，且至少要有一个。"),
            _("请补上选项，或改写题型。"),
        )
    if (field.type == "table") != bool(field.columns):
        yield FieldError(
            f"{path}.columns", _("只有表格才有列，且至少要有一列。"), _("请补上列，或改写题型。")
        )
    if any(column.type == "table" for column in field.columns):
        yield FieldError(f"{path}.columns", _("表格里不能再有表格。"), _("请把内层表格另列一题。"))
    if any(column.type == "secret" for column in field.columns):
        yield FieldError(
            f"{path}.columns", _("表格里不能有保密的题目。"), _("请把这一列另列一题。")
        )
    if field.only_if is not None and field.only_if.field not in earlier:
        yield FieldError(
            f"{path}.only_if.field",
            _("所依据的题目不在这一题之前。"),
            _("请把那一题移到前面，或改正题目代码。"),
        )
    yield from _questions(field.columns, f"{path}.columns")


def _handling(c: Content) -> Iterator[FieldError]:
    if c.on_the_spot and c.procedure:
        yield FieldError(
            "procedure",
            _("即办件当场办结，没有后续办理环节。"),
            _("请删去办理环节，或把办件类型改为承诺件。"),
        )
    if not c.on_the_spot and not c.procedure:
        yield FieldError("procedure", _("承诺件至少要有一个办理环节。"), _("请写明由谁审查。"))
    if not c.on_the_spot and c.terms.promised.unit == "at_once":
        yield FieldError("terms.promised", _("承诺件应当写明承诺时限。"), _("请填写天数或时数。"))
    if not (c.lead.field or c.lead.body):
        yield FieldError("lead", _("没有写明由谁作出决定。"), _("请填写主办领域或主办部门。"))


def longer(one: Span | None, other: Span | None) -> bool:
    """Is `one` surely longer than `other`? Different units are not compared."""
    return bool(one and other and one.unit == other.unit and one.n > other.n)


def _terms(c: Content) -> Iterator[FieldError]:
    terms = c.terms
    if terms.deemed and c.item_type != LICENCE:
        yield FieldError(
            "terms.deemed",
            _("逾期未告知即视为受理只适用于行政许可。"),
            _("请把 deemed 改为 false，或核对事项类型。"),
        )
    if longer(terms.promised, terms.statutory):
        yield FieldError("terms.promised", _("承诺时限长于法定时限。"), _("请缩短承诺时限。"))
    if terms.extension is not None and terms.statutory is None:
        yield FieldError(
            "terms.extension",
            _("没有法定时限，就没有可以延长的期限。"),
            _("请填写法定时限，或删去延期。"),
        )


def _joint(c: Content) -> Iterator[FieldError]:
    if not c.terms.joint:
        return
    bodies = {t.field or t.body for stage in c.procedure for t in stage.tasks}
    if len(bodies) < 2:
        yield FieldError(
            "terms.joint",
            _("联合办理至少要有两个部门参加。"),
            _("请补上协办部门的任务，或把 joint 改为 false。"),
        )
    statutory, extension = c.terms.statutory, c.terms.extension
    if longer(statutory, working_days(45)):
        yield FieldError(
            "terms.statutory",
            _("联合办理的法定时限不得超过四十五个工作日。"),
            _("请缩短法定时限（行政许可法第四十二条）。"),
        )
    if longer(extension, working_days(15)):
        yield FieldError(
            "terms.extension",
            _("联合办理的延期不得超过十五个工作日。"),
            _("请缩短延期（行政许可法第四十二条）。"),
        )


def _procedure(c: Content) -> Iterator[FieldError]:
    yield from _unique((s.key for s in c.procedure), "procedure", "key")
    used = 0
    for n, stage in enumerate(c.procedure):
        path = f"procedure.{n}.tasks"
        yield from _unique((t.key for t in stage.tasks), path, "key")
        if not any(t.required for t in stage.tasks):
            yield FieldError(path, _("这个环节没有必须完成的任务。"), _("请至少写一项必办任务。"))
        for m, task in enumerate(stage.tasks):
            if bool(task.field) == bool(task.body):
                yield FieldError(
                    f"{path}.{m}",
                    _("任务应当写明领域或部门，二者取一。"),
                    _("请填写 field 或 body 中的一个。"),
                )
            tellable = {f.key for f in c.fields if f.type not in ("secret", "party")}
            for key in set(task.shows) - tellable:
                yield FieldError(
                    f"{path}.{m}.shows",
                    _("公示里要写的“%(key)s”不是这个事项可以公开的问题。") % {"key": key},
                    _("请改成本事项 fields 里的 key。"),
                )
        used += _longest_share(c, n)
    if used > c.terms.promised.n:
        yield FieldError("procedure", _("各环节时限之和超过承诺时限。"), _("请缩短各环节的时限。"))


def _longest_share(c: Content, stage: int) -> int:
    unit = c.terms.promised.unit
    shares = [t.share.n for t in c.procedure[stage].tasks if t.share and t.share.unit == unit]
    return max(shares, default=0)
