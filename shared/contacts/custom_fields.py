"""The custom fields of a camp: labels that mappings offer and values stand under."""

from collections.abc import Iterable
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contacts import store_mappings as store
from shared.contacts.headers import is_sensitive
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, NotFound
from shared.kernel.ids import new_id
from shared.security.cipher import TenantCipher

MAX_LABEL = 100


class CustomField(BaseModel):
    """A custom field. `sensitive`: its values need a consent of their own (개인정보 보호법 제23조)."""

    id: UUID
    label: str
    sensitive: bool


class NewCustomField(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    label: str = Field(min_length=1, max_length=MAX_LABEL)
    sensitive: bool = False


def all_of(connection: Connection, cipher: TenantCipher) -> list[CustomField]:
    """The camp's custom fields, oldest first."""
    return [
        CustomField(
            id=row["id"], label=cipher.open("custom_label", row["label_sealed"]), sensitive=row["sensitive"]
        )
        for row in store.custom_fields(connection)
    ]


def create(connection: Connection, cipher: TenantCipher, new: NewCustomField) -> CustomField:
    """Adds a field. One that sounds sensitive is. Raises Conflict for a label that is there already.

    One that was taken off the list comes back as sensitive as it was.
    """
    field_id = _add(connection, cipher, new.label, sensitive=new.sensitive or is_sensitive(new.label))
    if field_id is None:
        raise Conflict("custom_fields.label_taken")
    return next(field for field in all_of(connection, cipher) if field.id == field_id)


def note_labels(connection: Connection, cipher: TenantCipher, labels: Iterable[tuple[str, bool]]) -> None:
    """Adds the labels (and whether sensitive) that a mapping made up on the fly; known ones stay."""
    for label, sensitive in labels:
        _add(connection, cipher, label, sensitive=sensitive or is_sensitive(label))


def delete(connection: Connection, field_id: UUID) -> None:
    """Takes a field off the list; values already given stay with their contacts. Raises NotFound."""
    if not store.delete_custom_field(connection, field_id):
        raise NotFound


def _add(connection: Connection, cipher: TenantCipher, label: str, *, sensitive: bool) -> UUID | None:
    sealed = cipher.seal("custom_label", label)
    return store.add_custom_field(
        connection, new_id(), cipher.field_hash("custom_label", label), sealed, sensitive=sensitive
    )
