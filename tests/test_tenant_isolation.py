"""An attack on row-level security: for every table, one tenant's connection against another's rows."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import errors, sql

from shared.kernel.config import settings
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from tests.factories import Camp

# Everything but these must be isolated by tenant; a new table is caught by `test_every_table_is_isolated`.
NOT_OF_A_TENANT = {"migrations", "installation_keys"}
# Reached by SECURITY DEFINER functions only.
NO_RIGHTS_AT_ALL = {"logins"}

# Values that check constraints ask for.
ALLOWED: dict[Any, str] = {
    "role": "staff",
    "status": "pending",
    "state": "sending",
    "kind": "phone",
    ("members", "status"): "invited",
    ("report_inbox", "kind"): "reports",
    ("import_results", "outcome"): "created",
    ("contact_reviews", "kind"): "similar",
    ("bulk_actions", "action"): "tag",
    ("exports", "format"): "csv",
    "direction": "in",
    "variant": "a",
}


@pytest.fixture(scope="module")
def admin(app: object) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(settings().database_admin_url or "", autocommit=True) as connection:
        yield connection


def tables(admin: psycopg.Connection[Any], *, partitions: bool = False) -> list[str]:
    rows = admin.execute(
        """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relispartition = %s""",
        [partitions],
    ).fetchall()
    return sorted({row[0] for row in rows} - NOT_OF_A_TENANT)


def a_row(admin: psycopg.Connection[Any], table: str, tenant_id: UUID) -> dict[str, Any]:
    """A row for a table in which every id is the tenant's, so that all foreign keys meet."""
    columns = admin.execute(
        """SELECT column_name, data_type FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name = %s AND is_nullable = 'NO'
              AND column_default IS NULL AND is_identity = 'NO'""",
        [table],
    ).fetchall()
    samples: dict[str, Any] = {
        "uuid": tenant_id,
        "text": "x",
        "bytea": b"x",
        "date": "2026-11-01",
        "jsonb": "{}",
        "boolean": True,
        "timestamp with time zone": "2026-11-21T00:00:00Z",
        "ARRAY": [],
    }
    row = {name: samples.get(kind, 1) for name, kind in columns}
    wanted = {name: ALLOWED.get((table, name), ALLOWED.get(name)) for name in row}
    return row | {name: value for name, value in wanted.items() if value is not None}


def insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join([sql.Placeholder()] * len(row)),
        ),
        list(row.values()),
    )


@pytest.fixture(scope="module")
def victim(admin: psycopg.Connection[Any], app: object) -> UUID:
    """A tenant with a row in every table that a tenant has."""
    from tests.factories import make_camp

    tenant_id = make_camp(app).tenant_id
    waiting = [t for t in tables(admin) if t not in NO_RIGHTS_AT_ALL | {"tenants"}]
    for _ in range(10):
        waiting = [table for table in waiting if not _filled(admin, table, tenant_id)]
    assert waiting == [], "these tables could not be filled"
    return tenant_id


def _filled(admin: psycopg.Connection[Any], table: str, tenant_id: UUID) -> bool:
    try:
        with tenant_transaction(tenant_id) as connection:
            insert(connection, table, a_row(admin, table, tenant_id))
    except errors.ForeignKeyViolation:
        return False  # what it points to comes in a later round
    return True


def test_every_table_is_isolated(admin: psycopg.Connection[Any]) -> None:
    rows = admin.execute(
        """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
              AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"""
    ).fetchall()
    assert {row[0] for row in rows} == NOT_OF_A_TENANT


def test_keys_lead_with_the_tenant(admin: psycopg.Connection[Any]) -> None:
    rows = admin.execute(
        """SELECT c.relname, a.attname FROM pg_constraint k
             JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
            WHERE n.nspname = 'public' AND k.contype IN ('p', 'u', 'f')"""
    ).fetchall()
    exempt = NOT_OF_A_TENANT | NO_RIGHTS_AT_ALL
    assert {(t, column) for t, column in rows if column != "tenant_id" and t not in exempt} == set()


def test_another_tenants_rows_are_out_of_reach(
    admin: psycopg.Connection[Any], victim: UUID, camp: Camp
) -> None:
    for table in tables(admin):
        with_tenant = sql.SQL("{} WHERE tenant_id = {}").format(sql.Identifier(table), victim)
        attacks = [
            sql.Composed([sql.SQL("SELECT 1 FROM "), with_tenant]),
            sql.SQL("UPDATE {} SET tenant_id = {} WHERE tenant_id = {}").format(
                sql.Identifier(table), camp.tenant_id, victim
            ),
            sql.Composed([sql.SQL("DELETE FROM "), with_tenant]),
        ]
        for attack in attacks:
            assert touched(camp.tenant_id, attack) == 0, (table, attack.as_string(admin))


def touched(tenant_id: UUID, statement: sql.Composed) -> int:
    """Rows that a statement reaches; 0 when the right for it is missing altogether."""
    try:
        with tenant_transaction(tenant_id) as connection:
            return connection.execute(statement).rowcount
    except errors.InsufficientPrivilege:
        return 0


def test_rows_for_another_tenant_cannot_be_written(
    admin: psycopg.Connection[Any], victim: UUID, camp: Camp
) -> None:
    for table in tables(admin):
        with pytest.raises(errors.InsufficientPrivilege), tenant_transaction(camp.tenant_id) as connection:
            insert(connection, table, a_row(admin, table, victim))


def test_own_rows_cannot_be_given_away(admin: psycopg.Connection[Any], victim: UUID, camp: Camp) -> None:
    for table in ("contacts", "campaigns", "members"):
        statement = sql.SQL("UPDATE {} SET tenant_id = {}").format(sql.Identifier(table), camp.tenant_id)
        assert touched(victim, statement) == 0


def test_the_victim_sees_its_own_rows(admin: psycopg.Connection[Any], victim: UUID) -> None:
    # Without this the attack above would also pass on empty tables.
    for table in sorted(set(tables(admin)) - NO_RIGHTS_AT_ALL):
        assert touched(victim, sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(table))) > 0, table


def test_without_a_tenant_nothing_is_seen(admin: psycopg.Connection[Any], victim: UUID) -> None:
    for table in sorted(set(tables(admin)) - NO_RIGHTS_AT_ALL):
        with system_transaction() as connection:
            statement = sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(table))
            assert connection.execute(statement).fetchall() == [], table


def test_partitions_are_reached_through_their_parent_only(admin: psycopg.Connection[Any], camp: Camp) -> None:
    partitions = tables(admin, partitions=True)
    assert partitions
    for table in partitions:
        with pytest.raises(errors.InsufficientPrivilege), tenant_transaction(camp.tenant_id) as connection:
            connection.execute(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(table)))


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE hanpyo_owner",
        "SET ROLE hanpyo_definer",
        "ALTER TABLE contacts DISABLE ROW LEVEL SECURITY",
        "CREATE POLICY open ON contacts USING (true)",
        "TRUNCATE contacts",
        "CREATE TABLE mine (id int)",
        "COPY logins TO STDOUT",
    ],
)
def test_the_application_role_has_no_way_around(camp: Camp, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege), tenant_transaction(camp.tenant_id) as connection:
        connection.execute(statement)


def test_switching_row_security_off_only_makes_queries_fail(camp: Camp) -> None:
    with tenant_transaction(camp.tenant_id) as connection:
        connection.execute("SET LOCAL row_security = off")
        with pytest.raises(errors.InsufficientPrivilege), connection.transaction():
            connection.execute("SELECT 1 FROM contacts")


def test_definer_functions_answer_for_the_current_tenant_only(
    camp: Camp, new_camp: Callable[[], Camp]
) -> None:
    camp.api.post("/contacts", {"name": "홍길동"})
    token = camp.cipher.token("n:홍길")
    for reader, expected in ((camp, 1), (new_camp(), 0)):
        assert len(reader.rows("SELECT contact_matches(%s::integer[], 10)", [token])) == expected
