"""SQL of the monthly quota. Every change is one statement, so two launches cannot both pass."""

from dataclasses import dataclass
from datetime import date

from shared.kernel.database import Connection


@dataclass(frozen=True)
class QuotaRow:
    limit: int
    used: int
    reserved: int


def ensure(connection: Connection, period: date) -> None:
    """The month's row, with the tenant's limit, made when it is first needed."""
    connection.execute(
        """INSERT INTO quotas (tenant_id, period, limit_messages)
           SELECT tenant_id, %s, monthly_limit FROM tenants WHERE tenant_id = current_tenant()
           ON CONFLICT DO NOTHING""",
        [period],
    )


def read(connection: Connection, period: date) -> QuotaRow:
    """The month's figures; a month not yet begun has the tenant's limit and nothing used."""
    row = connection.execute(
        """SELECT coalesce(q.limit_messages, t.monthly_limit) AS limit, coalesce(q.used, 0) AS used,
                  coalesce(q.reserved, 0) AS reserved
             FROM tenants t LEFT JOIN quotas q ON q.tenant_id = t.tenant_id AND q.period = %s
            WHERE t.tenant_id = current_tenant()""",
        [period],
    ).fetchone()
    return QuotaRow(**row) if row else QuotaRow(0, 0, 0)


def reserve(connection: Connection, period: date, count: int) -> bool:
    """Reserve all of `count`, or nothing."""
    row = connection.execute(
        """UPDATE quotas SET reserved = reserved + %(count)s
            WHERE period = %(period)s AND used + reserved + %(count)s <= limit_messages
        RETURNING 1 AS done""",
        {"period": period, "count": count},
    ).fetchone()
    return row is not None


def reserve_up_to(connection: Connection, period: date, count: int) -> int:
    """Reserve as many of `count` as the month still has; returns how many."""
    row = connection.execute(
        """WITH room AS (
             SELECT least(%(count)s, greatest(limit_messages - used - reserved, 0)) AS granted
               FROM quotas WHERE period = %(period)s FOR UPDATE)
           UPDATE quotas SET reserved = reserved + room.granted FROM room
            WHERE period = %(period)s RETURNING room.granted""",
        {"period": period, "count": count},
    ).fetchone()
    return int(row["granted"]) if row else 0


def settle(connection: Connection, period: date, *, used: int, released: int) -> None:
    """Turn `used` reservations into use, and give `released` ones back."""
    connection.execute(
        "UPDATE quotas SET used = used + %s, reserved = reserved - %s WHERE period = %s",
        [used, used + released, period],
    )


def change_limit(connection: Connection, period: date, limit: int) -> None:
    """The tenant's monthly limit from now on, the running month included.

    A higher one also holds for earlier months: a campaign's retries and later steps belong to the month of
    its launch, and would else meet a limit that nobody can raise any more.
    """
    connection.execute("UPDATE tenants SET monthly_limit = %s", [limit])
    connection.execute(
        """WITH locked AS (SELECT period FROM quotas ORDER BY period FOR UPDATE)
           UPDATE quotas q SET limit_messages = CASE WHEN q.period >= %(period)s THEN %(limit)s
                                                     ELSE greatest(q.limit_messages, %(limit)s) END
             FROM locked WHERE q.period = locked.period""",
        {"period": period, "limit": limit},
    )
