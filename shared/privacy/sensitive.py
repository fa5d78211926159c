"""Sensitive information (개인정보 보호법 제23조): custom fields that only Admins and Owners see."""

from shared.contacts import custom_fields
from shared.contacts.headers import is_sensitive
from shared.contacts.models import Contact
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher

MAY_SEE = ("admin", "owner")


def for_role(connection: Connection, cipher: TenantCipher, contact: Contact, role: str) -> Contact:
    """The contact without the sensitive fields that this role may not see."""
    if role in MAY_SEE or not contact.custom:
        return contact
    hidden = {field.label for field in custom_fields.all_of(connection, cipher) if field.sensitive}
    shown = {
        label: value
        for label, value in contact.custom.items()
        if label not in hidden and not is_sensitive(label)
    }
    return contact.model_copy(update={"custom": shown})
