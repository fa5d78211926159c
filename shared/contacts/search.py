"""Finding contacts by the blind index: what somebody typed, tags, an import, any other condition; ranked,
in pages.

Tokens narrow down by the GIN index, everything else is asked of the contacts that are left. A question
with up to
EXACT_MATCHES matches is counted exactly; above, it is common and its page is walked from the newest
contact on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

from cachetools import TTLCache
from psycopg import sql

from shared.contacts import store_search as store
from shared.contacts.search_terms import ask, tag_term
from shared.contacts.store_search import Condition as Condition
from shared.contacts.store_search import among_all as among_all
from shared.contacts.store_search import count_among as count_among
from shared.contacts.store_search import has_tokens as has_tokens
from shared.contacts.store_search import of_import as of_import
from shared.kernel.database import Connection
from shared.kernel.errors import Detail, ValidationFailed
from shared.kernel.i18n import text
from shared.security.cipher import TenantCipher

# Counts are exact up to here.
COUNTED = 10_000
# What somebody typed is collected, ranked and counted up to here: at a million contacts, collecting n matches
# (2.1 µs each) costs as much as walking for a page of 50 (0.28 µs a contact) at n² = 50 · 10⁶ · 0.28 / 2.1.
EXACT_MATCHES = 2_500
FEW_MATCHES = 1_000  # ids that a statement may be given instead of a question
_GLANCE = 2_000  # contacts that are looked at to tell whether something is common: 1 ms

# Questions that were common a moment ago are walked without being counted again. Tokens are keyed per
# tenant, so
# they name the tenant too. A hint only: it may cost a walk, never a result.
_common: TTLCache[tuple[Any, ...], bool] = TTLCache(maxsize=10_000, ttl=60)
_common_lock = Lock()


@dataclass(frozen=True)
class Criteria:
    """What contacts must meet. Of tokens: all of `tokens`, one of each of `clauses`, and the boolean
    `query` (in
    the words of intarray's query_int). Of `c`: the condition. Matches with `begins` too come first, those
    with `exact`
    before them. `in_order`: the condition bounds the id from above, so whoever counts begins there.
    """

    tokens: tuple[int, ...] = ()
    clauses: tuple[tuple[int, ...], ...] = ()
    query: str | None = None
    condition: Condition | None = None
    begins: tuple[int, ...] = ()
    exact: tuple[int, ...] = ()
    in_order: bool = False
    nothing: bool = False

    @property
    def indexed(self) -> bool:
        """Whether the index can narrow it down."""
        return bool(self.tokens or self.clauses)

    def and_also(self, other: "Criteria") -> "Criteria":
        """Both; the ranking of whichever has one."""
        queries = [f"({query})" for query in (self.query, other.query) if query is not None]
        conditions = [one for one in (self.condition, other.condition) if one is not None]
        return Criteria(
            tokens=tuple(dict.fromkeys(self.tokens + other.tokens)),
            clauses=self.clauses + other.clauses,
            query="&".join(queries) or None,
            condition=conjunction(conditions),
            begins=self.begins or other.begins,
            exact=self.exact or other.exact,
            in_order=self.in_order or other.in_order,
            nothing=self.nothing or other.nothing,
        )


@dataclass(frozen=True)
class Found:
    """Ids of one page in their order, how many match in all, and where the next page begins."""

    ids: list[UUID]
    total: dict[str, Any]
    cursor: str | None = None


NOBODY = Found([], {"value": 0, "relation": "eq"})


def typed(cipher: TenantCipher, q: str) -> Criteria:
    """What somebody typed. Whole phones and addresses are their holders'."""
    question = ask(q)
    if question.empty:
        return Criteria(nothing=bool(q.strip()))
    points = [store.holds_point(kind, cipher.point_hash(kind, value)) for kind, value in question.points]
    return Criteria(
        tokens=_tokens(cipher, question.terms),
        condition=conjunction(points),
        begins=_tokens(cipher, question.begins),
        exact=_tokens(cipher, question.exact),
    )


def tagged(cipher: TenantCipher, tags: Sequence[str]) -> Criteria:
    """Contacts with all these tags."""
    return Criteria(tokens=_tokens(cipher, [tag_term(tag) for tag in tags]))


def imported(import_id: UUID, outcome: str | None) -> Criteria:
    """Contacts that an import created or touched."""
    return Criteria(condition=store.of_import(import_id, outcome), in_order=True)


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
    connection: Connection, criteria: Criteria, cursor: str | None, limit: int, cap: int | None = None
) -> Found:
    """A page of the contacts that meet the criteria, counted up to the cap (EXACT_MATCHES).

    Raises ValidationFailed for a cursor that is none of ours.
    """
    if criteria.nothing:
        return NOBODY
    tier, before = _place(cursor)
    cap = EXACT_MATCHES if cap is None else cap
    if criteria.condition is not None and not criteria.indexed:
        return _by_condition(connection, criteria, before, limit, cap)
    if criteria.condition is None:
        return _by_tokens(connection, criteria, _wanted(criteria, tier, before, limit, cap), limit)
    if not _looks_common(connection, criteria):
        wanted = _wanted(criteria, tier, before, limit, max(cap, COUNTED))
        row = store.page_where(connection, wanted, criteria.condition)
        if row["total"] is not None:
            return _found(row, limit, cap, ranked=bool(criteria.begins))
    return _by_condition(connection, criteria, before, limit, cap)


def newest(connection: Connection, criteria: Criteria, limit: int) -> list[UUID]:
    """The newest contacts that meet the criteria, uncounted."""
    if criteria.nothing:
        return []
    if criteria.condition is not None:
        return _newest_where(connection, criteria, criteria.condition, limit)
    wanted = _wanted(criteria, 0, store.NEWEST, limit - 1, 0) | {"begins": [], "exact": []}
    return store.page(connection, wanted | {"common": True})["ids"] or []


def _newest_where(connection: Connection, criteria: Criteria, condition: Condition, limit: int) -> list[UUID]:
    """The newest by tokens alone are mostly enough; else all are looked for."""
    if criteria.indexed:
        only_tokens = Criteria(tokens=criteria.tokens, clauses=criteria.clauses, query=criteria.query)
        candidates = newest(connection, only_tokens, 2 * limit + 20)
        ids = store.those_of(connection, candidates, condition)
        if len(ids) >= limit or len(candidates) < 2 * limit + 20:
            return ids[:limit]
    return find(connection, criteria, None, limit, COUNTED).ids


def everybody(connection: Connection, cursor: str | None, limit: int) -> Found:
    """All live contacts, newest first. Raises as `find`."""
    _, before = _place(cursor)
    ids = store.newest(connection, before, limit + 1)
    total = {"value": store.count_live(connection), "relation": "eq"}
    return Found(ids[:limit], total, str(ids[limit - 1]) if len(ids) > limit else None)


def find_in_import(
    connection: Connection, import_id: UUID, outcome: str | None, cursor: str | None, limit: int
) -> Found:
    """An import's contacts in the order of its file. Raises ValidationFailed for a cursor that is none of
    ours."""
    after = _row_number(cursor)
    rows = store.import_page(connection, import_id, outcome, after, limit + 1)
    value = store.import_total(connection, import_id, outcome, EXACT_MATCHES)
    following = str(rows[limit - 1][0]) if len(rows) > limit else None
    return Found([contact_id for _, contact_id in rows[:limit]], total_of(value, EXACT_MATCHES), following)


def count(connection: Connection, criteria: Criteria) -> dict[str, Any]:
    """How many contacts meet the criteria: exactly up to COUNTED."""
    if criteria.nothing:
        return NOBODY.total
    if criteria.condition is not None:
        return total_of(_count_where(connection, criteria))
    if not criteria.indexed:
        return total_of(int(store.walk_count(connection, criteria.query, 1 << 30, COUNTED)["found"]))
    return total_of(_count_tokens(connection, criteria))


def total_of(value: int, cap: int | None = None) -> dict[str, Any]:
    """A count as answers say it."""
    cap = COUNTED if cap is None else cap
    if value > cap:
        return {"value": cap, "relation": "gte"}
    return {"value": value, "relation": "eq"}


def conjunction(conditions: Sequence[Condition]) -> Condition | None:
    """All of the conditions as one; None of none."""
    if not conditions:
        return None
    joined = sql.SQL(" AND ").join([sql.SQL("({})").format(where) for where, _ in conditions])
    return joined, [parameter for _, parameters in conditions for parameter in parameters]


def _by_tokens(connection: Connection, criteria: Criteria, wanted: store.Row, limit: int) -> Found:
    cap = wanted["cap"]
    if not criteria.indexed:  # only "not …": there is nothing to collect, the walk finds it
        row = store.page(connection, wanted | {"common": True})
        return _found(row, limit, cap, ranked=False, total=count(connection, criteria))
    question = (criteria.tokens, criteria.clauses, criteria.query, cap)
    common = _was_common(question)
    row = store.page(connection, wanted | {"common": common})
    if row["total"] is None and not common:
        _note_common(question)
    return _found(row, limit, cap, ranked=bool(criteria.begins))


def _by_condition(connection: Connection, criteria: Criteria, before: UUID, limit: int, cap: int) -> Found:
    condition = _whole_condition(criteria)
    value = store.count_where(connection, condition, cap, in_order=criteria.in_order)
    ids = store.newest_where(connection, condition, before, limit + 1, rare=value <= cap)
    following = str(ids[limit - 1]) if len(ids) > limit else None
    return Found(ids[:limit], total_of(value, cap), following)


def _count_tokens(connection: Connection, criteria: Criteria) -> int:
    """A short walk settles what is very common; the index the rest."""
    if criteria.query is not None:
        walked = store.walk_count(connection, _boolean(criteria), 40_000, COUNTED)
        if walked["found"] > COUNTED or walked["ended"]:
            return int(walked["found"])
    return store.count(connection, _wanted(criteria, 0, store.NEWEST, 1, COUNTED))


def _count_where(connection: Connection, criteria: Criteria) -> int:
    """Common tokens: the newest that have them mostly settle it; rare ones: all that have them."""
    assert criteria.condition is not None  # noqa: S101  # the caller has looked
    if criteria.indexed and _looks_common(connection, criteria):
        only_tokens = Criteria(tokens=criteria.tokens, clauses=criteria.clauses, query=criteria.query)
        ids = newest(connection, only_tokens, COUNTED + COUNTED // 2)
        value = store.count_among(connection, ids, criteria.condition)
        if value > COUNTED:
            return value
    elif criteria.indexed:
        row = store.page_where(connection, _wanted(criteria, 0, store.NEWEST, 0, COUNTED), criteria.condition)
        if row["total"] is not None:
            return int(row["total"])
    whole = _whole_condition(criteria)
    return store.count_where(connection, whole, COUNTED, in_order=criteria.in_order)


def _looks_common(connection: Connection, criteria: Criteria) -> bool:
    """Whether every thirtieth of the newest contacts has the tokens: then the index would bring too many."""
    found = store.walk_count(connection, _boolean(criteria), _GLANCE, _GLANCE)["found"]
    return bool(found >= _GLANCE // 30)


def _boolean(criteria: Criteria) -> str | None:
    """Everything that is asked of tokens as one boolean question."""
    parts = [*map(str, criteria.tokens), *(f"({'|'.join(map(str, clause))})" for clause in criteria.clauses)]
    return "&".join([*parts, f"({criteria.query})"] if criteria.query else parts) or None


def _whole_condition(criteria: Criteria) -> Condition:
    """The tokens as conditions on `c` too."""
    parts = [criteria.condition] if criteria.condition else []
    asked = _boolean(criteria)
    if asked is not None:
        parts.append(store.has_tokens((), asked))
    return conjunction(parts) or (sql.SQL("true"), [])


def _wanted(criteria: Criteria, tier: int, before: UUID, limit: int, cap: int) -> store.Row:
    return {
        "all": list(criteria.tokens),
        "clauses": store.json_clauses(criteria.clauses),
        "query": criteria.query,
        "begins": list(criteria.begins),
        "exact": list(criteria.exact),
        "tier": tier,
        "before": before,
        "limit": limit + 1,
        "cap": cap,
    }


def _found(
    row: store.Row, limit: int, cap: int, *, ranked: bool, total: dict[str, Any] | None = None
) -> Found:
    ids, tiers = row["ids"] or [], row["tiers"] or []
    following = None
    if len(ids) > limit:
        last = str(ids[limit - 1])
        following = f"{tiers[limit - 1]}.{last}" if ranked else last
    value = cap + 1 if row["total"] is None else row["total"]
    return Found(ids[:limit], total or total_of(value, cap), following)


def _place(cursor: str | None) -> tuple[int, UUID]:
    if cursor is None:
        return 0, store.NEWEST
    tier, dot, contact_id = cursor.rpartition(".")
    try:
        if dot and tier not in ("0", "1", "2"):
            raise ValueError(tier)
        return int(tier or 0), UUID(contact_id)
    except ValueError as error:
        raise _bad_cursor() from error


def _row_number(cursor: str | None) -> int:
    if cursor is None:
        return -1
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 9:
        raise _bad_cursor()
    return int(cursor)


def _bad_cursor() -> ValidationFailed:
    return ValidationFailed(details=[Detail(text("validation.invalid"), field="cursor")])


def _tokens(cipher: TenantCipher, terms: Sequence[str]) -> tuple[int, ...]:
    return tuple(sorted({cipher.token(term) for term in terms}))


def _was_common(question: tuple[Any, ...]) -> bool:
    with _common_lock:
        return question in _common


def _note_common(question: tuple[Any, ...]) -> None:
    with _common_lock:
        _common[question] = True
