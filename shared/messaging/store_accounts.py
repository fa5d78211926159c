"""SQL of carrier accounts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.kernel.database import Connection

Row = dict[str, Any]


def insert(
    connection: Connection, account_id: UUID, carrier: str, account_key: str, sealed: bytes, per_second: int
) -> None:
    connection.execute(
        """INSERT INTO carrier_accounts
             (tenant_id, id, carrier, account_key, credentials_sealed, messages_per_second)
           VALUES (current_tenant(), %s, %s, %s, %s, %s)""",
        [account_id, carrier, account_key, sealed, per_second],
    )


def lock_accounts(connection: Connection) -> None:
    """Serialise the making of a tenant's first account."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('accounts:' || current_tenant(), 0))")


def live(connection: Connection) -> list[Row]:
    """Accounts in use, a real carrier before the simulator, newest first."""
    return connection.execute(
        """SELECT * FROM carrier_accounts WHERE disabled_at IS NULL
            ORDER BY (carrier = 'simulator'), created_at DESC, id DESC"""
    ).fetchall()


def get(connection: Connection, account_id: UUID) -> Row | None:
    """An account, disabled or not: campaigns and messages may still refer to it."""
    return connection.execute("SELECT * FROM carrier_accounts WHERE id = %s", [account_id]).fetchone()


def by_key(connection: Connection, account_key: str) -> Row | None:
    return connection.execute(
        "SELECT * FROM carrier_accounts WHERE account_key = %s", [account_key]
    ).fetchone()


def set_prices(connection: Connection, account_id: UUID, prices: Mapping[Any, int]) -> None:
    connection.execute("UPDATE carrier_accounts SET prices = %s WHERE id = %s", [Jsonb(prices), account_id])


def update(
    connection: Connection,
    account_id: UUID,
    sealed: bytes | None,
    per_second: int | None,
    weight: int | None = None,
) -> bool:
    row = connection.execute(
        """UPDATE carrier_accounts
              SET credentials_sealed = coalesce(%s, credentials_sealed),
                  messages_per_second = coalesce(%s, messages_per_second), weight = coalesce(%s, weight)
            WHERE id = %s AND disabled_at IS NULL RETURNING 1 AS done""",
        [sealed, per_second, weight, account_id],
    ).fetchone()
    return row is not None


def disable(connection: Connection, account_id: UUID) -> bool:
    row = connection.execute(
        """UPDATE carrier_accounts SET disabled_at = now()
            WHERE id = %s AND disabled_at IS NULL RETURNING 1 AS done""",
        [account_id],
    ).fetchone()
    return row is not None


def due_for_opt_outs(connection: Connection, now: datetime) -> list[tuple[UUID, UUID]]:
    """Across tenants, ids only: accounts whose carrier's list of refusals is to be fetched."""
    rows = connection.execute("SELECT * FROM accounts_due_for_opt_outs(%s)", [now]).fetchall()
    return [(row["tenant_id"], row["account_id"]) for row in rows]


def claim_opt_outs(connection: Connection, account_id: UUID, now: datetime, again_at: datetime) -> Row | None:
    """Put off the next fetch of an account that is due, and tell when its list was last seen."""
    return connection.execute(
        """UPDATE carrier_accounts SET opt_outs_due_at = %s
            WHERE id = %s AND disabled_at IS NULL AND opt_outs_due_at <= %s RETURNING opt_outs_seen_at""",
        [again_at, account_id, now],
    ).fetchone()


def opt_outs_seen(
    connection: Connection, account_id: UUID, seen_at: datetime | None, again_at: datetime
) -> None:
    """The list was read at `seen_at` (None: it was not), and is due again."""
    connection.execute(
        """UPDATE carrier_accounts
              SET opt_outs_seen_at = coalesce(%s, opt_outs_seen_at), opt_outs_due_at = %s
            WHERE id = %s""",
        [seen_at, again_at, account_id],
    )


def lock_live(connection: Connection) -> list[Row]:
    """Accounts in use, locked in the order of their ids."""
    return connection.execute(
        "SELECT * FROM carrier_accounts WHERE disabled_at IS NULL ORDER BY id FOR NO KEY UPDATE"
    ).fetchall()


def tenants_with_two(connection: Connection) -> list[UUID]:
    """Across tenants, ids only: who has two accounts or more."""
    return [row["id"] for row in connection.execute("SELECT tenants_with_two_accounts() AS id").fetchall()]


def set_lost(connection: Connection, account_id: UUID, lost: int, reason: str | None, at: datetime) -> None:
    """How many points of its weight an account is without, and why."""
    connection.execute(
        "UPDATE carrier_accounts SET lost = %s, lost_reason = %s, lost_moved_at = %s WHERE id = %s",
        [lost, reason, at, account_id],
    )


def unheard_of(
    connection: Connection, months: Sequence[date], since: datetime, until: datetime
) -> dict[UUID, int]:
    """How many messages each account's carrier took in a window and after its last report of anything.

    Looks at the newest 5,000 before `until`, as `slow_shares` does. Two minutes are allowed for, because
    calls are noted to the minute.
    """
    rows = connection.execute(
        """SELECT m.account_id, count(*) AS unheard
             FROM (SELECT account_id, accepted_at FROM messages
                    WHERE tenant_id = current_tenant() AND ledger_month = ANY(%(months)s)
                      AND id < %(bound)s ORDER BY id DESC LIMIT 5000) AS m
             JOIN carrier_accounts a ON a.tenant_id = current_tenant() AND a.id = m.account_id
            WHERE m.accepted_at BETWEEN %(since)s AND %(until)s
              AND (a.called_at IS NULL OR a.called_at < m.accepted_at - interval '2 minutes')
            GROUP BY m.account_id""",
        {"months": list(months), "since": since, "until": until, "bound": _bound(until)},
    ).fetchall()
    return {row["account_id"]: row["unheard"] for row in rows}


def slow_shares(
    connection: Connection, months: Sequence[date], since: datetime, until: datetime, within: timedelta
) -> dict[UUID, tuple[int, int]]:
    """(tried, of them without an end `within` that time) by account, of messages tried in a window.

    Ids begin with their time, so the newest 5,000 before `until` are a walk of the ledger's primary key.
    """
    rows = connection.execute(
        """SELECT account_id, count(*) AS tried,
                  count(*) FILTER (WHERE settled_at IS NULL OR settled_at > attempted_at + %(within)s) AS late
             FROM (SELECT account_id, attempted_at, settled_at, state FROM messages
                    WHERE tenant_id = current_tenant() AND ledger_month = ANY(%(months)s)
                      AND id < %(bound)s ORDER BY id DESC LIMIT 5000) AS newest
            WHERE attempted_at BETWEEN %(since)s AND %(until)s
              AND state IN ('accepted', 'delivered', 'failed')
            GROUP BY account_id""",
        {
            "months": list(months),
            "since": since,
            "until": until,
            "within": within,
            "bound": _bound(until),
        },
    ).fetchall()
    return {row["account_id"]: (row["tried"], row["late"]) for row in rows}


def _bound(until: datetime) -> UUID:
    """The first id of a moment: what was made before it has a lower one."""
    return UUID(int=int(until.timestamp() * 1000) << 80)
