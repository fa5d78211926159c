"""SQL of what must be told about consents to advertising."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from shared.kernel.database import Connection
from shared.privacy import agreement

_COLUMNS = {"given": "given_told_at", "withdrawn": "withdrawn_told_at", "confirmed": "reconfirmed_at"}


# What is due: that a consent was given or taken back, of people who are there or part of somebody who is.
# Whose data is gone cannot be told anything.
_UNTOLD = sql.SQL(
    """FROM consents k
       CROSS JOIN LATERAL (VALUES ('given', k.given_at, k.given_told_at),
                                  ('withdrawn', k.withdrawn_at, k.withdrawn_told_at))
                          AS e (what, at, told_at)
       JOIN contacts o ON o.tenant_id = k.tenant_id AND o.id = k.contact_id
      WHERE k.tenant_id = current_tenant() AND k.contact_id IS NOT NULL
        AND k.purpose IN ('advertising', 'night_advertising')
        AND (k.given_told_at IS NULL OR (k.withdrawn_at IS NOT NULL AND k.withdrawn_told_at IS NULL))
        AND e.at IS NOT NULL AND e.told_at IS NULL
        AND CASE WHEN o.deleted_at IS NULL THEN true WHEN o.merged_into IS NULL THEN false
                 ELSE {living} IS NOT NULL END"""
).format(living=agreement.living("k.contact_id"))


def untold(c: Connection) -> int:
    """How many `untold_list` has without a limit; reads the camp's consents, and looks up who they are of."""
    row = c.execute(sql.SQL("SELECT count(*) AS value {}").format(_UNTOLD)).fetchone()
    return int(row["value"]) if row else 0


def untold_list(c: Connection, limit: int) -> list[dict[str, Any]]:
    """Those consents and withdrawals, the oldest first, each with its living contact: as `untold` reads, and
    a few probes for each that is shown."""
    return c.execute(
        sql.SQL(
            """SELECT due.id, due.purpose, due.channel, due.what, due.at, p.id AS contact_id, p.name_sealed
             FROM (SELECT k.*, e.what, e.at {untold} ORDER BY e.at, k.id, e.what LIMIT %s) AS due
            CROSS JOIN LATERAL {living} AS own
            CROSS JOIN LATERAL (SELECT l.id, l.name_sealed FROM contacts l
                                 WHERE l.tenant_id = current_tenant() AND l.id = own.id OFFSET 0) AS p
            ORDER BY due.at, due.id, due.what"""
        ).format(untold=_UNTOLD, living=agreement.living("due.contact_id")),
        [limit],
    ).fetchall()


def note(c: Connection, what: str, consent_ids: Sequence[UUID], at: datetime) -> int:
    return c.execute(
        sql.SQL("UPDATE consents SET {} = %s WHERE tenant_id = current_tenant() AND id = ANY(%s)").format(
            sql.Identifier(_COLUMNS[what])
        ),
        [at, list(consent_ids)],
    ).rowcount
