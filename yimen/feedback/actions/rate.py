"""Somebody rates what was done for them; a bad rating opens its follow-up in the same act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yimen.cases.actions import perform
from yimen.feedback import perms, queries, reckoning, rules
from yimen.feedback.models import Channel, FollowUp, Level, Rating, Solved
from yimen.feedback.queries import Rateable
from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor, system
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused
from yimen.lib.hashing import digest_text, new_salt
from yimen.notices.actions import tell


@transaction.atomic
def rate(
    subject: Rateable,
    *,
    level: int,
    by: Actor,
    at: datetime,
    solved: str = Solved.UNANSWERED,
    channel: str = Channel.WEB,
    indicators: Mapping[str, int] | None = None,
    text: str = "",
    named: bool = False,
) -> Rating:
    """Rate once; once more after the fix of a bad rating. What is rated is what the caller has
    proved a right to: by number and code, or as its applicant."""
    if not perms.may_rate(by):
        raise Forbidden("rate", _("评价只能由办事人作出，工作人员不能代评。"))
    again_of = _before(subject)
    kept = _checked(level, solved, indicators or {}, online=subject.online)
    salt = new_salt() if text.strip() else ""
    rating = Rating(
        street=subject.street,
        subject=subject.sort,
        ref=subject.ref,
        case_id=subject.case,
        centre_id=subject.centre,
        body_id=subject.body,
        matter_code=subject.matter,
        level=level,
        solved=solved,
        channel=channel,
        indicators=kept,
        text=text.strip(),
        salt=salt,
        named=named,
        again_of=again_of,
        at=at,
    )
    try:
        with transaction.atomic():
            rating.save(force_insert=True)
    except IntegrityError:
        raise _already() from None
    # the entry does not name the case: those who handled it must not learn who rated
    ledger.record(
        street=rating.street,
        stream=f"rating:{rating.pk}",
        act="rated",
        by=by if named else _nameless(by),
        at=at,
        data={
            "subject": rating.subject,
            "level": level,
            "solved": solved,
            "channel": channel,
            "body": str(rating.body_id),
            "centre": rating.centre_id,
            "matter": rating.matter_code,
            "again_of": str(again_of.pk) if again_of else None,
            "text": digest_text(rating.text, salt) if salt else "",
        },
    )
    _say_solved(subject, rating, at)
    if again_of:
        FollowUp.objects.filter(rating=again_of).update(state="closed", next_action_at=None)
    if rules.is_bad(level):
        _follow_up(rating, by, at)
    return rating


def _say_solved(subject: Rateable, rating: Rating, at: datetime) -> None:
    """ "My problem is solved" on the case itself: said by the applicant, and only under their
    name, for the case would otherwise give away who rated."""
    if subject.case is None or not rating.named or rating.solved == Solved.UNANSWERED:
        return
    perform(
        subject.ref, "solved", by=system(subject.street, "feedback"), at=at, answer=rating.solved
    )


def _nameless(by: Actor) -> Actor:
    """The actor without the account, for a record that protects the rater."""
    return Actor(kind=by.kind, street=by.street)


def check(subject: Rateable, first: Rating | None) -> None:
    """Refused when `subject`, rated `first` so far, cannot be rated now. Reads only."""
    if not subject.ready:
        raise Refused("not_finished", _("事情办结以后才能评价。"))
    if first is None:
        return
    followup = FollowUp.objects.filter(rating=first).first()
    fixed = followup is not None and followup.state == FollowUp.State.FIXED
    if not rules.may_rate_again(fixed=fixed, again=Rating.objects.filter(again_of=first).exists()):
        raise _already()


def _before(subject: Rateable) -> Rating | None:
    """The first rating, when another is allowed; None when this is the first."""
    first = queries.first_of(subject)
    if first is not None:
        # the lock makes two second ratings wait for each other
        first = Rating.objects.select_for_update().get(pk=first.pk)
    check(subject, first)
    return first


def _already() -> Refused:
    return Refused("already_rated", _("您已经评价过了，谢谢。只有差评整改以后可以再评价一次。"))


def _checked(
    level: int, solved: str, indicators: Mapping[str, int], *, online: bool
) -> dict[str, int]:
    errors = []
    if level not in Level.values:
        errors.append(FieldError("level", _("请选择一个满意程度。")))
    if solved not in Solved.values:
        errors.append(FieldError("solved", _("请选择问题是否解决。")))
    known = rules.indicators_for(online=online)
    kept = {name: value for name, value in indicators.items() if name in known}
    if any(value not in Level.values for value in kept.values()):
        errors.append(FieldError("indicators", _("分项评价只能是一到五。")))
    if errors:
        raise Invalid("rating", _("评价没有保存，请检查标出的内容。"), tuple(errors))
    return kept


def _follow_up(rating: Rating, by: Actor, at: datetime) -> None:
    """A bad rating is owed an answer: within a day by telephone where the rater is named."""
    street = rating.street
    call_due = reckoning.call_back(street, at) if rating.named else None
    fix_due = reckoning.fix(street, at)
    followup = FollowUp.objects.create(
        street=street,
        rating=rating,
        body_id=rating.body_id,
        opened_at=at,
        call_back_due=call_due,
        fix_due=fix_due,
        appeal_due=reckoning.appeal(street, at),
        next_action_at=rules.next_warning(
            call_back_due=call_due, called=False, fix_due=fix_due, warned=0
        ),
    )
    ledger.record(
        street=street,
        stream=f"rating:{rating.pk}",
        act="followup_opened",
        by=_nameless(by),
        at=at,
        data={"fix_due": fix_due.isoformat(), "named": rating.named},
    )
    tell(
        street=street,
        template="rating.bad",
        facts={"rating": str(rating.pk), "due": fix_due},
        about=f"rating:{rating.pk}",
        key=f"rating:{rating.pk}:bad:{followup.pk}",
        by=by,
        at=at,
        to_body=rating.body_id,
    )
