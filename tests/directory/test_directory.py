"""Services, units and neighbours: kept, proposed, asked, thanked; who may and who sees what."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import STREET, account, actor, body, party
from yimen.directory import actions, queries, ticks
from yimen.directory.actions import Gives
from yimen.directory.loaders import demo
from yimen.directory.models import Asking, Concern, Helper, Offering, Service, Unit
from yimen.directory.rules import Wanted
from yimen.ledger.models import Entry
from yimen.ledger.verify import verify
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import ZONE, at
from yimen.notices.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
SATURDAY = datetime(2026, 11, 28, 10, 0, tzinfo=ZONE)


@pytest.fixture
def town() -> None:
    with at(MONDAY):
        demo()


def helper(username: str = "resident2") -> Helper:
    return Helper.objects.get(party=party(username))


def ready_pair() -> tuple[Helper, Helper]:
    actions.vet(helper("mother"), by=actor("assistant"), at=MONDAY)
    return helper(), helper("mother")


def two_who_answer() -> tuple[Helper, Helper]:
    """Two neighbours who sign in: `resident2` and `resident`."""
    other = actions.offer_help(
        f"{STREET}003", services=["company"], times=["weekend_day"], weekly=1, consent=True,
        by=actor("resident"), at=MONDAY,
    )  # fmt: skip
    return helper(), actions.vet(other, by=actor("assistant"), at=MONDAY)


def ask(one: Helper, **more):
    facts = {
        "job": "case:1", "service": Service.objects.get(code="company"), "meeting": "public",
        "brief": "陪去菜场", "when": SATURDAY, "by": actor("clerk"), "at": MONDAY,
    }  # fmt: skip
    return actions.ask(one, **facts | more)


def wanted(need: str, moment: datetime, **more) -> list[str]:
    want = Wanted(need, f"{STREET}001", **more)
    found = queries.proposals(STREET, want, at=moment, records=more.pop("records", {}))
    return [f.unit.code for f in found if f.proposal.fits]


def test_the_nearest_capable_unit_open_now(town) -> None:
    noon, night = MONDAY.replace(hour=12), MONDAY.replace(hour=23)
    beside = (121.4783, 31.2322)
    assert wanted("urgent.pipe", noon, point=beside) == ["property-wutong", "repair-night"]
    assert wanted("urgent.pipe", night, point=beside) == ["repair-night"]
    assert wanted("urgent.pipe", noon, excluded=frozenset({"property-wutong"})) == ["repair-night"]
    assert wanted("care.bath", noon, fees=frozenset({"free"})) == []
    assert wanted("care.bath", noon) == ["care-station"]


def test_a_full_unit_and_an_ended_agreement_are_not_proposed(town) -> None:
    unit = Unit.objects.get(code="care-station")
    full = {unit.pk: queries.Record(jobs=12)}
    want = Wanted("care.bath", STREET)
    [found] = queries.proposals(STREET, want, at=MONDAY, records=full)
    assert found.proposal.against == ("full",)
    later = datetime(2028, 1, 3, 9, 0, tzinfo=ZONE)
    assert queries.proposals(STREET, want, at=later, records={}) == []


def test_any_number_of_units_takes_the_same_queries(town, django_assert_max_num_queries) -> None:
    with at(MONDAY):
        for n in range(12):
            actions.set_unit(STREET, f"more-{n}", name="站", sort="team", phone="021", hours={},
                             gives=[Gives("home-repair", "low", "5 元")], by=actor("director"), at=MONDAY)  # fmt: skip
    queries.is_working(STREET, MONDAY)
    with django_assert_max_num_queries(3):
        assert len(queries.proposals(STREET, Wanted("repair", STREET), at=MONDAY, records={})) == 13


def test_loading_again_writes_nothing(town) -> None:
    entries = Entry.objects.count()
    with at(MONDAY):
        demo()
    assert Entry.objects.count() == entries
    assert Service.objects.count() == 9 and Unit.objects.count() == 5


@pytest.mark.parametrize("who", ["clerk", "officer", "resident"])
def test_only_who_runs_the_centre_keeps_the_list(town, who: str) -> None:
    with pytest.raises(Forbidden):
        actions.set_service(STREET, "meal", price="1 元", by=actor(who), at=MONDAY)


def test_money_is_told_before(town) -> None:
    by = actor("director")
    with pytest.raises(Invalid, match="价格"):
        actions.set_service(STREET, "new", name="新", fee="paid", by=by, at=MONDAY)
    with pytest.raises(Invalid, match="价格"):
        actions.set_unit(STREET, "canteen", gives=[Gives("meal", "paid")], by=by, at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offering.objects.update(fee="paid", price="")


def test_a_neighbour_is_vetted_asked_answers_helps_is_thanked(town) -> None:
    one, other = two_who_answer()
    clerk = actor("clerk")
    made = ask(one, meeting="two", second=other)
    told = Message.objects.filter(template="helper.asked_two").values_list("to_party", flat=True)
    assert set(told) == {one.party_id, other.party_id}
    with pytest.raises(Forbidden):
        actions.answer(made, accept=True, by=clerk, at=MONDAY)
    actions.answer(made, accept=True, by=actor("resident2"), at=MONDAY)
    with pytest.raises(Refused):
        actions.finish(made, by=actor("resident2"), at=SATURDAY)  # the other has not said yes
    actions.answer(made, accept=True, by=actor("resident"), at=MONDAY)
    actions.finish(made, by=actor("resident2"), at=SATURDAY)
    actions.thank(made, by=clerk, at=SATURDAY)
    with pytest.raises(Refused):
        actions.thank(made, by=clerk, at=SATURDAY)
    made.refresh_from_db()
    assert made.state == "done" and made.thanked_at
    entries = list(Entry.objects.filter(stream=one.stream).order_by("seq"))
    assert [e.act for e in entries] == ["offer", "vet", "ask", "accept", "help", "thank"]
    assert not any("菜场" in str(e.data) or one.party.name in str(e.data) for e in entries)
    assert verify().fault is None


def told(template: str) -> set:
    return set(
        Message.objects.filter(template=f"helper.{template}").values_list("to_party", flat=True)
    )


def test_each_of_two_answers_for_themselves(town) -> None:
    one, other = two_who_answer()
    made = ask(one, meeting="two", second=other)
    half = actions.answer(made, accept=True, by=actor("resident"), at=MONDAY)
    assert (half.state, half.helper_answer, half.second_answer) == ("asked", "", "yes")
    assert half.answered_at is None and not told("settled")
    with pytest.raises(Refused):
        actions.answer(made, accept=True, by=actor("resident"), at=MONDAY)
    full = actions.answer(made, accept=True, by=actor("resident2"), at=MONDAY)
    assert (full.state, full.answered_at) == ("accepted", MONDAY)
    assert told("settled") == {one.party_id, other.party_id}
    assert Entry.objects.filter(stream=other.stream, act="accept").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Asking.objects.update(second_answer="")  # it does not stand without the second's word
    assert verify().fault is None


@pytest.mark.parametrize("before", [(), ("resident2",), ("resident2", "resident")])
def test_whoever_cannot_come_ends_it_and_the_other_does_not_go_alone(town, before) -> None:
    one, other = two_who_answer()
    made = ask(one, meeting="two", second=other)
    for who in before:
        actions.answer(made, accept=True, by=actor(who), at=MONDAY)
    over = actions.answer(made, accept=False, by=actor("resident"), at=MONDAY)
    assert over.state == "declined" and over.ended_at == MONDAY
    assert told("off") == {one.party_id}
    with pytest.raises(Refused):
        actions.answer(made, accept=True, by=actor("resident2"), at=MONDAY)
    assert ask(one, meeting="two", escort=account("clerk").pk).state == "asked", "asked anew"


def test_the_second_is_not_asked_too_often_and_leaving_ends_their_visits(town) -> None:
    one, other = two_who_answer()
    made = ask(one, meeting="two", second=other)
    free = [h.pk for h in queries.ready(STREET, "company", f"{STREET}003", SATURDAY)]
    assert other.pk not in free, "going along counts as one of the week"
    actions.end(other, by=actor("resident"), at=MONDAY)
    made.refresh_from_db()
    assert made.state == "withdrawn" and told("off") == {one.party_id}


def test_nobody_goes_to_a_home_alone(town) -> None:
    one, _other = ready_pair()
    with pytest.raises(Invalid, match="两个人"):
        ask(one, meeting="two")
    assert ask(one, meeting="two", escort=account("clerk").pk).state == "asked"
    with pytest.raises(IntegrityError), transaction.atomic():
        Asking.objects.update(meeting="two", second=None, escort=None)


def test_only_a_fresh_vetting_counts(town) -> None:
    one = helper()
    with pytest.raises(Refused):
        ask(helper("mother"))  # offered, not yet vetted
    year = MONDAY + timedelta(days=366)
    assert ticks.lapse(year) == 1 and ticks.lapse(year) == 0
    one.refresh_from_db()
    assert one.state == "offered"
    with pytest.raises(Refused):
        ask(one)


def test_whoever_offers_does_not_vet(town) -> None:
    with pytest.raises((Forbidden, Unseen)):
        actions.vet(helper("mother"), by=actor("resident2"), at=MONDAY)
    with pytest.raises(Forbidden):
        actions.vet(helper("mother"), by=actor("clerk"), at=MONDAY)


def test_who_is_free_then_and_not_asked_too_often(town) -> None:
    ready_pair()

    def free(moment: datetime) -> list[str]:
        return [h.party.name for h in queries.ready(STREET, "company", f"{STREET}003", moment)]

    near, far = party("mother").name, party("resident2").name
    assert free(SATURDAY) == [near, far], "who lives at the same committee comes first"
    assert free(MONDAY.replace(hour=19)) == [far]
    ask(helper("mother"))
    assert free(SATURDAY) == [far], "once a week was offered"


def test_leaving_withdraws_what_was_asked(town) -> None:
    one, _other = ready_pair()
    made = ask(one)
    actions.end(one, by=actor("resident2"), at=MONDAY)
    made.refresh_from_db()
    assert made.state == "withdrawn"
    with pytest.raises(Refused):
        actions.resume(one, by=actor("resident2"), at=MONDAY)


def test_a_worry_goes_to_the_organ_whose_it_is(town) -> None:
    one, _other = ready_pair()
    made = ask(one)
    with pytest.raises(Unseen):
        actions.raise_concern(made, text="受伤", by=actor("resident"), at=MONDAY)
    concern = actions.raise_concern(made, text="老人身上有伤", by=actor("resident2"), at=MONDAY)
    assert Message.objects.filter(template="helper.concern").exists()
    officer, director = actor("officer"), actor("director")
    assert not queries.concerns_visible_to(officer).exists()
    assert queries.concerns_visible_to(director).exists()
    actions.settle(concern, to=body("bo-civil-affairs"), by=director, at=MONDAY)
    assert queries.concerns_visible_to(officer).exists()
    with pytest.raises(Refused):
        actions.settle(concern, to=body("bo-civil-affairs"), by=director, at=MONDAY)
    assert not any("伤" in str(e.data) for e in Entry.objects.filter(stream__startswith="concern:"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Concern.objects.update(to=None)


def test_the_words_of_old_jobs_go(town) -> None:
    made = ask(ready_pair()[0])
    actions.withdraw(made, by=actor("clerk"), at=MONDAY)
    assert ticks.forget(MONDAY + timedelta(days=89)) == 0
    assert ticks.forget(MONDAY + timedelta(days=91)) == 1
    made.refresh_from_db()
    assert made.brief == "" and made.job == "case:1"


@pytest.mark.django_db(transaction=True)
def test_two_clerks_ask_the_same_neighbour_for_one_job(cast) -> None:
    with at(MONDAY):
        demo()
        one = helper()
        said: list[str] = []

        def go(who: str) -> None:
            try:
                said.append(ask(one, by=actor(who)).state)
            except Refused as refused:
                said.append(refused.code)
            finally:
                connection.close()

        both = [threading.Thread(target=go, args=(w,)) for w in ("clerk", "director")]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
    assert sorted(said) == ["asked", "twice"]
