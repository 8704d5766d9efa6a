"""The record of a case in words: every act, who, by which power, when, what changed, and the
proof that the chain is whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yimen.bodies.models import Appointment
from yimen.cases import fold as folding
from yimen.cases.dossier import Dossier
from yimen.cases.models import Note
from yimen.cases.views.access import find, for_staff, reads_in_full
from yimen.cases.words import NOTES, TERMS, act_label
from yimen.custody.queries import people_names
from yimen.ledger.chain import Fault, check_chain, data_of
from yimen.ledger.links import chain_of
from yimen.ledger.models import Entry, Leaf
from yimen.lib.time import local, now
from yimen.look.dates import cn_date
from yimen.look.language import pick
from yimen.people.models import Account

COLUMNS = "tasks", "terms", "holds", "obligations", "materials", "results"


@dataclass(frozen=True)
class Seat:
    """The power that somebody acted by, in words."""

    body: str
    title: str
    holder: UUID

    def words(self, account: UUID | None) -> str:
        """`示例区民政后台 · 经办人`, and that it was a deputy where somebody else holds the seat."""
        text = f"{self.body} · {self.title}"
        return text if account in (None, self.holder) else _("%(seat)s（代理）") % {"seat": text}


@dataclass(frozen=True)
class Change:
    """One column that an act changed."""

    table: str
    row: str
    column: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Act:
    """One entry of the record as a page shows it."""

    seq: int
    act: str
    label: str
    at: datetime
    recorded_at: datetime
    who: str
    power: str
    hash: str
    data: dict[str, Any] = field(repr=False)
    notes: tuple[Note, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def late(self) -> bool:
        """Was it written down on another day than it happened?"""
        return local(self.at).date() != local(self.recorded_at).date()

    @property
    def texts(self) -> list[tuple[str, str]]:
        return [(str(NOTES.get(n.sort, n.sort)), n.body) for n in self.notes]

    @property
    def moved(self) -> list[str]:
        """Days that a new calendar moved, in words."""
        moved = self.data.get("moved") or {}
        return [
            _("%(term)s：%(old)s → %(new)s")
            % {
                "term": TERMS.get(one["name"], one["name"]),
                "old": cn_date(one["old"]),
                "new": cn_date(one["new"]),
            }
            for one in moved.values()
        ]


RUNGS = {
    1: gettext_lazy("黄灯"), 2: gettext_lazy("红灯"), 3: gettext_lazy("报告主任"),
    4: gettext_lazy("报告督查"),
}  # fmt: skip
ON_TASKS = ("sign", "offer", "return", "finish")


class Record:
    """The entries of one case, read once."""

    def __init__(self, d: Dossier) -> None:
        self.d = d

    @cached_property
    def entries(self) -> list[Entry]:
        mine = Entry.objects.filter(street=self.d.case.street, stream=f"case:{self.d.case.number}")
        return list(mine.order_by("seq"))

    @cached_property
    def notes(self) -> dict[int, list[Note]]:
        found: dict[int, list[Note]] = {}
        for note in Note.objects.filter(case=self.d.case).order_by("seq", "id"):
            found.setdefault(note.seq, []).append(note)
        return found

    @cached_property
    def seats(self) -> dict[UUID, Seat]:
        powers = {e.power for e in self.entries if e.power}
        held = Appointment.objects.filter(pk__in=powers).select_related("seat__body")
        return {
            a.pk: Seat(
                pick({"zh": a.seat.body.name, "en": a.seat.body.name_en}),
                pick({"zh": a.seat.title, "en": a.seat.title_en}),
                a.account_id,
            )
            for a in held
        }

    @cached_property
    def names(self) -> dict[UUID, str]:
        return people_names([e.account for e in self.entries])

    @cached_property
    def residents(self) -> set[UUID]:
        """Accounts that act for themselves: pages do not repeat who they are."""
        asked = {e.account for e in self.entries if e.account and e.power is None}
        found = Account.objects.filter(pk__in=asked, kind=Account.Kind.RESIDENT)
        return set(found.values_list("pk", flat=True)) if asked else set()

    def acts(self, *, changes: bool = False) -> list[Act]:
        """Every act, oldest first; with the columns it changed where asked for."""
        changed = dict(self._changes()) if changes else {}
        tasks = self._tasks()
        return [self._act(e, changed.get(e.seq, ()), tasks.get(e.seq, "")) for e in self.entries]

    def _tasks(self) -> dict[int, str]:
        """Which task or clock an act was about, where a case has several: of the tasks an entry touches,
        the one that was there before (others are those it opened)."""
        names = {str(t.pk): pick(t.name) for t in self.d.tasks}
        known: set[str] = set()
        found: dict[int, str] = {}
        for entry in self.entries:
            touched = orjson.loads(entry.data).get("tasks") or {}
            if entry.act in ON_TASKS:
                worked = (names[pk] for pk in touched if pk in known and pk in names)
                found[entry.seq] = next(worked, "")
            elif entry.act == "warn":
                found[entry.seq] = _("、").join(_rungs(orjson.loads(entry.data), names))
            known |= touched.keys()
        return found

    def _act(self, e: Entry, changes: Iterable[Change], task: str) -> Act:
        seat = self.seats.get(e.power) if e.power else None
        label = act_label(e.act)
        return Act(
            seq=e.seq,
            act=e.act,
            label=_("%(act)s：%(task)s") % {"act": label, "task": task} if task else label,
            at=e.at,
            recorded_at=e.recorded_at,
            who=self._who(e),
            power=seat.words(e.account) if seat else "",
            hash=bytes(e.hash).hex(),
            data=orjson.loads(e.data),
            notes=tuple(self.notes.get(e.seq, ())),
            changes=tuple(changes),
        )

    def _who(self, e: Entry) -> str:
        if e.account is None:
            return _("公众") if e.act == "object" else _("系统")
        if e.account in self.residents:
            return _("申请人一方")
        return self.names.get(e.account, "")

    def _changes(self) -> Iterator[tuple[int, list[Change]]]:
        """What each act changed, old and new, by folding the record act by act."""
        state: dict[tuple[str, str, str], Any] = {}
        for entry in self.entries:
            changed = []
            for key, new in _cells(orjson.loads(entry.data)):
                old = state.get(key)
                if old != new:
                    changed.append(Change(*key, old, new))
                state[key] = new
            yield entry.seq, changed

    def last(self, act: str) -> Entry | None:
        """The last entry of an act."""
        return next((e for e in reversed(self.entries) if e.act == act), None)

    def text(self, act: str, sort: str) -> str:
        """What was written with the last act of that name."""
        entry = self.last(act)
        notes = self.notes.get(entry.seq, []) if entry else []
        return next((n.body for n in notes if n.sort == sort), "")

    # proof ------------------------------------------------------------------------------------

    def fault(self) -> Fault | None:
        """The first entry that does not follow from the one before, or where the columns say
        something else than the record."""
        case = self.d.case
        stream, chain = f"case:{case.number}", chain_of(case.street, f"case:{case.number}")
        head, state = folding.expected([case.number])[case.number]
        found = check_chain(case.street, stream, chain, head)
        if found is None and folding.fold(map(data_of, chain)) != state:
            return Fault(case.street, stream, len(chain), "state")
        return found

    def root(self) -> Leaf | None:
        """The last daily root that covers this case."""
        leaves = Leaf.objects.filter(
            street=self.d.case.street, stream=f"case:{self.d.case.number}"
        ).select_related("root")
        return leaves.order_by("-seq").first()


def _rungs(data: dict[str, Any], tasks: dict[str, str]) -> Iterator[str]:
    """Of a warning: which light, and the task's name or that it is the whole case's term."""
    for one in data.get("warned") or []:
        light = str(RUNGS.get(one["rung"], RUNGS[max(RUNGS)]))
        yield _("%(light)s（%(clock)s）") % {
            "light": light, "clock": tasks.get(one["clock"]) or _("办件期限")
        }  # fmt: skip


def _cells(data: dict[str, Any]) -> Iterator[tuple[tuple[str, str, str], Any]]:
    """(table, row, column) and value of everything an entry's data says about rows."""
    for column, value in (data.get("case") or {}).items():
        yield ("case", "", column), value
    for table in COLUMNS:
        for row, values in (data.get(table) or {}).items():
            for column, value in values.items():
                yield (table, row, column), value


def acts_since(d: Dossier, version: int) -> list[dict[str, Any]]:
    """What happened after the version that somebody was looking at, for a timeline."""
    acts = [a for a in Record(d).acts() if a.seq > version]
    return [{"title": a.label, "at": a.at, "by": a.who, "state": "current"} for a in acts]


# -- pages -------------------------------------------------------------------------------------

FAULTS = {
    "hash": gettext_lazy("这一条与前一条的指纹对不上，记录被改动过。"),
    "gap": gettext_lazy("这里缺少记录。"),
    "state": gettext_lazy("记录齐全，但办件现在的内容与记录不一致。"),
}


@require_safe
@for_staff
def ledger(request: HttpRequest, number: str) -> HttpResponse:
    """The auditor's view of a case."""
    d = find(request, number)
    record = Record(d)
    fault = record.fault()
    leaf = record.root()
    context = {
        "d": d,
        "acts": _named(d, record.acts(changes=True)),
        "fault": fault,
        "fault_words": FAULTS[fault.reason] if fault else "",
        "checked_at": now(),
        "root": leaf.root if leaf else None,
        "root_hash": bytes(leaf.root.hash).hex() if leaf else "",
        "covered": leaf.seq if leaf else 0,
        "full": reads_in_full(request.actor, d),
    }
    return render(request, "cases/ledger.html", context)


def _named(d: Dossier, acts: list[Act]) -> list[dict[str, Any]]:
    """Each act with its changes, rows called by what they are instead of by their ids."""
    rows = _row_names(d)
    return [
        {
            "act": act,
            "changes": [
                {
                    "what": rows.get(c.row, str(TABLES.get(c.table, c.table))),
                    "column": c.column,
                    "old": _value(c.old),
                    "new": _value(c.new),
                }
                for c in act.changes
            ],
        }
        for act in acts
    ]


TABLES = {
    "case": gettext_lazy("办件"),
    "tasks": gettext_lazy("任务"),
    "terms": gettext_lazy("期限"),
    "holds": gettext_lazy("中止计时"),
    "obligations": gettext_lazy("义务"),
    "materials": gettext_lazy("材料"),
    "results": gettext_lazy("结果"),
}


def _row_names(d: Dossier) -> dict[str, str]:
    names = {str(t.pk): _("任务 %(name)s") % {"name": pick(t.name)} for t in d.tasks}
    names |= {str(t.pk): _("期限 %(name)s") % {"name": TERMS.get(t.name, t.name)} for t in d.terms}
    names |= {str(m.pk): _("材料 %(name)s") % {"name": m.code} for m in d.materials}
    return names


def _value(value: Any) -> str:
    """A column's value as it stands in the record; moments in Chinese time."""
    if value is None:
        return "—"
    text = str(value)
    if len(text) == 27 and text.endswith("Z"):
        return f"{local(datetime.fromisoformat(text)):%Y-%m-%d %H:%M:%S}"
    return _(text) if text else ""  # a legal basis is recorded in words


@require_safe
@for_staff
def ledger_json(request: HttpRequest, number: str) -> HttpResponse:
    """The record as it stands, enough to recompute every hash elsewhere."""
    d = find(request, number)
    record = Record(d)
    fault = record.fault()
    body = {
        "number": d.case.number,
        "street": d.case.street,
        "stream": f"case:{d.case.number}",
        "head": {"seq": d.case.seq, "hash": bytes(d.case.hash).hex()},
        "intact": fault is None,
        "fault": {"seq": fault.seq, "reason": fault.reason} if fault else None,
        "entries": [_plain(e) for e in record.entries],
    }
    response = HttpResponse(orjson.dumps(body), content_type="application/json")
    name = f"{d.case.number}-ledger-{now():%Y%m%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _plain(e: Entry) -> dict[str, Any]:
    return {
        "seq": e.seq,
        "act": e.act,
        "at": e.at.isoformat(),
        "recorded_at": e.recorded_at.isoformat(),
        "account": str(e.account) if e.account else None,
        "power": str(e.power) if e.power else None,
        "data": e.data,
        "hash": bytes(e.hash).hex(),
    }
