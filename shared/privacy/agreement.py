"""SQL of which consents count: a person's are those of the contact and of all who were merged into it."""

from typing import LiteralString

from psycopg import sql

# A consent is ended by taking back any other for the same: who no longer wants it said so once. What was
# written down since then, and given no earlier than that day, is a new one (정보통신망법 제50조 제2항). That
# the camp confirmed an older one does not give it back. Who wants no advertising wants none at night.
_ENDED: LiteralString = """w.withdrawn_at IS NOT NULL
           AND (w.purpose = {k}.purpose OR (w.purpose = 'advertising' AND {k}.purpose = 'night_advertising'))
           AND ({k}.recorded_at <= w.withdrawn_at
                OR {k}.given_at < date_trunc('day', w.withdrawn_at, 'Asia/Seoul'))"""

# OFFSET 0: by index, whatever the statistics say of a table that is mostly empty.
PARTS: LiteralString = """part (id) AS (
           SELECT {contact}.id
           UNION SELECT m.id FROM part CROSS JOIN LATERAL (
                   SELECT n.id FROM contacts n
                    WHERE n.tenant_id = current_tenant() AND n.merged_into = part.id OFFSET 0) AS m)"""

_AGREED: LiteralString = (
    "(WITH RECURSIVE "
    + PARTS
    + """,
         theirs AS MATERIALIZED (
           SELECT o.* FROM part CROSS JOIN LATERAL (
             SELECT g.purpose, g.given_at, g.recorded_at, g.reconfirmed_at, g.withdrawn_at FROM consents g
              WHERE g.tenant_id = current_tenant() AND g.contact_id = part.id
                AND g.purpose = ANY({purposes}) AND g.channel IN ('all', {family}) OFFSET 0) AS o)
         SELECT count(DISTINCT k.purpose) FROM theirs k
          WHERE k.withdrawn_at IS NULL
            AND (k.purpose = 'sensitive' OR coalesce(k.reconfirmed_at, k.given_at) > {since})
            AND NOT EXISTS (SELECT FROM theirs w WHERE """
    + _ENDED.format(k="k")
    + """))
       = cardinality({purposes}::text[])"""
)

_LIVING: LiteralString = """(
           WITH RECURSIVE up (id, merged_into, deleted_at) AS (
             SELECT o.id, o.merged_into, o.deleted_at FROM contacts o
              WHERE o.tenant_id = current_tenant() AND o.id = {contact}
             UNION SELECT m.* FROM up CROSS JOIN LATERAL (
                     SELECT n.id, n.merged_into, n.deleted_at FROM contacts n
                      WHERE n.tenant_id = current_tenant() AND n.id = up.merged_into OFFSET 0) AS m)
           SELECT id FROM up WHERE merged_into IS NULL AND deleted_at IS NULL)"""


def agreed(
    contact: LiteralString, *, purposes: sql.Composable, family: sql.Composable, since: sql.Composable
) -> sql.Composed:
    """That `contact` (an alias of contacts) has agreed to all of the purposes, for a family of channels.

    The consents are not older than `since` (정보통신망법 제50조 제8항; for 개인정보 보호법 제23조 there is no
    such end). A few probes for each contact, and as many more as were merged into it.
    """
    return sql.SQL(_AGREED).format(contact=sql.SQL(contact), purposes=purposes, family=family, since=since)


def taken_back(contact: LiteralString) -> sql.Composed:
    """That somebody (an alias with the contact's id) has ever taken a consent to %(purpose)s back, for
    %(channel)s."""
    return sql.SQL(
        "EXISTS (WITH RECURSIVE "
        + PARTS
        + """ SELECT FROM part CROSS JOIN LATERAL (
             SELECT FROM consents g
              WHERE g.tenant_id = current_tenant() AND g.contact_id = part.id AND g.purpose = %(purpose)s
                AND g.channel IN ('all', %(channel)s) AND g.withdrawn_at IS NOT NULL OFFSET 0) AS w)"""
    ).format(contact=sql.SQL(contact))


def parts(contact: LiteralString) -> sql.Composed:
    """The ids of `contact` (an alias of contacts) and of all who were merged into it, as an array."""
    return sql.SQL("ARRAY(WITH RECURSIVE " + PARTS + " SELECT id FROM part)").format(contact=sql.SQL(contact))


def ended_at(consent: LiteralString, parts: sql.Composable) -> sql.Composed:
    """When a consent (an alias of consents) ended because its person, of these `parts`, took back another."""
    return sql.SQL(
        "(SELECT min(w.withdrawn_at) FROM consents w WHERE w.tenant_id = current_tenant()"
        " AND w.contact_id = ANY({parts}) AND w.channel IN ('all', {k}.channel) AND {ended})"
    ).format(k=sql.SQL(consent), parts=parts, ended=sql.SQL(_ENDED).format(k=sql.SQL(consent)))


def living(contact: LiteralString) -> sql.Composed:
    """The id of the living contact that the one with this id is part of today; null for one that is gone."""
    return sql.SQL(_LIVING).format(contact=sql.SQL(contact))
