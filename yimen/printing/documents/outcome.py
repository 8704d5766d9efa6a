"""Documents of the end: result, delivery receipt, originals given back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from yimen.printing.documents.base import (
    APPLICANT,
    CASE,
    DEPARTMENT_HEAD,
    ELDER_CARD,
    HEAD,
    MOMENT,
    Barcode,
    Entry,
    Party,
    Sheet,
    Text,
)


@dataclass(frozen=True, kw_only=True)
class Result(Sheet):
    """The result: a certificate (one framed page) or a document. `verify` carries the code that
    anybody can check; `seal_svg` is the image of the seal."""

    title: Text
    sort: str = "certificate"  # certificate | document
    holder: Party
    statement: Text
    entries: list[Entry] = field(default_factory=list)
    valid_from: date | None = None
    valid_until: date | None = None
    seal_svg: str = ""
    case_number: Barcode | None = None

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **DEPARTMENT_HEAD,
            number="示老津〔2026〕00042",
            holder=APPLICANT,
            title={"zh": "老年综合津贴证", "en": "Certificate: allowance for older people"},
            statement={
                "zh": "经审核，持证人符合老年综合津贴发放条件，特发此证。",
                "en": "The holder meets the conditions of the allowance for older people.",
            },
            entries=[
                Entry(
                    label={"zh": "发放标准", "en": "Amount"},
                    value={"zh": "每季度 540 元", "en": "540 yuan a quarter"},
                ),
                Entry(
                    label={"zh": "发放方式", "en": "Paid to"},
                    value={"zh": "社会保障卡账户", "en": "social security card account"},
                ),
            ],
            valid_from=date(2026, 12, 1),
            valid_until=date(2031, 11, 30),
            case_number=Barcode(CASE),
        )


@dataclass(frozen=True, kw_only=True)
class DeliveredThing:
    """One thing that was handed over."""

    name: Text
    number: str = ""
    copies: int = 1


@dataclass(frozen=True, kw_only=True)
class Delivery(Sheet):
    """送达回证: what was delivered to whom, how, when; signed by whoever received it."""

    case_number: Barcode
    matter: Text
    recipient: Party
    things: list[DeliveredThing]
    way: Text  # 窗口领取, 邮寄, 上门 ...
    place: Text = ""
    parcel: str = ""
    delivered_at: datetime | None = None  # None: to be filled in by hand
    received_by: Party | None = None
    deliverer: str = ""

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **HEAD,
            number=f"{CASE}-D1",
            case_number=Barcode(CASE),
            matter=ELDER_CARD,
            recipient=APPLICANT,
            things=[
                DeliveredThing(
                    name={"zh": "老年综合津贴证", "en": "Allowance certificate"},
                    number="示老津〔2026〕00042",
                )
            ],
            way={"zh": "窗口领取", "en": "collected at the counter"},
            place={"zh": "3 号窗口", "en": "counter 3"},
            delivered_at=MOMENT,
            received_by=APPLICANT,
            deliverer="0137",
        )


@dataclass(frozen=True, kw_only=True)
class Original:
    """One original: its own barcode, and when it was given back (None: not yet)."""

    code: str
    name: Text
    copies: int = 1
    returned_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class OriginalsReturn(Sheet):
    """原件退还单: originals come back one by one against the receipt."""

    case_number: Barcode
    matter: Text
    recipient: Party
    originals: list[Original]

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **HEAD,
            number=f"{CASE}-R1",
            case_number=Barcode(CASE),
            matter=ELDER_CARD,
            recipient=APPLICANT,
            originals=[
                Original(
                    code="9990010073518269",
                    returned_at=MOMENT,
                    name={"zh": "户口簿", "en": "Household register"},
                ),
                Original(
                    code="9990010418830275",
                    name={"zh": "结婚证", "en": "Marriage certificate"},
                    copies=2,
                ),
            ],
        )
