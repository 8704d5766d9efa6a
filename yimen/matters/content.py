"""What one version of a matter says: the product's own JSON format as frozen values.

Pure: no database, no clock. `parse(json)` gives a `Content` or raises `Invalid` with every error
at once; `Content.to_json()` gives back the canonical JSON. A case is pinned to the version whose
content it was received under.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import Any

from yimen.lib.errors import FieldError, Invalid
from yimen.lib.spans import Span, Unit

KINDS = ("application", "group_filing", "request", "urgent_request")
ITEM_TYPES = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20")
PARTIES = ("person", "organisation", "any")
HANDLINGS = ("on_the_spot", "promised")
MODES = ("direct", "collect", "local")
FIELD_TYPES = (
    "text",
    "longtext",
    "secret",  # a bank account and its like: sealed at rest, masked wherever it is shown
    "number",
    "money",
    "date",
    "choice",
    "multichoice",
    "yes_no",
    "party",
    "table",
)
TASK_SORTS = ("review", "visit", "check", "posting", "decide")
UNITS = tuple(Unit)
VALID_UNITS = ("years", "months", "calendar_days")
RESULT_SORTS = ("certificate", "document", "record", "none")
DELIVERIES = ("counter", "courier", "home", "on_the_spot")
APPROVERS = ("head", "government")


@dataclass(frozen=True, slots=True)
class Words:
    """One text in Chinese and English."""

    zh: str = ""
    en: str = ""

    def text(self, lang: str) -> str:
        """The text in `lang` ("en", "zh-hans" ...); the other one when that is empty."""
        return (self.en or self.zh) if lang.startswith("en") else (self.zh or self.en)

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


@dataclass(frozen=True, slots=True)
class Law:
    """A legal source; `article` as the law writes it (第四十二条), `en` the law's English name."""

    law: str
    article: str = ""
    text: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """One paper. The same code in two matters means the same paper, asked for once."""

    code: str
    name: Words
    essential: bool = True
    original: bool = True
    copies: int = 0
    electronic: bool = True
    may_follow: bool = False
    held_by: str = ""
    note: Words = Words()
    sample: str | None = None
    blank_form: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    zh: str
    en: str

    def text(self, lang: str) -> str:
        return self.en if lang.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class OnlyIf:
    """The field is asked only when another field has this value."""

    field: str
    equals: Any


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form. `columns` only for tables (never nested)."""

    key: str
    label: Words
    type: str = "text"
    required: bool = True
    choices: tuple[Choice, ...] = ()
    help: Words = Words()
    columns: tuple[Field, ...] = ()
    only_if: OnlyIf | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The lengths of time. `statutory` is None where no law sets a term."""

    accept: Span
    deliver: Span
    promised: Span
    deemed: bool = False
    statutory: Span | None = None
    statutory_basis: str = ""
    extension: Span | None = None
    extension_approver: str = ""
    joint: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """Work of one body inside a stage: of the body in charge of `field`, or of `body` by code."""

    key: str
    name: Words
    sort: str = "review"
    field: str = ""
    body: str = ""
    share: Span | None = None
    required: bool = True
    silence_consents: bool = False
    shows: tuple[str, ...] = ()  # answers that a posting tells, beside part of the name

    @property
    def staff(self) -> int:
        """How many people must go: a visit is made by two (Licensing Law art. 34)."""
        return 2 if self.sort == "visit" else 1


@dataclass(frozen=True, slots=True)
class Stage:
    """Tasks that run in parallel; the next stage begins when the required ones are done."""

    key: str
    name: Words
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Fee:
    free: bool = True
    text: Words = Words()


@dataclass(frozen=True, slots=True)
class Validity:
    n: int
    unit: str = "years"


@dataclass(frozen=True, slots=True)
class Result:
    name: Words
    sort: str = "none"
    valid: Validity | None = None
    renew_from_days: int | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """Who decides: the body in charge of a field of affairs, or one body by code."""

    field: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class OwnHold:
    """A reason to stop the clock that only the law of this matter gives (the rule profile marks such
    types `matter_only`), and that law."""

    type: str
    law: str
    article: str = ""


@dataclass(frozen=True, slots=True)
class Faq:
    q: Words
    a: Words


@dataclass(frozen=True, slots=True)
class Content:
    """A whole matter, as published. Attribute names are the keys of the JSON."""

    code: str
    version: int
    valid_from: date
    valid_to: date | None
    sample: bool
    kind: str
    name: Words
    aliases: tuple[str, ...]
    department: Words
    field: str
    category: Words
    item_type: str
    audience: Words
    party: str
    handling: str
    mode: str
    online: bool
    home_service: bool
    appointment: bool
    visits: int | None
    visit_reason: Words
    legal_basis: tuple[Law, ...]
    conditions: tuple[Words, ...]
    steps: tuple[Words, ...]
    materials: tuple[Material, ...]
    fields: tuple[Field, ...]
    terms: Terms
    procedure: tuple[Stage, ...]
    lead: Lead
    fee: Fee
    result: Result
    delivery: tuple[str, ...]
    life_events: tuple[str, ...]
    faq: tuple[Faq, ...]
    decision_remedies: Words
    holds: tuple[OwnHold, ...] = ()

    @property
    def stages(self) -> tuple[Stage, ...]:
        return self.procedure

    @property
    def on_the_spot(self) -> bool:
        return self.handling == "on_the_spot"

    def text(self, lang: str) -> str:
        """The name in `lang`."""
        return self.name.text(lang)

    def essential_materials(self) -> tuple[Material, ...]:
        """Without these the submission is supplemented first."""
        return tuple(m for m in self.materials if m.essential)

    def material(self, code: str) -> Material | None:
        return next((m for m in self.materials if m.code == code), None)

    def stage(self, key: str) -> Stage | None:
        return next((s for s in self.procedure if s.key == key), None)

    def question(self, key: str) -> Field | None:
        """The form field with this key."""
        return next((f for f in self.fields if f.key == key), None)

    def own_hold(self, type: str) -> OwnHold | None:
        return next((h for h in self.holds if h.type == type), None)

    def to_json(self) -> dict[str, Any]:
        """The canonical JSON: `parse(c.to_json()) == c`."""
        found = {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}
        if not self.holds:  # came later: versions without it keep their digest
            del found["holds"]
        return found


def parse(data: Any) -> Content:
    """Read one matter; raise `Invalid("matter_content")` naming everything that is wrong."""
    from .parsing import parse as read

    return read(data)


def from_trusted(data: dict[str, Any]) -> Content:
    """Read content that was validated when it was published: no second check, a little faster."""
    from .parsing import from_trusted as read

    return read(data)


def problems(data: Any) -> tuple[FieldError, ...]:
    """Everything that `parse` would complain about; () when the content is good."""
    try:
        parse(data)
    except Invalid as problem:
        return problem.errors
    return ()


def _plain(value: Any) -> Any:
    if isinstance(value, Terms):
        return _plain_terms(value)
    if isinstance(value, Span):
        return {"n": value.n, "unit": str(value.unit)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def _plain_terms(terms: Terms) -> dict[str, Any]:
    statutory, extension = _plain(terms.statutory), _plain(terms.extension)
    return {
        "accept": _plain(terms.accept),
        "deemed": terms.deemed,
        "statutory": statutory and statutory | {"basis": terms.statutory_basis},
        "promised": _plain(terms.promised),
        "extension": extension and extension | {"approver": terms.extension_approver},
        "joint": terms.joint,
        "deliver": _plain(terms.deliver),
    }
