"""Every kind of case and every shipped matter can live its whole life; what does not apply is
answered with a sentence, never with a crash (architecture 4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tests.cases.world import MONDAY, codes, do, hand_in, matter, work_through
from yimen.cases.actions import VERBS
from yimen.cases.forms import FORMS
from yimen.cases.models import Stage
from yimen.ledger.verify import verify
from yimen.lib import time
from yimen.lib.errors import Invalid, Problem, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(cast):
    with time.at(MONDAY + timedelta(days=8)):  # the 10th: a posting of the 1st to 2nd is over
        yield


@pytest.mark.parametrize("code", codes())
def test_every_matter_lives_its_whole_life(code: str) -> None:
    """Missing materials are listed once, then accept, hold, resume, extend, decide, deliver."""
    d = hand_in(code, missing=True)
    essential = [m for m in d.content.materials if m.essential]
    if essential:
        assert d.case.stage == Stage.SUPPLEMENTING
        assert {m.code for m in d.missing()} == {m.code for m in essential}
        with pytest.raises(Refused):
            do(d, "accept")
        d = do(d, "supplied")
    assert d.case.stage == Stage.RECEIVED
    assert d.open_tasks and d.term("accept")
    d = do(d, "accept")
    assert d.case.stage == Stage.HANDLING and d.open_tasks
    before = d.term("decide_promised").due_at
    d = do(d, "hold", sort="appraisal", reason="需要鉴定")
    with time.at(time.now() + timedelta(days=3)):
        d = do(d, "resume")
        assert d.term("decide_promised").due_at >= before
        if d.content.terms.extension:
            d = do(d, "extend", reason="情况复杂")
            assert d.term("decide_promised").due_at > before
        else:
            with pytest.raises(Refused):
                do(d, "extend", reason="情况复杂")
        d = work_through(d)
        if d.blocking("decide"):
            with pytest.raises(Refused):
                do(d, "decide", outcome="granted")
            d = do(d, "supplied")
        d = do(d, "decide", outcome="granted", reason="符合条件")
        assert d.open_tasks
        result = d.valid_result
        assert (result is None) == (d.content.result.sort == "none")
        d = do(d, "deliver")
        assert d.open_tasks
        d = do(d, "confirm")
    assert (d.case.stage, d.case.ending, d.case.outcome) == ("closed", "completed", "granted")
    assert not d.open_tasks and not d.running_terms and d.case.next_action_at is None
    assert verify().fault is None


ARGS = {
    "sort": "appraisal", "reason": "理由", "outcome": "granted", "direction": "去别处",
    "answer": "yes", "materials": [],
}  # fmt: skip


STAGES = ["received", "supplementing", "handling", "decided", "delivering", "closed"]


@pytest.mark.parametrize("stage", STAGES)
def test_an_act_that_does_not_apply_is_answered_with_a_sentence(stage: str) -> None:
    """Every act against a case in each stage: done, or refused in words; nothing half-done."""
    d = _in_stage(stage)
    assert d.case.stage == stage
    done = 0
    for act in sorted(VERBS):
        sign = transaction.savepoint()
        try:
            after = do(d, act, **ARGS)
        except Problem as problem:
            assert isinstance(problem, (Refused, Invalid)), (act, problem)
            assert str(problem.detail), f"{act} refuses without a word"
            seq = type(d.case).objects.values_list("seq", flat=True).get(pk=d.case.pk)
            assert seq == d.case.seq, f"{act} was refused and yet something was written"
        else:
            assert after.case.seq == d.case.seq + 1, act
            assert verify().fault is None, act
            done += 1
        transaction.savepoint_rollback(sign)
    assert done, "in every stage something can be done"


def _in_stage(stage: str):
    code = "civil-affairs-001"
    if stage == "supplementing":
        return hand_in(code, missing=True)
    steps = {
        "handling": lambda d: do(d, "accept"),
        "decided": lambda d: do(work_through(d), "decide", outcome="granted"),
        "delivering": lambda d: do(d, "deliver"),
        "closed": lambda d: do(d, "confirm"),
    }
    d = hand_in(code)
    for name, step in steps.items():
        if d.case.stage == stage:
            break
        d = step(d)
        assert d.case.stage == name
    return d


def test_every_act_of_a_person_has_a_form() -> None:
    """Browser and machine go through the same form; an unmasking has its own page with a reason."""
    acts = {name for name, verb in VERBS.items() if not verb.machine_only}
    assert set(FORMS) == acts - {"see_contact"}


def test_a_new_version_never_touches_a_running_case() -> None:
    """A case is pinned to the version it was received under (AFF-1)."""
    version = matter("civil-affairs-001", name={"zh": "旧名", "en": "Old"})
    d = hand_in(version=version)
    version.matter.versions.create(
        version=2, status="draft", valid_from=version.valid_from, content=version.content,
        sha256="1" * 64, name="新名", name_en="New", department="", department_en="", field="x",
        category="", category_en="", party="person", handling="promised",
    )  # fmt: skip
    d = do(d, "accept")
    assert d.content.name.zh == "旧名"
