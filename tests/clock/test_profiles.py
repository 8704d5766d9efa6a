"""The rule profile says what the law says."""

from datetime import date

import pytest

from yimen.clock.profiles import all_profiles, by_code, profile
from yimen.lib.spans import working_days

ART_45 = {"hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal",
          "expert_review"}  # fmt: skip


def test_licence_law() -> None:
    rules = profile(date(2026, 11, 23))
    assert rules.code == "CN-2026" and by_code("CN-2026") is rules
    assert rules.accept.span == working_days(5) and rules.accept.article.number == "32(4)"
    assert rules.deems("01") and not rules.deems("20")
    alone, joint = rules.decision(joint=False), rules.decision(joint=True)
    assert alone.extension and joint.extension
    assert (alone.span.n, alone.extension.span.n, alone.extension.approver) == (20, 10, "head")
    assert (joint.span.n, joint.extension.span.n) == (45, 15)
    assert joint.extension.approver == "government"
    assert rules.deliver.span == working_days(10)
    assert rules.inspection_staff == 2 and rules.supplement_times == 1


def test_holds() -> None:
    holds = profile(date(2026, 11, 23)).holds
    assert {key for key, hold in holds.items() if hold.article.number == "45"} == ART_45
    assert all(holds[key].notice and not holds[key].matter_only for key in ART_45)
    assert all(hold.matter_only for key, hold in holds.items() if not hold.article.law)


def test_every_word_is_in_both_languages() -> None:
    for one in all_profiles():
        names = [one.name, one.note, one.accept.name, one.decide.name, one.deliver.name]
        names += [hold.name for hold in one.holds.values()]
        assert all(name.zh and name.en and name.zh != name.en for name in names)


def test_before_the_first_profile() -> None:
    with pytest.raises(LookupError):
        profile(date(1999, 1, 1))
    with pytest.raises(LookupError):
        by_code("nowhere")
