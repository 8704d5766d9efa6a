"""The limits of the line by class of need, from the shipped matters (HLP-3): each as a person reads it
off a calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.cases.world import matter
from tests.cast import STREET, actor, party
from yimen.cases.actions import perform
from yimen.cases.dossier import Dossier, load
from yimen.hotline import actions
from yimen.hotline.actions import Taken
from yimen.lib.errors import Forbidden, Refused, Unseen
from yimen.lib.time import ZONE, at, local, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
NIGHT = datetime(2026, 3, 7, 3, 0, tzinfo=ZONE)  # a Saturday
BEFORE_HOLIDAY = datetime(2026, 4, 30, 16, 0, tzinfo=ZONE)  # then five days off


@pytest.fixture(autouse=True)
def catalogue(cast):
    for n in range(1, 10):
        matter(f"help-00{n}")


def take(need: str, moment: datetime) -> Dossier:
    asked = Taken(need, "请帮忙", place=f"{STREET}001", party=party("resident").pk)
    with at(moment):
        return actions.take(asked, by=actor("clerk"), at=now())


def due(d: Dossier) -> str:
    return f"{local(d.case.due_at):%m-%d %H:%M}"


def first_contact(d: Dossier) -> str:
    task = next(t for t in d.open_tasks if t.key == "contact")
    return f"{local(task.due_at):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("need", "moment", "until"),
    [
        ("urgent.water", MONDAY, "03-02 11:00"),  # somebody is there in 30 minutes: see below
        ("urgent.lift", NIGHT, "03-07 05:00"),
        ("advice.law", MONDAY, "03-03 23:59"),
        ("advice.law", BEFORE_HOLIDAY, "05-06 23:59"),
        ("repair.light", MONDAY, "03-09 23:59"),
        ("repair.light", NIGHT, "03-13 23:59"),
        ("complaint.office", MONDAY, "03-09 23:59"),
        ("complaint.petition", MONDAY, "05-06 23:59"),  # 60 days end on a holiday
    ],
)
def test_each_class_has_its_limit(need: str, moment: datetime, until: str) -> None:
    assert due(take(need, moment)) == until


@pytest.mark.parametrize(
    ("need", "moment", "until"),
    [
        ("urgent.water", MONDAY, "03-02 09:30"),
        ("urgent.lift", NIGHT, "03-07 03:30"),
        ("urgent.gas", BEFORE_HOLIDAY, "04-30 16:30"),
        ("repair.light", MONDAY, "03-03 23:59"),
        ("complaint.office", MONDAY, "03-03 23:59"),
        ("complaint.petition", MONDAY, "03-17 23:59"),
    ],
)
def test_the_first_contact_has_one_of_its_own(need: str, moment: datetime, until: str) -> None:
    assert first_contact(take(need, moment)) == until


@pytest.mark.parametrize(
    ("need", "who", "until"),
    [
        ("complaint.office", "director", "03-23 23:59"),
        ("complaint.petition", "director", "06-01 23:59"),  # 90 days end on a Sunday
    ],
)
def test_what_is_complex_takes_longer_once_its_head_agrees(need: str, who: str, until: str) -> None:
    """15 working days in all; a petition 30 days more."""
    d = take(need, MONDAY)
    with at(MONDAY + timedelta(hours=1)):
        number, boss = d.case.number, actor(who)
        with pytest.raises((Refused, Forbidden, Unseen)):
            perform(number, "extend", by=actor("clerk"), reason="情况复杂")
        perform(number, "extend", by=boss, reason="情况复杂")
        assert due(load(number)) == until
        with pytest.raises(Refused):
            perform(number, "extend", by=boss, reason="再延一次")
