"""A body that makes sense for every endpoint that takes one, for tests to bend or to send elsewhere."""

from typing import Any
from uuid import uuid4

STEP = {"channel": "sms", "sender_id": "{sender_id}", "body": "#{이름}님, 안녕하세요"}
CAMPAIGN: dict[str, Any] = {
    "name": "봄 소식",
    "purpose": "event_notice",
    "audience": {"contact_ids": ["{contact_id}"]},
    "steps": [{**STEP, "subject": "소식", "variant_b": {"body": "둘째 글"}, "wait_seconds": 0, "retries": 1}],
    "scheduled_at": "2030-01-01T00:00:00Z",
    "priority": "low",
    "ab": {"share_percent": 20, "decide": "hand", "after_minutes": 60, "minimum": 50},
}
DECLARED = {
    "ai_media": False,
    "poll_reference": "제12345호",
    "survey": {"starts_on": "2026-12-01", "reported_on": "2026-11-20", "by_phone": False},
}
CANDIDATE = {
    "organisation": "camp",
    "election_id": "{election_id}",
    "name": "홍길동",
    "phone": "02-1234-5678",
    "refusal_number": "080-123-4567",
    "opponents": ["김경쟁"],
    "pre_registered_on": "2026-11-01",
    "registration_no": "1",
    "insert_wording": True,
}
CONTACT = {
    "name": "김하늘",
    "phones": ["010-2345-6789"],
    "emails": ["haneul@example.com"],
    "kakao_ids": ["haneul"],
    "tags": ["당원"],
    "address": "서울 동작구",
    "note": "메모",
    "birth": "1990-01-01",
    "custom": {"모임": "가"},
    "source": "명부",
    "legal_basis": "consent",
}
FILTER = {"all": [{"tag": "당원"}, {"not": {"custom": {"label": "모임", "equals": "가"}}}]}
LIST = {"q": "하늘", "tag": ["당원"], "filter": FILTER}
TEMPLATE = {
    "name": "안내",
    "channel": "kakao_brand",
    "body": "#{이름}님, 안녕하세요",
    "buttons": [{"name": "보기", "type": "WL", "link_mobile": "https://example.kr/"}],
    "carrier_template_id": "T1",
}
SENDER = {
    "kind": "phone",
    "value": "02-9999-8888",
    "label": "본부",
    "registered_on": "2026-01-02",
    "reported_on": "2026-01-03",
}
CREDENTIALS = {"api_key": "key", "api_secret": "secret", "webhook_secret": "hook"}
RETENTION = {"kind": "source", "days": 30, "action": "report", "source": "명부", "enabled": False}
CONSENT = {
    "purpose": "advertising",
    "channel": "all",
    "text": "동의합니다",
    "method": "web",
    "given_at": "2026-11-01T00:00:00Z",
    "evidence": "신청서",
}
SEGMENT = {"name": "당원", "filter": FILTER}
MEMBER = {"email": "new@example.com", "name": "박비서", "password": "a password of some length"}

BODIES: dict[str, Any] = {
    "accept_invitation": {"token": "x" * 60, "name": "박비서", "password": MEMBER["password"]},
    "login": {"email": MEMBER["email"], "password": MEMBER["password"], "otp": "1"},
    "refresh": {"refresh_token": "AAAAAAAAAAAAAAAAAAAAAA." + "x" * 43},
    "register": {**MEMBER, "organization": "캠프"},
    "create_campaign": CAMPAIGN,
    "update_campaign": CAMPAIGN,
    "preview_draft": {
        **{name: CAMPAIGN[name] for name in ("purpose", "audience", "scheduled_at")},
        "steps": [STEP],
        "contact_id": "{contact_id}",
        "declarations": DECLARED,
    },
    "preview_campaign": {"contact_id": "{contact_id}"},
    "request_approval": {"note": "확인"},
    "replace_content": {"position": 1, "subject": "소식", "body": "나중", "variant": "a"},
    "update_declarations": DECLARED,
    "decide_message": {"sent": True},
    "send_test": {"to": "010-2345-6789", "step": 1, "variant": "a"},
    "choose_variant": {"variant": "b"},
    "update_candidate": CANDIDATE,
    "create_canned_reply": {"title": "인사", "body": "고맙습니다"},
    "update_canned_reply": {"title": "인사", "body": "고맙습니다"},
    "create_account": {"carrier": "solapi", "credentials": CREDENTIALS, "messages_per_second": 10},
    "update_account": {
        "credentials": CREDENTIALS,
        "messages_per_second": 10,
        "weight": 1,
        "prices": {"sms": 9},
    },
    "approve_campaign": {"note": "읽음"},
    "refuse_campaign": {"note": "읽음"},
    "freeze_sending": {"campaign_id": "{campaign_id}", "reason": "선관위 요청", "ordered_by": "선관위"},
    "lift_freeze": {"reason": "끝남"},
    "note_consents_told": {"what": "given", "consent_ids": ["{consent_id}"]},
    "create_view": {"name": "당원", "query": LIST, "shared": True},
    "update_view": {"name": "당원", "query": LIST, "shared": True},
    "create_contact": CONTACT,
    "update_contact": CONTACT,
    "start_bulk_action": {"action": "tag", "target": {"ids": ["{contact_id}"]}, "tags": ["당원"]},
    "count_selection": {"target": {"ids": ["{contact_id}"]}},
    "resolve_duplicate": {"decision": "keep_apart", "keep": "left", "fields": {"name": "left"}},
    "start_export": {"target": LIST, "format": "csv", "columns": ["name"], "reason": "보고"},
    "map_import": {"mapping": {"이름": "name"}, "tags": ["당원"], "source": "명부", "legal_basis": "consent"},
    "merge_contacts": {
        "keep_id": "{contact_id}",
        "merge_ids": ["{other_contact_id}"],
        "fields": {"name": "{contact_id}"},
    },
    "add_consent": CONSENT,
    "withdraw_consent": {"how": "전화", "opt_out": True},
    "erase_contact": {"reason": "본인 요청"},
    "add_note": {"text": "메모"},
    "update_note": {"text": "메모"},
    "update_conversation": {"status": "closed", "assignee_id": "{member_id}", "read_up_to": "{message_id}"},
    "create_reply": {"text": "#{이름}님, 고맙습니다", "sender_id": "{sender_id}"},
    "create_custom_field": {"label": "동네", "sensitive": False},
    "create_election": {"kind": "governor", "name": "선거", "election_day": "2027-04-07"},
    "update_election": {"kind": "governor", "name": "선거", "election_day": "2027-04-07"},
    "add_election_send": {"sent_on": "2026-11-01", "recipients": 10, "note": "다른 업체"},
    "invite_member": {"email": MEMBER["email"], "name": "박비서", "role": "staff"},
    "update_me": {"name": "나", "password": MEMBER["password"], "current_password": "no"},
    "update_member": {"role": "staff", "status": "active", "sees_sensitive": False},
    "create_opt_out": {"phone": "010-2345-6789", "channel": "all", "reason": "manual"},
    "delete_opt_out": {"reason": "본인 요청"},
    "lookup_number": {"phone": "010-2345-6789"},
    "erase_number": {"phone": "010-2345-6789", "reason": "본인 요청"},
    "start_rekeying": {"what": "data_key"},
    "add_request": {"kind": "access", "phone": "010-2345-6789", "detail": "요청"},
    "answer_request": {"status": "answered", "answer": "답"},
    "create_retention_rule": RETENTION,
    "update_retention_rule": RETENTION,
    "preview_retention": {"rule_id": "{rule_id}"},
    "run_retention": {"rule_id": "{rule_id}"},
    "update_quota": {"limit": 1000},
    "create_segment": SEGMENT,
    "update_segment": SEGMENT,
    "preview_segment": {"filter": FILTER},
    "create_sender": SENDER,
    "update_sender": SENDER,
    "create_template": TEMPLATE,
    "update_template": TEMPLATE,
    "request_inspection": {"sender_id": "{sender_id}"},
    "fix_text": {"text": "안녕 😀"},
}


def with_ids(value: Any, ids: dict[str, str]) -> Any:
    """The body with ids in the places of their names; what is not there gets one of nothing."""
    if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        return ids.get(value[1:-1]) or str(uuid4())
    if isinstance(value, list):
        return [with_ids(item, ids) for item in value]
    if isinstance(value, dict):
        return {key: with_ids(item, ids) for key, item in value.items()}
    return value
