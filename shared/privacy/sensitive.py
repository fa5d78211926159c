"""Sensitive information (개인정보 보호법 제23조) in what members are shown.

Whatever shows a contact's fields to a member passes here: the contact, what changed in it, a pair to review,
a message with its values. Whose eyes they are is said by `hidden_from`; the rule stands in
`shared/contacts/sensitive_fields`, which filters, imports and texts ask, too.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shared.accounts.identity import Identity
from shared.contacts import sensitive_fields
from shared.contacts.headers import CUSTOM
from shared.contacts.import_models import ImportRow
from shared.contacts.models import Contact, ContactInput, TimelineItem
from shared.contacts.review_models import ReviewItem
from shared.contacts.sensitive_fields import IsHidden
from shared.kernel.database import Connection
from shared.kernel.errors import Forbidden
from shared.kernel.pages import Page
from shared.security.cipher import TenantCipher

COVERED = "***"


def hidden_from(connection: Connection, cipher: TenantCipher, member: Identity) -> IsHidden:
    """Which fields a member may not know of."""
    return sensitive_fields.hidden_from(connection, cipher, sees_sensitive=member.sees_sensitive)


def shown(contact: Contact, is_hidden: IsHidden) -> Contact:
    """The contact without its hidden fields."""
    seen = {label: value for label, value in contact.custom.items() if not is_hidden(label)}
    return contact.model_copy(update={"custom": seen})


def covered(custom: Mapping[str, str], is_hidden: IsHidden) -> dict[str, str]:
    """Custom fields with `***` for hidden values: a message shows that something stands there."""
    return {label: COVERED if is_hidden(label) else value for label, value in custom.items()}


def timeline(page: Page[TimelineItem], is_hidden: IsHidden) -> Page[TimelineItem]:
    """A timeline without what was changed in hidden fields."""
    for item in page.items:
        if "changes" in item.detail:
            item.detail["changes"] = _seen(item.detail["changes"], lambda one: one["field"], is_hidden)
    return page


def import_rows(page: Page[ImportRow], is_hidden: IsHidden) -> Page[ImportRow]:
    """An import's rows without what they changed in hidden fields."""
    for row in page.items:
        row.details = _seen(row.details, lambda one: one.field, is_hidden)
    return page


def reviews(page: Page[ReviewItem], is_hidden: IsHidden) -> Page[ReviewItem]:
    """Pairs to review without the hidden fields, on either side."""
    for item in page.items:
        item.left, item.right = shown(item.left, is_hidden), shown(item.right, is_hidden)
        for pair in item.fields:
            if pair.field == "custom":
                # Equal or not is told of the whole: somebody who decides must not take them for the same.
                pair.left, pair.right = item.left.custom, item.right.custom
    return page


def check_written(wanted: ContactInput, is_hidden: IsHidden) -> None:
    """Raises Forbidden for hidden fields in what a member writes: that one stays as it is would tell that it
    is there."""
    if any(map(is_hidden, wanted.custom)):
        raise Forbidden("privacy.sensitive_written")


def with_hidden(wanted: ContactInput, stored: Contact, is_hidden: IsHidden) -> ContactInput:
    """A change by somebody who does not see the hidden fields: what they do not see stays as it is."""
    kept = {label: value for label, value in stored.custom.items() if is_hidden(label)}
    if not kept or "custom" not in wanted.model_fields_set:
        return wanted
    # Validated anew: the limits hold for both together.
    custom = {"custom": {**wanted.custom, **kept}}
    return ContactInput.model_validate(wanted.model_dump(exclude_unset=True) | custom)


def _seen(changes: Iterable[Any], field_of: Callable[[Any], str], is_hidden: IsHidden) -> list[Any]:
    return [
        change
        for change in changes
        if not (field_of(change).startswith(CUSTOM) and is_hidden(field_of(change).removeprefix(CUSTOM)))
    ]
