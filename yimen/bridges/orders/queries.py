"""Questions about orders: whose they are, what may be the same, what waits or has failed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Least

from yimen.bridges import perms
from yimen.bridges.models import Order, OrderAnswer, Platform
from yimen.bridges.orders.rules import SAME_DAYS, WARN
from yimen.cases.models import Case, Stage
from yimen.cases.queries import visible_to as cases_visible_to
from yimen.hotline.models import CallBack, HelpRequest
from yimen.hotline.queries import KINDS
from yimen.hotline.queries import visible_to as requests_visible_to
from yimen.ledger.models import Errand
from yimen.lib.actor import Actor
from yimen.lib.numbering import normal
from yimen.lib.time import now
from yimen.people import sealed

FILTERS = ("open", "due", "waiting", "failed", "unsorted", "all")
PREFIX = "order-answer:"


def errand_key(answer: UUID) -> str:
    return f"{PREFIX}{answer}"


def platform_of(actor: Actor) -> Platform | None:
    """The platform whose account this is."""
    if actor.kind != "machine" or actor.account is None:
        return None
    found = Platform.objects.filter(account=actor.account, street=actor.street)
    return found.select_related("system").first()


def platforms(actor: Actor) -> QuerySet[Platform]:
    found = Platform.objects.filter(street=actor.street if perms.may_work_orders(actor) else "")
    return found.select_related("system").order_by("system__code")


def visible_to(actor: Actor) -> QuerySet[Order]:
    """Orders whose cases the actor may see: what complains of one's own body is not there."""
    rows = Order.objects.filter(case__in=cases_visible_to(actor).filter(kind__in=KINDS))
    return rows.select_related("platform__system", "case__lead", "case__applicant")


def worked_by(actor: Actor) -> QuerySet[Order]:
    """The list of who works on the line."""
    return visible_to(actor).filter(street=actor.street if perms.may_work_orders(actor) else "")


def reachable(actor: Actor) -> QuerySet[Order]:
    """A platform reaches its own orders, others those that they see."""
    platform = platform_of(actor)
    return Order.objects.filter(platform=platform) if platform else visible_to(actor)


def quoted(street: str, number: str, phone: str) -> HelpRequest | None:
    """The open request whose number the caller quoted, if the telephone number says that it is the
    same caller: nobody is told of somebody else's case for a slip of a digit."""
    if not number.strip() or not phone.strip():
        return None
    rows = HelpRequest.objects.filter(
        street=street, case__number=normal(number), case__kind__in=KINDS,
        case__applicant__phone_index=sealed.index_of_phone(phone),
    )  # fmt: skip
    return rows.filter(case__stage=Stage.HANDLING).select_related("case").first()


def the_same(actor: Actor, order: Order, at: datetime) -> QuerySet[HelpRequest]:
    """Open requests of the same caller, of the same branch of needs, at the same place: perhaps the
    same thing that came both ways."""
    mine = HelpRequest.objects.filter(case=order.case_id).select_related("case__applicant").first()
    index = mine.case.applicant.phone_index if mine else None
    if mine is None or not index:
        return HelpRequest.objects.none()
    branch = mine.need.partition(".")[0]
    rows = requests_visible_to(actor).filter(
        Q(need=branch) | Q(need__startswith=f"{branch}."), street=order.street, place=mine.place,
        taken_at__gt=at - SAME_DAYS, case__applicant__phone_index=index,
        case__stage=Stage.HANDLING,
    )  # fmt: skip
    return rows.exclude(pk=mine.pk).exclude(case__orders__isnull=False).order_by("-taken_at")


def failed_answers() -> Exists:
    failed = Errand.objects.filter(
        name="bridges.answer", state=Errand.State.FAILED,
        key=Concat(Value(PREFIX), Cast(OuterRef("pk"), CharField())),
    )  # fmt: skip
    return Exists(failed)


def listed(actor: Actor, which: str, at: datetime) -> QuerySet[Order]:
    """The list by one of FILTERS; in the order of `keys`."""
    rows = worked_by(actor)
    waits = OrderAnswer.objects.filter(street=actor.street or "-", acknowledged_at=None)
    if which == "waiting":
        rows = rows.filter(pk__in=waits.values("order"))
    elif which == "failed":
        rows = rows.filter(pk__in=waits.filter(failed_answers()).values("order"))
    elif which == "unsorted":
        rows = rows.filter(unsorted=True).exclude(case__stage=Stage.CLOSED)
    elif which != "all":
        rows = rows.exclude(state=Order.State.RETURNED).exclude(case__stage=Stage.CLOSED)
        if which == "due":
            rows = _due(rows, at)
    return rows.order_by(*keys(which))


def keys(which: str) -> tuple[str, str]:
    """What is due stands by the clock that runs out first, the rest newest first."""
    return ("nearest", "id") if which == "due" else ("-taken_at", "-id")


def _due(rows: QuerySet[Order], at: datetime) -> QuerySet[Order]:
    """Not answered, and the platform's clock or ours runs out soon or has."""
    soon = Q(due_at__lte=at + WARN) | Q(case__due_at__lte=at + WARN) | Q(case__yellow_at__lte=at)
    return rows.filter(soon, case__decided_at=None).annotate(
        nearest=Least("due_at", "case__due_at")  # of one alone, the one that is there
    )


def counts(actor: Actor, at: datetime) -> dict[str, int]:
    """How many wait in each list that somebody works off, to a hundred."""
    work = [name for name in FILTERS if name not in ("open", "all")]
    return {n: listed(actor, n, at).order_by().values("pk")[:100].count() for n in work}


def to_work_off(actor: Actor) -> int:
    """How many nobody has sorted or could be sent, to a hundred: the figure of the desk."""
    lists = (listed(actor, name, now()) for name in ("unsorted", "failed"))
    return sum(rows.order_by().values("pk")[:100].count() for rows in lists)


def numbered(actor: Actor, typed: str) -> QuerySet[Order]:
    """By their number or by ours, exactly."""
    said, ours = typed.strip(), normal(typed)
    theirs = Q(their_number__in={said, said.upper()})
    return worked_by(actor).filter(theirs | Q(case__number=ours)).order_by(*keys("all"))


def to_warn(at: datetime) -> QuerySet[Order]:
    """Orders whose own clock runs out soon and of which nobody was told."""
    rows = Order.objects.filter(state=Order.State.OPEN, warned_at=None, due_at__lte=at + WARN)
    return rows.exclude(case__decided_at__isnull=False).exclude(case__stage=Stage.CLOSED)


def answered() -> QuerySet[Order]:
    """Orders whose case has an answer in this round of which the platform was not told."""
    told = OrderAnswer.objects.filter(
        order=OuterRef("pk"), sort="reply", round=OuterRef("case__round")
    )
    rows = Order.objects.filter(state=Order.State.OPEN, case__decided_at__isnull=False)
    return rows.exclude(case__outcome="").filter(~Exists(told))


def called_back() -> QuerySet[Any]:
    """The last calls back of orders' requests of which the platform was not told."""
    told = OrderAnswer.objects.filter(
        order__case=OuterRef("request__case"), sort="called_back", round=OuterRef("round")
    )
    rows = CallBack.objects.filter(last=True, request__case__orders__state=Order.State.OPEN)
    return rows.filter(~Exists(told)).select_related("request").distinct()


def for_case(case: Case) -> list[Order]:
    orders = Order.objects.filter(case=case)
    return list(orders.select_related("platform__system").order_by("taken_at"))


def errands(order: Order) -> dict[str, Errand]:
    """The errands of an order's answers by the answer's id."""
    keys = [errand_key(pk) for pk in order.answers.values_list("pk", flat=True)]
    rows = Errand.objects.filter(name="bridges.answer", key__in=keys)
    return {e.key.removeprefix(PREFIX): e for e in rows}
