"""One application from home as pages: the draft, what is wrong, who the answers may be about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.files.queries import by_ids
from yimen.intake import controls, papers, queries, questions, typed
from yimen.intake.forms import PersonForm
from yimen.intake.models import Draft
from yimen.intake.views.sitting import checked
from yimen.lib.actor import Actor
from yimen.lib.errors import Invalid
from yimen.lib.time import now, today
from yimen.matters.content import Content
from yimen.people.actions import find_or_register
from yimen.people.models import Mandate, Party


@dataclass
class Home:
    """What the steps of an application need to know."""

    request: HttpRequest
    draft: Draft
    errors: dict[str, str] = field(default_factory=dict)
    forms: dict[str, PersonForm] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        return self.request.actor  # type: ignore[attr-defined,no-any-return]

    @property
    def answers(self) -> dict[str, Any]:
        return self.draft.answers

    @cached_property
    def basket(self) -> queries.Basket:
        return queries.basket(self.answers.get("matters", []))

    @cached_property
    def own(self) -> list[Party]:
        """Oneself and those for whom one may act."""
        me = queries.person(self.actor, str(self.actor.party))
        held = [m.principal for m in own_mandates(self.actor)]
        return [p for p in [me, *held] if p is not None and p.sort == Party.Sort.PERSON]

    @cached_property
    def applicant(self) -> Party | None:
        return queries.person(self.actor, self.answers.get("applicant", ""))

    @property
    def people(self) -> dict[str, Party]:
        slots = [q.slot for q in self.basket.questions if q.field.type == "party"]
        facts = self.answers.get("facts", {})
        return queries.people_by_id(str(facts.get(slot, "")) for slot in slots)

    # -- taking in --------------------------------------------------------------------------------

    def absorb(self) -> None:
        """Everything typed goes into the draft; persons are registered and kept as references."""
        post, files = self.request.POST, self.request.FILES
        own = self.answers.setdefault("papers", {})
        for code, row in self.earlier.items():
            own.setdefault(code, {})["reuse"] = str(row.file_id)
        self.errors |= typed.absorb(self.draft, self.basket, post, files, by=self.actor, at=now())
        for line in self.basket.lines:
            said = own.get(line.code, {})
            if said.get("key") == "e" and line.code not in self.draft.files:
                said["key"] = "-"  # nothing was uploaded: it is not there
        for q in self.basket.questions:
            if q.field.type == "party":
                self._take_person(q)

    def _take_person(self, q: questions.Question) -> None:
        facts = self.answers.setdefault("facts", {})
        form = PersonForm(self.own, self.request.POST, prefix=q.name)
        if facts.get(q.slot) or not form.filled:
            return
        if form.chosen:
            facts[q.slot] = form.chosen
            return
        self.forms[q.slot] = form
        if not form.is_valid():
            self.errors[q.name] = _("这个人的资料没有填对。")
            return
        try:
            party = find_or_register(self.actor.street, **form.facts(), by=self.actor, at=now())
        except Invalid as problem:
            form.add_problem(problem)
            self.errors[q.name] = typed.words(problem)
            return
        facts[q.slot] = str(party.pk)
        self.forms.pop(q.slot)

    # -- what is wrong or missing -------------------------------------------------------------------

    @property
    def wrong(self) -> dict[str, str]:
        facts = self.answers.get("facts", {})
        return questions.problems(self.basket.questions, self.basket.contents, facts, checked)

    @property
    def unanswered(self) -> list[questions.Question]:
        facts = self.answers.get("facts", {})
        return questions.unanswered(self.basket.questions, self.basket.contents, facts)

    @property
    def lacking(self) -> list[papers.Line]:
        return papers.lacking(self.basket.lines, self.answers.get("papers", {}))

    @cached_property
    def earlier(self) -> dict[str, Any]:
        if self.applicant is None:
            return {}
        return queries.on_file(self.applicant.pk, [line.code for line in self.basket.lines])

    @property
    def ways(self) -> list[str]:
        """How the results can be had, where there is a choice."""
        return self.basket.ways

    # -- drawing -------------------------------------------------------------------------------------

    @property
    def titles(self) -> dict[str, str]:
        return {c.code: c.text(get_language() or "") for c in self.basket.contents}

    def groups(self) -> list[controls.Group]:
        made = controls.groups(
            self.basket.questions, self.basket.contents, self.answers.get("facts", {}),
            self.errors, self.people, numbered=False,
        )  # fmt: skip
        slots = {q.name: q.slot for q in self.basket.questions}
        for group in made:
            for control in [*group.controls, *group.extra]:
                if control.sort == "party" and control.person is None:
                    control.person_form = self.forms.get(slots[control.id]) or PersonForm(
                        self.own, prefix=control.id
                    )
        return made

    def papers(self) -> list[controls.Paper]:
        stored = {
            str(pk): f for pk, f in by_ids([f for f in self.draft.files.values() if f]).items()
        }
        own = self.answers.get("papers", {})
        return [
            controls.paper(
                line, own, self.titles, home=True,
                file=stored.get(self.draft.files.get(line.code, "")),
                earlier=self.earlier.get(line.code),
                last_day=typed.last_day(self.draft, self.basket, line, now()) if line.may_follow else None,
                error=self.errors.get(f"d-{line.code}") or self.errors.get(f"u-{line.code}", ""),
            )
            for line in self.basket.lines
        ]  # fmt: skip

    def rows(self) -> list[tuple[str, str]]:
        """Every answer once more, before it is sent."""
        facts, people = self.answers.get("facts", {}), self.people
        found = [
            (q.field.label.text(get_language() or ""), controls.shown(q, facts.get(q.slot), people))
            for q in self.basket.questions
        ]
        return [(label, text) for label, text in found if text]

    def accepting(self) -> list[tuple[Content, Any]]:
        """Which centre accepts each matter."""
        centre, place = self.draft.centre, self.applicant.division if self.applicant else ""
        if centre is None:
            return []
        return [(c, queries.accepting(centre, c, place)) for c in self.basket.contents]


def own_mandates(actor: Actor) -> list[Mandate]:
    """The mandates that a resident holds today."""
    return queries.mandates_held(actor.party, today()) if actor.party else []


def choices_for(actor: Actor, contents: list[Content]) -> list[tuple[str, str]]:
    """For whom these matters can be asked for: oneself, and whoever gave a mandate that covers them."""
    parties = {c.party for c in contents}
    found = [] if parties == {"organisation"} else [("self", _("我自己"))]
    for mandate in own_mandates(actor):
        firm = mandate.principal.sort == Party.Sort.ORGANISATION
        fits = (
            "organisation" in parties or "any" in parties if firm else parties != {"organisation"}
        )
        if fits:
            label = _("%(name)s（%(capacity)s）") % {
                "name": mandate.principal.name, "capacity": mandate.get_capacity_display(),
            }  # fmt: skip
            found.append((str(mandate.pk), label))
    return found
