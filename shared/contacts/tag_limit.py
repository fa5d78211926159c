"""How many different tags a camp may have: they are groups to choose from, and every one is counted.

A column of two million values (a number of its own for everybody) is no column of tags. The people of such a
list come in all the same: nobody loses a voter because of a label. What is left out is the tags beyond the
limit, those that few rows have before those that many have; the rows are marked with them and the import says
so. Undone and mapped otherwise, the column comes in as a field of the camp's own.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from shared.contacts import store_tags
from shared.contacts.chunk_rows import Row
from shared.kernel.config import settings
from shared.kernel.database import tenant_transaction


def keep_within_limit(tenant_id: UUID, rows: Sequence[Row]) -> None:
    """Takes the new tags off the rows for which the camp has no room left.

    Chunks that are read at the same moment see the same room, so at most so many times as many come in as an
    import has readers.
    """
    tags = {tag for row in rows for tag in row.tags}
    if not tags:
        return
    with tenant_transaction(tenant_id) as connection:
        new = tags - store_tags.known(connection, sorted(tags))
        room = settings().tag_limit - store_tags.count(connection, settings().tag_limit) if new else 0
    if len(new) > room:
        _leave_out(rows, new, max(room, 0))


def warning_of(rows: Iterable[Row]) -> str | None:
    """What the import says when rows have lost tags."""
    lost = any(row.left_out for row in rows)
    return f"tags_left_out={settings().tag_limit}" if lost else None


def _leave_out(rows: Sequence[Row], new: set[str], room: int) -> None:
    used = Counter(tag for row in rows for tag in row.tags if tag in new)
    # Of equally many the first in the file: a counter keeps their order, and so does the sort.
    surplus = {tag for tag, _ in used.most_common()[room:]}
    for row in rows:
        if not surplus.isdisjoint(row.tags):
            row.leave_out(surplus)
