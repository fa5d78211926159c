"""SENS's message lists: windows, pages, and rows in SENS's own codes."""

import json
import sqlite3
from typing import Any

from infra.simulator import seoul
from infra.simulator.outcomes import ACCEPTED, CANCELLED, UNCONFIRMED
from infra.simulator.sens_errors import Refusal

_FORM = "%Y-%m-%d %H:%M:%S"
_LONGEST = {"request": 30 * 24 * 3600 * 1000, "complete": 24 * 3600 * 1000}
_COLUMNS = {"request": "created_at", "complete": "settled_at"}
_KINDS = {"sms": "('SMS', 'LMS', 'MMS')", "alimtalk": "('ATA')", "brand": "('BMS_FREE')"}
_MOST = 100

# Neutral code → the telephone carriers' common result codes with their words.
_TEXT_CODES = {
    "4000": ("0", "성공"),
    "3011": ("3009", "메시지 형식 오류"),
    "3032": ("3001", "가입자 없음"),
    "3040": ("2000", "전송 시간 초과"),
    "3042": ("2004", "음영 지역"),
    "3043": ("2002", "단말기 전원 꺼짐"),
    "3047": ("3006", "착신 거절"),
    "3054": ("3012", "스팸"),
}
_KAKAO_CODES = {
    "4000": ("0000", "성공"),
    "3032": ("3008", "전화번호 오류"),
    "3040": ("4143", "유효 기간 만료"),
    "3043": ("3018", "메시지를 전송할 수 없음"),
    "3054": ("3018", "메시지를 전송할 수 없음"),
    "3103": ("3016", "메시지 내용이 템플릿과 일치하지 않음"),
    "3104": ("3019", "카카오톡을 사용하지 않는 사용자"),
    "3107": ("3020", "알림톡 수신을 차단한 사용자"),
}
_OTHER = ("3014", "기타")


def find(
    connection: sqlite3.Connection, api_key: str, api: str, query: dict[str, str], now: int
) -> dict[str, Any]:
    """One page in the order of arrival. Raises Refusal, 404 when there is nothing."""
    conditions = ["account = ?", "direction = 'out'", "accepted", "coalesce(send_at, 0) <= ?"]
    values: list[Any] = [api_key, now]
    for sql, given in _window(query):
        conditions.append(sql)
        values += given
    if api != "sms" and "requestId" not in query and "plusFriendId" not in query:
        raise Refusal(400, "plusFriendId: 필수 값입니다.")
    for name, column in (("plusFriendId", "peer"), ("to", "phone"), ("messageId", "message_id")):
        if name in query:
            conditions.append(f"{column} = ?")
            values.append(query[name])
    size, after = _number(query, "pageSize", 20), _number(query, "nextToken", 0, most=2**62)
    rows = connection.execute(
        f"SELECT * FROM messages WHERE {' AND '.join(conditions)} AND type IN {_KINDS[api]} AND seq > ?"
        " ORDER BY seq LIMIT ?",
        (*values, after, size + 1),
    ).fetchall()
    if not rows:
        raise Refusal(404)
    more = len(rows) > size
    answer: dict[str, Any] = {"messages": [row_of(row, api) for row in rows[:size]], "hasMore": more}
    if more:
        answer["nextToken"] = str(rows[size - 1]["seq"])
    return {"statusCode": "202", "statusName": "success", **answer} if api == "sms" else answer


def _window(query: dict[str, str]) -> list[tuple[str, list[Any]]]:
    if "requestId" in query:
        return [("group_id = ?", [query["requestId"]])]
    for name, column in _COLUMNS.items():
        bounds = [seoul.read(query.get(f"{name}{end}Time"), _FORM) for end in ("Start", "End")]
        if None not in bounds:
            since, until = bounds[0] or 0, bounds[1] or 0
            if not 0 <= until - since <= _LONGEST[name]:
                raise Refusal(400, "조회 기간이 올바르지 않습니다.")
            return [(f"{column} BETWEEN ? AND ?", [since, until + 999])]
    raise Refusal(400, "requestId 또는 조회 기간이 필요합니다.")


def _number(query: dict[str, str], name: str, default: int, most: int = _MOST) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise Refusal(400, f"{name}: 값이 올바르지 않습니다.")
    return int(text)


def row_of(row: sqlite3.Row, api: str) -> dict[str, Any]:
    """A message as the lists show it: without its text."""
    common = {
        "requestId": row["group_id"],
        "messageId": row["message_id"],
        "requestTime": seoul.written(row["created_at"], "%Y-%m-%dT%H:%M:%S"),
        "completeTime": seoul.written(row["settled_at"], "%Y-%m-%dT%H:%M:%S") or None,
        "countryCode": "82",
        "to": row["phone"],
    }
    return common | (_text(row) if api == "sms" else _kakao(row))


def _text(row: sqlite3.Row) -> dict[str, Any]:
    ended = row["settled_at"] is not None
    code, words = _TEXT_CODES.get(row["code"], _OTHER) if ended else (None, None)
    return {
        "contentType": json.loads(row["custom"]).get("contentType", "COMM"),
        "type": row["type"],
        "from": row["peer"],
        "telcoCode": "SKT" if ended else None,
        "status": "COMPLETED" if ended else "READY" if row["code"] == ACCEPTED else "PROCESSING",
        "statusCode": code,
        "statusName": None if not ended else "success" if code == "0" else "fail",
        "statusMessage": words,
    }


def _kakao(row: sqlite3.Row) -> dict[str, Any]:
    ended = row["settled_at"] is not None
    code, words = _KAKAO_CODES.get(row["code"], _OTHER) if ended else (None, None)
    if row["code"] == UNCONFIRMED:
        code, words = "3005", "메시지를 발송했으나 수신 확인이 되지 않음"
    return {
        "plusFriendId": row["peer"],
        "templateCode": json.loads(row["kakao"]).get("templateId"),
        "requestStatusCode": "A000",
        "requestStatusName": "success",
        "requestStatusDesc": "성공",
        "messageStatusCode": code,
        "messageStatusName": "processing" if not ended else "success" if code == "0000" else "fail",
        "messageStatusDesc": words,
    }


def detail(row: sqlite3.Row, api: str) -> dict[str, Any]:
    """One message with its text."""
    full = {**row_of(row, api), "content": row["text"]}
    if api != "sms":
        return full
    full["subject"] = row["subject"]
    return {"statusCode": "200", "statusName": "success", "messages": [full]}


def reserve_status(rows: list[sqlite3.Row], now: int) -> str:
    """What became of a reservation, by the messages of its request."""
    if all(row["code"] == CANCELLED for row in rows):
        return "CANCELED"
    return "READY" if rows[0]["send_at"] > now else "DONE"
