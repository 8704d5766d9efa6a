"""A city moves: another system's requests by a mapping file, once, with what could not be mapped."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.world import matter
from tests.cast import STREET, account, actor, body
from yimen.cases.models import Case, Note, Task
from yimen.hotline import mapping, moving, queries
from yimen.hotline.actions import moving as acts
from yimen.hotline.mapping import Left, Plan
from yimen.hotline.models import HelpRequest, Moved
from yimen.hotline.needs import tree
from yimen.ledger.models import Entry
from yimen.ledger.verify import verify
from yimen.lib.errors import Forbidden
from yimen.lib.time import ZONE, at, now
from yimen.notices.models import Message
from yimen.people.rules import HAN

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
SHIPPED = settings.DATA / "hotline" / "nyc311.mapping.json"
SAMPLE = settings.DATA / "hotline" / "nyc311" / "requests.csv"
HEAD = ("unique_key", "created_date", "closed_date", "due_date", "agency", "complaint_type",
        "descriptor", "status", "borough", "open_data_channel_type", "resolution_description")  # fmt: skip
GOOD = {
    "unique_key": "1", "created_date": "2018-06-26T10:00:00", "closed_date": "2018-06-26T12:00:00",
    "due_date": "2018-06-26T18:00:00", "agency": "HPD", "complaint_type": "PLUMBING",
    "descriptor": "BASIN", "status": "Closed", "borough": "QUEENS",
    "open_data_channel_type": "PHONE", "resolution_description": "The leak was repaired.",
}  # fmt: skip


@pytest.fixture
def plan() -> Plan:
    return mapping.read(SHIPPED, tree())


@pytest.fixture
def monday(db, cast, settings, tmp_path):
    for n in range(1, 9):
        matter(f"help-00{n}")
    settings.VAR = tmp_path / "var"
    with at(MONDAY):
        yield


@pytest.fixture
def table(tmp_path):
    def write(*rows: dict[str, str]) -> Path:
        path = tmp_path / "old.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, HEAD)
            writer.writeheader()
            writer.writerows(GOOD | row for row in rows)
        return path

    return write


def left() -> Counter[str]:
    with moving.report_of("nyc311").open(encoding="utf-8-sig") as file:
        return Counter(row["reason"] for row in csv.DictReader(file))


# --- rows, pure -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"unique_key": ""}, "key"),
        ({"complaint_type": "Asbestos"}, "need"),
        ({"complaint_type": "Drug Activity"}, "need_on_purpose"),
        ({"status": "Email Sent"}, "status"),
        ({"agency": "TLC"}, "agency"),
        ({"borough": "Unspecified"}, "place_on_purpose"),
        ({"borough": "NEWARK"}, "place"),
        ({"created_date": "26.6.2018"}, "date"),
        ({"created_date": ""}, "date_missing"),
        ({"closed_date": ""}, "date_missing"),
        ({"closed_date": "2018-06-25T12:00:00"}, "closed_before_received"),
        ({"closed_date": "2036-06-25T12:00:00"}, "in_the_future"),
    ],
)
def test_what_cannot_be_mapped_says_why(plan: Plan, change, reason: str) -> None:
    with pytest.raises(Left) as told:
        mapping.row(plan, GOOD | change, MONDAY)
    assert told.value.reason == reason and reason in moving.REASONS


def test_a_row_in_our_words(plan: Plan) -> None:
    row = mapping.row(plan, GOOD, MONDAY)
    assert (row.need, row.body, row.place) == ("repair.water", "bo-housing", f"{STREET}003")
    assert row.received_at == datetime(2018, 6, 26, 14, tzinfo=UTC), "the old system's own zone"
    assert row.closed and row.in_time is True and row.what == "PLUMBING · BASIN"
    late = mapping.row(plan, GOOD | {"due_date": "2018-06-26T11:00:00"}, MONDAY)
    assert late.in_time is False
    still = mapping.row(plan, GOOD | {"status": "Open", "due_date": ""}, MONDAY)
    assert still.closed_at is None and still.in_time is None and still.answer == ""


@given(st.fixed_dictionaries({}, optional={name: st.text(max_size=40) for name in HEAD}))
def test_any_row_is_mapped_or_left_with_a_reason(change: dict[str, str]) -> None:
    try:
        row = mapping.row(mapping.read(SHIPPED, tree()), GOOD | change, MONDAY)
    except Left as told:
        assert told.reason in moving.REASONS
        return
    assert row.received_at <= (row.closed_at or MONDAY) <= MONDAY and row.need in tree()


@pytest.mark.parametrize(
    ("part", "value", "named"),
    [
        ("needs", {"PLUMBING": "rocket"}, "rocket"),
        ("statuses", {"Closed": "gone"}, "statuses"),
        ("places", {"QUEENS": "310199002001"}, "310199002001"),
        ("columns", {"key": "unique_key"}, "columns.received"),
        ("zone", "Mars/Olympus", "Mars"),
        ("channels", {"PHONE": "pigeon"}, "pigeon"),
    ],
)
def test_a_wrong_mapping_is_named_before_anything_moves(tmp_path, part, value, named) -> None:
    raw = json.loads(SHIPPED.read_text(encoding="utf-8")) | {part: value}
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(ValueError, match=named):
        mapping.read(path, tree())


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ('{\n "source": "x",\n "street" "3"}', "第 3 行第 11 列不是 JSON", "line 3, column 11"),
        ("[]", "最外面要是一个", "a single {…}"),
        ('{"sauce": "x", "needs": []}', "缺少 source", "source is missing"),
        ('{"sauce": "x", "needs": []}', "没有 sauce 这一项", "sauce is not known"),
        ('{"sauce": "x", "needs": []}', "needs 要写成 {…}", "needs is written as {…}"),
    ],
)
def test_a_broken_mapping_is_told_in_a_sentence_with_its_place(
    db, tmp_path, monkeypatch, text: str, zh: str, en: str
) -> None:
    """In the language of the terminal; nothing of Python's own words; exit status 2."""
    path, rows = tmp_path / "broken.json", tmp_path / "rows.csv"
    path.write_text(text, encoding="utf-8")
    rows.write_text("a\n", encoding="utf-8")
    for lang, wanted in (("zh_CN.UTF-8", zh), ("en_GB.UTF-8", en)):
        monkeypatch.setenv("YIMEN_LANG", lang)
        with pytest.raises(CommandError) as told:
            call_command("import", "requests", str(rows), mapping=path, stdout=StringIO())
        said = str(told.value)
        assert wanted in said and "broken.json" in said and told.value.returncode == 2
        assert "Error(" not in said and "Expecting" not in said
        assert HAN.search(said) if lang.startswith("zh") else not HAN.search(said)


# --- moving in ------------------------------------------------------------------------------------


def test_closed_is_closed_on_its_day_and_open_is_worked_on_from_today(monday, table) -> None:
    path = table({}, {"unique_key": "2", "status": "Open", "closed_date": "", "agency": "DOB"})
    assert moving.requests(path, mapping=SHIPPED) == 2
    done, still = Case.objects.order_by("external_number")
    assert (done.external_number, done.stage, done.ending) == ("1", "closed", "completed")
    assert done.received_at == datetime(2018, 6, 26, 14, tzinfo=UTC)
    assert done.closed_at == done.decided_at == datetime(2018, 6, 26, 16, tzinfo=UTC)
    assert done.lead == body("bo-housing") and done.number[11:19] == "20180626"
    assert Note.objects.get(case=done).body == "The leak was repaired."
    assert still.stage == "handling" and still.accepted_at == MONDAY
    assert still.received_at.year == 2018 and still.due_at > MONDAY, "our terms run from the move"
    assert {t.body_id for t in Task.objects.filter(case=still)} == {body("bo-housing").pk}
    assert not Message.objects.exists(), "nobody is told of what moved"
    assert verify().fault is None
    assert {e.act for e in Entry.objects.filter(stream=f"case:{done.number}")} == {"move_in"}


def test_an_open_one_is_answered_like_any_other(monday, table) -> None:
    moving.requests(table({"status": "Open", "closed_date": ""}), mapping=SHIPPED)
    case = Case.objects.get()
    by = next(
        a for a in map(actor, ("officer6", "officer", "officer7")) if case.lead_id in a.bodies()
    )
    from yimen.hotline.actions import reply

    reply(case.number, done=True, text="已修好", by=by, at=now())
    case.refresh_from_db()
    assert case.stage == "decided"


def test_said_again_or_after_a_kill_nothing_is_doubled(monday, table, monkeypatch) -> None:
    rows = [{"unique_key": str(n)} for n in range(1, 8)]
    real, count = acts.move_in, 0

    def killed(*args, **more):
        nonlocal count
        count += 1
        if count == 4:
            raise KeyboardInterrupt
        return real(*args, **more)

    monkeypatch.setattr(moving, "move_in", killed)
    with pytest.raises(KeyboardInterrupt):
        moving.requests(table(*rows), mapping=SHIPPED)
    assert Moved.objects.count() == 3
    said: list[str] = []
    assert moving.requests(table(*rows), mapping=SHIPPED, say=said.append) == 4
    assert any("7 行：迁入 4，以前已迁入 3，没有迁入 0" in line for line in said)
    assert moving.requests(table(*rows), mapping=SHIPPED) == 0
    assert Case.objects.count() == HelpRequest.objects.count() == Moved.objects.count() == 7
    assert len(set(Case.objects.values_list("applicant", flat=True))) == 1


def test_what_was_left_out_is_listed_and_counted(monday, table) -> None:
    rows = ({}, {}, {"unique_key": "3", "agency": "TLC"}, {"unique_key": "4", "borough": "X"})
    said: list[str] = []
    moving.requests(table(*rows), mapping=SHIPPED, say=said.append)
    assert left() == {"key_twice": 1, "agency": 1, "place": 1}
    assert any("没有对应的单位" in line for line in said)
    assert str(moving.report_of("nyc311")) in said[-1]


@pytest.mark.parametrize("year", [2014, 2018])
@pytest.mark.parametrize("status", ["Closed", "Open"])
def test_the_original_number_is_seen_and_searched(monday, table, year: int, status: str) -> None:
    """Also of years before the first calendar and the first rules that we know."""
    days = {
        f"{n}_date": GOOD[f"{n}_date"].replace("2018", str(year)) for n in ("created", "closed")
    }
    moving.requests(table(days | {"unique_key": "39573567", "status": status}), mapping=SHIPPED)
    client = Client()
    client.force_login(account("director"))
    number = Case.objects.get().number
    assert "39573567" in client.get(f"/desk/cases/{number}/").content.decode()
    assert number in client.get("/desk/search/", {"q": "39573567"}, follow=True).content.decode()


def test_the_rates_count_what_moved(monday, table) -> None:
    late = {"unique_key": "2", "due_date": "2018-06-26T11:00:00"}
    moving.requests(table({}, late), mapping=SHIPPED)
    day = datetime(2018, 6, 26, tzinfo=ZONE).date()
    rates = queries.rates(actor("director"), day, day, "need")["repair.water"]
    assert (rates.closed, rates.in_time, rates.reached) == (2, 1, 0)


def test_only_the_product_itself_moves_something_in(monday, table) -> None:
    plan = mapping.read(SHIPPED, tree())
    to = moving._destination(plan)
    row = mapping.row(plan, GOOD, MONDAY)
    known = acts.Known(
        key="1", need=tree()[row.need], line="city", channel="phone", place=row.place,
        lead=body("bo-housing").pk, received_at=row.received_at, closed_at=row.closed_at,
        in_time=None, facts={"need": row.need, "what": "x"},
    )  # fmt: skip
    with pytest.raises(Forbidden):
        acts.move_in(known, to, by=actor("director"), at=now())
    assert not Case.objects.exists() and not Moved.objects.exists()


def test_the_command_names_what_is_missing(monday, table) -> None:
    with pytest.raises(CommandError, match="--mapping"):
        call_command("import", "requests", str(table({})))
    with pytest.raises(CommandError, match="There is no"):
        call_command("import", "requests", str(table({})), "--mapping", "nowhere.json")


def test_another_table_moves_nothing_and_leaves_the_last_report(monday, table, tmp_path) -> None:
    other, report = tmp_path / "other.csv", moving.report_of("nyc311")
    other.write_text("what,when\nx,y\n", encoding="utf-8")
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("of the last time", encoding="utf-8")
    with pytest.raises(CommandError, match="unique_key"):
        call_command("import", "requests", str(other), "--mapping", str(SHIPPED))
    assert report.read_text(encoding="utf-8") == "of the last time" and not Moved.objects.exists()


@pytest.mark.slow
def test_the_shipped_sample_moves_as_it_says(monday) -> None:
    """The 1,000 real requests: what moves and what does not is known to the row."""
    with SAMPLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    plan, reasons = mapping.read(SHIPPED, tree()), Counter[str]()
    for row in rows:
        try:
            mapping.row(plan, row, now())
        except Left as told:
            reasons[told.reason] += 1
    assert len(rows) == 1000 and 1000 - reasons.total() >= 850

    assert moving.requests(SAMPLE, mapping=SHIPPED) == 1000 - reasons.total()
    assert left() == reasons
    assert Case.objects.filter(stage="closed").count() > 800
