"""The NHN Cloud gateway: SMS v3.0, Alimtalk v2.3 and Brand message v1.0.

Two products with an app key and a secret key each: texts, and (optional) KakaoTalk Bizmessage. A request
holds one text for up to 1,000 recipients, so personal texts leave one by one; Alimtalk sends a template
with everybody's values in one. NHN tells of no money: it bills by the month, with a quota (-2052).
"""

import base64
import hashlib
import hmac
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import quote

from shared.messaging.gateways import multipart, neutral_inbound, nhn_codes
from shared.messaging.gateways import nhn_catalogue as catalogue
from shared.messaging.gateways import nhn_wire as wire
from shared.messaging.gateways.calling import (
    CALL_SECONDS,
    Caller,
    check_clock,
    header,
    json_or_none,
    question_error,
    send_error,
    told_of_each,
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
    MessageKind,
    NewTemplate,
    NotOffered,
    OutcomeUnknown,
    OutgoingMessage,
    Reason,
)
from shared.messaging.gateways.grouping import check_batch, grouped
from shared.messaging.gateways.nhn_wire import Route
from shared.messaging.gateways.solapi_wire import JsonObject, as_object, encode_json, plain_id

log = logging.getLogger(__name__)

_JSON = "application/json;charset=UTF-8"
_PAGE = 1000
_MOST_PAGES = 2000
_CLOCK_SKEW = timedelta(minutes=5)
# How long an attachment is kept is not documented; -2004 says that it ends.
_IMAGE_LIFE = timedelta(days=1)
# A request that failed with these may have been taken: an unexpected error, or a repetition that
# something on the way made (-1005), whose first copy counts.
_OPEN = {"sms": frozenset({"-9999"}), "kakao": frozenset({"-9999", "-1005"})}
# A request of many that is refused for one number says nothing of the others.
_ONE_OF_MANY: frozenset[Reason] = frozenset({"invalid_number", "opt_out"})


class NhnGateway:
    """One NHN Cloud account. Thread-safe and cheap to make; see `SolapiGateway` for the arguments.

    Without `kakao_key` it sends texts only. `webhook_secret` is the signature typed in NHN's console, for
    both products.
    """

    max_batch = 1000
    pushes_reports = True

    def __init__(
        self,
        sms_base_url: str,
        kakao_base_url: str,
        credentials: Mapping[str, str],
        *,
        call_seconds: float = CALL_SECONDS,
        send: Exchange | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        sms = Caller(sms_base_url, call_seconds=call_seconds, send=send)
        kakao = Caller(kakao_base_url, call_seconds=call_seconds, send=send)
        self._callers = {"sms": sms, "kakao": kakao}
        self._secrets = {"sms": credentials["api_secret"], "kakao": credentials.get("kakao_secret", "")}
        self._sms_key = quote(credentials["api_key"], safe="")
        self._kakao_key = quote(credentials.get("kakao_key", ""), safe="")
        self._webhook_secret = credentials.get("webhook_secret", "")
        self._clock = clock

    @classmethod
    def open(cls, base_urls: Sequence[str], credentials: Mapping[str, str], call_seconds: float) -> Self:
        """From an account's credentials: `api_key`, `api_secret`, `kakao_key`, `kakao_secret`,
        `webhook_secret`.
        """
        return cls(base_urls[0], base_urls[1], credentials, call_seconds=call_seconds)

    @property
    def kinds(self) -> frozenset[MessageKind]:
        """See `Gateway.kinds`."""
        texts: frozenset[MessageKind] = frozenset({"sms", "lms", "mms"})
        return texts | {"alimtalk", "brand"} if self._kakao_key else texts

    def split(self, messages: Sequence[OutgoingMessage]) -> list[list[OutgoingMessage]]:
        """See `Gateway.split`: one text, sender and time a request."""
        return grouped(messages, wire.alike, self.max_batch)

    def send(self, messages: Sequence[OutgoingMessage]) -> list[Acceptance]:
        """See `Gateway.send`."""
        check_batch(messages, self.max_batch)
        if len({wire.alike(message) for message in messages}) > 1:
            raise ValueError("the messages of one request share their text, see split")
        route = wire.route_of(messages[0])
        if messages[0].kind not in self.kinds:
            raise CarrierRefused("NO_KAKAO_KEY", retryable=False)
        body = encode_json(wire.encode(messages, self._clock()))
        response = self._callers[wire.product_of(route)].submit(
            self._send_path(route, messages[0]), headers=self._send_headers(route, messages), body=body
        )
        return self._answers(route, response, messages)

    def look_up(
        self, references: Iterable[str], *, since: datetime, until: datetime, kinds: Kinds = None
    ) -> list[DeliveryEvent]:
        """See `Gateway.look_up`. Walks the lists by date, since nothing says which of them to ask; stops
        once all were found. A reserved brand message is listed at its time only.
        """
        wanted = set(references)
        found: dict[str, DeliveryEvent] = {}
        for route in self._routes(kinds) if wanted else ():
            for item in self._listed(route, _window(route, since, until)):
                event = wire.decode_listed(route, item)
                if event is None:
                    raise LookUpFailed("UNREADABLE_RECORD", retryable=True)
                if event.reference in wanted:
                    found[str(event.reference)] = event
            if len(found) == len(wanted):
                break
        return list(found.values())

    def look_up_ids(self, carrier_message_ids: Iterable[str]) -> list[DeliveryEvent]:
        """See `Gateway.look_up_ids`: one question for each request they were in."""
        wanted = set(carrier_message_ids)
        spots = [spot for spot in map(wire.spot, sorted(wanted)) if spot is not None]

        def results(route: Route, request_id: str) -> list[DeliveryEvent]:
            items = self._listed(route, {"requestId": request_id})
            listed = [wire.decode_listed(route, item) for item in items]
            return [event for event in listed if event and event.carrier_message_id in wanted]

        return told_of_each(dict.fromkeys((spot.route, spot.request_id) for spot in spots), results)

    def verify(self, headers: Mapping[str, str]) -> bool:
        """See `Gateway.verify`: the very string that was typed in the console, no digest of the body."""
        given = header(headers, "x-toast-webhook-signature").encode("utf-8", "replace")
        known = self._webhook_secret.encode()
        return hmac.compare_digest(given, known) and bool(known)

    def parse_reports(self, headers: Mapping[str, str], raw_body: bytes) -> list[DeliveryEvent]:
        """See `Gateway.parse_reports`."""
        call = wire.decode_call(raw_body)
        if call.get("event") != "MESSAGE_RESULT_UPDATE":
            return []
        product, hooks = str(call.get("productName")), wire.hooks(call)
        decoded = [wire.decode_listed(wire.reported_route(product, hook), hook) for hook in hooks]
        events = [event for event in decoded if event is not None]
        if len(events) < len(decoded):
            log.warning("nhn: skipped %d malformed report items", len(decoded) - len(events))
        return events

    def parse_opt_outs(self, headers: Mapping[str, str], raw_body: bytes) -> list[CarrierOptOut]:
        """See `Gateway.parse_opt_outs`: the event UNSUBSCRIBE, when somebody called the 080 number."""
        call = wire.decode_call(raw_body)
        hooks = wire.hooks(call) if call.get("event") == "UNSUBSCRIBE" else []
        refusals = [catalogue.refusal(hook, "createdDateTime") for hook in hooks]
        return [each for each in refusals if each is not None]

    def parse_inbound(self, headers: Mapping[str, str], raw_body: bytes) -> list[InboundMessage]:
        """See `Gateway.parse_inbound`: NHN documents no shape, so the neutral one."""
        return neutral_inbound.parse(raw_body)

    def balance(self) -> int:
        """See `Gateway.balance`. Raises NotOffered: NHN Cloud bills by the month."""
        raise NotOffered("balance")

    def senders(self) -> list[CarrierSender]:
        """See `Gateway.senders`."""
        numbers = map(catalogue.sender, self._pages("sms", self._sms("/sendNos"), {}))
        channels: Iterable[CarrierSender | None] = ()
        if self._kakao_key:
            channels = map(catalogue.channel, self._pages("kakao", self._alimtalk("/senders"), {}))
        return [each for each in (*numbers, *channels) if each is not None]

    def templates(self, channel_id: str) -> list[CarrierTemplate]:
        """See `Gateway.templates`."""
        items = self._pages("kakao", self._templates(channel_id), {})
        return [each for each in map(catalogue.template, items) if each is not None]

    def create_template(self, template: NewTemplate) -> CarrierTemplate:
        """See `Gateway.create_template`: registering it hands it to the reviewers."""
        body = encode_json(catalogue.encode_template(template))
        self._change("kakao", "POST", self._templates(template.channel_id), body)
        return CarrierTemplate(
            template.code, template.name, template.body, "inspecting", buttons=template.buttons
        )

    def request_inspection(self, channel_id: str, code: str) -> None:
        """See `Gateway.request_inspection`: a comment has a refused template looked at once more."""
        known = next((each for each in self.templates(channel_id) if each.code == code), None)
        if known is None:
            raise CarrierRefused("-3003", retryable=False)
        if known.status == "rejected":
            path = f"{self._templates(channel_id)}/{quote(code, safe='')}/comments"
            self._change("kakao", "POST", path, encode_json({"comment": "재검수를 요청합니다."}))

    def upload_image(self, name: str, jpeg: bytes, use: ImageUse = "mms") -> CarrierImage:
        """See `Gateway.upload_image`. The id is the number of NHN's attachment, or a bubble's address."""
        if use != "mms":
            return self._upload_for_bubble(name, jpeg, use)
        body = {"fileName": name, "fileBody": base64.b64encode(jpeg).decode(), "createUser": "hanpyo"}
        answer = self._change("sms", "POST", self._sms("/attachfile/binaryUpload"), encode_json(body))
        file_id = wire.whole(as_object(as_object(answer.get("body")).get("data")).get("fileId"))
        if file_id is None:
            raise LookUpFailed("UNREADABLE_ANSWER", retryable=False)
        return CarrierImage(str(file_id), self._clock() + _IMAGE_LIFE)

    def _upload_for_bubble(self, name: str, jpeg: bytes, use: ImageUse) -> CarrierImage:
        if not self._kakao_key:
            raise NotOffered("upload_image")
        form = {"imageType": catalogue.IMAGE_TYPES[use]}
        content_type, body = multipart.encode(form, "image", name, jpeg)
        path = f"/brand-message/v1.0/appkeys/{self._kakao_key}/images"
        answer = self._change("kakao", "POST", path, body, content_type)
        address = catalogue.image_address(answer)
        if address is None:
            raise LookUpFailed("UNREADABLE_ANSWER", retryable=False)
        return CarrierImage(address, self._clock() + _IMAGE_LIFE)

    def opt_outs(self, since: datetime) -> list[CarrierOptOut]:
        """See `Gateway.opt_outs`: of every 080 number that the account has."""
        numbers = self._pages("sms", self._sms("/blockservice/unsubscribe-nos"), {})
        found: list[CarrierOptOut] = []
        for number in filter(None, (plain_id(item.get("unsubscribeNo")) for item in numbers)):
            items = self._pages("sms", self._sms("/blockservice/recipients"), {"unsubscribeNo": number})
            found += [each for item in items if (each := catalogue.refusal(item, "requestDate"))]
        return [each for each in found if each.at is None or each.at >= since]

    def cancel(self, carrier_message_ids: Iterable[str]) -> set[str]:
        """See `Gateway.cancel`. NHN answers with a number only, so the list is asked what became of them."""
        wanted = set(carrier_message_ids)
        requests: dict[tuple[Route, str], list[int]] = defaultdict(list)
        for spot in filter(None, map(wire.spot, sorted(wanted))):
            requests[spot.route, spot.request_id].append(spot.number)
        for (route, request_id), numbers in requests.items():
            self._cancel_some(route, request_id, numbers)
        events = self.look_up_ids(wanted)
        return {event.carrier_message_id for event in events if event.code == wire.CANCELLED}

    def _cancel_some(self, route: Route, request_id: str, numbers: Sequence[int]) -> None:
        try:
            if wire.product_of(route) == "kakao":
                chosen = ",".join(map(str, numbers))
                path = f"{self._list_path(route)}/{quote(request_id, safe='')}?recipientSeq={chosen}"
                self._change("kakao", "DELETE", path)
            else:
                chosen_ones = [{"requestId": request_id, "recipientSeq": number} for number in numbers]
                body = encode_json({"reservationList": chosen_ones, "updateUser": "hanpyo"})
                self._change("sms", "PUT", self._sms("/reservations/cancel"), body)
        except CarrierRefused as refused:
            log.info("nhn: nothing to cancel, code %s", refused.code)

    def _answers(
        self, route: Route, response: Answer, messages: Sequence[OutgoingMessage]
    ) -> list[Acceptance]:
        answer = json_or_none(response)
        successful, code = wire.outcome_of(answer)
        if not response.is_success:
            raise send_error(response, code, open_ended=_OPEN[wire.product_of(route)])
        told = wire.decode_acceptances(answer, messages)
        if told is not None:
            return told
        if successful or code is None or code in nhn_codes.SUCCESS:
            raise OutcomeUnknown("UNREADABLE_ANSWER")
        return _refused_as_a_whole(route, code, messages)

    def _routes(self, kinds: Kinds) -> list[Route]:
        """The lists that hold messages of these kinds."""
        sought = self.kinds if kinds is None else self.kinds & set(kinds)
        return [route for route, held in wire.ROUTES.items() if sought & held]

    def _sms(self, path: str) -> str:
        return f"/sms/v3.0/appKeys/{self._sms_key}{path}"

    def _alimtalk(self, path: str) -> str:
        return f"/alimtalk/v2.3/appkeys/{self._kakao_key}{path}"

    def _templates(self, channel_id: str) -> str:
        return self._alimtalk(f"/senders/{quote(channel_id, safe='')}/templates")

    def _list_path(self, route: Route) -> str:
        if route == "brand":
            return f"/brand-message/v1.0/appkeys/{self._kakao_key}/messages"
        return self._alimtalk("/messages") if route == "alimtalk" else self._sms(f"/sender/{route}")

    def _send_path(self, route: Route, message: OutgoingMessage) -> str:
        if route != "brand":
            return self._list_path(route)
        kind = "basic" if message.template_id else "freestyle"
        return f"/brand-message/v1.0/appkeys/{self._kakao_key}/{kind}-messages"

    def _headers(self, product: nhn_codes.Product, content_type: str = _JSON) -> dict[str, str]:
        return {"X-Secret-Key": self._secrets[product], "Content-Type": content_type}

    def _send_headers(self, route: Route, messages: Sequence[OutgoingMessage]) -> dict[str, str]:
        headers = self._headers(wire.product_of(route))
        if wire.product_of(route) == "kakao":
            # Our references are new for every attempt, so only a repetition on the way has the same key.
            digest = hashlib.sha256("\n".join(message.reference for message in messages).encode())
            headers["X-NC-API-IDEMPOTENCY-KEY"] = digest.hexdigest()
        return headers

    def _listed(self, route: Route, query: Mapping[str, str]) -> Iterator[JsonObject]:
        return self._pages(wire.product_of(route), self._list_path(route), query)

    def _pages(self, product: nhn_codes.Product, path: str, query: Mapping[str, str]) -> Iterator[JsonObject]:
        """Every item of a list; a page that cannot be read, or that is missing, is an error, not the end.

        A list that does not say how long it is ends with a page that is not full.
        """
        seen = 0
        for page in range(1, _MOST_PAGES + 1):
            paging = {"pageNum": str(page), "pageSize": str(_PAGE)}
            items, total = wire.page(self._ask(product, path, {**query, **paging}))
            yield from items
            seen += len(items)
            if (len(items) < _PAGE) if total is None else (seen >= total):
                return
            if not items:
                raise LookUpFailed("MISSING_PAGE", retryable=True)
        raise LookUpFailed("ENDLESS_LIST", retryable=False)

    def _ask(self, product: nhn_codes.Product, path: str, query: Mapping[str, str]) -> JsonObject:
        response = self._callers[product].ask(path, headers=self._headers(product), query=query)
        check_clock(response)
        answer = as_object(json_or_none(response))
        successful, code = wire.outcome_of(answer)
        if response.is_success and successful:
            return answer
        raise question_error(response, code, retryable=_OPEN[product])

    def _change(
        self,
        product: nhn_codes.Product,
        method: str,
        path: str,
        body: bytes = b"",
        content_type: str = _JSON,
    ) -> JsonObject:
        """A change that sends nothing. Raises CarrierRefused or LookUpFailed."""
        headers = self._headers(product, content_type)
        response = self._callers[product].ask(path, headers=headers, method=method, body=body)
        answer = as_object(json_or_none(response))
        successful, code = wire.outcome_of(answer)
        if response.is_success and successful:
            return answer
        if response.status_code < 500 and code is not None and code not in _OPEN[product]:
            raise CarrierRefused(code, retryable=nhn_codes.refusal(product, code) == "system")
        raise question_error(response, code, retryable=_OPEN[product])


def _refused_as_a_whole(route: Route, code: str, messages: Sequence[OutgoingMessage]) -> list[Acceptance]:
    """What a request that failed as a whole means: what is wrong with the text is wrong for everybody."""
    product = wire.product_of(route)
    if code in _OPEN[product]:
        raise OutcomeUnknown(code)
    reason = nhn_codes.refusal(product, code)
    if reason in ("system", "configuration", "unknown"):
        raise CarrierRefused(code, retryable=reason == "system")
    if reason in _ONE_OF_MANY and len(messages) > 1:
        raise CarrierRefused(code, retryable=False)
    return [Acceptance(message.reference, False, None, None, code, reason) for message in messages]


def _window(route: Route, since: datetime, until: datetime) -> dict[str, str]:
    """By the time NHN took them; brand messages are listed by the time they leave only."""
    name = "RequestDate" if route == "brand" else "CreateDate"
    written = wire.minute if wire.product_of(route) == "kakao" else wire.second
    begins, ends = written(since - _CLOCK_SKEW), written(until + _CLOCK_SKEW)
    return {f"start{name}": begins, f"end{name}": ends}
