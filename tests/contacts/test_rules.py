"""What time does to a question: pure, and tried on thousands of histories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from yimen.contacts import rules
from yimen.contacts.rules import Due, Offer, Owner, Question

T0 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OWNERS = [Owner(UUID(int=n), UUID(int=100 + n) if n else None) for n in range(4)]
owners = st.sampled_from(OWNERS)
moments = st.integers(-100, 100).map(lambda h: T0 + timedelta(hours=h))
offers = st.none() | st.builds(Offer, owners, moments)
questions = st.builds(
    Question, first=owners, owner=owners, due_at=moments, urged=st.integers(0, 5), offer=offers
)


@given(questions, moments)
def test_something_is_due_exactly_from_the_next_action_on(q: Question, at: datetime) -> None:
    due = rules.what_is_due(q, at)
    assert (due != Due.NOTHING) == (rules.next_action_at(q) <= at)


@given(questions, moments)
def test_only_an_owner_who_is_not_first_bounces(q: Question, at: datetime) -> None:
    due = rules.what_is_due(q, at)
    if due == Due.OWNER_BOUNCES:
        assert q.owner != q.first
    if due == Due.URGE:
        assert q.owner.body == q.first.body


@given(questions, moments)
def test_an_offer_never_stops_the_owners_clock(q: Question, at: datetime) -> None:
    alone = Question(q.first, q.owner, q.due_at, q.urged)
    if rules.what_is_due(alone, at) != Due.NOTHING:
        assert rules.what_is_due(q, at) == rules.what_is_due(alone, at)


def test_an_unsigned_offer_comes_back() -> None:
    offer = Offer(OWNERS[1], T0)
    q = Question(OWNERS[0], OWNERS[0], T0 + timedelta(hours=1), offer=offer)
    assert rules.what_is_due(q, T0 - timedelta(seconds=1)) == Due.NOTHING
    assert rules.what_is_due(q, T0) == Due.OFFER_BOUNCES


@given(st.sampled_from(rules.LADDER), st.booleans())
def test_the_ladder_is_never_climbed_down(rung: str, to_office: bool) -> None:
    after = rules.next_rung(rung, to_office=to_office)
    assert rules.LADDER.index(after) >= rules.LADDER.index(rung)


def test_an_offer_to_where_it_already_is() -> None:
    owner = Owner(UUID(int=1), UUID(int=2))
    assert rules.offer_is_to_itself(owner, Owner(UUID(int=1)))
    assert rules.offer_is_to_itself(owner, owner)
    assert not rules.offer_is_to_itself(owner, Owner(UUID(int=1), UUID(int=3)))
    assert not rules.offer_is_to_itself(owner, Owner(UUID(int=4)))
