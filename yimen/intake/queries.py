"""Questions of intake: whose drafts, what they are about, what is on file already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language

from yimen.bodies.models import Body
from yimen.cases import queries as cases
from yimen.cases.actions.receive import accepting_centre
from yimen.cases.dossier import content_of
from yimen.cases.models import Bundle, Case
from yimen.cases.models import Material as CaseMaterial
from yimen.cases.words import WAYS
from yimen.clock import rules as clock
from yimen.clock.queries import calendar_for
from yimen.intake import papers, questions
from yimen.intake.models import Draft
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import Unseen
from yimen.lib.spans import Unit
from yimen.lib.time import local, today
from yimen.matters.content import Content
from yimen.matters.models import LifeEvent, MatterVersion
from yimen.matters.queries import content_of as read
from yimen.matters.queries import some
from yimen.matters.search import Hit, search
from yimen.people.models import Mandate, Party
from yimen.people.queries import mandates_of_agent, records_of
from yimen.places.models import ServicePoint
from yimen.places.queries import centres

ON_FILE = timedelta(days=183)  # how long a paper handed in earlier may stand in for a new scan
SOONEST = (Unit.AT_ONCE, Unit.MINUTES, Unit.HOURS)  # terms too short to bring a paper in


def visible_to(actor: Actor) -> QuerySet[Draft]:
    """A draft is its writer's alone."""
    if actor.kind == "system":
        return Draft.objects.all()
    return Draft.objects.filter(account=actor.account) if actor.account else Draft.objects.none()


def draft(actor: Actor, pk: UUID, door: str) -> Draft:
    found = visible_to(actor).filter(pk=pk, door=door).select_related("centre").first()
    if found is None:
        raise Unseen("draft")
    return found


def open_drafts(actor: Actor, door: str) -> list[Draft]:
    """What is not sent yet, the latest first."""
    found = visible_to(actor).filter(door=door, sent_at=None).select_related("centre")
    return list(found.order_by("-updated_at")[:50])


def open_of_turn(actor: Actor, turn: UUID) -> Draft | None:
    """The visit that the actor began in somebody's turn and has not handed in."""
    return visible_to(actor).filter(turn=turn, sent_at=None).order_by("created_at").first()


def counters(actor: Actor) -> list[ServicePoint]:
    """The service points at whose counters the actor takes submissions today."""
    bodies = Body.objects.filter(pk__in=actor.bodies(Can.INTAKE), service_point__isnull=False)
    points = ServicePoint.objects.filter(pk__in=bodies.values("service_point"))
    return list(points.order_by("code"))


def home_centre(place: str) -> ServicePoint | None:
    """The centre that serves a place, else the first one of its street, else any."""
    points = sorted(centres(), key=lambda p: (p.street != place[:9], p.code))
    serving = [p for p in points if place and any(place.startswith(code) for code in p.serves)]
    return next(iter([*serving, *points]), None)


# -- what a draft is about -------------------------------------------------------------------------


@dataclass
class Basket:
    """The matters of a draft with their joint questions and papers."""

    versions: list[MatterVersion]
    contents: list[Content] = field(init=False)

    def __post_init__(self) -> None:
        self.contents = [content_of(v.pk) for v in self.versions]
        self.questions = questions.merge(self.contents)
        self.lines = papers.merge(self.contents)

    @property
    def codes(self) -> list[str]:
        return [content.code for content in self.contents]

    @property
    def ways(self) -> list[str]:
        """How the results can be had, where there is a choice."""
        found = [way for way in WAYS if any(way in c.delivery for c in self.contents)]
        own = [way for way in found if way != "on_the_spot"]
        return own if len(own) > 1 else []


def basket(codes: Sequence[str]) -> Basket:
    """The matters in the order of `codes`; one that is no longer in force is left out."""
    found = some(codes)
    return Basket([found[code] for code in codes if code in found])


def hits(typed: str, street: str, limit: int = 6) -> list[Hit]:
    """Matters by a few letters, words, initials or the code, best first."""
    return search(typed, get_language() or "zh-hans", limit=limit, street=street)


def event_matters(event: LifeEvent) -> list[tuple[dict, Content]]:  # type: ignore[type-arg]
    """The matters of a life event that are in force, each with its condition."""
    found = some(part["code"] for part in event.content["matters"])
    parts = [part for part in event.content["matters"] if part["code"] in found]
    return [(part, read(found[part["code"]])) for part in parts]


# -- terms of a paper that follows -------------------------------------------------------------------


def last_promise(contents: Iterable[Content], place: str, at: datetime) -> date:
    """The last day for which a paper may be promised: within the promised handling time of every
    matter that needs it; where that is too short to bring anything, within the accepting term."""
    calendar = calendar_for(place)
    spans = [
        c.terms.accept if c.terms.promised.unit in SOONEST else c.terms.promised for c in contents
    ]
    days = [clock.due(at, span, calendar).on for span in spans]
    return min(days, default=local(at).date())


# -- people ----------------------------------------------------------------------------------------


def mandates_held(agent: UUID, on: date) -> list[Mandate]:
    """For whom somebody may act on a day."""
    ids = records_of(agent)
    found = Mandate.objects.filter(pk__in=[m.pk for i in ids for m in mandates_of_agent(i, on)])
    return list(found.select_related("principal").order_by("principal__name_key", "id"))


def handlers_of(firm: UUID, on: date) -> list[Mandate]:
    """Who may act for a firm on a day."""
    found = Mandate.objects.filter(
        principal__in=records_of(firm), revoked_at=None, valid_from__lte=on
    )
    rows = found.select_related("agent").order_by("agent__name_key", "id")
    return [m for m in rows if m.valid_until is None or m.valid_until >= on]


def on_file(applicant: UUID, codes: Iterable[str]) -> dict[str, CaseMaterial]:
    """Papers of these codes that this person handed in lately and whose scan is still there."""
    since = today() - ON_FILE
    found = CaseMaterial.objects.filter(
        case__applicant__in=records_of(applicant), code__in=list(codes), status="given",
        file__isnull=False, file__erased_at=None, given_at__date__gte=since,
    ).exclude(case__ending="void")  # fmt: skip
    rows = found.select_related("case").order_by("code", "-given_at").distinct("code")
    return {row.code: row for row in rows}


def accepting(centre: ServicePoint, content: Content, place: str) -> ServicePoint:
    """Which centre will accept a matter that is handed in at `centre`."""
    return accepting_centre(centre, content.mode, place or centre.street)


def person(actor: Actor, pk: str) -> Party | None:
    """A living record that a draft refers to."""
    return Party.objects.filter(pk=pk).select_related("address").first() if pk else None


def people_by_id(ids: Iterable[str]) -> dict[str, Party]:
    return {str(p.pk): p for p in Party.objects.filter(pk__in=[i for i in ids if i])}


# -- what came of it --------------------------------------------------------------------------------


def cases_of(numbers: Sequence[str]) -> list[Case]:
    """The cases of a visit in the order of their numbers, with what their receipts say."""
    found = Case.objects.filter(number__in=list(numbers)).select_related(
        "centre", "accepting", "lead", "applicant", "presenter", "mandate", "matter", "bundle"
    )
    return list(found.prefetch_related("materials", "obligations").order_by("number"))


def bundle(actor: Actor, pk: UUID) -> tuple[Bundle, list[Case]]:
    """A bundle and those of its cases that the actor may see; Unseen when there is none."""
    seen = cases.visible_to(actor).filter(bundle=pk).values_list("number", flat=True)
    found = cases_of(list(seen))
    if not found or found[0].bundle is None:
        raise Unseen("bundle")
    return found[0].bundle, found
