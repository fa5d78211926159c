"""People of the privacy desk's tests."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.privacy.sealed_fields import KNOWN
from shared.security.cipher import TenantCipher, UnknownKey
from tests.factories import Camp


class Desk:
    """A camp whose API must answer well."""

    def __init__(self, camp: Camp) -> None:
        self.camp = camp

    def ok(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = self.camp.api.call(method, path, body)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer.json["data"] if answer.text else None

    def contact(self, name: str = "남궁솔찬", phone: str = "010-2345-6789", **more: Any) -> str:
        return str(self.ok("POST", "/contacts", {"name": name, "phones": [phone], **more}, 201)["id"])


@pytest.fixture
def desk(camp: Camp) -> Desk:
    return Desk(camp)


def everything_stored(camp: Camp) -> dict[str, bytes]:
    """Every table of the camp: its values as they lie there, and what opens under any name we know."""
    cipher = camp.cipher
    names = [row["relname"] for row in camp.rows(_TABLES)]
    return {name: b"\n".join(_open_and_raw(cipher, camp, name)) for name in names}


_TABLES = """SELECT t.relname::text AS relname FROM pg_class t
              WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p')
                AND NOT t.relispartition AND has_table_privilege(t.oid, 'SELECT') ORDER BY 1"""


def _open_and_raw(cipher: TenantCipher, camp: Camp, table: str) -> Iterator[bytes]:
    for row in camp.rows(f'SELECT * FROM "{table}"'):
        for value in row.values():
            if isinstance(value, bytes) and len(value) > 28:
                yield from filter(None, (_opened(cipher, name, value) for name in KNOWN))
            yield value if isinstance(value, bytes) else str(value).encode()


def _opened(cipher: TenantCipher, name: str, value: bytes) -> bytes | None:
    try:
        return cipher.try_open(name, value)
    except UnknownKey:
        return None  # a hash, not a sealed value
