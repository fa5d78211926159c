"""The keys in the database: made, unwrapped, wrapped anew."""

import os
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from shared.kernel.database import Connection, system_transaction
from shared.kernel.errors import NotFound
from shared.security import store_keys as store
from shared.security.keys import (
    KEY_BYTES,
    KeyUnavailable,
    MasterKey,
    derive_key,
    master_id,
    master_keys,
)

DATA, INDEX = "data", "index"
FIRST_KEY = 1
LAST_KEY = 255  # a key's number is one byte of what it seals
MASTER = "master"  # the installation key whose wrapping names the master key in charge
INSTALLATION_KEYS = ("login-index", "jwt", "evidence")


@dataclass(frozen=True)
class TenantKeys:
    """A tenant's keys as they are used: data keys by number, and the key of the blind index."""

    data: dict[int, bytes]
    index: bytes

    @property
    def newest(self) -> int:
        return max(self.data)


def read_tenant_keys(connection: Connection, tenant_id: UUID) -> TenantKeys:
    """The keys of the transaction's tenant. Raises NotFound for an unknown or erased tenant."""
    rows = store.keys_of(connection, tenant_id)
    opened = {(row["purpose"], row["number"]): _unwrap(tenant_id, row) for row in rows}
    data = {number: key for (purpose, number), key in opened.items() if purpose == DATA}
    if not data:
        raise NotFound
    return TenantKeys(data, opened.get((INDEX, 1)) or first_index_key(data[FIRST_KEY]))


def first_index_key(data_key: bytes) -> bytes:
    """The index key of a tenant that has none of its own: derived from its first data key."""
    return derive_key(data_key, "index")


def create_tenant_keys(connection: Connection, tenant_id: UUID) -> None:
    """A data key and an index key for the transaction's new tenant."""
    for purpose in (DATA, INDEX):
        _insert(connection, tenant_id, purpose, FIRST_KEY, os.urandom(KEY_BYTES))


def add_data_key(connection: Connection, tenant_id: UUID) -> int:
    """A further data key, used by everybody within a minute; returns its number.

    The index key gets a line of its own first, so that the first data key can be destroyed. Raises
    KeyUnavailable when all numbers are used up.
    """
    held = {row["purpose"] for row in store.keys_of(connection, tenant_id, lock=True)}
    keys = read_tenant_keys(connection, tenant_id)
    number: int = max(row["number"] for row in store.numbers_of(connection)) + 1
    if number > LAST_KEY:
        raise KeyUnavailable(f"this tenant has had {LAST_KEY} data keys; there is no number for another")
    if INDEX not in held:
        _insert(connection, tenant_id, INDEX, FIRST_KEY, keys.index)
    _insert(connection, tenant_id, DATA, number, os.urandom(KEY_BYTES))
    return number


def rewrap_tenant(connection: Connection, tenant_id: UUID) -> None:
    """Wraps the transaction's tenant's keys with the master key in charge. Once is as good as twice."""
    master = master_in_charge(connection)
    for row in store.keys_of(connection, tenant_id, lock=True):
        if master_id(row["wrapped"]) != master.id:
            wrapped = master.wrap(_context(tenant_id, row["purpose"], row["number"]), _unwrap(tenant_id, row))
            store.set_wrapped(connection, row["purpose"], row["number"], wrapped)


def master_in_charge(connection: Connection) -> MasterKey:
    """The master key to wrap with, which stays in charge until this transaction ends.

    Which one it is stands in the database: a process that knows only the old file must not wrap with a key
    that is about to be removed.
    """
    wrapped = store.installation_key(connection, MASTER, share=True)
    return master_keys().by_id(master_id(wrapped)) if wrapped else master_keys().first


def persist_installation_keys(connection: Connection) -> None:
    """Gives what was derived from the master key so far lines of their own. Once is as good as twice."""
    master = master_in_charge(connection)
    for name in INSTALLATION_KEYS:
        store.insert_installation_key(connection, name, master.wrap(name.encode(), master.derive(name)))
    store.insert_installation_key(connection, MASTER, master.wrap(MASTER.encode(), os.urandom(KEY_BYTES)))


def hand_over(connection: Connection, successor: MasterKey) -> None:
    """Puts another master key in charge and wraps the installation's keys with it, all in one transaction."""
    for row in store.installation_keys(connection):
        context = row["name"].encode()
        key = master_keys().unwrap(context, row["wrapped"])
        store.set_installation_key(connection, row["name"], successor.wrap(context, key))


def installation_key(connection: Connection, name: str) -> bytes:
    """A key of the whole installation; the same before and after a change of the master key."""
    wrapped = store.installation_key(connection, name)
    if wrapped is None:
        return master_keys().first.derive(name)
    return master_keys().unwrap(name.encode(), wrapped)


@lru_cache(maxsize=len(INSTALLATION_KEYS))
def cached_installation_key(name: str) -> bytes:
    """`installation_key` without a transaction at hand. Read once per process, because it never changes."""
    with system_transaction() as connection:
        return installation_key(connection, name)


def _insert(connection: Connection, tenant_id: UUID, purpose: str, number: int, key: bytes) -> None:
    wrapped = master_in_charge(connection).wrap(_context(tenant_id, purpose, number), key)
    store.insert_key(connection, purpose, number, wrapped)


def _unwrap(tenant_id: UUID, row: store.Row) -> bytes:
    context = _context(tenant_id, row["purpose"], row["number"])
    return master_keys().unwrap(context, row["wrapped"], tenant_id)


def _context(tenant_id: UUID, purpose: str, number: int) -> bytes:
    """What a wrapped key is bound to: it opens in this line only."""
    return tenant_id.bytes + f":{purpose}:{number}".encode()
