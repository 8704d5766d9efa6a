from __future__ import annotations

import pytest

from tests.cast import STREET, actor, facts, party
from yimen.bodies.queries import actor_for
from yimen.ledger.models import Entry
from yimen.lib.errors import Forbidden, Invalid, Refused
from yimen.lib.time import now
from yimen.people import actions, queries
from yimen.people.models import Account, Party

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def merge(keep: Party, drop: Party, by: str = "clerk", **more: object) -> object:
    given = {"reason": "身份证和手机号都对得上", **more}
    return actions.merge(keep, drop, by=actor(by), at=now(), **given)  # type: ignore[arg-type]


def fresh(party: Party) -> Party:
    return Party.objects.get(pk=party.pk)


def test_other_houses_find_the_kept_record_by_the_old_id() -> None:
    keep, drop = party("twin"), party("twin_again")
    merge(keep, drop)
    assert queries.canonical(drop.pk) == keep.pk
    assert set(queries.records_of(keep.pk)) == {keep.pk, drop.pk}
    assert queries.names_of([drop.pk]) == {drop.pk: "周建国"}
    assert queries.search(STREET, "周建国", actor("clerk")) == [keep]


def test_the_document_of_the_dropped_record_still_finds_the_person() -> None:
    keep, drop = party("twin_again"), party("twin")
    merge(keep, drop)
    again = actions.find_or_register(
        STREET, name="周建国", id_type="resident_id", id_number=facts("twin")["id_number"],
        by=actor("clerk"), at=now(),
    )  # fmt: skip
    assert again.pk == keep.pk
    assert queries.search(STREET, facts("twin")["id_number"], actor("clerk")) == [keep]


def test_what_is_taken_over_opens_in_the_kept_record() -> None:
    keep, drop = party("twin_again"), party("twin")
    merge(keep, drop, take=["document", "birth_date", "division"])
    kept = fresh(keep)
    assert kept.id_type == "resident_id" and str(kept.birth_date) == "1955-10-01"
    number = actions.disclose(kept, "id_number", reason="核对", by=actor("clerk"), at=now())
    assert number == facts("twin")["id_number"]


def test_undoing_gives_both_records_back_and_keeps_later_changes() -> None:
    keep, drop = party("twin_again"), party("twin")
    done = merge(keep, drop, take=["document"])
    actions.update_details(fresh(keep), division=STREET + "004", by=actor("clerk"), at=now())
    actions.unmerge(done, by=actor("assistant"), at=now())  # type: ignore[arg-type]
    assert fresh(keep).id_type == "other" and fresh(keep).id_index is None
    assert fresh(keep).division == STREET + "004"
    assert fresh(drop).merged_into_id is None
    assert party("twin").pk == drop.pk
    with pytest.raises(Refused):
        actions.unmerge(done, by=actor("clerk"), at=now())  # type: ignore[arg-type]


def test_only_the_newest_merge_can_be_undone() -> None:
    keep = party("twin")
    third = actions.find_or_register(
        STREET,
        name="周建国",
        id_type="passport",
        id_number="E12345678",
        by=actor("clerk"),
        at=now(),
    )
    first = merge(keep, party("twin_again"))
    second = merge(keep, third)
    with pytest.raises(Refused):
        actions.unmerge(first, by=actor("clerk"), at=now())  # type: ignore[arg-type]
    actions.unmerge(second, by=actor("clerk"), at=now())  # type: ignore[arg-type]
    actions.unmerge(first, by=actor("clerk"), at=now())  # type: ignore[arg-type]
    assert queries.canonical(party("twin_again").pk) == party("twin_again").pk


def test_a_chain_of_merges_leads_to_its_end() -> None:
    a, b, c = party("twin_again"), party("twin"), party("passport")
    merge(b, a)
    merge(c, b)
    assert queries.canonical_many([a.pk, b.pk, c.pk]) == {a.pk: c.pk, b.pk: c.pk, c.pk: c.pk}


def test_two_numbers_of_one_kind_are_two_persons_until_somebody_looked() -> None:
    with pytest.raises(Refused) as error:
        merge(party("mother"), party("twin"))
    assert error.value.code == "two_numbers"
    merge(party("mother"), party("twin"), number_decided=True)


@pytest.mark.parametrize("other", ["firm", "neighbour", "twin"])
def test_what_is_no_pair_is_refused(other: str) -> None:
    with pytest.raises(Exception) as error:
        merge(party("twin"), party(other))
    assert error.type.__name__ in ("Refused", "Unseen")


def test_a_merged_record_is_not_merged_or_edited_again() -> None:
    merge(party("twin"), party("twin_again"))
    with pytest.raises(Refused):
        merge(party("mother"), party("twin_again"))
    with pytest.raises(Refused):
        actions.update_details(party("twin_again"), phone="", by=actor("clerk"), at=now())


def test_a_reason_and_a_desk_are_needed() -> None:
    with pytest.raises(Invalid):
        merge(party("twin"), party("twin_again"), reason="  ")
    with pytest.raises(Forbidden):
        merge(party("twin"), party("twin_again"), by="officer")


def test_the_account_of_a_dropped_record_acts_as_the_kept_one() -> None:
    keep = party("twin")
    merge(keep, party("resident2"), number_decided=True)
    assert actor_for(Account.objects.get(username="resident2")).party == keep.pk


def test_both_records_tell_of_it() -> None:
    keep, drop = party("twin"), party("twin_again")
    merge(keep, drop)
    for one in (keep, drop):
        entry = Entry.objects.filter(stream=f"party:{one.pk}").latest("seq")
        assert entry.act == "merged" and str(keep.pk) in entry.data
