"""Judgements about names, numbers and mandates. No database, no clock."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from yimen.lib import documents, text
from yimen.lib.documents import Finding, Verdict

# Characters that are read differently when they are surnames.
SURNAMES = {
    "单": "shan", "查": "zha", "解": "xie", "仇": "qiu", "曾": "zeng", "朴": "piao", "区": "ou",
    "盖": "ge", "翟": "zhai", "缪": "miao", "员": "yun", "乐": "yue", "种": "chong", "秘": "bi",
    "折": "she", "黑": "he", "覃": "qin", "卜": "bu", "洗": "xian", "都": "du", "佴": "nai",
    "么": "yao", "祭": "zhai", "召": "shao", "能": "nai", "繁": "po", "叶": "ye", "冯": "feng",
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "单于": "chan yu", "宰父": "zai fu",
    "澹台": "tan tai", "令狐": "ling hu", "夏侯": "xia hou", "皇甫": "huang fu",
}  # fmt: skip

HAN = re.compile("[㐀-鿿豈-﫿\U00020000-\U000323af]")


def name_key(name: str, *, person: bool = True) -> str:
    """The key by which names are sorted and found: `单晓明` is `shan xiao ming`."""
    from pypinyin import lazy_pinyin  # its dictionary takes over a second to load

    name = text.person_name(name)
    head = _surname(name) if person else ""
    rest = lazy_pinyin(name[len(head) :])
    words = [SURNAMES[head], *rest] if head else rest
    return " ".join(" ".join(words).casefold().split())[:400]


def _surname(name: str) -> str:
    return next((head for head in (name[:2], name[:1]) if head in SURNAMES), "")


def letters(typed: str) -> str:
    """What somebody typed, as it compares with a key without its blanks."""
    return re.sub(r"[^a-z0-9]", "", text.search_key(typed))


def same_name(one: str, other: str) -> bool:
    """The same name, but for width, blanks, middle dots and capitals?"""
    return text.search_key(text.person_name(one)) == text.search_key(text.person_name(other))


# -- numbers -----------------------------------------------------------------------------

_OLD_PERMANENT = re.compile(r"[A-Z]{3}[0-9]{12}", re.ASCII)
NOT_FOR_PERSONS = Finding(
    "sort", _("统一社会信用代码是单位的代码，不是个人证件。"), _("请改选证件种类，或按单位登记。")
)
NOT_FOR_FIRMS = Finding(
    "sort", _("个人证件不能用来登记单位。"), _("请填写单位的统一社会信用代码，或按个人登记。")
)
NUMBER_NEEDED = Finding(
    "empty", _("没有填写证件号码。"), _("请按证件原件填写；没有证件的，证件种类选“其他或无证件”。")
)


def check_document(sort: str, id_type: str, number: str, on: date) -> Verdict:
    """Judge a document number of any kind that a party can have."""
    if id_type == "other" and not text.squeeze(number):
        return Verdict("")
    if not text.squeeze(number):
        return Verdict("", problems=(NUMBER_NEEDED,))
    if (id_type == "uscc") != (sort == "organisation") and id_type != "other":
        return Verdict("", problems=(NOT_FOR_PERSONS if id_type == "uscc" else NOT_FOR_FIRMS,))
    if id_type == "foreign_permanent":
        return _permanent(number, on)
    return documents.check(id_type, number, on=on)


def _permanent(number: str, on: date) -> Verdict:
    """Foreigners' permanent residence card: 15 characters until 2023, 18 digits with 9 since."""
    plain = text.code(number)
    if _OLD_PERMANENT.fullmatch(plain):
        return Verdict(plain)
    return documents.check_resident_id(plain, on=on)


SEX_CODES = {"male": "1", "female": "2", "unknown": "0"}

_MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
_FIXED = re.compile(r"0[0-9]{2,3}[2-8][0-9]{6,7}", re.ASCII)
_LOCAL = re.compile(r"[2-8][0-9]{7}", re.ASCII)
_ABROAD = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


def phone(typed: str) -> str:
    """A telephone number as it is kept; "" for none; ValueError when it cannot be one. Eight
    digits are a Shanghai line and get their 021."""
    number = text.code(typed).replace("(", "").replace(")", "")
    if number.startswith(("+86", "0086")):
        number = number.removeprefix("+86").removeprefix("0086")
    if not number:
        return ""
    if _LOCAL.fullmatch(number):
        return "021" + number
    if any(rule.fullmatch(number) for rule in (_MOBILE, _FIXED, _ABROAD)):
        return number
    raise ValueError("not a telephone number")


def looks_like_number(typed: str) -> bool:
    """Is this a document or telephone number rather than a name? Names have no five digits."""
    return not HAN.search(typed) and sum(c.isdigit() for c in typed) >= 5


# -- mandates ----------------------------------------------------------------------------


class MandateFacts(Protocol):
    """What the rule needs to know of a mandate."""

    @property
    def scope(self) -> Sequence[str]: ...

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_until(self) -> date | None: ...

    @property
    def revoked_at(self) -> object: ...


ALL = "all"


def covers(mandate: MandateFacts, matter_code: str, day: date) -> bool:
    """May the agent act for the principal in this matter on this day? Both ends count."""
    if mandate.revoked_at is not None or day < mandate.valid_from:
        return False
    if mandate.valid_until is not None and day > mandate.valid_until:
        return False
    return ALL in mandate.scope or matter_code in mandate.scope


# -- tokens ------------------------------------------------------------------------------

PREFIX = "ym_"


def new_token() -> str:
    """A fresh token; the prefix lets secret scanners recognise one that leaked."""
    return PREFIX + secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


# -- joining an account to a record --------------------------------------------------------

CODE_DIGITS = 12
CODE_LIVES = timedelta(days=7)
CODE_FAILURES = 5  # wrong document numbers with a right code, then the paper is worth nothing
_MANY_DIGITS = re.compile(r"(?:[0-9][^0-9]*){7}", re.ASCII)


def new_binding_code() -> str:
    """Twelve digits: everybody can type them on every keyboard."""
    return "".join(secrets.choice("0123456789") for _n in range(CODE_DIGITS))


def spaced(code: str) -> str:
    """`482109375564` as it is printed: `4821 0937 5564`."""
    return " ".join(code[n : n + 4] for n in range(0, len(code), 4))


def looks_like_personal_number(username: str) -> bool:
    """Does a user name contain a telephone or document number? User names stand in records."""
    return bool(_MANY_DIGITS.search(username))
