"""Questions about calls, requests and what is to be done next on the line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case as Case_
from django.db.models import (
    Count,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from yimen.bodies.models import Body
from yimen.bodies.register import bodies_of
from yimen.cases.models import Case, Note, Stage, Task
from yimen.cases.queries import hidden_from as cases_hidden_from
from yimen.cases.queries import visible_to as cases_visible_to
from yimen.hotline import perms, published
from yimen.hotline.models import (
    AddedWords,
    CallBack,
    CallBackObjection,
    Dispatch,
    HelpRequest,
    Inbound,
    LineCall,
    RecurringLook,
    ShiftNote,
    Transfer,
)
from yimen.hotline.needs import CLASSES
from yimen.hotline.rules import Asked
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Invalid
from yimen.lib.time import ZONE
from yimen.notices.models import Message
from yimen.notices.wording import plain
from yimen.people import sealed
from yimen.people.models import Party
from yimen.places.models import ServicePoint
from yimen.places.queries import centres

KINDS = ("request", "urgent_request")


def visible_to(actor: Actor) -> QuerySet[HelpRequest]:
    """Requests whose cases the actor may see: what complains of one's own body is not there."""
    return HelpRequest.objects.filter(case__in=cases_visible_to(actor).filter(kind__in=KINDS))


def desk_of(actor: Actor) -> ServicePoint | None:
    """The counter at which the actor takes things in: the line takes for the whole street there."""
    bodies = Body.objects.filter(pk__in=actor.bodies(Can.INTAKE), service_point__isnull=False)
    found = bodies.select_related("service_point").order_by("code").first()
    return found.service_point if found else None


def committee_of(actor: Actor) -> Body | None:
    """The neighbourhood's committee for which the actor works, from memory."""
    if not perms.may_report(actor):
        return None
    found = bodies_of(actor.bodies(Can.HANDLE), actor.street).values()
    own = [b for b in found if b.sort == Body.Sort.RESIDENTS_COMMITTEE]
    return min(own, key=lambda b: b.code, default=None)


def calls(actor: Actor) -> QuerySet[LineCall]:
    """Calls of the street, for who works on the line."""
    return LineCall.objects.filter(street=actor.street if perms.operates(actor) else "")


def incoming(street: str) -> QuerySet[LineCall]:
    """Calls that somebody made to the line; a call back is the line's own and counts nowhere."""
    return LineCall.objects.filter(street=street, answers=None)


def of_others(actor: Actor) -> Q:
    """Calls in which nothing was taken that complains of the actor: the rest is not named to them,
    not heard and not counted for them (GOV-3)."""
    theirs = HelpRequest.objects.filter(
        call__isnull=False, case__number__in=cases_hidden_from(actor)
    )
    return ~Q(pk__in=theirs.values("call"))


def open_call(actor: Actor) -> LineCall | None:
    """The call that the operator has now."""
    return (
        calls(actor)
        .filter(operator=actor.account, ended_at=None)
        .select_related("number_of")
        .first()
    )


def danger_of(call: LineCall) -> HelpRequest | None:
    """What the alarm took from this call: from then on the call is about that."""
    rows = HelpRequest.objects.filter(call=call, transfers__isnull=False).distinct()
    return rows.select_related("case__applicant").order_by("taken_at", "id").first()


def unlearned(held: HelpRequest) -> QuerySet[Transfer]:
    """Whom it was handed to, where nobody knows yet what became of it."""
    return Transfer.objects.filter(request=held, learned_at=None).order_by("at")


def added(held: HelpRequest) -> QuerySet[AddedWords]:
    """What was written down later, in its order."""
    return AddedWords.objects.filter(request=held).select_related("by__party").order_by("at", "id")


def behind_number(street: str, number: str) -> list[Party]:
    """Everybody who has this number: several people may share one. `number` in full."""
    index = sealed.index_of_phone(number)
    return list(Party.objects.filter(street=street, phone_index=index, merged_into=None)[:20])


def streets_of_number(number: str) -> list[str]:
    """The streets that know somebody with this number."""
    if not number:
        return []
    rows = Party.objects.filter(phone_index=sealed.index_of_phone(number), merged_into=None)
    return list(rows.order_by("street").values_list("street", flat=True).distinct()[:2])


def first_street() -> str:
    """The first street with a centre, for what is addressed to none."""
    return centres().values_list("street", flat=True).first() or ""


def sharing(party: Party) -> list[Party]:
    """Everybody who has the number of this record, the record itself among them."""
    if not party.phone_index:
        return [party]
    same = Party.objects.filter(
        street=party.street, phone_index=party.phone_index, merged_into=None
    )
    return list(same.order_by("created_at")[:20])


def open_of(actor: Actor, parties: Iterable[UUID]) -> list[HelpRequest]:
    """What these people have open: that much of their past an operator needs, and no more."""
    rows = (
        visible_to(actor)
        .filter(case__applicant__in=list(parties))
        .exclude(case__stage=Stage.CLOSED)
    )
    return list(rows.select_related("case__applicant", "case__lead").order_by("-taken_at")[:10])


def cared_for(parties: Iterable[Party]) -> dict[bytes, Case]:
    """Open requests that say how their callers can be reached safely, by the number's index: whoever
    shares a number may read what comes to it. One a number, the newest."""
    indexes = {bytes(party.phone_index) for party in parties if party.phone_index}
    rows = Case.objects.filter(kind__in=KINDS, applicant__phone_index__in=indexes)
    rows = rows.filter(Q(facts__has_key="quiet") | Q(facts__has_key="reach"))
    found = rows.exclude(stage=Stage.CLOSED).select_related("applicant").order_by("received_at")
    return {bytes(case.applicant.phone_index or b""): case for case in found}


def to_call_back(actor: Actor, at: datetime) -> QuerySet[HelpRequest]:
    """Whose answer is there and who was not asked yet, the longest waiting first."""
    rows = visible_to(actor).filter(street=actor.street, call_back_at__lte=at)
    return rows.select_related("case__applicant", "case__lead").order_by("call_back_at", "id")


def moved_on() -> QuerySet[Dispatch]:
    """Open dispatches whose task, or whose case, is no longer where they say."""
    over = ~Q(request__case__stage=Stage.HANDLING) | ~Q(request__case__round=F("round"))
    elsewhere = ~Q(task__state__in=Task.OPEN) | ~Q(task__body=F("body"))
    newly = Q(state=Dispatch.State.SENT, task__state=Task.State.SIGNED)
    rows = Dispatch.objects.filter(state__in=Dispatch.OPEN)
    return rows.filter(Q(task=None) & over | Q(task__isnull=False) & (elsewhere | newly)).order_by(
        "at"
    )


def unsigned(moment: datetime) -> QuerySet[Dispatch]:
    """Sent, and nobody signed in time."""
    rows = Dispatch.objects.filter(state=Dispatch.State.SENT, sign_by__lte=moment)
    return rows.order_by("sign_by")


def why_returned(task: Task | None) -> str:
    """What whoever gave it back wrote."""
    said = Note.objects.filter(task=task, sort="reason").order_by("-seq")
    return (said.values_list("body", flat=True).first() or "—")[:500]


def sent(case: Case) -> QuerySet[Dispatch]:
    """Who was sent by the operator in this round, and what they said, for whoever answers."""
    rows = Dispatch.objects.filter(request__case=case, round=case.round, by__isnull=False)
    return rows.select_related("unit", "body").order_by("number")


def to_dispatch(actor: Actor) -> QuerySet[HelpRequest]:
    """Requests that came back and lie with nobody, the most urgent class first, then the longest
    waiting. What somebody signed for in the meantime is not among them."""
    lead = Dispatch.objects.filter(
        request=OuterRef("pk"), role=Dispatch.Role.LEAD, round=OuterRef("case__round")
    ).order_by("-number")
    signed = Task.objects.filter(
        case=OuterRef("case"), sort="review", required=True, state=Task.State.SIGNED
    ).exclude(key="contact")
    rows = visible_to(actor).filter(street=actor.street, case__stage=Stage.HANDLING)
    rows = rows.annotate(
        last=Subquery(lead.values("state")[:1]),
        last_task=Subquery(lead.values("task__state")[:1]),
        last_body=Subquery(lead.values("body")[:1]),
        since=Subquery(lead.values("ended_at")[:1]),
        rank=Case_(*(When(sort=s, then=Value(n)) for n, s in enumerate(CLASSES)), default=Value(9)),
    )
    back = Q(last__in=Dispatch.CAME_BACK) | Q(last__in=Dispatch.OPEN, last_task=Task.State.RETURNED)
    rows = rows.filter(back).filter(Q(last_body=None) | ~Exists(signed))
    return rows.select_related("case__lead").order_by("rank", "taken_at", "id")


def call_backs(actor: Actor) -> QuerySet[CallBack]:
    """Calls back of requests that the actor may see."""
    rows = CallBack.objects.filter(request__in=visible_to(actor))
    return rows.select_related("request__case")


def objectionable(actor: Actor, at: datetime) -> QuerySet[CallBack]:
    """Calls back of the last month that count against a body of the actor and that nobody objected
    to, the newest first."""
    bodies = actor.bodies(Can.HANDLE, Can.DECIDE, Can.HEAD)
    rows = call_backs(actor).filter(request__case__lead__in=bodies, last=True, objection=None)
    rows = rows.filter(Q(solved__in=["no", "partly"]) | Q(content=False))
    return rows.filter(at__gt=at - timedelta(days=31)).order_by("-at", "-id")


def objections(actor: Actor) -> QuerySet[CallBackObjection]:
    """Objections: all of the street for who runs the line, else those of one's own bodies."""
    rows = CallBackObjection.objects.filter(
        street=actor.street or "-", call_back__request__in=visible_to(actor)
    )
    rows = rows if perms.runs(actor) else rows.filter(body__in=actor.bodies())
    return rows.select_related("call_back__request__case", "body", "by", "judged_by")


def open_transfers(actor: Actor) -> QuerySet[Transfer]:
    """Dangers whose outcome nobody knows yet."""
    rows = Transfer.objects.filter(
        street=actor.street if perms.operates(actor) else "", learned_at=None
    ).exclude(request__case__number__in=cases_hidden_from(actor))
    return rows.select_related("request__case", "three_way").order_by("ask_at")


def inbound(actor: Actor) -> QuerySet[Inbound]:
    """Text messages that nobody has sorted yet, the oldest first."""
    rows = Inbound.objects.filter(
        street=actor.street if perms.operates(actor) else "", state=Inbound.State.WAITING
    )
    return rows.order_by("received_at", "id")


def reported(actor: Actor) -> QuerySet[HelpRequest]:
    """What somebody of a committee has told for others: that it is there, and how far."""
    own = actor.account if committee_of(actor) else None
    rows = HelpRequest.objects.filter(channel="worker", taken_by=own, taken_by__isnull=False)
    rows = rows.exclude(case__number__in=cases_hidden_from(actor))
    return rows.select_related("case__lead").order_by("-taken_at", "-id")


def notes(actor: Actor) -> QuerySet[ShiftNote]:
    rows = ShiftNote.objects.filter(street=actor.street if perms.operates(actor) else "")
    return rows.select_related("by", "signed_by")


def decided_uncalled(street: str = "") -> QuerySet[HelpRequest]:
    """Requests with an answer whose call back is not planned yet."""
    asked = CallBack.objects.filter(
        request=OuterRef("pk"), last=True, round=OuterRef("case__round")
    )
    rows = HelpRequest.objects.filter(
        ~Exists(asked), call_back_at=None, case__stage__in=[Stage.DECIDED, Stage.DELIVERING]
    )
    return rows.filter(street=street) if street else rows


LAST = CallBack.objects.filter(request=OuterRef("pk"), last=True)
# an answer about which the caller is still to be asked: the first one, or that of a later round
TO_ASK = Q(left_out=False) & (
    ~Exists(LAST) | Q(case__decided_at__isnull=False) & ~Exists(LAST.filter(round=OuterRef("case__round")))
)  # fmt: skip
BY = {
    "lead": "case__lead", "need": "need", "place": "place", "line": "line", "month": "taken_at",
}  # fmt: skip


def part(by: str, way: str = "") -> Any:
    """What requests are told apart by; `way` leads to them from another table. A month is its first
    day."""
    name = f"{way}{BY[by]}"
    month = TruncMonth(name, output_field=DateField(), tzinfo=ZONE)
    return month if by == "month" else F(name)


def rates(actor: Actor, first: date, last: date, by: str) -> dict[Any, Asked]:
    """The three rates of the requests taken in these days, by a part of them: two queries. Each
    round that was called back counts."""
    return counted(_answered(actor, first, last), by)


def counted(rows: Any, by: str) -> dict[Any, Asked]:
    """What these answered requests amount to, by a part of them."""
    found: dict[Any, Asked] = defaultdict(Asked)
    for row in (
        rows.order_by()
        .values(key=part(by))
        .annotate(
            n=Count("pk"),
            jobs=Count("pk", filter=Q(event=None)),
            good=Count("pk", filter=Q(contacted_in_time=True)),
            left=Count("pk", filter=Q(left_out=True)),
            waits=Count("pk", filter=TO_ASK),
        )
    ):
        found[row["key"]] += Asked(
            closed=row["n"], jobs=row["jobs"], in_time=row["good"], unasked=row["left"],
            waiting=row["waits"],
        )  # fmt: skip
    backs: Any = CallBack.objects.filter(request__in=rows.values("pk"), last=True)
    counts = ~Q(objection__upheld=True) | Q(objection=None)
    for row in (
        backs.order_by()
        .values(key=part(by, "request__"))
        .annotate(
            did=Count("pk", filter=counts & Q(reached=True)),
            missed=Count("pk", filter=Q(reached=False)),
            good=Count("pk", filter=counts & Q(solved="yes")),
            half=Count("pk", filter=counts & Q(solved="partly")),
            glad=Count("pk", filter=counts & Q(content=True)),
            out=Count("pk", filter=Q(objection__upheld=True)),
        )
    ):
        found[row["key"]] += Asked(
            reached=row["did"], unreached=row["missed"], solved=row["good"],
            partly=row["half"], content=row["glad"], excused=row["out"],
        )  # fmt: skip
    return dict(found)


def _answered(actor: Actor, first: date, last: date) -> QuerySet[HelpRequest]:
    """Those that have an answer, or had one and are in another round."""
    return answered(visible_to(actor).filter(street=actor.street), first, last)


def answered(rows: QuerySet[HelpRequest], first: date, last: date) -> QuerySet[HelpRequest]:
    """Those of them taken in these days that have an answer, or had one."""
    rows = rows.filter(taken_at__date__range=(first, last))
    return rows.filter(Q(case__decided_at__isnull=False) | Q(case__round__gt=1))


def to_answer(actor: Actor, number: str) -> Case | None:
    """A request on which a body of the actor has work open, or only the answer: then its words are
    shown."""
    sorts = ("review", "decide")
    mine = Task.objects.filter(sort__in=sorts, state__in=Task.OPEN, body__in=actor.bodies())
    rows = cases_visible_to(actor).filter(number=number, kind__in=KINDS)
    return rows.filter(pk__in=mine.values("case")).first()


def event_of(actor: Actor, pk: UUID) -> HelpRequest | None:
    """The first request of the event that this one belongs to: itself where it is alone."""
    rows = visible_to(actor).filter(street=actor.street if perms.operates(actor) else "")
    found = rows.select_related("case__lead").filter(pk=pk).first()
    if found is None or found.event_id is None:
        return found
    return rows.select_related("case__lead").filter(pk=found.event_id).first()


def by_number(actor: Actor, number: str) -> HelpRequest:
    """The request with this number, for who works on the line."""
    rows = visible_to(actor).filter(street=actor.street if perms.operates(actor) else "")
    found = rows.filter(case__number=number).first()
    if found is None:
        text = _("没有这个编号的求助。")
        raise Invalid("typed", text, (FieldError("typed", text),))
    return found


def callers(head: HelpRequest) -> QuerySet[HelpRequest]:
    """Everybody who called about one thing, the first one first."""
    rows = HelpRequest.objects.filter(Q(pk=head.pk) | Q(event=head))
    return rows.select_related("case__applicant").order_by("taken_at", "id")


def told(
    street: str, numbers: Iterable[str], template: str, until: datetime | None = None
) -> set[str]:
    """Which of these requests were told this sentence."""
    rows = Message.objects.filter(street=street, about__in=list(numbers), template=template)
    if until:
        rows = rows.filter(facts__until=plain(until))
    return set(rows.values_list("about", flat=True))


def times_told(street: str, numbers: Iterable[str]) -> dict[str, int]:
    """How many sentences about the event each of these requests was told."""
    rows = Message.objects.filter(
        street=street, about__in=list(numbers), template__startswith="line.event_"
    )
    return dict(rows.order_by().values_list("about").annotate(n=Count("pk")))


def left_behind() -> QuerySet[HelpRequest]:
    """Firsts of events that are over while somebody still goes along with them."""
    waiting = HelpRequest.objects.filter(
        ~Exists(Task.objects.filter(case=OuterRef("case"), state__in=Task.OPEN)),
        event__isnull=False, case__stage=Stage.HANDLING,
    )  # fmt: skip
    return HelpRequest.objects.filter(pk__in=waiting.values("event")).exclude(
        case__stage=Stage.HANDLING
    )


def by_place(
    rows: QuerySet[HelpRequest], first: date, last: date, need: str = "", state: str = ""
) -> dict[str, int]:
    """How many of these requests were taken at each place in these days: one query."""
    rows = rows.filter(taken_at__date__range=(first, last))
    if need:
        rows = rows.filter(Q(need=need) | Q(need__startswith=f"{need}."))
    if state:
        closed = Q(case__stage=Stage.CLOSED)
        rows = rows.filter(closed if state == "past" else ~closed)
    return dict(rows.order_by().values_list("place").annotate(n=Count("pk")))


@dataclass
class Recurring:
    """A need that came back at a committee: `times` lately, and how often in each month."""

    need: str
    place: str
    times: int = 0
    months: dict[date, int] = field(default_factory=dict)


def recurring(actor: Actor, at: datetime, since: date) -> list[Recurring]:
    """Pairs of need and committee that came back often enough lately, the most often first: one
    query. Only needs that are about a place (`public`), and many callers about one thing are one."""
    rule = settings.YIMEN_RECURRING
    lately = Count("pk", filter=Q(taken_at__gt=at - timedelta(days=rule["days"])))
    begin = min(since, (at - timedelta(days=rule["days"])).date())
    rows = (
        of_places(actor)
        .filter(taken_at__date__gte=begin)
        .annotate(month=TruncMonth("taken_at", output_field=DateField()))
        .order_by().values("need", "place", "month").annotate(n=Count("pk"), lately=lately)
    )  # fmt: skip
    found: dict[tuple[str, str], Recurring] = {}
    for row in rows:
        pair = row["need"], row["place"]
        one = found.setdefault(pair, Recurring(*pair))
        one.times += row["lately"]
        one.months[row["month"]] = row["n"]
    often = [one for one in found.values() if one.times >= rule["times"]]
    return sorted(often, key=lambda one: (-one.times, one.need, one.place))


def of_places(actor: Actor) -> QuerySet[HelpRequest]:
    """Requests about places: those that may be published, of the actor's street, one a thing."""
    rows = published.requests().filter(pk__in=visible_to(actor).values("pk"), event=None)
    street = actor.street if perms.watches(actor) else ""
    return rows.filter(street=street, place__startswith=street).exclude(place=street)


def of_pair(actor: Actor, need: str, place: str) -> QuerySet[HelpRequest]:
    return of_places(actor).filter(need=need, place=place)


def looks(actor: Actor) -> QuerySet[RecurringLook]:
    """What was found out, the newest first."""
    rows = RecurringLook.objects.filter(street=actor.street if perms.watches(actor) else "")
    return rows.select_related("by").order_by("-at", "-id")


def looked_into(actor: Actor) -> dict[tuple[str, str], RecurringLook]:
    """The newest for each pair: one query."""
    newest = looks(actor).order_by("need", "place", "-at", "-id").distinct("need", "place")
    return {(look.need, look.place): look for look in newest}
