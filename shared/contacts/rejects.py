"""The rejected rows of an import as a CSV that can be mended and uploaded again."""

import csv
import io
from collections.abc import Iterator, Sequence
from uuid import UUID

from shared.contacts import imports
from shared.contacts import store_imports as store
from shared.contacts.import_models import RejectedRowItem
from shared.contacts.import_views import Sight
from shared.contacts.spreadsheet_text import REJECT_COLUMNS, harmless
from shared.kernel.database import Connection, tenant_transaction
from shared.kernel.i18n import text
from shared.kernel.pages import Page
from shared.security.cipher import TenantCipher

_BATCH = 1_000


def columns_of(
    connection: Connection, cipher: TenantCipher, import_id: UUID, sight: Sight
) -> list[tuple[str, bool]]:
    """The original columns: header, and whether its cells are covered. Raises NotFound."""
    return imports.reject_columns(connection, cipher, import_id, sight)


def lines(
    cipher: TenantCipher, import_id: UUID, columns: Sequence[tuple[str, bool]], language: str
) -> Iterator[bytes]:
    """The file, batch by batch: each batch in a transaction of its own.

    Covered cells are empty: the mended file leaves what is stored there as it is.
    """
    yield b"\xef\xbb\xbf" + _csv([[*(harmless(header) for header, _ in columns), *REJECT_COLUMNS]])
    after = 0
    while True:
        with tenant_transaction(cipher.tenant_id) as connection:
            rows = store.rejects_after(connection, import_id, after, _BATCH)
        if not rows:
            return
        after = rows[-1]["row_number"]
        yield _csv([_line(cipher, row, columns, language) for row in rows])


def page(
    connection: Connection,
    cipher: TenantCipher,
    import_id: UUID,
    after: int,
    limit: int,
    language: str,
    sight: Sight,
) -> Page[RejectedRowItem]:
    """Rejected rows in the order of the file, those after a row number. Raises NotFound."""
    columns = imports.reject_columns(connection, cipher, import_id, sight)
    rows = store.rejects_after(connection, import_id, after, limit + 1)
    items = [
        RejectedRowItem(
            row_number=row["row_number"],
            reason=row["reason"],
            message=text(f"reason.{row['reason']}").in_language(language),
            cells=_cells(cipher, row, columns),
        )
        for row in rows[:limit]
    ]
    return Page(items, str(items[-1].row_number) if len(rows) > limit else None)


def _line(
    cipher: TenantCipher, row: store.Row, columns: Sequence[tuple[str, bool]], language: str
) -> list[str]:
    shown = map(harmless, _cells(cipher, row, columns))
    sentence = text(f"reason.{row['reason']}").in_language(language)
    return [*shown, str(row["row_number"]), row["reason"], sentence]


def _cells(cipher: TenantCipher, row: store.Row, columns: Sequence[tuple[str, bool]]) -> list[str]:
    cells: list[str] = cipher.open_json("reject", row["cells_sealed"])
    filled = [*cells, *[""] * (len(columns) - len(cells))]
    return ["" if covered else cell for cell, (_, covered) in zip(filled, columns, strict=False)]


def _csv(table: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    return out.getvalue().encode()
