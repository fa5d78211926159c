"""What the API shows of an import."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from shared.contacts import mapping
from shared.contacts import store_imports as store
from shared.contacts.csv_reader import UnreadableFile
from shared.contacts.import_models import (
    ImportColumn,
    ImportCounts,
    ImportGenerated,
    ImportItem,
    ImportNote,
    ImportOptions,
    ImportProgress,
    ImportSheet,
    ImportUndo,
)
from shared.contacts.sensitive_fields import IsHidden
from shared.kernel.i18n import Text, text
from shared.security.cipher import TenantCipher

INGESTED_PERCENT = 75


class Sight(NamedTuple):
    """Who looks at an import, and what is hidden from them.

    The cells of hidden columns are covered, but for the uploader: whoever has the file may map and mend it.
    """

    member_id: UUID
    is_hidden: IsHidden

    def covers(self, row: store.Row, column: ImportColumn) -> bool:
        """Whether the cells of a column are covered."""
        return row["member_id"] != self.member_id and mapping.tells(column, self.is_hidden)


def item_of(cipher: TenantCipher, row: store.Row, language: str, sight: Sight) -> ImportItem:
    """The whole import of a row, as somebody may see it."""
    columns = [
        column.model_copy(update={"samples": []}) if sight.covers(row, column) else column
        for column in columns_of(cipher, row)
    ]
    found = inspection_of(cipher, row)
    generated = found.get("generated")
    return ImportItem(
        id=row["id"],
        status=row["status"],
        file_name=cipher.open("file_name", row["file_name_sealed"]),
        file_bytes=row["file_bytes"],
        counts=_counts(row),
        progress=_progress(row),
        columns=columns,
        sheets=[ImportSheet.model_validate(sheet) for sheet in found.get("sheets", [])],
        sheet=found.get("sheet"),
        generated=ImportGenerated.model_validate(generated) if generated else None,
        remembered=found.get("remembered", False),
        options=options_of(cipher, row),
        warnings=[_warning(one, columns, language) for one in row["warnings"] if not _heeded(one, columns)],
        error=_note(row["error"], language) if row["error"] else None,
        undo=_undo(row),
        # One that failed half way has joined a prefix of its file with the contacts.
        can_undo=row["logged"]
        and (row["status"] == "completed" or (row["status"] == "failed" and row["done_rows"] > 0)),
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
    )


def options_of(cipher: TenantCipher, row: store.Row) -> ImportOptions:
    """The options of an import's row."""
    return ImportOptions.model_validate(cipher.open_json("import_options", row["options_sealed"]))


def columns_of(cipher: TenantCipher, row: store.Row) -> list[ImportColumn]:
    """The columns of an import's row; none before its inspection."""
    sealed = row["columns_sealed"]
    stored = cipher.open_json("import_columns", sealed) if sealed else []
    return [ImportColumn.model_validate(column) for column in stored]


def inspection_of(cipher: TenantCipher, row: store.Row) -> dict[str, Any]:
    """What else the inspection found: sheets, sheet, generated, remembered."""
    sealed = row["inspection_sealed"]
    found: dict[str, Any] = cipher.open_json("import_inspection", sealed) if sealed else {}
    return found


def error_of(problem: UnreadableFile) -> dict[str, Any]:
    """What is stored of a problem: row and column numbers, never a text from the file."""
    return {"code": problem.code, "message": sentence_of(problem).as_json()}


def sentence_of(problem: UnreadableFile) -> Text:
    """A problem in words."""
    return text(f"import.{problem.code}", **problem.parameters)


def _counts(row: store.Row) -> ImportCounts:
    named = {name: row[name] for name in ImportCounts.model_fields if name != "rows"}
    return ImportCounts(rows=row["total_rows"], **named)


def _percent(row: store.Row) -> int:
    """Reading rows is three quarters of the work, finding duplicates the rest."""
    if row["status"] == "completed":
        return 100
    if not row["total_rows"]:
        return 0
    return INGESTED_PERCENT * int(row["done_rows"]) // int(row["total_rows"])


def _progress(row: store.Row) -> ImportProgress:
    """The import's own progress, or that of its undo."""
    if row["status"] != "undoing":
        return ImportProgress(done_rows=row["done_rows"], total_rows=row["total_rows"], percent=_percent(row))
    done, total = row["undo_done"], max(row["done_rows"] - row["rejected"], row["undo_done"])
    return ImportProgress(done_rows=done, total_rows=total, percent=100 * done // total if total else 0)


def _undo(row: store.Row) -> ImportUndo | None:
    if row["status"] not in ("undoing", "undone"):
        return None
    return ImportUndo(restored=row["undo_restored"], removed=row["undo_removed"], kept=row["undo_kept"])


def _heeded(stored: str, columns: list[ImportColumn]) -> bool:
    """Whether a column that seems to mark refusals is taken as just that."""
    code, _, place = stored.partition(":")
    return code == "opt_out_column" and columns[int(place)].field == "opt_out"


def _warning(stored: str, columns: list[ImportColumn], language: str) -> ImportNote:
    """The sentence of a stored warning: `code`, `code:<column's place>` or `code=<count>`."""
    code, _, place = stored.partition(":")
    code, _, count = code.partition("=")
    parameters: dict[str, object] = {"column": columns[int(place)].header} if place else {}
    if count:
        parameters["count"] = int(count)
    return ImportNote(code=code, message=text(f"import_warning.{code}", **parameters).in_language(language))


def _note(stored: dict[str, Any], language: str) -> ImportNote:
    return ImportNote(code=stored["code"], message=stored["message"][language])


def sealed_columns(cipher: TenantCipher, columns: Sequence[ImportColumn]) -> bytes:
    """As they are stored."""
    return cipher.seal_json("import_columns", [column.model_dump() for column in columns])
