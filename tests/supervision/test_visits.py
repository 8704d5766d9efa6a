"""Visits by supervisors of conduct: planned, hidden until the month is over, objected to, mended."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import account, actor
from tests.files.samples import located
from tests.supervision.conftest import DECEMBER, MONDAY, NOVEMBER, fill
from yimen.bodies import actions as bodies
from yimen.bodies.models import Seat
from yimen.files.queries import open_file
from yimen.ledger.models import Entry
from yimen.lib.actor import system
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import at
from yimen.notices.models import Message
from yimen.supervision import actions, queries, rules, ticks
from yimen.supervision.models import Measure, Score, Visit
from yimen.supervision.rules import Sight

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
Plan = Callable[..., Visit]
CENTRE_STAFF = ("director", "deputydirector", "assistant", "clerk", "head", "officer")
ELSEWHERE = ("editor", "admin", "head3", "clerk3", "resident", "committee")


def score(visit: Visit, code: str) -> Score:
    return Score.objects.get(visit=visit, item__code=code)


class TestSight:
    def test_an_unannounced_visit_does_not_exist_for_the_centre_before_the_month_is_over(
        self, plan: Plan
    ) -> None:
        visit = fill(plan())
        for moment in (MONDAY, rules.month_ends(NOVEMBER) - timedelta(seconds=1)):
            for who in (*CENTRE_STAFF, *ELSEWHERE):
                assert not queries.visible_to(actor(who), moment).exists(), who
            for who in ("supervisor", "auditor"):
                assert queries.sight(actor(who), visit, moment) is Sight.ALL
        assert not Message.objects.filter(about__startswith="visit:").exists()

    def test_the_month_over_the_centre_reads_the_sheet_and_nobody_elsewhere(
        self, shown: Visit
    ) -> None:
        for who in CENTRE_STAFF:
            assert queries.sight(actor(who), shown, DECEMBER) is Sight.ALL, who
        for who in ELSEWHERE:
            assert not queries.visible_to(actor(who), DECEMBER).exists(), who

    def test_an_announced_visit_shows_its_day_and_not_its_sheet(self, plan: Plan) -> None:
        visit = fill(plan(announced=True))
        assert queries.visible_to(actor("director"), MONDAY).get() == visit
        assert queries.sight(actor("director"), visit, MONDAY) is Sight.DATE
        assert Message.objects.get(about=f"visit:{visit.pk}").template == "visit.announced"
        with pytest.raises(Unseen):
            actions.object_to(score(visit, "E3"), text="不对", by=actor("director"), at=MONDAY)

    @pytest.mark.parametrize("announced", [True, False])
    @pytest.mark.parametrize("finished", [True, False])
    @pytest.mark.parametrize("off", [True, False])
    @pytest.mark.parametrize("moment", [MONDAY, DECEMBER])
    def test_lists_follow_the_same_rule(
        self, plan: Plan, announced: bool, finished: bool, off: bool, moment: datetime
    ) -> None:
        visit = plan(announced=announced)
        if finished:
            fill(visit)
        elif off:
            actions.call_off(visit, by=actor("supervisor"), at=MONDAY)
        visit.refresh_from_db()
        for who in ("director", "officer", "clerk2", "supervisor", "auditor", "editor", "head3"):
            listed = queries.visible_to(actor(who), moment).exists()
            assert listed is (queries.sight(actor(who), visit, moment) >= Sight.DATE), who


class TestPlan:
    @pytest.mark.parametrize("who", ["director", "auditor", "admin", "clerk"])
    def test_only_supervisors_plan(self, plan: Plan, who: str) -> None:
        with pytest.raises(Forbidden):
            plan(by=actor(who))

    def test_what_makes_no_sense_is_said_by_field(self, plan: Plan) -> None:
        wrong = {
            "month": {"month": date(2026, 10, 1)},
            "supervisor": {"supervisor": account("clerk")},
            "planned_on": {"announced": True, "planned_on": None},
        }
        for field, more in wrong.items():
            with pytest.raises(Invalid) as refused:
                plan(**more)
            assert [e.field for e in refused.value.errors] == [field]
        plan()
        with pytest.raises(Refused, match="planned"):
            plan()

    def test_a_supervisor_whose_term_is_over_is_not_sent(self, plan: Plan) -> None:
        with pytest.raises(Invalid):
            plan(month=date(2030, 2, 1))


class TestSheet:
    def test_photographs_are_kept_without_where_they_were_taken(self, plan: Plan) -> None:
        visit = plan()
        photo = ("B2", io.BytesIO(located()))
        found = {"B2": actions.Found("partly", "只有一副老花镜")}
        kept = actions.save_sheet(visit, found, photos=[photo], by=actor("supervisor"), at=MONDAY)
        assert kept == 1
        file = visit.photos.get().file
        assert not file.has_location and b"Exif" not in open_file(file)

    def test_a_sheet_is_finished_whole_by_who_was_sent_and_then_stands(self, plan: Plan) -> None:
        visit, by = plan(), actor("supervisor")
        with pytest.raises(Invalid, match="items"):
            actions.finish(visit, visited_on=MONDAY.date(), by=by, at=MONDAY)
        fill(visit)
        with pytest.raises(Refused, match="finished"):
            actions.save_sheet(visit, {"A1": actions.Found("not")}, by=by, at=MONDAY)
        entry = Entry.objects.get(stream=f"visit:{visit.pk}", act="sheet_finished")
        data = json.loads(entry.data)
        assert data["points"] == data["out_of"] == 100

    @pytest.mark.parametrize("day", [date(2026, 11, 17), date(2026, 10, 30)])
    def test_it_was_made_in_its_month_and_not_tomorrow(self, plan: Plan, day: date) -> None:
        visit = plan()
        found = {i.code: actions.Found("met") for i in queries.items_of(visit.benchmark_id)}
        actions.save_sheet(visit, found, by=actor("supervisor"), at=MONDAY)
        with pytest.raises(Invalid, match="visited_on"):
            actions.finish(visit, visited_on=day, by=actor("supervisor"), at=MONDAY)

    def test_another_supervisor_does_not_fill_it_in(self, plan: Plan) -> None:
        visit = plan()
        second_supervisor()
        with pytest.raises(Forbidden):
            actions.save_sheet(visit, {}, by=actor("committee"), at=MONDAY)

    def test_points_that_do_not_follow_the_level_are_refused_by_the_database(
        self, shown: Visit
    ) -> None:
        for wrong in ({"points": 3}, {"level": "unseen", "points": 4}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Score.objects.filter(pk=score(shown, "E3").pk).update(**wrong)


def second_supervisor() -> None:
    seat = Seat.objects.get(key="supervisor", body__code="conduct-supervisors")
    bodies.appoint(
        seat, account("committee"), valid_from=date(2026, 1, 1), valid_until=date(2027, 12, 31),
        by=system(), at=MONDAY,
    )  # fmt: skip


class TestObjection:
    def test_changes_the_score_on_record(self, shown: Visit) -> None:
        made = actions.object_to(
            score(shown, "E3"), text="牌子在门外", by=actor("director"), at=DECEMBER
        )
        actions.answer(made, level="met", text="看到了", by=actor("supervisor"), at=DECEMBER)
        assert score(shown, "E3").points == 4
        entry = Entry.objects.get(stream=f"visit:{shown.pk}", act="objection_answered")
        data = json.loads(entry.data)
        assert (data["points_before"], data["points_after"]) == (0, 4)
        assert "牌子" not in entry.data

    def test_is_once_for_an_item_in_time_and_by_who_runs_the_centre(self, shown: Visit) -> None:
        item = score(shown, "E3")
        with pytest.raises(Forbidden):
            actions.object_to(item, text="不对", by=actor("clerk"), at=DECEMBER)
        actions.object_to(item, text="不对", by=actor("deputydirector"), at=DECEMBER)
        with pytest.raises(Refused, match="objection_before"):
            actions.object_to(item, text="还是不对", by=actor("director"), at=DECEMBER)
        assert shown.object_until is not None
        late = shown.object_until + timedelta(seconds=1)
        with pytest.raises(Refused, match="objection_late"):
            actions.object_to(score(shown, "C1"), text="不对", by=actor("director"), at=late)

    def test_who_gave_the_score_answers_only_where_there_is_nobody_else(self, shown: Visit) -> None:
        made = actions.object_to(score(shown, "E3"), text="不对", by=actor("director"), at=DECEMBER)
        second_supervisor()
        with pytest.raises(Forbidden):
            actions.answer(made, level="not", text="没有", by=actor("supervisor"), at=DECEMBER)
        with pytest.raises(Forbidden):
            actions.answer(made, level="met", text="有", by=actor("director"), at=DECEMBER)
        actions.answer(made, level="not", text="没有", by=actor("committee"), at=DECEMBER)

    def test_is_published_only_after_it_was_answered_and_the_days_are_over(
        self, shown: Visit
    ) -> None:
        assert shown.object_until is not None
        made = actions.object_to(score(shown, "E3"), text="不对", by=actor("director"), at=DECEMBER)
        late = shown.object_until + timedelta(days=1)
        assert queries.published(DECEMBER) == queries.published(late) == []
        actions.answer(made, level="met", text="有", by=actor("supervisor"), at=DECEMBER)
        assert queries.published(DECEMBER) == []
        (row,) = queries.published(late)
        assert row["total"].percent == 96
        facts = shown.facts(late)
        assert rules.sight(rules.Stand.PUBLIC, facts, late) is Sight.TOTAL


class TestMeasures:
    def test_have_an_owner_and_a_day_and_are_seen_by_a_supervisor(self, shown: Visit) -> None:
        director = actor("director")
        give = {"text": "重做牌子", "due": date(2026, 12, 10), "by": director, "at": DECEMBER}
        with pytest.raises(Refused, match="not_lost"):
            actions.set_measure(score(shown, "A1"), owner=account("clerk"), **give)
        with pytest.raises(Invalid, match="owner"):
            actions.set_measure(score(shown, "E3"), owner=account("editor"), **give)
        made = actions.set_measure(score(shown, "E3"), owner=account("clerk"), **give)
        with pytest.raises(Forbidden):
            actions.report_done(made, note="好了", by=actor("assistant"), at=DECEMBER)
        actions.report_done(made, note="好了", by=actor("clerk"), at=DECEMBER)
        with pytest.raises(Forbidden):
            actions.see_done(made, good=True, by=director, at=DECEMBER)
        actions.see_done(made, good=False, note="字太小", by=actor("supervisor"), at=DECEMBER)
        actions.report_done(made, note="放大了", by=actor("clerk"), at=DECEMBER)
        actions.see_done(made, good=True, by=actor("supervisor"), at=DECEMBER)
        made.refresh_from_db()
        assert made.state == Measure.State.SEEN

    def test_late_ones_are_told_once_a_day(self, shown: Visit) -> None:
        actions.set_measure(
            score(shown, "E3"), text="重做", owner=account("clerk"), due=date(2026, 12, 2),
            by=actor("director"), at=DECEMBER,
        )  # fmt: skip
        late = DECEMBER + timedelta(days=2)
        with at(late):
            assert [ticks.measures(late), ticks.measures(late)] == [1, 0]
            told = Message.objects.filter(template="visit.measure_late")
            assert told.filter(to_account=account("clerk")).count() == 1 and told.count() == 3


def test_the_tick_shows_each_sheet_once_and_only_after_the_month(plan: Plan) -> None:
    fill(plan())
    assert ticks.shown(MONDAY) == 0
    with at(DECEMBER):
        assert [ticks.shown(DECEMBER), ticks.shown(DECEMBER)] == [1, 0]
