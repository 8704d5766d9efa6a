"""An order comes, is joined to what we had, goes back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.bodies.register import register as bodies_of
from yimen.bridges import perms
from yimen.bridges.actions.systems import must_connect
from yimen.bridges.models import Order, OrderAnswer, Platform, System
from yimen.bridges.orders import queries, rules
from yimen.bridges.orders.mapping import mapping
from yimen.cases.actions import perform
from yimen.cases.dossier import load
from yimen.cases.models import Case
from yimen.hotline import actions as line
from yimen.hotline.models import HelpRequest, Line
from yimen.hotline.needs import tree
from yimen.ledger import actions as ledger
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.actor import system as system_actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Stale, Unseen
from yimen.lib.ids import new_id
from yimen.people.models import Account


@dataclass(frozen=True)
class Said:
    """What a platform says of one order. Moments are its own; `our_number` where the caller quoted
    our number to it; `complained_of` are codes of our bodies."""

    their_number: str
    title: str
    text: str
    received_at: datetime
    category: str = ""
    place: str = ""
    where: str = ""
    name: str = ""
    phone: str = ""
    secret: bool = False
    due_at: datetime | None = None
    return_by: datetime | None = None
    our_number: str = ""
    complained_of: tuple[str, ...] = ()

    def digest(self) -> str:
        clocks = ("received_at", "due_at", "return_by")
        return rules.digest({k: v for k, v in asdict(self).items() if k not in clocks})


@transaction.atomic
def connect_platform(
    system: System, *, mapping_name: str, account: Account | None, hours: int, by: Actor,
    at: datetime,
) -> Platform:  # fmt: skip
    """This system sends orders; `account` of the kind machine for one that has an interface."""
    must_connect(by)
    mapping(mapping_name)
    if Platform.objects.filter(system=system).exists():
        raise Refused("known", _("这个系统已经登记为来单平台。"))
    _fits(system, account)
    made = Platform.objects.create(
        street=system.street, system=system, account=account, mapping=mapping_name,
        return_hours=hours,
    )  # fmt: skip
    _platform_said(made, "platform", by, at)
    return made


@transaction.atomic
def change_platform(
    system: System, *, mapping_name: str, account: Account | None, hours: int, was: str, by: Actor,
    at: datetime,
) -> Platform:  # fmt: skip
    """How its words are read, who speaks for it and how long it takes orders back, from now on;
    orders that came keep their limits. `was`: the state that whoever changes it has seen."""
    must_connect(by)
    mapping(mapping_name)
    held = Platform.objects.select_for_update().filter(system=system).first()
    if held is None:
        raise Unseen("platform", _("这个系统还不是来单平台。"))
    if held.state != was:
        raise Stale("version", _("别人刚刚修改了这个平台。请看过最新情况后再试。"))
    _fits(system, account)
    held.mapping, held.account, held.return_hours = mapping_name, account, hours
    held.save(update_fields=["mapping", "account", "return_hours"])
    _platform_said(held, "platform_changed", by, at)
    return held


def _fits(system: System, account: Account | None) -> None:
    """A platform with an interface speaks by one account of its own, a machine's."""
    if (account is None) == (system.sort == System.Sort.OPEN):
        raise _wrong("account", _("有接口的平台要有一个机器账户，没有接口的不要。"))
    if account is None:
        return
    if Platform.objects.filter(account=account).exclude(system=system).exists():
        raise _wrong("account", _("这个账户已经是另一个平台的。"))
    if account.kind != "machine" or account.street != system.street:
        raise _wrong("account", _("请用本街道的机器账户。"))


def _platform_said(held: Platform, act: str, by: Actor, at: datetime) -> None:
    ledger.record(
        street=held.street, stream=f"system:{held.system.code}", act=act, by=by, at=at,
        data={
            "mapping": held.mapping, "hours": held.return_hours,
            "account": str(held.account_id or "") or None,
        },
    )  # fmt: skip


@together()
def take_order(
    platform: Platform, said: Said, *, by: Actor, at: datetime, need: str = ""
) -> tuple[Order, bool]:
    """Take an order once: (order, was it new). The same told again changes nothing; only its clocks
    may move later; other words are refused, for they are already being worked on. Who types it in
    may name the `need`."""
    if not perms.may_send(by, platform) and not perms.may_type_in(by, platform):
        raise Unseen("platform")
    Platform.objects.select_for_update().get(pk=platform.pk)  # two deliveries at once are one
    _check(said)
    known = Order.objects.filter(platform=platform, their_number=said.their_number).first()
    if known is not None:
        return _again(known, platform, said, by, at), False
    number, need, unsorted, joined = _case(platform, said, need, at)
    made = Order.objects.create(
        id=new_id(), street=platform.street, platform=platform, their_number=said.their_number,
        case=number, digest=said.digest(), category=said.category, received_at=said.received_at,
        due_at=said.due_at, taken_at=at, unsorted=unsorted, joined=joined,
        by_hand=not perms.may_send(by, platform),
        return_by=rules.return_limit(said.received_at, said.return_by, platform.return_hours),
    )  # fmt: skip
    _number(made, at)
    write_down(made, "take", by, at, need=need, joined=joined)
    return made, True


def _again(known: Order, platform: Platform, said: Said, by: Actor, at: datetime) -> Order:
    """It is here. Of one that was typed in the platform's own words count from now on; what is typed
    in a second time changes at most the clocks that are written on the sheet."""
    if not perms.may_send(by, platform):
        return _typed_again(known, platform, said, by, at)
    if known.by_hand:
        known.digest, known.by_hand = said.digest(), False
        known.save(update_fields=["digest", "by_hand"])
        write_down(known, "confirm", by, at)
    elif known.digest != said.digest():
        raise Refused(
            "order_changed",
            _("这个工单已经收下并在办，内容不能再改。请另发一单，或者打电话给求助热线。"),
        )
    until = rules.return_limit(said.received_at, said.return_by, platform.return_hours)
    return _set_clocks(known, said.due_at, until, by, at)


def _typed_again(known: Order, platform: Platform, said: Said, by: Actor, at: datetime) -> Order:
    if not known.by_hand:
        return known  # the platform's word counts
    due, until = said.due_at or known.due_at, said.return_by or known.return_by
    return _set_clocks(known, due, until, by, at)


def _set_clocks(
    known: Order, due: datetime | None, until: datetime, by: Actor, at: datetime
) -> Order:
    if (known.due_at, known.return_by) != (due, until):
        known.due_at, known.return_by, known.warned_at = due, until, None
        known.save(update_fields=["due_at", "return_by", "warned_at"])
        write_down(known, "clocks", by, at)
    return known


def _check(said: Said) -> None:
    errors = []
    if not said.their_number.strip() or len(said.their_number) > 60:
        errors.append(FieldError("their_number", _("请填写对方编号，最多 60 个字符。")))
    if not said.text.strip() and not said.title.strip():
        errors.append(FieldError("text", _("请写下什么事。")))
    if said.due_at and said.due_at < said.received_at:
        errors.append(FieldError("due_at", _("对方期限不能早于对方收到的时间。")))
    if errors:
        raise Invalid("order", _("工单没有填对。"), tuple(errors))


def _case(platform: Platform, said: Said, named: str, at: datetime) -> tuple[Case, str, bool, bool]:
    """The case: ours, where the caller quoted its number and is the same by telephone; else a new
    one."""
    quoted = queries.quoted(platform.street, said.our_number, said.phone)
    need, unsorted = mapping(platform.mapping).need(said.category)
    if named:
        need, unsorted = _need(named), False
    if quoted is not None:
        return quoted.case, quoted.need, False, True
    codes = bodies_of(platform.street).codes
    wrong = [code for code in said.complained_of if code not in codes]
    if wrong:
        raise _wrong("complained_of", _("没有代码是“%(code)s”的单位。") % {"code": wrong[0]})
    place = said.place if said.place.startswith(platform.street) else ""
    what = "\n".join(t for t in (said.title.strip(), said.text.strip()) if t)
    asked = line.Taken(
        need=need, what=what, where=said.where, place=place, name=said.name, phone=said.phone,
        line=Line.CITY, secret=said.secret, excluded=[codes[c].pk for c in said.complained_of],
    )  # fmt: skip
    d = line.take(asked, by=system_actor(platform.street, "bridges"), at=at)
    return d.case, need, unsorted, False


def _need(code: str) -> str:
    if code not in tree():
        raise _wrong("need", _("请从求助分类里选一项。"))
    return code


def _number(order: Order, at: datetime) -> None:
    """Their number on our case, where no other system has written one."""
    case = order.case
    if not case.external_number and case.stage != "closed":
        by = system_actor(order.street, "bridges")
        perform(case.number, "external", by=by, at=at, external_number=order.their_number)


@together()
def join_order(order: Order, request: UUID, *, by: Actor, at: datetime) -> Order:
    """It is the same thing that the caller told us: one case with two numbers. What was begun for
    the order ends as taken in twice."""
    held = lock_order(order, by)
    other = queries.the_same(by, held, at).filter(pk=request).select_related("case").first()
    if other is None:
        raise Unseen("request", _("没有这个求助，或者已经办结。"))
    if held.state != Order.State.OPEN or held.joined or _shared(held):
        raise Refused("state", _("这个工单现在不能合并。"))
    _must_be_open(held)
    ours = system_actor(held.street, "bridges")
    perform(held.case.number, "void", by=ours, at=at, reason=_("和另一个求助是同一件事"))
    held.case, held.joined, held.unsorted = other.case, True, False
    held.save(update_fields=["case", "joined", "unsorted"])
    _number(held, at)
    write_down(held, "join", by, at)
    return held


@together()
def return_order(order: Order, *, reason: str, text: str, by: Actor, at: datetime) -> OrderAnswer:
    """Ask the platform to take it back, within its limit. The case stays ours, with its clock, until
    the platform says yes."""
    held = lock_order(order, by)
    # under the case's own lock: who answers it at this moment is before us or after us
    decided = load(held.case.number, lock=True).case.stage not in OPEN
    why = rules.no_return(held.state, held.return_refused, decided, at, held.return_by)
    if why:
        raise Refused("no_return", NO_RETURN[why]())
    if held.joined:
        raise Refused("joined", _("这一件求助人也直接找过我们，不能退单。"))
    if reason not in mapping(held.platform.mapping).returns:
        raise _wrong("reason", _("请从对方的退单理由里选一项。"))
    if not text.strip():
        raise _wrong("text", _("请写明退单的理由。"))
    held.state = Order.State.RETURNING
    held.save(update_fields=["state"])
    write_down(held, "return", by, at, reason=reason)
    return tell(held, "return", reason, text.strip(), at)


NO_RETURN = {
    "refused": lambda: _("对方已经拒绝过退单，这一单不能再退。"),
    "returning": lambda: _("已经申请退单，正在等对方确认。"),
    "returned": lambda: _("这一单已经退回。"),
    "decided": lambda: _("已经答复，不能退单。"),
    "late": lambda: _("已经过了对方的退单期限，不能退单。请继续办理。"),
}
OPEN = ("received", "supplementing", "handling")


@together()
def judge_return(order: Order, *, accepted: bool, by: Actor, at: datetime) -> Order:
    """The platform says whether it takes the order back. Accepted, our case ends; refused, it goes
    on and cannot be returned again."""
    held = lock_order(order, by)
    theirs = perms.may_send(by, held.platform) or by.kind == "system"
    if not theirs and held.platform.system.sort == System.Sort.OPEN:
        raise Forbidden("order", _("对方有接口，由对方自己答复退单。"))
    if held.state != Order.State.RETURNING:
        raise Refused("not_returning", _("这个工单没有申请退单。"))
    held.answers.filter(sort="return", acknowledged_at=None).update(acknowledged_at=at)
    held.state = Order.State.RETURNED if accepted else Order.State.OPEN
    held.return_refused = not accepted
    held.save(update_fields=["state", "return_refused"])
    still_open = load(held.case.number, lock=True).case.stage in OPEN
    if accepted and still_open and not _shared(held):
        ours = system_actor(held.street, "bridges")
        perform(held.case.number, "void", by=ours, at=at, reason=_("退回来单的平台"))
    write_down(held, "return_accepted" if accepted else "return_refused", by, at)
    return held


@together()
def sort_order(order: Order, *, need: str = "", by: Actor, at: datetime) -> Order:
    """Somebody says what an order is about whose category nobody knew. Another need than the one under
    which it waited is another procedure: a new case begins, and is sent where it belongs."""
    held = lock_order(order, by)
    if not held.unsorted:
        raise Refused("sorted", _("这一单已经分拣好了。"))
    request = HelpRequest.objects.get(case=held.case_id)
    if need and _need(need) != request.need:
        _begin_anew(held, request, need, at)
    held.unsorted = False
    held.save(update_fields=["case", "unsorted"])
    write_down(held, "sort", by, at, need=need or request.need)
    return held


def _begin_anew(held: Order, request: HelpRequest, need: str, at: datetime) -> None:
    """The same words of the same person under another need; what was begun ends as a mistake."""
    if _shared(held):
        raise Refused("shared", _("这个办件有不止一个工单，不能改分类。"))
    _must_be_open(held)
    ours, case = system_actor(held.street, "bridges"), held.case
    perform(case.number, "void", by=ours, at=at, reason=_("重新分类，另立办件"))
    facts = case.facts
    asked = line.Taken(
        need=need, what=facts.get("what", ""), where=facts.get("where", ""), place=request.place,
        party=case.applicant_id, line=Line.CITY, secret=request.secret,
        quiet=bool(facts.get("quiet")), reach=facts.get("reach", ""),
        excluded=list(case.excluded_bodies),
    )  # fmt: skip
    held.case = line.take(asked, by=ours, at=at).case
    _number(held, at)


def _must_be_open(held: Order) -> None:
    if load(held.case.number, lock=True).case.stage not in OPEN:
        raise Refused("decided", _("已经答复或者办结，不能再改。"))


def _shared(held: Order) -> bool:
    """Does another order stand on the same case?"""
    return Order.objects.filter(case=held.case_id).exclude(pk=held.pk).exists()


def tell(
    order: Order, sort: str, result: str, text: str, at: datetime, number: int | None = None
) -> OrderAnswer:
    """One answer, and the errand that carries it; a platform without an interface is told by hand."""
    made = OrderAnswer.objects.create(
        street=order.street, order=order, sort=sort, round=number or order.case.round,
        result=result,
        text=text, made_at=at,
    )  # fmt: skip
    if order.platform.system.sort == System.Sort.OPEN:
        ledger.queue(
            "bridges.answer", street=order.street, key=queries.errand_key(made.pk),
            payload={"answer": str(made.pk)}, at=at,
        )  # fmt: skip
    return made


def lock_order(order: Order, by: Actor) -> Order:
    """The order under its lock; who may not know of it is told that."""
    held = (
        Order.objects.select_for_update(of=["self"])
        .select_related("case", "platform__system")
        .filter(pk__in=queries.reachable(by).values("pk"), pk=order.pk)
        .first()
    )
    if held is None:
        raise Unseen("order", _("没有这个工单。"))
    if not (perms.may_work_orders(by) or perms.may_send(by, held.platform) or by.kind == "system"):
        raise Forbidden("order", _("您的岗位没有这项权限。请交给有权办理的人员。"))
    return held


def write_down(order: Order, act: str, by: Actor, at: datetime, **more: Any) -> None:
    ledger.record(
        street=order.street, stream=f"order:{order.pk}", act=act, by=by, at=at,
        data={"case": order.case.number, "number": order.their_number, **more},
    )  # fmt: skip


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(field, sentence, (FieldError(field, sentence),))
