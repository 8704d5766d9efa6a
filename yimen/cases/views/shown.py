"""What a case page shows, gathered for the template: people, clocks, tasks with their reasons,
materials, answers. Reads only; one query for each sort of thing, none in a loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.bodies import fields as field_names
from yimen.bodies.queries import names as body_names
from yimen.bodies.rules import because_from
from yimen.cases import clocks
from yimen.cases.dossier import DECIDE_STAGE, DELIVER_STAGE, Dossier
from yimen.cases.models import Case, Hold, Link, Posting, Task, Warning
from yimen.cases.queries import visible_to
from yimen.cases.views import acting
from yimen.cases.words import ACTS, ANSWERS, GIVEN, LINKS, OBLIGATIONS, TERMS, VERDICTS
from yimen.clock.profiles import profile
from yimen.clock.queries import Shelf
from yimen.clock.wording import span_words
from yimen.custody.queries import people_names
from yimen.files.queries import by_ids
from yimen.lib.actor import Actor
from yimen.lib.masking import called, mask_name
from yimen.lib.spans import Span, Unit
from yimen.lib.time import local, now
from yimen.look.language import pick
from yimen.matters.content import Words
from yimen.notices.queries import shown as message_shown
from yimen.notices.queries import told_about
from yimen.people.models import Account, Party
from yimen.places.queries import names as place_names


def lang() -> str:
    return get_language() or ""


# -- why a task is where it is -----------------------------------------------------------------


class Reasons:
    """Sentences for the reasons of a routing; the names of all bodies and places asked once."""

    def __init__(self, everything: Iterable[dict[str, str]]) -> None:
        given = list(everything)
        ids = {UUID(w[k]) for w in given for k in ("body", "avoided") if w.get(k)}
        self.bodies = {key: pick(pair) for key, pair in body_names(ids).items()}
        codes = [w["place"] for w in given if w.get("place")]
        self.places = {code: pick(pair) for code, pair in place_names(codes).items()}
        self.fields = field_names.names()

    def sentences(self, because: Iterable[dict[str, str]]) -> list[str]:
        return [self._one(why) for why in because]

    def _one(self, why: dict[str, str]) -> str:
        body = self.bodies.get(UUID(why["body"]), "") if why.get("body") else ""
        if why["code"] == "named":
            return _("事项的办理程序指定由“%(body)s”办理。") % {"body": body}
        if why["code"] == "returned":
            return _("原承办单位退回，回到“%(body)s”重新安排。") % {"body": body}
        if why["code"] == "settled":
            return _("有争议，裁定由“%(body)s”办理，不能退回。") % {"body": body}
        if why["code"] == "assist":
            return _("请“%(body)s”协助，不占主办的时限。") % {"body": body}
        return because_from(why).sentence(self.bodies, self.places, self.fields)


# -- people ------------------------------------------------------------------------------------


def party(found: Party, *, full: bool) -> dict[str, Any]:
    """A person or firm: name, masked numbers, what is needed to reach them."""
    named = full or found.sort == Party.Sort.ORGANISATION
    return {
        "party": found,
        "name": called(found.name) if named else mask_name(found.name),
        "document": found.get_id_type_display(),
        "id_mask": found.id_mask if full else "",
        "phone_mask": found.phone_mask if full else "",
        "address": found.address.text if full and found.address else "",
    }


# -- clocks ------------------------------------------------------------------------------------


def terms(d: Dossier, books: Shelf) -> list[dict[str, Any]]:
    """Every term, running ones first; statutory and promised stand side by side."""
    at, place = now(), d.case.place or d.case.street
    rows = []
    for term in d.terms:
        running = term.met_at is None and term.dropped_at is None
        stopped = running and d.held and term.bearer == "body"
        rows.append({
            "term": term,
            "name": TERMS.get(term.name, term.name),
            "length": span_words(Span(term.length, Unit(term.unit))),
            "extra": span_words(Span(term.extra, Unit(term.unit))) if term.extra else "",
            "basis": basis(d, term.basis),
            "running": running,
            "stopped": stopped,
            "in_time": term.met_at is not None and term.met_at <= term.due_at,
            "clock": clocks.of_moment(term, at, books, place) if running and not stopped else None,
        })  # fmt: skip
    return sorted(rows, key=lambda row: not row["running"])


def basis(d: Dossier, text: str) -> str:
    """A legal basis in the reader's language: by the names that the matter's own laws have in
    English, else as it was written down."""
    if not text or not lang().startswith("en"):
        return text
    for law in d.content.legal_basis:
        if law.en and law.law in text:
            return text.replace(f"《{law.law}》", law.law).replace(law.law, f"{law.en} ").strip()
    return _(text)


def holds(d: Dossier) -> list[dict[str, Any]]:
    """What stopped the clock, by which article, at most until when."""
    names = {t.pk: pick(t.name) for t in d.tasks}
    return [
        {
            "hold": hold,
            "name": _hold_name(hold),
            "open": hold.until is None,
            "task": names[hold.task_id] if hold.task_id else "",
        }
        for hold in d.holds
    ]


def _hold_name(hold: Hold) -> str:
    """By the rules of the day on which it began."""
    rule = profile(local(hold.since).date()).holds.get(hold.sort)
    return pick({"zh": rule.name.zh, "en": rule.name.en}) if rule else str(hold.sort)


# -- work --------------------------------------------------------------------------------------


def stages(d: Dossier, actor: Actor, books: Shelf, *, full: bool) -> list[dict[str, Any]]:
    """Tasks by stage, the present round's; each with body, clock, opinion, reasons and acts."""
    reasons = Reasons(w for t in d.tasks for w in t.why)
    notes = _opinions(d) if full else {}
    accounts = people_names([t.assignee_id for t in d.tasks])
    visitors = _visitors(d)
    grouped: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for task in d.tasks:
        row = _task(d, task, actor, books)
        row |= {
            "why": reasons.sentences(task.why),
            "notes": notes.get(task.pk, []),
            "assignee": accounts.get(task.assignee_id, "") if task.assignee_id else "",
            "visitors": _("、").join(visitors.get(v, v) for v in task.findings.get("visitors", [])),
        }
        grouped.setdefault((task.round, task.stage_no), []).append(row)
    return [
        {
            "name": _stage_name(d, number),
            "round": turn,
            "number": number,
            "tasks": grouped[turn, number],
        }
        for turn, number in sorted(grouped)
    ]


def _stage_name(d: Dossier, number: int) -> str:
    if number == 0:
        return _("受理")
    if number == DECIDE_STAGE:
        return _("决定")
    if number == DELIVER_STAGE:
        return _("送达")
    if number <= len(d.content.procedure):
        return d.content.procedure[number - 1].name.text(lang())
    return _("第 %(n)d 阶段") % {"n": number}


def _task(d: Dossier, task: Task, actor: Actor, books: Shelf) -> dict[str, Any]:
    is_open = task.state in Task.OPEN
    acts = acting.on_task(actor, d, task) if is_open else []
    return {
        "task": task,
        "name": Words(**task.name).text(lang()),
        "body": pick({"zh": task.body.name, "en": task.body.name_en}),
        "owner": pick({"zh": task.owner.name, "en": task.owner.name_en})
        if is_open and task.owner_id != task.body_id
        else "",
        "open": is_open,
        "share": span_words(Span(task.share_n, Unit(task.share_unit))) if task.share_n else "",
        "clock": clocks.of_task(task, d.case, now(), books) if is_open else None,
        "late": not is_open and task.due_at and task.ended_at and task.ended_at > task.due_at,
        "verdict": VERDICTS.get(task.verdict, "") if task.sort not in acting.ENGINE else "",
        "answer": ANSWERS.get(task.findings.get("answer", ""), ""),
        "consent": task.findings.get("consent"),
        "acts": [{"name": name, "words": ACTS[name]} for name in acts],
    }


def _opinions(d: Dossier) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for note in d.case.notes.filter(task__isnull=False).order_by("seq", "id"):
        if note.task_id:
            found.setdefault(note.task_id, []).append(note)
    return found


def _visitors(d: Dossier) -> dict[str, str]:
    """Names of those who went on a visit, by user name."""
    wanted = {v for t in d.tasks for v in t.findings.get("visitors", [])}
    if not wanted:
        return {}
    rows = Account.objects.filter(username__in=wanted).select_related("party")
    return {a.username: a.party.name if a.party else a.username for a in rows}


def postings(d: Dossier) -> list[Posting]:
    """What was posted, with the objections."""
    return list(d.case.postings.prefetch_related("objections").order_by("starts_on"))


# -- papers and answers ------------------------------------------------------------------------


def materials(d: Dossier, *, full: bool) -> list[dict[str, Any]]:
    """The list of materials: status in words, how it was given, its scan."""
    files = by_ids([m.file_id for m in d.materials if m.file_id]) if full else {}
    promised = {o.what: o for o in d.obligations if o.sort == "late_material"}
    rows = []
    for row in d.materials:
        known = d.content.material(row.code)
        rows.append({
            "material": row,
            "name": known.name.text(lang()) if known else row.code,
            "given": GIVEN.get(row.given, ""),
            "file": files.get(row.file_id) if row.file_id else None,
            "promised": promised.get(row.code),
        })  # fmt: skip
    return rows


def answers(d: Dossier) -> list[dict[str, Any]]:
    """The answers to the matter's questions: text, lists and tables; persons by name."""
    rows = []
    fields = {f.label.text(lang()): f for f in d.content.fields}
    for label, value in d.kind.summary(d.content, d.case.facts, lang()):
        field = fields.get(label)
        kind = field.type if field else "text"
        if kind == "table" and field is not None:
            heads = [c.label.text(lang()) for c in field.columns]
            lines = [[_cell(c, line.get(c.key, "")) for c in field.columns] for line in value]
            rows.append({"label": label, "heads": heads, "lines": lines})
        else:
            secret = f"fact:{field.key}" if field and kind == "secret" else ""
            rows.append({"label": label, "value": _plain(kind, value), "secret": secret})
    return _with_people(rows, d)


def _cell(column: Any, value: Any) -> Any:
    names = {choice.value: choice.text(lang()) for choice in column.choices}
    return _plain(column.type, names.get(value, value) if isinstance(value, str) else value)


def _plain(kind: str, value: Any) -> Any:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return _("、").join(str(v) for v in value)
    if kind == "money":
        return _("%(amount)s 元") % {"amount": value}
    return value


def _with_people(rows: list[dict[str, Any]], d: Dossier) -> list[dict[str, Any]]:
    """Facts keep persons as references; a page shows their names."""
    keys = {f.label.text(lang()): f.key for f in d.content.fields if f.type == "party"}
    ids = [d.case.facts[key] for label, key in keys.items() if key in d.case.facts]
    names = {str(p.pk): p.name for p in Party.objects.filter(pk__in=ids)} if ids else {}
    for row in rows:
        if row["label"] in keys:
            row["value"] = names.get(str(row["value"]), row["value"])
    return rows


def obligations(d: Dossier) -> list[dict[str, Any]]:
    rows = []
    for owed in d.obligations:
        known = d.content.material(owed.what)
        rows.append({
            "owed": owed,
            "name": OBLIGATIONS.get(owed.sort, owed.sort),
            "what": known.name.text(lang()) if known else owed.what,
            "blocks": ACTS[owed.blocks].label if owed.blocks in ACTS else owed.blocks,
        })  # fmt: skip
    return rows


# -- what belongs to it ------------------------------------------------------------------------


def relatives(d: Dossier, actor: Actor) -> list[dict[str, Any]]:
    """Cases of the same visit and linked ones, as far as the actor may know of them."""
    case = d.case
    links = list(Link.objects.filter(Q(from_case=case) | Q(to_case=case)))
    others = {
        link.to_case_id if link.from_case_id == case.pk else link.from_case_id: link
        for link in links
    }
    wanted = Q(pk__in=list(others))
    if case.bundle_id:
        wanted |= Q(bundle_id=case.bundle_id)
    seen = visible_to(actor).filter(wanted).exclude(pk=case.pk)
    found = seen.select_related("matter").defer("matter__content").order_by("number")[:30]
    return [
        {"case": one, "matter": _matter(one), "how": _how(case, one, others.get(one.pk))}
        for one in found
    ]


def _matter(case: Case) -> str:
    return pick({"zh": case.matter.name, "en": case.matter.name_en})


def _how(case: Case, other: Case, link: Link | None) -> str:
    if link is None:
        return _("同次提交")
    word = str(LINKS.get(link.sort, link.sort))
    return word if link.from_case_id == case.pk else _("被%(link)s") % {"link": word}


def messages(d: Dossier) -> list[dict[str, Any]]:
    """Who was told what, and whether it arrived. Residents by role, not by number."""
    told = list(
        told_about(d.case.street, d.case.number).select_related("to_body", "to_account")[:100]
    )
    names = people_names([m.to_account_id for m in told])
    rows = []
    for message in told:
        to = _("申请人")
        if message.to_body:
            to = pick({"zh": message.to_body.name, "en": message.to_body.name_en})
        elif message.to_account_id:
            to = names.get(message.to_account_id, "")
        rows.append({"message": message, "shown": message_shown(message, lang()), "to": to})
    return rows


def warnings(d: Dossier) -> list[Warning]:
    return list(d.case.warnings.order_by("warned_at"))
