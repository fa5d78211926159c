"""What is counted after a campaign under fire: at the carrier, in the ledger, in every counter."""

from collections import Counter
from typing import Any
from uuid import UUID

from tests.faults.breaking import ask
from tests.stack import Camp, Stack

# Each compares a counter that the hub keeps with what it counts; a row is a difference.
LEDGERS = {
    "recipients by step and state": """
        SELECT * FROM (SELECT step, state, sum(count) AS count FROM campaign_counters
                        WHERE campaign_id = %(id)s GROUP BY 1, 2 HAVING sum(count) <> 0) AS counted
        FULL JOIN (SELECT step, state, count(*) AS found FROM recipients
                    WHERE campaign_id = %(id)s GROUP BY 1, 2) AS rows USING (step, state)
        WHERE count IS DISTINCT FROM found""",
    "reasons": """
        SELECT * FROM (SELECT reason, count FROM campaign_reasons
                        WHERE campaign_id = %(id)s AND count <> 0) AS counted
        FULL JOIN (SELECT reason, count(*) AS found FROM recipients
                    WHERE campaign_id = %(id)s AND state IN ('failed', 'suppressed') GROUP BY 1) AS rows
          USING (reason)
        WHERE count IS DISTINCT FROM found""",
    "spend by kind": """
        SELECT * FROM (SELECT kind, messages FROM campaign_spend
                        WHERE campaign_id = %(id)s AND messages <> 0) AS counted
        FULL JOIN (SELECT kind, count(*) AS found FROM messages
                    WHERE campaign_id = %(id)s AND accepted_at IS NOT NULL GROUP BY 1) AS rows USING (kind)
        WHERE messages IS DISTINCT FROM found""",
    "chart": """
        SELECT * FROM (SELECT sum(accepted) AS a, sum(delivered) AS d, sum(failed) AS f FROM campaign_series
                        WHERE campaign_id = %(id)s) AS counted,
             (SELECT count(*) FILTER (WHERE accepted_at IS NOT NULL) AS la,
                     count(*) FILTER (WHERE state = 'delivered') AS ld,
                     count(*) FILTER (WHERE state = 'failed') AS lf
                FROM messages WHERE campaign_id = %(id)s) AS rows
        WHERE (a, d, f) <> (la, ld, lf)""",
    "recipients and their last messages": """
        SELECT r.id, r.state, m.state FROM recipients r JOIN messages m
            ON m.recipient_id = r.id AND m.campaign_id = r.campaign_id AND m.step = r.step
         WHERE r.campaign_id = %(id)s AND m.state NOT IN ('withdrawn', r.state)""",
    "reserved": "SELECT reserved FROM campaigns WHERE id = %(id)s AND reserved <> 0",
}
TAKEN = "SELECT id FROM messages WHERE campaign_id = ANY(%s) AND accepted_at IS NOT NULL"
REQUESTS = """
    SELECT split_part(carrier_message_id, '/', 2), count(*) FROM messages
     WHERE campaign_id = ANY(%s) AND accepted_at IS NOT NULL GROUP BY 1"""
ENDS = "SELECT state, count(*) FROM recipients WHERE campaign_id = %s GROUP BY state"
WITHDRAWN = "SELECT count(*) FROM messages WHERE campaign_id = ANY(%s) AND state = 'withdrawn'"


def at_carrier(camp: Camp, api_key: str) -> list[dict[str, Any]]:
    """Every message that the carrier took."""
    found: list[dict[str, Any]] = []
    after = 0
    while True:
        page = camp.console("GET", f"messages?api_key={api_key}&limit=10000&after={after}")
        found += [one for one in page["items"] if one["accepted"]]
        if page["next"] is None:
            return found
        after = page["next"]


def differences(stack: Stack, campaign_id: str) -> dict[str, list[tuple[object, ...]]]:
    """Which of the hub's counters differ from the ledger, and how."""
    with stack.superuser() as connection:
        found = {
            name: connection.execute(statement, {"id": campaign_id}).fetchall()
            for name, statement in LEDGERS.items()
        }
    return {name: rows for name, rows in found.items() if rows}


def taken_by_ledger(stack: Stack, campaigns: list[str]) -> set[UUID]:
    """References of the messages that the ledger says the carrier took."""
    return {UUID(str(row[0])) for row in ask(stack, TAKEN, [UUID(one) for one in campaigns])}


def requests_by_ledger(stack: Stack, campaigns: list[str]) -> Counter[str]:
    """Of carriers without our references: their requests, with how many messages of each the ledger knows."""
    rows = ask(stack, REQUESTS, [UUID(one) for one in campaigns])
    return Counter({str(row[0]): int(str(row[1])) for row in rows})


def ends(stack: Stack, campaign_id: str) -> Counter[str]:
    """Recipients by their state."""
    return Counter({str(row[0]): int(str(row[1])) for row in ask(stack, ENDS, campaign_id)})


def withdrawn(stack: Stack, campaigns: list[str]) -> int:
    """Attempts that certainly never left and were made again."""
    return int(str(ask(stack, WITHDRAWN, [UUID(one) for one in campaigns])[0][0]))
