"""The conditions a filter is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from shared.contacts import search
from shared.contacts.search_terms import district_terms, field_term, tag_key, tag_term, value_term
from shared.kernel.clock import SEOUL
from shared.security.cipher import TenantCipher
from shared.segments.expressions import All, AnyOf, Expression, Leaf

# The family of opt-outs that closes a channel, the token of a contact that gave what the channel needs, and
# the kind of point that this is.
CHANNELS = {
    "sms": ("sms", "has:sms", "phone"),
    "lms": ("sms", "has:sms", "phone"),
    "mms": ("sms", "has:sms", "phone"),
    "kakao_alimtalk": ("kakao", "has:sms", "phone"),
    "kakao_brand": ("kakao", "has:sms", "phone"),
    "email": ("email", "has:email", "email"),
}
OUTCOMES = ("created", "updated", "merged", "unchanged", "duplicate", "repaired", "shared")
_LONGEST = 200
_FEW = 2_000  # refusals, or people who share a point: fewer are found all at once


def _tag(value: Any, cipher: TenantCipher) -> Expression:
    """The tag itself in the exact condition: 32 bits of a token could be another term's."""
    term = tag_term(_text(value))
    tag = tag_key(term)
    return Leaf((sql.SQL("c.tags @> ARRAY[%s]"), [tag]), (cipher.token(term),), (tag,))


def _imported(value: Any, _: TenantCipher) -> Expression:
    """Created by an import, or touched by it; with an outcome, only rows that ended so."""
    if not isinstance(value, Mapping):
        return Leaf(search.of_import(UUID(value), None))
    if set(value) - {"id", "outcome"} or value.get("outcome", "created") not in OUTCOMES:
        raise ValueError("id and outcome are known")
    return Leaf(search.of_import(UUID(value["id"]), value.get("outcome")))


def _district(value: Any, cipher: TenantCipher) -> Expression:
    """An administrative unit in the address, by the blind index: 서울, 서울 동작구, 상도동."""
    return _of_tokens(cipher, district_terms(_text(value)))


def _custom(value: Any, cipher: TenantCipher) -> Expression:
    """`{"label": …, "equals": …}` or `{"label": …, "exists": true}`, by the blind index."""
    if not isinstance(value, Mapping):
        raise TypeError("label and equals, or exists")
    label = _text(value["label"])
    if set(value) == {"label", "equals"}:
        return _of_tokens(cipher, [value_term(label, _text(value["equals"]))])
    if set(value) == {"label", "exists"} and value["exists"] is True:
        return _of_tokens(cipher, [field_term(label)])
    raise ValueError("equals or exists")


def _typed(value: Any, cipher: TenantCipher) -> Expression:
    """Free text as the search box takes it."""
    asked = search.typed(cipher, _text(value))
    parts: list[Expression] = []
    if asked.tokens:
        parts.append(Leaf(search.has_tokens(asked.tokens), asked.tokens))
    parts += [
        AnyOf(tuple(Leaf(search.has_tokens((token,)), (token,)) for token in choice))
        for choice in asked.clauses
    ]
    if asked.condition:
        parts.append(Leaf(asked.condition))
    return All(tuple(parts)) if parts else Leaf((sql.SQL("false"), []))


def _created(value: Any, _: TenantCipher) -> Expression:
    start, end = _days(value)
    return Leaf((sql.SQL("(c.created_at >= %s AND c.created_at < %s)"), [start, end]))


def _contacted(value: Any, _: TenantCipher) -> Expression:
    """Sent to. A message's ledger month is that of its campaign's launch, so months that have not come, and
    those after the days in question, need not be looked at: each is a partition of its own."""
    start, end = _days(value)
    return _happened(
        "SELECT FROM messages m WHERE m.tenant_id = {0}.tenant_id AND m.contact_id = {0}.id"
        " AND m.ledger_month < %s AND m.ledger_month <= (now() + interval '1 day')::date"
        " AND m.attempted_at >= %s AND m.attempted_at < %s AND m.accepted_at IS NOT NULL",
        [end.astimezone(SEOUL).date(), start, end],
        rarity=3,
    )


def _reachable(value: Any, cipher: TenantCipher) -> Expression:
    """Has what the channel needs (Kakao goes by the mobile number) and has not refused it."""
    family, term, kind = CHANNELS[value]
    token = cipher.token(term)
    return All((Leaf(search.has_tokens([token]), (token,)), _willing(family), _its_own(kind)))


def _its_own(kind: str) -> Leaf:
    """That `c` does not only share a family's phone or an office's address, where it is reached as another
    one."""
    only_shared: LiteralString = """FROM contact_shared_points s
        WHERE s.tenant_id = current_tenant() AND s.kind = %s{}
          AND NOT EXISTS (SELECT FROM contact_points p
                           WHERE p.tenant_id = s.tenant_id AND p.contact_id = s.contact_id
                             AND p.kind = s.kind AND p.textable >= s.textable OFFSET 0)"""
    return _is_none_of(
        "contact_shared_points",
        "SELECT s.contact_id " + only_shared.format(""),
        "SELECT " + only_shared.format(" AND s.contact_id = c.id"),
        kind,
    )


def _willing(family: str) -> Leaf:
    """That no point of `c` has refused a family of channels."""
    return _is_none_of(
        "opt_outs",
        """SELECT q.contact_id FROM opt_outs o
             JOIN contact_points q ON q.tenant_id = o.tenant_id AND q.kind = o.kind AND q.hash = o.hash
            WHERE o.tenant_id = current_tenant() AND o.channel IN ('all', %s)""",
        """SELECT FROM contact_points q
            WHERE q.tenant_id = c.tenant_id AND q.contact_id = c.id
              AND EXISTS (SELECT FROM opt_outs o WHERE o.tenant_id = q.tenant_id AND o.kind = q.kind
                             AND o.hash = q.hash AND o.channel IN ('all', %s) OFFSET 0)""",
        family,
    )


def _is_none_of(table: LiteralString, ids: LiteralString, probe: LiteralString, parameter: str) -> Leaf:
    """That `c` is none of whom a table tells: few are found once and hashed (`ids`), of many each contact is
    asked (`probe`). To find those of 10,000 refusals takes 100 ms, of 160,000 0.9 s; to ask 10,000 contacts
    40 to 60."""
    few_or_many: LiteralString = """CASE WHEN (
          SELECT count(*) FROM (SELECT FROM {} WHERE tenant_id = current_tenant() LIMIT %s) AS told) < %s
        THEN c.id NOT IN ({}) ELSE NOT EXISTS ({} OFFSET 0) END"""
    none_of = sql.SQL(few_or_many.format(table, ids, probe)), [_FEW, _FEW, parameter, parameter]
    return Leaf(
        none_of,
        others=(sql.SQL("c.id IN (" + ids + ")"), [parameter]),
        of_all=(sql.SQL("c.id NOT IN (" + ids + ")"), [parameter]),
    )


def _delivered(value: Any, _: TenantCipher) -> Expression:
    return _of_campaign("r.state = 'delivered'", value, rarity=2)


def _clicked(value: Any, _: TenantCipher) -> Expression:
    return _of_campaign("r.clicked_at IS NOT NULL", value, rarity=1)


def _replied(value: Any, _: TenantCipher) -> Expression:
    """Was sent a campaign and wrote back within 30 days after its launch, maybe as another one by then.
    Whoever wrote is looked for, and asked about the campaign then: far more were sent it."""
    wrote = _happened(
        "SELECT FROM campaigns k JOIN contact_events e ON e.tenant_id = k.tenant_id"
        " AND e.kind = 'inbound' AND e.at >= k.launched_at AND e.at < k.launched_at + interval '30 days'"
        " WHERE k.tenant_id = {0}.tenant_id AND k.id = %s AND e.contact_id = {0}.id",
        [UUID(value)],
    )
    return All((replace(_of_campaign("true", value), choices=()), wrote))


def _of_campaign(what: LiteralString, campaign_id: Any, *, rarity: int = 0) -> Leaf:
    recipient: LiteralString = (
        "SELECT FROM recipients r WHERE r.tenant_id = {0}.tenant_id AND r.contact_id = {0}.id"
        " AND r.campaign_id = %s AND "
    )
    return _happened(recipient + what, [UUID(campaign_id)], rarity=rarity)


def _happened(what: LiteralString, parameters: list[Any], *, rarity: int = 0) -> Leaf:
    """That something of messages happened to a contact `{0}`, or to somebody whom merges made part of it. Of
    several the one of least `rarity` is looked for first.

    Asked of one contact after the other it is two probes (OFFSET 0): the planner would hash all messages for
    a camp's first 10,000 contacts. To find everybody it is two questions, for with an "or" between both the
    planner reads all contacts for a campaign of ten: to whom it happened, and who else has a part to whom it
    did.
    """
    of_c, of_g = what.format("c"), what.format("g")
    own, part = sql.SQL(_OWN_PROBE.format(of_c)), sql.SQL(_PART_PROBE.format(of_g))
    parts = sql.SQL(_PARTS.format(of_g))
    twice = [*parameters, *parameters]
    return Leaf(
        (sql.SQL("({} OR {})").format(own, part), twice),
        choices=(
            (sql.SQL(f"EXISTS ({of_c})"), parameters),
            (sql.SQL("(c.id IN ({}) AND NOT {})").format(parts, own), twice),
        ),
        rarity=rarity,
    )


_OWN_PROBE: LiteralString = "EXISTS ({} OFFSET 0)"
# Of whoever is part of `c` by merges, one into the other. Once for all: whether the camp has merged anybody.
_PART_PROBE: LiteralString = """(
  EXISTS (SELECT FROM contact_merges WHERE tenant_id = current_tenant() AND undone_at IS NULL)
  AND EXISTS (
    SELECT FROM contact_merges k
     WHERE k.tenant_id = c.tenant_id AND k.kept_id = c.id AND k.undone_at IS NULL AND EXISTS (
           WITH RECURSIVE part (tenant_id, id) AS (
             SELECT k.tenant_id, k.merged_id
             UNION ALL
             SELECT n.tenant_id, n.merged_id FROM part CROSS JOIN LATERAL (
               SELECT m.tenant_id, m.merged_id FROM contact_merges m
                WHERE m.tenant_id = part.tenant_id AND m.kept_id = part.id AND m.undone_at IS NULL
               OFFSET 0) AS n)
           SELECT FROM part g WHERE EXISTS ({} OFFSET 0))
    OFFSET 0))"""
# The same from the other end: the parts to whom it happened, and up to whom they are part of.
_PARTS: LiteralString = """
  WITH RECURSIVE whole (id) AS (
    SELECT g.kept_id FROM (SELECT tenant_id, kept_id, merged_id AS id FROM contact_merges
                            WHERE tenant_id = current_tenant() AND undone_at IS NULL) AS g
     WHERE EXISTS ({})
    UNION
    SELECT m.kept_id FROM whole JOIN contact_merges m
        ON m.tenant_id = current_tenant() AND m.merged_id = whole.id AND m.undone_at IS NULL)
  SELECT id FROM whole"""

LEAVES: Mapping[str, Callable[[Any, TenantCipher], Expression]] = {
    "tag": _tag,
    "import": _imported,
    "district": _district,
    "custom": _custom,
    "q": _typed,
    "created": _created,
    "contacted": _contacted,
    "reachable": _reachable,
    "delivered": _delivered,
    "clicked": _clicked,
    "replied": _replied,
}


def _of_tokens(cipher: TenantCipher, terms: Sequence[str]) -> Leaf:
    tokens = tuple(dict.fromkeys(cipher.token(term) for term in terms))
    return Leaf(search.has_tokens(tokens), tokens)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST or "\0" in value:
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
