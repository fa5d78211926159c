"""The rejected rows of an import as a CSV that can be mended and uploaded again."""

import csv
import io
from collections.abc import Iterator, Sequence
from uuid import UUID

from shared.contacts import imports
from shared.contacts import store_imports as store
from shared.kernel.database import Connection, tenant_transaction
from shared.kernel.i18n import text
from shared.security.cipher import TenantCipher

_BATCH = 1_000
# A spreadsheet takes a cell that begins with one of these for a formula (CSV injection).
_FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")


def header(connection: Connection, cipher: TenantCipher, import_id: UUID) -> list[str]:
    """The original columns. Raises NotFound."""
    return imports.reject_columns(connection, cipher, import_id)


def lines(cipher: TenantCipher, import_id: UUID, columns: Sequence[str], language: str) -> Iterator[bytes]:
    """The file, batch by batch: each batch in a transaction of its own."""
    yield b"\xef\xbb\xbf" + _csv([[*map(harmless, columns), "row_number", "reason", "reason_text"]])
    after = 0
    while True:
        with tenant_transaction(cipher.tenant_id) as connection:
            rows = store.rejects_after(connection, import_id, after, _BATCH)
        if not rows:
            return
        after = rows[-1]["row_number"]
        yield _csv([_line(cipher, row, len(columns), language) for row in rows])


def harmless(cell: str) -> str:
    """The cell as text: what a spreadsheet would calculate gets an apostrophe in front."""
    return f"'{cell}" if cell.startswith(_FORMULA_BEGINNINGS) else cell


def _line(cipher: TenantCipher, row: store.Row, width: int, language: str) -> list[str]:
    cells = cipher.open_json("reject", row["cells_sealed"])
    shown = [harmless(cell) for cell in [*cells, *[""] * (width - len(cells))][:width]]
    sentence = text(f"reason.{row['reason']}").in_language(language)
    return [*shown, str(row["row_number"]), row["reason"], sentence]


def _csv(table: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    return out.getvalue().encode()
