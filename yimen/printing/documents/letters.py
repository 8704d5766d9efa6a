"""Documents that tell somebody an act of law: acceptance, notices, decision, public posting."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from yimen.printing.documents.base import (
    APPLICANT,
    CASE,
    CENTRE,
    CIVIL,
    DEPARTMENT_HEAD,
    ELDER_CARD,
    HEAD,
    MOMENT,
    Barcode,
    Party,
    Qr,
    Remedy,
    Sheet,
    Text,
)

REMEDIES = [
    Remedy(
        kind={"zh": "行政复议", "en": "administrative reconsideration"},
        to={"zh": "示例区人民政府", "en": "the People's Government of Shili District"},
        within={"zh": "自知道本决定之日起六十日内", "en": "within sixty days of learning of it"},
    ),
    Remedy(
        kind={"zh": "行政诉讼", "en": "administrative action"},
        to={"zh": "示例区人民法院", "en": "the People's Court of Shili District"},
        within={"zh": "自知道本决定之日起六个月内", "en": "within six months of learning of it"},
    ),
]
LICENCE_LAW: Text = {
    "zh": "《中华人民共和国行政许可法》第三十二条",
    "en": "Administrative Licence Law, article 32",
}


@dataclass(frozen=True, kw_only=True)
class Acceptance(Sheet):
    """受理通知书. `mode` is expressed, or deemed when the term ran out without a word."""

    case_number: Barcode
    track_url: Qr
    applicant: Party
    matter: Text
    received_at: datetime | date
    accepted_at: datetime | date
    mode: str = "expressed"
    lead: Text = ""
    statutory_on: date | datetime | None = None
    statutory_basis: Text = ""
    promised_on: date | datetime | None = None
    provisional: bool = False
    fee: Text = ""
    legal_basis: list[Text] = field(default_factory=list)
    enquiry_no: str = ""
    enquiry_code: str = ""

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **HEAD,
            number=f"{CASE}-S1",
            case_number=Barcode(CASE),
            track_url=Qr("http://localhost:8000/track/?number=20260017"),
            applicant=APPLICANT,
            matter=ELDER_CARD,
            received_at=MOMENT,
            accepted_at=datetime(2026, 11, 25, 15, 10, tzinfo=MOMENT.tzinfo),
            lead=CIVIL,
            statutory_on=date(2026, 12, 23),
            statutory_basis={
                "zh": "行政许可法第四十二条",
                "en": "Administrative Licence Law, art. 42",
            },
            promised_on=date(2026, 12, 9),
            fee={"zh": "不收费", "en": "free of charge"},
            legal_basis=[LICENCE_LAW],
            enquiry_no="20260017",
            enquiry_code="604218",
        )


@dataclass(frozen=True, kw_only=True)
class NotAccepted(Sheet):
    """不予受理通知书: why not, where to turn, what to do against it."""

    case_number: Barcode
    applicant: Party
    matter: Text
    received_at: datetime | date
    reason: Text
    legal_basis: list[Text] = field(default_factory=list)
    direction: Text = ""
    remedies: list[Remedy] = field(default_factory=list)

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **HEAD,
            number=f"{CASE}-N1",
            case_number=Barcode(CASE),
            applicant=APPLICANT,
            matter=ELDER_CARD,
            received_at=MOMENT,
            reason={
                "zh": "申请人户籍不在本市，所申请事项依规定由户籍所在地办理。",
                "en": "The applicant's household is not registered in this city; the matter is "
                "handled where the household is registered.",
            },
            legal_basis=[LICENCE_LAW],
            direction={
                "zh": "请向户籍所在地的街道（乡镇）社区事务受理服务中心提出申请；材料原件已全部退还。",
                "en": "Please apply to the community centre of the place of registration. "
                "All originals have been given back.",
            },
            remedies=REMEDIES,
        )


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing to supplement: what is wrong and what to bring."""

    material: Text
    wrong: Text
    bring: Text


@dataclass(frozen=True, kw_only=True)
class Supplement(Sheet):
    """一次性补正告知书: everything that is missing, told once."""

    case_number: Barcode
    applicant: Party
    matter: Text
    received_at: datetime | date
    faults: list[Fault]
    by: date | None = None
    how: Text = ""
    legal_basis: list[Text] = field(default_factory=list)

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **HEAD,
            number=f"{CASE}-B1",
            case_number=Barcode(CASE),
            applicant=APPLICANT,
            matter=ELDER_CARD,
            received_at=MOMENT,
            faults=[
                Fault(
                    material={"zh": "户口簿", "en": "Household register"},
                    wrong={"zh": "缺户主页", "en": "page of the head of household missing"},
                    bring={
                        "zh": "户主页原件及复印件一份",
                        "en": "that page, original and one copy",
                    },
                ),
                Fault(
                    material={"zh": "申请表", "en": "Application form"},
                    wrong={"zh": "第 3 栏未填、未签名", "en": "box 3 empty, not signed"},
                    bring={"zh": "填写完整并签名的申请表", "en": "the form, filled in and signed"},
                ),
            ],
            by=date(2026, 12, 14),
            how={
                "zh": "本市任一社区事务受理服务中心窗口、网上或邮寄",
                "en": "at any community centre of the city, online or by post",
            },
            legal_basis=[LICENCE_LAW],
        )


@dataclass(frozen=True, kw_only=True)
class Extension(Sheet):
    """延期告知书: one approved extension, with the old and the new day."""

    case_number: Barcode
    applicant: Party
    matter: Text
    old_due_on: date | datetime
    new_due_on: date | datetime
    provisional: bool = False
    length: Text  # 10 个工作日
    reason: Text
    approved_by: Text
    legal_basis: list[Text] = field(default_factory=list)

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **DEPARTMENT_HEAD,
            number=f"{CASE}-Y1",
            case_number=Barcode(CASE),
            applicant=APPLICANT,
            matter=ELDER_CARD,
            old_due_on=date(2026, 12, 23),
            new_due_on=date(2027, 1, 7),
            provisional=True,
            length={"zh": "10 个工作日", "en": "10 working days"},
            reason={
                "zh": "需向外省市核实缴费记录，对方尚未回函。",
                "en": "Contribution records have to be confirmed by another province, which has "
                "not answered yet.",
            },
            approved_by={"zh": "示例区民政局负责人", "en": "head of the bureau"},
            legal_basis=[
                {
                    "zh": "《中华人民共和国行政许可法》第四十二条第一款",
                    "en": "Administrative Licence Law, article 42(1)",
                }
            ],
        )


@dataclass(frozen=True, kw_only=True)
class Hold(Sheet):
    """特别程序告知书: time that does not count, and why."""

    case_number: Barcode
    applicant: Party
    matter: Text
    sort: Text  # 听证, 检验, 鉴定 ...
    article: Text
    starts_on: date | datetime
    at_most: Text
    expected_until: date | None = None
    reason: Text
    carried_out_by: Text = ""
    fee: Text = ""

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **DEPARTMENT_HEAD,
            number=f"{CASE}-T1",
            case_number=Barcode(CASE),
            applicant=APPLICANT,
            matter=ELDER_CARD,
            sort={"zh": "鉴定", "en": "appraisal"},
            article={
                "zh": "《中华人民共和国行政许可法》第四十五条",
                "en": "Administrative Licence Law, article 45",
            },
            starts_on=date(2026, 12, 1),
            at_most={"zh": "30 个工作日", "en": "30 working days"},
            expected_until=date(2027, 1, 13),
            reason={
                "zh": "申请人身体状况等级须由医疗机构鉴定。",
                "en": "The grade of care has to be appraised by a medical institution.",
            },
            carried_out_by={"zh": "示例区第二医院", "en": "Shili District Second Hospital"},
            fee={"zh": "不收费", "en": "free of charge"},
        )


@dataclass(frozen=True, kw_only=True)
class Decision(Sheet):
    """决定书: outcome (granted, partly, refused, corrected, revoked), facts, reasons, remedies."""

    case_number: Barcode
    title: Text = ""  # replaces 决定书 where a matter has its own title
    applicant: Party
    matter: Text
    accepted_at: datetime | date | None = None
    outcome: str
    found: Text
    reasons: Text
    decided: Text
    legal_basis: list[Text] = field(default_factory=list)
    remedies: list[Remedy] = field(default_factory=list)
    seal_svg: str = ""
    follows: str = ""  # number of the act that this one corrects or revokes

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **DEPARTMENT_HEAD,
            number="示民决〔2026〕0017 号",
            case_number=Barcode(CASE),
            applicant=APPLICANT,
            matter=ELDER_CARD,
            accepted_at=datetime(2026, 11, 25, 15, 10, tzinfo=MOMENT.tzinfo),
            outcome="refused",
            found={
                "zh": "经审查并向公安机关核实，申请人于 2026年10月8日将户籍迁入本市，"
                "申请时年满六十四周岁。",
                "en": "According to our examination, confirmed by the police, the applicant moved "
                "the household to this city on 8 October 2026 and was 64 when applying.",
            },
            reasons={
                "zh": "申领人须年满六十五周岁。申请人申请时尚未达到该年龄，不符合申领条件。",
                "en": "The allowance is for people of 65 and over. The applicant has not yet "
                "reached that age.",
            },
            decided={
                "zh": "不予发放老年综合津贴。申请人可自 2027年3月1日起重新申请。",
                "en": "The allowance is not granted. A new application may be made from "
                "1 March 2027.",
            },
            legal_basis=[
                {
                    "zh": "《示例市老年综合津贴办法》第四条第一项（示例）",
                    "en": "Allowance rules of the sample city, article 4(1)",
                }
            ],
            remedies=REMEDIES,
            seal_svg="",
        )


@dataclass(frozen=True, kw_only=True)
class PostingLine:
    """One line of a public posting; names come already masked."""

    cells: list[Text]


@dataclass(frozen=True, kw_only=True)
class Posting(Sheet):
    """公示: what is posted, from when to when, and how to object."""

    title: Text
    basis: Text
    columns: list[Text]
    lines: list[PostingLine]
    starts_on: date
    ends_on: date
    objections_to: Text
    objections_phone: str = ""
    url: Qr | None = None
    seal_svg: str = ""

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **HEAD,
            number="公示〔2026〕12 号",
            title={
                "zh": "社会救助拟批准对象公示",
                "en": "Public posting: assistance to be granted",
            },
            basis={
                "zh": "依照社会救助有关规定，现将拟批准对象予以公示，接受居民监督。",
                "en": "The following is posted under the rules of social assistance for the "
                "residents to examine.",
            },
            columns=[
                {"zh": "姓名", "en": "Name"},
                {"zh": "居民区", "en": "Neighbourhood"},
                {"zh": "家庭人口", "en": "Household"},
                {"zh": "拟批准内容", "en": "To be granted"},
            ],
            lines=[
                PostingLine(
                    cells=[
                        name,
                        {"zh": "梧桐一居", "en": "Wutong First"},
                        str(people),
                        {"zh": "最低生活保障", "en": "minimum living allowance"},
                    ]
                )
                for name, people in (("欧*㛃", 2), ("龚*", 1), ("司马**", 4))
            ],
            starts_on=date(2026, 11, 23),
            ends_on=date(2026, 11, 29),
            objections_to=CENTRE,
            objections_phone="021-0000 1234",
            url=Qr("http://localhost:8000/postings/12"),
        )
