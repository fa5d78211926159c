"""Where the next page of a contact list begins."""

from uuid import UUID

from shared.contacts.store_search import NEWEST
from shared.kernel.errors import Detail, ValidationFailed
from shared.kernel.i18n import text


def place(cursor: str | None) -> tuple[int, UUID]:
    """The tier and the id that a page begins after.

    Raises ValidationFailed for a cursor that is none of ours.
    """
    if cursor is None:
        return 0, NEWEST
    tier, dot, contact_id = cursor.rpartition(".")
    try:
        if dot and tier not in ("0", "1", "2"):
            raise ValueError(tier)
        return int(tier or 0), UUID(contact_id)
    except ValueError as error:
        raise _bad_cursor() from error


def row_number(cursor: str | None) -> int:
    """The row of an import's file that a page begins after. Raises as `place`."""
    if cursor is None:
        return -1
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 9:
        raise _bad_cursor()
    return int(cursor)


def _bad_cursor() -> ValidationFailed:
    return ValidationFailed(details=[Detail(text("validation.invalid"), field="cursor")])
