"""Model windows and commended staff: proposed, posted with figures, objected to, decided above."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import CENTRE, STREET, account, actor, body
from tests.supervision.conftest import MONDAY
from tests.supervision.test_complaints import HANDLER, browser, office
from yimen.bodies import actions as bodies
from yimen.counters.loaders import demo as halls
from yimen.counters.models import Desk, Spell, Ticket, Window
from yimen.feedback.models import Rating
from yimen.lib.actor import ANONYMOUS, system
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import ZONE, at
from yimen.supervision import actions, complaints, selections
from yimen.supervision.models import Candidate, Selection
from yimen.supervision.ranking import from_csv, rank

__all__ = ["office"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office", "summer")]
JULY = date(2026, 7, 1)


@pytest.fixture
def summer(monday: datetime) -> Iterator[list[Window]]:
    """Two windows in the third quarter: one served 12 with 11 ratings, one served 4 with 3."""
    halls()
    windows = list(Window.objects.filter(centre=CENTRE).order_by("code")[:3])
    desk = Desk.objects.filter(centre=CENTRE).order_by("code")[0]
    for n in range(16):
        first = n < 12
        window, who = (windows[0], "clerk") if first else (windows[1], "director")
        taken = datetime(2026, 8, 3, 9, 0, tzinfo=ZONE) + timedelta(minutes=n)
        called = taken + timedelta(minutes=5 if first else 20)
        ticket = Ticket.objects.create(
            street=STREET, centre_id=CENTRE, day=taken.date(), number=f"A{n + 1:03d}", desk=desk,
            desk_code=desk.code, channel="kiosk", taken_at=taken, rank_at=taken, state="served",
            window=window, calls=1, called_at=called, first_called_at=called,
            served_from=called, ended_at=called + timedelta(minutes=4), window_s=240,
        )  # fmt: skip
        Spell.objects.create(
            street=STREET, ticket=ticket, state="serving", desk_code=desk.code, window=window,
            account=account(who), since=called, until=called + timedelta(minutes=4),
        )  # fmt: skip
        if n not in (11, 15):
            Rating.objects.create(
                street=STREET, subject="visit", ref=str(ticket.pk), centre_id=CENTRE,
                body=body("centre-31019900101"), level=5 if n else 1, channel="device", at=called,
            )  # fmt: skip
    yield windows


def begin(sort: str = "window", **more: Any) -> Selection:
    given = {"quarter": JULY, "body": body("street-office"), "by": actor("director"), "at": MONDAY}
    return actions.begin_selection(STREET, sort=sort, **given | more)


def propose(held: Selection, by: str = "director", **who: Any) -> Candidate:
    return actions.propose(held, why="等候短", by=actor(by), at=MONDAY, **who)


@pytest.fixture
def posted(summer: list[Window]) -> Selection:
    held = begin()
    for window in summer[:2]:
        propose(held, window=window)
    return actions.post_selection(held, by=actor("director"), at=MONDAY)


class TestFigures:
    def test_are_those_of_the_quarter_and_of_enough_ratings(
        self, posted: Selection, summer: list[Window]
    ) -> None:
        first, second = posted.candidates.order_by("code")
        assert (first.figures["served"], second.figures["served"]) == ("12", "4")
        assert (first.figures["wait_min"], second.figures["wait_min"]) == ("5.0", "20.0")
        assert first.figures["good_percent"] == "90.9"  # ten of eleven
        assert second.figures["good_percent"] == ""  # three ratings: not good, not bad
        assert (first.place, second.place) == (1, 2)
        assert "training_hours" not in first.figures

    def test_the_published_csv_alone_gives_the_posted_order(self, posted: Selection) -> None:
        answer = Client().get(f"/commended/{posted.pk}/figures.csv")
        placed = rank(*from_csv(answer.content.decode()))
        kept = {c.code: (c.place, c.score) for c in posted.candidates.all()}
        assert {p.code: (p.place, p.shown) for p in placed} == kept

    def test_nobody_who_is_not_proposed_is_shown(
        self, posted: Selection, summer: list[Window]
    ) -> None:
        pages = [Client().get(f"/commended/{posted.pk}/{part}") for part in ("", "figures.csv")]
        for page in pages:
            assert page.status_code == 200 and summer[2].code not in page.content.decode()
        assert posted.candidates.count() == 2

    def test_of_staff_they_are_what_they_served_themselves(self) -> None:
        held = begin("staff")
        propose(held, account=account("clerk"))
        propose(held, by="deputydirector", account=account("clerk2"))
        held = actions.post_selection(held, by=actor("director"), at=MONDAY)
        served = {c.account.username: c.figures["served"] for c in held.candidates.all()}
        assert served == {"clerk": "12", "clerk2": "0"}

    def test_a_complaint_is_told_to_the_deciding_body_and_counted_by_the_centre_alone(self) -> None:
        august = datetime(2026, 8, 10, 9, 0, tzinfo=ZONE)
        by = actor(HANDLER)
        made = actions.complain(
            selections.windows_of(STREET)[0].centre, text="推诿", by=ANONYMOUS, at=august
        ).complaint
        actions.name_accused(made, account("clerk"), by=by, at=august)
        actions.answer_complaint(made, outcome="upheld", text="是", by=by, at=august)
        held = begin("staff")
        mine = propose(held, account=account("clerk"))
        other = propose(held, account=account("clerk2"))
        figures = [selections.figures_of(held, one)["complaints"] for one in (mine, other)]
        assert figures == ["1", "0"]  # of their centres
        assert selections.complained_of(held, by) == [mine]
        assert selections.complained_of(held, actor("director")) == []
        assert not complaints.visible_to(actor("director")).exists()


class TestOrder:
    def test_a_quarter_is_over_and_selected_once(self) -> None:
        for wrong in (date(2026, 10, 1), date(2026, 8, 1), date(2026, 7, 2)):
            with pytest.raises(Invalid, match="quarter"):
                begin(quarter=wrong)
        begin()
        with pytest.raises(Refused, match="once"):
            begin()

    @pytest.mark.parametrize("code", ["centre-31019900101", "bo-civil-affairs"])
    def test_no_centre_decides_about_itself(self, code: str) -> None:
        with pytest.raises(Invalid, match="body"):
            begin(body=body(code))

    def test_nobody_proposes_themselves_or_twice(self, summer: list[Window]) -> None:
        bodies.appoint(
            bodies.create_seat(
                body("centre-31019900101"), "second-window", title="窗口", powers=["intake"],
                by=system(), at=MONDAY,
            ),
            account("director"), valid_from=date(2026, 1, 1), by=system(), at=MONDAY,
        )  # fmt: skip
        held = begin("staff")
        with pytest.raises(Invalid, match="who"):
            propose(held, account=account("director"))
        propose(held, account=account("clerk"))
        with pytest.raises(Refused, match="proposed"):
            propose(held, account=account("clerk"))
        with pytest.raises(Invalid, match="who"):
            propose(held, window=summer[0])
        with pytest.raises(IntegrityError), transaction.atomic():
            held.candidates.update(proposed_by=account("clerk"))

    @pytest.mark.parametrize("who", ["clerk", "assistant", HANDLER, "supervisor"])
    def test_only_who_runs_the_hall_begins(self, who: str) -> None:
        with pytest.raises(Forbidden):
            begin(by=actor(who))

    def test_it_is_decided_after_the_posting_by_the_named_body(self, posted: Selection) -> None:
        first = posted.candidates.get(place=1)
        assert posted.object_until is not None
        give: dict[str, Any] = {"chosen": {first.pk}, "reason": "本季只评一个"}
        late = posted.object_until + timedelta(minutes=1)
        with pytest.raises(Refused, match="early"):
            actions.decide_selection(posted, **give, by=actor(HANDLER), at=MONDAY)
        for who in ("director", "supervisor"):
            with pytest.raises(Forbidden):
                actions.decide_selection(posted, **give, by=actor(who), at=late)
        with pytest.raises(Unseen):
            actions.decide_selection(posted, **give, by=actor("clerk"), at=late)
        with pytest.raises(Invalid, match="reason"):
            actions.decide_selection(posted, chosen={first.pk}, by=actor(HANDLER), at=late)
        done = actions.decide_selection(posted, **give, by=actor(HANDLER), at=late)
        assert done.state == "decided" and posted.candidates.get(chosen=True) == first

    def test_an_objection_is_answered_before_it_is_decided(self, posted: Selection) -> None:
        made = actions.object_to_posting(posted, text="不同意", by=ANONYMOUS, at=MONDAY)
        assert posted.object_until is not None
        late = posted.object_until + timedelta(minutes=1)
        chosen = {c.pk for c in posted.candidates.all()}
        with pytest.raises(Refused, match="open"):
            actions.decide_selection(posted, chosen=chosen, by=actor(HANDLER), at=late)
        with pytest.raises(Forbidden):
            actions.answer_posting(made, text="核过", by=actor("director"), at=late)
        actions.answer_posting(made, text="核过", by=actor(HANDLER), at=late)
        actions.decide_selection(posted, chosen=chosen, by=actor(HANDLER), at=late)
        with pytest.raises(Refused, match="late"):
            actions.object_to_posting(posted, text="还有", by=ANONYMOUS, at=late)


class TestPages:
    def test_from_the_first_proposal_to_the_published_result(self, summer: list[Window]) -> None:
        director, decider, anybody = browser("director"), browser(HANDLER), Client()
        sent = {"sort": "window", "quarter": "2026-07-01", "body": str(body("street-office").pk)}
        assert director.post("/desk/selections/begin/", {"sort": ""}).status_code == 422
        assert director.post("/desk/selections/begin/", sent).status_code == 302
        held = Selection.objects.get()
        desk, public = f"/desk/selections/{held.pk}/", f"/commended/{held.pk}/"
        assert anybody.get(public).status_code == 404
        assert director.post(desk + "post/").status_code == 409
        for window in summer[:2]:
            give = {"who": window.pk, "why": "等候短"}
            assert director.post(desk + "propose/", give).status_code == 302
        assert director.post(desk + "propose/", {"who": "", "why": ""}).status_code == 422
        assert director.post(desk + "post/").status_code == 302
        page = anybody.get(public)
        assert page.status_code == 200 and "90.9" in page.text and "权重" in page.text
        assert anybody.post(public, {"text": ""}).status_code == 422
        assert anybody.post(public, {"text": "不同意"}).status_code == 302
        assert "不同意" not in anybody.get(public).text
        assert "不同意" in decider.get(desk).text
        objection = held.objections.get()
        answer = f"/desk/selections/objections/{objection.pk}/"
        assert director.post(answer, {"text": "核过"}).status_code == 403
        assert decider.post(answer, {"text": "核过，无误"}).status_code == 302
        assert "核过，无误" in anybody.get(public).text
        held.refresh_from_db()
        chosen = [str(c.pk) for c in held.candidates.all()]
        with at(held.object_until + timedelta(minutes=1)):
            decider = browser(HANDLER)
            assert decider.post(desk + "decide/", {}).status_code == 422
            assert decider.post(desk + "decide/", {"chosen": chosen}).status_code == 302
            assert "评定结果" in anybody.get(public).text

    def test_who_has_no_part_is_not_told_of_it(self, posted: Selection) -> None:
        for who in ("clerk", "officer", "editor", "resident"):
            assert browser(who).get("/desk/selections/").status_code == 404, who
            assert browser(who).get(f"/desk/selections/{posted.pk}/").status_code == 404, who
