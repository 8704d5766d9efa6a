"""Identity and organisation numbers: what is wrong with them, and what they say."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yimen.lib import documents as d
from yimen.lib.documents import DocumentKind, Sex

TODAY = date(2026, 11, 23)


def codes(found: tuple[d.Finding, ...]) -> list[str]:
    return [finding.code for finding in found]


def resident(area: str = "310101", birth: str = "19900101", serial: str = "001") -> str:
    body = area + birth + serial
    return body + d.resident_check(body)


def judge(number: str, kind: str = "resident_id") -> d.Verdict:
    return d.check(kind, number, on=TODAY)


bodies = st.builds(
    lambda area, birth, serial: f"{area}{birth:%Y%m%d}{serial:03d}",
    st.sampled_from(["310101", "110105", "440524", "310199", "500112", "810000"]),
    st.dates(date(1910, 1, 1), date(2026, 11, 1)),
    st.integers(0, 999),
)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_examples_of_the_standard(number: str) -> None:
    assert judge(number).ok


def test_what_a_number_says() -> None:
    said = judge("11010519491231002X")
    assert said.birth == date(1949, 12, 31) and said.sex is Sex.FEMALE
    assert said.age(date(2019, 12, 30)) == 69 and said.age(date(2019, 12, 31)) == 70
    assert judge(resident(serial="003")).sex is Sex.MALE


def test_age_of_one_born_on_leap_day() -> None:
    assert d.age(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert d.age(date(2008, 2, 29), date(2026, 3, 1)) == 18


@pytest.mark.parametrize(
    "typed",
    [" 11010519491231002x ", "１１０１０５１９４９１２３１００２Ｘ", "110105-19491231-002X"],
)
def test_typed_in_other_ways(typed: str) -> None:
    assert judge(typed).number == "11010519491231002X"


@pytest.mark.parametrize("area", ["310199", "319999", "990101", "000000", "110000"])
def test_an_unknown_area_warns_and_never_blocks(area: str) -> None:
    said = judge(resident(area=area))
    if area == "990101":  # 9 begins a foreigner's permanent residence card
        assert codes(said.warnings) == ["area"]
    assert said.ok and "area" in codes(said.warnings)


@pytest.mark.parametrize(
    "area", ["310101", "310230", "500112", "330110", "659011", "460400", "330113"]
)
def test_areas_that_other_tables_forget(area: str) -> None:
    said = judge(resident(area=area))
    assert said.ok and not said.warnings


@pytest.mark.parametrize("area", ["810000", "820000", "830000"])
def test_residence_permits(area: str) -> None:
    number = resident(area=area)
    assert judge(number).ok and not judge(number).warnings
    kind = DocumentKind.TAIWAN if area == "830000" else DocumentKind.HK_MACAO
    assert d.check(kind, number, on=TODAY).birth == date(1990, 1, 1)


def test_foreigners_permanent_residence_card() -> None:
    said = judge(resident(area="931156"))
    assert said.ok and not said.warnings and said.birth == date(1990, 1, 1)


def test_old_numbers_are_brought_to_18_digits() -> None:
    said = judge("110105491231002")
    assert said.ok and said.number == "11010519491231002X" and codes(said.warnings) == ["old"]


@pytest.mark.parametrize(
    ("birth", "problem"),
    [("20990101", "future"), ("20261124", "future"), ("18490101", "ancient"),
     ("19900230", "birth"), ("19901301", "birth"), ("00000101", "birth")],
)  # fmt: skip
def test_birth_dates_that_cannot_be(birth: str, problem: str) -> None:
    assert codes(judge(resident(birth=birth)).problems) == [problem]


def test_born_today_and_very_old() -> None:
    assert judge(resident(birth="20261123")).ok
    assert codes(judge(resident(birth="19000101")).warnings) == ["aged"]


@pytest.mark.parametrize(
    "typed", ["1101051949123100", "11010519491231002Y", "X1010519491231002X", "１２", "²" * 18]
)
def test_wrong_form(typed: str) -> None:
    assert codes(judge(typed).problems) == ["format"]


def test_nothing_typed() -> None:
    for kind in DocumentKind:
        assert codes(judge("  ", kind).problems) == ["empty"]


@given(bodies, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_wrong_sign_shows(body: str, place: int, sign: str) -> None:
    right = body + d.resident_check(body)
    wrong = right[:place] + sign + right[place + 1 :]
    assume(wrong != right)
    assert not judge(wrong).ok


@given(bodies, st.integers(0, 16))
def test_any_two_swapped_neighbours_show(body: str, place: int) -> None:
    right = body + d.resident_check(body)
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    assume(wrong != right)
    assert not judge(wrong).ok


@pytest.mark.parametrize("number", ["9144030071526726XG", "12441500196720244T"])
def test_organisation_codes(number: str) -> None:
    said = judge(number, "uscc")
    assert said.ok and not said.warnings and said.birth is None


@pytest.mark.parametrize("typed", ["9144030071526726XI", "914403007152672", "91440300S1526726XG"])
def test_organisation_codes_of_wrong_form(typed: str) -> None:
    assert codes(judge(typed, "uscc").problems) == ["format"]


organisations = st.builds(
    lambda head, area, tail: head + area + tail,
    st.text(d.USCC_ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(d.USCC_ALPHABET, min_size=9, max_size=9),
)


@given(organisations, st.integers(0, 17), st.sampled_from(d.USCC_ALPHABET))
def test_any_single_wrong_sign_of_an_organisation_shows(body: str, place: int, sign: str) -> None:
    right = body + d.uscc_check(body)
    assert judge(right, "uscc").ok
    wrong = right[:place] + sign + right[place + 1 :]
    assume(wrong != right)
    assert not judge(wrong, "uscc").ok


@given(organisations, st.integers(0, 16))
def test_any_two_swapped_neighbours_of_an_organisation_show(body: str, place: int) -> None:
    right = body + d.uscc_check(body)
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    assume(wrong != right)
    assert not judge(wrong, "uscc").ok


def test_an_organisations_inner_check_only_warns() -> None:
    body = "91440300715267260"
    said = judge(body + d.uscc_check(body), "uscc")
    assert said.ok and codes(said.warnings) == ["organisation"]


@pytest.mark.parametrize(
    ("kind", "number", "warned"),
    [
        ("passport", "E12345678", False),
        ("passport", "ea1234567", False),
        ("passport", "GBR123456789012", False),
        ("passport", "ABCDE1234567890", True),
        ("hk_macao", "H12345678", False),
        ("hk_macao", "H1234567890", False),
        ("hk_macao", "K12345678", True),
        ("taiwan", "12345678", False),
        ("taiwan", "A1234567", True),
    ],
)
def test_lenient_kinds(kind: str, number: str, warned: bool) -> None:
    said = judge(number, kind)
    assert said.ok and bool(said.warnings) is warned and said.number == number.upper()


def test_lenient_kinds_still_refuse_what_is_no_number() -> None:
    assert codes(judge("张三", "passport").problems) == ["format"]
    assert codes(judge("1" * 21, "taiwan").problems) == ["format"]
    assert codes(judge("x" * 65, "other").problems) == ["long"]
    assert judge(" 军 官 证 12 ", "other").number == "军 官 证 12"


@given(st.sampled_from(list(DocumentKind)), st.text(max_size=70))
def test_never_falls_over(kind: DocumentKind, typed: str) -> None:
    said = d.check(kind, typed, on=TODAY)
    assert d.check(kind, said.number, on=TODAY).number == said.number
