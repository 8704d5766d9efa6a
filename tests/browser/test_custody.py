"""Custody in a real browser: axe on every page, phone width, a scanner that types like one."""

import pytest
from django.urls import reverse

from tests.browser.conftest import DESK, PHONE
from tests.cast import STREET, actor
from yimen.custody import actions
from yimen.custody.actions import NewPaper
from yimen.custody.models import Paper
from yimen.lib.time import now

CASE = "31019900101202611230001757"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "journal"]),
]


@pytest.fixture
def papers(cast):
    wanted = [
        NewPaper("户口簿", "original", must_return=True),
        NewPaper("申请表"),
        NewPaper("卡", "result"),
    ]
    return actions.register_papers(
        CASE, wanted, street=STREET, body="centre-31019900101", by=actor("clerk"), at=now()
    )


def shoot(page, code):
    """A scanner's burst: every key and Enter without a human's pause, all in one go."""
    page.evaluate(
        """code => {
            const fire = key => (document.activeElement || document.body).dispatchEvent(
                new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
            [...code].forEach(fire); fire("Enter");
        }""",
        code,
    )


@pytest.mark.parametrize(("width", "language"), [(DESK, "zh-hans"), (PHONE, "en")])
def test_every_page_for_everybody(
    papers, page_as, site, assert_accessible, assert_fits, width, language
):
    slip = actions.send(papers[0], "bo-civil-affairs", by=actor("clerk"), at=now())
    parcel = actions.order_parcel(CASE, [papers[2]], by=actor("clerk"), at=now())
    page = page_as("clerk", width=width, language=language)
    for address in (
        reverse("custody:scan"), reverse("custody:send"), reverse("custody:overdue"),
        reverse("custody:case", args=[CASE]), reverse("custody:paper", args=[papers[1].code]),
        reverse("custody:transfer", args=[slip.code]), reverse("custody:parcels"),
        reverse("custody:parcel", args=[parcel.pk]),
    ):  # fmt: skip
        assert page.goto(site(address)).status == 200, address
        assert_accessible(page)
        assert_fits(page)


def test_a_scan_lands_in_the_box_wherever_the_cursor_is(papers, page_as, site):
    actions.send(papers[0], "bo-civil-affairs", by=actor("clerk"), at=now())
    page = page_as("officer")
    page.goto(site(reverse("custody:scan")))
    assert page.evaluate("document.activeElement.name") == "code"
    page.evaluate("document.activeElement.blur()")
    with page.expect_navigation():
        shoot(page, papers[0].code)
    assert "已接收：户口簿" in page.inner_text("main")
    assert Paper.objects.get(pk=papers[0].pk).holder_body == "bo-civil-affairs"


def test_scans_gather_in_the_box_of_a_transfer(papers, page_as, site):
    page = page_as("clerk")
    page.goto(site(reverse("custody:send")))
    page.evaluate("document.activeElement.blur()")
    for paper in papers[:2]:
        shoot(page, paper.code)
        page.evaluate("document.activeElement.blur()")
    assert page.input_value("textarea") == f"{papers[0].code}\n{papers[1].code}\n"
    page.select_option("select[name=to_body]", label="民政后台")
    page.click("main form .govuk-button")
    page.wait_for_url("**/transfer/**")
    assert Paper.objects.filter(state="in_transit").count() == 2


def test_everything_works_without_scripts(papers, context_for, site):
    from django.conf import settings

    from tests.browser.signing import session_for

    context = context_for(scripts=False)
    key = session_for("clerk")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site("/")}])
    page = context.new_page()
    page.goto(site(reverse("custody:paper", args=[papers[0].code])))
    page.check("input[value=return]")
    page.fill("input[name=to]", "欧阳㛃")
    page.click("main form .govuk-button")
    assert Paper.objects.get(pk=papers[0].pk).state == "returned"
