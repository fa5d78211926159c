"""What PostgreSQL alone needs for a camp's rows: COPY into empty tables with the same columns and indexes."""

import time
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from shared.kernel.config import settings

_TABLES = ("contacts", "contact_points", "contact_search", "import_results")


def seconds_to_copy(tenant_id: UUID) -> float:
    """Seconds for COPY of a camp's contacts, points, tokens and results, one table after the other.

    The rows are read before the clock starts and sent from memory in pieces. The owner lifts the forced
    row-level security to read them, inside a transaction that is rolled back.
    """
    with psycopg.connect(settings().database_admin_url or "", autocommit=True) as owner:
        seconds = 0.0
        for table in _TABLES:
            pieces = _read(owner, table, tenant_id)
            copy_of = sql.Identifier(f"bench_copy_{table}")
            owner.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(copy_of))
            owner.execute(
                sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING INDEXES INCLUDING DEFAULTS)").format(
                    copy_of, sql.Identifier(table)
                )
            )
            try:
                started = time.perf_counter()
                with owner.cursor() as cursor, cursor.copy(_copy(copy_of, "FROM STDIN")) as copy:
                    for piece in pieces:
                        copy.write(piece)
                seconds += time.perf_counter() - started
            finally:
                owner.execute(sql.SQL("DROP TABLE {}").format(copy_of))
    return seconds


def _read(owner: psycopg.Connection[Any], table: str, tenant_id: UUID) -> list[bytes]:
    name = sql.Identifier(table)
    with owner.transaction(force_rollback=True), owner.cursor() as cursor:
        cursor.execute(sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(name))
        rows = sql.SQL("(SELECT * FROM {} WHERE tenant_id = {})").format(name, sql.Literal(tenant_id))
        with cursor.copy(_copy(rows, "TO STDOUT")) as copy:
            return [bytes(piece) for piece in copy]


def _copy(what: sql.Composable, where: str) -> sql.Composed:
    return sql.SQL("COPY {} {} (FORMAT binary)").format(what, sql.SQL(where))
