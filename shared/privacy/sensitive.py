"""Sensitive information (개인정보 보호법 제23조): custom fields that only Admins and Owners see."""

from uuid import UUID

from shared.contacts import contacts, custom_fields
from shared.contacts.headers import is_sensitive
from shared.contacts.models import Contact, ContactInput
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher

MAY_SEE = ("admin", "owner")


def for_role(connection: Connection, cipher: TenantCipher, contact: Contact, role: str) -> Contact:
    """The contact without the sensitive fields that this role may not see."""
    if role in MAY_SEE or not contact.custom:
        return contact
    hidden = _hidden(connection, cipher, contact.custom)
    shown = {label: value for label, value in contact.custom.items() if label not in hidden}
    return contact.model_copy(update={"custom": shown})


def with_hidden(
    connection: Connection, cipher: TenantCipher, contact_id: UUID, wanted: ContactInput, role: str
) -> ContactInput:
    """A change by somebody who does not see the sensitive fields: what they do not see stays as it is.

    Raises NotFound.
    """
    if role in MAY_SEE or "custom" not in wanted.model_fields_set:
        return wanted
    stored = contacts.get(connection, cipher, contact_id).custom
    kept = {label: stored[label] for label in _hidden(connection, cipher, stored)}
    sent = {label: v for label, v in wanted.custom.items() if label not in kept}
    # Validated anew: the limits hold for both together.
    return ContactInput.model_validate(wanted.model_dump(exclude_unset=True) | {"custom": {**sent, **kept}})


def _hidden(connection: Connection, cipher: TenantCipher, custom: dict[str, str]) -> set[str]:
    marked = {field.label for field in custom_fields.all_of(connection, cipher) if field.sensitive}
    return {label for label in custom if label in marked or is_sensitive(label)}
