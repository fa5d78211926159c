"""“Where did you get my number?” is answered from whatever is left of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from shared.inbox import receiving
from shared.kernel.clock import utc_now
from shared.messaging.gateways import InboundMessage
from tests.functions.contacts.test_imports import imported
from tests.shared.privacy.conftest import Desk
from tests.shared.privacy.test_consents import GIVEN, WORDS

PHONE = "010-2345-6789"


def told(desk: Desk, contact: str) -> str:
    return "\n".join(desk.ok("GET", f"/contacts/{contact}/provenance")["sentences"])


def test_a_contact_made_by_hand_names_who_and_when(desk: Desk) -> None:
    contact = desk.contact(source="동네 모임 명함", legal_basis="consent")
    answer = told(desk, contact)
    assert "남궁솔찬님의 정보" in answer
    assert "이대표님이 직접 입력했습니다" in answer
    assert "‘동네 모임 명함’" in answer
    assert "정보주체의 동의(개인정보 보호법 제15조 제1항 제1호)" in answer
    assert desk.camp.rows("SELECT 1 FROM audit_log WHERE action = 'privacy.provenance_read'")


def test_a_contact_from_a_file_names_file_row_and_uploader(desk: Desk, workers: Callable[[], None]) -> None:
    table = f"이름,휴대전화\r\n김철수,010-8888-7777\r\n남궁솔찬,{PHONE}\r\n"
    done = imported(desk.camp, workers, table, source="행사 신청서", legal_basis="consent")
    assert done["status"] == "completed", done
    (contact,) = desk.ok("GET", "/contacts?q=남궁솔찬")
    shown = desk.ok("GET", f"/contacts/{contact['id']}/provenance")
    (file,) = shown["imports"]
    assert (file["file_name"], file["row_number"], file["member"]) == ("명단.csv", 3, "이대표")
    assert "‘명단.csv’의 3번째 줄에서 받았습니다" in shown["text"]
    assert "‘행사 신청서’" in shown["text"]
    assert shown["points"][0]["value"] == PHONE
    assert shown["text"] == "\n".join(shown["sentences"])


def test_consents_and_campaigns_are_told(desk: Desk) -> None:
    contact = desk.contact()
    desk.ok("POST", f"/contacts/{contact}/consents", GIVEN, 201)
    campaign_to(desk, contact, "봄 소식")
    answer = told(desk, contact)
    assert "2026년 3월 2일에 서면으로 ‘개인정보 수집·이용’에 동의하셨습니다" in answer
    assert WORDS in answer
    assert "‘봄 소식’" in answer
    english = desk.camp.api.in_language("en").get(f"/contacts/{contact}/provenance").json["data"]["text"]
    assert "On 2026-03-02 consent was given on paper" in english


def campaign_to(desk: Desk, contact: str, name: str, phone: str = "+821023456789") -> UUID:
    """A campaign that was sent to a contact."""
    campaign_id, cipher = uuid4(), desk.camp.cipher
    with desk.camp.transaction() as connection:
        connection.execute(
            """INSERT INTO campaigns (tenant_id, id, name, purpose, audience, status)
               VALUES (current_tenant(), %s, %s, 'event_notice', '{"all": true}', 'completed')""",
            [campaign_id, name],
        )
        connection.execute(
            """INSERT INTO recipients (tenant_id, campaign_id, id, contact_id, phone_hash, phone_sealed,
                                       name_sealed, state, next_at, sent_at)
               VALUES (current_tenant(), %s, %s, %s, %s, %s, %s, 'delivered', NULL, now())""",
            [campaign_id, uuid4(), contact, cipher.point_hash("phone", phone), cipher.seal("phone", phone),
             cipher.seal("name", "남궁솔찬")],
        )  # fmt: skip
    return campaign_id


def lookup(desk: Desk, phone: str) -> dict[str, object]:
    found: dict[str, object] = desk.ok("POST", "/privacy/lookup", {"phone": phone})
    return found


def test_a_number_is_looked_up_however_it_is_written(desk: Desk) -> None:
    contact = desk.contact(source="명함")
    for written in (PHONE, "01023456789", "+82 10 2345 6789"):
        found = lookup(desk, written)
        assert (found["found"], found["contact_id"]) == (["contact"], contact)
        assert "‘명함’" in str(found["text"])
    assert desk.camp.rows("SELECT 1 FROM audit_log WHERE action = 'privacy.number_looked_up'")


def test_a_number_that_only_refused_or_was_only_written_to_is_found(desk: Desk) -> None:
    desk.ok("POST", "/opt-outs", {"phone": "010-2222-3333"}, 201)
    found = lookup(desk, "010-2222-3333")
    assert (found["found"], found["contact_id"]) == (["opt_out"], None)
    assert "수신거부" in str(found["text"])
    campaign_to(desk, str(uuid4()), "옛 소식", "+821077776666")
    found = lookup(desk, "010-7777-6666")
    assert found["found"] == ["campaign"]
    assert "‘옛 소식’" in str(found["text"])
    assert lookup(desk, "010-9191-8282")["sentences"] == ["이 번호에 관한 정보는 가지고 있지 않습니다."]


def test_a_refusal_of_one_channel_promises_no_more_than_that(desk: Desk) -> None:
    desk.ok("POST", "/opt-outs", {"phone": PHONE, "channel": "kakao"}, 201)
    said = lookup(desk, PHONE)["text"]
    assert "더는 카카오톡 메시지를 보내지 않습니다" in str(said)
    desk.ok("POST", "/opt-outs", {"phone": PHONE}, 201)
    said = lookup(desk, PHONE)["text"]
    assert "더는 메시지를 보내지 않습니다" in str(said)
    assert "카카오톡" not in str(said)


def test_a_number_that_only_wrote_to_the_camp_is_found(desk: Desk) -> None:
    camp, at = desk.camp, datetime(2026, 5, 1, tzinfo=UTC)
    with camp.transaction() as connection:
        written = InboundMessage(sender=PHONE, to="02-1234-5678", text="문의합니다", at=at)
        receiving.take(connection, camp.cipher, uuid4(), written, utc_now())
    found = lookup(desk, PHONE)
    assert (found["found"], found["contact_id"]) == (["conversation"], None)
    assert "문자로 나눈 대화를 보관" in str(found["text"])


def test_a_number_that_only_a_history_holds_is_found(desk: Desk, workers: Callable[[], None]) -> None:
    """Taken off a contact, or deleted in bulk and not erased yet: the value is there, to be given back."""
    first, contact, keep = (desk.contact(phone=f"010-2345-678{number}") for number in (8, 9, 7))
    desk.ok("PUT", f"/contacts/{contact}", {"phones": ["010-9999-8888"]})
    desk.ok("POST", "/contacts/merges", {"keep_id": keep, "merge_ids": [contact]}, 201)
    found = lookup(desk, PHONE)
    assert (found["found"], found["contact_id"]) == (["history"], keep)
    assert "변경 기록에만 남아" in str(found["text"])
    assert "남궁솔찬" not in str(found["text"]), "who asks may be somebody else"
    desk.ok("POST", f"/contacts/{keep}/erase", {"reason": "본인 요청"})
    assert lookup(desk, PHONE)["found"] == ["erased"]
    target = {"ids": [first]}
    desk.ok("POST", "/contacts/bulk", {"action": "delete", "target": target}, 202)
    workers()
    found = lookup(desk, "010-2345-6788")
    assert (found["found"], found["contact_id"]) == (["history"], None)
    assert "완전히 파기합니다" in str(found["text"])


def test_of_somebody_who_was_merged_all_origins_are_told(desk: Desk, workers: Callable[[], None]) -> None:
    keep = desk.contact(source="명함", legal_basis="consent")
    table = "이름,휴대전화\r\n독고휘랑,010-3456-7890\r\n"
    imported(desk.camp, workers, table, source="행사 명부", legal_basis="contract")
    (other,) = desk.ok("GET", "/contacts?q=독고휘랑")
    desk.ok("POST", "/contacts/merges", {"keep_id": keep, "merge_ids": [other["id"]]}, 201)
    answer = told(desk, keep)
    for origin in ("‘명단.csv’", "직접 입력했습니다", "‘명함’", "‘행사 명부’", "제1호)", "제4호)"):
        assert origin in answer, origin
    points = desk.ok("GET", f"/contacts/{keep}/provenance")["points"]
    assert [point["source"] for point in points] == [None, None], "not all of them from the first"


def test_of_a_familys_number_everybodys_source_is_told(desk: Desk, workers: Callable[[], None]) -> None:
    for name, source in (("남궁솔찬", "행사 명부"), ("독고휘랑", "당원 명부")):
        table = f"이름,휴대전화\r\n{name},{PHONE}\r\n"
        imported(desk.camp, workers, table, source=source, legal_basis="consent")
    found = lookup(desk, PHONE)
    assert found["found"] == ["contact", "shared"]
    assert "‘행사 명부’" in str(found["text"])
    assert "‘당원 명부’" in str(found["text"])


def test_an_erased_number_says_so(desk: Desk) -> None:
    contact = desk.contact()
    desk.ok("POST", f"/contacts/{contact}/erase", {"reason": "본인 요청"})
    found = lookup(desk, PHONE)
    assert found["found"] == ["erased"]
    assert "파기했습니다" in str(found["text"])


@pytest.mark.parametrize("phone", ["", "홍길동", "010-2345-6789, 010-2345-6780", "1234"])
def test_what_is_no_number_is_refused(desk: Desk, phone: str) -> None:
    assert desk.camp.api.post("/privacy/lookup", {"phone": phone}).status_code == 422


def files_of(desk: Desk, contact: str) -> list[str]:
    shown = desk.ok("GET", f"/contacts/{contact}/provenance")
    return [file["id"] for file in shown["imports"]]


def test_an_import_that_was_undone_is_no_source(desk: Desk, workers: Callable[[], None]) -> None:
    contact = desk.contact(source="명함")
    table = f"이름,휴대전화,메모\r\n남궁솔찬,{PHONE},봄\r\n"
    done = imported(desk.camp, workers, table, source="행사 신청서", legal_basis="consent")
    assert files_of(desk, contact) == [done["id"]]
    undone(desk, workers, done["id"])
    assert files_of(desk, contact) == []
    assert "이대표님이 직접 입력했습니다" in told(desk, contact)
    assert "명단.csv" not in told(desk, contact)


def test_whom_an_undone_import_made_and_who_stays_is_from_it_still(
    desk: Desk, workers: Callable[[], None]
) -> None:
    table = f"이름,휴대전화\r\n남궁솔찬,{PHONE}\r\n"
    done = imported(desk.camp, workers, table, source="행사 신청서", legal_basis="consent")
    (contact,) = desk.ok("GET", "/contacts?q=남궁솔찬")
    desk.ok("POST", f"/contacts/{contact['id']}/notes", {"text": "통화함"}, 201)
    undone(desk, workers, done["id"])
    assert files_of(desk, contact["id"]) == [done["id"]]


def undone(desk: Desk, workers: Callable[[], None], import_id: str) -> None:
    desk.ok("POST", f"/contacts/imports/{import_id}/undo", None, 202)
    workers()
