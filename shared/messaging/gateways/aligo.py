"""The Aligo gateway: texts over its SMS API, Alimtalk over its Kakao API.

Aligo calls nobody back and carries no reference of ours: results are asked for by request (`mid`), and
what a lost answer left open is judged by the list of requests (`listed`). Its answers are JSON under
any content type; both APIs take forms and tell errors with HTTP 200.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Self

from shared.messaging.gateways import aligo_catalogue as catalogue
from shared.messaging.gateways import aligo_codes as codes
from shared.messaging.gateways import aligo_wire as wire
from shared.messaging.gateways import neutral_inbound
from shared.messaging.gateways.aligo_client import KAKAO, TEXTS, AligoClient
from shared.messaging.gateways.calling import CALL_SECONDS, told_of_each
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
    Reason,
)
from shared.messaging.gateways.grouping import check_batch
from shared.messaging.gateways.listed import ListedMessage, ListedRequest, Sought
from shared.messaging.gateways.request_ids import RequestId, by_request, plain_request, split_unrepeated

_CLOCK_SKEW = timedelta(minutes=5)
_SEOUL_AHEAD = timedelta(hours=9)
_KINDS: dict[str, MessageKind] = {"SMS": "sms", "LMS": "lms", "MMS": "mms"}
# These speak of single messages: for a request of one they are its answer, not the account's.
_ABOUT_A_MESSAGE = frozenset[Reason]({"invalid_number", "content", "kakao_template"})


class AligoGateway:
    """One Aligo account: a user with an API key, and a number that Kakao messages are sent for.

    Thread-safe. Without `kakao_sender` it sends no Kakao messages, as Aligo wants a registered number
    with each. `seconds` is a clock that only goes forward; it and `client` are injected for tests.
    """

    max_batch = 500
    pushes_reports = False

    def __init__(
        self,
        base_url: str,
        kakao_url: str,
        api_key: str,
        user_id: str,
        *,
        kakao_sender: str = "",
        webhook_secret: str = "",
        call_seconds: float = CALL_SECONDS,
        send: Exchange | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api_key = api_key
        self._kakao_sender = kakao_sender
        self._webhook_secret = webhook_secret
        self._client = AligoClient(
            base_url, kakao_url, api_key, user_id, call_seconds=call_seconds, send=send, seconds=seconds
        )
        kakao = frozenset[MessageKind]({"alimtalk"} if kakao_sender else ())
        self.kinds: frozenset[MessageKind] = wire.TEXT_KINDS | kakao

    @classmethod
    def open(cls, base_urls: Sequence[str], credentials: Mapping[str, str], call_seconds: float) -> Self:
        """From an account's credentials: `api_key`, `user_id` and, as given, `kakao_sender` and
        `webhook_secret`.
        """
        return cls(
            base_urls[0],
            base_urls[1],
            credentials["api_key"],
            credentials["user_id"],
            kakao_sender=credentials.get("kakao_sender", ""),
            webhook_secret=credentials.get("webhook_secret", ""),
            call_seconds=call_seconds,
        )

    def split(self, messages: Sequence[OutgoingMessage]) -> list[list[OutgoingMessage]]:
        """See `Gateway.split`: one kind, sender, title and time a request, and no number twice.

        A picture is sent with one text for all, so an MMS goes with those of the same text.
        """

        def key(message: OutgoingMessage) -> tuple[object, ...]:
            own = message.text if message.kind == "mms" else ""
            return (*wire.request_key(message), own)

        return split_unrepeated(messages, key, self.max_batch)

    def send(self, messages: Sequence[OutgoingMessage]) -> list[Acceptance]:
        """See `Gateway.send`. What Aligo would silently change is refused here, as content."""
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
        """Not offered: Aligo does not carry our reference. See `listed`."""
        raise NotOffered("look_up")

    def look_up_ids(self, carrier_message_ids: Iterable[str]) -> list[DeliveryEvent]:
        """See `Gateway.look_up_ids`: a call for each 500 messages of a request."""
        return told_of_each(by_request(carrier_message_ids).items(), self._results)

    def listed(self, sought: Sought) -> list[ListedRequest]:
        """See `ListsRequests.listed`. Aligo lists by day; what it took at another time is left out."""
        found: list[ListedRequest] = []
        if sought.kinds & wire.TEXT_KINDS:
            found += self._listed(TEXTS, sought)
        if "alimtalk" in sought.kinds:
            found += self._listed(KAKAO, sought)
        return found

    def verify(self, headers: Mapping[str, str]) -> bool:
        """See `Gateway.verify`: Aligo calls nobody; a relay of inbound texts shows the secret we gave it."""
        return neutral_inbound.shows_secret(headers, self._webhook_secret)

    def parse_reports(self, headers: Mapping[str, str], raw_body: bytes) -> list[DeliveryEvent]:
        """See `Gateway.parse_reports`: Aligo pushes none."""
        raise MalformedReport("Aligo pushes no reports")

    def parse_opt_outs(self, headers: Mapping[str, str], raw_body: bytes) -> list[CarrierOptOut]:
        """See `Gateway.parse_opt_outs`: Aligo tells of none."""
        return []

    def parse_inbound(self, headers: Mapping[str, str], raw_body: bytes) -> list[InboundMessage]:
        """See `Gateway.parse_inbound`: the neutral shape."""
        return neutral_inbound.parse(raw_body)

    def balance(self) -> int:
        """Not offered: Aligo tells how many messages are left, see `remaining`."""
        raise NotOffered("balance")

    def remaining(self) -> dict[MessageKind, int]:
        """How many texts of each kind the money left pays for. Raises LookUpFailed."""
        answer = self._client.ask(TEXTS, "/remain/", {})
        counts = {kind: wire.count_of(answer, f"{name}_CNT") for name, kind in _KINDS.items()}
        if None in counts.values():
            raise LookUpFailed("UNREADABLE_ANSWER", retryable=True)
        return {kind: count for kind, count in counts.items() if count is not None}

    def senders(self) -> list[CarrierSender]:
        """See `Gateway.senders`: Kakao channels by sender key; numbers are in the console only."""
        items = wire.as_items(self._client.ask(KAKAO, "/akv10/profile/list/", {}).get("list"))
        return [each for each in map(catalogue.channel, items) if each is not None]

    def templates(self, channel_id: str) -> list[CarrierTemplate]:
        """See `Gateway.templates`; `channel_id` is the sender key."""
        answer = self._client.ask(KAKAO, "/akv10/template/list/", {"senderkey": channel_id})
        items = wire.as_items(answer.get("list"))
        return [each for each in map(catalogue.template, items) if each is not None]

    def create_template(self, template: NewTemplate) -> CarrierTemplate:
        """See `Gateway.create_template`: a draft; Aligo chooses the code."""
        answer = self._client.change(KAKAO, "/akv10/template/add/", catalogue.encode_template(template))
        made = catalogue.template(wire.as_object(answer.get("data")))
        if made is None:
            raise LookUpFailed("UNREADABLE_ANSWER", retryable=False)
        return made

    def request_inspection(self, channel_id: str, code: str) -> None:
        """See `Gateway.request_inspection`."""
        known = next((each for each in self.templates(channel_id) if each.code == code), None)
        if known is None or known.status != "inspecting":
            self._client.change(
                KAKAO, "/akv10/template/request/", {"senderkey": channel_id, "tpl_code": code}
            )

    def upload_image(self, name: str, jpeg: bytes, use: ImageUse = "mms") -> CarrierImage:
        """Not offered: a picture goes with its message, see `OutgoingMessage.image`."""
        raise NotOffered("upload_image")

    def opt_outs(self, since: datetime) -> list[CarrierOptOut]:
        """Not offered: Aligo documents no list of refusals."""
        raise NotOffered("opt_outs")

    def cancel(self, carrier_message_ids: Iterable[str]) -> set[str]:
        """See `Gateway.cancel`. Aligo cancels whole requests, so one of which not all was asked stays."""
        cancelled: set[str] = set()
        for request, ids in by_request(carrier_message_ids).items():
            if len(ids) == request.size and self._cancel(request):
                cancelled |= ids
        return cancelled

    def _unfit(self, message: OutgoingMessage) -> str | None:
        return wire.unfit(message) if message.kind in self.kinds else "NO_SERVICE"

    def _send(self, messages: Sequence[OutgoingMessage]) -> list[Acceptance]:
        answer = self._submit_texts(messages) if _api(messages[0]) == TEXTS else self._submit_kakao(messages)
        if isinstance(answer, list):
            return answer
        request_id, taken, failed = answer
        request = RequestId(_api(messages[0]), request_id, len(messages))
        if taken + failed != len(messages):
            raise OutcomeUnknown("UNREADABLE_ANSWER")
        listed = self._numbers_taken(request, taken) if failed else None
        return [self._acceptance(message, request, listed) for message in messages]

    def _submit_texts(self, messages: Sequence[OutgoingMessage]) -> tuple[str, int, int] | list[Acceptance]:
        path, fields = wire.encode_texts(messages)
        image = messages[0].image if messages[0].kind == "mms" else None
        answer = self._client.submit(TEXTS, path, fields, image)
        code = wire.code_of(answer, "result_code")
        if code is not None and code < 0:
            return _refused(messages, str(code), codes.TEXT_CODES)
        counts = wire.counts(answer, "success_cnt", "error_cnt", len(messages))
        return _read(code == codes.ACCEPTED_TEXT, answer.get("msg_id"), *counts)

    def _submit_kakao(self, messages: Sequence[OutgoingMessage]) -> tuple[str, int, int] | list[Acceptance]:
        fields = wire.encode_alimtalk(messages, self._kakao_sender)
        answer = self._client.submit(KAKAO, "/akv10/alimtalk/send/", fields)
        code = wire.code_of(answer, "code")
        if code is not None and code != codes.ACCEPTED_KAKAO:
            return _refused(messages, str(code), codes.KAKAO_CODES)
        info = wire.as_object(answer.get("info"))
        counts = wire.counts(info, "scnt", "fcnt", len(messages))
        return _read(code == codes.ACCEPTED_KAKAO, info.get("mid"), *counts)

    def _acceptance(
        self, message: OutgoingMessage, request: RequestId, listed: frozenset[str] | None
    ) -> Acceptance:
        if listed is not None and message.to not in listed:
            return Acceptance(message.reference, False, None, request.request, "NOT_TAKEN", "invalid_number")
        own = request.of(message.to, self._api_key)
        return Acceptance(message.reference, True, own, request.request, "1", None)

    def _numbers_taken(self, request: RequestId, taken: int) -> frozenset[str]:
        """Aligo says how many it did not take, and not whom: those are missing from the request's list.

        A list with fewer than the `taken` is not complete yet, and says nothing of those it leaves out.
        """
        try:
            listed = frozenset(wire.digits(message.number) for message in self._messages(request))
        except LookUpFailed as error:
            raise OutcomeUnknown("PARTLY_TAKEN") from error
        if len(listed) < taken:
            raise OutcomeUnknown("PARTLY_TAKEN")
        return listed

    def _results(self, request: RequestId, ids: Collection[str]) -> list[DeliveryEvent]:
        events = [message.event for message in self._messages(request)]
        return [event for event in events if event.carrier_message_id in ids]

    def _messages(self, request: RequestId) -> list[ListedMessage]:
        """All messages of a request as Aligo lists them now."""
        if request.channel == TEXTS:
            rows = self._client.rows(TEXTS, "/sms_list/", {"mid": request.request}, of_one=True)
            return [self._message(request, row, "receiver") for row in rows]
        rows = self._client.rows(KAKAO, "/akv10/history/detail/", {"mid": request.request}, of_one=True)
        return [self._message(request, row, "phone") for row in rows]

    def _message(self, request: RequestId, row: wire.JsonObject, number_name: str) -> ListedMessage:
        number = row.get(number_name)
        if not isinstance(number, str):
            raise LookUpFailed("UNREADABLE_RECORD", retryable=True)
        own = request.of(number, self._api_key)
        if request.channel == TEXTS:
            return ListedMessage(number, wire.decode_text_row(row, own), catalogue.text(row, "msg"))
        return ListedMessage(number, wire.decode_kakao_row(row, own), catalogue.text(row, "message"))

    def _listed(self, api: str, sought: Sought) -> list[ListedRequest]:
        requests: dict[str, ListedRequest] = {}
        since, until = sought.since - _CLOCK_SKEW, sought.until + _CLOCK_SKEW
        for row in self._days(api, since, until):
            at = wire.timestamp(row.get("reg_date") or row.get("regdate"))
            mid, size = plain_request(row.get("mid")), _size(row)
            if mid is None or size is None:
                raise LookUpFailed("UNREADABLE_RECORD", retryable=True)
            if at is not None and not since <= at <= until:
                if not since <= at + _SEOUL_AHEAD <= until:
                    continue
                at = None  # no zone is documented, and read as UTC it was taken in that time
            if mid in requests:
                continue
            if sought.known.get(mid, 0) < size:
                requests[mid] = self._request(api, mid, size, at, row)
        return list(requests.values())

    def _days(self, api: str, since: datetime, until: datetime) -> Iterator[wire.JsonObject]:
        """The requests of each day by itself: which way `limit_day` counts is not documented."""
        for day in wire.days_of(since, until):
            stamp = day.strftime("%Y%m%d")
            if api == TEXTS:
                yield from self._client.rows(TEXTS, "/list/", {"start_date": stamp, "limit_day": "1"})
            else:
                yield from self._client.rows(
                    KAKAO, "/akv10/history/list/", {"startdate": stamp, "enddate": stamp}
                )

    def _request(
        self, api: str, mid: str, size: int, at: datetime | None, row: wire.JsonObject
    ) -> ListedRequest:
        kind = _KINDS.get(str(row.get("type")), "sms") if api == TEXTS else "alimtalk"
        messages = tuple(self._messages(RequestId(api, mid, size)))
        if not messages:
            raise LookUpFailed("UNREADABLE_RECORD", retryable=True)
        return ListedRequest(mid, kind, at, messages, catalogue.text(row, "msg" if api == TEXTS else "mbody"))

    def _cancel(self, request: RequestId) -> bool:
        path = "/cancel/" if request.channel == TEXTS else "/akv10/cancel/"
        try:
            self._client.change(request.channel, path, {"mid": request.request})
        except CarrierRefused:
            return False  # it has left, will within five minutes, or was never reserved
        return True


def _api(message: OutgoingMessage) -> str:
    return TEXTS if message.kind in wire.TEXT_KINDS else KAKAO


def _size(row: wire.JsonObject) -> int | None:
    """How many messages a listed request holds; None when it does not say."""
    size = wire.count_of(row, "sms_count")
    return size if size is not None else wire.count_of(row, "msg_count")


def _read(accepted: bool, request_id: object, taken: int | None, failed: int | None) -> tuple[str, int, int]:
    plain = plain_request(request_id)
    if not accepted or plain is None or taken is None or failed is None:
        raise OutcomeUnknown("UNREADABLE_ANSWER")
    return plain, taken, failed


def _refused(messages: Sequence[OutgoingMessage], code: str, table: Mapping[str, Reason]) -> list[Acceptance]:
    """A refused request: the answer to its one message, or the reason why none of many was taken."""
    reason = codes.refusal(code, table)
    if len(messages) == 1 and reason in _ABOUT_A_MESSAGE:
        return [Acceptance(messages[0].reference, False, None, None, code, reason)]
    raise CarrierRefused(code, retryable=reason == "system")
