"""What the ledger's statements read while the planner has not heard of the camp's messages (decision 29)."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from shared.kernel.database import Connection, tenant_transaction
from shared.kernel.ids import new_id
from shared.messaging import store_messages
from tests.factories import Camp, make_camp

MESSAGES = 20_000
ASKED = 50
NOW = datetime.now(UTC)
MONTH = NOW.date().replace(day=1)


class Explaining:
    """A connection that explains what it is told to do, after doing it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.plans: list[dict[str, Any]] = []

    def execute(self, statement: str, parameters: Any, prepare: bool | None = None) -> Any:
        row = self._connection.execute(
            f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, FORMAT JSON) {statement}", parameters
        ).fetchone()
        assert row
        self.plans.append(row["QUERY PLAN"][0]["Plan"])
        return SimpleNamespace(fetchall=list)

    def rows_read(self) -> int:
        """Rows of the ledger that were looked at, wanted or not."""
        scans = [node for plan in self.plans for node in _nodes(plan) if _reads_ledger(node)]
        assert scans
        return sum((n["Actual Rows"] + n.get("Rows Removed by Filter", 0)) * n["Actual Loops"] for n in scans)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)


def _reads_ledger(node: dict[str, Any]) -> bool:
    return "Scan" in node["Node Type"] and str(node.get("Relation Name", "")).startswith("messages_")


@pytest.fixture(scope="module")
def messages(app: object) -> tuple[Camp, UUID, list[UUID]]:
    """A camp whose first messages have just been written: (camp, account, ids)."""
    camp, account_id = make_camp(app), uuid4()
    shared = {
        "ledger_month": MONTH,
        "campaign_id": new_id(),
        "account_id": account_id,
        "sender_id": uuid4(),
        "step": 1,
        "channel": "sms",
        "deadline": NOW + timedelta(minutes=2),
        "at": NOW,
    }
    rows = [_attempt() for _ in range(MESSAGES)]
    with tenant_transaction(camp.tenant_id) as connection:
        store_messages.insert_sending(connection, shared, rows)
        store_messages.update_states(connection, [_accepted(row["id"]) for row in rows])
    return camp, account_id, [row["id"] for row in rows]


def _attempt() -> dict[str, Any]:
    ids = {"id": new_id(), "recipient_id": uuid4(), "contact_id": uuid4()}
    return ids | {"attempt": 1, "kind": "sms", "body_hash": b"", "variant": None, "content_version": 1}


def _accepted(message_id: UUID) -> dict[str, Any]:
    nothing = dict.fromkeys(("code", "reason", "carrier_group_id", "settled_at", "next_look_up_at"))
    return nothing | {
        "id": message_id,
        "ledger_month": MONTH,
        "state": "accepted",
        "carrier_message_id": f"M{message_id}",
        "accepted_at": NOW,
    }


Statement = Callable[[Connection, UUID, Sequence[UUID]], object]
STATEMENTS: dict[str, Statement] = {
    "campaigns_of": lambda c, _, ids: store_messages.campaigns_of(c, ids),
    "lock_by_ids": lambda c, _, ids: store_messages.lock_by_ids(c, ids),
    "update_states": lambda c, _, ids: store_messages.update_states(c, [_accepted(id_) for id_ in ids]),
    "postpone": lambda c, _, ids: store_messages.postpone(c, [(id_, NOW) for id_ in ids]),
    "reopen": lambda c, _, ids: store_messages.reopen(c, ids),
    "ids_by_carrier_ids": lambda c, account, ids: store_messages.ids_by_carrier_ids(
        c, account, [f"M{id_}" for id_ in ids]
    ),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_it_reads_the_messages_asked_for_and_no_other(
    messages: tuple[Camp, UUID, list[UUID]], name: str
) -> None:
    camp, account_id, ids = messages
    with tenant_transaction(camp.tenant_id) as connection:
        explaining = Explaining(connection)
        STATEMENTS[name](cast(Connection, explaining), account_id, ids[:: MESSAGES // ASKED])
    assert explaining.rows_read() <= 3 * ASKED, explaining.plans


def test_no_plan_is_kept_from_a_months_first_messages(messages: tuple[Camp, UUID, list[UUID]]) -> None:
    """A worker that moved single messages while the ledger was empty: 450 ms a batch at 12,000 messages."""
    camp, _, ids = messages
    kept = (
        "SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'UPDATE messages m%%SET state%%'"
    )
    with tenant_transaction(camp.tenant_id) as connection:
        for message_id in ids[:12]:
            store_messages.update_states(connection, [_accepted(message_id)])
        assert connection.execute(kept, [], prepare=False).fetchall() == []
