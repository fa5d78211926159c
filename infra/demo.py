"""The demo camp: a login, senders, templates, a segment and fictional voters, with the simulator connected.

`python -m infra.demo` makes it if it is missing and prints the login as JSON. Its data is made up;
the numbers that end in 9001 … 9012 have fixed outcomes at the simulator, so that a first campaign
shows failures and fallback. In production (HANPYO_ENV=production) there is no demo.
"""

import json
import random
import sys
from datetime import timedelta
from uuid import UUID

from shared.accounts import members
from shared.accounts.models import Registration
from shared.accounts.store import find_login
from shared.contacts import contacts
from shared.contacts.models import ContactInput
from shared.contacts.sensitive_fields import nothing_hidden
from shared.kernel.clock import seoul_date, utc_now
from shared.kernel.config import settings
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.messaging import senders, templates
from shared.messaging.models import SenderDraft, TemplateDraft
from shared.messaging.rendering import Channel
from shared.security.cipher import TenantCipher, login_hash, tenant_cipher
from shared.segments import segments
from shared.segments.segments import SegmentDraft

EMAIL = "demo@hanpyo.example"
PASSWORD = "hanpyo-demo-2026"
PEOPLE = 120

_SURNAMES = "김이박최정강조윤장임한오서신권황안송류홍"
_GIVEN = (
    *("민준", "서연", "도윤", "지우", "예준", "하은", "시우", "서윤", "주원", "지민"),
    *("지호", "수빈", "준서", "다은", "현우", "채원", "건우", "소율", "우진", "유나"),
    *("성민", "은지", "정호", "미경", "영수", "순자", "광수", "말순", "경희", "동현"),
)
_DISTRICTS = ("상도동", "흑석동", "노량진동", "사당동", "대방동", "신대방동")
_TAGS = ("당원", "자원봉사", "후원회", "학부모", "상인회", "경로당")
_MAGIC_ENDINGS = ("9001", "9002", "9007", "9012")


def main() -> int:
    """Makes the demo camp if it is missing; prints its login, or why there is none."""
    if settings().production:
        sys.stdout.write(json.dumps({"demo": None, "reason": "HANPYO_ENV=production"}) + "\n")
        return 0
    ensure_demo_camp()
    sys.stdout.write(json.dumps({"email": EMAIL, "password": PASSWORD}) + "\n")
    return 0


def ensure_demo_camp() -> None:
    """Makes the camp and fills it, once."""
    tenant_id, member_id = _registered()
    with tenant_transaction(tenant_id) as connection:
        # One transaction fills the camp, so an interrupted first start is made good by the next.
        if senders.list_all(connection, tenant_cipher(connection, tenant_id)):
            return
        cipher = tenant_cipher(connection, tenant_id)
        _add_senders(connection, cipher, member_id)
        _add_templates(connection, member_id)
        _add_segment(connection, cipher, member_id)
        for person in _people():
            contacts.create(connection, cipher, member_id, person)


def _registered() -> tuple[UUID, UUID]:
    with system_transaction() as connection:
        found = find_login(connection, login_hash(EMAIL))
    if found:
        return found["tenant_id"], found["member_id"]
    return members.register(
        Registration(email=EMAIL, password=PASSWORD, name="한소리", organization="상도동 한표 캠프")
    )


def _add_senders(connection: Connection, cipher: TenantCipher, member_id: UUID) -> None:
    last_week = seoul_date(utc_now()) - timedelta(days=7)
    for draft in (
        SenderDraft(
            kind="phone",
            value="02-812-3456",
            label="선거사무소",
            registered_on=last_week,
            reported_on=last_week,
        ),
        SenderDraft(
            kind="kakao_channel",
            value="KA01PF261101000000000DEMOCAMP001",
            label="@상도동한표",
            registered_on=last_week,
        ),
    ):
        senders.create(connection, cipher, draft, member_id)


def _add_templates(connection: Connection, member_id: UUID) -> None:
    for draft in (
        TemplateDraft(
            name="주민 모임 안내",
            channel=Channel.SMS,
            body="#{이름}님, 토요일 오전 10시 상도동 주민센터에서 주민 모임이 있습니다.",
        ),
        TemplateDraft(
            name="모임 안내 알림톡",
            channel=Channel.ALIMTALK,
            body=(
                "안녕하세요, #{이름}님.\n신청하신 주민 모임을 안내드립니다.\n\n"
                "일시: 토요일 오전 10시\n장소: 상도동 주민센터"
            ),
        ),
        TemplateDraft(
            name="예비후보 인사",
            channel=Channel.LMS,
            subject="예비후보 인사드립니다",
            body=(
                "(선거운동정보)\n안녕하십니까, #{이름}님. 한표구의원 예비후보 한소리입니다.\n"
                "골목마다 찾아뵙고 말씀 듣겠습니다.\n\n한소리 선거사무소 02-812-3456\n"
                "불법수집정보 신고 118\n무료수신거부 080-812-3456"
            ),
        ),
    ):
        templates.create(connection, draft, member_id)


def _add_segment(connection: Connection, cipher: TenantCipher, member_id: UUID) -> None:
    wanted = {"all": [{"tag": "당원"}, {"not": {"tag": "경로당"}}]}
    draft = SegmentDraft.model_validate({"name": "당원(경로당 제외)", "filter": wanted})
    segments.create(connection, cipher, draft, member_id, nothing_hidden)


def _people() -> list[ContactInput]:
    """Fictional voters, the same ones every time."""
    choose = random.Random(59)  # noqa: S311  (sample data)
    found = []
    for i in range(PEOPLE):
        ending = (
            _MAGIC_ENDINGS[i // 12] if i % 12 == 0 and i // 12 < len(_MAGIC_ENDINGS) else f"{1000 + i * 7}"
        )
        name = choose.choice(_SURNAMES) + choose.choice(_GIVEN)
        found.append(
            ContactInput(
                name=name,
                phones=[f"010-{choose.randrange(2000, 9000)}-{ending}"],
                emails=[f"voter{i}@example.com"] if i % 3 == 0 else [],
                kakao_ids=[f"hanpyo{i:03d}"] if i % 5 == 0 else [],
                tags=choose.sample(_TAGS, choose.choice((0, 1, 1, 2))),
                address=f"서울특별시 동작구 {choose.choice(_DISTRICTS)} {choose.randrange(1, 400)}",
                source="시연용 가상 명부",
                legal_basis="consent",
            )
        )
    return found


if __name__ == "__main__":
    sys.exit(main())
