"""A number in no contact is erased: what strangers wrote, and what campaigns and requests keep of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.inbox import receiving
from shared.kernel.clock import utc_now
from shared.messaging.gateways import InboundMessage
from tests.factories import Camp
from tests.functions.contacts.test_imports import imported
from tests.shared.privacy.conftest import Desk, everything_stored
from tests.shared.privacy.test_provenance import campaign_to, lookup

PHONE = "010-2345-6789"
BODY = {"phone": PHONE, "reason": "본인 요청"}
SAID, WRITTEN = "전화로 하신 말씀", "낯선 사람의 글"
TRACES = [PHONE, "1023456789", SAID, WRITTEN, "남궁솔찬"]


def writes(camp: Camp, phone: str = PHONE) -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    with camp.transaction() as connection:
        written = InboundMessage(sender=phone, to="02-1234-5678", text=WRITTEN, at=at)
        receiving.take(connection, camp.cipher, uuid4(), written, utc_now())


def rejected_in_a_list(camp: Camp, workers: Callable[[], None]) -> None:
    done = imported(camp, workers, "이름,휴대전화\r\n선우다랑,010-7777-8888\r\n")
    cells = camp.cipher.seal_json("reject", ["남궁솔찬", f"{PHONE} 아님"])
    with camp.transaction() as connection:
        connection.execute(
            """INSERT INTO import_rejects (tenant_id, import_id, row_number, reason, cells_sealed)
               VALUES (current_tenant(), %s, 2, 'no_contact_point', %s)""",
            [done["id"], cells],
        )


def traces(camp: Camp) -> set[str]:
    stored = everything_stored(camp)
    return {
        f"{trace} in {table}" for table, text in stored.items() for trace in TRACES if trace.encode() in text
    }


def test_nothing_of_a_stranger_is_left(desk: Desk, workers: Callable[[], None]) -> None:
    writes(desk.camp)
    campaign_to(desk, "00000000-0000-7000-8000-000000000001", "봄 소식")
    desk.ok("POST", "/opt-outs", {"phone": PHONE}, 201)
    desk.ok("POST", "/privacy/requests", {"kind": "erasure", "phone": PHONE, "detail": SAID}, 201)
    rejected_in_a_list(desk.camp, workers)
    assert len(traces(desk.camp)) >= len(TRACES)
    erased = desk.ok("POST", "/privacy/erase-number", BODY)
    assert erased == {"conversations": 1, "campaigns": 1, "contacts": 0, "waiting_uploads": 0}
    workers()
    assert traces(desk.camp) == set()
    assert lookup(desk, PHONE)["found"] == ["opt_out", "campaign", "erased"]
    requests = desk.ok("GET", "/privacy/requests")
    assert [(one["kind"], one["status"]) for one in requests] == [("erasure", "answered")] * 2
    assert desk.camp.rows("SELECT 1 FROM audit_log WHERE action = 'privacy.number_erased'")
    table = f"이름,휴대전화\r\n남궁솔찬,{PHONE}\r\n"
    again = imported(desk.camp, workers, table, source="명부", legal_basis="consent")
    assert again["counts"]["rejected"] == 1, "no list brings them back"
    assert desk.ok("GET", f"/contacts/{desk.contact()}")["opted_out"]


def test_whoever_was_deleted_within_a_day_is_erased_too(desk: Desk, workers: Callable[[], None]) -> None:
    contact, other = desk.contact(), desk.contact("선우다랑", "010-7777-8888")
    target = {"action": "delete", "target": {"ids": [contact, other]}}
    bulk = desk.ok("POST", "/contacts/bulk", target, 202)
    workers()
    assert desk.ok("POST", "/privacy/erase-number", BODY)["contacts"] == 1
    desk.ok("POST", f"/contacts/bulk/{bulk['id']}/undo", status=202)
    workers()
    assert [one["name"] for one in desk.ok("GET", "/contacts")] == ["선우다랑"]
    assert traces(desk.camp) == set()


def test_a_number_in_a_contact_is_erased_with_the_contact(desk: Desk, workers: Callable[[], None]) -> None:
    desk.contact()
    refused = desk.camp.api.post("/privacy/erase-number", BODY)
    assert refused.status_code == 409
    assert "연락처에서 파기해 주세요" in refused.text
    assert len(desk.ok("GET", "/contacts")) == 1


def test_only_an_admin_erases_a_number_and_only_their_camps(desk: Desk, new_camp: Callable[[], Camp]) -> None:
    writes(desk.camp)
    assert desk.camp.member("staff").api.post("/privacy/erase-number", BODY).status_code == 403
    assert new_camp().api.post("/privacy/erase-number", BODY).json["data"]["conversations"] == 0
    assert lookup(desk, PHONE)["found"] == ["conversation"]
    for wrong in ({"phone": "홍길동"}, {"reason": ""}):
        assert desk.camp.api.post("/privacy/erase-number", {**BODY, **wrong}).status_code == 422


def test_evidence_of_a_frozen_campaign_stays(desk: Desk) -> None:
    campaign_id = campaign_to(desk, "00000000-0000-7000-8000-000000000001", "봄 소식")
    writes(desk.camp)
    freeze = {"reason": "자료 제출 요구", "campaign_id": str(campaign_id)}
    desk.ok("POST", "/compliance/freezes", freeze, 201)
    refused = desk.camp.api.post("/privacy/erase-number", BODY)
    assert refused.status_code == 409
    assert lookup(desk, PHONE)["found"] == ["conversation", "campaign"]


@pytest.mark.parametrize("phone", ["+82 10 2345 6789", "01023456789", "1023456789"])
def test_a_number_is_erased_however_it_is_written(desk: Desk, phone: str) -> None:
    writes(desk.camp)
    assert desk.ok("POST", "/privacy/erase-number", {**BODY, "phone": phone})["conversations"] == 1
