"""Verbs on imports: register, look, map, inspect, fail, recover (`ingest` reads and joins their rows)."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from psycopg.errors import DiskFull
from psycopg.types.json import Jsonb

from shared.contacts import import_undo, mapping, store_mappings
from shared.contacts import store_imports as store
from shared.contacts.csv_reader import UnreadableFile
from shared.contacts.headers import Proposal, is_confident, is_side_by_side
from shared.contacts.import_files import ImportFiles, Inspected
from shared.contacts.import_models import (
    ImportColumn,
    ImportItem,
    ImportOptions,
    ImportStarted,
)
from shared.contacts.import_upload import Upload
from shared.contacts.import_views import (
    Sight,
    columns_of,
    error_of,
    item_of,
    sealed_columns,
)
from shared.contacts.import_views import (
    options_of as options_of,
)
from shared.contacts.sensitive_fields import SensitiveLabels
from shared.kernel.clock import utc_now
from shared.kernel.config import settings
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.errors import (
    Detail,
    NotFound,
    StorageFull,
    StorageUnavailable,
    ValidationFailed,
)
from shared.kernel.i18n import text
from shared.kernel.pages import Page
from shared.kernel.storage import storage
from shared.security.cipher import TenantCipher, tenant_cipher

MENDED_SHOWN = 20
MAX_RECOVERIES = 60  # twenty minutes without a step: something fails again and again


def register(
    connection: Connection,
    cipher: TenantCipher,
    member_id: UUID,
    import_id: UUID,
    upload: Upload,
    *,
    may_consent: bool,
) -> ImportStarted:
    """Records a received file: `queued`, or `failed` at once when it cannot be read. Raises ValidationFailed.

    The consent to sensitive columns of somebody who may not import them counts for nothing: such an import
    waits for its mapping.
    """
    received = upload.received
    options = upload.options
    if options.mends is not None and store.get_import(connection, options.mends) is None:
        raise ValidationFailed(details=[Detail(text("import.mends_unknown"), field="options.mends")])
    if not may_consent:
        options = options.model_copy(update={"sensitive_consent": {}})
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
            "error": error_of(received.problem) if received.problem else None,
            "options_sealed": cipher.seal_json("import_options", options.model_dump(mode="json")),
            "member_id": member_id,
            "mends": options.mends,
        },
    )
    return ImportStarted(id=import_id, status=status)


def get(
    connection: Connection, cipher: TenantCipher, import_id: UUID, language: str, sight: Sight
) -> ImportItem:
    """One import. Raises NotFound."""
    row = store.get_import(connection, import_id)
    if row is None:
        raise NotFound
    mended_by = store.mended_by(connection, import_id, MENDED_SHOWN)
    return item_of(cipher, row, language, sight).model_copy(update={"mended_by": mended_by})


def list_page(
    connection: Connection, cipher: TenantCipher, before: UUID | None, limit: int, language: str, sight: Sight
) -> Page[ImportItem]:
    """Imports, newest first."""
    rows = store.newest_imports(connection, before, limit + 1)
    cursor = str(rows[limit - 1]["id"]) if len(rows) > limit else None
    return Page([item_of(cipher, row, language, sight) for row in rows[:limit]], cursor)


def inspect(tenant_id: UUID, import_id: UUID) -> list[int]:
    """Looks at a file, cuts it into chunks and goes on if the columns are clear.

    Returns the chunks to ingest; none when a person has to confirm the columns, when the file was refused, or
    when somebody else inspected it meanwhile. Running it again changes nothing. Raises StorageUnavailable,
    and the import stays as it was.
    """
    with tenant_transaction(tenant_id) as connection:
        row = store.move(connection, import_id, "inspecting")
        if row is None:
            return store.open_chunks(connection, import_id) if _is_ingesting(connection, import_id) else []
        cipher = tenant_cipher(connection, tenant_id)
    files = ImportFiles(storage(), cipher, import_id)
    options = options_of(cipher, row)
    try:
        found = files.inspect(row["encoding"], _touching(tenant_id, import_id), options.sheet)
        return _finish_inspection(cipher, import_id, found, options)
    except UnreadableFile as problem:
        fail(tenant_id, import_id, problem)
        return []
    except (StorageFull, DiskFull, FileNotFoundError) as error:
        fail(tenant_id, import_id, lost(error))
        return []


def lost(error: Exception) -> UnreadableFile:
    """Why an import ends when there is no room for its work, or when its file is gone."""
    return UnreadableFile("file_lost" if isinstance(error, FileNotFoundError) else "storage_full")


def fail(tenant_id: UUID, import_id: UUID, problem: UnreadableFile) -> None:
    """Ends an import with an error; nothing of the file stays. Does nothing to one that has ended."""
    with tenant_transaction(tenant_id) as connection:
        moved = store.move(connection, import_id, "failed", error=Jsonb(error_of(problem)), rejected=0)
        if moved is None:
            return
        store.clear(connection, import_id)
        cipher = tenant_cipher(connection, tenant_id)
    ImportFiles(storage(), cipher, import_id).delete()


def is_any_under_way() -> bool:
    """Whether a list of any tenant comes in or is taken back; one that seems lost does not count."""
    with system_transaction() as connection:
        return store.is_any_under_way(connection, utc_now() - settings().recovery_window)


def stalled(now: datetime) -> Iterator[tuple[UUID, UUID, str, list[int]]]:
    """Imports whose work was lost: (tenant, import, status, chunks still to ingest).

    Window: work that a crash took is given out again 20 to 25 seconds after the last progress
    (HANPYO_RECOVERY_SECONDS and the sweep's five). Each import is claimed, so that it is given out once per
    window; one on which somebody holds the row is left alone.
    """
    before = now - settings().recovery_window
    with system_transaction() as connection:
        found = store.stalled(connection, before)
    for row in found:
        tenant_id, import_id = row["tenant_id"], row["import_id"]
        with tenant_transaction(tenant_id) as connection:
            claimed = store.claim_stalled(connection, import_id, before)
            chunks = store.open_chunks(connection, import_id) if claimed else []
        if claimed and claimed["recoveries"] >= MAX_RECOVERIES:
            import_undo.stop(tenant_id, import_id)
            fail(tenant_id, import_id, UnreadableFile(_why_stuck()))
        elif claimed:
            yield tenant_id, import_id, claimed["status"], chunks


def _why_stuck() -> str:
    try:
        storage().check()
    except StorageUnavailable:
        return "storage_unavailable"
    return "internal"


def reject_columns(
    connection: Connection, cipher: TenantCipher, import_id: UUID, sight: Sight
) -> list[tuple[str, bool]]:
    """The columns of an import's file: header, and whether its cells are covered. Raises NotFound."""
    row = store.get_import(connection, import_id)
    if row is None:
        raise NotFound
    return [(column.header, sight.covers(row, column)) for column in columns_of(cipher, row)]


def field_of_column(cipher: TenantCipher, row: store.Row) -> dict[int, str]:
    """The mapping that rows are read by: column index → field."""
    return {i: column.field for i, column in enumerate(columns_of(cipher, row))}


def _is_ingesting(connection: Connection, import_id: UUID) -> bool:
    row = store.get_import(connection, import_id)
    return row is not None and row["status"] == "ingesting"


def _touching(tenant_id: UUID, import_id: UUID) -> Callable[[], None]:
    """Tells the recovery sweep that somebody is at work, as often as it needs to know."""
    next_at = 0.0

    def touch() -> None:
        nonlocal next_at
        if time.monotonic() >= next_at:
            with tenant_transaction(tenant_id) as connection:
                store.touch(connection, import_id)
            next_at = time.monotonic() + settings().recovery_window.total_seconds() / 10

    return touch


def _finish_inspection(
    cipher: TenantCipher, import_id: UUID, found: Inspected, options: ImportOptions
) -> list[int]:
    """Keeps what was found and goes on, unless a person has to decide something."""
    with tenant_transaction(cipher.tenant_id) as connection:
        columns, remembered = _columns_for(connection, cipher, found, options)
        is_sensitive = SensitiveLabels(connection, cipher).is_known_or_sounds_so
        unconsented = mapping.unconsented(columns, options.sensitive_consent, is_sensitive)
        waits = (
            options.confirm_mapping
            or not found.sheet_is_certain
            or bool(unconsented or found.generated)
            or not (options.source and options.legal_basis)
            or not (options.mapping is not None or remembered or _is_clear(columns))
        )
        moved = store.move(
            connection,
            import_id,
            "awaiting_mapping" if waits else "ingesting",
            delimiter=found.delimiter,
            header_row=found.header_row,
            columns_sealed=sealed_columns(cipher, columns),
            inspection_sealed=cipher.seal_json("import_inspection", _findings(found, remembered=remembered)),
            warnings=Jsonb(_warnings(found, columns, options)),
            total_rows=found.rows,
            chunks_total=len(found.chunks),
        )
        if moved is None:
            return []
        if not waits:
            mapping.note_customs(connection, cipher, columns)
        store_mappings.drop_chunks(connection, import_id)
        store.insert_chunks(connection, import_id, found.chunks)
    return [] if waits else [number for number, _, _ in found.chunks]


def _columns_for(
    connection: Connection, cipher: TenantCipher, found: Inspected, options: ImportOptions
) -> tuple[list[ImportColumn], bool]:
    """The columns as the uploader mapped them, as the same headers were mapped last time, or as proposed;
    and whether they were remembered."""
    columns = mapping.proposed(found.columns)
    if options.mapping is not None:
        return mapping.applied(columns, options.mapping), False
    remembered = mapping.recall(connection, cipher, columns)
    return remembered or columns, remembered is not None


def _is_clear(columns: Sequence[ImportColumn]) -> bool:
    return is_confident([Proposal(c.header, c.field, c.confidence) for c in columns if not c.refused])


def _findings(found: Inspected, *, remembered: bool) -> dict[str, object]:
    only = len(found.sheets) == 1
    return {
        "sheets": [
            {"name": sheet.name, "rows": found.rows if only else sheet.rows, "hidden": sheet.hidden}
            for sheet in found.sheets
        ],
        "sheet": found.sheet,
        "generated": found.generated._asdict() if found.generated else None,
        "remembered": remembered,
    }


def _warnings(found: Inspected, columns: Sequence[ImportColumn], options: ImportOptions) -> list[str]:
    """Codes only: a header may hold anything, so the sentences are made when they are asked for."""
    of_columns = [
        f"{code}:{i}"
        for i, (column, shown) in enumerate(zip(found.columns, columns, strict=True))
        for code, holds in (
            ("refused_column", column.refused),
            ("sensitive_column", column.proposal.sensitive),
            ("opt_out_column", column.proposal.opt_out),
            ("hidden_column", column.hidden and shown.field == "ignore"),
        )
        if holds
    ]
    skipped = [f"{code}={count}" for code, count in sorted(found.skipped.items())]
    several = [] if found.sheet_is_certain else ["choose_sheet"]
    generated = ["generated"] if found.generated else []
    beside = ["side_by_side"] if is_side_by_side([column.header for column in columns]) else []
    unsaid = [] if options.source and options.legal_basis else ["no_source"]
    return [*of_columns, *skipped, *several, *beside, *generated, *unsaid]
