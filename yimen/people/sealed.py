"""How a party's numbers are sealed, indexed, masked and opened: the only place that knows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from yimen.lib import crypto, masking
from yimen.people.models import Party

ID_DOMAIN, PHONE_DOMAIN = "party.id_number", "party.phone"
SEALED = [
    crypto.SealedColumn("people.Party", "id_sealed", "people.party:{id}:id_number"),
    crypto.SealedColumn("people.Party", "phone_sealed", "people.party:{id}:phone"),
    crypto.SealedColumn("people.Merge", "before_sealed", "people.merge:{id}:before"),
]


def _about(party: UUID, field: str) -> str:
    return f"people.party:{party}:{field}"


def index_of_document(number: str) -> bytes:
    return bytes.fromhex(crypto.blind(ID_DOMAIN, number))


def index_of_phone(number: str) -> bytes:
    return bytes.fromhex(crypto.blind(PHONE_DOMAIN, number))


def index_of_code(code: str) -> bytes:
    """Keyed, so that a stolen table does not give twelve digits away."""
    return bytes.fromhex(crypto.blind("binding.code", code))


def document_columns(party: UUID, number: str) -> dict[str, Any]:
    """The three columns of a document number ("" for none)."""
    if not number:
        return {"id_sealed": None, "id_index": None, "id_mask": ""}
    return {
        "id_sealed": crypto.seal(number, about=_about(party, "id_number")).encode(),
        "id_index": index_of_document(number),
        "id_mask": masking.mask_id(number),
    }


def phone_columns(party: UUID, number: str) -> dict[str, Any]:
    """The three columns of a telephone number ("" for none)."""
    if not number:
        return {"phone_sealed": None, "phone_index": None, "phone_mask": ""}
    return {
        "phone_sealed": crypto.seal(number, about=_about(party, "phone")).encode(),
        "phone_index": index_of_phone(number),
        "phone_mask": masking.mask_phone(number),
    }


def open_document(party: Party) -> str:
    """The number in full. Callers outside this house go through `actions.disclose`."""
    return _open(party.id_sealed, _about(party.pk, "id_number"))


def open_phone(party: Party) -> str:
    return _open(party.phone_sealed, _about(party.pk, "phone"))


def _open(sealed: bytes | memoryview | None, about: str) -> str:
    return crypto.unseal(bytes(sealed).decode(), about=about) if sealed else ""


def seal_text(value: str, about: str) -> bytes:
    return crypto.seal(value, about=about).encode()


def open_text(sealed: bytes | memoryview, about: str) -> str:
    return crypto.unseal(bytes(sealed).decode(), about=about)
