"""Who may know of a case: one row in memory, a queryset, and the ordered ranges of a list say the
same; and a list costs one page, however much lies behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from tests.cases.world import MONDAY, do, hand_in, matter
from tests.cast import CENTRE, CENTRE_2, actor, body, party
from yimen.cases import perms
from yimen.cases.dossier import load
from yimen.cases.kind import at_every_counter
from yimen.cases.models import Case, Stage, Task
from yimen.cases.queries import visible_to, worklist_bodies
from yimen.cases.sight import NEWEST, Seen, lines
from yimen.cases.urgent import NEVER, ORDER, OpenTasks
from yimen.lib import time
from yimen.lib.actor import ANONYMOUS, Actor, Can, Power
from yimen.lib.ids import new_id
from yimen.look import paging
from yimen.people.models import Account

pytestmark = pytest.mark.django_db
MATTERS = ("civil-affairs-001", "medical-insurance-001", "social-card-001")
LINE = "help-003"  # of a kind that every counter of the street sees


@pytest.fixture(autouse=True)
def monday(cast: None) -> Iterator[datetime]:
    with time.at(MONDAY) as moment:
        yield moment


def everybody() -> list[Actor]:
    names = Account.objects.filter(is_active=True).values_list("username", flat=True)
    return [*(actor(name) for name in names), ANONYMOUS]


def some_cases() -> None:
    """Cases at both centres, of several fields, some complaining of a body, some under way."""
    centres = [CENTRE, CENTRE_2]
    for n, code in enumerate(MATTERS * 2):
        with time.at(MONDAY + timedelta(minutes=n // 2)):  # two always share their moment
            excluded = (body("bo-civil-affairs").pk,) if n == 3 else ()
            d = hand_in(code, centre=centres[n % 2], excluded=excluded)
            if n % 2 == 0:
                do(d, "accept")
    matter(LINE)
    for n, excluded in enumerate([(), (), (body(f"centre-{CENTRE_2}").pk,)]):
        with time.at(MONDAY + timedelta(minutes=9 + n)):
            hand_in(LINE, centre=CENTRE, excluded=excluded)


def listed(by: Actor, cases: Any = None, size: int = 2) -> list[str]:
    """The numbers of all pages; the way back must show the same."""
    source = Seen(by, Case.objects.all() if cases is None else cases, lines)
    found, cursor, previous = [], None, None
    while True:
        page = paging.page(source, keys=NEWEST, cursor=cursor, size=size)
        if previous is not None and page.previous:
            back = paging.page(source, keys=NEWEST, cursor=page.previous, size=size)
            assert [row.number for row in back] == previous
        found += [row.number for row in page]
        previous, cursor = [row.number for row in page], page.next
        if cursor is None:
            return found


def test_three_ways_of_asking_give_one_answer() -> None:
    some_cases()
    every = list(Case.objects.values_list("number", flat=True))
    answers = set()
    for by in everybody():
        queried = list(visible_to(by).order_by(*NEWEST).values_list("number", flat=True))
        assert listed(by) == queried, by.name
        assert {n for n in every if perms.sees(by, load(n))} == set(queried), by.name
        assert Seen(by, Case.objects.all(), lines).count() == len(queried)
        answers.add(tuple(queried))
    assert len(answers) > 3  # all, none, and several kinds of some


def test_filters_narrow_what_is_seen() -> None:
    some_cases()
    for by in map(actor, ("officer", "clerk", "director", "resident")):
        for narrowed in (
            Case.objects.filter(stage=Stage.HANDLING),
            Case.objects.exclude(stage=Stage.CLOSED).filter(matter__name__startswith="医"),
            Case.objects.filter(lead__in=[body("bo-medical-insurance").pk]),
            Case.objects.none(),
            Case.objects.filter(pk__in=[]),
        ):
            seen = visible_to(by).filter(pk__in=narrowed.values("pk")).order_by(*NEWEST)
            assert listed(by, narrowed) == list(seen.values_list("number", flat=True))


# -- the plan -----------------------------------------------------------------------------------

FILL = """
INSERT INTO cases_case SELECT r.* FROM cases_case c, generate_series(1, %(count)s) n,
LATERAL json_populate_record(c, json_build_object(
    'id', md5('case' || n)::uuid, 'number', '9' || lpad(n::text, 25, '0'),
    'enquiry_no', (10000000 + n)::text, 'lead_id', (%(bodies)s::uuid[])[1 + n %% 4],
    'received_at', c.received_at - make_interval(mins => n / 3))) r
WHERE c.number = %(number)s
"""
FILL_TASKS = """
INSERT INTO cases_task SELECT r.* FROM cases_task t, cases_case c, generate_series(1, 2) k,
LATERAL json_populate_record(t, json_build_object(
    'id', md5(c.id::text || k)::uuid, 'case_id', c.id, 'key', 'k' || k,
    'received_at', c.received_at,
    'body_id', (%(bodies)s::uuid[])[1 + (abs(hashtext(c.id::text)) + k) %% 4])) r
WHERE c.number LIKE '9%%' AND t.id = (SELECT id FROM cases_task ORDER BY id LIMIT 1)
"""
COUNT = 12_000


@pytest.fixture
def many() -> Actor:
    """12,000 cases of four bodies, and an officer who works for two of them."""
    matter("civil-affairs-001")
    d = hand_in("civil-affairs-001")
    codes = ("bo-civil-affairs", "bo-medical-insurance", "bo-housing", "bo-employment")
    bodies = [body(code).pk for code in codes]
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"count": COUNT, "number": d.case.number, "bodies": bodies})
        cursor.execute(FILL_TASKS, {"bodies": bodies})
        cursor.execute("ANALYZE cases_case, cases_task")
    officer = actor("officer")
    two = frozenset(Power(Can.HANDLE, b, "", new_id()) for b in bodies[:2])
    return replace(officer, powers=two, records=frozenset({party("resident").pk}))


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def explained(by: Actor, cursor_at: list[Any] | None) -> list[dict[str, Any]]:
    """What the database really did for one page."""
    ids = Seen(by, Case.objects.all(), lines)._ids(cursor_at, False, 21)
    assert ids is not None
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {ids.sql}", ids.params)
        found = cursor.fetchone()[0]
    plan = json.loads(found) if isinstance(found, str) else found
    return list(nodes(plan[0]["Plan"]))


def test_no_whole_scope_is_sorted(many: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_seqscan")
        assert cursor.fetchone()[0] == "on"
    assert visible_to(many).count() > COUNT // 2
    first = paging.page(Seen(many, Case.objects.all(), lines), keys=NEWEST, size=20)
    assert len(first) == 20 and first.next
    last = first.items[-1]
    for place in (None, [last.received_at, last.id]):
        for node in explained(many, place):
            read = node["Actual Rows"] * node["Actual Loops"]
            assert node["Node Type"] != "Seq Scan" or read == 0, node
            # every range gives at most a page; a task's case may come up twice
            assert read + node.get("Rows Removed by Filter", 0) <= 21 * 12, node


def test_the_worklist_reads_one_page_of_each_body(many: Actor) -> None:
    bodies = worklist_bodies(many)
    tasks = Task.objects.filter(body__in=bodies)
    assert tasks.count() > COUNT // 2
    tasks.filter(key="k2").update(due_at=None)  # half of them have no term
    Task.objects.filter(key="k1").update(due_at=F("received_at"))

    def fetch(ids: RawSQL) -> list[Any]:
        found = Task.objects.filter(pk__in=ids)
        return list(found.annotate(urgent=Coalesce("due_at", Value(NEVER))))

    dated = tasks.exclude(due_at=None).count()
    for filtered in (Task.objects.all(), Task.objects.filter(case__held=False)):
        source = OpenTasks(many, bodies, filtered, fetch)
        ordered = tasks.annotate(urgent=Coalesce("due_at", Value(NEVER))).order_by(*ORDER)
        found = list(ordered[:130])
        pages = [paging.page(source, keys=ORDER, size=50, count=False)]
        pages.append(paging.page(source, keys=ORDER, size=50, count=False, cursor=pages[0].next))
        assert [t.pk for page in pages for t in page] == [t.pk for t in found[:100]]
        back = paging.page(source, keys=ORDER, size=50, count=False, cursor=pages[1].previous)
        assert [t.pk for t in back] == [t.pk for t in found[:50]]
        seam = list(ordered[dated - 20 : dated + 40])  # where what has no term begins
        at = paging._seal(seam[0], ORDER, back=False)
        over = paging.page(source, keys=ORDER, size=30, count=False, cursor=at)
        assert [t.pk for t in over] == [t.pk for t in seam[1:31]]
        again = paging.page(source, keys=ORDER, size=5, count=False, cursor=over.next)
        assert [t.pk for t in again] == [t.pk for t in seam[31:36]]
        before = paging.page(source, keys=ORDER, size=30, count=False, cursor=again.previous)
        assert [t.pk for t in before] == [t.pk for t in seam[1:31]]
    ids = OpenTasks(many, bodies, Task.objects.all(), fetch)._ids(None, False, 51)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_task")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {ids.sql}", ids.params)
        plan = cursor.fetchone()[0]
    for node in nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]):
        read = node["Actual Rows"] * node["Actual Loops"]
        assert read + node.get("Rows Removed by Filter", 0) <= 51 * 4, node


def test_the_pages_of_many_are_those_of_the_queryset(many: Actor) -> None:
    expected = list(visible_to(many).order_by(*NEWEST).values_list("number", flat=True)[:120])
    source, found, cursor = Seen(many, Case.objects.all(), lines), [], None
    for _page in range(4):
        page = paging.page(source, keys=NEWEST, cursor=cursor, size=30)
        found += [row.number for row in page]
        cursor = page.next
    assert found == expected
    assert source.count() == paging.CAP + 1


def test_every_counter_of_the_street_sees_what_is_one_for_the_street() -> None:
    matter(LINE)
    d = hand_in(LINE, centre=CENTRE)
    for who, sees in (("clerk", True), ("clerk2", True), ("clerk3", False), ("officer2", False)):
        assert perms.sees(actor(who), d) is sees, who
        assert visible_to(actor(who)).filter(pk=d.case.pk).exists() is sees, who
    index = next(i for i in Case._meta.indexes if i.name == "case_line_seen")
    assert dict(index.condition.children)["kind__in"] == at_every_counter()
