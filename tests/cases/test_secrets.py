"""Bank accounts among the answers: sealed at rest, masked wherever they are shown, in full only
with a reason and on record."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.cases.browsing import LOW_INCOME, get
from tests.cases.world import hand_in, monday
from tests.cast import account, party
from yimen.cases import printing, secrets
from yimen.cases.dossier import Dossier
from yimen.cases.models import Case
from yimen.ledger.models import Entry
from yimen.ledger.verify import verify
from yimen.lib.crypto import Unsealable
from yimen.people.models import Disclosure

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast", "monday")]
NUMBER, MASK = "6222021001112223334", "6222***********3334"


@pytest.fixture
def case() -> Dossier:
    typed = "6222 0210-0111 2223 334"
    return hand_in(LOW_INCOME, facts={"bank_name": "农商银行", "bank_account": typed})


def post(username: str, d: Dossier, **data: str) -> Any:
    client = Client()
    client.force_login(account(username))
    return client.post(reverse("cases:reveal", args=[d.case.number]), data)


def test_no_column_of_the_case_holds_it(case: Dossier) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(c)::text FROM cases_case c WHERE id = %s", [case.case.pk]
        )
        row = cursor.fetchone()[0]
        cursor.execute("SELECT encode(secrets, 'escape') FROM cases_case")
        box = cursor.fetchone()[0]
    assert NUMBER not in row + box and MASK in row
    assert secrets.opened(case.case.pk, case.case.secrets) == {"bank_account": NUMBER}
    assert not any(NUMBER in e.data or MASK in e.data for e in Entry.objects.all())


def test_a_box_moved_to_another_case_does_not_open(case: Dossier) -> None:
    other = hand_in(LOW_INCOME, applicant=party("mother"))
    with pytest.raises(Unsealable):
        secrets.opened(other.case.pk, case.case.secrets)


def test_the_record_notices_another_account(case: Dossier) -> None:
    assert verify().fault is None
    forged = secrets.sealed(case.case.pk, {"bank_account": NUMBER[:-1] + "5"})
    Case.objects.filter(pk=case.case.pk).update(secrets=forged)
    fault = verify().fault
    assert fault is not None and fault.reason == "state"


def test_pages_prints_and_machines_show_the_mask(case: Dossier) -> None:
    number = case.case.number
    for who, name in (("officer", "cases:detail"), ("resident", "cases:mine_case")):
        text = get(who, reverse(name, args=[number])).content.decode()
        assert MASK in text and NUMBER not in text
    assert NUMBER not in get("officer", f"/api/v1/cases/{number}").content.decode()
    for offered in printing.offered(case, staff=True):
        _template, facts = printing.sheet(case, offered["name"], staff=True, code=False)
        assert NUMBER not in repr(facts)


def test_in_full_with_a_reason_and_on_record(case: Dossier) -> None:
    answer = post("officer", case, field="fact:bank_account", reason="")
    assert answer.status_code == 422 and NUMBER not in answer.content.decode()
    assert not Disclosure.objects.exists()
    answer = post("officer", case, field="fact:bank_account", reason="核对发放账户")
    assert answer.status_code == 200 and NUMBER in answer.content.decode()
    seen = Disclosure.objects.get()
    assert (seen.field, seen.about, seen.party) == (
        "fact:bank_account", case.case.number, party("resident"),
    )  # fmt: skip
    assert "申请里的保密内容" in get("resident", "/me/").content.decode()
    assert post("officer", case, field="fact:no_such", reason="看看").status_code == 404


@pytest.mark.parametrize(
    ("name", "status"), [("auditor", 403), ("clerk3", 404), ("resident2", 404)]
)
def test_others_do_not_see_it_in_full(case: Dossier, name: str, status: int) -> None:
    answer = post(name, case, field="fact:bank_account", reason="看看")
    assert answer.status_code == status
    assert not Disclosure.objects.exists()


ASKS_FOR_AN_ACCOUNT = re.compile("账号|账户|卡号|银行卡|account number|card number", re.IGNORECASE)


def test_every_matter_that_asks_for_an_account_seals_it() -> None:
    asked, open_ones = 0, []
    for path in sorted((settings.DATA / "matters").glob("[!_]*.json")):
        for field in json.loads(path.read_text("utf-8")).get("fields", []):
            for one in [field, *field.get("columns", [])]:
                if ASKS_FOR_AN_ACCOUNT.search(f"{one['label']} {one['key']}"):
                    asked += 1
                    if one["type"] != "secret":
                        open_ones.append(f"{path.stem}: {one['key']}")
    assert asked == 39 and not open_ones
