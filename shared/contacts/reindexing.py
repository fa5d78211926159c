"""Search tokens of an older layout, made anew piece by piece after an update of the program.

Until a contact's turn comes it is found as before where the layouts agree (parts of names, four digits), and
not by what is new. Two workers on one camp do the same work twice and harm nothing.
"""

import time
from typing import NamedTuple
from uuid import UUID

from shared.contacts import store_reindexing as store
from shared.contacts.indexing import reindex_all
from shared.kernel import spare_time
from shared.kernel.database import system_transaction, tenant_transaction
from shared.security.cipher import tenant_cipher

PIECE = 500
SLICE_SECONDS = 5.0


def waiting() -> list[UUID]:
    """Tenants with tokens of an older layout."""
    with system_transaction() as connection:
        return store.tenants(connection)


class Pause(NamedTuple):
    """There is more to do; `until`: how long others go first, in seconds since 1970 (None: not at all)."""

    until: float | None


def reindex_piece(
    tenant_id: UUID, until: float | None = None, *, seconds: float = SLICE_SECONDS
) -> Pause | None:
    """Works for a while, where the last piece ended, or lets others go first; None when there is no more."""
    if until and not spare_time.is_over(until) and spare_time.is_crowded():
        return Pause(until)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        piece = spare_time.Piece()
        with tenant_transaction(tenant_id) as connection:
            ids = store.next_piece(connection, PIECE)
            reindex_all(connection, tenant_cipher(connection, tenant_id), ids)
            if not store.advance(connection, ids[-1] if len(ids) == PIECE else None):
                return None
        owed = piece.owed()
        if owed:
            return Pause(spare_time.from_now(owed))
    return Pause(None)
