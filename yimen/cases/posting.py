"""What a public posting may tell of a family: part of the name, and the answers that the matter
names in `shows` (the size of the family). No more than the purpose needs: Personal Information
Protection Law art. 6.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yimen.cases.dossier import Dossier
from yimen.cases.models import Case, Task
from yimen.lib.masking import holds_id, mask_name
from yimen.matters.content import Field
from yimen.people.models import Party


def shown_name(case: Case) -> str:
    """A person's name in part; an organisation's name is public."""
    party = case.applicant
    return mask_name(party.name) if party.sort == Party.Sort.PERSON else party.name


def draft(d: Dossier, task: Task) -> str:
    """The words that a posting begins with. In Chinese: it is an official text, posted as it is."""
    rule = next((t for s in d.content.procedure for t in s.tasks if t.key == task.key), None)
    fields = {field.key: field for field in d.content.fields}
    wanted = rule.shows if rule else ()
    lines = [f"申请人：{shown_name(d.case)}", f"申请事项：{d.content.name.zh}"]
    lines += [
        _line(fields[k], d.case.facts[k]) for k in wanted if k in fields and k in d.case.facts
    ]
    lines.append("经审核拟给予保障。对以上内容有异议的，请在公示期内提出。")
    return "\n".join(lines)


def _line(field: Field, answer: Any) -> str:
    """`共同生活人数：2 人`; a roster is counted, its names stay with the case."""
    many = len(answer) if isinstance(answer, list) else answer
    return f"{field.label.zh}：{many} 人" if str(many).isdigit() else f"{field.label.zh}：{many}"


def problem(d: Dossier, text: str) -> str:
    """Why this text may not be posted, or nothing."""
    if not text.strip():
        return _("请写公示内容。不要写身份证号、电话和住址门牌。")
    if holds_id(text):
        return _("公示里不能写身份证号码，请删去。")
    full = d.case.applicant.name
    if shown_name(d.case) != full and full in text:
        return _("公示里不能写申请人的全名，请写成“%(part)s”。") % {"part": shown_name(d.case)}
    return ""
