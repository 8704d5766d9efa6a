"""Identity documents and organisation codes: is the number possible, and what does it say?

A *problem* blocks (the number cannot be right), a *warning* asks for a second look at the card.
An unknown area code is a warning only: counties are merged and renamed all the time.
Rules: GB 11643 (ISO 7064 MOD 11-2), GB 32100 (MOD 31), GB 11714.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from yimen.lib import areas, text

OLDEST = 120
# The standard's own example is of 1880; nobody alive was born before this year.
FIRST_YEAR = 1850


class DocumentKind(StrEnum):
    """Kinds of document, under the names that the interface uses."""

    RESIDENT_ID = "resident_id"
    PASSPORT = "passport"
    HK_MACAO = "hk_macao"
    TAIWAN = "taiwan"
    USCC = "uscc"
    OTHER = "other"


class Sex(StrEnum):
    """GB/T 2261.1 as far as a number can tell."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: a stable key, a sentence, and what to do."""

    code: str
    message: Any
    remedy: Any = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the number says. `number` is its one form: store and compare this one."""

    number: str
    problems: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    birth: date | None = None
    sex: Sex = Sex.UNKNOWN

    @property
    def ok(self) -> bool:
        """Nothing blocks (warnings do not)."""
        return not self.problems

    def age(self, on: date) -> int | None:
        """Completed years on that day; None when the number tells no birth date."""
        return age(self.birth, on) if self.birth else None


def age(birth: date, on: date) -> int:
    """Completed years (周岁) on that day: a year is completed on the birthday itself."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


_CARD = _("请核对证件原件后重新录入。")
EMPTY = Finding("empty", _("没有填写证件号码。"), _("请按证件原件填写。"))
FORMAT = Finding("format", _("居民身份证号码应为 18 位，前 17 位是数字，末位是数字或 X。"), _CARD)
CHECK = Finding("check", _("号码的校验位不对，可能有一位录错或相邻两位颠倒。"), _CARD)
BIRTH = Finding("birth", _("号码中的出生日期不存在。"), _CARD)
FUTURE = Finding("future", _("号码中的出生日期在今天之后。"), _CARD)
ANCIENT = Finding("ancient", _("号码中的出生日期太早，不可能是在世的人。"), _CARD)
AREA = Finding(
    "area", _("号码的地区代码不在代码表中。"), _("请再核对一次证件原件；核对无误可以继续。")
)
AGED = Finding(
    "aged",
    _("按号码计算年龄超过 120 岁。"),
    _("请再核对一次证件原件；核对无误可以继续。"),
)
OLD = Finding("old", _("这是 15 位的旧号码，已按 18 位号码登记。"), _("请提醒申请人换领新证。"))
USCC_FORMAT = Finding(
    "format",
    _("统一社会信用代码应为 18 位数字或大写字母，不含 I、O、S、V、Z。"),
    _("请核对登记证书后重新录入。"),
)
USCC_ORGANISATION = Finding(
    "organisation",
    _("代码中主体标识码的校验位不对。"),
    _("请再核对一次登记证书；核对无误可以继续。"),
)
LENIENT = Finding("format", _("证件号码只能由 5 到 20 位字母和数字组成。"), _CARD)
UNUSUAL = Finding(
    "unusual", _("号码与这种证件的常见格式不同。"), _("请再核对一次证件原件；核对无误可以继续。")
)
TOO_LONG = Finding("long", _("证件号码最长 64 个字符。"), _CARD)

# -- GB 11643 ----------------------------------------------------------------------------

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_NEW = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_FIFTEEN = re.compile(r"[0-9]{15}", re.ASCII)


def resident_check(body: str) -> str:
    """The 18th sign for the first 17 digits."""
    return _CHECKS[sum(w * int(d) for w, d in zip(_WEIGHTS, body, strict=True)) % 11]


def upgrade(fifteen: str) -> str:
    """The 18-digit form of a 15-digit number of the first generation."""
    body = f"{fifteen[:6]}19{fifteen[6:]}"
    return body + resident_check(body)


def _birth(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _birth_problems(birth: date | None, on: date) -> tuple[Finding, ...]:
    if birth is None:
        return (BIRTH,)
    if birth > on:
        return (FUTURE,)
    return (ANCIENT,) if birth.year < FIRST_YEAR else ()


def _warnings(number: str, birth: date | None, on: date, old: bool) -> tuple[Finding, ...]:
    aged = birth is not None and age(birth, on) > OLDEST
    found = ((AREA, not _area_known(number)), (AGED, aged), (OLD, old))
    return tuple(finding for finding, applies in found if applies)


def _area_known(number: str) -> bool:
    """Foreigners' permanent residence cards: 9, province, country, birth date."""
    if number.startswith("9"):
        return number[1:3] in areas.PROVINCES
    return areas.known(number[:6])


def check_resident_id(typed: str, *, on: date) -> Verdict:
    """Resident identity card (18 or old 15 digits), residence permit for people from Hong Kong,
    Macao and Taiwan (81, 82, 83), foreigner's permanent residence card (9...)."""
    number = text.code(typed)
    old = bool(_FIFTEEN.fullmatch(number))
    if old:
        number = upgrade(number)
    if not _NEW.fullmatch(number):
        return Verdict(number, problems=(FORMAT if number else EMPTY,))
    birth = _birth(number[6:14])
    problems = _birth_problems(birth, on)
    if resident_check(number[:17]) != number[17]:
        problems += (CHECK,)
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return Verdict(number, problems, _warnings(number, birth, on, old), birth, sex)


# -- GB 32100 ----------------------------------------------------------------------------

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {sign: value for value, sign in enumerate(USCC_ALPHABET)}
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def uscc_check(body: str) -> str:
    """The 18th sign for the first 17."""
    total = sum(_USCC_VALUE[sign] * pow(3, i, 31) for i, sign in enumerate(body))
    return USCC_ALPHABET[-total % 31]


def organisation_check(body: str) -> str:
    """The 9th sign of an organisation code (GB 11714) for its first 8."""
    total = sum(w * int(sign, 36) for w, sign in zip(_ORGANISATION_WEIGHTS, body, strict=True))
    return "0123456789X"[-total % 11]


def check_uscc(typed: str) -> Verdict:
    """Unified social credit code of an organisation."""
    number = text.code(typed)
    if not _USCC.fullmatch(number):
        return Verdict(number, problems=(USCC_FORMAT if number else EMPTY,))
    problems = () if uscc_check(number[:17]) == number[17] else (CHECK,)
    organised = organisation_check(number[8:16]) == number[16]
    return Verdict(number, problems, () if organised else (USCC_ORGANISATION,))


# -- documents without a public rule: lenient --------------------------------------------

_USUAL = {
    DocumentKind.PASSPORT: re.compile(r"[A-Z0-9]{6,9}|[A-Z]{3}[0-9]{12}", re.ASCII),
    DocumentKind.HK_MACAO: re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?", re.ASCII),
    DocumentKind.TAIWAN: re.compile(r"[0-9]{8}|[0-9]{10}[A-Z]?", re.ASCII),
}
_SIGNS = re.compile(r"[A-Z0-9]{5,20}", re.ASCII)
_PERMIT_PREFIX = {DocumentKind.HK_MACAO: ("81", "82"), DocumentKind.TAIWAN: ("83",)}


def _check_lenient(kind: DocumentKind, typed: str, on: date) -> Verdict:
    number = text.code(typed)
    if _NEW.fullmatch(number) and number.startswith(_PERMIT_PREFIX.get(kind, ())):
        return check_resident_id(number, on=on)
    if not _SIGNS.fullmatch(number):
        return Verdict(number, problems=(LENIENT if number else EMPTY,))
    return Verdict(number, warnings=() if _USUAL[kind].fullmatch(number) else (UNUSUAL,))


def check(kind: DocumentKind | str, typed: str, *, on: date) -> Verdict:
    """Judge a number of any kind, as it stands on day `on`."""
    kind = DocumentKind(kind)
    if kind is DocumentKind.RESIDENT_ID:
        return check_resident_id(typed, on=on)
    if kind is DocumentKind.USCC:
        return check_uscc(typed)
    if kind is not DocumentKind.OTHER:
        return _check_lenient(kind, typed, on)
    number = text.squeeze(typed).upper()
    found = EMPTY if not number else TOO_LONG if len(number) > 64 else None
    return Verdict(number, problems=(found,) if found else ())
