"""Which column of an import is which: applied, consented to, and remembered for the next list like it."""

from collections.abc import Mapping, Sequence

from shared.contacts import custom_fields
from shared.contacts import store_mappings as store
from shared.contacts.csv_reader import UnreadableFile
from shared.contacts.headers import CUSTOM, POINT_FIELDS, normalize_header
from shared.contacts.import_models import ImportColumn
from shared.contacts.inspection import Column
from shared.contacts.sensitive_fields import IsHidden
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher


def proposed(columns: Sequence[Column]) -> list[ImportColumn]:
    """The columns as the inspection takes them."""
    return [
        ImportColumn(
            header=column.proposal.header,
            field=column.proposal.field,
            confidence=column.proposal.confidence,
            samples=column.samples,
            sensitive=column.proposal.sensitive,
            refused=column.refused,
            hidden=column.hidden,
        )
        for column in columns
    ]


def applied(columns: Sequence[ImportColumn], mapping: Mapping[str, str]) -> list[ImportColumn]:
    """The columns with exactly the mapped fields; refused ones stay out.

    Raises UnreadableFile for a column that is not there and for a mapping without a contact point.
    """
    exact = {column.header for column in columns}
    # Written otherwise than in the file; 성명 does not speak of 성명(한자) where both are there.
    loose = {normalize_header(header): field for header, field in mapping.items() if header not in exact}
    known = exact | {normalize_header(c.header) for c in columns}
    for header in mapping:
        if header not in known and normalize_header(header) not in known:
            raise UnreadableFile("unknown_column", header=header)
    mapped = [_with_field(column, mapping, loose) for column in columns]
    if not any(column.field in POINT_FIELDS for column in mapped):
        raise UnreadableFile("no_contact_column")
    return mapped


def tells(column: ImportColumn, is_hidden: IsHidden) -> bool:
    """Whether a column's cells tell a hidden field: by its own header, or by the field it goes to."""
    return is_hidden(column.header) or (
        column.field.startswith(CUSTOM) and is_hidden(column.field.removeprefix(CUSTOM))
    )


def unconsented(
    columns: Sequence[ImportColumn], consents: Mapping[str, bool], is_sensitive: IsHidden
) -> list[int]:
    """The places of sensitive columns that are mapped without the consent of 개인정보 보호법 제23조."""
    return [
        i
        for i, column in enumerate(columns)
        if column.field != "ignore" and tells(column, is_sensitive) and not consents.get(column.header)
    ]


def without(columns: Sequence[ImportColumn], left_out: Sequence[int]) -> list[ImportColumn]:
    """The columns, some of them left out of the import."""
    return [
        column.model_copy(update={"field": "ignore"}) if i in left_out else column
        for i, column in enumerate(columns)
    ]


def recall(
    connection: Connection, cipher: TenantCipher, columns: Sequence[ImportColumn]
) -> list[ImportColumn] | None:
    """The columns as somebody of the camp last mapped the same headers; None when nobody did."""
    sealed = store.find_mapping(connection, _headers_hash(cipher, columns))
    if sealed is None:
        return None
    try:
        return applied(columns, cipher.open_json("import_mapping", sealed))
    except UnreadableFile:
        return None  # the column that held the contact points is refused this time


def remember(connection: Connection, cipher: TenantCipher, columns: Sequence[ImportColumn]) -> None:
    """Keeps a confirmed mapping for lists with the same headers, in whatever order, and its custom fields."""
    mapping = {column.header: column.field for column in columns}
    store.keep_mapping(
        connection, _headers_hash(cipher, columns), cipher.seal_json("import_mapping", mapping)
    )
    note_customs(connection, cipher, columns)


def note_customs(connection: Connection, cipher: TenantCipher, columns: Sequence[ImportColumn]) -> None:
    """Puts the custom fields of a mapping on the camp's list."""
    customs = ((c.field.removeprefix(CUSTOM), c.sensitive) for c in columns if c.field.startswith(CUSTOM))
    custom_fields.note_labels(connection, cipher, customs)


def _headers_hash(cipher: TenantCipher, columns: Sequence[ImportColumn]) -> bytes:
    return cipher.field_hash("headers", "\n".join(sorted(normalize_header(c.header) for c in columns)))


def _with_field(column: ImportColumn, mapping: Mapping[str, str], loose: Mapping[str, str]) -> ImportColumn:
    field = mapping.get(column.header) or loose.get(normalize_header(column.header)) or "ignore"
    if field.startswith(CUSTOM):
        field = CUSTOM + field.removeprefix(CUSTOM).strip()
    return column.model_copy(update={"field": "ignore" if column.refused else field, "confidence": 1.0})
