"""The picture of an MMS stands on the phone of whoever got it, however a carrier takes pictures."""

import io
from collections.abc import Callable

import httpx
import pytest
from PIL import Image

from shared.messaging.gateways import CarrierImage, CarrierRefused, NotOffered
from tests.infra.simulator.running import HTTP, Receiver, Simulator
from tests.shared.messaging.gateways.lines import LINES, ContractLine, text_to

Make = Callable[[Simulator, Receiver], ContractLine]


def jpeg(colour: tuple[int, int, int]) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(target, "JPEG")
    return target.getvalue()


def uploaded(line: ContractLine, picture: bytes) -> CarrierImage | None:
    """The carrier's id of a picture; None where pictures go along with their messages."""
    try:
        return line.gateway.upload_image("poster.jpg", picture)
    except NotOffered:
        return None


def send(line: ContractLine, number: str, picture: bytes) -> int:
    """Send a picture message; its place on the phone."""
    at_carrier = uploaded(line, picture)
    own = {"image": picture} if at_carrier is None else {"image_id": at_carrier.id}
    [taken] = line.gateway.send([text_to(number, kind="mms", **own)])
    assert taken.accepted
    page = line.simulator.get(f"/simulator/api/phones/{number}/messages")
    shown = page["messages"][-1]
    assert (shown["type"], shown["image"]) == ("MMS", True)
    return int(shown["seq"])


def fetched(line: ContractLine, number: str, seq: int | str) -> httpx.Response:
    return HTTP.get(f"{line.simulator.url}/simulator/api/phones/{number}/messages/{seq}/picture")


@pytest.mark.parametrize("make", LINES.values(), ids=LINES.keys())
def test_each_carrier_shows_the_very_picture(simulator: Simulator, receiver: Receiver, make: Make) -> None:
    line, number = make(simulator, receiver), "01023450001"
    red, blue = jpeg((200, 30, 30)), jpeg((30, 30, 200))
    first, second = send(line, number, red), send(line, number, blue)
    shown = fetched(line, number, first)
    assert (shown.content, shown.headers["content-type"]) == (red, "image/jpeg")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert fetched(line, number, second).content == blue


def test_nobody_sees_the_picture_of_another_phone_or_a_file_that_is_none(
    simulator: Simulator, receiver: Receiver
) -> None:
    line = LINES["solapi"](simulator, receiver)
    seq = send(line, "01023450002", jpeg((1, 2, 3)))
    assert fetched(line, "01023450003", seq).status_code == 404
    assert fetched(line, "01023450002", seq + 1).status_code == 404
    assert fetched(line, "01023450002", "1;drop").status_code == 404
    with pytest.raises(CarrierRefused, match="InvalidFileType"):
        send(line, "01023450004", b"<script>alert(1)</script>")
