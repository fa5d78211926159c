"""What staff are shown before a launch: any row, characters that cannot be sent, their cure."""

import pytest

from shared.messaging import replacements
from shared.messaging.rendering import unsendable_characters
from tests.shared.messaging.desk import Desk, name_of, phone


@pytest.mark.parametrize(
    ("text", "cured"),
    [
        ("토요일 ✅ 오후 2시 – 꼭!", "토요일 √ 오후 2시 - 꼭!"),
        ("café 髙田", "cafe 高田"),
        ("➀ 하나 ➁ 둘", "① 하나 ② 둘"),
        ("😀 반가워요 🎉", "^^ 반가워요 "),
        ("가나다 ★①㈜", "가나다 ★①㈜"),
    ],
)
def test_every_offer_can_be_sent(text: str, cured: str) -> None:
    assert replacements.fixed(text) == cured
    assert unsendable_characters(replacements.fixed(text)) == ()
    assert replacements.fixed(cured) == cured


def test_nothing_is_left_of_any_character() -> None:
    for block in range(0x20, 0x20000, 0x100):
        text = "".join(chr(code) for code in range(block, block + 0x100) if not 0xD800 <= code < 0xE000)
        assert unsendable_characters(replacements.fixed(text)) == (), hex(block)


def test_the_preview_offers_and_one_click_cures(desk: Desk) -> None:
    desk.contact(phone())
    campaign = desk.campaign(desk.step(body="✅ 확인 ✅ 😎"))
    [step] = desk.ok("POST", f"/campaigns/{campaign}/preview", {})["steps"]
    assert [(o["character"], o["count"], o["replacement"]) for o in step["offers"]] == [
        ("✅", 2, "√"),
        ("😎", 1, ""),
    ]
    fixed = desk.ok("POST", "/texts/fix", {"text": "✅ 확인 ✅ 😎"})
    assert (fixed["text"], len(fixed["replaced"])) == ("√ 확인 √ ", 2)
    [step] = desk.ok("POST", f"/campaigns/{desk.campaign(desk.step(body=fixed['text']))}/preview", {})[
        "steps"
    ]
    assert (step["offers"], step["unsendable_characters"]) == ([], [])


def test_any_row_of_the_audience_is_shown(desk: Desk) -> None:
    for i in range(3):
        desk.contact(phone(), name_of(i))
    barred = phone()
    desk.contact(barred, "거절한이")
    desk.ok("POST", "/opt-outs", {"phone": barred, "reason": "요청"}, 201)
    campaign = desk.campaign()
    place = f"/campaigns/{campaign}/preview"
    shown = [desk.ok("POST", place, {"row": row})["steps"][0]["text"] for row in (1, 2, 3)]
    assert sorted(shown) == sorted(f"{name_of(i)}님, 안녕하세요." for i in range(3))
    assert desk.camp.api.post(place, {"row": 4}).status_code == 404
    assert desk.camp.api.post(place, {"row": 0}).status_code == 422
    draft = {key: desk.draft()[key] for key in ("purpose", "audience", "steps")}
    assert desk.ok("POST", "/campaigns/preview", {**draft, "row": 2})["steps"][0]["text"] == shown[1]


def test_an_sms_becomes_an_lms_by_itself(desk: Desk) -> None:
    desk.contact(phone(), "김하늘")
    for body, kind in (("가" * 45, "sms"), ("가" * 46, "lms"), ("#{이름}" + "가" * 43, "lms")):
        [step] = desk.ok("POST", f"/campaigns/{desk.campaign(desk.step(body=body))}/preview", {})["steps"]
        assert step["kind"] == kind, body
