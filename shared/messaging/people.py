"""What a message may say about the person it goes to."""

from collections.abc import Collection, Mapping
from typing import Any

from shared.contacts.phones import national as national
from shared.security.cipher import TenantCipher

# The names under which contacts seal these values; see shared/contacts.
NAME, PHONE, ADDRESS, CUSTOM = "name", "phone", "address", "custom"
# What everybody has without a custom field, as texts call it.
BUILT_IN = THEIR_NAME, THEIR_PHONE, THEIR_ADDRESS = "이름", "전화번호", "주소"


def values_for(
    name: str | None, phone: str | None, address: str | None, custom: Mapping[str, str]
) -> dict[str, str]:
    """The variables of a body. `phone` is E.164. A custom field cannot stand in for a built-in one."""
    return {
        **custom,
        THEIR_NAME: name or "",
        THEIR_PHONE: national(phone) if phone else "",
        THEIR_ADDRESS: address or "",
    }


def open_values(
    cipher: TenantCipher, row: Mapping[str, Any], phone: str, names: Collection[str]
) -> dict[str, str]:
    """Those of the variables of a claimed recipient that are asked for, opened in memory."""
    custom = row["custom_sealed"] if any(name not in BUILT_IN for name in names) else None
    return values_for(
        cipher.open_optional(NAME, row["name_sealed"]) if THEIR_NAME in names else None,
        phone,
        cipher.open_optional(ADDRESS, row["address_sealed"]) if THEIR_ADDRESS in names else None,
        cipher.open_json(CUSTOM, custom) if custom else {},
    )


def local_digits(e164: str) -> str:
    """A Korean number as carriers take it: +821012345678 → 01012345678."""
    return "0" + e164[3:] if e164.startswith("+82") else e164.lstrip("+")


def masked(e164: str) -> str:
    """A number as a list may show it: 010-****-5678."""
    parts = national(e164).split("-")
    return "-".join([parts[0], "*" * len(parts[1]), parts[2]]) if len(parts) == 3 else "****" + e164[-4:]
