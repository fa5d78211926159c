"""A new data key: everything is sealed again, nothing is lost, the old key is gone."""

import ast
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from shared.kernel.clock import utc_now
from shared.kernel.config import Settings, settings
from shared.kernel.database import tenant_transaction
from shared.kernel.storage import storage
from shared.privacy import rekeying, sealed_storage
from shared.privacy.catalogue import sealed_tables
from shared.privacy.sealed_fields import KNOWN
from shared.runtime.manifest import load_functions
from shared.security.cipher import CACHED_SECONDS, TenantCipher, UnknownKey, make_cipher
from shared.security.sealed_files import SealedReader, SealedWriter
from tests import test_tenant_isolation as isolation
from tests.factories import Camp

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """The old key may go at once: nothing else is at work here."""
    chosen = settings().model_copy(update={"key_grace_seconds": 0})
    monkeypatch.setattr(rekeying, "settings", lambda: chosen)


def fresh_cipher(camp: Camp) -> TenantCipher:
    with camp.transaction() as connection:
        return make_cipher(connection, camp.tenant_id)


def begin(camp: Camp) -> UUID:
    with camp.transaction() as connection:
        started = rekeying.start(connection, camp.tenant_id, camp.member_id)
    assert started.id is not None
    return started.id


def finish(camp: Camp, rekeying_id: UUID) -> None:
    for _ in range(1_000):
        rekeying.advance(camp.tenant_id, rekeying_id, utc_now())
        if state(camp)["status"] in ("done", "failed"):
            return
    raise AssertionError(state(camp))


def state(camp: Camp) -> dict[str, Any]:
    return camp.rows("SELECT * FROM rekeyings ORDER BY created_at DESC")[0]


def values_of(camp: Camp) -> dict[tuple[str, str], list[bytes]]:
    """Every value in every column that is named *_sealed, found without the code under test."""
    found: dict[tuple[str, str], list[bytes]] = {}
    for row in camp.rows(
        """SELECT table_name, column_name FROM information_schema.columns
            WHERE table_schema = 'public' AND data_type = 'bytea' AND (column_name LIKE '%%\\_sealed'
                  OR (table_name, column_name) = ('idempotency_keys', 'answer'))"""
    ):
        table, column = row["table_name"], row["column_name"]
        if re.search(r"_\d{4}_\d\d$", table):
            continue  # a partition; its parent is read
        rows = camp.rows(f'SELECT "{column}" AS value FROM "{table}" WHERE "{column}" IS NOT NULL')
        found[table, column] = [bytes(row["value"]) for row in rows]
    return found


@pytest.fixture
def full_camp(camp: Camp) -> Camp:
    """A camp with a sealed value in every column of every table that has one."""
    with psycopg.connect(settings().database_admin_url or "", autocommit=True) as admin:
        waiting = [t for t in isolation.tables(admin) if t not in isolation.NO_RIGHTS_AT_ALL | {"tenants"}]
        with camp.transaction() as connection:
            sealed = {table.name: table.columns for table in sealed_tables(connection)}
        for _ in range(10):
            waiting = [table for table in waiting if not _fill(admin, camp, table, sealed.get(table, ()))]
    assert waiting == []
    return camp


def _fill(admin: Any, camp: Camp, table: str, columns: tuple[str, ...]) -> bool:
    row = isolation.a_row(admin, table, camp.tenant_id)
    row |= {column: camp.cipher.seal("name", f"{table}.{column}") for column in columns}
    row |= {name: value for (of, name), value in ENDED.items() if of == table}
    try:
        with tenant_transaction(camp.tenant_id) as connection:
            isolation.insert(connection, table, row)
    except psycopg.errors.ForeignKeyViolation:
        return False
    except psycopg.errors.UniqueViolation:
        pass  # the camp has one of these already
    except psycopg.errors.CheckViolation:
        assert not columns, table
    return True


ENDED = {("rekeyings", "status"): "done", ("rekeyings", "created_at"): "2020-01-01T00:00:00Z"}


def test_every_sealed_column_of_every_table_is_sealed_again(full_camp: Camp) -> None:
    camp = full_camp
    before = values_of(camp)
    assert all(before.values()), [place for place, values in before.items() if not values]
    assert {value[0] for values in before.values() for value in values} == {1}
    finish(camp, begin(camp))
    assert state(camp)["status"] == "done", state(camp)
    after, cipher = values_of(camp), fresh_cipher(camp)
    assert {place: len(values) for place, values in after.items()} == {p: len(v) for p, v in before.items()}
    for (table, column), values in after.items():
        assert {value[0] for value in values} == {2}, (table, column)
        plain = {cipher.try_open("name", value) for value in values}
        assert f"{table}.{column}".encode() in plain, (table, column)


def test_the_old_key_is_gone_and_what_carries_it_is_told(camp: Camp) -> None:
    old = fresh_cipher(camp)
    sealed = old.seal("name", "홍길동")
    finish(camp, begin(camp))
    keys = camp.rows(
        "SELECT number, wrapped, destroyed_at FROM tenant_keys WHERE purpose = 'data' ORDER BY number"
    )
    assert [(key["number"], key["wrapped"] is None, key["destroyed_at"] is None) for key in keys] == [
        (1, True, False),
        (2, False, True),
    ]
    with pytest.raises(UnknownKey, match="data key 1"):
        fresh_cipher(camp).open("name", sealed)
    with pytest.raises(UnknownKey, match="data key 9"):
        fresh_cipher(camp).open("name", b"\x09" + sealed[1:])


def test_the_blind_index_stays(camp: Camp) -> None:
    camp.api.post("/contacts", {"name": "남궁솔찬", "phones": ["010-2345-6789"]})
    before = fresh_cipher(camp)
    finish(camp, begin(camp))
    after = fresh_cipher(camp)
    assert after.point_hash("phone", "+821023456789") == before.point_hash("phone", "+821023456789")
    assert after.token("n:남궁") == before.token("n:남궁")
    found = camp.api.get("/contacts", params={"q": "남궁솔찬"}).json["data"]
    assert [contact["phones"] for contact in found] == [["010-2345-6789"]]


def test_a_process_with_the_old_keys_reads_and_writes_on(camp: Camp) -> None:
    cached = camp.cipher
    rekeying_id = begin(camp)
    written_late = cached.seal("name", "예전 열쇠")
    assert written_late[0] == 1
    assert cached.open("name", fresh_cipher(camp).seal("name", "새 열쇠")) == "새 열쇠"
    assert cached.seal("name", "이제 새 열쇠")[0] == 2
    assert fresh_cipher(camp).open("name", written_late) == "예전 열쇠"
    finish(camp, rekeying_id)


def test_what_is_written_late_with_the_old_key_is_found(camp: Camp) -> None:
    """A process that sealed before and commits after everything was done."""
    old = fresh_cipher(camp)
    rekeying_id = begin(camp)
    while state(camp)["status"] == "running":
        rekeying.advance(camp.tenant_id, rekeying_id, utc_now())
    camp.rows(
        "UPDATE members SET name_sealed = %s WHERE id = %s RETURNING 1",
        old.seal("name", "늦은이"),
        camp.member_id,
    )
    finish(camp, rekeying_id)
    sealed = camp.rows("SELECT name_sealed FROM members WHERE id = %s", camp.member_id)[0]["name_sealed"]
    assert fresh_cipher(camp).open("name", sealed) == "늦은이"


def test_a_row_that_somebody_holds_is_waited_for(camp: Camp) -> None:
    rekeying_id = begin(camp)
    with camp.transaction() as holder:
        holder.execute("SELECT 1 FROM members WHERE id = %s FOR UPDATE", [camp.member_id])
        for _ in range(60):
            rekeying.advance(camp.tenant_id, rekeying_id, utc_now())
        assert state(camp)["status"] != "done"
        keys = camp.rows("SELECT 1 FROM tenant_keys WHERE purpose = 'data' AND wrapped IS NOT NULL")
        assert len(keys) == 2, "the old key stays while somebody needs it"
    finish(camp, rekeying_id)
    assert state(camp)["status"] == "done"


def test_a_value_that_opens_under_no_name_stops_it_and_keeps_the_key(camp: Camp) -> None:
    camp.rows(
        "UPDATE members SET email_sealed = %s WHERE id = %s RETURNING 1",
        camp.cipher.seal("no such field", "x"),
        camp.member_id,
    )
    rekeying_id = begin(camp)
    finish(camp, rekeying_id)
    assert (state(camp)["status"], state(camp)["error"]) == ("failed", "members.email_sealed")
    assert len(camp.rows("SELECT 1 FROM tenant_keys WHERE purpose = 'data' AND wrapped IS NOT NULL")) == 2
    camp.rows(
        "UPDATE members SET email_sealed = %s WHERE id = %s RETURNING 1",
        camp.cipher.seal("email", "a@example.com"),
        camp.member_id,
    )
    assert begin(camp) == rekeying_id, "it goes on with the key it has made"
    finish(camp, rekeying_id)
    assert state(camp)["status"] == "done"


def test_files_are_sealed_again(camp: Camp) -> None:
    keys = [f"imports/{camp.tenant_id}/{name}" for name in ("a/source", "a/chunk-1", "b/source")]
    content = bytes(range(256)) * 8_000  # more than one frame
    for key in keys:
        write_file(fresh_cipher(camp), key, content)
    finish(camp, begin(camp))
    cipher = fresh_cipher(camp)
    for key in keys:
        with storage().read(key) as source:
            stored = source.read()
        assert stored[4] == 2
        assert io.BufferedReader(SealedReader(cipher, io.BytesIO(stored), key)).read() == content


def test_the_old_key_waits_for_a_file_that_only_time_removes(camp: Camp) -> None:
    key = f"exports/{camp.tenant_id}/odd"
    write_file(fresh_cipher(camp), key, b"x", name="another name than its key")
    rekeying_id = begin(camp)
    for _ in range(60):
        rekeying.advance(camp.tenant_id, rekeying_id, utc_now())
    assert state(camp)["status"] == "waiting"
    storage().delete_prefix(key)
    finish(camp, rekeying_id)
    assert state(camp)["status"] == "done"


def write_file(cipher: TenantCipher, key: str, content: bytes, name: str = "") -> None:
    with storage().write(key) as target, SealedWriter(cipher, target, name or key) as sealed:
        sealed.write(content)


def test_only_one_at_a_time_and_only_by_an_owner(camp: Camp) -> None:
    assert camp.member("admin").api.post("/privacy/rekeying", {"what": "data_key"}).status_code == 403
    first = camp.api.post("/privacy/rekeying", {"what": "data_key"})
    assert first.status_code == 202, first.text
    assert camp.api.post("/privacy/rekeying", {"what": "data_key"}).status_code == 409
    assert camp.api.post("/privacy/rekeying", {"what": "master_key"}).status_code == 422
    assert camp.api.get("/privacy/rekeying").json["data"]["keys"] == [1, 2]
    finish(camp, UUID(first.json["data"]["id"]))
    shown = camp.api.get("/privacy/rekeying").json["data"]
    assert (shown["status"], shown["keys"]) == ("done", [2])
    assert shown["done"] == shown["total"] > 0


def test_another_camp_keeps_its_key(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    other = new_camp()
    finish(camp, begin(camp))
    assert fresh_cipher(other).key_number == 1


def test_all_names_of_sealed_fields_are_known() -> None:
    used = {name for path in (ROOT / "shared").rglob("*.py") for name in sealed_names(path)}
    assert used <= set(KNOWN), used - set(KNOWN)


def sealed_names(path: Path) -> set[str]:
    """First arguments of seal…() that are texts, or names of texts in the same file."""
    tree = ast.parse(path.read_text())
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = set()
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        if node.func.attr not in {"seal", "seal_json", "seal_bytes", "seal_optional"}:
            continue
        first = node.args[0]
        if isinstance(first, ast.Constant):
            found.add(first.value)
        elif isinstance(first, ast.Name) and first.id in constants:
            found.add(constants[first.id])
    return {name for name in found if isinstance(name, str)}


def test_all_areas_of_storage_are_known() -> None:
    used = {
        area
        for path in (ROOT / "shared").rglob("*.py")
        for area in re.findall(r'f"(\w+)/\{[\w.]*tenant_id\}', path.read_text())
    }
    assert used
    assert used <= set(sealed_storage.AREAS)


def test_no_work_outlives_the_grace_of_the_old_key() -> None:
    limits = [
        (function.name, getattr(actor_of(function), "options", {}).get("time_limit", 10 * 60 * 1000))
        for function in load_functions().actors
    ]
    longest = max(milliseconds for _, milliseconds in limits) / 1000
    grace = Settings.model_fields["key_grace_seconds"].default
    assert longest + CACHED_SECONDS < grace, limits


def actor_of(function: Any) -> Any:
    import importlib

    return getattr(importlib.import_module(function.module), function.name)
