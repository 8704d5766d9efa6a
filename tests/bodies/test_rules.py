"""Routing as a pure function, against a slow reading of the same rules."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from yimen.bodies import rules
from yimen.bodies.rules import Rule, route

BODIES = [UUID(int=n) for n in range(1, 8)]
SUPERIORS = {b: (BODIES[n - 1] if n else None) for n, b in enumerate(BODIES)}
PLACES = ["", "310199001", "310199001001", "310199001002", "310199002"]
places = st.sampled_from(PLACES)
drawn = st.builds(
    Rule,
    id=st.uuids(),
    field=st.sampled_from(["a", "b"]),
    role=st.sampled_from(rules.ROLES),
    body=st.sampled_from(BODIES),
    matter_code=st.sampled_from(["", "m1", "m2"]),
    place=places,
    valid_from=st.dates(date(2020, 1, 1), date(2026, 1, 1)),
)
matrices = st.lists(drawn, max_size=25)
excluded = st.frozensets(st.sampled_from(BODIES), max_size=6)


@given(matrices, st.sampled_from(["m1", "m2", "m3"]), places, excluded)
def test_nobody_complained_of_is_ever_named(
    matrix: list[Rule], matter: str, place: str, avoided: frozenset[UUID]
) -> None:
    found = route(matrix, "a", matter, place, avoided, SUPERIORS)
    assert not found.bodies & avoided


@given(matrices, st.sampled_from(["m1", "m2"]), places)
def test_the_most_specific_rule_wins(matrix: list[Rule], matter: str, place: str) -> None:
    found = route(matrix, "a", matter, place)
    fitting = [
        r for r in matrix
        if r.field == "a" and r.role == "main" and r.matter_code in ("", matter)
        and place.startswith(r.place)
    ]  # fmt: skip
    if not fitting:
        assert found.main == found.lead
        return
    winner = next(r for r in fitting if r.body == found.main)
    best = max((bool(r.matter_code), len(r.place)) for r in fitting)
    assert best in {(bool(r.matter_code), len(r.place)) for r in fitting if r.body == winner.body}


@given(matrices, places, st.randoms())
def test_the_order_of_the_rules_is_irrelevant(
    matrix: list[Rule], place: str, random: st.DataObject
) -> None:
    shuffled = list(matrix)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = route(matrix, "a", "m1", place), route(shuffled, "a", "m1", place)
    assert (one.lead, one.main) == (other.lead, other.main)
    assert set(one.cooperates) == set(other.cooperates)


@given(matrices, places, excluded)
def test_every_body_named_has_its_reason(
    matrix: list[Rule], place: str, avoided: frozenset[UUID]
) -> None:
    found = route(matrix, "a", "m1", place, avoided, SUPERIORS)
    explained = {b.body for b in found.because}
    assert found.bodies <= explained
    for because in found.because:
        assert because.sentence(dict.fromkeys(BODIES, "某机构"), {})
        assert rules.because_from(because.as_data()) == because


@given(matrices, places)
def test_no_body_has_two_roles_that_watch_each_other(matrix: list[Rule], place: str) -> None:
    found = route(matrix, "a", "m1", place)
    doing = {found.lead, found.main, *found.cooperates}
    assert not doing & set(found.supervises)
    assert len(set(found.cooperates)) == len(found.cooperates)


def test_a_rule_for_one_matter_changes_only_its_role() -> None:
    field = Rule(UUID(int=101), "a", "leads", BODIES[0])
    matter = Rule(UUID(int=102), "a", "supervises", BODIES[1], matter_code="m1")
    found = route([field, matter], "a", "m1", "310199001001")
    assert (found.lead, found.main, found.supervises) == (BODIES[0], BODIES[0], (BODIES[1],))
    assert route([field, matter], "a", "m2", "310199001001").supervises == ()


def test_without_a_rule_nobody_is_guessed() -> None:
    assert route([], "a", "m1", "310199001") == rules.Routing()


def test_the_superior_takes_over_and_the_sentence_says_so() -> None:
    rule = Rule(UUID(int=101), "a", "main", BODIES[3])
    found = route([rule], "a", "", "", {BODIES[3], BODIES[2]}, SUPERIORS)
    assert found.main == BODIES[1]
    names = {b: f"机构{n}" for n, b in enumerate(BODIES)}
    assert "回避" in found.because[0].sentence(names, {})
    assert "机构1" in found.because[0].sentence(names, {})


def test_a_ring_in_the_tree_ends() -> None:
    ring = {BODIES[0]: BODIES[1], BODIES[1]: BODIES[0]}
    assert rules.superior(BODIES[0], {BODIES[0], BODIES[1]}, ring) is None


@given(st.integers(1, 9), st.sets(st.integers(1, 9)))
def test_a_free_post_is_free_and_within_the_quota(quota: int, taken: set[int]) -> None:
    post = rules.free_post(quota, taken)
    if post is None:
        assert taken >= set(range(1, quota + 1))
    else:
        assert post not in taken and 1 <= post <= quota


days = st.dates(date(2020, 1, 1), date(2020, 3, 1))


@given(days, st.none() | days, days, st.none() | days)
def test_overlap_means_a_day_in_common(a: date, b: date | None, c: date, d: date | None) -> None:
    def covered(first: date, last: date | None) -> set[int]:
        end = (last or date(2020, 4, 1)).toordinal()
        return set(range(first.toordinal(), end + 1))

    if (b and b < a) or (d and d < c):
        return
    assert rules.overlaps(a, b, c, d) == bool(covered(a, b) & covered(c, d))
