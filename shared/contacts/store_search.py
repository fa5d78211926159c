"""SQL of search: the functions of 0014 over contact_search, and conditions on contacts `c`. Figures at
1,000,000
contacts are in docs/decisions/0009."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from shared.kernel.database import Connection

Row = dict[str, Any]
Condition = tuple[sql.Composable, list[Any]]
NEWEST = UUID("ffffffff-ffff-ffff-ffff-ffffffffffff")


def page(c: Connection, wanted: Row) -> Row:
    """{ids, tiers, total} of one page of a question over tokens; total None: more than the cap.

    Plan: a GIN bitmap scan of everything up to the cap, or per tier a walk of the primary key: 0.1 to 9 ms.
    """
    row = c.execute(
        """SELECT ids, tiers, total FROM search_page(%(all)s::integer[], %(clauses)s, %(query)s,
        %(begins)s::integer[],
             %(exact)s::integer[], %(tier)s::integer, %(before)s, %(limit)s::integer, %(cap)s::integer,
             %(common)s)""",
        wanted,
    ).fetchone()
    assert row is not None  # noqa: S101  # a function with OUT parameters answers one row
    return row


def page_where(c: Connection, wanted: Row, condition: Condition) -> Row:
    """The same with a condition on `c` beside the tokens; total None: the tokens alone have more than the
    cap.

    Plan: a GIN bitmap scan, then one primary-key probe of contacts for each match.
    """
    where, parameters = condition
    row = c.execute(
        sql.SQL(
            """WITH found AS MATERIALIZED (
                 SELECT f.ids, f.tiers, f.total FROM search_collect(%s::integer[], %s, %s, %s::integer[],
                   %s::integer[], -1, %s, %s::integer, %s::integer) f),
               fitting AS MATERIALIZED (
                 SELECT c.id, m.tier FROM found, unnest(found.ids, found.tiers) AS m (id, tier)
                   JOIN contacts c ON c.tenant_id = current_tenant() AND c.id = m.id
                  WHERE c.deleted_at IS NULL AND {}),
               page AS (
                 SELECT * FROM fitting f WHERE f.tier > %s OR (f.tier = %s AND f.id < %s)
                  ORDER BY f.tier, f.id DESC LIMIT %s)
               SELECT array_agg(p.id) AS ids, array_agg(p.tier) AS tiers,
                      CASE WHEN (SELECT total FROM found) <= %s THEN (SELECT count(*) FROM fitting) END AS
                      total
                 FROM page p"""
        ).format(where),
        [
            wanted["all"], wanted["clauses"], wanted["query"], wanted["begins"], wanted["exact"], NEWEST,
            wanted["cap"] + 1, wanted["cap"], *parameters, wanted["tier"], wanted["tier"], wanted["before"],
            wanted["limit"], wanted["cap"],
        ],
    ).fetchone()  # fmt: skip
    assert row is not None  # noqa: S101  # an aggregate always answers
    return row


def count(c: Connection, wanted: Row) -> int:
    """How many have the tokens, up to cap + 1: one GIN bitmap scan that stops at the cap."""
    row = c.execute(
        "SELECT search_count(%(all)s::integer[], %(clauses)s, %(query)s, %(cap)s::integer) AS value", wanted
    ).fetchone()
    return int(row["value"]) if row else 0


def walk_count(c: Connection, query: str | None, rows: int, cap: int) -> Row:
    """{found, ended}: matches of a boolean question among the newest `rows` contacts, up to cap + 1.

    Plan: a walk of the primary key, 0.5 µs a row; ended: these were all contacts.
    """
    row = c.execute(
        """SELECT cardinality(ids) AS found, last_id IS NULL AS ended
             FROM search_walk('{}', NULL, %s, %s, %s::integer, %s::integer)""",
        [query, NEWEST, rows, cap + 1],
    ).fetchone()
    assert row is not None  # noqa: S101  # a function with OUT parameters answers one row
    return row


def count_where(c: Connection, condition: Condition, cap: int, *, in_order: bool = False) -> int:
    """How many live contacts meet a condition, up to cap + 1.

    The planner chooses where to begin; `in_order`: from the newest on, where the condition bounds the id.
    """
    where, parameters = condition
    row = c.execute(
        sql.SQL(
            "SELECT count(*) AS value FROM (SELECT 1 FROM contacts c WHERE c.tenant_id = current_tenant()"
            " AND c.deleted_at IS NULL AND {}{} LIMIT %s) AS matches"
        ).format(where, sql.SQL(" ORDER BY c.id DESC" if in_order else "")),
        [*parameters, cap + 1],
    ).fetchone()
    return int(row["value"]) if row else 0


def count_among(c: Connection, contact_ids: Sequence[UUID], condition: Condition) -> int:
    """How many of these contacts are alive and meet a condition: primary-key probes."""
    where, parameters = condition
    row = c.execute(
        sql.SQL(
            "SELECT count(*) AS value FROM contacts c WHERE c.tenant_id = current_tenant() AND c.id = ANY(%s)"
            " AND c.deleted_at IS NULL AND {}"
        ).format(where),
        [list(contact_ids), *parameters],
    ).fetchone()
    return int(row["value"]) if row else 0


def those_of(c: Connection, contact_ids: Sequence[UUID], condition: Condition) -> list[UUID]:
    """Those of these contacts that are alive and meet a condition, newest first: primary-key probes."""
    where, parameters = condition
    rows = c.execute(
        sql.SQL(
            "SELECT c.id FROM contacts c WHERE c.tenant_id = current_tenant() AND c.id = ANY(%s)"
            " AND c.deleted_at IS NULL AND {} ORDER BY c.id DESC"
        ).format(where),
        [list(contact_ids), *parameters],
    ).fetchall()
    return [row["id"] for row in rows]


def newest_where(
    c: Connection, condition: Condition, before: UUID | None, limit: int, *, rare: bool
) -> list[UUID]:
    """The newest contacts that meet a condition.

    Rare ones are all collected and then sorted: with ORDER BY … LIMIT the planner would walk the whole
    table for
    them. Common ones are walked, and the page is full after a few.
    """
    where, parameters = condition
    collected = sql.SQL(
        """WITH matches AS MATERIALIZED (
             SELECT c.id FROM contacts c WHERE c.tenant_id = current_tenant() AND c.deleted_at IS NULL AND {})
           SELECT id FROM matches WHERE id < %s ORDER BY id DESC LIMIT %s"""
    )
    walked = sql.SQL(
        """SELECT c.id FROM contacts c WHERE c.tenant_id = current_tenant() AND c.deleted_at IS NULL AND {}
              AND c.id < %s ORDER BY c.id DESC LIMIT %s"""
    )
    statement = (collected if rare else walked).format(where)
    rows = c.execute(statement, [*parameters, before or NEWEST, limit]).fetchall()
    return [row["id"] for row in rows]


def listed(c: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """Live contacts as lists show them, in the order of the ids: sealed values, the points as parallel
    arrays.

    Plan: for each contact a probe of contacts, contact_points_contact, recipients_contact and, for each
    point,
    opt_outs. One statement and binary answers instead of three statements.
    """
    return c.execute(
        """SELECT c.id, c.name_sealed, c.address_sealed, c.note_sealed, c.tags, c.created_at, c.updated_at,
                  p.kinds, p.values_sealed, p.opted_out,
                  (SELECT max(r.sent_at) FROM recipients r
                    WHERE r.tenant_id = c.tenant_id AND r.contact_id = c.id) AS last_contacted_at
             FROM unnest(%s::uuid[]) WITH ORDINALITY AS wanted (id, place)
             JOIN contacts c ON c.tenant_id = current_tenant() AND c.id = wanted.id AND c.deleted_at IS NULL
            CROSS JOIN LATERAL (
              SELECT array_agg(q.kind ORDER BY q.kind DESC, q.position, q.created_at) AS kinds,
                     array_agg(q.value_sealed ORDER BY q.kind DESC, q.position, q.created_at) AS
                     values_sealed,
                     coalesce(bool_or(EXISTS (
                       SELECT 1 FROM opt_outs o
                        WHERE o.tenant_id = q.tenant_id AND o.kind = q.kind AND o.hash = q.hash)), false)
                       AS opted_out
                FROM contact_points q WHERE q.tenant_id = c.tenant_id AND q.contact_id = c.id) AS p
            ORDER BY wanted.place""",
        [list(contact_ids)],
        binary=True,
    ).fetchall()


def newest(c: Connection, before: UUID, limit: int) -> list[UUID]:
    """Live contacts before an id: a walk of contacts_live, 0.1 ms for 50 at any depth."""
    rows = c.execute(
        """SELECT id FROM contacts WHERE tenant_id = current_tenant() AND deleted_at IS NULL AND id < %s
            ORDER BY id DESC LIMIT %s""",
        [before, limit],
    ).fetchall()
    return [row["id"] for row in rows]


def count_live(c: Connection) -> int:
    """Live contacts, from the counter."""
    row = c.execute(
        "SELECT count FROM contact_counters WHERE tenant_id = current_tenant() AND tag = ''"
    ).fetchone()
    return row["count"] if row else 0


def has_tokens(all_of: Sequence[int], query: str | None = None) -> Condition:
    """That a contact `c` has tokens: a probe of contact_search's primary key.

    OFFSET 0 keeps it a probe: as a join, all of contact_search would be read for the first 10,000 contacts.
    """
    parts = [sql.SQL("s.tenant_id = c.tenant_id AND s.contact_id = c.id")]
    parameters: list[Any] = []
    if all_of:
        parts.append(sql.SQL("s.tokens @> %s::integer[]"))
        parameters.append(list(all_of))
    if query is not None:
        parts.append(sql.SQL("s.tokens OPERATOR(intarray.@@) %s::intarray.query_int"))
        parameters.append(query)
    where = sql.SQL(" AND ").join(parts)
    return sql.SQL("EXISTS (SELECT 1 FROM contact_search s WHERE {} OFFSET 0)").format(where), parameters


def among_all(all_of: Sequence[int], clauses: Sequence[Sequence[int]], query: str | None) -> Condition:
    """The same, found by the index at once instead of contact by contact: for audiences and bulk actions."""
    return sql.SQL("c.id IN (SELECT search_all(%s::integer[], %s, %s))"), [
        list(all_of),
        json_clauses(clauses),
        query,
    ]


def holds_point(kind: str, point_hash: bytes) -> Condition:
    """That a contact has a point or shares it: one probe of two primary keys, at most a few ids."""
    return sql.SQL(
        """c.id IN (SELECT p.contact_id FROM contact_points p
                     WHERE p.tenant_id = current_tenant() AND p.kind = %s AND p.hash = %s
                    UNION ALL
                    SELECT p.contact_id FROM contact_shared_points p
                     WHERE p.tenant_id = current_tenant() AND p.kind = %s AND p.hash = %s)"""
    ), [kind, point_hash, kind, point_hash]


def of_import(import_id: UUID, outcome: str | None) -> Condition:
    """Contacts that an import created or touched, with an outcome of their rows if one is given.

    Rare outcomes come from import_results_rare, repaired rows and shared phones from indexes of their own.
    The others are asked contact by contact, from the import's end on: nobody younger can be meant.
    """
    rows = "c.id IN (SELECT r.contact_id FROM import_results r"
    rows += " WHERE r.tenant_id = current_tenant() AND r.import_id = %s"
    if outcome == "repaired":
        return sql.SQL(rows + " AND r.repaired)"), [import_id]
    if outcome == "shared":
        return sql.SQL(
            "c.id IN (SELECT p.contact_id FROM contact_shared_points p"
            " WHERE p.tenant_id = current_tenant() AND p.import_id = %s)"
        ), [import_id]
    if outcome in RARE_OUTCOMES:
        # Said once more as the index says it, so that the planner sees that it may be used.
        rare = " AND r.outcome = %s AND r.outcome NOT IN ('created', 'unchanged'))"
        return sql.SQL(rows + rare), [import_id, outcome]
    if outcome == "created":
        return sql.SQL(f"(c.import_id = %s AND c.id > %s AND c.id < {IMPORTS_END})"), [import_id] * 3
    probe = """EXISTS (SELECT 1 FROM import_results r WHERE r.tenant_id = c.tenant_id
                          AND r.contact_id = c.id AND r.import_id = %s
                          AND r.outcome = coalesce(%s, r.outcome) OFFSET 0)"""
    return sql.SQL(f"({probe} AND c.id < {IMPORTS_END})"), [import_id, outcome, import_id]


RARE_OUTCOMES = ("updated", "merged", "duplicate")

# The first UUIDv7 after an import's last moment.
IMPORTS_END = """(SELECT (lpad(to_hex((extract(epoch FROM coalesce(i.finished_at, now())) * 1000)::bigint
+ 1),
                     12, '0') || repeat('0', 20))::uuid
                     FROM imports i WHERE i.tenant_id = current_tenant() AND i.id = %s)"""


def import_page(
    c: Connection, import_id: UUID, outcome: str | None, after_row: int, limit: int
) -> list[tuple[int, UUID]]:
    """(row number, contact) of an import's live contacts in the order of the file, each once: a walk of the
    primary key of import_results, or of import_results_rare."""
    chosen = _rows_with(outcome)
    rows = c.execute(
        f"""SELECT r.row_number, r.contact_id FROM import_results r
              JOIN contacts c ON c.tenant_id = r.tenant_id AND c.id = r.contact_id AND c.deleted_at IS NULL
             WHERE r.tenant_id = current_tenant() AND r.import_id = %(import_id)s AND {chosen}
               AND r.row_number > %(after)s ORDER BY r.row_number LIMIT %(limit)s""",
        {"import_id": import_id, "outcome": outcome, "after": after_row, "limit": limit},
    ).fetchall()
    return [(row["row_number"], row["contact_id"]) for row in rows]


def import_total(c: Connection, import_id: UUID, outcome: str | None, cap: int) -> int:
    """Contacts of an import's rows, up to cap + 1."""
    chosen = _rows_with(outcome)
    row = c.execute(
        f"""SELECT count(*) AS value FROM (SELECT 1 FROM import_results r
              JOIN contacts c ON c.tenant_id = r.tenant_id AND c.id = r.contact_id AND c.deleted_at IS NULL
             WHERE r.tenant_id = current_tenant() AND r.import_id = %(import_id)s AND {chosen} LIMIT
             %(most)s) AS m""",
        {"import_id": import_id, "outcome": outcome, "most": cap + 1},
    ).fetchone()
    return int(row["value"]) if row else 0


def _rows_with(outcome: str | None) -> str:
    """The condition on rows of import_results. A contact's second row is a duplicate: nobody comes up
    twice."""
    if outcome == "repaired":
        return "r.repaired"
    if outcome is None:
        return "r.outcome <> 'duplicate'"
    rare = " AND r.outcome NOT IN ('created', 'unchanged')" if outcome in RARE_OUTCOMES else ""
    return f"r.outcome = %(outcome)s{rare}"


def json_clauses(clauses: Sequence[Sequence[int]]) -> Jsonb | None:
    """Clauses as the functions of 0014 take them."""
    return Jsonb([list(clause) for clause in clauses]) if clauses else None
