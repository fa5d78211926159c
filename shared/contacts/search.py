"""Finding contacts by the blind index: ranked, in pages.

Tokens narrow down by the GIN index, everything else is asked of the contacts that are left. A question with
up to EXACT_MATCHES matches is counted exactly; above, it is common and its page is walked from the newest
contact on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any
from uuid import UUID

from cachetools import TTLCache
from psycopg import sql

from shared.contacts import store_matches, store_search_counts
from shared.contacts import store_search as store
from shared.contacts.cursors import place, row_number
from shared.contacts.search_criteria import Criteria as Criteria
from shared.contacts.search_criteria import conjunction as conjunction
from shared.contacts.search_criteria import imported as imported
from shared.contacts.search_criteria import tagged as tagged
from shared.contacts.search_criteria import typed as typed
from shared.contacts.store_search import Condition as Condition
from shared.contacts.store_search import Look
from shared.contacts.store_search import among_all as among_all
from shared.contacts.store_search import count_each_among as count_each_among
from shared.contacts.store_search import has_tokens as has_tokens
from shared.contacts.store_search import of_import as of_import
from shared.contacts.store_search import without_tokens as without_tokens
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher

# Counts are exact up to here.
COUNTED = 10_000
# What somebody typed is collected, ranked and counted up to here: at a million contacts, collecting n matches
# (2.1 µs each) costs as much as walking for a page of 50 (0.28 µs a contact) at n² = 50 · 10⁶ · 0.28 / 2.1.
EXACT_MATCHES = 2_500
FEW_MATCHES = 1_000  # ids that a statement may be given instead of a question
_GLANCE = 2_000  # contacts that are looked at to tell whether something is common: 0.5 ms
_COMMON = _GLANCE // 30  # of them, and more: common
_DENSE = _GLANCE // 12  # and more: 15,000 are found sooner by walking (0.24 µs a contact) than by the index
_NEAR = _GLANCE // 400  # and more: a page of 50 is full after 20,000 at most
_WALKED = 200_000

# Questions that were common a moment ago are walked without being counted again; a token alone is counted
# beforehand (store_common_tokens). Tokens are keyed per tenant, so they name the tenant too. A hint only: it
# may cost a walk, never a result.
_common: TTLCache[tuple[Any, ...], bool] = TTLCache(maxsize=10_000, ttl=60)
_common_lock = Lock()


@dataclass(frozen=True)
class Found:
    """Ids of one page in their order, how many match in all, and where the next page begins."""

    ids: list[UUID]
    total: dict[str, Any]
    cursor: str | None = None
    rows: list[Any] | None = None  # what a `look` has seen of them


NOBODY = Found([], {"value": 0, "relation": "eq"})


def condition_of(cipher: TenantCipher, q: str) -> Condition:
    """What somebody typed as a condition on `c`, for statements over all of its matches."""
    criteria = typed(cipher, q)
    if criteria.nothing:
        return sql.SQL("false"), []
    conditions = [criteria.condition] if criteria.condition else []
    if criteria.indexed:
        conditions.append(store.among_all(criteria.tokens, criteria.clauses, criteria.query))
    return conjunction(conditions) or (sql.SQL("true"), [])


def find(
    connection: Connection,
    criteria: Criteria,
    cursor: str | None,
    limit: int,
    cap: int | None = None,
    look: Look = store.ids_only,
) -> Found:
    """A page of the contacts that meet the criteria, counted up to the cap (EXACT_MATCHES); `look`: how the
    last statement is run, so that a list has its rows with it.

    Raises ValidationFailed for a cursor that is none of ours.
    """
    if criteria.nothing:
        return NOBODY
    tier, before = place(cursor)
    cap = EXACT_MATCHES if cap is None else cap
    if criteria.is_points:
        row = store.holders(connection, criteria.points, before, limit + 1, look)
        return _found(row, limit, cap, ranked=False)
    if criteria.condition is not None and not criteria.indexed:
        return _by_condition(connection, criteria, before, limit, cap, look)
    if criteria.condition is None:
        return _by_tokens(connection, criteria, _wanted(criteria, tier, before, limit, cap), limit, look)
    if not _looks_common(connection, criteria):
        wanted = _wanted(criteria, tier, before, limit, max(cap, COUNTED))
        row = store.page_where(connection, wanted, criteria.condition, look)
        if row["total"] is not None:
            return _found(row, limit, cap, ranked=bool(criteria.begins))
    return _by_condition(connection, criteria, before, limit, cap, look)


def count_and_newest(
    connection: Connection, criteria: Criteria, limit: int
) -> tuple[dict[str, Any], list[UUID]]:
    """How many contacts meet the criteria, as `count`, and their newest; of more than COUNTED maybe the
    newest of those that were counted."""
    if criteria.alternatives and not criteria.indexed:
        matches = _matches(connection, criteria)
        if matches.alternatives:
            row = store_matches.found_where(connection, matches, limit, COUNTED)
            return total_of(row["total"]), row["ids"]
    total = count(connection, criteria)
    ids = newest(connection, criteria, limit, of_many=total["relation"] == "gte") if total["value"] else []
    return total, ids


def newest(connection: Connection, criteria: Criteria, limit: int, *, of_many: bool = False) -> list[UUID]:
    """The newest contacts that meet the criteria, uncounted; `of_many`: more than COUNTED are known to."""
    if criteria.nothing:
        return []
    if criteria.condition is not None:
        return _newest_where(connection, criteria, criteria.condition, limit, of_many)
    wanted = _wanted(criteria, 0, store.NEWEST, limit - 1, 0) | {"begins": [], "exact": []}
    return store.page(connection, wanted | {"common": True})["ids"] or []


def _newest_where(
    connection: Connection, criteria: Criteria, condition: Condition, limit: int, of_many: bool
) -> list[UUID]:
    """The newest by tokens alone are mostly enough; else all are looked for."""
    if criteria.indexed:
        only_tokens = replace(criteria, condition=None, begins=(), exact=())
        for asked in (2 * limit + limit // 4 + 20, 4 * limit):  # half of them mostly meet it, with some luck
            candidates = newest(connection, only_tokens, asked)
            ids = store.those_of(connection, candidates, condition)
            if len(ids) >= limit or len(candidates) < asked:
                return ids[:limit]
    if of_many:  # so they are met soon by a walk, and need not be collected to be sorted
        matches = _matches(connection, criteria)
        return store_matches.walk_where(connection, matches, store.NEWEST, limit)["ids"] or []
    # More than ten times as many as are wanted are common enough to be walked: nobody asks for their number.
    return find(connection, criteria, None, limit, min(COUNTED, max(FEW_MATCHES, 10 * limit))).ids


def everybody(connection: Connection, cursor: str | None, limit: int, look: Look = store.ids_only) -> Found:
    """All live contacts, newest first. Raises as `find`."""
    _, before = place(cursor)
    row = store.everybody(connection, before, limit + 1, look)
    total = {"value": row["total"], "relation": "eq"}
    return _found(row, limit, EXACT_MATCHES, ranked=False, total=total)


def find_in_import(
    connection: Connection,
    import_id: UUID,
    outcome: str | None,
    cursor: str | None,
    limit: int,
    look: Look = store.ids_only,
) -> Found:
    """An import's contacts in the order of its file. Raises ValidationFailed for a cursor that is none of
    ours."""
    question = (import_id, outcome)
    cap = None if _was_common(question) else EXACT_MATCHES
    row = store.import_page(connection, import_id, outcome, row_number(cursor), limit + 1, cap, look)
    if cap is not None and row["total"] > cap:
        _note_common(question)
    if row["total"] is None and cursor is None and len(row["ids"] or []) <= limit:
        row = row | {"total": len(row["ids"] or [])}  # a bulk action or an undo has taken the others
    found = _found(row, limit, EXACT_MATCHES, ranked=False)
    return replace(found, cursor=str(row["tiers"][limit - 1]) if found.cursor else None)


def count(connection: Connection, criteria: Criteria) -> dict[str, Any]:
    """How many contacts meet the criteria: exactly up to COUNTED."""
    if criteria.nothing:
        return NOBODY.total
    if criteria.condition is not None:
        return total_of(_count_where(connection, criteria))
    if not criteria.indexed:
        walked = store.walk_count(connection, (), criteria.query, 1 << 30, COUNTED)
        return total_of(int(walked["found"]))
    return total_of(_count_tokens(connection, criteria))


def total_of(value: int, cap: int | None = None) -> dict[str, Any]:
    """A count as answers say it."""
    cap = COUNTED if cap is None else cap
    if value > cap:
        return {"value": cap, "relation": "gte"}
    return {"value": value, "relation": "eq"}


def _by_tokens(
    connection: Connection, criteria: Criteria, wanted: store.Row, limit: int, look: Look
) -> Found:
    cap = wanted["cap"]
    if not criteria.indexed:  # only "not …": there is nothing to collect, the walk finds it
        row = store.page(connection, wanted | {"common": True}, look)
        return _found(row, limit, cap, ranked=False, total=count(connection, criteria))
    question = (criteria.tokens, criteria.clauses, criteria.query, cap)
    common = _was_common(question)
    row = store.page(connection, wanted | {"common": common}, look)
    if row["total"] is None and _is_everybody(row, wanted):
        row = row | {"total": len(row["ids"] or [])}
    elif row["total"] is None and not common:
        _note_common(question)
    return _found(row, limit, cap, ranked=bool(criteria.begins))


def _is_everybody(row: store.Row, wanted: store.Row) -> bool:
    """Whether a first page was not filled, so that what was called common is no longer."""
    return bool(wanted["before"] == store.NEWEST and len(row["ids"] or []) < wanted["limit"])


def _by_condition(
    connection: Connection, criteria: Criteria, before: UUID, limit: int, cap: int, look: Look
) -> Found:
    matches = _matches(connection, criteria)
    row = store_matches.rare_where(connection, matches, before, limit + 1, cap, look)
    if row["total"] > cap:
        row = store_matches.walk_where(connection, matches, before, limit + 1, look)
    return _found(row, limit, cap, ranked=False)


def _count_tokens(connection: Connection, criteria: Criteria) -> int:
    """A walk settles what is very common; the index the rest."""
    if criteria.query is not None:
        glance = _glance(connection, criteria)
        if glance["ended"]:
            return int(glance["found"])
        if glance["found"] >= _GLANCE // 5:
            walked = store.walk_count(connection, criteria.tokens, criteria.residual, 60_000, COUNTED)
            if walked["found"] > COUNTED or walked["ended"]:
                return int(walked["found"])
    return store.count(connection, _wanted(criteria, 0, store.NEWEST, 1, COUNTED))


def _count_where(connection: Connection, criteria: Criteria) -> int:
    """Common tokens: the newest that have them mostly settle it; rare ones: all that have them."""
    assert criteria.condition is not None  # noqa: S101  # the caller has looked
    found = int(_glance(connection, criteria)["found"]) if criteria.indexed else 0
    if found >= _COMMON:
        wanted = _wanted(criteria, 0, store.NEWEST, COUNTED + COUNTED // 2, 0)
        rows = _WALKED if found >= _DENSE else None
        value = store_search_counts.count_newest(
            connection, wanted, criteria.residual, criteria.condition, COUNTED, rows
        )
        if value > COUNTED:
            return value
    elif criteria.indexed:
        wanted = _wanted(criteria, 0, store.NEWEST, 0, COUNTED)
        fitting = store_search_counts.count_fitting(connection, wanted, criteria.condition)
        if fitting is not None:
            return fitting
    return store_matches.count_where(connection, _matches(connection, criteria), COUNTED)


def _matches(connection: Connection, criteria: Criteria) -> store_matches.Matches:
    """The contacts that meet the criteria: by their alternatives, if too few to be walked."""
    condition, alternatives, near = criteria.whole_condition, criteria.alternatives, 0
    if alternatives:
        near = store.among_newest(connection, condition, _GLANCE)
        alternatives = () if near >= _GLANCE // 10 else alternatives
    return store_matches.Matches(
        condition,
        alternatives,
        disjoint=criteria.disjoint,
        in_order=criteria.in_order,
        walked=near >= _NEAR or not alternatives,
    )


def _looks_common(connection: Connection, criteria: Criteria) -> bool:
    """Whether so many of the newest contacts have the tokens that the index would bring too many."""
    return int(_glance(connection, criteria)["found"]) >= _COMMON


def _glance(connection: Connection, criteria: Criteria) -> store.Row:
    """{found, ended} among the newest contacts."""
    return store.walk_count(connection, criteria.tokens, criteria.residual, _GLANCE, _GLANCE)


def _wanted(criteria: Criteria, tier: int, before: UUID, limit: int, cap: int) -> store.Row:
    return {
        "all": _array(criteria.tokens),
        "clauses": store.json_clauses(criteria.clauses),
        "query": criteria.query,
        "begins": _array(criteria.begins),
        "exact": _array(criteria.exact),
        "tier": tier,
        "before": before,
        "limit": limit + 1,
        "cap": cap,
        "tags": list(criteria.tags),
        "alone": list(criteria.tags) if criteria.is_one_tag else [],
        "walked": EXACT_MATCHES,
        "sure": _array(criteria.sure),
    }


def _array(tokens: Sequence[int]) -> str:
    """As PostgreSQL writes an array: a list would be looked through element by element for its type."""
    return f"{{{','.join(map(str, tokens))}}}"


def _found(
    row: store.Row, limit: int, cap: int, *, ranked: bool, total: dict[str, Any] | None = None
) -> Found:
    ids, tiers = row["ids"] or [], row["tiers"] or []
    following = None
    if len(ids) > limit:
        last = str(ids[limit - 1])
        following = f"{tiers[limit - 1]}.{last}" if ranked else last
    value = cap + 1 if row["total"] is None else row["total"]
    rows = row["rows"][:limit] if "rows" in row else None
    return Found(ids[:limit], total or total_of(value, cap), following, rows)


def _was_common(question: tuple[Any, ...]) -> bool:
    with _common_lock:
        return question in _common


def _note_common(question: tuple[Any, ...]) -> None:
    with _common_lock:
        _common[question] = True
