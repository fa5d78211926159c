"""Filters over contacts: what a person may ask for, and the SQL condition it becomes.

A filter is one condition. Conditions nest through `all`, `any` and `not`; the others look at one
thing of a contact. The SQL speaks of the contact as `c`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from psycopg import sql

from shared.kernel.clock import SEOUL
from shared.kernel.errors import Detail, ValidationFailed
from shared.kernel.i18n import text
from shared.security.cipher import TenantCipher

MAX_DEPTH = 6
MAX_CONDITIONS = 100


@dataclass
class _Compiler:
    """Collects the parameters of one filter as it is compiled, and counts its conditions."""

    cipher: TenantCipher
    parameters: list[Any]
    conditions: int = 0

    def compile(self, node: Any, depth: int = 0) -> sql.Composable:
        self.conditions += 1
        if depth > MAX_DEPTH or self.conditions > MAX_CONDITIONS:
            raise _refused("segment.too_deep")
        if not isinstance(node, Mapping) or len(node) != 1:
            raise _refused("segment.one_condition")
        [(name, value)] = node.items()
        if name in ("all", "any"):
            return self._several(name, value, depth)
        if name == "not":
            return sql.SQL("NOT ({})").format(self.compile(value, depth + 1))
        return self._leaf(str(name), value)

    def _several(self, name: str, value: Any, depth: int) -> sql.Composable:
        if not isinstance(value, list):
            raise _refused("segment.list", name=name)
        if not value:
            return sql.SQL("true") if name == "all" else sql.SQL("false")
        joiner = sql.SQL(" AND ") if name == "all" else sql.SQL(" OR ")
        return sql.SQL("({})").format(joiner.join([self.compile(each, depth + 1) for each in value]))

    def _leaf(self, name: str, value: Any) -> sql.Composable:
        leaf = _LEAVES.get(name)
        if leaf is None:
            raise _refused("segment.unknown", name=name[:40])
        try:
            condition, parameters = leaf(value, self.cipher)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise _refused("segment.value", name=name) from error
        self.parameters += parameters
        return condition


Leaf = Callable[[Any, TenantCipher], tuple[sql.SQL, list[Any]]]


def compile_filter(node: Mapping[str, Any], cipher: TenantCipher) -> tuple[sql.Composable, list[Any]]:
    """The condition on `c` (a row of contacts) and its parameters, in order.

    Raises ValidationFailed, naming the condition that makes no sense.
    """
    compiler = _Compiler(cipher, [])
    condition = compiler.compile(node)
    return condition, compiler.parameters


def _tag(value: Any, _: TenantCipher) -> tuple[sql.SQL, list[Any]]:
    return sql.SQL("c.tags @> ARRAY[%s]"), [_text(value)]


def _imported(value: Any, _: TenantCipher) -> tuple[sql.SQL, list[Any]]:
    """Created by an import, or touched by it (merged, filled in)."""
    import_id = UUID(value)
    return sql.SQL(
        "(c.import_id = %s OR EXISTS (SELECT 1 FROM contact_events e"
        " WHERE e.tenant_id = c.tenant_id AND e.contact_id = c.id AND e.import_id = %s))"
    ), [import_id, import_id]


def _district(value: Any, cipher: TenantCipher) -> tuple[sql.SQL, list[Any]]:
    """An administrative unit in the address, by the blind index."""
    tokens = [cipher.token(f"a:{unit}") for unit in _text(value).split()]
    return sql.SQL(
        "EXISTS (SELECT 1 FROM contact_search s"
        " WHERE s.tenant_id = c.tenant_id AND s.contact_id = c.id AND s.tokens @> %s::integer[])"
    ), [tokens]


def _created(value: Any, _: TenantCipher) -> tuple[sql.SQL, list[Any]]:
    start, end = _days(value)
    return sql.SQL("(c.created_at >= %s AND c.created_at < %s)"), [start, end]


def _contacted(value: Any, _: TenantCipher) -> tuple[sql.SQL, list[Any]]:
    start, end = _days(value)
    return sql.SQL(
        "EXISTS (SELECT 1 FROM messages m WHERE m.tenant_id = c.tenant_id AND m.contact_id = c.id"
        " AND m.attempted_at >= %s AND m.attempted_at < %s AND m.accepted_at IS NOT NULL)"
    ), [start, end]


def _reachable(value: Any, _: TenantCipher) -> tuple[sql.SQL, list[Any]]:
    """Has a mobile number and opted none out; Kakao is reached by the number as well."""
    if value not in ("sms", "lms", "mms", "kakao_alimtalk", "kakao_brand"):
        raise ValueError(value)
    return sql.SQL(
        "(EXISTS (SELECT 1 FROM contact_points p WHERE p.tenant_id = c.tenant_id AND p.contact_id = c.id"
        " AND p.kind = 'phone' AND p.textable) AND NOT EXISTS (SELECT 1 FROM opt_outs o"
        " JOIN contact_points p ON p.tenant_id = o.tenant_id AND p.kind = o.kind AND p.hash = o.hash"
        " WHERE p.tenant_id = c.tenant_id AND p.contact_id = c.id AND o.kind = 'phone'))"
    ), []


def _delivered(value: Any, _: TenantCipher) -> tuple[sql.SQL, list[Any]]:
    return sql.SQL(
        "EXISTS (SELECT 1 FROM recipients r WHERE r.tenant_id = c.tenant_id AND r.contact_id = c.id"
        " AND r.campaign_id = %s AND r.state = 'delivered')"
    ), [UUID(value)]


def _clicked(value: Any, _: TenantCipher) -> tuple[sql.SQL, list[Any]]:
    return sql.SQL(
        "EXISTS (SELECT 1 FROM recipients r WHERE r.tenant_id = c.tenant_id AND r.contact_id = c.id"
        " AND r.campaign_id = %s AND r.clicked_at IS NOT NULL)"
    ), [UUID(value)]


def _replied(value: Any, _: TenantCipher) -> tuple[sql.SQL, list[Any]]:
    """Wrote back within 30 days after the campaign's launch."""
    return sql.SQL(
        "EXISTS (SELECT 1 FROM recipients r JOIN campaigns k ON k.tenant_id = r.tenant_id"
        " AND k.id = r.campaign_id JOIN contact_events e ON e.tenant_id = r.tenant_id"
        " AND e.contact_id = r.contact_id AND e.kind = 'inbound' AND e.at >= k.launched_at"
        " AND e.at < k.launched_at + interval '30 days'"
        " WHERE r.tenant_id = c.tenant_id AND r.contact_id = c.id AND r.campaign_id = %s)"
    ), [UUID(value)]


_LEAVES: Mapping[str, Leaf] = {
    "tag": _tag,
    "import": _imported,
    "district": _district,
    "created": _created,
    "contacted": _contacted,
    "reachable": _reachable,
    "delivered": _delivered,
    "clicked": _clicked,
    "replied": _replied,
}


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a word is needed")
    return value.strip()


def _days(value: Any) -> tuple[datetime, datetime]:
    """`{"from": "2026-01-01", "to": "2026-01-31"}`: Korean days, both inclusive, either optional."""
    if not isinstance(value, Mapping) or not value or set(value) - {"from", "to"}:
        raise ValueError("from or to is needed")
    first = date.fromisoformat(value.get("from", "1970-01-01"))
    last = date.fromisoformat(value.get("to", "9000-01-01"))
    start = datetime.combine(first, time(), SEOUL)
    return start, datetime.combine(last + timedelta(days=1), time(), SEOUL)


def _refused(key: str, **parameters: Any) -> ValidationFailed:
    return ValidationFailed(details=[Detail(text(key, **parameters), field="filter")])
