"""SQL of search: the functions of 0014 over contact_search, and conditions on contacts `c`. Figures at
1,000,000 contacts are in docs/decisions/0009."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from shared.kernel.database import Connection

Row = dict[str, Any]
Condition = tuple[sql.Composable, list[Any]]
Point = tuple[str, bytes]  # kind and hash
Statement = str | sql.Composed
Parameters = Sequence[Any] | Mapping[str, Any]
# How a statement that finds {ids, tiers, total} is run: as it is, or for a list with what that shows.
Look = Callable[[Connection, Statement, Parameters], Row]
NEWEST = UUID("ffffffff-ffff-ffff-ffff-ffffffffffff")


def ids_only(c: Connection, found: Statement, parameters: Parameters) -> Row:
    """What a statement finds, and nothing else."""
    row = c.execute(found, parameters).fetchone()
    assert row is not None  # noqa: S101  # every one of them answers one row
    return row


_PAGE = """SELECT ids, tiers, total FROM search_page(%(all)s::integer[], %(clauses)s, %(query)s,
             %(begins)s::integer[], %(exact)s::integer[], %(tier)s::integer, %(before)s, %(limit)s::integer,
             %(cap)s::integer, %(common)s)"""
# Whoever has one of the `sure` tokens meets the question: it is common if that is.
_CHOSEN_PAGE = _PAGE.replace("%(common)s", "%(common)s OR is_any_common(%(sure)s::integer[])")
# A tag alone is counted by its counter; one that many have is walked for.
_TAGGED_PAGE = """WITH counted AS MATERIALIZED (SELECT tag_count((%(alone)s::text[])[1]) AS number)
    SELECT f.ids, f.tiers,
           coalesce(f.total, CASE WHEN c.number <= %(cap)s::integer THEN c.number END) AS total
      FROM counted c CROSS JOIN LATERAL search_page(%(all)s::integer[], %(clauses)s, %(query)s,
             %(begins)s::integer[], %(exact)s::integer[], %(tier)s::integer, %(before)s, %(limit)s::integer,
             %(cap)s::integer, %(common)s OR coalesce(c.number > %(walked)s::integer, false),
             tags_before(%(tags)s::text[])) f"""


def page(c: Connection, wanted: Row, look: Look = ids_only) -> Row:
    """{ids, tiers, total} of one page of a question over tokens; total None: more than the cap.

    Plan: a GIN bitmap scan of everything up to the cap, or per tier a walk of the primary key: 0.1 to 9 ms.
    With `tags` the walks begin where the newest contact with them stands.
    """
    if wanted["tags"]:
        return look(c, _TAGGED_PAGE, wanted)
    return look(c, _CHOSEN_PAGE if wanted["clauses"] else _PAGE, wanted)


def page_where(c: Connection, wanted: Row, condition: Condition, look: Look = ids_only) -> Row:
    """The same with a condition on `c` beside the tokens; total None: the tokens alone have more than the
    cap.

    Plan: a GIN bitmap scan, then one primary-key probe of contacts for each match.
    """
    where, parameters = condition
    return look(
        c,
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
                      CASE WHEN (SELECT total FROM found) <= %s
                           THEN (SELECT count(*) FROM fitting) END AS total
                 FROM page p"""
        ).format(where),
        [
            wanted["all"], wanted["clauses"], wanted["query"], wanted["begins"], wanted["exact"], NEWEST,
            wanted["cap"] + 1, wanted["cap"], *parameters, wanted["tier"], wanted["tier"], wanted["before"],
            wanted["limit"], wanted["cap"],
        ],
    )  # fmt: skip


def count(c: Connection, wanted: Row) -> int:
    """How many have the tokens, up to cap + 1: one GIN bitmap scan that stops at the cap."""
    row = c.execute(
        "SELECT search_count(%(all)s::integer[], %(clauses)s, %(query)s, %(cap)s::integer) AS value", wanted
    ).fetchone()
    return int(row["value"]) if row else 0


def walk_count(
    c: Connection, all_of: Sequence[int], query: str | None, rows: int, cap: int, before: UUID = NEWEST
) -> Row:
    """{found, ended}: who has all tokens and meets a boolean question, among the newest `rows` contacts, up
    to cap + 1.

    Plan: a walk of the primary key, 0.15 µs a row; ended: these were all contacts.
    """
    row = c.execute(
        """SELECT cardinality(ids) AS found, last_id IS NULL AS ended
             FROM search_walk(%s::integer[], NULL, %s, %s, %s::integer, %s::integer)""",
        [list(all_of), query, before, rows, cap + 1],
    ).fetchone()
    assert row is not None  # noqa: S101  # a function with OUT parameters answers one row
    return row


def count_each_among(
    c: Connection, contact_ids: Sequence[UUID], conditions: Sequence[Condition]
) -> list[int]:
    """How many of these contacts are alive and meet each of the conditions: one scan of the primary key."""
    counts = [sql.SQL("count(*) FILTER (WHERE {})").format(where) for where, _ in conditions]
    row = c.execute(
        sql.SQL(
            "SELECT ARRAY[{}] AS values FROM contacts c"
            " WHERE c.tenant_id = current_tenant() AND c.id = ANY(%s) AND c.deleted_at IS NULL"
        ).format(sql.SQL(", ").join(counts)),
        [*(parameter for _, parameters in conditions for parameter in parameters), list(contact_ids)],
    ).fetchone()
    assert row is not None  # noqa: S101  # a count always answers
    return list(row["values"])


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


def among_newest(c: Connection, condition: Condition, count: int) -> int:
    """How many of the newest contacts meet a condition."""
    where, parameters = condition
    row = c.execute(
        sql.SQL(
            """SELECT count(*) AS value FROM (
                 SELECT * FROM contacts WHERE tenant_id = current_tenant() AND deleted_at IS NULL
                  ORDER BY id DESC LIMIT %s) AS c WHERE {}"""
        ).format(where),
        [count, *parameters],
    ).fetchone()
    return int(row["value"]) if row else 0


_HOLDERS = """SELECT ids, tiers, total FROM point_holders(%(kinds)s::text[], %(hashes)s::bytea[],
                 %(before)s, %(limit)s::integer)"""


def holders(c: Connection, points: Sequence[Point], before: UUID, limit: int, look: Look = ids_only) -> Row:
    """{ids, tiers, total} of the live contacts that hold or share all of these points: probes of two primary
    keys."""
    kinds, hashes = [kind for kind, _ in points], [point_hash for _, point_hash in points]
    return look(c, _HOLDERS, {"kinds": kinds, "hashes": hashes, "before": before, "limit": limit})


_EVERYBODY = "SELECT ids, tiers, total FROM newest_contacts(%(before)s, %(limit)s::integer)"


def everybody(c: Connection, before: UUID, limit: int, look: Look = ids_only) -> Row:
    """{ids, tiers, total} of the live contacts before an id: a walk of contacts_live, 0.1 ms for 50 at any
    depth, and the counter."""
    return look(c, _EVERYBODY, {"before": before, "limit": limit})


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


def without_tokens(all_of: Sequence[int]) -> Condition:
    """A query for the ids of live contacts that do not have all of these tokens: a scan of contact_search,
    0.25 µs each, where a probe for each contact took 4."""
    return sql.SQL(
        "SELECT s.contact_id AS id FROM contact_search s"
        " WHERE s.tenant_id = current_tenant() AND NOT s.tokens @> %s::integer[]"
    ), [list(all_of)]


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
    c: Connection,
    import_id: UUID,
    outcome: str | None,
    after_row: int,
    limit: int,
    cap: int | None,
    look: Look = ids_only,
) -> Row:
    """{ids, tiers, total} of an import's live contacts in the order of the file, each once; `tiers` are their
    row numbers, `total` stops at cap + 1 and is NULL without a cap.

    Plan: a walk of the primary key of import_results, or of import_results_rare, with a probe of
    contacts_live for each row. OFFSET 0 keeps the count at probes: as a join it was merged with a walk of
    all contacts (38 ms at a million).
    """
    chosen = _rows_with(outcome)
    found = f"""WITH page AS (
        SELECT r.row_number, r.contact_id FROM import_results r
          JOIN contacts c ON c.tenant_id = r.tenant_id AND c.id = r.contact_id AND c.deleted_at IS NULL
         WHERE r.tenant_id = current_tenant() AND r.import_id = %(import_id)s AND {chosen}
           AND r.row_number > %(after)s ORDER BY r.row_number LIMIT %(limit)s)
      SELECT array_agg(p.contact_id ORDER BY p.row_number) AS ids,
             array_agg(p.row_number ORDER BY p.row_number) AS tiers,
             {_IMPORT_TOTAL.format(chosen) if cap is not None else "NULL::bigint"} AS total
        FROM page p"""
    given = {"import_id": import_id, "outcome": outcome, "after": after_row, "limit": limit}
    return look(c, found, given if cap is None else given | {"most": cap + 1})


_IMPORT_TOTAL = """(SELECT count(*) FROM (
               SELECT 1 FROM import_results r
                WHERE r.tenant_id = current_tenant() AND r.import_id = %(import_id)s AND {}
                  AND EXISTS (SELECT FROM contacts c WHERE c.tenant_id = r.tenant_id AND c.id = r.contact_id
                                 AND c.deleted_at IS NULL OFFSET 0)
                LIMIT %(most)s) AS m)"""


def _rows_with(outcome: str | None) -> str:
    """The condition on rows of import_results. A contact's second row is a duplicate: nobody comes up twice,
    nor does who has several rows that were repaired or that are duplicates: the first of them stands for all.
    """
    if outcome == "repaired":
        return "r.repaired AND " + _first_of("e.repaired")
    if outcome is None:
        return "r.outcome <> 'duplicate'"
    rare = " AND r.outcome NOT IN ('created', 'unchanged')" if outcome in RARE_OUTCOMES else ""
    first = " AND " + _first_of("e.outcome = 'duplicate'") if outcome == "duplicate" else ""
    return f"r.outcome = %(outcome)s{rare}{first}"


def _first_of(such: str) -> str:
    """That no row above is the same contact's and such a one too: a probe by contact for each row, which
    OFFSET 0 keeps from becoming a join with all rows of the import."""
    return f"""NOT EXISTS (SELECT FROM import_results e
                             WHERE e.tenant_id = r.tenant_id AND e.contact_id = r.contact_id
                               AND e.import_id = r.import_id AND e.row_number < r.row_number AND {such}
                             OFFSET 0)"""


def json_clauses(clauses: Sequence[Sequence[int]]) -> Jsonb | None:
    """Clauses as the functions of 0014 take them."""
    return Jsonb([list(clause) for clause in clauses]) if clauses else None
