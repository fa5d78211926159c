"""A new data key for a tenant, while imports and sends run.

From the moment the new key stands in the database, everybody seals with it within a minute. Everything sealed
before is sealed again, rows in small transactions and file by file; then the old key is destroyed, once
nothing that began with it can still be at work and a last look finds nothing that carries it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.errors import UniqueViolation

from shared.kernel.clock import utc_now
from shared.kernel.config import settings
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.errors import Conflict
from shared.kernel.ids import new_id
from shared.privacy import sealed_storage
from shared.privacy import store_rekeying as store
from shared.privacy.catalogue import SealedTable, sealed_tables
from shared.privacy.models import Rekeying
from shared.privacy.sealed_fields import Resealer, Unopenable
from shared.security import audit, store_keys
from shared.security.cipher import TenantCipher, make_cipher
from shared.security.key_store import add_data_key

ROWS = 500
LOST_AFTER = timedelta(seconds=20)
LOOK_AGAIN_AFTER = timedelta(seconds=30)


def start(connection: Connection, tenant_id: UUID, member_id: UUID) -> Rekeying:
    """Makes a new data key and begins to seal everything with it; one that failed goes on instead.

    Raises Conflict while another one is under way.
    """
    last = store.newest(connection)
    if last is not None and last["status"] == "failed":
        store.update(connection, last["id"], status="running", place={}, error=None, total=0, done=0)
        audit.record(connection, "privacy.rekeying_resumed", member_id=member_id, target=str(last["id"]))
        return current(connection)
    rekeying_id = new_id()
    try:
        store.insert(connection, rekeying_id, add_data_key(connection, tenant_id), member_id)
    except UniqueViolation as error:
        raise Conflict("privacy.rekeying_runs") from error
    audit.record(connection, "privacy.rekeying_started", member_id=member_id, target=str(rekeying_id))
    return current(connection)


def current(connection: Connection) -> Rekeying:
    """The latest change of the data key, and which keys there are."""
    row = store.newest(connection)
    keys = [key["number"] for key in store_keys.numbers_of(connection) if key["destroyed_at"] is None]
    if row is None:
        return Rekeying(id=None, status="none", done=0, total=0, keys=keys)
    names = ("id", "status", "done", "total", "error", "created_at", "finished_at", "key_number")
    return Rekeying(keys=keys, **{name: row[name] for name in names})


def advance(tenant_id: UUID, rekeying_id: UUID, until: datetime) -> bool:
    """Works until a moment; whether there is more to do at once. Killed anywhere, it goes on where it was."""
    while True:
        with tenant_transaction(tenant_id) as connection:
            row = store.take(connection, rekeying_id)
            if row is None:
                return False
            cipher = make_cipher(connection, tenant_id)
            more = _step(connection, cipher, row)
        if not more or utc_now() >= until:
            return more


def stalled(now: datetime) -> Iterator[tuple[UUID, UUID]]:
    """(tenant, rekeying) of work that was lost for 20 seconds, or that waits and is due for another look."""
    with system_transaction() as connection:
        rows = store.stalled(connection, now - LOST_AFTER, now - LOOK_AGAIN_AFTER)
    yield from ((row["tenant_id"], row["rekeying_id"]) for row in rows)


def _step(connection: Connection, cipher: TenantCipher, row: store.Row) -> bool:
    """One small piece of work; whether there is more to do at once."""
    tables = sealed_tables(connection)
    place = row["place"]
    try:
        if row["status"] == "waiting":
            return _look_again(connection, cipher, row, tables)
        if "round" not in place:
            return _begin(connection, row, tables)
        if "file" in place:
            return _seal_file(connection, cipher, row, tables)
        return _seal_rows(connection, cipher, row, tables)
    except Unopenable as problem:
        store.update(connection, row["id"], status="failed", error=problem.place)
        return False


def _begin(connection: Connection, row: store.Row, tables: list[SealedTable]) -> bool:
    total = sum(store.count_stale(connection, table, row["key_number"]) for table in tables)
    place = {"round": 1, "done_before": 0, "table": tables[0].name}
    store.update(connection, row["id"], total=total, place=place)
    return True


def _seal_rows(
    connection: Connection, cipher: TenantCipher, row: store.Row, tables: list[SealedTable]
) -> bool:
    place = row["place"]
    table = next((table for table in tables if table.name >= place["table"]), None)
    if table is None:
        store.update(connection, row["id"], place={**place, "file": ""})
        return True
    after = place.get("after") if table.name == place["table"] else None
    rows = store.stale_rows(connection, table, row["key_number"], after, ROWS)
    if rows:
        store.write_rows(connection, table, [_sealed_anew(cipher, table, found) for found in rows])
    here = {**place, "table": table.name}
    here.pop("after", None)
    if len(rows) == ROWS:
        here["after"] = [rows[-1][f"key_{at}"] for at in range(len(table.key))]
    else:
        here["table"] += " "  # sorts right behind it
    store.update(connection, row["id"], place=here, done=row["done"] + len(rows))
    return True


def _sealed_anew(cipher: TenantCipher, table: SealedTable, row: store.Row) -> store.Row:
    resealer = Resealer(cipher)
    values: dict[str, Any] = dict(row)
    for column in table.columns:
        value = row[column]
        if value is not None and value[0] != cipher.key_number:
            values[column] = resealer.reseal(f"{table.name}.{column}", bytes(value))
    return values


def _seal_file(
    connection: Connection, cipher: TenantCipher, row: store.Row, tables: list[SealedTable]
) -> bool:
    place = row["place"]
    key = sealed_storage.next_stale(cipher, place["file"])
    if key is not None:
        sealed_storage.reseal(cipher, key)
        store.update(connection, row["id"], place={**place, "file": key})
        return True
    left = sum(store.count_stale(connection, table, row["key_number"]) for table in tables)
    if left and row["done"] > place["done_before"]:
        return _again(connection, row, left, tables)
    # Done; or somebody holds the rows that are left, and hurrying does not help.
    store.update(connection, row["id"], status="waiting", place={"round": place["round"]})
    return False


def _again(connection: Connection, row: store.Row, left: int, tables: list[SealedTable]) -> bool:
    """Another round: for rows that somebody held, or that were written with the old key meanwhile."""
    place = {"round": row["place"]["round"] + 1, "done_before": row["done"], "table": tables[0].name}
    store.update(connection, row["id"], status="running", place=place, total=row["done"] + left)
    return True


def _look_again(
    connection: Connection, cipher: TenantCipher, row: store.Row, tables: list[SealedTable]
) -> bool:
    left = sum(store.count_stale(connection, table, row["key_number"]) for table in tables)
    if left or sealed_storage.next_stale(cipher, "", resealable_only=True):
        return _again(connection, row, left, tables)
    if _old_key_may_be_in_use(connection, cipher, row):
        store.update(connection, row["id"])
        return False
    destroyed = store_keys.destroy_keys(connection, row["key_number"])
    store.update(connection, row["id"], status="done", finished_at=utc_now())
    audit.record(
        connection,
        "privacy.rekeying_done",
        member_id=row["member_id"],
        target=str(row["id"]),
        destroyed=destroyed,
        key_number=row["key_number"],
    )
    return False


def _old_key_may_be_in_use(connection: Connection, cipher: TenantCipher, row: store.Row) -> bool:
    """Whether work that began with the old key may still write, or a file still carries it."""
    grace = timedelta(seconds=settings().key_grace_seconds)
    if utc_now() < row["created_at"] + grace:
        return True
    # An import keeps what it has sealed until it is merged, however long that takes.
    began = row["created_at"] + timedelta(seconds=60)
    return (
        store.unfinished_imports(connection, began) > 0 or sealed_storage.next_stale(cipher, "") is not None
    )
