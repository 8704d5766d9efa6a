"""What one act changes, written in one go: rows, ledger entry and errands in one transaction.

An act never saves. It says what is new and what is different; the same saying becomes the rows
and the entry, so the columns cannot drift from the record.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from yimen.cases import reckoning
from yimen.cases.dossier import Dossier
from yimen.cases.models import (
    Bundle,
    Case,
    Hold,
    Link,
    Material,
    Note,
    Obligation,
    Posting,
    Result,
    Task,
    Term,
    Warning,
)
from yimen.clock import rules as clock
from yimen.clock.queries import Shelf, shelf
from yimen.ledger.actions import append, queue_many
from yimen.ledger.chain import Head, stamp
from yimen.ledger.rows import Sheet
from yimen.lib.actor import Actor, Power
from yimen.lib.hashing import digest_text, new_salt
from yimen.lib.time import local
from yimen.notices.actions import Reach, tell

# the names under which an entry keeps the changes of each table
TABLES: dict[type[Model], str] = {
    Bundle: "bundles",
    Case: "case",
    Task: "tasks",
    Term: "terms",
    Hold: "holds",
    Obligation: "obligations",
    Material: "materials",
    Result: "results",
    Link: "links",
    Posting: "postings",
    Warning: "warnings",
    Note: "notes",
}

# the term that a task without a share of its own goes by
MIRRORED = {
    "accept": ("accept", "supplement"),
    "decide": ("decide_promised", "decide_statutory"),
    "deliver": ("deliver",),
}


def plain(value: Any) -> Any:
    """A column's value as the ledger holds it: text, number, boolean, or None for nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, (date, UUID)):
        return str(value)
    return value if isinstance(value, (int, bool)) else str(value)


class Changes:
    """Collects what an act does to a dossier, which it keeps current while doing so."""

    def __init__(self, d: Dossier, *, at: datetime, books: Shelf | None = None) -> None:
        self.d, self.at = d, at
        self.books = books or shelf()
        self.calendar = self.books.calendar(d.case.place or d.case.street)
        self.data: dict[str, Any] = {}
        self.messages: list[dict[str, Any]] = []
        self.errands: list[tuple[str, str, dict[str, Any]]] = []
        self._new: list[Model] = []
        self._changed: dict[Model, set[str]] = {}

    def add(self, row: Any) -> Any:
        """A new row; it joins the dossier at once."""
        self._new.append(row)
        mine = {Task: "tasks", Term: "terms", Hold: "holds", Obligation: "obligations"}
        mine |= {Material: "materials", Result: "results"}
        name = mine.get(type(row))
        if name:
            getattr(self.d, name).append(row)
        return row

    def set(self, row: Model, **values: Any) -> None:
        """New values for columns of a row that exists (or was added by this act)."""
        values = {n: v for n, v in values.items() if getattr(row, n) != v}
        for name, value in values.items():
            setattr(row, name, value)
        if values and not any(row is new for new in self._new):
            attnames = {row._meta.get_field(n).attname for n in values}  # type: ignore[union-attr]
            if "facts" in attnames:
                attnames.add("facts_digest")
            self._changed.setdefault(row, set()).update(attnames)

    def case(self, **values: Any) -> None:
        """New values for columns of the case itself."""
        self.set(self.d.case, **values)

    def note(self, sort: str, body: str, *, task: Task | None = None, public: bool = False) -> None:
        """Free text that belongs to this act; the entry gets its salted digest."""
        if not body.strip():
            return
        note = Note(
            street=self.d.case.street,
            case_id=self.d.case.pk,
            seq=self.d.case.seq + 1,
            sort=sort,
            body=body.strip(),
            salt=new_salt(),
            task=task,
            public=public,
            written_at=self.at,
        )
        self._new.append(note)

    def tell(self, template: str, *, facts: dict[str, Any] | None = None, **to: Any) -> None:
        """Have somebody told once the act is done (see notices.actions.tell).

        The number and the matter's name are always among the facts.
        """
        self.messages.append({"template": template, "given": facts or {}, **to})

    # time -------------------------------------------------------------------------------------

    def reckon(self, *, everything: bool = False) -> None:
        """Rebuild the due moments that this act may have moved, then the case's own columns.

        `everything` recomputes all running clocks (a hold ended, a calendar changed); otherwise
        only those without a due moment yet.
        """
        d = self.d
        for term in d.running_terms:
            if everything or term.due_at is None:
                self.reckon_term(term)
        for task in d.open_tasks:
            if task.share_n is not None and (everything or task.due_at is None):
                self.reckon_task(task)
        self._mirror()
        now = reckoning.reckon(d, self.calendar)
        self.case(
            due_at=now.due_at,
            yellow_at=now.yellow_at,
            next_action_at=now.next_action_at,
            due_provisional=now.provisional if d.open else d.case.due_provisional,
            held=d.held if d.open else False,
            calendar_version=self.books.serial,
            **self._promises(),
        )
        if d.open and d.case.accepted_at is None:
            self._forecast()

    def reckon_term(self, term: Term) -> None:
        due = reckoning.due_of(term, self.d.holds, self.calendar)
        if term.bearer == "resident" and term.due_at is not None and due.at < term.due_at:
            return  # a new calendar never shortens a resident's own term
        self.set(
            term,
            due_at=due.at,
            provisional=due.provisional,
            yellow_at=reckoning.yellow(
                term.started_at, due, term.length + term.extra, term.unit, self.calendar
            ),
        )

    def reckon_task(self, task: Task) -> None:
        due = reckoning.task_due(task, self.d.holds, self.calendar)
        if due is None:
            return
        self.set(
            task,
            due_at=due.at,
            provisional=due.provisional,
            yellow_at=reckoning.yellow(
                task.offered_at, due, task.share_n or 0, task.share_unit, self.calendar
            ),
        )

    def _mirror(self) -> None:
        """Tasks without a share of their own are due when their term is."""
        for task in self.d.open_tasks:
            terms = [t for t in map(self.d.term, MIRRORED.get(task.sort, ())) if t]
            if terms and task.share_n is None:
                due = min(terms, key=lambda t: t.due_at)
                self.set(
                    task,
                    due_at=due.due_at,
                    yellow_at=due.yellow_at,
                    provisional=due.provisional,
                )

    def _promises(self) -> dict[str, date]:
        """The days that were promised to the applicant, as far as their terms run."""
        columns = {
            "accept": "accept_by",
            "decide_statutory": "statutory_due_on",
            "decide_promised": "promised_due_on",
        }
        return {
            columns[t.name]: local(t.due_at).date()
            for t in self.d.running_terms
            if t.name in columns
        }

    def _forecast(self) -> None:
        """What may be promised before acceptance: the terms counted from the day of receipt."""
        terms, guess = self.d.content.terms, False
        values: dict[str, Any] = {}
        for column, span in (
            ("statutory_due_on", terms.statutory),
            ("promised_due_on", self.d.kind.span(terms.promised, self.d.case.round)),
        ):
            if span is not None:
                due = clock.due(self.d.case.received_at, span, self.calendar)
                values[column] = due.on
                guess = guess or due.provisional
        self.case(due_provisional=guess or self.d.case.due_provisional, **values)

    # writing ----------------------------------------------------------------------------------

    def queue(self, errand: str, step: str, payload: dict[str, Any]) -> None:
        """Work that follows this act, once."""
        self.errands.append((errand, step, payload))

    def commit(
        self, act: str, *, by: Actor, power: Power | None, into: Sheet | None = None
    ) -> None:
        """Write rows, entry, messages and errands; the case's head and version move by one.

        All of it goes on one sheet, which is sent at once unless the caller brought it.
        """
        sheet, case = into or Sheet(), self.d.case
        head = append(
            Head(case.seq, bytes(case.hash)),
            street=case.street,
            stream=f"case:{case.number}",
            act=act,
            by=by,
            at=self.at,
            data=self._record(),
            power=power,
            into=sheet,
        )
        moved: dict[str, Any] = {"seq": head.seq, "hash": head.hash}
        if not any(row is case for row in self._new):
            moved["version"] = case.version + 1
        self.set(case, **moved)
        self._rows(sheet)
        self._messages(head.seq, by, sheet)
        keyed = [(name, f"{case.number}:{head.seq}:{step}", p) for name, step, p in self.errands]
        queue_many(keyed, street=case.street, at=self.at, into=sheet)
        if into is None:
            sheet.write()

    def _record(self) -> dict[str, Any]:
        data: dict[str, Any] = dict(self.data)
        for row in self._new:
            self._put(data, row, getattr(row, "RECORDED", ()))
        for row, names in self._changed.items():
            recorded = [n for n in getattr(row, "RECORDED", ()) if n in names]
            self._put(data, row, recorded)
        notes = [n for n in self._new if isinstance(n, Note)]
        if notes:
            data["notes"] = {str(n.pk): digest_text(n.body, n.salt) for n in notes}
        return data

    def _put(self, data: dict[str, Any], row: Model, names: Any) -> None:
        if not names:
            return
        values = {name: plain(getattr(row, name)) for name in names}
        table = data.setdefault(TABLES[type(row)], {})
        if isinstance(row, Case):
            table.update(values)
        else:
            table.setdefault(str(row.pk), {}).update(values)

    def _rows(self, sheet: Sheet) -> None:
        for row, names in self._changed.items():
            columns = names - {"facts_digest"}  # derived, in the record only
            sheet.update(type(row), {"id": row.pk}, **{n: getattr(row, n) for n in columns})
        for row in self._new:
            whole = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
            sheet.insert(type(row), [whole])

    def _messages(self, seq: int, by: Actor, sheet: Sheet) -> None:
        case, name = self.d.case, self.d.content.name
        known = {
            "number": case.number,
            "matter": {"zh": name.zh, "en": name.en},
            "due": case.due_at or case.next_action_at or self.at,
        }
        for n, message in enumerate(self.messages):
            given = message.pop("given")
            tell(
                street=case.street,
                about=case.number,
                key=f"{case.number}:{seq}:{n}",
                by=by,
                at=self.at,
                facts=known | given,
                reach=self._reach(message.get("to_party")),
                into=sheet,
                **message,
            )

    def _reach(self, party: UUID | None) -> Reach | None:
        """How to reach the applicant, as far as the dossier knows; others are asked for."""
        d = self.d
        if party is not None and d.kind.quiet(d.case.facts):
            return Reach(account=True, language=d.language or "")
        if d.language is None or party != d.case.applicant_id:
            return None
        phone = bool(d.case.applicant.phone_mask)
        return Reach(phone=phone, account=bool(d.language), language=d.language)
