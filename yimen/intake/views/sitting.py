"""One visit at the counter as a page: the draft, what is wrong, what is found, where to type next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.bodies.fields import names as field_names
from yimen.cases.kind import kind
from yimen.cases.models import Channel
from yimen.cases.words import WAYS
from yimen.files.queries import by_ids
from yimen.intake import actions, controls, papers, queries, questions, typed
from yimen.intake.forms import EventForm, MandateForm, RegisterForm
from yimen.intake.models import Draft
from yimen.intake.offers import offers_for
from yimen.lib.actor import Actor
from yimen.lib.errors import Refused
from yimen.lib.time import now, today
from yimen.look.language import pick
from yimen.matters.content import Content
from yimen.matters.models import LifeEvent
from yimen.matters.queries import life_events, some
from yimen.people.models import Party
from yimen.people.rules import covers
from yimen.places.models import ServicePoint
from yimen.places.queries import committees


def checked(content: Content, facts: dict[str, Any]) -> None:
    """The kind's own check of one matter's answers."""
    kind(content.kind).clean_facts(content, facts)


@dataclass
class Sitting:
    """What the page needs to know; `draft` is None until something was typed."""

    request: HttpRequest
    draft: Draft | None
    points: list[ServicePoint]
    errors: dict[str, str] = field(default_factory=dict)
    found: list[Party] = field(default_factory=list)
    asked_for: str = ""  # the place that `found` and `register` are for
    register: RegisterForm | None = None
    mandate: MandateForm | None = None
    event: LifeEvent | None = None
    event_form: EventForm | None = None
    telling: bool = False
    who: str = ""
    what: str = ""
    near: list[str] = field(default_factory=list)  # only alike in meaning to `what`
    at: str = ""

    @property
    def actor(self) -> Actor:
        return self.request.actor  # type: ignore[attr-defined,no-any-return]

    @property
    def answers(self) -> dict[str, Any]:
        return self.draft.answers if self.draft else {}

    @property
    def centre(self) -> ServicePoint:
        return (self.draft and self.draft.centre) or self.points[0]

    @cached_property
    def basket(self) -> queries.Basket:
        return queries.basket(self.answers.get("matters", []))

    @cached_property
    def people(self) -> dict[str, Party]:
        """Everybody that the draft refers to, in one query."""
        parties = [q.slot for q in self.basket.questions if q.field.type == "party"]
        facts = self.answers.get("facts", {})
        named = [self.answers.get("present", ""), self.answers.get("applicant", "")]
        return queries.people_by_id([*named, *(facts.get(slot, "") for slot in parties)])

    @property
    def present(self) -> Party | None:
        return self.people.get(self.answers.get("present", ""))

    @property
    def applicant(self) -> Party | None:
        return self.people.get(self.answers.get("applicant", ""))

    @property
    def place(self) -> str:
        known = self.applicant.division if self.applicant else ""
        return self.answers.get("place") or known

    # -- leaving ------------------------------------------------------------------------------

    def keep(self) -> Draft:
        assert self.draft is not None
        return actions.keep_draft(self.draft, by=self.actor, at=now())

    def back(self, at: str = "") -> HttpResponse:
        """Keep everything and show the page again by its own address."""
        draft = self.keep()
        address = reverse("intake:sitting", args=[draft.pk])
        return redirect(f"{address}?at={at}" if at else address)

    def show(self, status: int = 200) -> HttpResponse:
        """Show the page at once: something is wrong, or a question needs an answer first."""
        if self.draft is not None and self.request.method == "POST":
            try:
                self.keep()
            except Refused:
                return redirect("intake:done", self.draft.pk)
        return render(self.request, "intake/counter.html", self.context(), status=status)

    def go_on(self) -> HttpResponse:
        """Everything is kept; on to the next open place."""
        if self.applicant is None:
            self.errors.setdefault("who", _("请先扫描或输入来人的证件号码。"))
        return self.show(422) if self.errors else self.back()

    # -- what is wrong ---------------------------------------------------------------------------

    def check(self) -> None:
        """Everything that must be put right before it can be handed in."""
        if self.applicant is None:
            self.errors.setdefault("who", _("请先扫描或输入来人的证件号码。"))
        if not self.basket.contents:
            self.errors.setdefault("what", _("请先选择要办的事项。"))
        facts = self.answers.get("facts", {})
        wrong = questions.problems(self.basket.questions, self.basket.contents, facts, checked)
        self.errors = {**wrong, **self.errors}
        if self.basket.ways and typed.needs_address(self.answers, self.applicant):
            self.errors["delivery"] = _(
                "申请人没有登记地址，不能寄送。请先在他的资料里登记地址，或选窗口领取。"
            )
        self._check_mandate()

    def _check_mandate(self) -> None:
        chosen = self.answers.get("mandate")
        if not chosen or self.answers.get("capacity", "self") == "self":
            return
        held = [m for m in self.mandates if str(m.pk) == chosen]
        for content in self.basket.contents if held else ():
            if not covers(held[0], content.code, today()):
                self.errors["for-principal"] = _(
                    "委托书不包括“%(matter)s”。请在“为别人办理”里登记新的委托书，或去掉这个事项。"
                ) % {"matter": content.text(get_language() or "")}

    @cached_property
    def lacking(self) -> list[papers.Line]:
        return papers.lacking(self.basket.lines, self.answers.get("papers", {}))

    @cached_property
    def unanswered(self) -> list[questions.Question]:
        return questions.unanswered(
            self.basket.questions, self.basket.contents, self.answers.get("facts", {})
        )

    # -- drawing ---------------------------------------------------------------------------------

    @cached_property
    def mandates(self) -> list[Any]:
        """On file: for whom the person here may act; who may act for the firm."""
        if self.present is not None:
            return queries.mandates_held(self.present.pk, today())
        if self.applicant is not None:
            return queries.handlers_of(self.applicant.pk, today())
        return []

    def focus(self) -> str:
        """The one control where typing goes on."""
        if self.errors:
            return next((name for name in self.errors if name), "")
        if self.telling:
            return "submit-anyway"
        if self.found:
            return "found-1"
        if self.register is not None:
            return "id_new-name"
        if self.applicant is None:
            return "who"
        if not self.basket.contents or self.at == "what":
            return "what"
        return self.next_open()

    def next_open(self) -> str:
        """The first question without an answer, else the first paper, else the button."""
        if self.unanswered:
            return self.unanswered[0].name
        open_lines = papers.undecided(self.basket.lines, self.answers.get("papers", {}))
        return open_lines[0].control if open_lines else "submit"

    def context(self) -> dict[str, Any]:
        focus = self.focus()
        drawn = [] if self.draft is None else self._groups(focus)
        return {
            "sitting": self,
            "draft": self.draft,
            "focus": focus,
            "groups": drawn,
            "papers": [] if self.draft is None else self._papers(focus),
            "matters": [self._matter(content) for content in self.basket.contents],
            "offers": self._offers(),
            "events": life_events(),
            "event_parts": self._event_parts(),
            "channels": Channel.choices,
            "ways": [(way, pick(WAYS[way])) for way in self.basket.ways],
            "committees": committees(self.actor.street),
            "kept": self._kept(),
            "may_have": offers_for(self.applicant, today()) if self.applicant else [],
            "mandate_form": self.mandate or MandateForm(),
            "shown_errors": controls.summary(self.errors, self.basket.questions, self.basket.lines),
        }

    def _kept(self) -> list[tuple[Draft, str]]:
        """Visits that were begun and not handed in, each with whose it is."""
        drafts = [
            d
            for d in queries.open_drafts(self.actor, Draft.Door.COUNTER)
            if d != self.draft and (d.answers.get("matters") or d.answers.get("present"))
        ][:6]
        whose = {d.pk: d.answers.get("applicant") or d.answers.get("present", "") for d in drafts}
        people = queries.people_by_id(whose.values())
        return [(d, people[whose[d.pk]].name if whose[d.pk] in people else "") for d in drafts]

    def _groups(self, focus: str) -> list[controls.Group]:
        return controls.groups(
            self.basket.questions, self.basket.contents, self.answers.get("facts", {}),
            self.errors, self.people, numbered=True, focus=focus,
        )  # fmt: skip

    def _papers(self, focus: str) -> list[controls.Paper]:
        assert self.draft is not None
        titles = {c.code: c.text(get_language() or "") for c in self.basket.contents}
        kept = by_ids([f for f in self.draft.files.values() if f])
        stored = {str(pk): file for pk, file in kept.items()}
        earlier = self.earlier()
        own = self.answers.get("papers", {})
        return [
            controls.paper(
                line, own, titles,
                file=stored.get(self.draft.files.get(line.code, "")),
                earlier=earlier.get(line.code),
                last_day=typed.last_day(self.draft, self.basket, line, now()) if line.may_follow else None,
                error=self.errors.get(f"d-{line.code}") or self.errors.get(f"u-{line.code}", ""),
                focus=line.control == focus,
            )
            for line in self.basket.lines
        ]  # fmt: skip

    def earlier(self) -> dict[str, Any]:
        """What the community holds of this applicant already."""
        if self.applicant is None:
            return {}
        return queries.on_file(self.applicant.pk, [line.code for line in self.basket.lines])

    def _matter(self, content: Content) -> dict[str, Any]:
        accepting = queries.accepting(self.centre, content, self.place)
        elsewhere = accepting if accepting.pk != self.centre.pk else None
        return {
            "content": content,
            "department": pick(content.department) or field_names().get(content.field, ""),
            "elsewhere": pick({"zh": elsewhere.name, "en": elsewhere.name_en}) if elsewhere else "",
            "elsewhere_address": pick({"zh": elsewhere.address, "en": elsewhere.address_en})
            if elsewhere
            else "",
        }

    def _offers(self) -> list[tuple[str, str, str]]:
        """Other matters that the last words may have meant: code, name, department."""
        likely = self.near or self.answers.get("hits", [])
        codes = [c for c in likely if c not in self.basket.codes]
        found = some(codes)
        return [
            (c, pick({"zh": found[c].name, "en": found[c].name_en}),
             pick({"zh": found[c].department, "en": found[c].department_en}))
            for c in codes if c in found
        ]  # fmt: skip

    def _event_parts(self) -> list[dict[str, Any]]:
        if self.event is None or self.event_form is None:
            return []
        return [
            {"part": part, "content": content, "proposed": self.event_form.proposes(part)}
            for part, content in queries.event_matters(self.event)
        ]
