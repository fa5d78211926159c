"""Filters over contacts: what a person may ask for, and what it becomes.

A filter is one condition. Conditions nest through `all`, `any` and `not`; the others look at one thing of a
contact. Their SQL speaks of the contact as `c`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.contacts.search import Criteria
from shared.contacts.sensitive_fields import IsHidden
from shared.kernel.errors import Detail, Forbidden, HanpyoError, ValidationFailed
from shared.kernel.i18n import text
from shared.security.cipher import TenantCipher
from shared.segments import expressions, leaves
from shared.segments.expressions import All, AnyOf, Condition, Expression, Not

MAX_DEPTH = 6
MAX_CONDITIONS = 100


@dataclass
class _Reader:
    """Reads one filter and counts its conditions."""

    cipher: TenantCipher
    is_hidden: IsHidden
    conditions: int = 0

    def read(self, node: Any, depth: int = 0) -> Expression:
        self.conditions += 1
        if depth > MAX_DEPTH or self.conditions > MAX_CONDITIONS:
            raise _refused("segment.too_deep")
        if not isinstance(node, Mapping) or len(node) != 1:
            raise _refused("segment.one_condition")
        [(name, value)] = node.items()
        if name in ("all", "any"):
            return self._several(name, value, depth)
        if name == "not":
            return Not(self.read(value, depth + 1))
        return self._leaf(str(name), value)

    def _several(self, name: str, value: Any, depth: int) -> Expression:
        if not isinstance(value, list):
            raise _refused("segment.list", name=name)
        parts = tuple(self.read(each, depth + 1) for each in value)
        return All(parts) if name == "all" else AnyOf(parts)

    def _leaf(self, name: str, value: Any) -> Expression:
        leaf: Callable[[Any, TenantCipher], Expression] | None = leaves.LEAVES.get(name)
        if leaf is None:
            raise _refused("segment.unknown", name=name[:40])
        if name == "custom" and isinstance(value, Mapping) and self.is_hidden(str(value.get("label"))):
            raise Forbidden("segment.sensitive")
        try:
            return leaf(value, self.cipher)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise _refused("segment.value", name=name) from error


def read_filter(node: Mapping[str, Any], cipher: TenantCipher, is_hidden: IsHidden) -> Expression:
    """A filter as an expression.

    Raises ValidationFailed, naming the condition that makes no sense; Forbidden for one that asks about a
    hidden field: whom it finds would tell its value.
    """
    return _Reader(cipher, is_hidden).read(node)


def is_readable(node: Mapping[str, Any], cipher: TenantCipher, is_hidden: IsHidden) -> bool:
    """Whether a stored filter asks about nothing hidden (one that makes no sense any more asks nothing)."""
    try:
        read_filter(node, cipher, is_hidden)
    except Forbidden:
        return False
    except HanpyoError:
        return True
    return True


def compile_filter(node: Mapping[str, Any], cipher: TenantCipher, is_hidden: IsHidden) -> Condition:
    """The exact condition on `c` (a row of contacts) and its parameters, in order: for all of its matches.

    Raises as `read_filter`.
    """
    return expressions.indexed_condition(read_filter(node, cipher, is_hidden), of_all=True)


def criteria_of(node: Mapping[str, Any], cipher: TenantCipher, is_hidden: IsHidden) -> Criteria:
    """The filter for searches and counts. Raises as `read_filter`."""
    return expressions.criteria(read_filter(node, cipher, is_hidden))


def _refused(key: str, **parameters: Any) -> ValidationFailed:
    return ValidationFailed(details=[Detail(text(key, **parameters), field="filter")])
