"""Pictures for MMS: made to fit, bombs and rubbish refused, uploaded once, sent."""

import io
import random
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from shared.messaging import pictures
from shared.messaging.gateways import CarrierRefused, LookUpFailed, SolapiGateway
from shared.messaging.pictures import MOST_BYTES, NotAPicture, normalised
from tests.shared.messaging.desk import Desk, phone


def picture(width: int = 40, height: int = 30, kind: str = "PNG", mode: str = "RGB", **more: Any) -> bytes:
    target = io.BytesIO()
    colour = (200, 30, 30, 0) if mode == "RGBA" else (200, 30, 30)
    Image.new(mode, (width, height), colour).save(target, kind, **more)
    return target.getvalue()


def noise(width: int, height: int) -> bytes:
    """What a JPEG cannot make small."""
    image = Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3))
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of some bytes that claims to be huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_any_picture_becomes_a_jpeg_within_the_limits(kind: str) -> None:
    made = normalised(picture(3000, 1500, kind))
    shown = Image.open(io.BytesIO(made.jpeg))
    assert (shown.format, shown.size, shown.mode) == ("JPEG", (1000, 500), "RGB")
    assert (made.width, made.height) == (1000, 500)
    assert len(made.jpeg) <= MOST_BYTES


def test_what_does_not_compress_gets_smaller_until_it_fits() -> None:
    made = normalised(noise(1400, 1400))
    assert len(made.jpeg) <= MOST_BYTES
    assert min(made.width, made.height) >= 200


def test_transparency_is_white_and_the_picture_upright_without_its_place() -> None:
    corner = Image.open(io.BytesIO(normalised(picture(mode="RGBA")).jpeg)).getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert min(corner) > 250
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif[0x8825] = {1: "N", 2: (37.0, 33.0, 0.0)}
    made = normalised(picture(40, 30, "JPEG", exif=exif))
    assert (made.width, made.height) == (30, 40)
    assert dict(Image.open(io.BytesIO(made.jpeg)).getexif()) == {}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "image.no_picture"),
        (b"%PDF-1.7 not a picture", "image.no_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image.no_picture"),
        (picture(300, 300, "JPEG")[:400], "image.broken"),
        (noise(100, 100)[:5000], "image.broken"),
        (bomb(60_000, 60_000), "image.too_many_pixels"),
        (bomb(11_000, 11_000), "image.too_many_pixels"),
        (bomb(2**31 - 1, 2**31 - 1), "image.too_many_pixels"),
    ],
)
def test_rubbish_and_bombs_are_refused_with_a_sentence(desk: Desk, content: bytes, reason: str) -> None:
    with pytest.raises(NotAPicture) as refused:
        normalised(content)
    assert refused.value.reason == reason
    answer = desk.camp.api.upload("/files", content, "그림.png")
    assert answer.status_code == 422
    assert answer.json["error"]["details"][0]["field"] == "file"


def test_too_large_a_file_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from functions.files import upload_file

    monkeypatch.setattr(upload_file, "UPLOAD_BYTES", 1000)
    assert desk.camp.api.upload("/files", b"x" * 2000, "그림.png").status_code == 413
    monkeypatch.setattr(pictures, "UPLOAD_BYTES", 10)
    assert desk.camp.api.upload("/files", b"x" * 20, "그림.png").status_code == 413


def uploaded(desk: Desk, content: bytes | None = None) -> dict[str, Any]:
    answer = desk.camp.api.upload("/files", content or picture(), "우리 후보.png")
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json["data"]
    return found


def test_a_picture_is_kept_sealed_and_only_for_its_camp(desk: Desk, new_camp: Any) -> None:
    image = uploaded(desk)
    assert image["name"] == "우리 후보.png"
    content = desk.camp.api.get(f"/files/{image['id']}/content")
    assert content.content[:3] == b"\xff\xd8\xff"
    from shared.kernel.storage import storage

    with storage().read(f"images/{desk.camp.tenant_id}/{image['id']}") as source:
        assert content.content[:64] not in source.read()
    other = new_camp().api
    assert other.get(f"/files/{image['id']}").status_code == 404
    assert other.get(f"/files/{image['id']}/content").status_code == 404
    assert other.delete(f"/files/{image['id']}").status_code == 404


def mms(desk: Desk, image: dict[str, Any], **more: Any) -> dict[str, Any]:
    return desk.step("mms", "#{이름}님, 사진을 보냅니다.", image_id=image["id"], subject="사진", **more)


def test_an_mms_is_sent_with_its_picture_uploaded_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads: list[str] = []
    upload = SolapiGateway.upload_image

    def counted(self: SolapiGateway, name: str, jpeg: bytes, *use: Any) -> Any:
        uploads.append(name)
        return upload(self, name, jpeg, *use)

    monkeypatch.setattr(SolapiGateway, "upload_image", counted)
    for _ in range(3):
        desk.contact(phone())
    image = uploaded(desk)
    for number in range(2):
        campaign = desk.launch({**mms(desk, image), "body": f"{number}번째 소식"})
        while desk.send(campaign, 1):
            pass
        desk.settle(campaign)
        assert desk.counts(campaign)["delivered"] == 3
    assert {text["type"] for text in desk.texts()} == {"MMS"}
    assert len(uploads) == 1


def test_a_picture_that_the_carrier_let_go_is_uploaded_again(desk: Desk) -> None:
    desk.contact(phone())
    image = uploaded(desk)
    desk.settle(desk.launch(mms(desk, image)))
    desk.camp.rows("UPDATE carrier_images SET expires_at = now(), carrier_image_id = 'gone' RETURNING 1")
    campaign = desk.launch({**mms(desk, image), "body": "다음 소식"})
    desk.settle(campaign)
    assert desk.counts(campaign)["delivered"] == 1


def test_a_carrier_that_refuses_the_picture_stops_the_campaign(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.contact(phone())
    campaign = desk.launch(mms(desk, uploaded(desk)))

    def refuse(*_: Any) -> Any:
        raise CarrierRefused("FileTooLarge", retryable=False)

    def silent(*_: Any) -> Any:
        raise LookUpFailed("TIMEOUT", retryable=True)

    monkeypatch.setattr(SolapiGateway, "upload_image", silent)
    assert desk.send(campaign) == 0
    assert desk.status(campaign) == "sending"
    monkeypatch.setattr(SolapiGateway, "upload_image", refuse)
    assert desk.send(campaign) == 0
    assert desk.ok("GET", f"/campaigns/{campaign}")["stop_reason"] == "image_refused"
    desk.check_books([campaign])


def test_a_picture_goes_with_an_mms_and_with_nothing_else(desk: Desk, new_camp: Any) -> None:
    image = uploaded(desk)
    api = desk.camp.api
    for step in (
        desk.step("mms", "글"),
        desk.step("sms", "글", image_id=image["id"]),
        desk.step("mms", "글", image_id="00000000-0000-7000-8000-000000000000"),
    ):
        assert api.post("/campaigns", desk.draft(step)).status_code == 422
    desk.ok("DELETE", f"/files/{image['id']}", status=204)
    assert api.post("/campaigns", desk.draft(mms(desk, image))).status_code == 422


def test_a_test_send_brings_its_picture_along(desk: Desk) -> None:
    desk.contact(phone())
    campaign = desk.campaign(mms(desk, uploaded(desk)))
    sent = desk.ok("POST", f"/campaigns/{campaign}/test-send", {"to": phone()})
    assert sent["state"] == "accepted"
