"""NHN's webhook calls. One call holds one event of one product."""

import json
import secrets
import sqlite3
from collections.abc import Sequence
from typing import Any

from infra.simulator import nhn_wire as wire
from infra.simulator.accounts import Account

_ISO = "%Y-%m-%dT%H:%M:%S"
_STATUS = {"1000": "COMPLETED", "E915": "DUPLICATED", "E919": "FAILED_AD"}


def report_call(account: Account, rows: Sequence[sqlite3.Row]) -> tuple[bytes, dict[str, str]]:
    """Results of up to 100 messages of one product."""
    kakao = rows[0]["kakao"] is not None
    product = "KakaoTalk Bizmessage" if kakao else "SMS"
    hooks = [_kakao(row) if row["kakao"] else _text(account, row) for row in rows]
    return _call(account, product, "MESSAGE_RESULT_UPDATE", hooks)


def refusal_call(account: Account, rows: Sequence[sqlite3.Row]) -> tuple[bytes, dict[str, str]]:
    """Somebody called the 080 number."""
    hooks = [
        {
            "hookId": row["event_id"],
            "recipientNo": row["phone"],
            "unsubscribeNo": account.credentials.get("unsubscribe_no", ""),
            "enterpriseName": account.label,
            "createdDateTime": wire.korean(row["created_at"], "%Y-%m-%dT%H:%M:%S.000+09:00"),
        }
        for row in rows
    ]
    return _call(account, "SMS", "UNSUBSCRIBE", hooks)


def hook_headers(account: Account) -> dict[str, str]:
    """NHN's signature is the very string that was typed in its console."""
    return {"Content-Type": "application/json", "X-Toast-Webhook-Signature": account.webhook_secret}


def _call(
    account: Account, product: str, event: str, hooks: list[dict[str, Any]]
) -> tuple[bytes, dict[str, str]]:
    body = {
        "hooksId": secrets.token_hex(12),
        "webhookConfigId": "config",
        "productName": product,
        "appKey": account.api_key,
        "event": event,
        "hooks": hooks,
    }
    return json.dumps(body, ensure_ascii=False).encode(), hook_headers(account)


def _common(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "hookId": row["event_id"],
        "requestId": row["group_id"],
        "recipientSeq": int(row["message_id"].rpartition(":")[2]),
        "requestDate": wire.korean(row["send_at"] or row["created_at"], _ISO),
        "receiveDate": wire.korean(row["settled_at"] or row["updated_at"], _ISO),
        "recipientNo": row["phone"],
    }


def _text(account: Account, row: sqlite3.Row) -> dict[str, Any]:
    quirks = "quirks" in account.credentials
    code = wire.text_code(row["event_code"])
    kind = row["message_id"].partition(":")[0]
    key = "recipientGropuingKey" if quirks else "recipientGroupingKey"
    return {
        **_common(row),
        "senderType": f"{'AD' if kind.startswith('ad-') else 'NORMAL'}_{kind[-3:].upper()}",
        "sendNo": row["peer"],
        "messageStatus": _STATUS.get(code or "", "FAILED") if code else None,
        key: row["reference"],
        "senderGroupingKey": json.loads(row["custom"]).get("senderGroupingKey"),
        "resultCode": code,
        "messageCount": 1,
        "_link" if quirks else "_links": {"self": {"href": ""}},
    }


def _kakao(row: sqlite3.Row) -> dict[str, Any]:
    brand = row["type"].startswith("BMS")
    return {
        **_common(row),
        "kakaoMessageType": "BRAND_MESSAGE_NORMAL" if brand else "ALIMTALK_NORMAL",
        "createDate": wire.korean(row["created_at"], _ISO),
        "resultCode": wire.kakao_code(row["event_code"]),
        "recipientGroupingKey": row["reference"],
        "isAddedChannel": True if brand else None,
        "_links": {"self": {"href": ""}},
    }
