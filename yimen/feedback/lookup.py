"""What somebody may rate: proved by number and code of the paper, or by the link of the ticket."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yimen.cases import track
from yimen.contacts.queries import by_code
from yimen.feedback import queries, visits
from yimen.feedback.queries import Rateable
from yimen.lib import text
from yimen.lib.errors import Unseen
from yimen.look import throttle

FAILURES_A_MINUTE = 10


def subject_by(
    request: HttpRequest, *, number: str = "", code: str = "", secret: str = ""
) -> Rateable:
    """The case, question or ticket, else Unseen; wrong guesses are slowed per address."""
    if not secret and text.code(number)[:1] != "W":
        return queries.of_case(track.look_up(request, number, code).case)
    throttle.refuse_if_over(request, "rate", FAILURES_A_MINUTE)
    try:
        return visits.rated().by_secret(secret) if secret else _question(number, code)
    except Unseen:
        throttle.failed(request, "rate")
        raise


def _question(number: str, code: str) -> Rateable:
    enquiry = by_code(number, code)
    if enquiry is None:
        raise Unseen("enquiry", _("没有查到。请核对编号和查询码。"))
    return queries.of_enquiry(enquiry)
