"""The parts that documents share: text in two languages, people, offices, the head of a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

Text = str | Mapping[str, str]
ZONE = ZoneInfo("Asia/Shanghai")


class Barcode(str):
    """A text to be printed as Code 128."""


class Qr(str):
    """A text to be printed as a QR code."""


@dataclass(frozen=True, kw_only=True)
class Party:
    """A person or organisation on paper: numbers come already masked."""

    name: str
    id_sort: Text = ""  # 居民身份证, 护照 ...
    id_masked: str = ""
    phone_masked: str = ""
    capacity: Text = ""  # 本人, 监护人, 委托代办人, 经办人 ...


@dataclass(frozen=True, kw_only=True)
class Office:
    """Where to come and whom to ring."""

    name: Text
    address: Text = ""
    hours: Text = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Verify:
    """How anybody can check that the paper is genuine."""

    url: Qr
    code: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One label with its value."""

    label: Text
    value: Text


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """What somebody may do who does not agree: 行政复议 or 行政诉讼, where, until when."""

    kind: Text
    to: Text
    within: Text


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What stands on every sheet. `number` is the number of this document, not of the case."""

    number: str
    issuer: Text  # the body in whose name the sheet is issued: its name is the head
    issued_at: datetime | date
    office: Office | None = None
    verify: Verify | None = None
    copy: Text = ""  # 申请人联, 存根联
    demo: bool = False

    @classmethod
    def sample(cls) -> Self:
        """A filled-in example with invented data."""
        raise NotImplementedError


# -- the invented street that all samples speak of ---------------------------------------------

CENTRE = {
    "zh": "梧桐里街道社区事务受理服务中心",
    "en": "Wutongli Community Affairs Centre",
}
CIVIL = {"zh": "示例区民政局", "en": "Shili District Civil Affairs Bureau"}
OFFICE = Office(
    name=CENTRE,
    address={"zh": "示例区梧桐里路 18 号一楼大厅", "en": "Hall, 18 Wutongli Road, Shili District"},
    hours={
        "zh": "周一至周五 8:30–16:30，周末及节假日 8:30–11:30",
        "en": "Mon–Fri 8:30–16:30, weekends and holidays 8:30–11:30",
    },
    phone="021-0000 1234",
)
VERIFY = Verify(url=Qr("http://localhost:8000/verify/?code=K7QM-42PX-9TRD"), code="K7QM-42PX-9TRD")
CASE = "31019900101202611230001757"
APPLICANT = Party(
    name="欧阳㛃",
    id_sort={"zh": "居民身份证", "en": "resident identity card"},
    id_masked="310199********0021",
    phone_masked="138****0021",
    capacity={"zh": "本人", "en": "the applicant"},
)
AGENT = Party(
    name="龚䶮",
    id_sort={"zh": "居民身份证", "en": "resident identity card"},
    id_masked="310199********0038",
    phone_masked="139****0038",
    capacity={"zh": "委托代办人", "en": "agent with a mandate"},
)
ELDER_CARD = {"zh": "老年综合津贴申领", "en": "Allowance for older people"}
MOMENT = datetime(2026, 11, 23, 9, 42, tzinfo=ZONE)
HEAD: dict[str, Any] = {
    "issuer": CENTRE,
    "issued_at": MOMENT,
    "office": OFFICE,
    "verify": VERIFY,
    "demo": True,
}
DEPARTMENT_HEAD: dict[str, Any] = {**HEAD, "issuer": CIVIL}
