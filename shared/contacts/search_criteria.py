"""What is asked of contacts: words somebody typed, tags, an import, other conditions, or all of these."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg import sql

from shared.contacts import store_search as store
from shared.contacts.search_terms import ask, tag_key, tag_term
from shared.contacts.store_search import Condition
from shared.security.cipher import TenantCipher


@dataclass(frozen=True)
class Criteria:
    """What contacts must meet. Of tokens: all of `tokens`, one of each of `clauses`, and the boolean `query`
    (in the words of intarray's query_int). `tags`: those among the tokens that are tags', as `tag_key` folds
    them: they tell where to begin. Of `c`: the condition. Matches with `begins` too come first, those with
    `exact` before them. `in_order`: the condition bounds the id from above, so whoever counts begins there.
    `points`: those whose holders are meant, if the condition says nothing else. `alternatives`: the condition
    and whatever is asked of tokens once more, as queries for the ids (`id`) of live contacts, each of whom
    meets one; `disjoint`: nobody meets two.
    """

    tokens: tuple[int, ...] = ()
    clauses: tuple[tuple[int, ...], ...] = ()
    query: str | None = None
    condition: Condition | None = None
    begins: tuple[int, ...] = ()
    exact: tuple[int, ...] = ()
    in_order: bool = False
    nothing: bool = False
    tags: tuple[str, ...] = ()
    points: tuple[store.Point, ...] = ()
    alternatives: tuple[Condition, ...] = ()
    disjoint: bool = False

    @property
    def indexed(self) -> bool:
        """Whether the index can narrow it down."""
        return bool(self.tokens or self.clauses)

    @property
    def is_simple(self) -> bool:
        """Whether one statement of nothing but functions finds it: words and tags, points, or everybody."""
        if self.is_points:
            return True
        return self.condition is None and not self.nothing and (self.indexed or self == Criteria())

    @property
    def is_points(self) -> bool:
        """Whether holding points is all that is asked."""
        return bool(self.points) and not (self.indexed or self.query or self.nothing)

    @property
    def is_one_tag(self) -> bool:
        """Whether having one tag is all that is asked: then its counter knows how many there are."""
        return len(self.tags) == len(self.tokens) == 1 and not (self.clauses or self.query)

    @property
    def residual(self) -> str | None:
        """What is asked of tokens beside having all of some, as one boolean question."""
        asked = _any_of_each(self.clauses)
        if self.query in (None, asked):
            return asked
        return f"{asked}&({self.query})" if asked else f"({self.query})"

    @property
    def sure(self) -> tuple[int, ...]:
        """Tokens of which one is enough to meet the criteria: those that each of its choices takes."""
        if self.tokens or self.query not in (None, _any_of_each(self.clauses)):
            return ()
        return tuple(set.intersection(*map(set, self.clauses))) if self.clauses else ()

    @property
    def whole_condition(self) -> Condition:
        """The tokens as conditions on `c` too."""
        parts = [self.condition] if self.condition else []
        if self.tokens or self.residual is not None:
            parts.append(store.has_tokens(self.tokens, self.residual))
        return conjunction(parts) or (sql.SQL("true"), [])

    def and_also(self, other: "Criteria") -> "Criteria":
        """Both; the ranking of whichever has one."""
        if Criteria() in (self, other):
            return other if self == Criteria() else self
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
            tags=tuple(dict.fromkeys(self.tags + other.tags)),
            points=_only_points(self, other) + _only_points(other, self),
            alternatives=_narrowed(self, other) or _narrowed(other, self),
            disjoint=self.disjoint if self.alternatives else other.disjoint,
        )


def _only_points(criteria: Criteria, other: Criteria) -> tuple[store.Point, ...]:
    """The points of criteria, if those beside them have no other condition."""
    return criteria.points if other.condition is None or other.points else ()


def _narrowed(criteria: Criteria, other: Criteria) -> tuple[Condition, ...]:
    """The alternatives of criteria, of whom only those are meant who meet the others too."""
    where, parameters = other.whole_condition
    both = sql.SQL(
        "SELECT c.id FROM contacts c WHERE c.tenant_id = current_tenant() AND c.deleted_at IS NULL"
        " AND c.id IN ({}) AND {}"
    )
    return tuple((both.format(query, where), [*given, *parameters]) for query, given in criteria.alternatives)


def typed(cipher: TenantCipher, q: str) -> Criteria:
    """What somebody typed. Whole phones and addresses are their holders'."""
    question = ask(q)
    choices = tuple(_tokens(cipher, choice) for choice in question.choices)
    if question.empty:
        return Criteria(nothing=bool(q.strip()))
    points = tuple((kind, cipher.point_hash(kind, value)) for kind, value in question.points)
    return Criteria(
        tokens=_tokens(cipher, question.terms),
        clauses=choices,
        query=_any_of_each(choices),
        condition=conjunction([store.holds_point(*point) for point in points]),
        points=points,
        begins=_tokens(cipher, question.begins),
        exact=_tokens(cipher, question.exact),
        tags=tuple(filter(None, map(tag_key, question.terms))),
    )


def tagged(cipher: TenantCipher, tags: Sequence[str]) -> Criteria:
    """Contacts with all these tags."""
    terms = [tag_term(tag) for tag in tags]
    return Criteria(tokens=_tokens(cipher, terms), tags=tuple(filter(None, map(tag_key, terms))))


def imported(import_id: UUID, outcome: str | None) -> Criteria:
    """Contacts that an import created or touched."""
    return Criteria(condition=store.of_import(import_id, outcome), in_order=True)


def conjunction(conditions: Sequence[Condition]) -> Condition | None:
    """All of the conditions as one; None of none."""
    if not conditions:
        return None
    joined = sql.SQL(" AND ").join([sql.SQL("({})").format(where) for where, _ in conditions])
    return joined, [parameter for _, parameters in conditions for parameter in parameters]


def _any_of_each(clauses: Sequence[Sequence[int]]) -> str | None:
    """One of each clause, in the words of query_int."""
    return "&".join(f"({'|'.join(map(str, clause))})" for clause in clauses) or None


def _tokens(cipher: TenantCipher, terms: Sequence[str]) -> tuple[int, ...]:
    return tuple(sorted({cipher.token(term) for term in terms}))
