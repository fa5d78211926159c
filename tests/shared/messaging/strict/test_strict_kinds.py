"""Every kind of message, now or later, as each carrier's document demands it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.messaging.gateways import Button, NotOffered
from tests.shared.messaging.strict.lines import BODY, CHANNELS, NAMES, TEMPLATE, StrictLine, line_to
from tests.shared.messaging.strict.serving import JPEG

ONE, TWO, THREE = "01012345678", "01087654321", "01055554444"
DELIVERED = ("delivered", None)
AD = "(광고) 소식을 전합니다\n무료수신거부 080-123-4567"
LONG = "긴 글입니다. " * 20


def picture(line: StrictLine) -> dict[str, Any]:
    """A picture as the carrier wants it: stored there, or with the message."""
    try:
        return {"image_id": line.gateway.upload_image("picture.jpg", JPEG).id}
    except NotOffered:
        return {"image": JPEG}


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_is_taken_and_its_result_is_read(name: str) -> None:
    with line_to(name) as line:
        messages = [
            line.text(ONE),
            line.text(TWO, "한 글자 더"),
            line.text(ONE, LONG, "lms", subject="제목"),
            line.text(TWO, LONG, "lms"),
            line.text(THREE, AD, "lms" if name != "nhn" else "sms", advertising=True),
            line.alimtalk(ONE),
            line.alimtalk(TWO, "김철수", buttons=(Button("자세히", "WL", link_mobile="https://x.example/"),)),
        ]
        messages += [line.brand(ONE)] if "brand" in line.gateway.kinds else []
        messages.append(line.text(THREE, LONG, "mms", subject="사진", **picture(line)))
        ids = line.sent(*messages)
        assert line.results(ids) == dict.fromkeys(ids, DELIVERED)
        assert sorted(line.carrier.numbers()) == sorted(message.to for message in messages)


@pytest.mark.parametrize("name", ["solapi", "nhn"])
def test_templates_are_read_as_they_were_reviewed(name: str) -> None:
    with line_to(name) as line:
        line.carrier.templates["T-0002"] = "#{이름}님"
        first, second = line.gateway.templates(CHANNELS[name])
    expected = ("approved", None) if name == "solapi" else ("rejected", "다시 써 주세요")
    assert [(each.code, each.body) for each in (first, second)] == [(TEMPLATE, BODY), ("T-0002", "#{이름}님")]
    assert (first.status, first.comment) == expected
    assert first.buttons == (Button("자세히", "WL", link_mobile="https://x.example/"),)


@pytest.mark.parametrize("name", NAMES)
def test_what_leaves_later_leaves_no_earlier(name: str) -> None:
    with line_to(name) as line:
        at = datetime.now(UTC) + timedelta(minutes=15, seconds=20)
        line.sent(line.text(ONE, send_at=at))
        asked = line.carrier.asked[-1]
        body = asked.body.decode()
    found = re.search(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d\.\d+Z)?", body)
    if found:
        written = datetime.fromisoformat(found[0])
    else:
        fields = dict(pair.split("=") for pair in body.split("&"))
        written = datetime.fromisoformat(f"{fields['rdate']}T{fields['rtime']}")
    told = written if written.tzinfo else (written - timedelta(hours=9)).replace(tzinfo=UTC)
    assert timedelta(milliseconds=-1) <= told - at < timedelta(minutes=1)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_reserved_is_taken_back(name: str) -> None:
    """Of a request with others in it only where the carrier cancels message by message."""
    with line_to(name) as line:
        at = datetime.now(UTC) + timedelta(hours=1)
        ids = line.sent(line.text(ONE, send_at=at), line.text(TWO, send_at=at))
        alone = set(ids[:1]) if name == "nhn" else set()
        assert line.gateway.cancel(ids[:1]) == alone
        assert len(line.carrier.cancelled()) == len(alone)
        assert line.gateway.cancel(ids) == set(ids)
        assert sorted(line.carrier.cancelled()) == [ONE, TWO]
        assert line.gateway.cancel(line.sent(line.text(THREE))) == set()
