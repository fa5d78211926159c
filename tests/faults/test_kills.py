"""kill −9 in the middle of an import and of a send, on the real stack: both complete, exactly once."""

import time

from tests.benchmarks.people import voter_file
from tests.stack import Camp, Stack, wait_for

ROWS = 30_000
MESSAGES = 3_000


def test_an_import_survives_killed_workers(stack: Stack) -> None:
    camp = Camp(stack)
    import_id = camp.upload(voter_file(ROWS, seed=1), source="시험", legal_basis="consent")
    wait_for(
        lambda: camp.call("GET", f"/contacts/imports/{import_id}")["progress"]["done_rows"] > 0, 60, 0.02
    )
    killed = stack.kill("dramatiq", "shared.runtime.worker", "ingest")
    state = camp.finished_import(import_id)
    assert killed > 0
    assert state["status"] == "completed", state
    assert state["counts"]["created"] == state["counts"]["rows"] == ROWS
    assert camp.call("GET", "/contacts?limit=1") is not None
    assert len({item["id"] for item in camp.call("GET", "/contacts?q=김&limit=100")}) == 100


def test_a_send_survives_killed_workers(stack: Stack) -> None:
    camp = Camp(stack)
    api_key = camp.connect_account(messages_per_second=600, senders=["0212345678"], latency_ms=200)
    camp.finished_import(camp.upload(voter_file(MESSAGES, seed=2), source="시험", legal_basis="consent"))
    campaign_id = camp.launch("안녕하세요 #{이름}님")
    for _ in range(3):
        wait_for(lambda: 0 < camp.stats(campaign_id)["queued"] < MESSAGES, 30, 0.02)
        wait_for(lambda: stack.processes("dramatiq", "shared.runtime.worker", "sending"), 30, 0.02)
        assert stack.kill("dramatiq", "shared.runtime.worker", "sending") > 0
        time.sleep(1.5)
    stats = camp.finished_campaign(campaign_id)
    counted = camp.console("GET", f"counts?api_key={api_key}")
    assert counted["numbers"] == MESSAGES
    assert counted["most"] == 1, "somebody got it twice"
    assert (stats["recipients"], stats["delivered"]) == (MESSAGES, MESSAGES)


def test_an_answer_lost_after_acceptance_is_looked_up_not_sent_again(stack: Stack) -> None:
    camp = Camp(stack)
    api_key = camp.connect_account(senders=["0212345678"])
    camp.finished_import(camp.upload(voter_file(300, seed=3), source="시험", legal_basis="consent"))
    camp.console("POST", "faults", {"api_key": api_key, "reset_after_accept": 2})
    stats = camp.finished_campaign(camp.launch("두 번 가면 안 되는 문자"))
    counted = camp.console("GET", f"counts?api_key={api_key}")
    assert (counted["numbers"], counted["most"]) == (300, 1)
    assert stats["delivered"] == 300
