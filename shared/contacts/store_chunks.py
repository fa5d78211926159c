"""SQL that joins one chunk of a file with the contacts. All of it in the chunk's one transaction.

Sets of at most a chunk's rows go in by COPY through temporary tables: PostgreSQL refuses COPY FROM under
row-level security. 5,000 new rows in a camp of 200,000: 190 ms, of which 70 ms is the search index.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from psycopg import sql

from shared.contacts.chunk_rows import PointKeys
from shared.contacts.store import FIELDS
from shared.kernel.binary_format import COPY_END, COPY_HEAD, UuidArray, uuid_parameter
from shared.kernel.database import Connection

Row = dict[str, Any]
Copied = Iterable[Sequence[Any]]
Packed = Iterable[bytes]

_SEALED = ", ".join(f"{field}_sealed, {field}_hash" for field in FIELDS)
_HASHES = ", ".join(f"k.{field}_hash" for field in FIELDS)
_KNOWN = f"k.id, {_HASHES}, k.tags, k.source, k.legal_basis, k.import_id"


def prepare(c: Connection) -> None:
    """Sets what a chunk's transaction needs of the planner and the log.

    The chunk meets the contacts by their indexes, a few thousand times: statistics of a moment ago, when the
    camp was empty, would have it read whole tables, or walk the camp once for each row of the chunk (OFFSET 0
    keeps the order). A commit that is lost with the server takes its chunk
    along, and that chunk is read again, so nobody waits for the disk (8 of 50 µs a row).
    """
    c.execute(
        """SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off;
           SET LOCAL synchronous_commit = off"""
    )


def take_turn(c: Connection) -> None:
    """One import of a camp changes its contacts at a time; held to the end of the transaction."""
    c.execute("SELECT pg_advisory_xact_lock(hashtextextended('contacts:' || current_tenant(), 0))")


def holders(c: Connection, points: PointKeys) -> list[Row]:
    """Who has or shares these points: (place in their keys, contact_id, name_hash, shares), holders first.

    Plan: one probe of the primary key a point, and for those found the contact and its sharers: 3 µs a point.
    """
    return c.execute(
        """WITH held AS MATERIALIZED (
             SELECT a.place, a.kind, a.hash, p.contact_id
               FROM unnest(%s::text[], %s::bytea[]) WITH ORDINALITY AS a (kind, hash, place)
              CROSS JOIN LATERAL (SELECT contact_id FROM contact_points
                 WHERE tenant_id = current_tenant() AND kind = a.kind AND hash = a.hash OFFSET 0) p),
           named AS (
             SELECT h.place, h.contact_id, false AS shares FROM held h
             UNION ALL
             SELECT h.place, s.contact_id, true FROM held h
              CROSS JOIN LATERAL (SELECT contact_id FROM contact_shared_points
                 WHERE tenant_id = current_tenant() AND kind = h.kind AND hash = h.hash OFFSET 0) s)
           SELECT n.place - 1 AS place, n.contact_id, n.shares, k.name_hash FROM named n
            CROSS JOIN LATERAL (SELECT name_hash, deleted_at FROM contacts
               WHERE tenant_id = current_tenant() AND id = n.contact_id OFFSET 0) k
            WHERE k.deleted_at IS NULL
            ORDER BY n.shares, n.contact_id""",
        [points.kinds, points.hashes],
        binary=True,
    ).fetchall()


def names(c: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """(contact_id, name_hash, name_sealed, is_alias) of contacts: their own names first."""
    return c.execute(
        """SELECT id AS contact_id, name_hash, name_sealed, false AS is_alias FROM contacts
            WHERE tenant_id = current_tenant() AND id = ANY(%(ids)s) AND name_hash IS NOT NULL
           UNION ALL
           SELECT contact_id, name_hash, name_sealed, true FROM contact_aliases
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%(ids)s)""",
        {"ids": list(contact_ids)},
    ).fetchall()


def with_phone(c: Connection, contact_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the contacts that hold a phone: probes of contact_points_contact."""
    rows = c.execute(
        """SELECT DISTINCT contact_id FROM contact_points
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%s) AND kind = 'phone'""",
        [list(contact_ids)],
    ).fetchall()
    return {row["contact_id"] for row in rows}


def known(c: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """What an import compares of contacts. One probe of the primary key each, 4 µs."""
    return c.execute(
        f"""SELECT k.* FROM unnest(%s::uuid[]) AS a (id)
             CROSS JOIN LATERAL (SELECT {_KNOWN} FROM contacts k
                                  WHERE k.tenant_id = current_tenant() AND k.id = a.id OFFSET 0) k""",
        [_ids(contact_ids)],
        binary=True,
    ).fetchall()


def touched(c: Connection, contact_ids: Sequence[UUID], import_id: UUID) -> set[UUID]:
    """Those of the contacts that earlier rows of an import were. One probe of import_results_contact each."""
    rows = c.execute(
        "SELECT contacts_in_import(%s::uuid[], %s) AS id", [_ids(contact_ids), import_id], binary=True
    )
    return {row["id"] for row in rows}


def noted(c: Connection, contact_ids: Iterable[UUID], import_id: UUID) -> set[UUID]:
    """Those of known contacts whose note an import wrote: walks of their changes, which are few."""
    rows = c.execute(
        """SELECT DISTINCT contact_id FROM contact_changes
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%s) AND cause_id = %s
              AND field = 'note'""",
        [list(contact_ids), import_id],
    ).fetchall()
    return {row["contact_id"] for row in rows}


def lock_known(c: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """The same, with the sealed fields, of contacts about to change; locked in the order of their ids."""
    sealed = ", ".join(f"k.{field}_sealed" for field in FIELDS)
    return c.execute(
        f"""SELECT {_KNOWN}, {sealed} FROM contacts k
             WHERE k.tenant_id = current_tenant() AND k.id = ANY(%s) AND k.deleted_at IS NULL
             ORDER BY k.id FOR UPDATE OF k""",
        [list(contact_ids)],
        binary=True,
    ).fetchall()


def insert_contacts(
    c: Connection, rows: Packed, import_id: UUID, source: str | None, legal_basis: str | None
) -> None:
    """New contacts: packed (id, sealed fields and hashes, tags, tokens), with their search entries."""
    columns = {
        "id": "uuid",
        **dict.fromkeys(_SEALED.split(", "), "bytea"),
        "tags": "text[]",
        "tokens": "int4[]",
    }
    _copy_packed(c, "chunk_new_contacts", columns, rows)
    c.execute(
        f"""INSERT INTO contacts (tenant_id, id, {_SEALED}, tags, source, legal_basis, import_id)
            SELECT (SELECT current_tenant()), id, {_SEALED}, tags, %s, %s, %s FROM chunk_new_contacts""",
        [source, legal_basis, import_id],
    )
    c.execute(
        """INSERT INTO contact_search (tenant_id, contact_id, tokens)
           SELECT (SELECT current_tenant()), id, tokens FROM chunk_new_contacts"""
    )


def insert_points(c: Connection, rows: Packed) -> None:
    """Points that nobody has: packed (contact_id, kind, hash, value_sealed, textable, position).

    Raises UniqueViolation when a member took one up meanwhile: read the chunk's holders again.
    """
    _copy_packed(c, "chunk_new_points", {"contact_id": "uuid", **_POINT}, rows)
    c.execute(
        """INSERT INTO contact_points
             (tenant_id, contact_id, kind, hash, value_sealed, textable, position)
           SELECT (SELECT current_tenant()), contact_id, kind, hash, value_sealed, textable, position
             FROM chunk_new_points"""
    )


_POINT = {"kind": "text", "hash": "bytea", "value_sealed": "bytea", "textable": "bool", "position": "int2"}


def insert_shared_points(c: Connection, import_id: UUID, rows: Copied) -> None:
    """Points that another contact has: (contact_id, kind, hash, value_sealed, textable)."""
    columns = {"contact_id": "uuid", **_POINT}
    del columns["position"]
    _copy(c, "chunk_shared", columns, rows)
    c.execute(
        """INSERT INTO contact_shared_points
             (tenant_id, kind, hash, contact_id, value_sealed, textable, import_id)
           SELECT (SELECT current_tenant()), kind, hash, contact_id, value_sealed, textable, %s
             FROM chunk_shared
           ON CONFLICT DO NOTHING""",
        [import_id],
    )


def insert_aliases(c: Connection, import_id: UUID, rows: Copied) -> None:
    """Other names of contacts: (contact_id, name_hash, name_sealed)."""
    _copy(c, "chunk_new_aliases", {"contact_id": "uuid", "name_hash": "bytea", "name_sealed": "bytea"}, rows)
    c.execute(
        """INSERT INTO contact_aliases (tenant_id, contact_id, name_hash, name_sealed, import_id)
           SELECT (SELECT current_tenant()), contact_id, name_hash, name_sealed, %s FROM chunk_new_aliases
           ON CONFLICT DO NOTHING""",
        [import_id],
    )


def insert_results(c: Connection, import_id: UUID, rows: Packed) -> None:
    """What became of each row: packed (row_number, contact_id, outcome, repaired)."""
    columns = {"row_number": "int4", "contact_id": "uuid", "outcome": "text", "repaired": "bool"}
    _copy_packed(c, "chunk_results", columns, rows)
    c.execute(
        """INSERT INTO import_results (tenant_id, import_id, row_number, contact_id, outcome, repaired)
           SELECT (SELECT current_tenant()), %s, row_number, contact_id, outcome, repaired
             FROM chunk_results""",
        [import_id],
    )


def take_over_results(c: Connection, import_id: UUID, kept_id: UUID, merged_ids: list[UUID]) -> int:
    """Rows whose new contact turned out to be a known one are its duplicates. How many were `created`."""
    row = c.execute(
        """WITH moved AS (
             UPDATE import_results SET contact_id = %s, outcome = 'duplicate'
              WHERE tenant_id = current_tenant() AND import_id = %s AND contact_id = ANY(%s)
                AND outcome = 'created' RETURNING 1)
           SELECT count(*) AS rows FROM moved""",
        [kept_id, import_id, merged_ids],
    ).fetchone()
    return int(row["rows"]) if row else 0


def insert_rejects(c: Connection, import_id: UUID, rows: Copied) -> None:
    """Rejected rows: (row_number, reason, cells_sealed)."""
    _copy(c, "chunk_rejects", {"row_number": "int4", "reason": "text", "cells_sealed": "bytea"}, rows)
    c.execute(
        """INSERT INTO import_rejects (tenant_id, import_id, row_number, reason, cells_sealed)
           SELECT (SELECT current_tenant()), %s, row_number, reason, cells_sealed FROM chunk_rejects""",
        [import_id],
    )


def insert_repairs(c: Connection, import_id: UUID, rows: Copied) -> None:
    """What was repaired in rows: (row_number, repairs_sealed)."""
    _copy(c, "repairs", {"row_number": "int4", "repairs_sealed": "bytea"}, rows)
    c.execute(
        """INSERT INTO import_repairs (tenant_id, import_id, row_number, repairs_sealed)
           SELECT current_tenant(), %s, row_number, repairs_sealed FROM repairs""",
        [import_id],
    )


def update_contacts(c: Connection, rows: Copied, source: str | None, legal_basis: str | None) -> None:
    """Changes known contacts: (id; per field whether it is set, sealed, hash; tags that come, that go).

    An empty source and legal basis are filled. The contacts must be locked.
    """
    columns = {"id": "uuid"}
    for field in FIELDS:
        columns |= {f"{field}_set": "bool", f"{field}_sealed": "bytea", f"{field}_hash": "bytea"}
    _copy(c, "chunk_new_values", {**columns, "added": "text[]", "removed": "text[]"}, rows)
    assignments = ", ".join(
        f"{field}_{part} = CASE WHEN n.{field}_set THEN n.{field}_{part} ELSE k.{field}_{part} END"
        for field in FIELDS
        for part in ("sealed", "hash")
    )
    c.execute(
        f"""UPDATE contacts k SET {assignments}, updated_at = now(),
                   tags = ARRAY(SELECT t FROM unnest(k.tags) AS t WHERE t <> ALL(n.removed)) || n.added,
                   source = coalesce(k.source, %s), legal_basis = coalesce(k.legal_basis, %s)
              FROM chunk_new_values n
             CROSS JOIN LATERAL (SELECT ctid FROM contacts
                                  WHERE tenant_id = current_tenant() AND id = n.id OFFSET 0) AS place
             WHERE k.ctid = place.ctid""",
        [source, legal_basis],
    )


def log_fields(c: Connection, import_id: UUID, member_id: UUID | None, rows: Copied) -> None:
    """History of known contacts: (contact_id, field, before_sealed, before_hash, after_hash, tags that came,
    that went)."""
    columns = {
        "contact_id": "uuid",
        "field": "text",
        "before_sealed": "bytea",
        "before_hash": "bytea",
        "after_hash": "bytea",
        "added": "text[]",
        "removed": "text[]",
    }
    _copy(c, "chunk_changes", columns, rows)
    names_ = ", ".join(columns)
    c.execute(
        f"""INSERT INTO contact_changes (tenant_id, cause, cause_id, member_id, {names_})
            SELECT (SELECT current_tenant()), 'import', %s, %s, {names_} FROM chunk_changes""",
        [import_id, member_id],
    )


def log_points(c: Connection, import_id: UUID, member_id: UUID | None, rows: Copied) -> None:
    """Points that known contacts took up: (contact_id, kind, hash)."""
    _copy(c, "chunk_taken_up", {"contact_id": "uuid", "kind": "text", "hash": "bytea"}, rows)
    c.execute(
        """INSERT INTO point_changes (tenant_id, kind, hash, to_contact, cause, cause_id, member_id)
           SELECT (SELECT current_tenant()), kind, hash, contact_id, 'import', %s, %s FROM chunk_taken_up""",
        [import_id, member_id],
    )


def add_tokens(c: Connection, rows: Copied) -> None:
    """Joins search tokens with those that contacts have: (contact_id, tokens)."""
    _copy(c, "chunk_new_tokens", {"contact_id": "uuid", "tokens": "int4[]"}, rows)
    c.execute(
        """UPDATE contact_search s
              SET tokens = ARRAY(SELECT DISTINCT t FROM unnest(s.tokens || n.tokens) AS t)
             FROM chunk_new_tokens n
            CROSS JOIN LATERAL (SELECT ctid FROM contact_search
                 WHERE tenant_id = current_tenant() AND contact_id = n.contact_id OFFSET 0) AS place
            WHERE s.ctid = place.ctid AND NOT n.tokens <@ s.tokens"""
    )


def _ids(contact_ids: Iterable[UUID]) -> UuidArray:
    return uuid_parameter([contact_id.bytes for contact_id in contact_ids])


def _copy(c: Connection, table: str, columns: dict[str, str], rows: Copied) -> None:
    """A temporary table with these rows. Arrays come ready-made, see binary_format."""
    with c.cursor() as cursor, cursor.copy(_temporary(c, table, columns)) as copy:
        copy.set_types(["bytea" if kind.endswith("[]") else kind for kind in columns.values()])
        for row in rows:
            copy.write_row(row)


def _copy_packed(c: Connection, table: str, columns: dict[str, str], rows: Packed) -> None:
    """A temporary table with rows that are packed already (binary_format)."""
    with c.cursor() as cursor, cursor.copy(_temporary(c, table, columns)) as copy:
        copy.write(b"".join((COPY_HEAD, *rows, COPY_END)))


def _temporary(c: Connection, table: str, columns: dict[str, str]) -> sql.Composed:
    """Makes a temporary table, unless this connection has it, and returns the COPY that fills it.

    Making it anew for each chunk would fill the catalogues with dead rows.
    """
    name = sql.Identifier(table)
    declared = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind)) for column, kind in columns.items()
    )
    create = "CREATE TEMP TABLE IF NOT EXISTS {} ({}) ON COMMIT DELETE ROWS"
    c.execute(sql.SQL(create).format(name, declared))
    return sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(name)
