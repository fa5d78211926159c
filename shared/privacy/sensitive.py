"""Sensitive information (개인정보 보호법 제23조): custom fields that only Admins and Owners see.

Whatever shows a contact's fields to a member passes here: the contact, what changed in it, a pair to review,
a message with its values.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from shared.contacts import contacts, custom_fields
from shared.contacts.headers import CUSTOM, is_sensitive
from shared.contacts.import_models import ImportRow
from shared.contacts.models import Contact, ContactInput, TimelineItem
from shared.contacts.review_models import ReviewItem
from shared.kernel.database import Connection
from shared.kernel.pages import Page
from shared.security.cipher import TenantCipher

MAY_SEE = ("admin", "owner")
COVERED = "***"
_IsHidden = Callable[[str], bool]


def for_role(connection: Connection, cipher: TenantCipher, contact: Contact, role: str) -> Contact:
    """The contact without the sensitive fields that this role may not see."""
    if role in MAY_SEE or not contact.custom:
        return contact
    return _without(contact, _hidden(connection, cipher))


def covered(
    connection: Connection, cipher: TenantCipher, custom: Mapping[str, str], role: str
) -> dict[str, str]:
    """Custom fields with `***` for the values that this role may not see: a message shows that something
    stands there."""
    if role in MAY_SEE or not custom:
        return dict(custom)
    is_hidden = _hidden(connection, cipher)
    return {label: COVERED if is_hidden(label) else value for label, value in custom.items()}


def timeline_for_role(
    connection: Connection, cipher: TenantCipher, page: Page[TimelineItem], role: str
) -> Page[TimelineItem]:
    """A timeline without what was changed in the fields that this role may not see."""
    if role in MAY_SEE:
        return page
    is_hidden = _hidden(connection, cipher)
    for item in page.items:
        if "changes" in item.detail:
            item.detail["changes"] = _seen(item.detail["changes"], lambda one: one["field"], is_hidden)
    return page


def rows_for_role(
    connection: Connection, cipher: TenantCipher, page: Page[ImportRow], role: str
) -> Page[ImportRow]:
    """An import's rows without what they changed in the fields that this role may not see."""
    if role in MAY_SEE:
        return page
    is_hidden = _hidden(connection, cipher)
    for row in page.items:
        row.details = _seen(row.details, lambda one: one.field, is_hidden)
    return page


def reviews_for_role(
    connection: Connection, cipher: TenantCipher, page: Page[ReviewItem], role: str
) -> Page[ReviewItem]:
    """Pairs to review without the fields that this role may not see, on either side."""
    if role in MAY_SEE:
        return page
    is_hidden = _hidden(connection, cipher)
    for item in page.items:
        item.left, item.right = _without(item.left, is_hidden), _without(item.right, is_hidden)
        for pair in item.fields:
            if pair.field == "custom":
                # Equal or not is told of the whole: somebody who decides must not take them for the same.
                pair.left, pair.right = item.left.custom, item.right.custom
    return page


def with_hidden(
    connection: Connection, cipher: TenantCipher, contact_id: UUID, wanted: ContactInput, role: str
) -> ContactInput:
    """A change by somebody who does not see the sensitive fields: what they do not see stays as it is.

    Raises NotFound.
    """
    if role in MAY_SEE or "custom" not in wanted.model_fields_set:
        return wanted
    is_hidden = _hidden(connection, cipher)
    stored = contacts.get(connection, cipher, contact_id).custom
    kept = {label: value for label, value in stored.items() if is_hidden(label)}
    sent = {label: v for label, v in wanted.custom.items() if label not in kept}
    # Validated anew: the limits hold for both together.
    return ContactInput.model_validate(wanted.model_dump(exclude_unset=True) | {"custom": {**sent, **kept}})


def _hidden(connection: Connection, cipher: TenantCipher) -> _IsHidden:
    marked = {field.label for field in custom_fields.all_of(connection, cipher) if field.sensitive}
    return lambda label: label in marked or is_sensitive(label)


def _without(contact: Contact, is_hidden: _IsHidden) -> Contact:
    shown = {label: value for label, value in contact.custom.items() if not is_hidden(label)}
    return contact.model_copy(update={"custom": shown})


def _seen(changes: Iterable[Any], field_of: Callable[[Any], str], is_hidden: _IsHidden) -> list[Any]:
    return [
        change
        for change in changes
        if not (field_of(change).startswith(CUSTOM) and is_hidden(field_of(change).removeprefix(CUSTOM)))
    ]
