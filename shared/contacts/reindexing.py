"""Search tokens of an older layout, made anew piece by piece after an update of the program.

Until a contact's turn comes it is found as before where the layouts agree (parts of names, four digits), and
not by what is new. Two workers on one camp do the same work twice and harm nothing.
"""

import time
from uuid import UUID

from shared.contacts import store_reindexing as store
from shared.contacts.indexing import reindex_all
from shared.kernel.database import system_transaction, tenant_transaction
from shared.kernel.spare_time import Piece
from shared.security.cipher import tenant_cipher

PIECE = 500
SLICE_SECONDS = 5.0


def waiting() -> list[UUID]:
    """Tenants with tokens of an older layout."""
    with system_transaction() as connection:
        return store.tenants(connection)


def reindex_piece(tenant_id: UUID, seconds: float = SLICE_SECONDS) -> bool:
    """Works for a while; True when there is more to do. Goes on where the last piece ended."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        piece = Piece()
        with tenant_transaction(tenant_id) as connection:
            ids = store.next_piece(connection, PIECE)
            reindex_all(connection, tenant_cipher(connection, tenant_id), ids)
            if not store.advance(connection, ids[-1] if len(ids) == PIECE else None):
                return False
        piece.step_aside()
    return True
