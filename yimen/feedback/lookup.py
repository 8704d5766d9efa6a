"""What somebody may rate: proved by number and code of the paper, by the link of the ticket, or by
the link of an invitation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yimen.cases import track
from yimen.cases.models import Case
from yimen.contacts.models import Enquiry
from yimen.contacts.queries import by_code
from yimen.feedback import queries, visits
from yimen.feedback.models import Invitation
from yimen.feedback.queries import Rateable
from yimen.lib import text
from yimen.lib.errors import Unseen
from yimen.look import throttle
from yimen.notices import links

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


def subject_of(sort: str, street: str, ref: str) -> Rateable:
    """What an address or an invitation names, the right to rate it being proved."""
    if sort == "visit":
        found: Rateable = visits.rated().of_ref(ref)
        return found
    if sort == "case":
        return queries.of_case(Case.objects.get(street=street, number=ref))
    return queries.of_enquiry(Enquiry.objects.get(street=street, number=ref))


def invitation_by(request: HttpRequest, code: str, key: str) -> Invitation:
    """The invitation behind a link, else Unseen; wrong keys are slowed per address."""
    throttle.refuse_if_over(request, "rate", FAILURES_A_MINUTE)
    found = Invitation.objects.filter(code=code).first()
    if found is None or not links.holds(found.path, key):
        throttle.failed(request, "rate")
        raise Unseen("invitation", _("没有查到。链接可能没有复制完整。"))
    return found
