"""Verbs on imports: register, look, map, inspect, fail, recover (`ingest` reads rows, `dedup` merges)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.contacts import store_imports as store
from shared.contacts.csv_reader import UnreadableFile
from shared.contacts.headers import CUSTOM, POINT_FIELDS, is_confident, normalize_header
from shared.contacts.import_files import Column, ImportFiles, Inspected
from shared.contacts.import_models import (
    ImportColumn,
    ImportCounts,
    ImportItem,
    ImportNote,
    ImportOptions,
    ImportProgress,
    ImportStarted,
    MappingRequest,
)
from shared.contacts.import_upload import Upload
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.errors import Conflict, Detail, NotFound, ValidationFailed
from shared.kernel.i18n import Text, text
from shared.kernel.pages import Page
from shared.kernel.storage import storage
from shared.security.cipher import TenantCipher, tenant_cipher

STALLED_AFTER = timedelta(seconds=20)
MAX_RECOVERIES = 60  # twenty minutes without a step: something fails again and again
INGESTED_PERCENT = 75


def register(
    connection: Connection,
    cipher: TenantCipher,
    member_id: UUID,
    import_id: UUID,
    upload: Upload,
) -> ImportStarted:
    """Records a received file: `queued`, or `failed` at once when it cannot be read."""
    received = upload.received
    status = "failed" if received.problem else "queued"
    store.insert_import(
        connection,
        {
            "id": import_id,
            "status": status,
            "file_name_sealed": cipher.seal("file_name", upload.file_name),
            "file_bytes": received.size,
            "file_sha256": received.sha256,
            "encoding": received.encoding,
            "error": _error(received.problem) if received.problem else None,
            "options_sealed": cipher.seal_json("import_options", upload.options.model_dump(mode="json")),
            "member_id": member_id,
        },
    )
    return ImportStarted(id=import_id, status=status)


def get(connection: Connection, cipher: TenantCipher, import_id: UUID, language: str) -> ImportItem:
    """One import. Raises NotFound."""
    row = store.get_import(connection, import_id)
    if row is None:
        raise NotFound
    return _item(cipher, row, language)


def list_page(
    connection: Connection, cipher: TenantCipher, before: UUID | None, limit: int, language: str
) -> Page[ImportItem]:
    """Imports, newest first."""
    rows = store.newest_imports(connection, before, limit + 1)
    cursor = str(rows[limit - 1]["id"]) if len(rows) > limit else None
    return Page([_item(cipher, row, language) for row in rows[:limit]], cursor)


def inspect(tenant_id: UUID, import_id: UUID) -> list[int]:
    """Looks at a file, cuts it into chunks and goes on if the columns are clear.

    Returns the chunks to ingest; none when a person has to confirm the columns, when the file was refused, or
    when somebody else inspected it meanwhile. Running it again changes nothing.
    """
    with tenant_transaction(tenant_id) as connection:
        row = store.move(connection, import_id, "inspecting")
        if row is None:
            return store.open_chunks(connection, import_id) if _is_ingesting(connection, import_id) else []
        cipher = tenant_cipher(connection, tenant_id)
    files = ImportFiles(storage(), cipher, import_id)
    options = _options(cipher, row)
    try:
        found = files.inspect(row["encoding"], lambda: _touch(tenant_id, import_id))
        columns = _mapped(found.columns, options.mapping)
    except UnreadableFile as problem:
        fail(tenant_id, import_id, problem)
        return []
    return _finish_inspection(cipher, import_id, found, columns, options)


def confirm_mapping(
    connection: Connection, cipher: TenantCipher, import_id: UUID, request: MappingRequest
) -> list[int]:
    """Sets the mapping of an import that waits for it and returns the chunks to ingest.

    Raises NotFound; Conflict when it does not wait; ValidationFailed for an unknown column or for a mapping
    without a contact point.
    """
    row = store.get_import(connection, import_id)
    if row is None:
        raise NotFound
    if row["status"] != "awaiting_mapping":
        raise Conflict("import.not_awaiting_mapping")
    columns = [ImportColumn.model_validate(column) for column in _columns(cipher, row)]
    try:
        mapped = _apply_mapping(columns, request.mapping)
    except UnreadableFile as problem:
        header = problem.parameters.get("header")
        detail = Detail(_sentence(problem), field=f"mapping.{header}" if header else "mapping")
        raise ValidationFailed(details=[detail]) from problem
    given = request.model_dump(mode="json", exclude_none=True)
    options = ImportOptions.model_validate(_options(cipher, row).model_dump() | given)
    moved = store.move(
        connection,
        import_id,
        "ingesting",
        columns_sealed=cipher.seal_json("import_columns", [column.model_dump() for column in mapped]),
        options_sealed=cipher.seal_json("import_options", options.model_dump(mode="json")),
        # The person who confirmed may have told where the list comes from.
        warnings=Jsonb([code for code in row["warnings"] if code != "no_source"] + _source_warning(options)),
    )
    if moved is None:
        raise Conflict("import.not_awaiting_mapping")
    return store.open_chunks(connection, import_id)


def fail(tenant_id: UUID, import_id: UUID, problem: UnreadableFile) -> None:
    """Ends an import with an error; nothing of the file stays. Does nothing to one that has ended."""
    with tenant_transaction(tenant_id) as connection:
        moved = store.move(connection, import_id, "failed", error=Jsonb(_error(problem)), rejected=0)
        if moved is None:
            return
        store.clear(connection, import_id, rejects=True)
        cipher = tenant_cipher(connection, tenant_id)
    ImportFiles(storage(), cipher, import_id).delete()


def stalled(now: datetime) -> Iterator[tuple[UUID, UUID, str, list[int]]]:
    """Imports whose work was lost: (tenant, import, status, chunks still to ingest).

    Window: work that a crash took is given out again 20 to 25 seconds after the last progress. Each import is
    claimed, so that it is given out once per window; one on which somebody holds the row is left alone.
    """
    before = now - STALLED_AFTER
    with system_transaction() as connection:
        found = store.stalled(connection, before)
    for row in found:
        tenant_id, import_id = row["tenant_id"], row["import_id"]
        with tenant_transaction(tenant_id) as connection:
            claimed = store.claim_stalled(connection, import_id, before)
            chunks = store.open_chunks(connection, import_id) if claimed else []
        if claimed and claimed["recoveries"] >= MAX_RECOVERIES:
            fail(tenant_id, import_id, UnreadableFile("internal"))
        elif claimed:
            yield tenant_id, import_id, claimed["status"], chunks


def reject_columns(connection: Connection, cipher: TenantCipher, import_id: UUID) -> list[str]:
    """The headers of an import's file. Raises NotFound."""
    row = store.get_import(connection, import_id)
    if row is None:
        raise NotFound
    return [column["header"] for column in _columns(cipher, row)]


def field_of_column(cipher: TenantCipher, row: store.Row) -> dict[int, str]:
    """The mapping that rows are read by: column index → field."""
    return {i: column["field"] for i, column in enumerate(_columns(cipher, row))}


def options_of(cipher: TenantCipher, row: store.Row) -> ImportOptions:
    """The options of an import's row."""
    return _options(cipher, row)


def _is_ingesting(connection: Connection, import_id: UUID) -> bool:
    row = store.get_import(connection, import_id)
    return row is not None and row["status"] == "ingesting"


def _touch(tenant_id: UUID, import_id: UUID) -> None:
    with tenant_transaction(tenant_id) as connection:
        store.touch(connection, import_id)


def _mapped(columns: list[Column], mapping: dict[str, str] | None) -> list[ImportColumn]:
    """The columns under the uploader's mapping, or as proposed."""
    proposed = [
        ImportColumn(
            header=column.proposal.header,
            field=column.proposal.field,
            confidence=column.proposal.confidence,
            samples=column.samples,
        )
        for column in columns
    ]
    return proposed if mapping is None else _apply_mapping(proposed, mapping)


def _apply_mapping(columns: list[ImportColumn], mapping: dict[str, str]) -> list[ImportColumn]:
    """The columns with exactly the mapped fields. Raises UnreadableFile for an unknown column."""
    wanted = {normalize_header(header): field for header, field in mapping.items()} | mapping
    known = {column.header for column in columns} | {normalize_header(c.header) for c in columns}
    for header in mapping:
        if header not in known and normalize_header(header) not in known:
            raise UnreadableFile("unknown_column", header=header)
    mapped = [_with_field(column, wanted) for column in columns]
    if not any(column.field in POINT_FIELDS for column in mapped):
        raise UnreadableFile("no_contact_column")
    return mapped


def _with_field(column: ImportColumn, wanted: dict[str, str]) -> ImportColumn:
    field = wanted.get(column.header) or wanted.get(normalize_header(column.header)) or "ignore"
    if field.startswith(CUSTOM):
        field = CUSTOM + field.removeprefix(CUSTOM).strip()
    return column.model_copy(update={"field": field, "confidence": 1.0})


def _finish_inspection(
    cipher: TenantCipher,
    import_id: UUID,
    found: Inspected,
    columns: list[ImportColumn],
    options: ImportOptions,
) -> list[int]:
    clear = options.mapping is not None or is_confident([column.proposal for column in found.columns])
    status = "ingesting" if clear and not options.confirm_mapping else "awaiting_mapping"
    with tenant_transaction(cipher.tenant_id) as connection:
        moved = store.move(
            connection,
            import_id,
            status,
            delimiter=found.delimiter,
            header_row=found.header_row,
            columns_sealed=cipher.seal_json("import_columns", [column.model_dump() for column in columns]),
            warnings=Jsonb(_warnings(found, options)),
            total_rows=found.rows,
            chunks_total=len(found.chunks),
        )
        if moved is None:
            return []
        store.insert_chunks(connection, import_id, found.chunks)
    return [number for number, _, _ in found.chunks] if status == "ingesting" else []


def _warnings(found: Inspected, options: ImportOptions) -> list[str]:
    """Codes only: a header may hold anything, so the sentences are made when they are asked for."""
    sensitive = [f"sensitive_column:{i}" for i, c in enumerate(found.columns) if c.proposal.sensitive]
    opt_outs = [f"opt_out_column:{i}" for i, c in enumerate(found.columns) if c.proposal.opt_out]
    return [*sensitive, *opt_outs, *_source_warning(options)]


def _source_warning(options: ImportOptions) -> list[str]:
    return [] if options.source and options.legal_basis else ["no_source"]


def _item(cipher: TenantCipher, row: store.Row, language: str) -> ImportItem:
    columns = _columns(cipher, row)
    return ImportItem(
        id=row["id"],
        status=row["status"],
        file_name=cipher.open("file_name", row["file_name_sealed"]),
        file_bytes=row["file_bytes"],
        counts=ImportCounts(
            rows=row["total_rows"],
            **{name: row[name] for name in ImportCounts.model_fields if name != "rows"},
        ),
        progress=ImportProgress(
            done_rows=row["done_rows"], total_rows=row["total_rows"], percent=_percent(row)
        ),
        columns=[ImportColumn.model_validate(column) for column in columns],
        options=_options(cipher, row),
        warnings=[_warning(code, columns, language) for code in row["warnings"]],
        error=_note(row["error"], language) if row["error"] else None,
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
    )


def _percent(row: store.Row) -> int:
    """Reading rows is three quarters of the work, finding duplicates the rest."""
    if row["status"] == "completed":
        return 100
    if not row["total_rows"]:
        return 0
    return INGESTED_PERCENT * int(row["done_rows"]) // int(row["total_rows"])


def _options(cipher: TenantCipher, row: store.Row) -> ImportOptions:
    return ImportOptions.model_validate(cipher.open_json("import_options", row["options_sealed"]))


def _columns(cipher: TenantCipher, row: store.Row) -> list[dict[str, Any]]:
    sealed = row["columns_sealed"]
    columns: list[dict[str, Any]] = cipher.open_json("import_columns", sealed) if sealed else []
    return columns


def _warning(code: str, columns: list[dict[str, Any]], language: str) -> ImportNote:
    name, _, index = code.partition(":")
    parameters = {"column": columns[int(index)]["header"]} if index else {}
    sentence = text(f"import_warning.{name}", **parameters)
    return ImportNote(code=name, message=sentence.in_language(language))


def _error(problem: UnreadableFile) -> dict[str, Any]:
    """What is stored of a problem: row and column numbers, never a text from the file."""
    return {"code": problem.code, "message": _sentence(problem).as_json()}


def _sentence(problem: UnreadableFile) -> Text:
    return text(f"import.{problem.code}", **problem.parameters)


def _note(stored: dict[str, Any], language: str) -> ImportNote:
    return ImportNote(code=stored["code"], message=stored["message"][language])
