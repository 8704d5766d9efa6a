"""Judgements about responsibility: the matrix, most specific first, with its conflict rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

LEADS, MAIN, COOPERATES, SUPERVISES = "leads", "main", "cooperates", "supervises"
ROLES = (LEADS, MAIN, COOPERATES, SUPERVISES)
ROLE_NAMES = {
    LEADS: _("牵头协调"),
    MAIN: _("主负责"),
    COOPERATES: _("配合"),
    SUPERVISES: _("监督"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One cell of the matrix as a value."""

    id: UUID
    field: str
    role: str
    body: UUID
    matter_code: str = ""
    place: str = ""
    valid_from: date = date.min
    valid_to: date | None = None
    version: int = 1
    basis: str = ""

    def on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def fits(self, field: str, matter_code: str, place: str) -> bool:
        return (
            self.field == field
            and self.matter_code in ("", matter_code)
            and place.startswith(self.place)
        )

    @property
    def weight(self) -> tuple[bool, int, date, str]:
        """A rule for the matter beats one for the field, a smaller place a larger one, a later
        rule an earlier one; the id only keeps the answer the same every time."""
        return (bool(self.matter_code), len(self.place), self.valid_from, str(self.id))


SENTENCES = {
    "matter": _("%(role)s：“%(body)s”，依据本事项的专门规则（%(place)s）。"),
    "field": _("%(role)s：“%(body)s”，依据“%(field)s”领域的规则（%(place)s）。"),
    "excluded": _("“%(avoided)s”是被反映的一方，按回避规则改由上级“%(body)s”承担：%(role)s。"),
    "unsure": _(
        "没有说明反映的是谁。照责任表是“%(avoided)s”，它可能就是被反映的一方，所以由上级“%(body)s”承担：%(role)s。"
    ),
    "unsure_dropped": _(
        "没有说明反映的是谁。“%(avoided)s”可能就是被反映的一方，不参与：%(role)s。"
    ),
    "excluded_dropped": _("“%(avoided)s”是被反映的一方，不参与：%(role)s。"),
    "main_from_lead": _("没有另定主负责，由牵头的“%(body)s”主负责。"),
    "lead_from_main": _("没有另定牵头，由主负责的“%(body)s”牵头。"),
}
EVERYWHERE = _("全街道")


@dataclass(frozen=True, slots=True)
class Because:
    """Why a body has a role: which rule, and whether somebody was avoided. `code` is one of
    SENTENCES; `sentence` needs the names of bodies and places."""

    code: str
    role: str
    body: UUID | None
    rule: UUID | None = None
    field: str = ""
    matter_code: str = ""
    place: str = ""
    avoided: UUID | None = None

    def sentence(
        self,
        bodies: Mapping[UUID, str],
        places: Mapping[str, str],
        fields: Mapping[str, Any] | None = None,
    ) -> str:
        """The reason in words, in the reader's language."""
        return str(SENTENCES[self.code]) % {
            "role": ROLE_NAMES[self.role],
            "body": bodies.get(self.body, "") if self.body else "",
            "avoided": bodies.get(self.avoided, "") if self.avoided else "",
            "field": (fields or {}).get(self.field, self.field),
            "place": places.get(self.place, self.place) if self.place else EVERYWHERE,
        }

    def as_data(self) -> dict[str, str]:
        """For a column or the ledger: codes and identifiers only."""
        told = {
            "code": self.code,
            "role": self.role,
            "body": str(self.body or ""),
            "rule": str(self.rule or ""),
            "field": self.field,
            "matter_code": self.matter_code,
            "place": self.place,
            "avoided": str(self.avoided or ""),
        }
        return {name: value for name, value in told.items() if value}


def because_from(data: Mapping[str, str]) -> Because:
    """The value that `as_data` wrote."""
    ids = {name: UUID(data[name]) for name in ("body", "rule", "avoided") if name in data}
    return Because(
        code=data["code"],
        role=data["role"],
        body=ids.get("body"),
        rule=ids.get("rule"),
        field=data.get("field", ""),
        matter_code=data.get("matter_code", ""),
        place=data.get("place", ""),
        avoided=ids.get("avoided"),
    )


@dataclass(frozen=True, slots=True)
class Routing:
    """Who does what about a matter, and why. `lead` is None when no rule fits: then somebody
    has to choose by hand, and the page says so."""

    lead: UUID | None = None
    main: UUID | None = None
    cooperates: tuple[UUID, ...] = ()
    supervises: tuple[UUID, ...] = ()
    because: tuple[Because, ...] = ()

    @property
    def bodies(self) -> frozenset[UUID]:
        named = {*self.cooperates, *self.supervises, self.lead, self.main}
        return frozenset(body for body in named if body)


@dataclass(slots=True)
class _Search:
    """One search through the matrix: what is asked, and the reasons found so far."""

    rules: list[Rule]
    matter_code: str
    excluded: Collection[UUID]
    superiors: Mapping[UUID, UUID | None]
    because: list[Because] = field(default_factory=list)

    def best(self, role: str) -> list[Rule]:
        """The rules of a role at the most specific level that has any."""
        found = sorted((r for r in self.rules if r.role == role), key=lambda r: r.weight)
        if not found:
            return []
        top = found[-1].weight[:2]
        return [rule for rule in found if rule.weight[:2] == top]

    def one(self, role: str) -> UUID | None:
        found = self.best(role)
        return self.settle(found[-1]) if found else None

    def several(self, role: str) -> list[UUID]:
        settled = [self.settle(rule) for rule in self.best(role)]
        return [body for body in settled if body is not None]

    def settle(self, rule: Rule) -> UUID | None:
        """The rule's body; its superior when the body itself is complained of."""
        code = "matter" if rule.matter_code else "field"
        if rule.body not in self.excluded:
            self.because.append(_because(code, rule, rule.body))
            return rule.body
        above = superior(rule.body, self.excluded, self.superiors)
        code = "excluded" if above else "excluded_dropped"
        self.because.append(_because(code, rule, above, avoided=rule.body))
        return above


def _because(code: str, rule: Rule, body: UUID | None, avoided: UUID | None = None) -> Because:
    return Because(
        code, rule.role, body, rule.id, rule.field, rule.matter_code, rule.place, avoided
    )


def superior(
    body: UUID, excluded: Collection[UUID], superiors: Mapping[UUID, UUID | None]
) -> UUID | None:
    """The nearest body above that is not complained of itself."""
    seen = {body}
    above = superiors.get(body)
    while above is not None and (above in excluded or above in seen):
        if above in seen:
            return None  # a ring in the tree must not hang a request
        seen.add(above)
        above = superiors.get(above)
    return above


def route(
    rules: Iterable[Rule],
    field: str,
    matter_code: str = "",
    place: str = "",
    excluded: Collection[UUID] = (),
    superiors: Mapping[UUID, UUID | None] | None = None,
) -> Routing:
    """Who leads, is mainly responsible, cooperates and supervises. Each role is looked up by
    itself: a rule for one matter may change only the supervisor. Nobody supervises what the
    same body does, and a body is named once among the helpers."""
    fitting = [rule for rule in rules if rule.fits(field, matter_code, place)]
    search = _Search(fitting, matter_code, excluded, superiors or {})
    lead, main = search.one(LEADS), search.one(MAIN)
    if lead is None and main is not None:
        lead = main
        search.because.append(Because("lead_from_main", LEADS, lead))
    if main is None and lead is not None:
        main = lead
        search.because.append(Because("main_from_lead", MAIN, main))
    helpers = _distinct(search.several(COOPERATES), {lead, main})
    watchers = _distinct(search.several(SUPERVISES), {lead, main, *helpers})
    named = {lead, main, *helpers, *watchers}
    because = tuple(b for b in search.because if b.body is None or b.body in named)
    return Routing(lead, main, helpers, watchers, because)


def unsure(found: Routing) -> Routing:
    """The same, said of a complaint that names nobody: avoided was who could be meant."""
    words = {"excluded": "unsure", "excluded_dropped": "unsure_dropped"}
    because = tuple(replace(b, code=words.get(b.code, b.code)) for b in found.because)
    return replace(found, because=because)


def _distinct(bodies: Iterable[UUID], without: Collection[UUID | None]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(body for body in bodies if body not in without))


# -- time -------------------------------------------------------------------------------------


def overlaps(first: date, last: date | None, other_first: date, other_last: date | None) -> bool:
    """Do two stretches of days share a day? None is open-ended; both ends count."""
    begins_before = other_last is None or first <= other_last
    return begins_before and (last is None or other_first <= last)


def free_post(quota: int, taken: Collection[int]) -> int | None:
    """The lowest post of a seat that nobody holds; None when the quota is full."""
    return next((post for post in range(1, quota + 1) if post not in taken), None)
