from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import CENTRE, CENTRE_2, STREET, actor
from yimen.lib.errors import Forbidden, Invalid
from yimen.lib.time import now
from yimen.places import actions, loaders, queries
from yimen.places.models import Division, ServicePoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def test_the_register_of_shanghai_is_whole_and_loading_again_changes_nothing() -> None:
    assert loaders.load() == 6760
    assert Division.objects.filter(level="district", assigned=True).count() == 16
    assert Division.objects.filter(level="street", assigned=True).count() == 234
    before = Division.objects.count()
    loaders.load()
    assert Division.objects.count() == before
    huangpu = [d.name for d in queries.path_to("310101002001")]
    assert huangpu == ["上海市", "黄浦区", "南京东路街道", "云南中路居委会"]


def test_each_neighbourhood_finds_its_centre() -> None:
    assert queries.centre_for(STREET + "003").code == CENTRE
    assert queries.centre_for(STREET + "008").code == CENTRE_2
    assert queries.centre_for("310199001999").street == STREET


def test_the_public_page_needs_no_account_and_few_queries(
    client: Client, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        page = client.get("/centres/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "梧桐里街道社区事务受理服务中心" in text
    assert "08:30–16:30" in text
    assert "新桥居委会" in text


def test_the_api_lists_centres_for_everybody(client: Client) -> None:
    answer = client.get("/api/v1/centres").json()
    assert answer["next"] is None
    first = answer["items"][0]
    assert (first["code"], first["street"]) == (CENTRE, STREET)
    assert first["name"] == "梧桐里街道社区事务受理服务中心"


def test_the_database_refuses_a_code_of_the_wrong_length() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Division.objects.create(code="3101", name="x", level="city")
    with pytest.raises(IntegrityError), transaction.atomic():
        ServicePoint.objects.create(code="31019900199", street="310199002", name="x", address="x")


def test_only_administrators_set_up_service_points() -> None:
    row = {
        "code": "31019900109", "name": "试", "address": "试", "serves": [],
        "hours": {"weekday": [["08:30", "16:30"]]},
    }  # fmt: skip
    with pytest.raises(Forbidden):
        actions.put_service_points([row], by=actor("clerk"), at=now())
    assert actions.put_service_points([row], by=actor("admin"), at=now()) == 1
    backwards = {**row, "hours": {"weekday": [["16:30", "08:30"]]}}
    with pytest.raises(Invalid):
        actions.put_service_points([backwards], by=actor("admin"), at=now())


def test_an_address_is_put_together_from_its_parts() -> None:
    home = actions.keep_address(
        STREET, {"road": "梧桐路", "lane": "12", "number": "3号", "room": "401"}
    )
    assert home.text == "梧桐路12弄3号401室"
    with pytest.raises(Invalid):
        actions.keep_address(STREET, {"road": " "})
