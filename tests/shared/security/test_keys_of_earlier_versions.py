"""An installation from before keys had numbers keeps every one of them."""

import os
from uuid import uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg.rows import dict_row

from shared.kernel.config import settings
from shared.runtime.migrate import migrate, read_migrations
from shared.security import key_store, store_keys
from shared.security.cipher import TenantCipher, make_cipher
from shared.security.keys import MasterKey, MasterKeys
from tests.shared.security.scratch import scratch_database

_KEYS_MOVE = "0016_privacy.sql"


def wrapped_as_before(master: bytes, tenant_id: bytes, data_key: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(master).encrypt(nonce, data_key, tenant_id)


def test_the_keys_move_and_open_and_index_as_before(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    master, data_key, tenant_id = os.urandom(32), os.urandom(32), uuid4()
    monkeypatch.setattr(key_store, "master_keys", lambda: MasterKeys(lambda: [MasterKey(master)]))
    before = TenantCipher(tenant_id, data_key)
    migrations = read_migrations()
    with scratch_database() as environment:
        chosen = settings().model_copy(
            update={
                "database_url": environment["DATABASE_URL"],
                "database_admin_url": environment["DATABASE_ADMIN_URL"],
            }
        )
        migrate(chosen, [m for m in migrations if m.name < _KEYS_MOVE])
        with psycopg.connect(environment["DATABASE_ADMIN_URL"], autocommit=True) as owner:
            owner.execute("ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY")
            owner.execute(
                "INSERT INTO tenants (tenant_id, name, data_key) VALUES (%s, '캠프', %s)",
                [tenant_id, wrapped_as_before(master, tenant_id.bytes, data_key)],
            )
            owner.execute("ALTER TABLE tenants FORCE ROW LEVEL SECURITY")
        migrate(chosen, migrations)
        with psycopg.connect(environment["DATABASE_URL"], row_factory=dict_row) as connection:
            connection.execute("SET ROLE hanpyo_app")
            connection.execute("SELECT set_config('app.tenant_id', %s, false)", [str(tenant_id)])
            cipher = make_cipher(connection, tenant_id)
            assert cipher.open("name", before.seal("name", "홍길동")) == "홍길동"
            assert cipher.point_hash("phone", "+821012345678") == before.point_hash("phone", "+821012345678")
            # A second key: the first one may go, and the index must not notice.
            assert key_store.add_data_key(connection, tenant_id) == 2
            store_keys.destroy_keys(connection, 2)
            later = make_cipher(connection, tenant_id)
            assert later.token("n:홍") == before.token("n:홍")
            assert later.seal("name", "홍")[0] == 2
            connection.rollback()
