"""SOLAPI's webhook calls."""

import hashlib
import sqlite3
from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json, to_json

from infra.simulator.accounts import Account
from infra.simulator.codes import status_message
from infra.simulator.ids import iso


def report_call(account: Account, rows: Sequence[sqlite3.Row]) -> tuple[bytes, dict[str, str]]:
    """Up to 100 reports in one call, with the secret's digest."""
    headers = {**hook_headers(account), "X-Solapi-Event-Name": "SINGLE-REPORT"}
    return _report_body(account, rows), headers


def hook_headers(account: Account) -> dict[str, str]:
    """The headers that prove a call is the carrier's: the SHA-1 of the secret, not a signature."""
    digest = hashlib.sha1(account.webhook_secret.encode(), usedforsecurity=False).hexdigest()
    return {"Content-Type": "application/json", "X-Solapi-Secret": digest}


def _report_body(account: Account, rows: Sequence[sqlite3.Row]) -> bytes:
    items = [_report(row) for row in rows]
    if account.webhook_shape == "envelope":
        items = [
            {"eventDataId": row["event_id"], "data": item, "retryCount": row["attempts"]}
            for row, item in zip(rows, items, strict=True)
        ]
    return to_json(items)


def _report(row: sqlite3.Row) -> dict[str, Any]:
    kakao = from_json(row["kakao"]) if row["kakao"] else {}
    return {
        "messageId": row["message_id"],
        "groupId": row["group_id"],
        "type": row["type"],
        "to": row["phone"],
        "from": kakao.pop("from", row["peer"]),
        "statusCode": row["event_code"],
        "statusMessage": status_message(row["event_code"]),
        "dateProcessed": iso(row["processed_at"]),
        "dateReported": iso(row["settled_at"] or row["updated_at"]),
        "dateReceived": iso(row["settled_at"] or row["updated_at"]),
        "networkCode": None if kakao else "45005",
        "kakaoOptions": kakao or None,
        "rcsOptions": None,
        "naverOptions": None,
        "customFields": from_json(row["custom"]),
    }
