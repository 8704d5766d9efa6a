"""Rating by a link, and answered ratings before everybody, in a browser: accessible, no wider than
the screen; the link works without scripts (AFF-15)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.cast import actor
from tests.feedback.conftest import finished
from yimen.feedback import actions, queries
from yimen.feedback.models import FollowUp, Invitation
from yimen.feedback.perms import may_answer
from yimen.lib.actor import ANONYMOUS, Actor, system
from yimen.lib.time import now
from yimen.notices.links import key_of

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def pages(site: Callable[[str], str]) -> list[tuple[str | None, str]]:
    """The link of an invitation, a mended rating being prepared, and the public page."""
    at = now()
    first, second = finished().case, finished().case
    actions.rate(queries.of_case(first), level=1, by=ANONYMOUS, at=at, text="等太久")
    followup = FollowUp.objects.select_related("rating").get(rating__ref=first.number)
    director = actor("director")
    actions.fix(followup, text="已经增开窗口。", by=_inside(followup), at=at)
    actions.propose(followup, words="等太久", answer="已经增开窗口。", by=director, at=at)
    actions.release(followup, by=actor("supervisor"), at=at)
    by = system(second.street, "feedback")
    actions.invite(queries.of_case(second), second.applicant_id, by=by, at=at)
    made = Invitation.objects.get(ref=second.number)
    return [
        (None, f"/{made.path}/{key_of(made.path)}/"),
        (None, "/ratings/"),
        ("supervisor", f"/desk/ratings/{followup.rating_id}/publish/"),
    ]


def _inside(followup: FollowUp) -> Actor:
    names = ("director", "clerk", "officer", "officer2", "head")
    return next(a for a in map(actor, names) if may_answer(a, followup))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_accessible_and_no_wider_than_the_screen(
    page_as: Callable[..., Page], site: Callable[[str], str], pages: list[tuple[str | None, str]],
    assert_accessible: Callable[[Page], None], width: int, language: str,
) -> None:  # fmt: skip
    for who, path in pages:
        page = page_as(who, width=width, language=language)
        answer = page.goto(site(path))
        assert answer is not None and answer.status == 200, path
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
