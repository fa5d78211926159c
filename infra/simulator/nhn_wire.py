"""What NHN Cloud's two products have in common: envelope, codes, times, request ids, lists."""

import json
import random
import string
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import falcon

from infra.simulator.errors import CarrierError
from infra.simulator.ids import now_ms
from infra.simulator.outcomes import CANCELLED, PENDING

SEOUL = ZoneInfo("Asia/Seoul")
MAX_RECIPIENTS = 1000
OK: dict[str, Any] = {"isSuccessful": True, "resultCode": 0, "resultMessage": "SUCCESS"}

_MESSAGES = {
    4: "Parameter validation failed.",
    -1000: "Invalid appKey.",
    -1001: "Service is not exist.",
    -2016: "The max recipient size is 1000.",
    -2022: "requestDate is not before currentDate",
    -2023: "Unacceptable characters in title and body",
    -2312: "Not regist sendno.",
    -9996: "Only application/json Content-type is supported.",
    -9997: "Invalid API parameters.",
}
# The network's neutral codes in those of either product.
_TEXT_CODES = {
    "4000": "1000",
    "3032": "3001",
    "3040": "1019",
    "3042": "2005",
    "3043": "2003",
    "3054": "3012",
}
_KAKAO_CODES = {
    "4000": "1000",
    "3005": "3005",
    "3032": "3019",
    "3040": "4143",
    "3042": "3018",
    "3043": "3018",
    "3054": "1027",
    "3102": "2003",
    "3104": "3019",
    "3107": "3020",
    "3108": "3022",
}
_LONGEST_RANGE = timedelta(days=31)


class NhnRefusal(CarrierError):
    """A refusal in NHN's envelope. As a rule it is HTTP 200; the header says that nothing was done."""

    def __init__(self, code: int, *, status: int = 200, **more: Any) -> None:
        super().__init__(str(code))
        self.code = code
        self.status = status
        self.more = more

    def write(self, resp: falcon.Response) -> None:
        """See `CarrierError.write`."""
        resp.status = self.status
        message = _MESSAGES.get(self.code, "FAIL")
        header = {"isSuccessful": False, "resultCode": self.code, "resultMessage": message}
        resp.media = {"header": header, **self.more}


def encode(answer: dict[str, Any]) -> bytes:
    """A successful answer in the envelope."""
    return json.dumps({"header": OK, **answer}, ensure_ascii=False).encode()


def json_body(req: falcon.Request) -> dict[str, Any]:
    """The request's JSON object. Raises NhnRefusal (-9996, -9997)."""
    if (req.content_type or "").split(";")[0].strip() != falcon.MEDIA_JSON:
        raise NhnRefusal(-9996)
    try:
        body = json.loads(req.bounded_stream.read())
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        raise NhnRefusal(-9997) from None
    if not isinstance(body, dict):
        raise NhnRefusal(-9997)
    return body


def new_request_id() -> str:
    """`20180810100630ReZQ6KZzAH0`: a Korean time and eleven letters or digits."""
    stamp = datetime.now(SEOUL).strftime("%Y%m%d%H%M%S")
    return stamp + "".join(random.choices(string.ascii_letters + string.digits, k=11))  # noqa: S311


def request_time(value: object, *, past: int, malformed: int, too_far: int, days: int) -> int | None:
    """`requestDate` in milliseconds, None when it is not given. Raises NhnRefusal with the given codes."""
    if value is None:
        return None
    at = parse_minute(value)
    if at is None:
        raise NhnRefusal(malformed)
    if at < now_ms() - 60_000:
        raise NhnRefusal(past)
    if at > now_ms() + days * 24 * 3600 * 1000:
        raise NhnRefusal(too_far)
    return at


def parse_minute(value: object) -> int | None:
    """Milliseconds of `yyyy-MM-dd HH:mm` (seconds may follow) in Korea; None when it is no such time."""
    for shape in ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"):
        try:
            parsed = datetime.strptime(str(value), shape).replace(tzinfo=SEOUL)
        except ValueError:
            continue
        return int(parsed.timestamp() * 1000)
    return None


def korean(at_ms: int | None, shape: str = "%Y-%m-%d %H:%M:%S.0") -> str | None:
    """A time as NHN's lists show it; reports have `%Y-%m-%dT%H:%M:%S`."""
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, SEOUL).strftime(shape)


def text_code(code: str) -> str | None:
    """A neutral code, or one of NHN's own from reception, in the SMS product; None while it is no end."""
    return None if code in PENDING or code == CANCELLED else _TEXT_CODES.get(code, code)


def kakao_code(code: str) -> str | None:
    """The same for KakaoTalk Bizmessage, where 3005 is told before the end."""
    if code == "3005":
        return code
    return None if code in PENDING or code == CANCELLED else _KAKAO_CODES.get(code, code)


def paging(req: falcon.Request) -> tuple[int, int]:
    """Page number from 1 and page size (15, at most 1,000)."""
    size = req.get_param_as_int("pageSize", min_value=1, max_value=1000, default=15)
    return req.get_param_as_int("pageNum", min_value=1, default=1), size


def window(
    req: falcon.Request, names: Sequence[str], *, missing: int, too_long: int
) -> tuple[int, int] | None:
    """The first given pair of `start…`/`end…`; None when a requestId was given instead.

    Raises NhnRefusal.
    """
    if req.get_param("requestId"):
        return None
    for name in names:
        begins, ends = (parse_minute(req.get_param(f"{edge}{name}")) for edge in ("start", "end"))
        if begins is None or ends is None:
            continue
        if ends - begins > _LONGEST_RANGE.total_seconds() * 1000:
            raise NhnRefusal(too_long)
        return begins, ends + 59_999
    raise NhnRefusal(missing)


def recipients(body: dict[str, Any], *, empty: int, too_many: int) -> list[dict[str, Any]]:
    """`recipientList`. Raises NhnRefusal."""
    listed = body.get("recipientList")
    if not isinstance(listed, list) or not listed:
        raise NhnRefusal(empty)
    if len(listed) > MAX_RECIPIENTS:
        raise NhnRefusal(too_many)
    if not all(isinstance(each, dict) for each in listed):
        raise NhnRefusal(4)
    return listed


def grouping_key(item: dict[str, Any], name: str) -> str | None:
    """A grouping key: at most 100 characters. Raises NhnRefusal."""
    value = item.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > 100:
        raise NhnRefusal(4)
    return value
