"""The enquiry line's pages in a real browser: axe, phone width, and the work of the desk."""

import pytest
from django.urls import reverse

from tests.browser.conftest import DESK, PHONE
from tests.phone.test_desk import owe, record_call
from yimen.phone.models import CallBack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "journal"]),
]


@pytest.mark.parametrize(("width", "language"), [(DESK, "zh-hans"), (PHONE, "en")])
def test_every_page(cast, page_as, site, assert_accessible, assert_fits, width, language):
    page = page_as("clerk", width=width, language=language)
    owed = reverse("phone:owed")
    for when in ("empty", "full"):
        addresses = [owed, f"{owed}?list=past", reverse("phone:calls")]
        if when == "full":
            owe()
            one = record_call([[0, "greeting"], [9, "ask_number"]])
            addresses.append(reverse("phone:call", args=[one]))
        for address in addresses:
            assert page.goto(site(address)).status == 200, address
            assert_accessible(page)
            assert_fits(page)


def test_called_back_and_restored(cast, page_as, site):
    row = owe()
    page = page_as("clerk", width=PHONE)
    page.goto(site(reverse("phone:owed")))
    page.get_by_role("button", name="已回电").click()
    assert "已记下回电" in page.content() and not CallBack.objects.get(pk=row.pk).is_open
    page.get_by_role("link", name="已回的电话").click()
    page.get_by_role("button", name="没有回，恢复").click()
    assert CallBack.objects.get(pk=row.pk).is_open
