"""Taking in messages: check, store, plan their delivery, answer. One transaction a request."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from infra.simulator import accounts
from infra.simulator.accounts import Account
from infra.simulator.codes import status_message
from infra.simulator.ids import account_number, iso, new_id, now_ms
from infra.simulator.outcomes import PLANS, plan_for
from infra.simulator.store import Store
from infra.simulator.validation import Checked, Checker

_INSERT = """
INSERT INTO messages (direction, account, message_id, group_id, phone, peer, type, country,
    subject, text, image_id, kakao, custom, reference, accepted, code, price, created_at,
    updated_at, plan, next_at)
VALUES ('out', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_TOUCH_PHONES = """
INSERT INTO phones (number, last_seq, messages)
SELECT phone, max(seq), count(*) FROM messages
WHERE seq > ? AND phone GLOB '[0-9][0-9][0-9]*' GROUP BY phone
ON CONFLICT (number) DO UPDATE
SET last_seq = excluded.last_seq, messages = phones.messages + excluded.messages
"""
_NOT_REFUNDED = frozenset({"2000", "3000", "4000"})


@dataclass(frozen=True, slots=True)
class Batch:
    """One request's messages after reception, as a group."""

    account: Account
    group_id: str
    created_at: int
    strict: bool
    allow_duplicates: bool
    messages: Sequence[Checked]

    @property
    def failed(self) -> list[Checked]:
        """What was not accepted."""
        return [message for message in self.messages if not message.accepted]

    @property
    def price(self) -> int:
        """What the accepted messages cost, in won."""
        return sum(message.price for message in self.messages if message.accepted)


class StrictRefusal(Exception):
    """A strict request with a faulty message: nothing of it was accepted."""


def receive(
    store: Store,
    account: Account,
    items: Iterable[dict[str, Any]],
    *,
    strict: bool = False,
    allow_duplicates: bool = False,
) -> Batch:
    """Check and store the messages; the accepted ones are due for delivery from now on.

    Raises StrictRefusal, with nothing stored, when `strict` and one of them is faulty.
    """
    connection = store.read()
    checker = Checker(
        account,
        _opted_out(connection, account.api_key),
        accounts.balance(connection, account.api_key),
        allow_duplicates,
    )
    messages = [checked for item in items for checked in checker.check(item)]
    at = now_ms()
    batch = Batch(account, new_id("G4V", at), at, strict, allow_duplicates, messages)
    if strict and batch.failed:
        raise StrictRefusal
    for message in messages:
        message.message_id = new_id("M4V", at)
    _store(store, batch)
    return batch


def _opted_out(connection: sqlite3.Connection, api_key: str) -> frozenset[str]:
    rows = connection.execute("SELECT phone FROM opt_outs WHERE account = ?", (api_key,))
    return frozenset(row["phone"] for row in rows)


def _store(store: Store, batch: Batch) -> None:
    rows = [_row(batch, index, message) for index, message in enumerate(batch.messages)]
    with store.write() as connection:
        last = connection.execute("SELECT coalesce(max(seq), 0) FROM messages").fetchone()[0]
        connection.executemany(_INSERT, rows)
        connection.execute(_TOUCH_PHONES, (last,))
        connection.execute(
            "INSERT INTO groups VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                batch.group_id,
                batch.account.api_key,
                len(batch.messages),
                len(batch.failed),
                batch.price,
                batch.strict,
                batch.allow_duplicates,
                batch.created_at,
            ),
        )
        accounts.add_to_balance(connection, batch.account.api_key, -batch.price)


def _row(batch: Batch, index: int, message: Checked) -> tuple[Any, ...]:
    at = batch.created_at
    plan = plan_for(message.to, message.kind) if message.accepted else None
    kakao = message.kakao
    return (
        batch.account.api_key,
        message.message_id,
        batch.group_id,
        message.to,
        message.sender if kakao is None else str(kakao.get("pfId")),
        message.kind,
        message.country,
        message.subject,
        message.text,
        message.image_id,
        None if kakao is None else json.dumps(kakao | {"from": message.sender}, ensure_ascii=False),
        json.dumps(message.custom, ensure_ascii=False),
        message.custom.get("ref"),
        message.accepted,
        message.code,
        message.price,
        at,
        at,
        plan,
        at + _first_wait(batch.account, plan, index) if plan else None,
    )


def _first_wait(account: Account, plan: str, index: int) -> int:
    # Phones do not ring in chorus: spread a batch over ten moments, each a bulk update.
    return int(account.latency_ms * PLANS[plan][0].latency * (0.8 + index % 10 / 25))


def answer_item(batch: Batch, message: Checked) -> dict[str, Any]:
    """One message of a batch in the shape of `failedMessageList`."""
    return {
        "to": message.to,
        "from": message.sender,
        "type": message.kind,
        "country": message.country,
        "messageId": message.message_id,
        "statusCode": message.code,
        "statusMessage": status_message(message.code),
        "accountId": account_number(batch.account.api_key),
        "customFields": message.custom,
    }


def group_info(batch: Batch) -> dict[str, Any]:
    """A batch just received, as `groupInfo`."""
    row = {
        "group_id": batch.group_id,
        "account": batch.account.api_key,
        "total": len(batch.messages),
        "registered_failed": len(batch.failed),
        "price": batch.price,
        "strict": batch.strict,
        "allow_duplicates": batch.allow_duplicates,
        "created_at": batch.created_at,
    }
    kinds = Counter(message.kind for message in batch.messages if message.accepted)
    return _group(row, kinds, Counter({"2000": len(batch.messages) - len(batch.failed)}))


def load_group(connection: sqlite3.Connection, api_key: str, group_id: str) -> dict[str, Any] | None:
    """A stored group with its present counters; None when the account has no such group."""
    row = connection.execute(
        "SELECT * FROM groups WHERE group_id = ? AND account = ?", (group_id, api_key)
    ).fetchone()
    if row is None:
        return None
    kinds: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    refund = 0
    for kind, code, count, price in connection.execute(
        "SELECT type, code, count(*), sum(price) FROM messages WHERE group_id = ? AND accepted "
        "GROUP BY type, code",
        (group_id,),
    ):
        kinds[kind] += count
        codes[code] += count
        refund += 0 if code in _NOT_REFUNDED else price
    return _group(dict(row), kinds, codes, refund)


def _group(row: dict[str, Any], kinds: Counter[str], codes: Counter[str], refund: int = 0) -> dict[str, Any]:
    pending = codes["2000"] + codes["3000"]
    delivered = codes["4000"]
    registered = row["total"] - row["registered_failed"]
    created = iso(row["created_at"])
    return {
        "_id": row["group_id"],
        "groupId": row["group_id"],
        "accountId": account_number(row["account"]),
        "masterAccountId": None,
        "apiVersion": "4",
        "serviceMethod": "MT",
        "status": "SENDING" if pending else "COMPLETE",
        "count": {
            "total": row["total"],
            "sentTotal": registered,
            "sentFailed": registered - pending - delivered,
            "sentSuccess": delivered,
            "sentPending": pending,
            "sentReplacement": 0,
            "refund": registered - pending - delivered,
            "registeredFailed": row["registered_failed"],
            "registeredSuccess": registered,
        },
        "countForCharge": {
            kind: {"82": kinds[kind.upper()]} for kind in ("sms", "lms", "mms", "ata", "cta", "cti")
        },
        "balance": {
            "requested": row["price"],
            "replacement": 0,
            "refund": refund,
            "sum": row["price"] - refund,
        },
        "point": {"requested": 0, "replacement": 0, "refund": 0, "sum": 0},
        "app": {"profit": {}, "appId": None, "version": None},
        "log": [{"createAt": created, "message": "메시지를 접수했습니다."}],
        "strict": bool(row["strict"]),
        "allowDuplicates": bool(row["allow_duplicates"]),
        "isRefunded": refund > 0,
        "flagUpdated": False,
        "prepaid": True,
        "customFields": {},
        "hint": None,
        "price": {"82": {"sms": 18, "lms": 45, "mms": 110, "ata": 13}},
        "dateSent": created,
        "dateCompleted": None if pending else created,
        "dateCreated": created,
        "dateUpdated": created,
    }
