"""Documents of the counter: receipts, the promise of late materials, the mandate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from yimen.lib.numbering import case_number
from yimen.printing.documents.base import (
    AGENT,
    APPLICANT,
    CASE,
    ELDER_CARD,
    HEAD,
    MOMENT,
    Barcode,
    Party,
    Qr,
    Sheet,
    Text,
)


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A matter as it is named on paper."""

    name: Text
    department: Text = ""
    mode: Text = ""  # 直接受理, 收受分离 ...


@dataclass(frozen=True, kw_only=True)
class Material:
    """One line of the list of materials. `given` is original, copy, electronic, held (the
    government already has it), later (may follow by `due_on`) or missing."""

    name: Text
    given: str
    originals: int = 0
    copies: int = 0
    must_return: bool = False
    due_on: date | None = None
    note: Text = ""
    shared_with: int = 0  # in how many further cases of this visit the same paper is used


@dataclass(frozen=True, kw_only=True)
class Receipt(Sheet):
    """收件凭证: what was handed in, and when an answer comes. Not an acceptance."""

    case_number: Barcode
    track_url: Qr
    received_at: datetime
    matters: list[Matter]
    applicant: Party
    handed_in_by: Party | None = None  # None: the applicant in person
    mandate: Text = ""  # scope and end of the agent's mandate
    materials: list[Material] = field(default_factory=list)
    accept_by: date | datetime | None = None
    promised_on: date | datetime | None = None
    statutory_on: date | datetime | None = None
    provisional: bool = False
    on_the_spot: bool = False
    enquiry_no: str = ""
    enquiry_code: str = ""
    window: str = ""
    clerk: str = ""
    rate_url: Qr | None = None
    channel: Text = ""
    remarks: list[Text] = field(default_factory=list)

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **HEAD,
            number=CASE,
            copy={"zh": "申请人联", "en": "applicant's copy"},
            case_number=Barcode(CASE),
            track_url=Qr("http://localhost:8000/track/?number=20260017"),
            rate_url=Qr("http://localhost:8000/rate/?number=20260017"),
            received_at=MOMENT,
            matters=[
                Matter(
                    name=ELDER_CARD,
                    department={"zh": "民政", "en": "Civil affairs"},
                    mode={"zh": "本中心直接受理", "en": "accepted at this centre"},
                )
            ],
            applicant=APPLICANT,
            handed_in_by=AGENT,
            mandate={
                "zh": "代为提交、补正材料并领取结果，有效至 2026年12月31日",
                "en": "to hand in, supplement and collect, until 31 December 2026",
            },
            materials=_materials(),
            accept_by=date(2026, 11, 30),
            promised_on=date(2026, 12, 14),
            statutory_on=date(2026, 12, 28),
            enquiry_no="20260017",
            enquiry_code="604218",
            window="3",
            clerk="0137",
            channel={"zh": "窗口", "en": "counter"},
        )


def _materials() -> list[Material]:
    return [
        Material(
            name={"zh": "居民身份证", "en": "Resident identity card"},
            given="copy",
            copies=1,
            shared_with=2,
            note={"zh": "原件已当场核对退回", "en": "original checked and given back at once"},
        ),
        Material(
            name={"zh": "户口簿", "en": "Household register"},
            given="original",
            originals=1,
            must_return=True,
        ),
        Material(name={"zh": "本市居住情况", "en": "Proof of residence"}, given="held"),
        Material(name={"zh": "近期免冠照片", "en": "Recent photograph"}, given="electronic"),
        Material(
            name={"zh": "本人银行账户", "en": "Own bank account"},
            given="later",
            due_on=date(2026, 12, 3),
        ),
        Material(
            name={"zh": "监护关系证明", "en": "Proof of guardianship"},
            given="missing",
            note={"zh": "须补交后方可受理", "en": "needed before the application can be accepted"},
        ),
    ]


@dataclass(frozen=True, kw_only=True)
class BundleCase:
    """One case of a visit or of a life event."""

    number: Barcode
    matter: Text
    department: Text = ""
    enquiry_no: str = ""
    enquiry_code: str = ""
    accept_by: date | datetime | None = None
    promised_on: date | datetime | None = None
    provisional: bool = False
    state: Text = ""  # 已收件, 当场办结, 待补正 ...


@dataclass(frozen=True, kw_only=True)
class Bundle(Sheet):
    """One receipt for several cases of one visit or one life event."""

    bundle_number: Barcode
    track_url: Qr
    occasion: Text
    received_at: datetime
    applicant: Party
    handed_in_by: Party | None = None
    mandate: Text = ""
    cases: list[BundleCase]
    materials: list[Material] = field(default_factory=list)
    window: str = ""
    clerk: str = ""
    rate_url: Qr | None = None
    remarks: list[Text] = field(default_factory=list)

    @classmethod
    def sample(cls) -> Self:
        names = [
            ({"zh": "出生登记", "en": "Registration of birth"}, {"zh": "公安", "en": "Police"}),
            (
                {"zh": "城乡居民医保参保登记（新生儿）", "en": "Health insurance of a newborn"},
                {"zh": "医保", "en": "Medical insurance"},
            ),
            (
                {"zh": "生育保险待遇申领", "en": "Maternity benefit"},
                {"zh": "人社", "en": "Social insurance"},
            ),
        ]
        cases = [
            BundleCase(
                number=Barcode(case_number("31019900101", MOMENT.date(), 18 + i)),
                matter=name,
                department=where,
                enquiry_no=str(20260018 + i),
                enquiry_code=f"7301{i}5",
                accept_by=date(2026, 11, 30),
                promised_on=date(2027, 1, 8) if i == 2 else date(2026, 12, 7),
                provisional=i == 2,
                state={"zh": "已收件", "en": "received"},
            )
            for i, (name, where) in enumerate(names)
        ]
        return cls(
            **HEAD,
            number="B3101990010112600042",
            bundle_number=Barcode("310199001011260042"),
            track_url=Qr("http://localhost:8000/track/?number=20260018"),
            rate_url=Qr("http://localhost:8000/rate/?number=20260018"),
            occasion={"zh": "“出生一件事”", "en": "life event: a birth"},
            received_at=MOMENT,
            applicant=APPLICANT,
            handed_in_by=None,
            cases=cases,
            materials=_materials()[:4],
            window="3",
            clerk="0137",
        )


@dataclass(frozen=True, kw_only=True)
class LateItem:
    """A material that may follow."""

    name: Text
    due_on: date
    how: Text = ""


@dataclass(frozen=True, kw_only=True)
class LatePromise(Sheet):
    """容缺受理承诺书: the applicant's signed promise to hand in what may follow."""

    case_number: Barcode
    matter: Text
    applicant: Party
    handed_in_by: Party | None = None
    items: list[LateItem]
    basis: Text = ""

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **HEAD,
            number=f"{CASE}-C1",
            case_number=Barcode(CASE),
            matter=ELDER_CARD,
            applicant=APPLICANT,
            handed_in_by=AGENT,
            items=[
                LateItem(
                    name={"zh": "本人银行账户", "en": "Own bank account"},
                    due_on=date(2026, 12, 3),
                    how={"zh": "窗口、网上或邮寄", "en": "at the counter, online or by post"},
                ),
                LateItem(
                    name={"zh": "近期照片", "en": "Recent photograph"}, due_on=date(2026, 12, 3)
                ),
            ],
        )


@dataclass(frozen=True, kw_only=True)
class Mandate(Sheet):
    """授权委托书: filled in, or blank where a field is empty, to be signed by both."""

    principal: Party | None = None
    agent: Party | None = None
    matters: list[Text] = field(default_factory=list)
    scope: list[Text]
    chosen: list[int] = field(default_factory=list)  # positions in `scope` that are ticked
    valid_from: date | None = None
    valid_until: date | None = None

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **HEAD,
            number="W202611230007",
            principal=APPLICANT,
            agent=AGENT,
            matters=[ELDER_CARD],
            scope=[
                {"zh": "代为提交申请和材料", "en": "hand in the application and materials"},
                {"zh": "代为补正材料、签收通知", "en": "supplement materials, sign for notices"},
                {"zh": "代为领取结果和退回的原件", "en": "collect results and returned originals"},
                {"zh": "代为撤回申请", "en": "withdraw the application"},
            ],
            chosen=[0, 1, 2],
            valid_from=date(2026, 11, 23),
            valid_until=date(2026, 12, 31),
        )
