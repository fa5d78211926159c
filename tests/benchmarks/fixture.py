"""A tenant filled with a million contacts straight by COPY, as an import would have left them.

Values are sealed and tokens made as the program does it, so that the API opens and finds them. The owner
lifts the forced row-level security inside one transaction; nobody else sees the tables without it.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import psycopg

from shared.contacts import store_common_tokens
from shared.contacts.merging import merge
from shared.contacts.search_terms import point_terms, profile_terms
from shared.kernel.binary_format import element, int_array, text_array
from shared.kernel.clock import utc_now
from shared.kernel.config import settings
from shared.kernel.database import tenant_transaction
from shared.kernel.ids import new_id
from shared.security.cipher import TenantCipher, tenant_cipher
from tests.benchmarks.electorate import BLOCK, Voter, electorate

IMPORTS = 10
_SPREAD = timedelta(days=30)

_TABLES = {
    "contacts": {
        "tenant_id": "uuid", "id": "uuid", "name_sealed": "bytea", "name_hash": "bytea",
        "address_sealed": "bytea", "address_hash": "bytea", "tags": "text[]",
        "import_id": "uuid", "created_at": "timestamptz",
    },
    "contact_points": {
        "tenant_id": "uuid", "kind": "text", "hash": "bytea", "contact_id": "uuid", "value_sealed": "bytea",
        "textable": "bool", "position": "int2",
    },
    "contact_search": {"tenant_id": "uuid", "contact_id": "uuid", "tokens": "int4[]"},
    "import_results": {
        "tenant_id": "uuid", "import_id": "uuid", "row_number": "int4", "contact_id": "uuid",
        "outcome": "text",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """What was made: ids of the imports, oldest first, and how long it took in seconds."""

    import_ids: list[UUID]
    seconds: float


def fill(tenant_id: UUID, count: int) -> Filled:
    """Fills an empty tenant with `count` contacts of `IMPORTS` lists, spread over the last 30 days."""
    started = time.perf_counter()
    now = datetime.now(UTC)
    imports = [_id(i * (count // IMPORTS), count, now, 0xFFF) for i in range(IMPORTS)]
    with psycopg.connect(settings().database_admin_url or "", autocommit=True) as owner:
        _make_staging(owner)
        try:
            pieces = [(tenant_id, start, count, now, imports) for start in range(0, count, BLOCK)]
            with ProcessPoolExecutor(2) as pool:
                list(pool.map(_stage, pieces))
            _move(owner, tenant_id, imports, count, now)
        finally:
            _drop_staging(owner)
        owner.execute("ANALYZE contacts, contact_points, contact_search, import_results, contact_counters")
        owner.execute("VACUUM contacts, contact_points, contact_search, import_results")
    with tenant_transaction(tenant_id) as connection:
        store_common_tokens.count(connection, utc_now())  # as the end of an import does
    return Filled(imports, time.perf_counter() - started)


MERGED = 2_000


def live_like_a_camp(tenant_id: UUID) -> UUID:
    """What a camp is after its first weeks: a campaign that every second contact was sent, as sending leaves
    it, with clicks and answers, and MERGED pairs of contacts made one. The campaign's id."""
    campaign_id = _write_to_half(tenant_id)
    with tenant_transaction(tenant_id) as connection:
        rows = connection.execute(
            """SELECT id FROM contacts WHERE tenant_id = current_tenant() AND deleted_at IS NULL
                ORDER BY uuid_hash(id) LIMIT %s""",
            [2 * MERGED],
        ).fetchall()
        cipher = tenant_cipher(connection, tenant_id)
        for kept, gone in zip(rows[::2], rows[1::2], strict=True):
            merge(connection, cipher, None, kept["id"], [gone["id"]])
    with psycopg.connect(settings().database_admin_url or "", autocommit=True) as owner:
        owner.execute("ANALYZE recipients, messages, contact_events, contact_merges")
    return campaign_id


def _write_to_half(tenant_id: UUID) -> UUID:
    campaign_id, account_id, sender_id = (new_id() for _ in range(3))
    half = "c.tenant_id = current_tenant() AND c.deleted_at IS NULL AND uuid_hash(c.id) & 1 = 0"
    with tenant_transaction(tenant_id) as connection:
        connection.execute(
            """INSERT INTO campaigns (tenant_id, id, name, purpose, audience, status, launched_at)
               VALUES (current_tenant(), %s, '봄', 'event_notice', '{"all": true}', 'completed', now())""",
            [campaign_id],
        )
        connection.execute(
            f"""INSERT INTO recipients
                  (tenant_id, campaign_id, id, contact_id, phone_hash, state, next_at, sent_at, clicked_at)
                SELECT tenant_id, %s, uuid_v7(), id, uuid_send(id), 'delivered', NULL, now(),
                       CASE WHEN mod(uuid_hash(id), 50) = 0 THEN now() END
                  FROM contacts c WHERE {half}""",
            [campaign_id],
        )
        connection.execute(
            f"""INSERT INTO contact_events (tenant_id, contact_id, kind)
                SELECT tenant_id, id, 'inbound' FROM contacts c
                 WHERE {half} AND mod(uuid_hash(id), 300) = 0"""
        )
        connection.execute(
            f"""INSERT INTO messages (tenant_id, ledger_month, id, campaign_id, contact_id, account_id,
                  sender_id, step, attempt, channel, kind, state, deadline, accepted_at)
                SELECT tenant_id, date_trunc('month', now())::date, uuid_v7(), %s, id, %s, %s,
                       1, 0, 'sms', 'sms', 'delivered', now(), now()
                  FROM contacts c WHERE {half}""",
            [campaign_id, account_id, sender_id],
        )
    return campaign_id


def _make_staging(owner: psycopg.Connection[Any]) -> None:
    _drop_staging(owner)
    for table, columns in _TABLES.items():
        declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        owner.execute(f"CREATE UNLOGGED TABLE bench_{table} ({declared})")


def _drop_staging(owner: psycopg.Connection[Any]) -> None:
    for table in _TABLES:
        owner.execute(f"DROP TABLE IF EXISTS bench_{table}")


def _stage(piece: tuple[UUID, int, int, datetime, list[UUID]]) -> None:
    """One block of voters, sealed, into the staging tables."""
    tenant_id, start, count, now, imports = piece
    with tenant_transaction(tenant_id) as connection:
        cipher = tenant_cipher(connection, tenant_id)
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _TABLES}
    for i, voter in enumerate(islice(electorate(count, start), BLOCK), start):
        for table, row in _rows(cipher, i, count, now, voter, imports):
            rows[table].append(row)
    with psycopg.connect(settings().database_admin_url or "") as owner, owner.cursor() as cursor:
        for table, columns in _TABLES.items():
            with cursor.copy(f"COPY bench_{table} FROM STDIN (FORMAT binary)") as copy:
                copy.set_types(["bytea" if kind.endswith("[]") else kind for kind in columns.values()])
                for row in rows[table]:
                    copy.write_row(row)


def _move(
    owner: psycopg.Connection[Any], tenant_id: UUID, imports: list[UUID], count: int, now: datetime
) -> None:
    """From staging into the tables, in the order of the key as imports write, in one transaction."""
    forced = [*_TABLES, "contact_counters", "imports"]
    order = {"contacts": "id", "import_results": "import_id, row_number"}
    with owner.transaction():
        owner.execute("SET LOCAL maintenance_work_mem = '512MB'")
        for table in forced:
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        owner.execute("DROP INDEX contact_search_tokens")
        for table, columns in _TABLES.items():
            names = ", ".join(columns)
            by = order.get(table, "contact_id")
            owner.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM bench_{table} ORDER BY {by}")
        owner.execute(_TOKEN_INDEX)
        _insert_imports(owner, tenant_id, imports, count, now)
        for table in forced:
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


_TOKEN_INDEX = """CREATE INDEX contact_search_tokens ON contact_search USING gin (tokens)
                  WITH (gin_pending_list_limit = 16384)"""


def _insert_imports(
    owner: psycopg.Connection[Any], tenant_id: UUID, imports: list[UUID], count: int, now: datetime
) -> None:
    with tenant_transaction(tenant_id) as connection:
        cipher = tenant_cipher(connection, tenant_id)
    for number, import_id in enumerate(imports):
        owner.execute(
            """INSERT INTO imports (tenant_id, id, status, file_name_sealed, file_bytes, file_sha256,
            total_rows,
                                    done_rows, created, started_at, finished_at)
               VALUES (%s, %s, 'completed', %s, 0, '', %s, %s, %s, %s, %s)""",
            [
                tenant_id, import_id, cipher.seal("file_name", f"명부 {number + 1}.csv"),
                *[count // IMPORTS] * 3, *[_moment((number + 1) * (count // IMPORTS), count, now)] * 2,
            ],
        )  # fmt: skip


def _moment(i: int, count: int, now: datetime) -> datetime:
    return now - _SPREAD + _SPREAD * i / count


def _id(i: int, count: int, now: datetime, tail: int) -> UUID:
    """A UUIDv7 of the contact's moment; ids are in the order of i."""
    milliseconds = int(_moment(i, count, now).timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | tail << 64 | 0x2 << 62 | i)


def _rows(
    cipher: TenantCipher, i: int, count: int, now: datetime, voter: Voter, imports: list[UUID]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    contact_id, tenant_id = _id(i, count, now, i % 4000), cipher.tenant_id
    number = min(i * IMPORTS // count, IMPORTS - 1)
    yield "contacts", (
        tenant_id, contact_id, cipher.seal("name", voter.name), cipher.field_hash("name", voter.name),
        cipher.seal_optional("address", voter.address),
        cipher.field_hash("address", voter.address) if voter.address else None,
        text_array(voter.tags), imports[number], _moment(i, count, now),
    )  # fmt: skip
    points = [("phone", voter.phone), ("email", voter.email), ("kakao_id", voter.kakao_id)]
    terms = profile_terms((voter.name,), voter.address, voter.tags)
    for position, (kind, value) in enumerate(point for point in points if point[1]):
        terms.update(point_terms(kind, value))
        sealed, point_hash = cipher.seal(kind, value), cipher.point_hash(kind, value)
        yield "contact_points", (tenant_id, kind, point_hash, contact_id, sealed, kind == "phone", position)
    tokens = int_array(b"".join([element(cipher.token(term)) for term in terms]))
    yield "contact_search", (tenant_id, contact_id, tokens)
    row_number = i - number * (count // IMPORTS) + 2
    yield "import_results", (tenant_id, imports[number], row_number, contact_id, "created")
    if number == IMPORTS - 2 and i % 40 == 0:  # the last list filled in some people of the one before
        outcome = "merged" if i % 1000 == 0 else "updated"
        yield "import_results", (tenant_id, imports[-1], count + i, contact_id, outcome)
