"""SQL of conditions on contacts `c` that no index over tokens knows: collected where few meet them, walked
where many do. Figures at 1,000,000 contacts are in docs/decisions/0009."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from shared.contacts.store_search import Condition, Look, Row, ids_only
from shared.kernel.database import Connection


@dataclass(frozen=True)
class Matches:
    """Live contacts that meet a condition. `alternatives`: the same as queries for their ids, one of which
    finds each; for parts joined by "or" the planner would walk the whole table to find a few. `disjoint`:
    nobody is found by two, so that the second waits until the first has not found enough. The planner chooses
    where to begin; `in_order`: from the newest on, where the condition bounds the id. `walked`: the newest
    are soon met so.
    """

    condition: Condition
    alternatives: Sequence[Condition] = ()
    disjoint: bool = False
    in_order: bool = False
    walked: bool = True

    def first(self, count: int) -> Condition:
        """A query for the ids of `count` of them, or of as many of each alternative."""
        if self.alternatives and self.disjoint:
            found, parameters = _union("({} LIMIT %s)", self.alternatives, [count], " UNION ALL ")
            return sql.SQL("SELECT id FROM ({}) AS found LIMIT %s").format(found), [*parameters, count]
        if self.alternatives:
            return _union("({} LIMIT %s)", self.alternatives, [count])
        where, given = self.condition
        query = sql.SQL(
            "SELECT c.id FROM contacts c"
            " WHERE c.tenant_id = current_tenant() AND c.deleted_at IS NULL AND {}{} LIMIT %s"
        ).format(where, sql.SQL(" ORDER BY c.id DESC" if self.in_order else ""))
        return query, [*given, count]

    def newest(self, before: UUID, count: int) -> Condition:
        """A query for the ids of the newest `count` before an id, in no order."""
        alternatives = () if self.walked else self.alternatives
        where, given = self.condition
        alone = (
            sql.SQL(
                "SELECT c.id FROM contacts c"
                " WHERE c.tenant_id = current_tenant() AND c.deleted_at IS NULL AND {}"
            ).format(where),
            given,
        )
        page = "(SELECT q.id FROM ({}) AS q WHERE q.id < %s ORDER BY q.id DESC LIMIT %s)"
        return _union(page, alternatives or [alone], [before, count])


def _union(
    each: LiteralString, queries: Sequence[Condition], more: Sequence[Any], joiner: LiteralString = " UNION "
) -> Condition:
    """Queries in the form of `each`, which takes `more` parameters, as one."""
    parts = [sql.SQL(each).format(query) for query, _ in queries]
    return sql.SQL(joiner).join(parts), [one for _, given in queries for one in (*given, *more)]


def count_where(c: Connection, matches: Matches, cap: int) -> int:
    """How many they are; more than `cap`: some number above it."""
    query, parameters = matches.first(cap + 1)
    row = c.execute(
        sql.SQL("SELECT count(*) AS value FROM ({}) AS matches").format(query), parameters
    ).fetchone()
    return int(row["value"]) if row else 0


def rare_where(
    c: Connection, matches: Matches, before: UUID, limit: int, cap: int, look: Look = ids_only
) -> Row:
    """{ids, tiers, total} of the newest of them; total over the cap: no ids, walk.

    All up to the cap are collected and then sorted: with ORDER BY … LIMIT the planner would walk the whole
    table for a few.
    """
    query, parameters = matches.first(cap + 1)
    found = sql.SQL(
        """WITH matches AS MATERIALIZED ({})
           SELECT CASE WHEN n.total <= %s THEN
                    ARRAY(SELECT id FROM matches WHERE id < %s ORDER BY id DESC LIMIT %s) END AS ids,
                  NULL::integer[] AS tiers, n.total
             FROM (SELECT count(*) AS total FROM matches) AS n"""
    ).format(query)
    return look(c, found, [*parameters, cap, before, limit])


def found_where(c: Connection, matches: Matches, limit: int, cap: int) -> Row:
    """{ids, total}: how many they are, as `count_where`, and the newest of as many as were counted."""
    query, parameters = matches.first(cap + 1)
    found = sql.SQL(
        """WITH matches AS MATERIALIZED ({})
           SELECT ARRAY(SELECT id FROM matches ORDER BY id DESC LIMIT %s) AS ids,
                  (SELECT count(*) FROM matches) AS total"""
    ).format(query)
    return ids_only(c, found, [*parameters, limit])


def walk_where(c: Connection, matches: Matches, before: UUID, limit: int, look: Look = ids_only) -> Row:
    """The same of what many meet, uncounted: mostly the page is full after a few of the newest."""
    query, parameters = matches.newest(before, limit)
    found = sql.SQL(
        """SELECT ARRAY(SELECT id FROM ({}) AS newest ORDER BY id DESC LIMIT %s) AS ids,
                  NULL::integer[] AS tiers, NULL::bigint AS total"""
    ).format(query)
    return look(c, found, [*parameters, limit])
