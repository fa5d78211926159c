"""Taking in messages: check, store, plan their delivery, answer. One transaction a request."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from infra.simulator import accounts, network
from infra.simulator.accounts import Account
from infra.simulator.codes import status_message
from infra.simulator.ids import account_number, iso, new_id, now_ms
from infra.simulator.network import Parcel
from infra.simulator.outcomes import CANCELLED, PENDING
from infra.simulator.store import Store
from infra.simulator.validation import Checked, Checker

_NOT_REFUNDED = PENDING | {"4000"}


@dataclass(frozen=True, slots=True)
class Batch:
    """One request's messages after reception, as a group."""

    account: Account
    group_id: str
    created_at: int
    strict: bool
    allow_duplicates: bool
    messages: Sequence[Checked]
    send_at: int | None = None

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
    send_at: int | None = None,
) -> Batch:
    """Check and store the messages; the accepted ones are due now, or at `send_at` (milliseconds).

    Raises StrictRefusal, with nothing stored, when `strict` and one of them is faulty.
    """
    connection = store.read()
    checker = Checker(
        account,
        network.opted_out(connection, account.api_key),
        accounts.balance(connection, account.api_key),
        allow_duplicates,
        lambda image_id: network.has_image(connection, account.api_key, image_id),
        lambda image_id, bubble: network.has_bubble_image(connection, account.api_key, image_id, bubble),
    )
    messages = [checked for item in items for checked in checker.check(item)]
    at = now_ms()
    batch = Batch(account, new_id("G4V", at), at, strict, allow_duplicates, messages, send_at)
    if strict and batch.failed:
        raise StrictRefusal
    for message in messages:
        message.message_id = new_id("M4V", at)
    _store(store, batch)
    return batch


def _store(store: Store, batch: Batch) -> None:
    group = (
        batch.group_id,
        batch.account.api_key,
        len(batch.messages),
        len(batch.failed),
        batch.price,
        batch.strict,
        batch.allow_duplicates,
        batch.created_at,
    )
    parcels = [_parcel(message, batch.send_at) for message in batch.messages]
    with store.write() as connection:
        network.take(connection, batch.account, batch.group_id, batch.created_at, parcels)
        connection.execute("INSERT INTO groups VALUES (?, ?, ?, ?, ?, ?, ?, ?)", group)


def _parcel(message: Checked, send_at: int | None) -> Parcel:
    kakao = message.kakao
    return Parcel(
        message_id=message.message_id,
        to=message.to,
        peer=message.sender if kakao is None else str(kakao.get("pfId")),
        kind=message.kind,
        text=message.text,
        code=message.code,
        subject=message.subject,
        image_id=message.image_id,
        country=message.country,
        kakao=None if kakao is None else kakao | {"from": message.sender},
        custom=dict(message.custom),
        reference=message.custom.get("ref"),
        price=message.price,
        send_at=send_at,
    )


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
        "send_at": batch.send_at,
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
    send_at = connection.execute(
        "SELECT max(send_at) FROM messages WHERE group_id = ?", (group_id,)
    ).fetchone()[0]
    return _group({**dict(row), "send_at": send_at}, kinds, codes, refund)


def _group(row: dict[str, Any], kinds: Counter[str], codes: Counter[str], refund: int = 0) -> dict[str, Any]:
    pending = sum(codes[code] for code in PENDING)
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
        "status": _status(row, codes, pending),
        "scheduledDate": iso(row["send_at"]),
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


def _status(row: dict[str, Any], codes: Counter[str], pending: int) -> str:
    if codes[CANCELLED]:
        return "FAILED"  # what SOLAPI makes of a group whose schedule was cancelled
    if row["send_at"] and row["send_at"] > now_ms():
        return "SCHEDULED"
    return "SENDING" if pending else "COMPLETE"


def cancel_schedule(store: Store, account: Account, group_id: str) -> bool:
    """Cancel a whole group whose time has not come; False when it is not reserved."""
    group = load_group(store.read(), account.api_key, group_id)
    if group is None or group["status"] != "SCHEDULED":
        return False
    rows = store.read().execute("SELECT message_id FROM messages WHERE group_id = ?", (group_id,))
    return bool(network.cancel(store, account, [row["message_id"] for row in rows]))
