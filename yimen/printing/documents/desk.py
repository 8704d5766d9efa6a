"""Papers for the staff: copy-out sheet, home visit, labels, transfer slip, worklist."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from yimen.lib.numbering import case_number
from yimen.printing.documents.base import (
    APPLICANT,
    CASE,
    CENTRE,
    CIVIL,
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
class CaseSheet(Sheet):
    """转录单: everything to be typed into a department's closed system, and a place for the
    number that it gives back."""

    case_number: Barcode
    matter: Text
    system: Text
    applicant: Party
    entries: list[Entry]
    materials: list[Text] = field(default_factory=list)
    received_at: datetime | None = None

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **HEAD,
            number=f"{CASE}-Z1",
            case_number=Barcode(CASE),
            matter=ELDER_CARD,
            system={"zh": "养老服务平台（民政）", "en": "Elder care platform (civil affairs)"},
            applicant=APPLICANT,
            received_at=MOMENT,
            entries=[
                Entry(
                    label={"zh": "户籍地址", "en": "Registered address"},
                    value={
                        "zh": "示例区梧桐里路 18 弄 6 号 201 室",
                        "en": "Room 201, No. 6, Lane 18, Wutongli Road",
                    },
                ),
                Entry(label={"zh": "出生日期", "en": "Date of birth"}, value="1961-03-01"),
                Entry(
                    label={"zh": "开户银行", "en": "Bank"},
                    value={"zh": "示例银行梧桐里支行", "en": "Sample Bank, Wutongli branch"},
                ),
            ],
            materials=[
                {"zh": "居民身份证（复印件 1）", "en": "Identity card (1 copy)"},
                {"zh": "户口簿（原件 1）", "en": "Household register (original)"},
            ],
        )


@dataclass(frozen=True, kw_only=True)
class HomeVisit(Sheet):
    """上门服务（调查）单: two people go, with a list of what to do and to ask."""

    case_number: Barcode
    matter: Text
    purpose: Text
    resident: Party
    address: Text
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    visitors: list[Party] = field(default_factory=list)
    tasks: list[Text] = field(default_factory=list)
    bring: list[Text] = field(default_factory=list)

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **HEAD,
            number=f"{CASE}-H1",
            case_number=Barcode(CASE),
            matter=ELDER_CARD,
            purpose={
                "zh": "上门收件并核对身份",
                "en": "take the application at home, check identity",
            },
            resident=APPLICANT,
            address={
                "zh": "梧桐里路 18 弄 6 号 201 室",
                "en": "Room 201, No. 6, Lane 18, Wutongli Rd",
            },
            starts_at=datetime(2026, 11, 24, 9, 30, tzinfo=MOMENT.tzinfo),
            ends_at=datetime(2026, 11, 24, 10, 30, tzinfo=MOMENT.tzinfo),
            visitors=[
                Party(name="沈𬭎", id_masked="0137", capacity={"zh": "窗口", "en": "counter"}),
                Party(
                    name="陆一鸣",
                    id_masked="0212",
                    capacity={"zh": "居委会", "en": "residents' committee"},
                ),
            ],
            tasks=[
                {"zh": "核对身份证原件", "en": "see the original identity card"},
                {"zh": "请本人签署申请表", "en": "have the form signed in person"},
                {"zh": "询问是否还需其他服务", "en": "ask whether anything else is needed"},
            ],
            bring=[{"zh": "申请表两份", "en": "two forms"}, {"zh": "印泥", "en": "ink pad"}],
        )


@dataclass(frozen=True, kw_only=True)
class Label(Sheet):
    """A label of 50 x 30 mm for one paper."""

    code: Barcode
    name: Text
    case_number: str = ""
    copies: int = 1
    must_return: bool = False

    @classmethod
    def sample(cls) -> Self:
        return cls(
            number="9990010073518269",
            issuer=CENTRE,
            issued_at=MOMENT,
            demo=True,
            code=Barcode("9990010073518269"),
            name={"zh": "户口簿", "en": "Household register"},
            case_number=CASE,
            must_return=True,
        )


@dataclass(frozen=True, kw_only=True)
class Labels(Sheet):
    """Several labels, one to a page of 50 x 30 mm: a roll printer cuts between them."""

    labels: list[Label]

    @classmethod
    def sample(cls) -> Self:
        one = Label.sample()
        return cls(number="", issuer=CENTRE, issued_at=MOMENT, demo=True, labels=[one, one])


@dataclass(frozen=True, kw_only=True)
class TransferPaper:
    """One paper on a transfer slip."""

    code: str
    name: Text
    sort: Text
    case_number: str
    copies: int = 1


@dataclass(frozen=True, kw_only=True)
class Transfer(Sheet):
    """交接单: papers that go from one body to another, signed by both."""

    code: Barcode
    from_body: Text
    to_body: Text
    sent_at: datetime
    scan_by: datetime | None = None  # the moment after which the missing scan is on a list
    sender: str = ""
    papers: list[TransferPaper]

    @classmethod
    def sample(cls) -> Self:
        names = [
            ({"zh": "户口簿", "en": "Household register"}, {"zh": "原件", "en": "original"}),
            ({"zh": "申请表", "en": "Application form"}, {"zh": "材料", "en": "material"}),
        ]
        return cls(
            **HEAD,
            number="T9990012611230007",
            code=Barcode("8990012611230007"),
            from_body=CENTRE,
            to_body=CIVIL,
            sent_at=MOMENT,
            scan_by=datetime(2026, 11, 23, 13, 42, tzinfo=MOMENT.tzinfo),
            sender="0137",
            papers=[
                TransferPaper(code=f"99900100735182{i}9", name=name, sort=sort, case_number=CASE)
                for i, (name, sort) in enumerate(names)
            ],
        )


@dataclass(frozen=True, kw_only=True)
class Worklist(Sheet):
    """Any list of work, on landscape paper. `lights` gives each row green, yellow, red or ""."""

    title: Text
    shown: Text  # which cases: the filter in words
    columns: list[Text]
    rows: list[list[Text]]
    lights: list[str] = field(default_factory=list)

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **{**HEAD, "verify": None},
            number="",
            title={"zh": "待办清单", "en": "Worklist"},
            shown={"zh": "示例区民政局 · 三日内到期", "en": "Civil affairs, due within three days"},
            columns=[
                {"zh": "编号", "en": "Number"},
                {"zh": "事项", "en": "Matter"},
                {"zh": "申请人", "en": "Applicant"},
                {"zh": "到期", "en": "Due"},
                {"zh": "经办", "en": "Handler"},
            ],
            rows=[
                [
                    case_number("31019900101", MOMENT.date(), i),
                    ELDER_CARD,
                    "欧*㛃",
                    f"2026-11-{22 + i}",
                    "officer",
                ]
                for i in range(1, 7)
            ],
            lights=["red", "yellow", "yellow", "", "", ""],
        )


@dataclass(frozen=True, kw_only=True)
class Column(Sheet):
    """An announcement as a column of the community's newspaper, also to be put up."""

    title: Text
    text: Text
    place: Text
    begins_at: datetime
    ends_at: datetime
    phone: str = ""
    urgent: bool = False
    corrects: bool = False

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **{**HEAD, "verify": None}, number="", title={"zh": "公告", "en": "Announcement"},
            text={
                "zh": "梧桐路 1 弄因抢修水管停水，请提前储水。",
                "en": "No water in Lane 1, Wutong Road, while a pipe is mended. Please store some.",
            },
            place={"zh": "梧桐里街道", "en": "Wutongli Sub-district"}, begins_at=MOMENT,
            ends_at=MOMENT + timedelta(hours=6), phone="021-0000 1200", urgent=True,
        )  # fmt: skip
