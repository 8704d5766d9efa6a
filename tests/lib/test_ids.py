"""Identifiers sort in the order in which they were made."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from yimen.lib.ids import new_id


def test_later_ones_sort_later_and_all_are_version_seven() -> None:
    made = [new_id() for _n in range(5000)]
    assert made == sorted(made)
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}


def test_none_twice_from_several_threads() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = [
            one
            for some in pool.map(lambda _n: [new_id() for _m in range(500)], range(8))
            for one in some
        ]
    assert len(set(made)) == len(made)


def test_a_clock_set_back_changes_nothing(monkeypatch: object) -> None:
    before = new_id()
    monkeypatch.setattr("time.time_ns", lambda: 0)  # type: ignore[attr-defined]
    assert new_id() > before
