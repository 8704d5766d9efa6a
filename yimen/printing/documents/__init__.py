"""What each printed document needs to know: one frozen dataclass per template.

Callers may hand `render` an instance or a dict of the same shape. `Text` is a string, or
{"zh", "en"} of which the language of the print is taken. Every class has a `sample()` of
invented people in an invented street; `yimen print-samples DIR` prints them all.
"""

from __future__ import annotations

from yimen.printing.documents.base import (
    Barcode,
    Entry,
    Office,
    Party,
    Qr,
    Remedy,
    Sheet,
    Text,
    Verify,
)
from yimen.printing.documents.desk import (
    CaseSheet,
    Column,
    HomeVisit,
    Label,
    Labels,
    Transfer,
    TransferPaper,
    Worklist,
)
from yimen.printing.documents.letters import (
    Acceptance,
    Decision,
    Extension,
    Fault,
    Hold,
    NotAccepted,
    Posting,
    PostingLine,
    Supplement,
)
from yimen.printing.documents.outcome import (
    DeliveredThing,
    Delivery,
    Original,
    OriginalsReturn,
    Result,
)
from yimen.printing.documents.turn import Turn
from yimen.printing.documents.visit import (
    Bundle,
    BundleCase,
    LateItem,
    LatePromise,
    Mandate,
    Material,
    Matter,
    Receipt,
)

DOCUMENTS: dict[str, type[Sheet]] = {
    "receipt": Receipt,
    "bundle_receipt": Bundle,
    "late_promise": LatePromise,
    "mandate": Mandate,
    "acceptance": Acceptance,
    "not_accepted": NotAccepted,
    "supplement": Supplement,
    "extension": Extension,
    "hold": Hold,
    "decision": Decision,
    "posting": Posting,
    "result": Result,
    "delivery": Delivery,
    "originals_return": OriginalsReturn,
    "case_sheet": CaseSheet,
    "column": Column,
    "home_visit": HomeVisit,
    "label": Label,
    "labels": Labels,
    "transfer": Transfer,
    "worklist": Worklist,
    "turn": Turn,
}

__all__ = [
    "DOCUMENTS",
    "Acceptance",
    "Barcode",
    "Bundle",
    "BundleCase",
    "CaseSheet",
    "Column",
    "Decision",
    "DeliveredThing",
    "Delivery",
    "Entry",
    "Extension",
    "Fault",
    "Hold",
    "HomeVisit",
    "Label",
    "Labels",
    "LateItem",
    "LatePromise",
    "Mandate",
    "Material",
    "Matter",
    "NotAccepted",
    "Office",
    "Original",
    "OriginalsReturn",
    "Party",
    "Posting",
    "PostingLine",
    "Qr",
    "Receipt",
    "Remedy",
    "Result",
    "Sheet",
    "Supplement",
    "Text",
    "Transfer",
    "TransferPaper",
    "Turn",
    "Verify",
    "Worklist",
]
