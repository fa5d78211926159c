"""The picture of a brand message, from its upload to the phone: shape, link, fallback, templates, law."""

import io
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from shared.accounts.identity import Identity
from shared.messaging import pictures, trial_sends
from shared.messaging.gateways import SolapiGateway
from tests.shared.messaging.desk import Desk, phone
from tests.shared.messaging.test_brand import BUTTON, begin, brand, tomorrow
from tests.shared.messaging.test_pictures import picture, uploaded

LINK = "https://camp.example/poster"


@pytest.fixture
def poster(desk: Desk) -> str:
    """A tall picture, as posters are."""
    return str(uploaded(desk, picture(600, 1000))["id"])


def shown(desk: Desk, number: str) -> dict[str, Any]:
    """The last message on a virtual phone."""
    found: dict[str, Any] = desk.simulator.get(f"/simulator/api/phones/{number.replace('-', '')}/messages")[
        "messages"
    ][-1]
    return found


def problems(desk: Desk, *steps: dict[str, Any]) -> list[str]:
    """The rules that speak against these steps, or what is wrong with their fields."""
    draft = desk.draft(*steps, scheduled_at=tomorrow(desk, 10).isoformat())
    asked = {name: draft[name] for name in ("purpose", "audience", "steps", "scheduled_at")}
    answer = desk.camp.api.call("POST", "/campaigns/preview", asked)
    if answer.status_code == 422:
        return [one["field"] for one in answer.json["error"]["details"]]
    return [
        one["rule"] for one in answer.json["data"]["compliance"]["verdicts"] if one["severity"] == "block"
    ]


def test_friends_see_it_strangers_get_the_text_and_its_opening_counts(
    desk: Desk, poster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads: list[str] = []
    upload = SolapiGateway.upload_image

    def counted(self: SolapiGateway, name: str, jpeg: bytes, use: Any = "mms") -> Any:
        uploads.append(use)
        return upload(self, name, jpeg, use)

    monkeypatch.setattr(SolapiGateway, "upload_image", counted)
    friend, stranger = phone("0001"), phone("9013")
    desk.contact(friend, "김하늘")
    desk.contact(stranger, "이바다")
    first = brand(desk, image_id=poster, image_link=f"{LINK}?who=1")
    campaign = begin(desk, first, desk.step(body="#{이름}님, 문자로 전합니다."))
    desk.settle(campaign)
    seen = shown(desk, friend)
    assert (seen["type"], seen["image"], seen["text"]) == ("BMS_FREE", True, "김하늘님, 골목 소식입니다.")
    assert shown(desk, stranger)["type"] == "SMS"
    assert uploads == ["brand"], "once for everybody"
    desk.check_books([campaign])
    links = {one["url"] for one in desk.camp.rows("SELECT url FROM links")}
    assert f"{LINK}?who=1" in links, "its opening is counted as a button's is"


def test_the_shape_is_kakaos_and_nothing_is_cut_off(desk: Desk, poster: str) -> None:
    sizes = {}
    for use in ("mms", "brand", "brand_wide"):
        content = desk.camp.api.get(f"/files/{poster}/content?use={use}").content
        with Image.open(io.BytesIO(content)) as image:
            sizes[use] = image.size
    assert sizes == {"mms": (600, 1000), "brand": (751, 1000), "brand_wide": (1000, 1000)}
    assert desk.camp.api.get(f"/files/{poster}/content?use=stamp").status_code == 422


@pytest.mark.parametrize(
    ("size", "wide", "made"),
    [
        ((800, 400), False, (800, 400)),
        ((800, 399), False, (800, 400)),
        ((800, 100), True, (800, 400)),
        ((600, 800), False, (601, 800)),
        ((600, 700), True, (700, 700)),
    ],
)
def test_room_is_put_beside_or_below(size: tuple[int, int], wide: bool, made: tuple[int, int]) -> None:
    assert pictures.brand_size(*size, wide=wide) == made


def test_a_small_picture_is_refused_wherever_it_is_used(desk: Desk) -> None:
    small = uploaded(desk, picture(400, 300))
    assert small["fits_brand"] is False
    assert uploaded(desk, picture(400, 900))["fits_brand"] is True, "white beside it makes it wide enough"
    assert problems(desk, brand(desk, image_id=small["id"])) == ["steps.0.image_id"]
    saved = {"name": "저장", "channel": "kakao_brand", "body": "글", "image_id": small["id"]}
    answer = desk.camp.api.post("/templates", saved)
    assert answer.status_code == 422
    assert answer.json["error"]["details"][0]["field"] == "image_id"


@pytest.mark.parametrize(
    "changes",
    [
        {"image_id": None},  # a link to nothing
        {"image_link": "javascript:alert(1)"},
        {"image_link": "camp.example"},
        {"image_link": "https://camp.example/" + "a" * 1000},
        {"image_id": "00000000-0000-7000-8000-000000000000"},
        {"image_wide": True, "buttons": [BUTTON] * 3},
        {"image_wide": True, "buttons": [{**BUTTON, "name": "아홉글자버튼이름임"}]},
        {"channel": "kakao_alimtalk"},
        {"channel": "sms", "image_link": None},
    ],
)
def test_what_no_bubble_could_show_is_refused(desk: Desk, poster: str, changes: dict[str, Any]) -> None:
    step = {**brand(desk, image_id=poster, image_link=LINK, buttons=[]), **changes}
    step["sender_id"] = desk.sender("phone" if step["channel"] == "sms" else "kakao_channel")
    assert desk.camp.api.post("/campaigns", desk.draft(step)).status_code == 422


def test_a_wide_bubble_holds_two_short_lines(desk: Desk, poster: str) -> None:
    desk.contact(phone(), "김하늘")
    short = {**BUTTON, "name": "공약 보기"}
    wide = {"image_id": poster, "image_wide": True, "buttons": [short]}
    assert problems(desk, brand(desk, "가" * 76, **wide)) == []
    assert problems(desk, brand(desk, "가" * 77, **wide)) == ["V01"]
    assert problems(desk, brand(desk, "한\n두\n세", **wide)) == ["V01"]
    desk.settle(begin(desk, brand(desk, "#{이름}님께\n알려 드립니다", **wide)))
    [sent] = desk.texts()
    assert sent["text"] == "김하늘님께\n알려 드립니다"


def test_a_test_send_brings_the_picture_and_a_copy_keeps_its_link(desk: Desk, poster: str) -> None:
    number = phone()
    desk.contact(phone())
    campaign = desk.campaign(brand(desk, image_id=poster, image_link=LINK))
    me = Identity(desk.camp.tenant_id, desk.camp.member_id, UUID(int=0), "owner", True)
    wanted, then = trial_sends.TestSend(to=number), tomorrow(desk, 10)
    assert trial_sends.send(desk.camp.tenant_id, campaign, wanted, me, lambda: then).state == "accepted"
    assert shown(desk, number)["image"] is True
    [step] = desk.ok("GET", f"/campaigns/{campaign}")["steps"]
    assert (step["image_id"], step["image_link"], step["image_wide"]) == (poster, LINK, False)


def test_a_saved_picture_is_copied_and_a_registered_one_stands_at_kakao(desk: Desk, poster: str) -> None:
    image = {"image_id": poster, "image_link": LINK, "image_wide": True}
    words = {"channel": "kakao_brand", "body": "다시 쓰는 글", "buttons": [], **image}
    saved = desk.ok("POST", "/templates", {**words, "name": "저장"}, 201)
    assert {name: saved[name] for name in image} == image
    known = desk.ok("POST", "/templates", {**words, "name": "등록", "carrier_template_id": "BRAND-1"}, 201)
    campaign = desk.campaign(
        desk.step("kakao_brand", "", template_id=saved["id"]),
        desk.step("kakao_brand", "", template_id=known["id"]),
    )
    copied, reviewed = desk.ok("GET", f"/campaigns/{campaign}")["steps"]
    assert {name: copied[name] for name in image} == image
    assert (reviewed["template_id"], reviewed["image_id"]) == (known["id"], None)
    desk.ok("PUT", f"/templates/{saved['id']}", {**words, "name": "저장", "image_wide": False})
    newest, oldest = desk.ok("GET", f"/templates/{saved['id']}/versions")
    assert (newest["image_wide"], oldest["image_wide"]) == (False, True), "another picture is another version"


def test_another_picture_is_another_message(desk: Desk, poster: str) -> None:
    desk.contact(phone())
    begin(desk, brand(desk, image_id=poster))
    other = uploaded(desk, picture(800, 600))["id"]
    for step, repeated in (
        (brand(desk, image_id=poster), True),
        (brand(desk, image_id=other), False),
        (brand(desk, image_id=poster, image_link=LINK), False),
        (brand(desk), False),
    ):
        draft = desk.draft(step, scheduled_at=tomorrow(desk, 10).isoformat())
        asked = {name: draft[name] for name in ("purpose", "audience", "steps", "scheduled_at")}
        found = desk.ok("POST", "/campaigns/preview", asked)["compliance"]["verdicts"]
        assert ("V02" in [one["rule"] for one in found]) is repeated, step
