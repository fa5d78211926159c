"""What a person decides of a list that waits: which column is what, another sheet, where it is from."""

from collections.abc import Sequence
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.contacts import mapping
from shared.contacts import store_imports as store
from shared.contacts.csv_reader import UnreadableFile
from shared.contacts.import_models import ImportColumn, ImportOptions, MappingRequest
from shared.contacts.import_views import columns_of, inspection_of, options_of, sealed_columns, sentence_of
from shared.contacts.sensitive_fields import IsHidden, SensitiveLabels
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, Detail, Forbidden, NotFound, ValidationFailed
from shared.kernel.i18n import text
from shared.security import audit
from shared.security.cipher import TenantCipher


def confirm_mapping(
    connection: Connection,
    cipher: TenantCipher,
    import_id: UUID,
    request: MappingRequest,
    member_id: UUID,
    *,
    is_admin: bool,
    is_hidden: IsHidden,
) -> list[int] | None:
    """Sets the mapping of an import that waits for it and returns the chunks to ingest.

    None when another sheet was chosen, which has to be inspected first. Raises NotFound; Conflict when the
    import does not wait; ValidationFailed for an unknown column, a mapping without a contact point, a missing
    source or legal basis, or a list that looks made up and is not answered for; Forbidden when it is answered
    for by anybody but an Admin, and for a sensitive column that is hidden from the member.
    """
    row = store.get_import(connection, import_id)
    if row is None:
        raise NotFound
    if row["status"] != "awaiting_mapping":
        raise Conflict("import.not_awaiting_mapping")
    if request.sheet is not None and request.sheet != inspection_of(cipher, row).get("sheet"):
        _read_another_sheet(connection, cipher, row, request.sheet)
        return None
    options = _merged(options_of(cipher, row), request)
    columns = _confirmed_columns(columns_of(cipher, row), options)
    if any(column.field != "ignore" and mapping.tells(column, is_hidden) for column in columns):
        raise Forbidden("import.sensitive_needs_right")
    _require_origin(options)
    found = _answered_for(connection, cipher, row, request.generated_reason, member_id, is_admin=is_admin)
    missing = mapping.unconsented(
        columns, options.sensitive_consent, SensitiveLabels(connection, cipher).is_known_or_sounds_so
    )
    moved = store.move(
        connection,
        import_id,
        "ingesting",
        columns_sealed=sealed_columns(cipher, mapping.without(columns, missing)),
        options_sealed=cipher.seal_json("import_options", options.model_dump(mode="json")),
        inspection_sealed=cipher.seal_json("import_inspection", found),
        warnings=Jsonb(_settled_warnings(row["warnings"], columns, missing)),
    )
    if moved is None:
        raise Conflict("import.not_awaiting_mapping")
    mapping.remember(connection, cipher, columns)
    return store.open_chunks(connection, import_id)


def _settled_warnings(before: list[str], columns: Sequence[ImportColumn], missing: list[int]) -> list[str]:
    """The warnings that still hold once a person has decided: consents given are no longer missed."""
    consented = {f"sensitive_column:{i}" for i, column in enumerate(columns) if column.field != "ignore"}
    consented -= {f"sensitive_column:{i}" for i in missing}
    return [code for code in before if code not in consented | {"no_source", "choose_sheet", "side_by_side"}]


def _read_another_sheet(connection: Connection, cipher: TenantCipher, row: store.Row, sheet: str) -> None:
    """Puts an import back to where its file is inspected; it waits again whatever is found."""
    known = {entry["name"] for entry in inspection_of(cipher, row).get("sheets", [])}
    if sheet not in known:
        raise ValidationFailed(details=[Detail(text("import.unknown_sheet"), field="sheet")])
    options = options_of(cipher, row).model_copy(
        update={"sheet": sheet, "mapping": None, "confirm_mapping": True, "sensitive_consent": {}}
    )
    sealed = cipher.seal_json("import_options", options.model_dump(mode="json"))
    if store.move(connection, row["id"], "queued", options_sealed=sealed) is None:
        raise Conflict("import.not_awaiting_mapping")


def _merged(options: ImportOptions, request: MappingRequest) -> ImportOptions:
    given = request.model_dump(mode="json", exclude_none=True, exclude={"generated_reason", "sheet"})
    return ImportOptions.model_validate(options.model_dump() | given)


def _confirmed_columns(columns: list[ImportColumn], options: ImportOptions) -> list[ImportColumn]:
    try:
        return mapping.applied(columns, options.mapping or {})
    except UnreadableFile as problem:
        header = problem.parameters.get("header")
        detail = Detail(sentence_of(problem), field=f"mapping.{header}" if header else "mapping")
        raise ValidationFailed(details=[detail]) from problem


def _require_origin(options: ImportOptions) -> None:
    """Whoever asks is told where the data is from and why we may have it (개인정보 보호법 제15조·제20조)."""
    missing = [name for name in ("source", "legal_basis") if not (getattr(options, name) or "").strip()]
    if missing:
        raise ValidationFailed(
            details=[Detail(text("import.origin_missing"), field=name) for name in missing]
        )


def _answered_for(
    connection: Connection,
    cipher: TenantCipher,
    row: store.Row,
    reason: str | None,
    member_id: UUID,
    *,
    is_admin: bool,
) -> dict[str, object]:
    """The findings, with an Admin's reason if the list looks made up (공직선거법 제82조의5 제6항)."""
    found = inspection_of(cipher, row)
    if not found.get("generated"):
        return found
    if not (reason or "").strip():
        raise ValidationFailed(details=[Detail(text("import.generated"), field="generated_reason")])
    if not is_admin:
        raise Forbidden("import.generated_needs_admin")
    audit.record(
        connection,
        "import.generated_list_accepted",
        member_id=member_id,
        target=str(row["id"]),
        share=found["generated"]["share"],
    )
    return {**found, "generated_reason": reason, "generated_by": str(member_id)}
