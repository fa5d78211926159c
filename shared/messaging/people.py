"""What a message may say about the person it goes to."""

from collections.abc import Mapping
from typing import Any

from shared.contacts.phones import national as national
from shared.security.cipher import TenantCipher

# The names under which contacts seal these values; see shared/contacts.
NAME, PHONE, ADDRESS, CUSTOM = "name", "phone", "address", "custom"


def values_for(
    name: str | None, phone: str | None, address: str | None, custom: Mapping[str, str]
) -> dict[str, str]:
    """The variables of a body. `phone` is E.164. A custom field cannot stand in for a built-in one."""
    return {
        **custom,
        "이름": name or "",
        "전화번호": national(phone) if phone else "",
        "주소": address or "",
    }


def open_values(cipher: TenantCipher, row: Mapping[str, Any], phone: str) -> dict[str, str]:
    """The variables of a claimed recipient, opened in memory."""
    custom = cipher.open_json(CUSTOM, row["custom_sealed"]) if row["custom_sealed"] else {}
    return values_for(
        cipher.open_optional(NAME, row["name_sealed"]),
        phone,
        cipher.open_optional(ADDRESS, row["address_sealed"]),
        custom,
    )


def local_digits(e164: str) -> str:
    """A Korean number as carriers take it: +821012345678 → 01012345678."""
    return "0" + e164[3:] if e164.startswith("+82") else e164.lstrip("+")


def masked(e164: str) -> str:
    """A number as a list may show it: 010-****-5678."""
    parts = national(e164).split("-")
    return "-".join([parts[0], "*" * len(parts[1]), parts[2]]) if len(parts) == 3 else "****" + e164[-4:]
