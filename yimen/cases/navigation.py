"""Where cases stand on the desk, and what they answer to the search over everything."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yimen.cases.filters import by_words
from yimen.cases.models import Case
from yimen.cases.perms import STREET_WIDE
from yimen.cases.queries import visible_to, worklist
from yimen.cases.second import behind
from yimen.lib.actor import Actor, Can
from yimen.lib.masking import called, mask_name
from yimen.lib.numbering import normal, pretty
from yimen.look.hits import Hit
from yimen.look.language import pick
from yimen.look.navigation import Entry
from yimen.people import perms as people

WORK = (Can.HANDLE, Can.DECIDE, Can.HEAD, Can.INTAKE)
CAP = 99


def open_tasks(actor: Actor) -> int:
    """How many open tasks lie with the actor's bodies, counted to 99 and one more."""
    return worklist(actor).order_by().values("pk")[: CAP + 1].count()


DESK = [
    Entry(
        _("待办任务"), "cases:tasks", key="t", can=WORK, order=10, figure=open_tasks,
        hint=_("本单位要办的，最急的在前；签收、办理、决定"),
    ),
    Entry(
        _("办件"), "cases:cases", key="k", can=(*WORK, *STREET_WIDE), order=20,
        hint=_("查找和筛选全部看得到的办件，可导出"),
    ),
]  # fmt: skip


def search(actor: Actor, text: str) -> Iterable[Hit]:
    """Cases by any of their numbers, the applicant's name or the matter's name. A number that is
    exactly this case's opens it."""
    if actor.kind != "staff":
        return []
    plain = normal(text)
    cases = visible_to(actor).filter(by_words(actor, text))
    found = cases.select_related("matter", "applicant").defer("matter__content")
    full = people.may_see_all_of(actor, actor.street)
    second = set(behind(text).values_list("case_id", flat=True)[:20])
    return [
        _hit(case, plain, text, full, case.pk in second)
        for case in found.order_by("-received_at", "-id")[:20]
    ]


def _hit(case: Case, plain: str, text: str, full: bool, second: bool) -> Hit:
    name = called(case.applicant.name) if full else mask_name(case.applicant.name)
    return Hit(
        title=pick({"zh": case.matter.name, "en": case.matter.name_en}),
        href=reverse("cases:detail", args=[case.number]),
        sort=_("办件"),
        text=f"{pretty(case.number)} · {name}",
        stage=case.stage,
        ending=case.ending,
        exact=plain in (case.number, case.enquiry_no) or second or _theirs(case, text),
    )


def _theirs(case: Case, text: str) -> bool:
    """Its number in another system; what was void as a mistake has passed it on."""
    return text.strip() == case.external_number != "" and case.ending != "void"
