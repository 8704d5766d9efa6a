"""What is left to see."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from yimen.lib import masking as m


@pytest.mark.parametrize(
    ("mask", "clear", "seen"),
    [
        (m.mask_id, "31019919900101001X", "310199********001X"),
        (m.mask_id, "E12345678", "E1*****78"),
        (m.mask_id, "", ""),
        (m.mask_id, "1", "*"),
        (m.mask_phone, "13812345678", "138****5678"),
        (m.mask_phone, "02112345678", "021****5678"),
        (m.mask_phone, "12345", "1***5"),
        (m.mask_name, "张三", "张*"),
        (m.mask_name, "欧阳娜娜", "欧***"),
        (m.mask_name, "王", "*"),
        (m.mask_name, "John Smith", "J*** S****"),
        (m.mask, "梧桐里街道示例路1弄2号", "梧桐********2号"),
    ],
)
def test_masks(mask: object, clear: str, seen: str) -> None:
    assert mask(clear) == seen  # type: ignore[operator]


@given(st.text(st.characters(exclude_characters="*", categories=["L", "N"]), min_size=1))
def test_never_the_whole(clear: str) -> None:
    for mask in (m.mask_id, m.mask_phone, m.mask):
        seen = mask(clear)
        assert len(seen) == len(clear)
        assert seen.count("*") >= min(4, (len(clear) + 1) // 2)
    assert "*" in m.mask_name(clear)


@pytest.mark.parametrize(
    "language, said", [("zh-hans", "不知姓名的来电人"), ("en", "Unknown caller")]
)
def test_who_said_no_name_is_an_unknown_caller_and_no_masked_name(language: str, said: str) -> None:
    with translation.override(language):
        assert m.mask_name("来电人") == m.called("来电人") == said
        assert m.called("张三") == "张三"
