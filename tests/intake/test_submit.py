"""By what right somebody acts for another, baskets that stand or fall together, other streets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.cases.world import matter
from tests.cast import CENTRE, OTHER_STREET, actor, party
from tests.intake.conftest import CARD, HOME, INSURANCE
from yimen.cases.actions import Given
from yimen.cases.models import Case
from yimen.intake.actions import Visit, Wanted, open_draft, send, submit
from yimen.intake.actions.drafts import forget_drafts
from yimen.intake.models import Draft
from yimen.lib.actor import ANONYMOUS
from yimen.lib.errors import Forbidden, Invalid
from yimen.lib.time import now, today
from yimen.people.actions import create_mandate
from yimen.people.models import Mandate, Party
from yimen.places.models import ServicePoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast", "matters")]
FACTS = {CARD: {"bank": "a", "old_card": False}}


def wanted(*codes: str, given: str = "original") -> tuple[Wanted, ...]:
    versions = [matter(code) for code in codes]
    return tuple(
        Wanted(
            v, FACTS.get(v.matter_id, {}),
            tuple(Given(m["code"], given) for m in v.content["materials"]),
        )
        for v in versions
    )  # fmt: skip


def visit(**changes: Any) -> Visit:
    point = ServicePoint.objects.get(code=changes.pop("centre", CENTRE))
    base = Visit(centre=point, channel="counter", applicant=party("resident2"), wanted=wanted(CARD))
    return replace(base, **changes)


def hand_in(who: str = "clerk", **changes: Any) -> list[Any]:
    return submit(visit(**changes), by=actor(who), at=now())


def mandate(scope: tuple[str, ...] = ("all",), **more: Any) -> Mandate:
    facts = {"valid_from": today() - timedelta(days=5), "valid_until": today() + timedelta(days=5)}
    return create_mandate(
        party("resident2"), party("resident"), capacity="agent", scope=scope, by=actor("clerk"),
        at=now(), **(facts | more),
    )  # fmt: skip


# -- capacity ------------------------------------------------------------------------------------------


def test_an_agent_needs_a_mandate() -> None:
    with pytest.raises(Invalid) as refusal:
        hand_in(presenter=party("resident"), capacity="agent")
    assert refusal.value.errors[0].field == "agent.mandate"


def test_an_agent_needs_to_be_there() -> None:
    with pytest.raises(Invalid) as refusal:
        hand_in(capacity="agent")
    assert refusal.value.errors[0].field == "agent"


def test_a_mandate_reaches_over_matters_and_days() -> None:
    agent = {"presenter": party("resident"), "capacity": "agent"}
    assert hand_in(mandate=mandate((CARD,)), **agent)
    with pytest.raises(Invalid):
        hand_in(mandate=mandate((HOME,)), **agent)
    past = today() - timedelta(days=2)
    with pytest.raises(Invalid):
        hand_in(mandate=mandate(valid_until=past), **agent)


def test_a_mandate_between_others_is_none() -> None:
    foreign = Mandate.objects.get(principal=party("mother"))
    with pytest.raises(Invalid) as refusal:
        hand_in(presenter=party("resident"), capacity="agent", mandate=foreign)
    assert refusal.value.errors[0].field == "agent.mandate"


def test_at_the_desk_a_guardian_shows_a_paper_instead() -> None:
    made = hand_in(applicant=party("child"), presenter=party("resident"), capacity="guardian")
    assert made[0].case.capacity == "guardian"


def test_from_home_nobody_is_guardian_by_saying_so() -> None:
    with pytest.raises(Invalid) as refusal:
        hand_in("resident", channel="online", presenter=party("resident"), capacity="guardian")
    assert refusal.value.errors[0].field == "agent.mandate"


def test_residents_hand_in_for_themselves_and_never_at_the_counter() -> None:
    assert hand_in("resident2", channel="online")
    for who, channel in (("resident", "online"), ("resident2", "counter"), ("officer", "counter")):
        with pytest.raises(Forbidden):
            hand_in(who, channel=channel)
    with pytest.raises(Forbidden):
        submit(visit(), by=ANONYMOUS, at=now())


# -- a basket ----------------------------------------------------------------------------------------


def test_a_wrong_answer_in_the_last_matter_undoes_the_first() -> None:
    bad = (*wanted(INSURANCE, HOME), replace(wanted(CARD)[0], facts={"bank": "zzz"}))
    with pytest.raises(Invalid) as refusal:
        hand_in(wanted=bad)
    assert refusal.value.errors[0].field == "facts.bank"
    assert not Case.objects.exists()


def test_what_is_in_hand_for_one_matter_counts_for_the_next() -> None:
    first, second = wanted(CARD, INSURANCE)
    made = hand_in(wanted=(first, replace(second, materials=())))
    assert {d.case.stage for d in made} <= {"received", "supplementing"}
    shared = next(m for m in made[1].materials if m.code == "resident-id")
    assert shared.status == "given"


def test_one_matter_needs_no_bundle_unless_it_is_a_life_event() -> None:
    assert hand_in()[0].case.bundle is None
    assert hand_in(life_event="retirement")[0].case.bundle.event == "retirement"


# -- another street -----------------------------------------------------------------------------------


def test_somebody_of_another_street_gets_a_record_where_the_case_is_accepted() -> None:
    far = (
        Party.objects.filter(street=OTHER_STREET, id_index__isnull=False)
        .exclude(division="")
        .first()
    )
    far = far or Party.objects.filter(street=OTHER_STREET, id_index__isnull=False).first()
    assert far is not None
    made = hand_in(applicant=far)  # accepted here directly
    case = made[0].case
    assert case.street == "310199001" == case.applicant.street
    assert bytes(case.applicant.id_index) == bytes(far.id_index)
    assert case.applicant.pk != far.pk
    again = hand_in(applicant=far)[0].case
    assert again.applicant_id == case.applicant_id


def test_a_local_matter_goes_to_the_street_where_it_belongs() -> None:
    made = hand_in(wanted=wanted(HOME), place=f"{OTHER_STREET}001")
    case = made[0].case
    assert (case.centre_id, case.street, case.applicant.street) == (
        CENTRE,
        OTHER_STREET,
        OTHER_STREET,
    )
    assert case.applicant.name == party("resident2").name


# -- drafts ---------------------------------------------------------------------------------------------


def draft(door: str = "online", who: str = "resident2", **answers: Any) -> Draft:
    return open_draft(
        door=door, street="310199001", centre=ServicePoint.objects.get(code=CENTRE), by=actor(who),
        at=now(), answers={"matters": [CARD], "applicant": str(party("resident2").pk), **answers},
    )  # fmt: skip


def test_a_draft_is_sent_once_and_keeps_no_second_copy_of_what_was_typed() -> None:
    made = draft(facts=FACTS[CARD])
    numbers = send(made, by=actor("resident2"), at=now())
    assert send(made, by=actor("resident2"), at=now()) == numbers
    made.refresh_from_db()
    assert Case.objects.count() == 1 and "facts" not in made.answers


def test_nobody_sends_the_draft_of_another() -> None:
    from yimen.lib.errors import Unseen

    with pytest.raises(Unseen):
        send(draft(), by=actor("resident"), at=now())


def test_abandoned_drafts_are_forgotten_in_their_time() -> None:
    old_counter, old_home = draft("counter", "clerk"), draft()
    assert forget_drafts(now() + timedelta(days=2)) == 0
    assert forget_drafts(now() + timedelta(days=4)) == 1
    assert not Draft.objects.filter(pk=old_counter.pk).exists()
    assert forget_drafts(now() + timedelta(days=91)) == 1
    assert not Draft.objects.filter(pk=old_home.pk).exists()
