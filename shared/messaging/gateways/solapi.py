"""The SOLAPI gateway: sends, look-ups and delivery reports over SOLAPI's v4 protocol."""

import base64
import hmac
import json
import logging
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import quote

from shared.messaging.gateways import neutral_inbound
from shared.messaging.gateways import solapi_catalogue as catalogue
from shared.messaging.gateways import solapi_wire as wire
from shared.messaging.gateways.calling import (
    CALL_SECONDS,
    Caller,
    header,
    json_or_none,
    question_error,
    send_error,
)
from shared.messaging.gateways.exchanging import Answer, Exchange
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
    OutcomeUnknown,
    OutgoingMessage,
)
from shared.messaging.gateways.grouping import check_batch, grouped

log = logging.getLogger(__name__)

_PAGE = 500
_MOST_PAGES = 2000
# Ids in one query string: 50 keep the request line well under 4 kB.
_IDS_PER_QUERY = 50
# SOLAPI takes requests whose date is off by up to 15 minutes, so its clock may differ from ours
# by as much, and a look-up must not miss a message that it dated by its own clock.
_CLOCK_SKEW = timedelta(minutes=15)
_RETRYABLE_ERRORS = frozenset({"RequestTimeTooSkewed"})
# Our salt is new each time, so this means that something on the way sent our request twice, and
# the first copy may have been accepted.
_REPLAYED = "DuplicatedSignature"
_RANK = {"failed": 0, "pending": 1, "delivered": 2}


class SolapiGateway:
    """One SOLAPI account (also the simulator, which speaks the same protocol).

    Thread-safe and cheap to make: all accounts of a process share one client, whose connections
    are kept alive. `call_seconds` is the patience for a call as a whole: later no further piece
    of a request is written and none of an answer read. `clock` returns an aware datetime, `salt`
    12 to 64 characters that never repeat; both are injected for tests, as is `client`.
    """

    kinds: frozenset[MessageKind] = frozenset({"sms", "lms", "mms", "alimtalk", "brand"})
    max_batch = 10_000
    pushes_reports = True

    def __init__(
        self,
        base_url: str,
        api_key: str,
        api_secret: str,
        webhook_secret: str,
        *,
        call_seconds: float = CALL_SECONDS,
        send: Exchange | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        salt: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._api_key = api_key
        self._api_secret = api_secret
        self._webhook_digest = wire.webhook_digest(webhook_secret) if webhook_secret else None
        self._caller = Caller(base_url, call_seconds=call_seconds, send=send)
        self._clock = clock
        self._salt = salt

    @classmethod
    def open(cls, base_urls: Sequence[str], credentials: Mapping[str, str], call_seconds: float) -> Self:
        """From an account's credentials: `api_key`, `api_secret`, `webhook_secret`."""
        api_key, api_secret = credentials["api_key"], credentials["api_secret"]
        hook = credentials.get("webhook_secret", "")
        return cls(base_urls[0], api_key, api_secret, hook, call_seconds=call_seconds)

    def split(self, messages: Sequence[OutgoingMessage]) -> list[list[OutgoingMessage]]:
        """See `Gateway.split`: a request holds any messages that leave at one time."""
        return grouped(messages, lambda message: message.send_at, self.max_batch)

    def send(self, messages: Sequence[OutgoingMessage]) -> list[Acceptance]:
        """See `Gateway.send`. One request, never repeated by itself.

        `allowDuplicates` is on because one number may be due in two campaigns of one batch; that
        nobody gets a message twice is the ledger's promise, not the carrier's.
        """
        check_batch(messages, self.max_batch)
        references = {message.reference: message.to for message in messages}
        body: wire.JsonObject = {
            "messages": [wire.encode_message(message) for message in messages],
            "allowDuplicates": True,
            "showMessageList": True,
        }
        if messages[0].send_at is not None:
            body["scheduledDate"] = _wire_time(messages[0].send_at)
        response = self._post("/messages/v4/send-many/detail", wire.encode_json(body))
        acceptances = wire.decode_acceptances(json_or_none(response), references)
        if acceptances is None:
            raise OutcomeUnknown("UNREADABLE_ANSWER")
        return acceptances

    def look_up(
        self, references: Iterable[str], *, since: datetime, until: datetime, kinds: Kinds = None
    ) -> list[DeliveryEvent]:
        """See `Gateway.look_up`. Walks the message list by creation date, 500 at a time, and
        stops once all were found.
        """
        wanted = set(references)
        found: dict[str, DeliveryEvent] = {}
        window = {
            "dateType": "CREATED",
            "startDate": _wire_time(since - _CLOCK_SKEW),
            "endDate": _wire_time(until + _CLOCK_SKEW),
        }
        for page in self._pages(window) if wanted else ():
            for record in page:
                reference = wire.reference_of(record)
                if reference in wanted:
                    _keep_furthest(found, reference, _event_of(record))
            if len(found) == len(wanted):
                break
        return list(found.values())

    def look_up_ids(self, carrier_message_ids: Iterable[str]) -> list[DeliveryEvent]:
        """See `Gateway.look_up_ids`."""
        ids = list(dict.fromkeys(carrier_message_ids))
        events: list[DeliveryEvent] = []
        for start in range(0, len(ids), _IDS_PER_QUERY):
            some = ids[start : start + _IDS_PER_QUERY]
            for page in self._pages({"messageIds[in]": wire.encode_json(some).decode()}):
                events += filter(None, map(wire.decode_listed, page))
        return events

    def verify(self, headers: Mapping[str, str]) -> bool:
        """See `Gateway.verify`. An account without a webhook secret accepts no report."""
        if self._webhook_digest is None:
            return False
        given = header(headers, "x-solapi-secret").encode("utf-8", "replace")
        return hmac.compare_digest(given, self._webhook_digest.encode())

    def parse_reports(self, headers: Mapping[str, str], raw_body: bytes) -> list[DeliveryEvent]:
        """See `Gateway.parse_reports`. Group reports hold no message and give no event."""
        try:
            body = json.loads(raw_body)
        except (ValueError, RecursionError):
            # `from None`: the JSON error holds the body, and with it phone numbers.
            raise MalformedReport("the report is not JSON") from None
        if not isinstance(body, list | dict):
            raise MalformedReport("the report is no list of messages")
        if header(headers, "x-solapi-event-name") == "GROUP-REPORT":
            return []
        decoded = [wire.decode_event(item) for item in wire.iter_report_items(body)]
        events = [event for event in decoded if event is not None]
        if len(events) < len(decoded):
            log.warning("solapi: skipped %d malformed report items", len(decoded) - len(events))
        return events

    def parse_opt_outs(self, headers: Mapping[str, str], raw_body: bytes) -> list[CarrierOptOut]:
        """See `Gateway.parse_opt_outs`: SOLAPI only lists them."""
        return []

    def parse_inbound(self, headers: Mapping[str, str], raw_body: bytes) -> list[InboundMessage]:
        """See `Gateway.parse_inbound`: SOLAPI documents no shape, so the neutral one."""
        return neutral_inbound.parse(raw_body)

    def balance(self) -> int:
        """See `Gateway.balance`: prepaid money and points together."""
        answer = wire.as_object(self._get("/cash/v1/balance", {}))
        try:
            return int(float(answer["balance"])) + int(float(answer.get("point") or 0))
        except (KeyError, TypeError, ValueError, OverflowError):
            raise LookUpFailed("UNREADABLE_ANSWER", retryable=True) from None

    def senders(self) -> list[CarrierSender]:
        """See `Gateway.senders`: numbers and linked Kakao channels."""
        answer = wire.as_object(self._get("/senderid/v1/numbers", {}))
        numbers = [catalogue.sender(item) for item in wire.as_items(answer.get("senderIds"))]
        listed = self._listed_if_allowed("/kakao/v2/channels", "channelList")
        channels = [catalogue.channel(item) for item in listed]
        return [each for each in numbers + channels if each is not None]

    def templates(self, channel_id: str) -> list[CarrierTemplate]:
        """See `Gateway.templates`."""
        items = self._listed("/kakao/v2/templates", "templateList", {"channelId": channel_id})
        return [each for each in map(catalogue.template, items) if each is not None]

    def create_template(self, template: NewTemplate) -> CarrierTemplate:
        """See `Gateway.create_template`: a draft; the code is SOLAPI's to choose."""
        body = wire.encode_json(catalogue.encode_template(template))
        created = catalogue.template(wire.as_object(self._change("POST", "/kakao/v2/templates", body)))
        if created is None:
            raise LookUpFailed("UNREADABLE_ANSWER", retryable=False)
        return created

    def request_inspection(self, channel_id: str, code: str) -> None:
        """See `Gateway.request_inspection`."""
        known = catalogue.template(wire.as_object(self._get(f"/kakao/v2/templates/{_part(code)}", {})))
        if known is None or known.status not in ("inspecting", "approved"):
            self._change("PUT", f"/kakao/v1/templates/{_part(code)}/inspection")

    def upload_image(self, name: str, jpeg: bytes, use: ImageUse = "mms") -> CarrierImage:
        """See `Gateway.upload_image`: kept until it is deleted."""
        body = {"file": base64.b64encode(jpeg).decode(), "type": catalogue.FILE_TYPES[use], "name": name}
        answer = wire.as_object(self._change("POST", "/storage/v1/files", wire.encode_json(body)))
        file_id = wire.plain_id(answer.get("fileId"))
        if file_id is None:
            raise LookUpFailed("UNREADABLE_ANSWER", retryable=False)
        return CarrierImage(file_id)

    def opt_outs(self, since: datetime) -> list[CarrierOptOut]:
        """See `Gateway.opt_outs`: callers of the 080 number since then, and every number staff blocked."""
        items = [
            *self._listed("/iam/v1/black", "blackList", {"type": "DENIAL"}),
            *self._listed_if_allowed("/iam/v1/block/numbers", "blockNumbers"),
        ]
        return [each for each in (catalogue.refusal(item, since) for item in items) if each is not None]

    def cancel(self, carrier_message_ids: Iterable[str]) -> set[str]:
        """See `Gateway.cancel`. SOLAPI cancels whole groups, so one of which not all was asked stays."""
        wanted = set(carrier_message_ids)
        cancelled: set[str] = set()
        for group_id in self._groups_of(wanted):
            pages = self._pages({}, f"/messages/v4/groups/{_part(group_id)}/messages")
            members = {each for page in pages for item in page if (each := wire.message_id(item))}
            if members <= wanted and self._cancel_group(group_id):
                cancelled |= members
        return cancelled

    def _groups_of(self, message_ids: Iterable[str]) -> list[str]:
        ids, groups = sorted(message_ids), dict[str, None]()
        for start in range(0, len(ids), _IDS_PER_QUERY):
            some = wire.encode_json(ids[start : start + _IDS_PER_QUERY]).decode()
            for page in self._pages({"messageIds[in]": some}):
                groups |= {each: None for item in page if (each := wire.plain_id(item.get("groupId")))}
        return list(groups)

    def _cancel_group(self, group_id: str) -> bool:
        try:
            self._change("DELETE", f"/messages/v4/groups/{_part(group_id)}/schedule")
        except CarrierRefused:
            return False  # it has left, or was never reserved
        return True

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": wire.authorization(self._api_key, self._api_secret, self._clock(), self._salt()),
            "Content-Type": "application/json; charset=utf-8",
        }

    def _post(self, path: str, body: bytes) -> Answer:
        """The 2xx answer to a send, or the error that says what may have been accepted."""
        response = self._caller.submit(path, headers=self._headers(), body=body)
        if response.is_success:
            return response
        raise send_error(response, _error_code(response), retryable=_RETRYABLE_ERRORS, open_ended={_REPLAYED})

    def _get(self, path: str, query: Mapping[str, str]) -> object:
        response = self._caller.ask(path, headers=self._headers(), query=query)
        if not response.is_success:
            raise question_error(response, _error_code(response), retryable={*_RETRYABLE_ERRORS, _REPLAYED})
        return json_or_none(response)

    def _change(self, method: str, path: str, body: bytes = b"") -> object:
        """A change at the carrier that sends nothing. Raises CarrierRefused or LookUpFailed."""
        response = self._caller.ask(path, headers=self._headers(), method=method, body=body)
        if response.is_success:
            return json_or_none(response)
        code = _error_code(response)
        if 400 <= response.status_code < 500 and code and code != _REPLAYED:
            raise CarrierRefused(code, retryable=code in _RETRYABLE_ERRORS)
        raise question_error(response, code, retryable=_RETRYABLE_ERRORS)

    def _listed(self, path: str, key: str, query: Mapping[str, str] | None = None) -> list[wire.JsonObject]:
        """Every item of a list that goes on by `nextKey`."""
        items: list[wire.JsonObject] = []
        start: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            answer = wire.as_object(self._get(path, {**(query or {}), "limit": str(_PAGE), **start}))
            if not isinstance(answer.get(key), list):
                raise LookUpFailed("UNREADABLE_ANSWER", retryable=True)
            items += wire.as_items(answer[key])
            following = wire.plain_id(answer.get("nextKey"))
            if following is None:
                return items
            start = {"startKey": following}
        raise LookUpFailed("ENDLESS_LIST", retryable=False)

    def _listed_if_allowed(self, path: str, key: str) -> list[wire.JsonObject]:
        """A list that a key may lack the right to: it must not hide what the key may see."""
        try:
            return self._listed(path, key)
        except LookUpFailed as error:
            if error.retryable:
                raise
            log.info("solapi: %s is not shown, code %s", key, error.code)
            return []

    def _pages(
        self, query: Mapping[str, str], path: str = "/messages/v4/list"
    ) -> Iterator[list[wire.JsonObject]]:
        """The pages of the message list; a page that cannot be read is an error, not the end."""
        seen: set[str] = set()
        start: dict[str, str] = {}
        while True:
            answer = self._get(path, {**query, "limit": str(_PAGE), **start})
            page = wire.decode_page(answer)
            if page is None:
                raise LookUpFailed("UNREADABLE_ANSWER", retryable=True)
            records, key = page
            yield records
            if key is None:
                return
            if key in seen:
                raise LookUpFailed("CIRCULAR_LIST", retryable=True)
            seen.add(key)
            start = {"startKey": key}


def _event_of(record: wire.JsonObject) -> DeliveryEvent:
    """A listed record that we look for: it must be read, or "not found" would be believed."""
    event = wire.decode_listed(record)
    if event is None:
        raise LookUpFailed("UNREADABLE_RECORD", retryable=True)
    return event


def _keep_furthest(found: dict[str, DeliveryEvent], reference: str, event: DeliveryEvent) -> None:
    """A reference that was refused and sent again has two records: the further one counts."""
    known = found.get(reference)
    if known is None or _RANK[event.outcome] > _RANK[known.outcome]:
        found[reference] = event


def _error_code(response: Answer) -> str | None:
    return wire.plain_id(wire.as_object(json_or_none(response)).get("errorCode"))


def _part(name: str) -> str:
    return quote(name, safe="")


def _wire_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
