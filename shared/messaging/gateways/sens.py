"""The gateway of Naver Cloud SENS v2: texts, Alimtalk and brand messages.

SENS calls nobody back and carries no reference of ours: results are asked for by request, and what a
lost answer left open is judged by the list of requests (`listed`).
"""

import base64
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import quote, urlencode, urlsplit

from shared.messaging.gateways import multipart, neutral_inbound, sens_catalogue
from shared.messaging.gateways import sens_codes as codes
from shared.messaging.gateways import sens_wire as wire
from shared.messaging.gateways.calling import (
    CALL_SECONDS,
    Caller,
    json_or_none,
    question_error,
    send_error,
    told_of_each,
)
from shared.messaging.gateways.exchanging import Exchange
from shared.messaging.gateways.gateway import (
    Acceptance,
    CarrierImage,
    CarrierOptOut,
    CarrierRefused,
    CarrierSender,
    CarrierTemplate,
    DeliveryEvent,
    ImageUse,
    InboundMessage,
    Kinds,
    LookUpFailed,
    MalformedReport,
    MessageKind,
    NewTemplate,
    NotOffered,
    OutcomeUnknown,
    OutgoingMessage,
)
from shared.messaging.gateways.grouping import check_batch
from shared.messaging.gateways.listed import ListedMessage, ListedRequest, Sought
from shared.messaging.gateways.request_ids import RequestId, by_request, plain_request, split_unrepeated

_JSON = "application/json; charset=utf-8"
_PAGE = 100
_MOST_PAGES = 2000
# SENS refuses requests whose time is off by more than this, so its clock may differ as much.
_CLOCK_SKEW = timedelta(minutes=5)
_FILE_LIFE, _BUBBLE_IMAGE_LIFE = timedelta(days=6), timedelta(days=360)


class SensGateway:
    """One SENS account: an access key with the services of a project. Thread-safe and cheap to make.

    `sms_service` and `kakao_service` are the services' ids; an empty one means that the account has none.
    `clock` gives milliseconds since 1970; it and `client` are injected for tests.
    """

    max_batch = 100
    pushes_reports = False

    def __init__(
        self,
        base_url: str,
        access_key: str,
        secret_key: str,
        *,
        sms_service: str = "",
        kakao_service: str = "",
        webhook_secret: str = "",
        call_seconds: float = CALL_SECONDS,
        send: Exchange | None = None,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self._access_key = access_key
        self._secret_key = secret_key
        self._webhook_secret = webhook_secret
        self._bases = {
            "sms": f"/sms/v2/services/{_part(sms_service)}",
            "alimtalk": f"/alimtalk/v2/services/{_part(kakao_service)}",
            "brand": f"/brandmessage/v2/services/{_part(kakao_service)}",
        }
        texts = wire.TEXT_KINDS if sms_service else frozenset[MessageKind]()
        self.kinds: frozenset[MessageKind] = texts | (wire.KAKAO_KINDS if kakao_service else frozenset())
        self._caller = Caller(base_url, call_seconds=call_seconds, send=send)
        self._own_path = urlsplit(base_url).path.rstrip("/")
        self._clock = clock

    @classmethod
    def open(cls, base_urls: Sequence[str], credentials: Mapping[str, str], call_seconds: float) -> Self:
        """From an account's credentials: `api_key`, `api_secret` and, as given,
        `sms_service`, `kakao_service`, `webhook_secret`.
        """
        return cls(
            base_urls[0],
            credentials["api_key"],
            credentials["api_secret"],
            sms_service=credentials.get("sms_service", ""),
            kakao_service=credentials.get("kakao_service", ""),
            webhook_secret=credentials.get("webhook_secret", ""),
            call_seconds=call_seconds,
        )

    def split(self, messages: Sequence[OutgoingMessage]) -> list[list[OutgoingMessage]]:
        """See `Gateway.split`: one kind, sender, picture and time a request, and no number twice."""
        return split_unrepeated(messages, wire.request_key, self.max_batch)

    def send(self, messages: Sequence[OutgoingMessage]) -> list[Acceptance]:
        """See `Gateway.send`. What SENS would silently cut or drop is refused here, as content."""
        check_batch(messages, self.max_batch)
        if len(self.split(messages)) != 1:
            raise ValueError("these messages do not go in one request")
        unfit = {message.reference: code for message in messages if (code := self._unfit(message))}
        fit = [message for message in messages if message.reference not in unfit]
        answers = {answer.reference: answer for answer in (self._send(fit) if fit else [])}
        return [
            answers.get(message.reference)
            or Acceptance(message.reference, False, None, None, unfit[message.reference], "content")
            for message in messages
        ]

    def look_up(
        self, references: Iterable[str], *, since: datetime, until: datetime, kinds: Kinds = None
    ) -> list[DeliveryEvent]:
        """Not offered: SENS does not carry our reference. See `listed`."""
        raise NotOffered("look_up")

    def look_up_ids(self, carrier_message_ids: Iterable[str]) -> list[DeliveryEvent]:
        """See `Gateway.look_up_ids`: a call for each 100 messages of a request, and for results left out."""
        return told_of_each(by_request(carrier_message_ids).items(), self._results)

    def listed(self, sought: Sought) -> list[ListedRequest]:
        """See `ListsRequests.listed`. Texts that the list leaves out are asked for one by one: of messages to
        the sought numbers only, or thousands that are lost would be asked for with each few of them.
        """
        window = {
            "requestStartTime": wire.query_time(sought.since - _CLOCK_SKEW),
            "requestEndTime": wire.query_time(sought.until + _CLOCK_SKEW),
        }
        found: list[ListedRequest] = []
        if sought.kinds & wire.TEXT_KINDS:
            found += self._listed("sms", window, sought)
        for kind in sought.kinds & wire.KAKAO_KINDS:
            for channel in sorted(sought.channels):
                found += self._listed(str(kind), {**window, "plusFriendId": channel}, sought)
        return found

    def verify(self, headers: Mapping[str, str]) -> bool:
        """See `Gateway.verify`: SENS calls nobody; a relay of inbound texts shows the secret we gave it."""
        return neutral_inbound.shows_secret(headers, self._webhook_secret)

    def parse_reports(self, headers: Mapping[str, str], raw_body: bytes) -> list[DeliveryEvent]:
        """See `Gateway.parse_reports`: SENS pushes none."""
        raise MalformedReport("SENS pushes no reports")

    def parse_opt_outs(self, headers: Mapping[str, str], raw_body: bytes) -> list[CarrierOptOut]:
        """See `Gateway.parse_opt_outs`: SENS only lists them."""
        return []

    def parse_inbound(self, headers: Mapping[str, str], raw_body: bytes) -> list[InboundMessage]:
        """See `Gateway.parse_inbound`: the neutral shape."""
        return neutral_inbound.parse(raw_body)

    def balance(self) -> int:
        """Not offered: SENS is billed afterwards."""
        raise NotOffered("balance")

    def senders(self) -> list[CarrierSender]:
        """See `Gateway.senders`: Kakao channels; numbers are shown in the console only."""
        if not self.kinds & wire.KAKAO_KINDS:
            raise NotOffered("senders")
        items = sens_catalogue.items(self._ask("GET", f"{self._bases['alimtalk']}/channels"))
        return [each for each in map(sens_catalogue.channel, items) if each]

    def templates(self, channel_id: str) -> list[CarrierTemplate]:
        """See `Gateway.templates`: Alimtalk's."""
        if not self.kinds & wire.KAKAO_KINDS:
            raise NotOffered("templates")
        items = self._pages(f"{self._bases['alimtalk']}/templates", {"channelId": channel_id})
        return [each for each in map(sens_catalogue.template, items) if each is not None]

    def create_template(self, template: NewTemplate) -> CarrierTemplate:
        """Not offered: templates are registered in the console."""
        raise NotOffered("create_template")

    def request_inspection(self, channel_id: str, code: str) -> None:
        """Not offered: templates are submitted in the console."""
        raise NotOffered("request_inspection")

    def upload_image(self, name: str, jpeg: bytes, use: ImageUse = "mms") -> CarrierImage:
        """See `Gateway.upload_image`: SENS keeps a picture for six days, one of a bubble for a year."""
        if ("mms" if use == "mms" else "brand") not in self.kinds:
            raise NotOffered("upload_image")
        if use != "mms":
            return self._upload_for_bubble(name, jpeg, use)
        body = {"fileName": sens_catalogue.file_name(name), "fileBody": base64.b64encode(jpeg).decode()}
        answer = wire.as_object(self._change("POST", f"{self._bases['sms']}/files", wire.encode_json(body)))
        file_id = plain_request(answer.get("fileId"))
        if file_id is None:
            raise LookUpFailed("UNREADABLE_ANSWER", retryable=False)
        return CarrierImage(file_id, wire.timestamp(answer.get("expireTime")) or self._now() + _FILE_LIFE)

    def _upload_for_bubble(self, name: str, jpeg: bytes, use: ImageUse) -> CarrierImage:
        form = {"imageType": sens_catalogue.IMAGE_TYPES[use]}
        content_type, body = multipart.encode(form, "imageFile", name, jpeg)
        answer = wire.as_object(self._change("POST", f"{self._bases['brand']}/images", body, content_type))
        image_id = plain_request(answer.get("imageId"))
        if image_id is None:
            raise LookUpFailed("UNREADABLE_ANSWER", retryable=False)
        return CarrierImage(image_id, self._now() + _BUBBLE_IMAGE_LIFE)

    def opt_outs(self, since: datetime) -> list[CarrierOptOut]:
        """See `Gateway.opt_outs`: callers of the 080 number, and numbers that staff typed in."""
        if not self.kinds & wire.TEXT_KINDS:
            raise NotOffered("opt_outs")
        window = {"startTime": str(int(since.timestamp() * 1000)), "endTime": str(self._clock())}
        items = self._pages(f"{self._bases['sms']}/unsubscribes", window)
        return [each for each in map(sens_catalogue.refusal, items) if each is not None]

    def cancel(self, carrier_message_ids: Iterable[str]) -> set[str]:
        """See `Gateway.cancel`. SENS cancels whole requests, so one of which not all was asked stays."""
        cancelled: set[str] = set()
        for request, ids in by_request(carrier_message_ids).items():
            if request.channel.endswith("-reserved") and len(ids) == request.size:
                cancelled |= ids if self._cancel(request) else set()
        return cancelled

    def _unfit(self, message: OutgoingMessage) -> str | None:
        return wire.unfit(message) if message.kind in self.kinds else "NO_SERVICE"

    def _send(self, messages: Sequence[OutgoingMessage]) -> list[Acceptance]:
        path = f"{self._bases[_api(wire.channel_of(messages[0]))]}/messages"
        body = wire.encode_json(wire.encode(messages))
        response = self._caller.submit(path, headers=self._headers("POST", path), body=body)
        if not response.is_success:
            raise send_error(response, wire.error_code(json_or_none(response)))
        acceptances = wire.decode_acceptances(json_or_none(response), messages, self._access_key)
        if acceptances is None:
            raise OutcomeUnknown("UNREADABLE_ANSWER")
        return acceptances

    def _results(self, request: RequestId, ids: Collection[str]) -> list[DeliveryEvent]:
        api = _api(request.channel)
        rows = self._rows(api, {"requestId": request.request})
        rows = (row for row in rows if row.get("requestId") in (None, request.request))
        own = [(row, request.of(str(row.get("to")), self._access_key)) for row in rows]
        if not own and request.channel.endswith("-reserved"):
            return self._reserved(request, ids)
        decoded = [wire.decode_row(self._told(api, row), api, each) for row, each in own if each in ids]
        return [event for event in decoded if event is not None]

    def _reserved(self, request: RequestId, ids: Iterable[str]) -> list[DeliveryEvent]:
        """What became of a reservation that the list does not know yet."""
        path = f"{self._bases[_api(request.channel)]}/reservations/{_part(request.request)}/reserve-status"
        status = str(wire.as_object(self._ask("GET", path)).get("reserveStatus"))
        if status not in codes.RESERVATIONS:
            raise LookUpFailed("UNREADABLE_ANSWER", retryable=True)
        outcome, reason = codes.RESERVATIONS[status]
        return [DeliveryEvent(None, each, status, outcome, reason, None) for each in ids]

    def _listed(self, api: str, query: Mapping[str, str], sought: Sought) -> list[ListedRequest]:
        by_id: dict[str, list[wire.JsonObject]] = defaultdict(list)
        for row in self._rows(api, query):
            request_id = plain_request(row.get("requestId"))
            if request_id is None:
                raise LookUpFailed("UNREADABLE_RECORD", retryable=True)
            by_id[request_id].append(row)
        unread = Counter({each: len(rows) for each, rows in by_id.items()}) - Counter(sought.known)
        return [found for each in unread if (found := self._request(api, each, by_id[each], sought)).messages]

    def _request(
        self, api: str, request_id: str, rows: Sequence[wire.JsonObject], sought: Sought
    ) -> ListedRequest:
        request = RequestId(api, request_id, len(rows))
        messages = tuple(self._message(api, request, row) for row in rows if sought.about(_number(row)))
        kind, at = wire.kind_of(rows[0], api, sought.kinds), wire.timestamp(rows[0].get("requestTime"))
        # What is listed of a time was taken in it: a moment outside of it was written in another zone.
        if at and not sought.since - 2 * _CLOCK_SKEW <= at <= sought.until + 2 * _CLOCK_SKEW:
            at = None
        return ListedRequest(request_id, kind, at, messages)

    def _message(self, api: str, request: RequestId, row: wire.JsonObject) -> ListedMessage:
        number = str(row.get("to"))
        event = wire.decode_row(row, api, request.of(number, self._access_key))
        if event is None:
            raise LookUpFailed("UNREADABLE_RECORD", retryable=True)
        return ListedMessage(number, event, wire.text_of(row) or self._text(api, row))

    def _text(self, api: str, row: wire.JsonObject) -> str | None:
        rows = self._single(api, row)
        return next((text for each in rows if (text := wire.text_of(each)) is not None), None)

    def _told(self, api: str, row: wire.JsonObject) -> wire.JsonObject:
        """The row with its result, asked for by itself where the list names none."""
        if wire.has_result(row, api) or plain_request(row.get("messageId")) is None:
            return row
        return next((row | each for each in self._single(api, row) if wire.has_result(each, api)), row)

    def _single(self, api: str, row: wire.JsonObject) -> list[wire.JsonObject]:
        """What is told of one message: texts come in a list of one, Kakao messages plain."""
        message_id = plain_request(row.get("messageId"))
        if message_id is None:
            raise LookUpFailed("UNREADABLE_RECORD", retryable=True)
        answer = wire.as_object(self._ask("GET", f"{self._bases[api]}/messages/{_part(message_id)}"))
        return [*wire.as_items(answer.get("messages")), answer]

    def _rows(self, api: str, query: Mapping[str, str]) -> Iterator[wire.JsonObject]:
        """The rows of a list, page by page; a page that cannot be read is an error, not the end."""
        token: dict[str, str] = {}
        seen: set[str] = set()
        while True:
            path = f"{self._bases[api]}/messages"
            answer = self._ask("GET", path, {**query, "pageSize": str(_PAGE), **token})
            page = wire.decode_page(answer)
            if page is None:
                raise LookUpFailed("UNREADABLE_ANSWER", retryable=True)
            yield from page[0]
            if page[1] is None:
                return
            if page[1] in seen or len(seen) > _MOST_PAGES:
                raise LookUpFailed("ENDLESS_LIST", retryable=True)
            seen.add(page[1])
            token = {"nextToken": page[1]}

    def _pages(self, path: str, query: Mapping[str, str]) -> list[wire.JsonObject]:
        """The items of a catalogue up to a page that is not full, or that comes a second time."""
        found: list[wire.JsonObject] = []
        for index in range(_MOST_PAGES):
            paging = {"pageSize": str(_PAGE), "pageIndex": str(index)}
            page = sens_catalogue.items(self._ask("GET", path, {**query, **paging}))
            if page == found[-_PAGE:]:
                break
            found += page
            if len(page) < _PAGE:
                break
        return found

    def _ask(self, method: str, path: str, query: Mapping[str, str] | None = None) -> object:
        """The answer to a question; an empty 404 is SENS's way to say that the list is empty."""
        uri = f"{path}?{urlencode(query, quote_via=quote)}" if query else path
        response = self._caller.ask(uri, headers=self._headers(method, uri), method=method)
        if response.status_code == 404 and wire.says_empty(response.content, json_or_none(response)):
            return {"messages": []}
        if not response.is_success:
            raise question_error(response, wire.error_code(json_or_none(response)))
        return json_or_none(response)

    def _change(self, method: str, path: str, body: bytes = b"", content_type: str = _JSON) -> object:
        """A call that changes something there and sends nothing. Raises LookUpFailed, CarrierRefused."""
        headers = self._headers(method, path, content_type)
        response = self._caller.ask(path, headers=headers, method=method, body=body)
        if response.is_success:
            return json_or_none(response)
        error = send_error(response, wire.error_code(json_or_none(response)))
        if isinstance(error, CarrierRefused):
            raise error
        raise LookUpFailed(error.code, retryable=True)

    def _cancel(self, request: RequestId) -> bool:
        path = f"{self._bases[_api(request.channel)]}/reservations/{_part(request.request)}"
        try:
            self._change("DELETE", path)
        except CarrierRefused:
            return False  # it has left, or was never reserved
        return True

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock() / 1000, UTC)

    def _headers(self, method: str, uri: str, content_type: str = _JSON) -> dict[str, str]:
        stamp = str(self._clock())
        signed = wire.signature(method, self._own_path + uri, stamp, self._access_key, self._secret_key)
        return {
            "Content-Type": content_type,
            "x-ncp-apigw-timestamp": stamp,
            "x-ncp-iam-access-key": self._access_key,
            "x-ncp-apigw-signature-v2": signed,
        }


def _part(value: str) -> str:
    """A part of a path. The colons of a service's id stay as they are, also in what is signed."""
    return quote(value, safe=":")


def _number(row: wire.JsonObject) -> str:
    if not isinstance(row.get("to"), str):
        raise LookUpFailed("UNREADABLE_RECORD", retryable=True)
    return str(row["to"])


def _api(channel: str) -> str:
    return channel.removesuffix("-reserved")
