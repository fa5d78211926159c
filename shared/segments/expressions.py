"""Filters as expressions: what of them the index over tokens can answer, and what is asked of each contact.

Three ways to say the same filter. `condition` is exact and speaks of a contact `c`. `criteria` is how
searches and counts run it: tokens where a leaf has them, conditions for the rest. `prefilter` is what every
match must have, for the index alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

from psycopg import sql

from shared.contacts.search import Criteria, among_all, conjunction, without_tokens

Condition = tuple[sql.Composable, list[Any]]
Clauses = tuple[tuple[int, ...], ...]
_MOST_SPLIT = 2
TRUE: Condition = (sql.SQL("true"), [])
FALSE: Condition = (sql.SQL("false"), [])


@dataclass(frozen=True)
class Leaf:
    """One condition: exactly in SQL, and as tokens a contact must all have if it has some (None: SQL
    only). `tags`: the tags that it is about, as search folds them. `others`: how those are found for whom it
    does not hold, where few they may be; `of_all`: how it is asked of everybody, where that is another way
    than of the first ten thousand; `choices`: conditions of which exactly one holds where it does, where the
    planner finds by each of them whom it holds for, and not by `condition`; `rarity`: the less, the fewer
    they are likely to be."""

    condition: Condition
    tokens: tuple[int, ...] | None = None
    tags: tuple[str, ...] = ()
    others: Condition | None = None
    of_all: Condition | None = None
    choices: tuple[Condition, ...] = ()
    rarity: int = 0


@dataclass(frozen=True)
class All:
    """Every part holds."""

    parts: "tuple[Expression, ...]"
    joiner: ClassVar[str] = " AND "


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: "tuple[Expression, ...]"
    joiner: ClassVar[str] = " OR "


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: "Expression"


Expression = Leaf | All | AnyOf | Not


def condition(node: Expression, *, of_all: bool = False) -> Condition:
    """The exact condition on `c`, with its parameters in order: whole, whatever is said beside it. `of_all`:
    for a statement that goes on to the last match."""
    if isinstance(node, Leaf):
        return (of_all and node.of_all) or node.condition
    if isinstance(node, Not):
        return _negated(node.part, of_all)
    if not node.parts:
        return TRUE if isinstance(node, All) else FALSE
    parts = [condition(part, of_all=of_all) for part in node.parts]
    joined = sql.SQL(node.joiner).join([sql.SQL("({})").format(where) for where, _ in parts])
    return sql.SQL("({})").format(joined), [parameter for _, parameters in parts for parameter in parameters]


def _negated(node: Expression, of_all: bool) -> Condition:
    """That it does not hold: said of each leaf, which may have its own way to say it."""
    if isinstance(node, Not):
        return condition(node.part, of_all=of_all)
    if isinstance(node, All):
        return condition(AnyOf(tuple(Not(part) for part in node.parts)), of_all=of_all)
    if isinstance(node, AnyOf):
        return condition(All(tuple(Not(part) for part in node.parts)), of_all=of_all)
    where, parameters = condition(node, of_all=of_all)
    return sql.SQL("NOT ({})").format(where), parameters


def indexed_condition(node: Expression, *, of_all: bool = False) -> Condition:
    """The exact condition, with what the index finds of it in front; where leaves have choices, by the ids
    that each finds. By UNION, though nobody is found twice: then the planner knows it, and how many they are;
    else it looks up hundreds of thousands one after the other."""
    choices = list(_choices(node)) if of_all else []
    ways = [way for choice in choices for way in _ways(choice)]
    if len(ways) > len(choices):
        queries = list(map(_ids, ways))
        each = sql.SQL(" UNION ").join([query for query, _ in queries])
        return sql.SQL("c.id IN ({})").format(each), [one for _, given in queries for one in given]
    units, clauses = _split(prefilter(node))
    exact = condition(node, of_all=of_all)
    if not units and not clauses:
        return exact
    return conjunction([among_all(units, clauses, None), exact]) or exact


def criteria(node: Expression) -> Criteria:
    """The filter for searches and counts."""
    parts = list(_conjuncts(node))
    if any(isinstance(part, AnyOf) and not part.parts for part in parts):
        return Criteria(nothing=True)
    by_tokens = [part for part in parts if _has_tokens_only(part)]
    others = [condition(part) for part in parts if not _has_tokens_only(part)]
    units, clauses = _split(prefilter(All(tuple(parts))))
    # Walks do not see the clauses: a choice is said once more.
    residual = [_boolean(part) for part in by_tokens if not isinstance(part, Leaf)]
    tags = [tag for part in by_tokens if isinstance(part, Leaf) for tag in part.tags]
    return Criteria(
        tokens=units,
        clauses=clauses,
        query="&".join(residual) or None,
        condition=conjunction(others),
        tags=tuple(tags),
        alternatives=_alternatives(parts, indexed=not by_tokens) if others else (),
        disjoint=len(list(_choices(All(tuple(parts))))) == 1,
    )


def _alternatives(parts: Sequence[Expression], *, indexed: bool) -> tuple[Condition, ...]:
    """What holds if all parts do, as queries for ids, of which each finds some; none of what is no choice.
    `indexed`: their tokens are rare enough to begin with."""
    found = [one for choice in _choices(All(tuple(parts))) for one in _ways(choice)]
    return tuple(_ids(one, indexed=indexed) for one in found) if len(found) > 1 else ()


def _choices(node: Expression) -> Iterable[Expression]:
    """Expressions of which one is enough: those of a choice, also where it is said as "not all"."""
    if isinstance(node, AnyOf):
        for part in node.parts:
            yield from _choices(part)
    elif isinstance(node, Not) and isinstance(node.part, All):
        for part in node.part.parts:
            yield from _choices(Not(part))
    elif isinstance(node, Not) and isinstance(node.part, Not):
        yield from _choices(node.part.part)
    elif isinstance(node, All) and len(node.parts) == 1:
        yield from _choices(node.parts[0])
    else:
        yield node


def _ways(node: Expression) -> Iterable[Expression]:
    """The same, each for one choice of its rarest leaves that have some: by one of them the planner may
    begin. Nobody meets two."""
    parts = list(_conjuncts(node))
    leaves = [part for part in parts if isinstance(part, Leaf) and part.choices]
    split = sorted(leaves, key=lambda leaf: leaf.rarity)[:_MOST_SPLIT]
    of_each = [
        [Leaf(choice) for choice in part.choices] if isinstance(part, Leaf) and part in split else [part]
        for part in parts
    ]
    for chosen in product(*of_each):
        yield chosen[0] if len(chosen) == 1 else All(chosen)


def _ids(node: Expression, *, indexed: bool = True) -> Condition:
    """A query for the ids of the live contacts that an expression holds for."""
    where, parameters = indexed_condition(node) if indexed else condition(node)
    if isinstance(node, Not) and isinstance(node.part, Leaf):
        if node.part.tokens and not node.part.tags:
            return without_tokens(node.part.tokens)
        where, parameters = node.part.others or (where, parameters)
    return sql.SQL(
        "SELECT c.id FROM contacts c WHERE c.tenant_id = current_tenant() AND c.deleted_at IS NULL AND {}"
    ).format(where), parameters


def prefilter(node: Expression) -> Clauses:
    """What every match has: one of each clause. Never too much; empty when there is nothing sure."""
    if isinstance(node, Leaf):
        return tuple((token,) for token in node.tokens or ())
    if isinstance(node, All):
        return tuple(dict.fromkeys(clause for part in node.parts for clause in prefilter(part)))
    if isinstance(node, AnyOf):
        return _of_alternatives([prefilter(part) for part in node.parts])
    return ()


def _of_alternatives(alternatives: Sequence[Clauses]) -> Clauses:
    """One clause that holds whichever alternative does: the shortest of each, together."""
    if not alternatives or not all(alternatives):
        return ()
    shortest = [min(clauses, key=len) for clauses in alternatives]
    return (tuple(dict.fromkeys(token for clause in shortest for token in clause)),)


def _split(clauses: Clauses) -> tuple[tuple[int, ...], Clauses]:
    """Single tokens, and the clauses with a choice."""
    return tuple(clause[0] for clause in clauses if len(clause) == 1), tuple(c for c in clauses if len(c) > 1)


def _conjuncts(node: Expression) -> Iterable[Expression]:
    if isinstance(node, All):
        for part in node.parts:
            yield from _conjuncts(part)
    elif isinstance(node, Not) and isinstance(node.part, Not):
        yield from _conjuncts(node.part.part)
    elif isinstance(node, Not) and isinstance(node.part, AnyOf):
        for part in node.part.parts:
            yield from _conjuncts(Not(part))
    elif isinstance(node, Not) and isinstance(node.part, All) and not node.part.parts:
        yield AnyOf(())
    else:
        yield node


def _has_tokens_only(node: Expression) -> bool:
    if isinstance(node, Leaf):
        return bool(node.tokens)
    if isinstance(node, Not):
        return _has_tokens_only(node.part)
    return bool(node.parts) and all(_has_tokens_only(part) for part in node.parts)


def _boolean(node: Expression) -> str:
    """In the words of intarray's query_int. Only for expressions of tokens."""
    if isinstance(node, Leaf):
        return "(" + "&".join(map(str, node.tokens or ())) + ")"
    if isinstance(node, Not):
        return f"!({_boolean(node.part)})"
    return "(" + ("&" if isinstance(node, All) else "|").join(map(_boolean, node.parts)) + ")"
