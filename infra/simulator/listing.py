"""GET /messages/v4/list: filters, operators, pages and the message record."""

import json
import re
import sqlite3
from typing import Any

from infra.simulator.codes import status_message
from infra.simulator.ids import account_number, from_iso, iso
from infra.simulator.outcomes import CANCELLED

_NAME = re.compile(r"(\w+)(?:\[(\w+)\])?")
_COLUMNS = {
    "messageId": "message_id",
    "messageIds": "message_id",
    "groupId": "group_id",
    "to": "phone",
    "from": "peer",
    "type": "type",
    "statusCode": "code",
}
_OPERATORS = {
    "eq": "=",
    "ne": "<>",
    "gt": ">",
    "gte": ">=",
    "lt": "<",
    "lte": "<=",
    "like": "LIKE",
}
_PAGING = frozenset({"limit", "startKey", "dateType", "startDate", "endDate"})
_STATUS = {"2000": "PENDING", "3000": "SENDING", "3005": "SENDING", CANCELLED: "FAILED"}
_DEFAULT_LIMIT = 20
_MAX_LIMIT = 500


def find_messages(
    connection: sqlite3.Connection, api_key: str, query: list[tuple[str, str]]
) -> dict[str, Any]:
    """One page, newest first; `nextKey` is the id of the next page's first message.

    Raises ValueError, with the parameter's name, for a filter that makes no sense.
    """
    paging = {name: value for name, value in query if name in _PAGING}
    limit = _limit(paging.get("limit"))
    conditions = ["account = ?", "direction = 'out'"]
    values: list[Any] = [api_key]
    for sql, given in [*_filters(query), *_dates(paging), *_start(connection, paging)]:
        conditions.append(sql)
        values += given
    rows = connection.execute(
        f"SELECT * FROM messages WHERE {' AND '.join(conditions)} ORDER BY created_at DESC, seq DESC LIMIT ?",
        (*values, limit + 1),
    ).fetchall()
    return {
        "limit": limit,
        "startKey": paging.get("startKey"),
        "nextKey": rows[limit]["message_id"] if len(rows) > limit else None,
        "messageList": {row["message_id"]: record(row) for row in rows[:limit]},
    }


def _limit(text: str | None) -> int:
    if text is None:
        return _DEFAULT_LIMIT
    if not text.isdecimal() or not 1 <= int(text) <= _MAX_LIMIT:
        raise ValueError("limit")
    return int(text)


def _filters(query: list[tuple[str, str]]) -> list[tuple[str, list[Any]]]:
    filters: list[tuple[str, list[Any]]] = []
    members: dict[str, list[str]] = {}
    for name, value in query:
        if name in _PAGING:
            continue
        match = _NAME.fullmatch(name)
        column = _COLUMNS.get(match.group(1)) if match else None
        operator = (match.group(2) if match else None) or "eq"
        if column is None or (operator not in _OPERATORS and operator != "in"):
            raise ValueError(name)
        if operator == "in" or name == "messageIds":
            members.setdefault(column, []).extend(_members(value))
        else:
            filters.append((f"{column} {_OPERATORS[operator]} ?", [value]))
    for column, each in members.items():
        filters.append((f"{column} IN (SELECT value FROM json_each(?))", [json.dumps(each)]))
    return filters


def _members(value: str) -> list[str]:
    """`["a","b"]` or `a,b`: both are in use."""
    if value.startswith("["):
        try:
            return [str(each) for each in json.loads(value)]
        except ValueError:
            raise ValueError("in") from None
    return value.split(",")


def _dates(paging: dict[str, str]) -> list[tuple[str, list[Any]]]:
    kind = paging.get("dateType", "CREATED").upper()
    if kind not in ("CREATED", "UPDATED"):
        raise ValueError("dateType")
    column = "created_at" if kind == "CREATED" else "updated_at"
    conditions: list[tuple[str, list[Any]]] = []
    for name, operator in (("startDate", ">="), ("endDate", "<=")):
        if name in paging:
            at = from_iso(paging[name])
            if at is None:
                raise ValueError(name)
            conditions.append((f"{column} {operator} ?", [at]))
    return conditions


def _start(connection: sqlite3.Connection, paging: dict[str, str]) -> list[tuple[str, list[Any]]]:
    if "startKey" not in paging:
        return []
    row = connection.execute(
        "SELECT created_at, seq FROM messages WHERE message_id = ?", (paging["startKey"],)
    ).fetchone()
    if row is None:
        raise ValueError("startKey")
    return [("(created_at, seq) <= (?, ?)", [row["created_at"], row["seq"]])]


def record(row: sqlite3.Row) -> dict[str, Any]:
    """One message as the lists show it."""
    kakao = json.loads(row["kakao"]) if row["kakao"] else {}
    return {
        "_id": row["message_id"],
        "messageId": row["message_id"],
        "groupId": row["group_id"],
        "accountId": account_number(row["account"]),
        "type": row["type"],
        "text": row["text"],
        "subject": row["subject"],
        "from": kakao.pop("from", row["peer"]),
        "to": row["phone"],
        "country": row["country"],
        "imageId": row["image_id"],
        "status": _STATUS.get(row["code"], "COMPLETE"),
        "statusCode": _shown(row["code"]),
        "reason": status_message(_shown(row["code"])),
        "networkCode": None,
        "networkName": None,
        "log": [],
        "replacement": False,
        "autoTypeDetect": True,
        "resendCount": 0,
        "customFields": json.loads(row["custom"]),
        "queues": [],
        "currentQueue": None,
        "dateProcessed": iso(row["processed_at"]),
        "dateReported": iso(row["settled_at"]),
        "dateReceived": iso(row["settled_at"]),
        "dateCreated": iso(row["created_at"]),
        "dateUpdated": iso(row["updated_at"]),
        "kakaoOptions": kakao or None,
        "naverOptions": None,
        "rcsOptions": None,
    }


def _shown(code: str) -> str:
    """A cancelled message keeps the code it was taken with; only its status tells."""
    return "2000" if code == CANCELLED else code
