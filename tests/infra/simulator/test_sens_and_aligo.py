"""What SENS and Aligo would refuse, the simulator refuses, as they do."""

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.infra.simulator.running import CHANNEL, HTTP, SENDER, Simulator

SERVICE, KAKAO = "ncp:sms:kr:1:x", "ncp:kkobizmsg:kr:1:x"
TEMPLATE = {"template_id": "T1", "channel": CHANNEL, "content": "#{이름}님", "buttons": []}
TO = "01011112222"


@dataclass
class Sens:
    """Signed calls to the simulator."""

    url: str
    key: str
    secret: str = "a-secret-key"

    def call(self, method: str, path: str, body: Any = None, at: int | None = None) -> httpx.Response:
        stamp = str(int(time.time() * 1000) if at is None else at)
        digest = hmac.new(
            self.secret.encode(), f"{method} {path}\n{stamp}\n{self.key}".encode(), hashlib.sha256
        )
        headers = {
            "x-ncp-apigw-timestamp": stamp,
            "x-ncp-iam-access-key": self.key,
            "x-ncp-apigw-signature-v2": base64.b64encode(digest.digest()).decode(),
        }
        return HTTP.request(method, self.url + path, headers=headers, json=body)

    def send(self, service: str = SERVICE, **changes: Any) -> httpx.Response:
        body = {"type": "SMS", "from": SENDER, "content": "안녕", "messages": [{"to": TO}], **changes}
        return self.call("POST", f"/sms/v2/services/{service}/messages", body)

    def alimtalk(self, **changes: Any) -> httpx.Response:
        body = {
            "plusFriendId": CHANNEL,
            "templateCode": "T1",
            "messages": [{"to": TO, "content": "김님"}],
            **changes,
        }
        return self.call("POST", f"/alimtalk/v2/services/{KAKAO}/messages", body)


@pytest.fixture
def sens(simulator: Simulator) -> Sens:
    there = Sens(simulator.url, "KEY" + secrets.token_hex(8))
    services = {"sms_service": SERVICE, "kakao_service": KAKAO}
    simulator.put(
        there.key,
        carrier="sens",
        api_secret=there.secret,
        senders=[SENDER],
        channels=[CHANNEL],
        templates=[TEMPLATE],
        credentials=services,
        latency_ms=10,
    ).raise_for_status()
    return there


def test_sens_wants_its_signature_its_time_and_its_service(sens: Sens) -> None:
    assert sens.send().status_code == 202
    assert sens.send("ncp:sms:kr:1:other").status_code == 403
    path, minute = f"/sms/v2/services/{SERVICE}/messages", 60_000
    old = int(time.time() * 1000) - 5 * minute - 1000
    assert sens.call("GET", f"{path}?requestId=x", at=old).status_code == 401
    sens.secret = "another"
    assert sens.send().status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "FAX"},
        {"contentType": "X"},
        {"from": "0299999999"},
        {"content": ""},
        {"messages": []},
        {"messages": [{"to": TO}] * 101},
        {"messages": [{"to": "010-1111-2222"}]},
        {"files": [{"fileId": "none"}], "type": "MMS"},
        {"files": [{"fileId": "none"}]},
        {"reserveTime": "2020-01-01 09:00"},
        {"reserveTime": "tomorrow"},
    ],
)
def test_sens_refuses_a_bad_request_whole(sens: Sens, changes: dict[str, Any]) -> None:
    assert sens.send(**changes).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"plusFriendId": "@x"},
        {"templateCode": "T2"},
        {"messages": [{"to": TO}]},
        {"messages": [{"to": TO, "content": ""}]},
    ],
)
def test_sens_refuses_a_bad_kakao_request_whole(sens: Sens, changes: dict[str, Any]) -> None:
    assert sens.alimtalk().status_code == 202
    assert sens.alimtalk(**changes).status_code == 400


def test_sens_cuts_what_is_too_long_and_lists_nothing_with_an_empty_404(
    sens: Sens, simulator: Simulator
) -> None:
    sens.send(content="가" * 60)
    [item] = simulator.get("/simulator/console/messages", api_key=sens.key)["items"]
    assert item["text"] == "가" * 45
    path = f"/sms/v2/services/{SERVICE}/messages"
    empty = sens.call("GET", f"{path}?requestId=none")
    assert (empty.status_code, empty.content) == (404, b"")
    assert sens.call("GET", path).status_code == 400
    alimtalk = f"/alimtalk/v2/services/{KAKAO}/messages"
    window = "requestStartTime=2026-05-01%2000:00:00&requestEndTime=2026-05-02%2000:00:00"
    assert sens.call("GET", f"{alimtalk}?{window}").status_code == 400, "plusFriendId is missing"
    assert sens.call("GET", f"{alimtalk}?{window}&plusFriendId={CHANNEL}").status_code == 404


@dataclass
class Aligo:
    """Forms to the simulator."""

    url: str
    key: str

    def call(self, path: str, **fields: str) -> dict[str, Any]:
        answer = HTTP.post(self.url + path, data={"key": self.key, "user_id": "camp", **fields})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        found: dict[str, Any] = answer.json()
        return found

    def send(self, **changes: str) -> dict[str, Any]:
        return self.call(
            "/send/", **{"sender": SENDER, "receiver": TO, "msg": "안녕", "msg_type": "SMS", **changes}
        )


@pytest.fixture
def aligo(simulator: Simulator) -> Aligo:
    there = Aligo(simulator.url, "KEY" + secrets.token_hex(8))
    known = {"user_id": "camp"}
    simulator.put(
        there.key, carrier="aligo", senders=[SENDER], credentials=known, latency_ms=10
    ).raise_for_status()
    return there


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 1),
        ({"key": "none"}, -101),
        ({"user_id": "somebody"}, -101),
        ({"sender": "0299999999"}, -103),
        ({"receiver": ",".join([TO] * 1001)}, -102),
        ({"msg": ""}, -102),
        ({"msg": "가" * 46}, -102),
        ({"msg_type": "MMS"}, -102),
        ({"msg_type": "FAX"}, -102),
        ({"title": "제목"}, -102),
        ({"msg_type": "LMS", "title": "가" * 23}, -102),
        ({"rdate": "20200101", "rtime": "0900"}, -105),
    ],
)
def test_aligo_refuses_with_its_code(aligo: Aligo, changes: dict[str, str], code: int) -> None:
    assert aligo.send(**changes)["result_code"] == code


def test_aligo_knows_its_callers_addresses(aligo: Aligo, simulator: Simulator) -> None:
    simulator.put(aligo.key, credentials={"user_id": "camp", "allowed_ips": "203.0.113.7"}).raise_for_status()
    assert aligo.send()["result_code"] == -101


def test_aligo_counts_whom_it_did_not_take_and_says_not_whom(aligo: Aligo) -> None:
    answer = aligo.send(receiver=f"{TO},12345,01011119006")
    assert (answer["success_cnt"], answer["error_cnt"]) == (1, 2)
    rows = aligo.call("/sms_list/", mid=str(answer["msg_id"]))["list"]
    assert [row["receiver"] for row in rows] == [TO]
    assert "msg" not in rows[0]


def test_aligo_writes_numbers_as_text_here_and_there(aligo: Aligo) -> None:
    fields = {"sender": SENDER, "msg_type": "SMS", "cnt": "1", "rec_1": TO, "msg_1": "안녕"}
    assert aligo.call("/send_mass/", **fields)["result_code"] == "1"
    assert aligo.call("/send_mass/", **{**fields, "cnt": "2"})["result_code"] == -102
    assert aligo.call("/send_mass/", **{**fields, "cnt": "501"})["result_code"] == -102


def test_aligos_test_mode_sends_nothing_and_emoji_become_question_marks(
    aligo: Aligo, simulator: Simulator
) -> None:
    assert aligo.send(testmode_yn="Y")["result_code"] == 1
    assert simulator.counts(aligo.key)["total"] == 0
    aligo.send(msg="안녕🙂")
    [item] = simulator.get("/simulator/console/messages", api_key=aligo.key)["items"]
    assert item["text"] == "안녕?"


def test_aligos_lists_have_pages(aligo: Aligo) -> None:
    for _ in range(3):
        aligo.send()
    first = aligo.call("/list/", page_size="2")
    second = aligo.call("/list/", page_size="2", page="2")
    assert (len(first["list"]), first["next_yn"]) == (2, "Y")
    assert (len(second["list"]), second["next_yn"]) == (1, "N")
    assert aligo.call("/cancel/", mid=str(first["list"][0]["mid"]))["result_code"] == -805


def test_aligos_kakao_api_wants_a_token(aligo: Aligo) -> None:
    identity = {"apikey": aligo.key, "userid": "camp"}
    assert aligo.call("/akv10/template/list/", **identity, senderkey="SK")["code"] == -99
    token = aligo.call("/akv10/token/create/30/i/", **identity)["token"]
    assert aligo.call("/akv10/profile/list/", **identity, token=token)["code"] == 0
    assert aligo.call("/akv10/template/list/", **identity, token=token, senderkey="SK")["code"] == 509
    assert aligo.call("/akv10/token/create/30/i/", apikey=aligo.key, userid="x")["code"] == 501
