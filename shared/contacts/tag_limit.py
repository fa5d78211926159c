"""How many different tags a camp may have: they are groups to choose from, and every one is counted.

A column of two million values (a number of its own for everybody) is no column of tags. Rows that would
bring tags beyond the limit are rejected with that sentence; mended, the column comes in as a field of the
camp's own.
"""

from uuid import UUID

from shared.contacts import store_tags
from shared.contacts.chunk_rows import Chunk, PointKeys, Row, rejected
from shared.kernel.config import settings
from shared.kernel.database import tenant_transaction
from shared.security.cipher import TenantCipher


def within_limit(cipher: TenantCipher, tenant_id: UUID, chunk: Chunk) -> Chunk:
    """The chunk without the rows for whose new tags the camp has no room left, the first rows first.

    Chunks that are read at the same moment see the same room, so at most so many times as many come in as an
    import has readers.
    """
    tags = {tag for row in chunk.rows for tag in row.tags}
    if not tags:
        return chunk
    with tenant_transaction(tenant_id) as connection:
        new = tags - store_tags.known(connection, sorted(tags))
        room = settings().tag_limit - store_tags.count(connection, settings().tag_limit) if new else 0
    return chunk if len(new) <= room else _cut(cipher, chunk, new, room)


def _cut(cipher: TenantCipher, chunk: Chunk, new: set[str], room: int) -> Chunk:
    taken: set[str] = set()
    rows: list[Row] = []
    rejects = list(chunk.rejects)
    for row in chunk.rows:
        brings = new.intersection(row.tags) - taken
        if len(taken) + len(brings) > room:
            rejects.append(rejected(cipher, row.number, row.cells, "too_many_tags"))
        else:
            taken |= brings
            rows.append(row)
    return Chunk(rows, rejects, PointKeys(rows))
