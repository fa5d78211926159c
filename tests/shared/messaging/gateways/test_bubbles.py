"""Pictures in Kakao brand messages: each carrier's own wire, and what the carriers refuse."""

import io
import json
import secrets
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image

from shared.messaging import pictures
from shared.messaging.gateways import (
    Button,
    CarrierRefused,
    Gateway,
    ImageUse,
    NhnGateway,
    NotOffered,
    OutgoingMessage,
    SensGateway,
    SolapiGateway,
)
from tests.infra.simulator.running import CHANNEL, HTTP, Receiver, Simulator
from tests.shared.messaging.gateways.lines import LINES, ContractLine
from tests.shared.messaging.gateways.recorded import Recorded
from tests.shared.messaging.gateways.scripted import scripted

NOW = datetime(2026, 5, 1, tzinfo=UTC)
LINK = "https://camp.example/poster"
WITH_BUBBLES = ("solapi", "nhn", "sens")


def jpeg(width: int = 800, height: int = 400) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(target, "JPEG")
    return target.getvalue()


def brand(**fields: Any) -> OutgoingMessage:
    given = {"to": "01011112222", "sender": "", "text": "골목 소식", "channel_id": CHANNEL, **fields}
    return OutgoingMessage(reference=secrets.token_hex(16), kind="brand", **given)


class Carrier(Recorded):
    """The form it was sent."""

    def form(self) -> dict[str, str]:
        """The texts of the form that was sent last, and of its file the name."""
        [request] = self.requests
        boundary = request.headers["content-type"].partition("boundary=")[2]
        found = {}
        for part in request.content.split(f"--{boundary}".encode())[1:-1]:
            head, _, value = part.strip(b"\r\n").partition(b"\r\n\r\n")
            name = head.decode().partition('name="')[2].partition('"')[0]
            found[name] = value.decode() if b"filename" not in head else head.decode()
        return found


def solapi(carrier: Carrier) -> SolapiGateway:
    return SolapiGateway("http://solapi.test", "key", "secret", "", send=scripted(carrier))


def nhn(carrier: Carrier) -> NhnGateway:
    keys = {"api_key": "smsKey", "api_secret": "s", "kakao_key": "kakaoKey", "kakao_secret": "k"}
    return NhnGateway("http://sms.test", "http://kakao.test", keys, send=scripted(carrier), clock=lambda: NOW)


def sens(carrier: Carrier) -> SensGateway:
    return SensGateway("http://sens.test", "access", "secret", kakao_service="svc", send=scripted(carrier))


@pytest.mark.parametrize(("use", "kind"), [("mms", "MMS"), ("brand", "BMS"), ("brand_wide", "BMS_WIDE")])
def test_solapi_keeps_a_picture_under_what_it_is_for(use: ImageUse, kind: str) -> None:
    carrier = Carrier({"fileId": "ST01FPx"})
    assert solapi(carrier).upload_image("a.jpg", b"jpeg", use).id == "ST01FPx"
    assert json.loads(carrier.requests[0].content)["type"] == kind


@pytest.mark.parametrize(("use", "kind"), [("brand", "IMAGE"), ("brand_wide", "WIDE_IMAGE")])
def test_nhn_takes_a_form_and_names_a_picture_by_its_address(use: ImageUse, kind: str) -> None:
    address = "https://mud-kage.kakao.com/dn/a/img_l.jpg"
    carrier = Carrier({"header": {"isSuccessful": True, "resultCode": 0}, "image": {"imageUrl": address}})
    assert nhn(carrier).upload_image('우리 "후보".jpg', b"jpeg", use).id == address
    assert str(carrier.requests[0].url) == "http://kakao.test/brand-message/v1.0/appkeys/kakaoKey/images"
    form = carrier.form()
    assert form["imageType"] == kind
    assert 'name="image"; filename=".jpg"' in form["image"]


@pytest.mark.parametrize(("use", "kind"), [("brand", "BASIC"), ("brand_wide", "WIDE")])
def test_sens_takes_a_form_and_keeps_a_picture_for_a_year(use: ImageUse, kind: str) -> None:
    carrier = Carrier({"imageId": "5b19970c-1", "imageUrl": "https://x.example/a.jpg"})
    image = sens(carrier).upload_image("a.jpg", b"jpeg", use)
    assert (image.id, bool(image.expires_at)) == ("5b19970c-1", True)
    assert carrier.requests[0].url.path == "/brandmessage/v2/services/svc/images"
    form = carrier.form()
    assert form["imageType"] == kind
    assert "imageFile" in form


def test_solapi_puts_the_picture_into_the_bubble() -> None:
    from shared.messaging.gateways import solapi_wire as wire

    item = wire.encode_message(brand(image_id="ST01FPx", image_link=LINK, bubble="wide"))
    assert "imageId" not in item, "that is the picture of an MMS"
    assert (item["type"], item["kakaoOptions"]["bms"]) == (
        "BMS_FREE",
        {"targeting": "I", "chatBubbleType": "WIDE", "imageId": "ST01FPx", "imageLink": LINK},
    )
    reviewed = wire.encode_message(brand(template_id="T", bubble="image"))
    assert reviewed["type"] == "BMS_IMAGE"


def test_nhn_names_the_picture_beside_the_text() -> None:
    from shared.messaging.gateways import nhn_wire as wire

    image = {"image_id": "https://x.example/a.jpg", "bubble": "image"}
    body = wire.encode([brand(**image, image_link=LINK)], NOW)
    assert (body["chatBubbleType"], body["image"]) == (
        "IMAGE",
        {"imageUrl": "https://x.example/a.jpg", "imageLink": LINK},
    )
    assert wire.encode([brand(**image)], NOW)["image"] == {"imageUrl": "https://x.example/a.jpg"}
    other = brand(**image, image_link="https://camp.example/other")
    assert wire.alike(brand(**image)) != wire.alike(other), "a request has one picture with one link"


def test_sens_has_a_picture_for_each_message() -> None:
    from shared.messaging.gateways import sens_wire as wire

    plain, wide = brand(), brand(image_id="i-1", image_link=LINK, bubble="wide")
    body = wire.encode([wide])
    assert (body["messageType"], body["messages"][0]["image"]) == (
        "WIDE_IMAGE",
        {"imageId": "i-1", "imageLink": LINK},
    )
    assert "image" not in wire.encode([plain])["messages"][0]
    assert wire.request_key(plain) != wire.request_key(wide)


def test_without_kakao_no_bubble_has_a_picture() -> None:
    carrier = Carrier({})
    texts_only = {"api_key": "smsKey", "api_secret": "s"}
    gateways: list[Gateway] = [
        NhnGateway("http://sms.test", "http://kakao.test", texts_only, send=scripted(carrier)),
        SensGateway("http://sens.test", "access", "secret", sms_service="svc", send=scripted(carrier)),
    ]
    for gateway in gateways:
        with pytest.raises(NotOffered):
            gateway.upload_image("a.jpg", b"jpeg", "brand")
    assert carrier.requests == []


@pytest.fixture(params=WITH_BUBBLES)
def line(request: pytest.FixtureRequest, simulator: Simulator, receiver: Receiver) -> ContractLine:
    return LINES[request.param](simulator, receiver)


def accepted(line: ContractLine, message: OutgoingMessage) -> bool:
    try:
        [answer] = line.gateway.send([message])
    except CarrierRefused:
        return False
    return answer.accepted


def test_the_very_picture_stands_on_the_phone(line: ContractLine) -> None:
    number = "01034560001"
    for use, bubble, picture in (("brand", "image", jpeg()), ("brand_wide", "wide", jpeg(800, 600))):
        image = line.gateway.upload_image("poster.jpg", picture, use)  # type: ignore[arg-type]
        sent = brand(to=number, image_id=image.id, bubble=bubble, image_link=LINK)
        assert accepted(line, sent)
        page = line.simulator.get(f"/simulator/api/phones/{number}/messages")
        shown = page["messages"][-1]
        assert (shown["type"].startswith("BMS_"), shown["image"]) == (True, True)
        path = f"/simulator/api/phones/{number}/messages/{shown['seq']}/picture"
        assert HTTP.get(line.simulator.url + path).content == picture


@pytest.mark.parametrize(
    ("use", "size"),
    [
        ("brand", (499, 300)),  # narrow
        ("brand", (800, 399)),  # flat
        ("brand", (600, 820)),  # tall
        ("brand_wide", (600, 601)),
        ("brand", None),  # no picture
    ],
)
def test_a_picture_of_another_shape_is_refused(
    line: ContractLine, use: ImageUse, size: tuple[int, int] | None
) -> None:
    with pytest.raises(CarrierRefused):
        line.gateway.upload_image("poster.jpg", jpeg(*size) if size else b"\xff\xd8\xffrubbish", use)


def test_a_picture_for_something_else_is_none(line: ContractLine) -> None:
    usual = line.gateway.upload_image("a.jpg", jpeg(), "brand").id
    wide = line.gateway.upload_image("a.jpg", jpeg(), "brand_wide").id
    text = line.gateway.upload_image("a.jpg", jpeg(), "mms").id
    for image_id, bubble in ((wide, "image"), (usual, "wide"), (text, "image"), ("nobody's", "image")):
        assert not accepted(line, brand(image_id=image_id, bubble=bubble))
    assert not accepted(line, brand(bubble="image")), "and none at all"


def test_a_wide_bubble_holds_less(line: ContractLine) -> None:
    image = line.gateway.upload_image("a.jpg", jpeg(), "brand_wide").id
    button = Button("12345678", link_mobile=LINK)
    assert accepted(line, brand(image_id=image, bubble="wide", text="가" * 76, buttons=(button,) * 2))
    for fields in (
        {"text": "가" * 77},
        {"text": "한\n두\n세"},
        {"buttons": (button,) * 3},
        {"buttons": (Button("123456789", link_mobile=LINK),)},
        {"image_link": "camp.example"},
    ):
        assert not accepted(line, brand(image_id=image, bubble="wide", **fields)), fields


@pytest.mark.parametrize("size", [(500, 250), (1000, 100), (700, 1000), (500, 1000), (501, 667), (999, 1000)])
@pytest.mark.parametrize("wide", [False, True])
def test_every_large_enough_picture_is_made_to_fit(
    simulator: Simulator, receiver: Receiver, size: tuple[int, int], wide: bool
) -> None:
    made = pictures.for_brand(jpeg(*size), wide=wide)
    line = LINES["solapi"](simulator, receiver)
    assert line.gateway.upload_image("a.jpg", made, "brand_wide" if wide else "brand").id
    with Image.open(io.BytesIO(made)) as image:
        assert image.width >= size[0], "nothing is cut off"
        assert image.height >= size[1], "nothing is cut off"
