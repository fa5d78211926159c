"""A camp under fire: its account, its list and its campaigns; and reports as its carrier words them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults.recipients import Recipient
from tests.stack import Camp


@dataclass
class Front:
    """One camp, at one carrier."""

    carrier: str
    camp: Camp
    api_key: str
    campaigns: list[str]
    voters: list[Recipient]

    @property
    def is_called(self) -> bool:
        """Whether its carrier calls the hub; others are asked, and nobody can forge their reports."""
        return self.carrier in _CALLS

    @property
    def is_referred_to(self) -> bool:
        """Whether its carrier carries our references; of others the requests are compared."""
        return self.carrier in _CALLS


def reports(front: Front, messages: Sequence[tuple[dict[str, Any], bool]], secret: str) -> tuple[Any, Any]:
    """Body and headers of a call that says of messages whether they arrived."""
    return _CALLS[front.carrier](messages, secret)


def _of_solapi(messages: Sequence[tuple[dict[str, Any], bool]], secret: str) -> tuple[Any, Any]:
    headers = {
        "X-Solapi-Event-Name": "SINGLE-REPORT",
        "X-Solapi-Secret": hashlib.sha1(secret.encode()).hexdigest(),
    }
    items = [
        {
            "messageId": message["message_id"],
            "groupId": message["group_id"],
            "statusCode": "4000" if arrived else _solapi_code(message),
            "to": message["to"],
            "from": message["from"],
            "type": message["type"],
            "customFields": {"ref": message["reference"]},
            "dateReceived": message["settled_at"],
        }
        for message, arrived in messages
    ]
    return items, headers


def _solapi_code(message: dict[str, Any]) -> str:
    return "3104" if message["code"] == "4000" else str(message["code"])


def _of_nhn(messages: Sequence[tuple[dict[str, Any], bool]], secret: str) -> tuple[Any, Any]:
    hooks = []
    for message, arrived in messages:
        _, request_id, number = message["message_id"].split(":")
        hooks.append(
            {
                "senderType": f"NORMAL_{message['type']}",
                "requestId": request_id,
                "recipientSeq": int(number),
                "recipientGroupingKey": message["reference"],
                "messageStatus": "COMPLETED" if arrived else "FAILED",
                "resultCode": "1000" if arrived else "3001",
                "receiveDate": message["settled_at"],
            }
        )
    call = {"productName": "SMS", "event": "MESSAGE_RESULT_UPDATE", "hooks": hooks}
    return call, {"X-Toast-Webhook-Signature": secret}


_CALLS = {"solapi": _of_solapi, "nhn": _of_nhn}
