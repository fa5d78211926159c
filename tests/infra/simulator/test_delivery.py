"""Fates by magic number, and the webhook calls that tell of them."""

import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from shared.messaging.gateways import SolapiGateway
from tests.infra.simulator.running import (
    API_SECRET,
    HTTP,
    SENDER,
    Line,
    Receiver,
    Simulator,
    alimtalk,
    free_port,
    start,
    text_message,
    wait_until,
)


def _gateway(simulator: Simulator) -> SolapiGateway:
    return SolapiGateway(simulator.url, "KILL", API_SECRET, "w")


def _codes(receiver: Receiver) -> list[str]:
    return [item["statusCode"] for item in receiver.items]


@pytest.mark.parametrize(
    ("suffix", "codes"),
    [
        ("0000", ["4000"]),
        ("9001", ["3043"]),
        ("9002", ["3032"]),
        ("9003", ["3054"]),
        ("9005", ["3040"]),
        ("9009", ["4000", "4000", "4000"]),
        ("9010", ["4000", "3000"]),
        ("9011", ["3000", "4000"]),
        ("9012", ["3042"]),
        ("9007", ["4000"]),
    ],
)
def test_the_last_four_digits_decide(line: Line, suffix: str, codes: list[str]) -> None:
    line.gateway.send([text_message(f"0101111{suffix}")])
    wait_until(lambda: len(line.receiver.items) == len(codes))
    assert _codes(line.receiver) == codes


@pytest.mark.parametrize(
    ("suffix", "code"), [("9007", "3104"), ("9008", "3107"), ("9012", "4000"), ("0000", "4000")]
)
def test_kakao_has_fates_of_its_own(line: Line, suffix: str, code: str) -> None:
    line.gateway.send([alimtalk(f"0101111{suffix}")])
    wait_until(lambda: bool(line.receiver.items))
    [item] = line.receiver.items
    assert (item["statusCode"], item["type"]) == (code, "ATA")
    assert item["kakaoOptions"]["templateId"]


def test_9004_never_reports(line: Line) -> None:
    silent, loud = text_message("01011119004"), text_message("01011110000")
    line.gateway.send([silent, loud])
    wait_until(lambda: len(line.receiver.items) == 1)
    time.sleep(0.3)
    assert [item["customFields"]["ref"] for item in line.receiver.items] == [loud.reference]


def test_ten_thousand_are_reported_once_each_in_full_calls(line: Line) -> None:
    messages = [text_message(f"0105{index:07d}") for index in range(10_000)]
    magic = {str(number) for number in range(9001, 9013)}
    messages = [each for each in messages if each.to[-4:] not in magic]
    answers = line.gateway.send(messages)
    assert all(answer.accepted for answer in answers)
    wait_until(lambda: len(line.receiver.items) >= len(messages), 20)
    reported = Counter(item["customFields"]["ref"] for item in line.receiver.items)
    assert reported == Counter(message.reference for message in messages)
    sizes = [len(body) for _, body in line.receiver.calls]
    assert max(sizes) == 100
    assert len(sizes) < 200
    counts = line.simulator.counts(line.api_key)
    assert (counts["numbers"], counts["most"]) == (len(messages), 1)
    assert counts["repeated_references"] == []


def test_a_call_that_is_not_answered_with_2xx_is_repeated(line: Line) -> None:
    line.simulator.put(line.api_key, webhook_shape="envelope")
    line.receiver.statuses += [500, 302, 404]
    line.gateway.send([text_message("01011110000")])
    wait_until(lambda: len(line.receiver.calls) == 4)
    items = line.receiver.items
    assert [item["retryCount"] for item in items] == [0, 1, 2, 3]
    assert len({item["eventDataId"] for item in items}) == 1


def test_after_seven_repeats_the_webhook_is_off_until_its_owner_returns(line: Line) -> None:
    line.simulator.put(line.api_key, webhook_backoff_ms=1)
    line.receiver.statuses += [500] * 8
    path = f"/simulator/console/accounts/{line.api_key}"
    line.gateway.send([text_message("01011110000")])
    wait_until(lambda: line.simulator.get(path)["webhook_state"] == "INACTIVE")
    assert len(line.receiver.calls) == 8
    assert line.simulator.get(path)["calls_waiting"] == 0
    line.simulator.put(line.api_key)
    line.gateway.send([text_message("01011110001")])
    wait_until(lambda: len(line.receiver.calls) == 9)


def test_calls_can_be_lost_or_doubled(line: Line) -> None:
    line.simulator.faults(line.api_key, webhook_loss=1.0)
    [lost] = line.gateway.send([text_message("01011110000")])
    wait_until(lambda: line.gateway.look_up_ids([str(lost.carrier_message_id)])[0].code == "4000")
    time.sleep(0.2)
    assert line.receiver.items == []
    line.simulator.faults(line.api_key, webhook_loss=0, webhook_duplicate=1.0)
    line.gateway.send([text_message("01011110001")])
    wait_until(lambda: _codes(line.receiver) == ["4000", "4000"])


def test_the_console_is_not_for_the_public(line: Line) -> None:
    url = f"{line.simulator.url}/simulator/console/counts?api_key={line.api_key}"
    through_proxy = {"X-Forwarded-For": "192.0.2.1"}
    assert HTTP.get(url, headers=through_proxy).status_code == 404
    assert HTTP.get(url).status_code == 200


@pytest.mark.parametrize(
    "settings",
    [
        {"color": "red"},
        {"latency_ms": -1},
        {"webhook_url": "file:///etc/passwd"},
        {"webhook_shape": "round"},
        {"senders": "0212345678"},
        {"templates": [{}]},
    ],
)
def test_a_bad_setting_changes_nothing(line: Line, settings: dict[str, object]) -> None:
    assert line.simulator.put(line.api_key, **settings).status_code == 422
    assert line.gateway.send([text_message("01011110000")])[0].accepted


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End gunicorn's worker together with its master, without a chance to tidy up."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for pid in [str(process.pid), *children]:
        subprocess.run(["kill", "-9", pid], check=False)
    process.wait(10)


def test_killed_in_the_middle_it_goes_on_after_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    port = free_port()
    simulator = Simulator(f"http://127.0.0.1:{port}", tmp_path)
    process = start(tmp_path, port)
    settings = {"api_secret": API_SECRET, "webhook_url": receiver.url, "webhook_secret": "w"}
    simulator.put("KILL", senders=[SENDER], latency_ms=1500, **settings).raise_for_status()
    line = Line("KILL", _gateway(simulator), simulator, receiver)
    line.gateway.send([text_message("01011110000")])
    _kill(process)
    assert receiver.items == []
    process = start(tmp_path, port)
    wait_until(lambda: _codes(receiver) == ["4000"])
    _kill(process)
