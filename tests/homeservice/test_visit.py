"""A visit from the request to the cases: who may, what is told, what stays in custody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import account, actor, party
from tests.homeservice.conftest import CARD, MONDAY, TUESDAY, asked, clock, did, planned, point
from yimen.cases.models import Case
from yimen.custody.actions import NewPaper, register_papers
from yimen.custody.models import Hop, Paper
from yimen.homeservice import actions, queries, ticks
from yimen.homeservice.actions import Wish
from yimen.homeservice.actions.way import materials
from yimen.homeservice.models import Route, Stop, Visit, WayAct
from yimen.intake.actions import send
from yimen.ledger.models import Entry
from yimen.ledger.verify import verify
from yimen.lib.actor import ANONYMOUS
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.ids import new_id
from yimen.lib.time import at
from yimen.notices.models import Message
from yimen.people.actions import revoke_mandate
from yimen.people.models import Disclosure, Mandate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def told(visit: Visit) -> list[str]:
    rows = Message.objects.filter(about=visit.stream, to_party__isnull=False)
    return [m.template.removeprefix("homevisit.") for m in rows.order_by("queued_at", "id")]


def now_is(visit: Visit) -> Visit:
    visit.refresh_from_db()
    return visit


# -- who may have one ---------------------------------------------------------------------------------


def test_the_old_may_the_young_may_by_their_own_word() -> None:
    assert asked("mother").ground == "age"
    with pytest.raises(Refused, match="not_entitled"):
        asked("resident")
    assert asked("resident", hard_to_move=True).ground == "mobility"


def test_what_was_said_about_moving_counts_again(settings) -> None:
    made = asked("resident", hard_to_move=True)
    actions.cancel(made, by=actor("resident"), at=MONDAY)
    assert asked("resident").ground == "mobility"
    settings.YIMEN_HOME_SERVICE = {**settings.YIMEN_HOME_SERVICE, "age": 95}
    with pytest.raises(Refused, match="not_entitled"):
        asked("mother")


def test_residents_ask_for_themselves_and_under_a_mandate_only() -> None:
    wish = Wish(matters=(CARD,))
    how = {"channel": "web", "at": MONDAY}
    made = actions.ask(point(), party("mother"), wish, by=actor("resident"), **how)
    assert made.address is not None and made.address.pk != party("mother").address_id
    with pytest.raises(Forbidden):
        actions.ask(point(), party("pang"), wish, by=actor("resident"), **how)
    with pytest.raises(Forbidden):
        actions.ask(point(), party("pang"), wish, by=ANONYMOUS, **how)
    with pytest.raises(Refused, match="asked_before"):
        actions.ask(point(), party("mother"), wish, by=actor("clerk"), **how)


def test_for_a_neighbour_name_and_telephone_are_enough() -> None:
    how = {"channel": "web", "by": actor("resident"), "at": MONDAY}
    made = actions.ask_for_other(
        point(), Wish(), name="钱阿婆", phone="13900000777", birth=date(1940, 1, 1), **how
    )
    assert made.ground == "age" and made.address is None
    with pytest.raises(Refused, match="not_entitled"):
        actions.ask_for_other(point(), Wish(), name="小钱", phone="13900000778", birth=None, **how)
    with pytest.raises(Invalid, match="visits"):
        planned(made)
    actions.complete(
        made, Wish(address={"road": "梧桐路", "number": "9"}), by=actor("assistant"), at=MONDAY
    )
    assert planned(now_is(made)).stops.count() == 1


def test_what_cannot_be_done_at_home_is_refused_with_its_field() -> None:
    with pytest.raises(Invalid) as wrong:
        asked(matters=("public-security-001",))
    assert wrong.value.errors[0].field == "matters"
    with pytest.raises(Invalid) as wrong:
        asked(day=MONDAY.date())
    assert wrong.value.errors[0].field == "day"


def test_the_database_keeps_one_open_visit_a_person() -> None:
    made = asked()
    made.pk, made.number, made._state.adding = new_id(), "H00000001", True
    with pytest.raises(IntegrityError, match="homevisit_one_open_per_person"), transaction.atomic():
        made.save(force_insert=True)


# -- routes -------------------------------------------------------------------------------------------


def test_a_route_goes_by_the_houses_and_tells_everybody() -> None:
    far, near = asked("pang"), asked("mother")
    route = planned(far, near)
    order = list(route.stops.order_by("place").values_list("visit", flat=True))
    assert order == [near.pk, far.pk]
    assert told(near) == ["asked", "scheduled"]
    assert Message.objects.filter(template="homevisit.route", to_account=account("clerk")).exists()
    actions.move(route.stops.get(visit=far), -1, by=actor("assistant"), at=MONDAY)
    assert route.stops.get(visit=far).place == 1
    actions.drop(route.stops.get(visit=far), by=actor("assistant"), at=MONDAY)
    assert now_is(far).state == "requested" and told(far)[-1] == "changed"
    actions.call_off(route, by=actor("assistant"), at=MONDAY)
    route.refresh_from_db()
    assert route.state == "cancelled" and now_is(near).state == "requested"


def test_nobody_is_on_two_routes_at_once_but_in_the_afternoon() -> None:
    a, b = asked("mother"), asked("pang")
    route = planned(a)
    with pytest.raises(Invalid, match="going"):
        planned(b)
    planned(b, half="pm")
    mine = route.visitors.get()
    mine.pk, mine.place = new_id(), 2
    with pytest.raises(IntegrityError, match="visitor_one_route_at_a_time"), transaction.atomic():
        mine.save(force_insert=True)


def test_who_goes_works_there_and_two_where_the_centre_says(settings) -> None:
    made = asked()
    with pytest.raises(Invalid, match="going"):
        planned(made, going=("officer",))
    settings.YIMEN_HOME_SERVICE = {**settings.YIMEN_HOME_SERVICE, "people": 2}
    with pytest.raises(Invalid, match="second"):
        planned(made)
    assert planned(made, going=("clerk", "assistant")).visitors.count() == 2


def test_only_who_keeps_the_visits_plans_them() -> None:
    made = asked()
    with pytest.raises(Unseen):
        actions.plan(
            point(), day=TUESDAY, half="am", going=[account("clerk").pk], visits=[made.pk],
            by=actor("clerk"), at=MONDAY,
        )  # fmt: skip


def test_cancelling_takes_it_off_the_route_and_forgets_the_address() -> None:
    made = asked()
    route = planned(made)
    home = now_is(made).address_id
    actions.cancel(
        made,
        by=actor("resident") if made.asked_by_id == account("resident").pk else actor("assistant"),
        at=MONDAY,
    )
    route.refresh_from_db()
    assert route.state == "cancelled" and now_is(made).address_id is None
    assert not type(party("mother").address).objects.filter(pk=home).exists()
    assert party("mother").address is not None


# -- who visits sees what is needed, for as long as it is needed -----------------------------------------


def test_whoever_visits_sees_it_from_the_day_until_it_is_done() -> None:
    made = asked()
    stop = planned(made).stops.get()
    clerk = actor("clerk")
    seen = queries.visible_to
    assert not seen(clerk, MONDAY.date()).exists()
    assert seen(clerk, TUESDAY).get() == made
    assert not seen(actor("clerk2"), TUESDAY).exists()
    with at(clock(10)):
        assert queries.stops_of(clerk, TUESDAY).count() == 1
        assert actions.reveal(stop.pk, by=clerk, at=clock(10)) == "19900000031"
    shown = Disclosure.objects.get(party=party("mother"))
    assert shown.about == made.number and shown.account == account("clerk")
    for act, hour in (("arrive", 10), ("meet", 10), ("finish", 11)):
        did(stop, act, clock(hour))
    assert not seen(clerk, TUESDAY).exists()
    with pytest.raises(Unseen):
        actions.reveal(stop.pk, by=clerk, at=clock(11, 1))
    assert seen(actor("assistant"), TUESDAY).get().state == "done"


# -- the whole way ----------------------------------------------------------------------------------------


def the_way(made: Visit, stop: Stop) -> None:
    code = next(iter(materials([CARD])))
    did(stop, "arrive", clock(9, 30))
    did(stop, "meet", clock(9, 32))
    did(stop, "sign", clock(9, 40))
    did(stop, "take", clock(9, 45), **{code: "original"})
    did(stop, "finish", clock(9, 50), late=60)


def test_from_the_door_to_the_case_under_the_mandate() -> None:
    made = asked()
    route = planned(made)
    the_way(made, route.stops.get())
    assert now_is(made).to_hand_in and route.stops.get().state == "done"
    mandate = Mandate.objects.get(pk=made.mandate_id)
    assert (mandate.agent, mandate.principal) == (party("clerk"), party("mother"))
    assert mandate.scope == [CARD] and mandate.valid_until == TUESDAY + timedelta(days=60)
    paper = Paper.objects.get(case_number=made.number)
    assert paper.must_return and paper.holder_account == account("clerk").pk

    with at(clock(14)):
        clerk = actor("clerk")
        draft = actions.begin_intake(made.pk, by=clerk, at=clock(14))
        assert actions.begin_intake(made.pk, by=clerk, at=clock(14)).pk == draft.pk
        with pytest.raises(Unseen):
            actions.begin_intake(made.pk, by=actor("clerk2"), at=clock(14))


def test_what_is_handed_in_names_the_agent_and_takes_the_papers_along() -> None:
    made = asked()
    the_way(made, planned(made).stops.get())
    with at(clock(14)):
        draft = actions.begin_intake(made.pk, by=actor("clerk"), at=clock(14))
        numbers = send(draft, by=actor("clerk"), at=clock(14))
    case = Case.objects.get(number=numbers[0])
    assert (case.channel, case.capacity) == ("home", "agent")
    assert case.presenter == party("clerk") and case.mandate_id == now_is(made).mandate_id
    entry = Entry.objects.filter(stream=f"case:{case.number}").order_by("seq").first()
    assert str(party("clerk").pk) in str(entry.data) or entry.data.get("capacity") == "agent"
    assert made.state == "done" and made.cases == numbers
    papers = Paper.objects.filter(case_number=numbers[0])
    assert papers.filter(must_return=True).count() == 1  # the same one, not a second
    assert not Paper.objects.filter(case_number=made.number).exists()
    assert verify().fault is None


def test_a_withdrawn_mandate_stops_the_handing_in() -> None:
    made = asked()
    the_way(made, planned(made).stops.get())
    revoke_mandate(now_is(made).mandate, by=actor("clerk"), at=clock(12))
    with pytest.raises(Refused, match="revoked"):
        actions.begin_intake(made.pk, by=actor("clerk"), at=clock(14))
    with pytest.raises(Refused, match="papers_here"):
        actions.nothing_to_hand_in(made.pk, by=actor("clerk"), at=clock(14))


def test_papers_are_taken_only_under_a_mandate() -> None:
    stop = planned(asked()).stops.get()
    did(stop, "arrive", clock(9)), did(stop, "meet", clock(9))
    with pytest.raises(Refused, match="no_mandate"):
        did(stop, "take", clock(9, 5), **{next(iter(materials([CARD]))): "copy"})


def test_results_go_out_in_named_hands_and_into_the_persons_own() -> None:
    first = asked()
    the_way(first, planned(first).stops.get())
    with at(clock(14)):
        number = send(
            actions.begin_intake(first.pk, by=actor("clerk"), at=clock(14)),
            by=actor("clerk"),
            at=clock(14),
        )[0]
    held = Paper.objects.get(case_number=number, must_return=True)
    day = date(2026, 11, 26)
    made = asked("mother", matters=())
    route = planned(made, day=day, going=("assistant",))
    assert actions.bring(made, [held.pk], by=actor("assistant"), at=MONDAY) == 1
    held.refresh_from_db()
    assert held.holder_account == account("assistant").pk and held.state == "held"
    assert Hop.objects.filter(paper=held, to_account=account("assistant").pk).exists()
    stop = route.stops.get()
    for act, minute in (("arrive", 0), ("meet", 1)):
        did(stop, act, clock(10, minute, day), by="assistant")
    did(stop, "give", clock(10, 5, day), by="assistant", **{held.code: ""})
    did(stop, "finish", clock(10, 6, day), by="assistant")
    held.refresh_from_db()
    assert held.state == "returned" and now_is(made).state == "done"
    assert Hop.objects.filter(paper=held, receiver="赵秀珍").exists()


def test_somebody_elses_papers_do_not_go_along() -> None:
    made = asked()
    planned(made)
    other = register_papers(
        "31019900101202611230009999", [NewPaper("别人的证", sort="result")], street=made.street,
        body=made.body_id, by=actor("clerk"), at=MONDAY,
    )[0]  # fmt: skip
    with pytest.raises(Invalid, match="papers"):
        actions.bring(made, [other.pk], by=actor("assistant"), at=MONDAY)


# -- three times in vain, days that end ------------------------------------------------------------------------


def test_the_third_time_in_vain_is_the_last() -> None:
    made = asked()
    for n in range(3):
        day = TUESDAY + timedelta(days=n)
        stop = planned(now_is(made), day=day).stops.get()
        did(stop, "arrive", clock(10, day=day))
        did(stop, "miss", clock(10, 5, day))
    assert now_is(made).state == "not_met" and made.tries == 3 and made.address_id is None
    assert told(made).count("missed") == 2 and told(made)[-1] == "given_up"


def test_the_day_before_is_reminded_once_and_open_routes_end() -> None:
    made = asked()
    route = planned(made)
    assert ticks.remind(clock(9, day=MONDAY.date())) == 1
    assert ticks.remind(clock(10, day=MONDAY.date())) == 0
    assert ticks.midnight(clock(9, day=date(2026, 11, 25))) == 0  # acts may still come
    assert ticks.midnight(clock(13, day=date(2026, 11, 25))) == 1
    route.refresh_from_db()
    assert route.state == "done" and now_is(made).state == "requested"
    assert told(made) == ["asked", "scheduled", "reminder", "changed"]
    assert Route.objects.filter(state="planned").count() == 0


# -- once, in time, in order -----------------------------------------------------------------------------------


def test_an_act_counts_once_with_the_time_it_happened() -> None:
    stop = planned(asked()).stops.get()
    key = new_id()
    assert did(stop, "arrive", clock(9, 30), late=55, key=key) == "arrived"
    assert did(stop, "arrive", clock(9, 30), late=58, key=key) == "arrived"
    stop.refresh_from_db()
    assert stop.arrived_at == clock(9, 30) and WayAct.objects.count() == 1
    acts = list(Entry.objects.filter(stream=stop.visit.stream, act="arrive"))
    assert len(acts) == 1 and acts[0].at == clock(9, 30)


@pytest.mark.parametrize(
    ("when", "late", "code"),
    [
        (clock(9), -10, "clock_ahead"),
        (clock(9, day=date(2026, 11, 25)), 1, "clock_early"),
        (clock(9), 13 * 60, "clock_late"),
        (clock(8), 1, "clock_before_last"),
    ],
)
def test_a_wrong_clock_is_refused_and_nothing_is_written(when, late, code) -> None:
    stop = planned(asked()).stops.get()
    act = "arrive"
    if code == "clock_before_last":
        did(stop, "arrive", clock(9))
        act = "meet"
    before = WayAct.objects.count()
    with pytest.raises(Refused, match=code):
        did(stop, act, when, late=late)
    assert WayAct.objects.count() == before


def test_a_route_that_changed_meanwhile_is_said() -> None:
    made = asked()
    other = asked("pang")
    route = planned(made, other)
    stop = route.stops.get(visit=made)
    actions.cancel(made, by=actor("assistant"), at=clock(8))
    with pytest.raises(Refused) as refused:
        did(stop, "arrive", clock(9))
    assert "改期" in str(refused.value.detail)
    with pytest.raises(Unseen):
        did(route.stops.get(visit=other), "arrive", clock(9), by="clerk2")


def test_what_came_too_late_from_the_way_is_noted_by_who_keeps_the_route() -> None:
    stop = planned(asked()).stops.get()
    with pytest.raises(Refused, match="clock_late"):
        did(stop, "arrive", clock(9), late=13 * 60)
    assert did(stop, "arrive", clock(9), late=13 * 60, by="assistant") == "arrived"
    with pytest.raises(Refused, match="clock_ahead"):
        did(stop, "meet", clock(10), late=-30, by="assistant")
    with pytest.raises(Unseen):
        did(stop, "meet", clock(10), by="officer")
