"""A chunk of an import: read side by side with other chunks, joined with the contacts in its turn."""

import time
from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from psycopg.errors import DeadlockDetected, UniqueViolation

from shared.contacts import store_chunks, store_imports
from shared.contacts.chunk_merge import ChunkMerge
from shared.contacts.chunk_rows import Chunk, PointKeys, Row, read_chunk
from shared.contacts.chunk_writes import ImportContext
from shared.contacts.import_files import ImportFiles
from shared.contacts.imports import field_of_column, options_of
from shared.contacts.new_people import Ahead
from shared.contacts.rows import RowParser
from shared.contacts.tag_limit import keep_within_limit, warning_of
from shared.kernel.collector import collector_at_rest
from shared.kernel.database import tenant_transaction
from shared.kernel.errors import Conflict, NotFound
from shared.kernel.storage import storage
from shared.security.cipher import tenant_cipher

# So many workers read one import side by side, each for a few seconds before others may have their turn: a
# long list leaves room for another camp's short one.
READERS = 3
_SLICE_SECONDS = 5.0
_SAMPLE = 100
_ATTEMPTS = 5
_TURN_SECONDS = 10.0
_POLL_SECONDS = 0.01
_ALL_DONE = 0
# After so many chunks what waits for the search index is merged into it, beside the next chunks: PostgreSQL
# would do it in the turn of the chunk that fills the list, in smaller pieces, and all would wait a second.
# A list of 100,000 people has come in before the first merge (a search reads through them in 35 ms) and is
# merged when it has ended.
_FIRST_MERGE = 22
_CHUNKS_PER_MERGE = 16


class NotYetItsTurn(Exception):
    """An earlier chunk of the import is not done and nobody seems to be at it: come back later."""


def ingest_some(tenant_id: UUID, import_id: UUID) -> Literal["ended", "more", "waiting", "nothing"]:
    """Takes up one chunk after the other that nobody is at, for a few seconds.

    `ended`: all chunks are done; `more`: go on later; `waiting`: a chunk before the taken one is missing, so
    come back a little later; `nothing`: others are at all that is left.
    """
    give_up_at = time.monotonic() + _SLICE_SECONDS
    while (number := _claim(tenant_id, import_id)) is not None:
        try:
            if number == _ALL_DONE or ingest(tenant_id, import_id, number):
                return "ended"
            if number >= _FIRST_MERGE and (number - _FIRST_MERGE) % _CHUNKS_PER_MERGE == 0:
                _merge_index(tenant_id)
        except NotYetItsTurn:
            with tenant_transaction(tenant_id) as connection:
                store_imports.release_chunk(connection, import_id, number)
            return "waiting"
        if time.monotonic() > give_up_at:
            return "more"
    return "nothing"


def _merge_index(tenant_id: UUID) -> None:
    with tenant_transaction(tenant_id) as connection:
        store_imports.clean_search_index(connection)


def _claim(tenant_id: UUID, import_id: UUID) -> int | None:
    with tenant_transaction(tenant_id) as connection:
        row = store_imports.get_import(connection, import_id)
        if row is None or row["status"] not in ("ingesting", "deduplicating"):
            return None
        return (
            _ALL_DONE
            if row["status"] == "deduplicating"
            else store_imports.claim_chunk(connection, import_id)
        )


def ingest(tenant_id: UUID, import_id: UUID, number: int) -> bool:
    """Joins a chunk with the contacts, exactly once and after all earlier chunks. True after the last one.

    Everything a chunk does becomes visible in one transaction that also counts it as done, so a worker killed
    anywhere leaves nothing of it, and a second run of a finished chunk does nothing. Raises NotYetItsTurn.
    """
    with tenant_transaction(tenant_id) as connection:
        row = store_imports.get_import(connection, import_id)
        if row is None or row["status"] != "ingesting" or row["chunks_done"] >= number:
            return row is not None and row["status"] == "deduplicating"
        cipher = tenant_cipher(connection, tenant_id)
    context = ImportContext(cipher, import_id, row["member_id"], options_of(cipher, row))
    parser = RowParser(field_of_column(cipher, row))
    with collector_at_rest():
        return _read_and_join(tenant_id, context, number, parser)


def _read_and_join(tenant_id: UUID, context: ImportContext, number: int, parser: RowParser) -> bool:
    """A function of its own, so that the chunk is gone when the collector wakes: it would walk all of it."""
    cipher, tags = context.cipher, context.options.tags
    records = ImportFiles(storage(), cipher, context.import_id).chunk(number)
    chunk = read_chunk(cipher, records, parser, tags)
    keep_within_limit(tenant_id, chunk.rows)
    ahead = Ahead(cipher, chunk.rows) if _seems_new(tenant_id, chunk.rows) else None
    return _join(tenant_id, context, number, chunk, ahead)


def _seems_new(tenant_id: UUID, rows: Sequence[Row]) -> bool:
    """Whether most of a sample of the rows are people whom the camp does not know."""
    step = max(1, len(rows) // _SAMPLE)
    points = PointKeys(rows[::step])
    with tenant_transaction(tenant_id) as connection:
        store_chunks.prepare(connection)
        known = {row["place"] for row in store_chunks.holders(connection, points)}
    return len(known) * 2 < len(points.keys)


def _join(tenant_id: UUID, context: ImportContext, number: int, chunk: Chunk, ahead: Ahead | None) -> bool:
    give_up_at = time.monotonic() + _TURN_SECONDS
    attempts = 0
    while True:
        try:
            done = _try_to_join(tenant_id, context, number, chunk, ahead)
        except (UniqueViolation, DeadlockDetected, Conflict, NotFound):
            # A member added, changed, merged or deleted one of these people in the same moment.
            attempts += 1
            if attempts == _ATTEMPTS:
                raise
            time.sleep(_POLL_SECONDS * attempts)
            continue
        if done is not None:
            return bool(done["status"] == "deduplicating")
        if time.monotonic() > give_up_at:
            raise NotYetItsTurn
        time.sleep(_POLL_SECONDS)


def _try_to_join(
    tenant_id: UUID, context: ImportContext, number: int, chunk: Chunk, ahead: Ahead | None
) -> store_imports.Row | None:
    """The import afterwards; None when it is not yet the chunk's turn.

    Waiting for the import's row is waiting for the chunk that is being joined at the moment.
    """
    with tenant_transaction(tenant_id) as connection:
        row = store_imports.lock_import(connection, context.import_id)
        if row is None or row["status"] != "ingesting" or row["chunks_done"] >= number:
            return row or {"status": None}
        if row["chunks_done"] < number - 1:
            return None
        store_chunks.prepare(connection)
        store_chunks.take_turn(connection)
        counts = ChunkMerge(connection, context, ahead).run(chunk)
        if (warning := warning_of(chunk.rows)) is not None:
            store_imports.warn(connection, context.import_id, warning)
        rows = len(chunk.rows) + len(chunk.rejects)
        done = store_imports.finish_chunk(connection, context.import_id, number, rows, counts)
        last = done["chunks_done"] == done["chunks_total"]
        return store_imports.move(connection, context.import_id, "deduplicating") if last else done
