"""What the line is called, whose it is, what was joined to it (HLP-9)."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cases.world import matter
from tests.cast import OTHER_STREET, STREET, account, actor, body
from yimen.bodies import gateway
from yimen.bodies.actions import Named, name_gateway
from yimen.bodies.models import Body, Gateway, JoinedChannel
from yimen.cases.actions import perform
from yimen.hotline import actions, counting
from yimen.hotline.actions import Taken
from yimen.ledger.models import Entry
from yimen.lib.errors import Forbidden, Invalid, Stale, Unseen
from yimen.lib.time import ZONE, at, now
from yimen.places.models import ServicePoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
OLD = "梧桐里街道社区事务受理服务中心"
NEW = Named("百步亭便民中心", "Baibuting Help Centre", "021-0000 1200")


def name(given: Named = NEW, seen: int = 0, who: str = "director") -> Gateway:
    return name_gateway(STREET, given, seen=seen, by=actor(who), at=now())


def test_another_name_is_on_every_page_that_bears_it(client: Client) -> None:
    assert OLD in client.get("/").content.decode()
    name()
    page = client.get("/").content.decode()
    assert OLD not in page and NEW.name in page and NEW.number in page
    assert "Baibuting" in client.get("/", headers={"accept-language": "en"}).content.decode()
    names = set(ServicePoint.objects.filter(street=STREET).values_list("name", flat=True))
    assert NEW.name in names and not any(one.startswith(OLD) for one in names)
    assert any(one.startswith(f"{NEW.name}(") for one in names), "branches keep their own part"
    assert not Body.objects.filter(street=STREET, name__startswith=OLD).exists()
    assert gateway.in_force(OTHER_STREET)["name"]["zh"] == OLD, "another street keeps its own"


def test_there_is_one_number_to_ring(client: Client, settings) -> None:
    settings.YIMEN_HELP_LINE = {"number": "021-0000-0110"}
    cache.clear()
    assert 'href="tel:021-0000-0110"' in client.get("/help/").content.decode()
    name()
    page = client.get("/help/").content.decode()
    assert f'href="tel:{NEW.number.replace(" ", "")}">{NEW.number}' in page
    assert "0110" not in page and gateway.number(OTHER_STREET) == "021-0000-0110"


def test_the_old_name_stays_in_the_history_and_the_act_on_record() -> None:
    name()
    host = body("street-office").pk
    second = name(Named("并入的线", host=host, hosted_since=date(2026, 5, 1)), seen=1)
    assert [g.name for g in Gateway.objects.order_by("version")] == [NEW.name, "并入的线"]
    assert gateway.of(STREET) == second
    said = Entry.objects.filter(stream=f"gateway:{STREET}").order_by("seq")
    assert [e.act for e in said] == ["gateway_named"] * 2 and NEW.name not in said[0].data


def test_who_was_quicker_is_not_written_over() -> None:
    name()
    with pytest.raises(Stale):
        name(Named("又一个名字"), seen=0)
    assert Gateway.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Named(" "), "name"),
        (Named("名称", number="打这里"), "number"),
        (Named("名称", number="1"), "number"),
    ],
)
def test_what_cannot_be_a_name_is_said_at_its_field(given: Named, field: str) -> None:
    with pytest.raises(Invalid) as told:
        name(given)
    assert field in [e.field for e in told.value.errors]


def test_a_line_that_is_merged_says_since_when() -> None:
    with pytest.raises(Invalid):
        name(Named("名称", host=body("street-office").pk))


@pytest.mark.parametrize("who", ["clerk", "officer", "auditor"])
def test_who_does_not_run_the_centre_names_nothing(who: str) -> None:
    with pytest.raises(Forbidden):
        name(who=who)
    with pytest.raises(Forbidden):
        actions.own_channel(
            "daily", owner=body("street-office").pk, since=date(2026, 1, 1), ask="社区办",
            by=actor(who), at=now(),
        )  # fmt: skip


def test_a_channel_has_an_owner_and_counts_what_came_by_it() -> None:
    for n in range(1, 9):
        matter(f"help-00{n}")
    office, clerk = body("street-office"), actor("clerk")
    with at(datetime(2026, 3, 2, 9, tzinfo=ZONE)):
        call = actions.answer(number="13900009999", line="daily", by=clerk, at=now())
        asked_for = Taken("care.meal", "送饭", place=f"{STREET}001", line="daily")
        actions.take(asked_for, call=call, by=clerk, at=now())
        actions.own_channel(
            "daily", owner=office.pk, since=date(2026, 3, 1), ask="社区办 021-0000 1237",
            by=actor("director"), at=now(),
        )  # fmt: skip
        asked, calls = counting.counted(clerk, date(2026, 3, 31))
        assert (asked, calls) == ({"daily": 1}, {"daily": 1})
        assert counting.counted(clerk, date(2026, 4, 1)) == ({}, {})
        twice = actions.take(
            Taken("repair", "又记了一次", place=f"{STREET}001"), by=clerk, at=now()
        )
        assert counting.counted(clerk, date(2026, 3, 31))[0].total() == 2
        perform(twice.case.number, "void", by=actor("director"), at=now(), reason="记了两次")
        assert counting.counted(clerk, date(2026, 3, 31))[0].total() == 1
        client = Client()
        client.force_login(account("clerk"))
        page = client.get("/desk/line/gateway/").content.decode()
        assert "社区办 021-0000 1237" in page and "还没有定" in page
        opened = client.get("/desk/line/gateway/daily/?month=2026-03").content.decode()
        number = counting.requests(clerk, date(2026, 3, 2), "daily").get().case.number
        assert number in opened
        assert number not in client.get("/desk/line/gateway/one/?month=2026-03").content.decode()
    assert JoinedChannel.objects.get().owner == office
    with pytest.raises(Unseen):
        actions.own_channel(
            "fax", owner=office.pk, since=date(2026, 3, 1), ask="x", by=actor("director"), at=now()
        )


def test_at_the_desk_a_name_is_changed_and_a_slip_is_told() -> None:
    client = Client()
    client.force_login(account("director"))
    typed = {"name": "新名称", "number": "x", "seen": "0"}
    refused = client.post("/desk/line/gateway/", typed)
    assert refused.status_code == 422 and "新名称" in refused.content.decode()
    assert client.post("/desk/line/gateway/", typed | {"number": "12345"}).status_code == 302
    late = client.post("/desk/line/gateway/", typed | {"number": "12346"})
    assert late.status_code in (409, 412), "somebody else was quicker"
    client.force_login(account("resident"))
    assert client.get("/desk/line/gateway/").status_code == 404
