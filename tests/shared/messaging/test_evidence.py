"""The evidence file: whole, sealed, without plain numbers; and every way of forging it is noticed."""

import json
import os
import sys
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.hub import cli, environment, python_env
from shared.messaging import evidence, verify_evidence
from shared.messaging.evidence import Chain
from shared.messaging.verify_evidence import Forged, verify
from shared.security.evidence_key import signing_key
from tests.shared.messaging.desk import Desk, phone


def lines_of(desk: Desk, campaign: UUID) -> list[bytes]:
    answer = desk.camp.api.get(f"/campaigns/{campaign}/evidence")
    assert answer.status_code == 200, answer.text
    return answer.content.splitlines(keepends=True)


def bodies(lines: list[bytes], kind: str) -> list[dict[str, Any]]:
    return [line["body"] for line in map(json.loads, lines) if line["kind"] == kind]


def test_it_tells_what_was_sent_without_any_number(desk: Desk) -> None:
    good, failed = phone("0001"), phone("9001")
    desk.contact(good, "김하나")
    desk.contact(failed, "이두리")
    campaign = desk.launch(desk.step(), desk.step("lms", "다시 보냅니다"))
    desk.settle(campaign)
    lines = lines_of(desk, campaign)
    text = b"".join(lines).decode()
    for number in (good, failed):
        digits = number.replace("-", "")
        assert number not in text
        assert digits not in text
        assert digits[1:] not in text
    assert "김하나" not in text
    [step, other] = bodies(lines, "step")
    assert (step["body"], step["sender"], other["body"]) == (
        "#{이름}님, 안녕하세요.",
        "02-1234-5678",
        "다시 보냅니다",
    )
    people = bodies(lines, "recipient")
    assert sorted(one["state"] for one in people) == ["delivered", "failed"]
    chains = {one["state"]: [m["state"] for m in one["messages"]] for one in people}
    assert chains == {"delivered": ["delivered"], "failed": ["failed", "failed"]}
    assert bodies(lines, "check")[0]["rule_set"]
    assert bodies(lines, "totals") == [{"recipients": 2, "states": {"delivered": 1, "failed": 1}}]
    assert "campaign.launched" in [one["action"] for one in bodies(lines, "audit")]
    assert verify(lines).lines == len(lines) - 1


def test_a_draft_has_none_and_staff_do_not_get_it(desk: Desk) -> None:
    campaign = desk.campaign()
    assert desk.camp.api.get(f"/campaigns/{campaign}/evidence").status_code == 409
    staff = desk.camp.member("staff")
    assert staff.api.get(f"/campaigns/{campaign}/evidence").status_code == 403


def test_another_camps_evidence_is_not_found(desk: Desk, new_desk: Any) -> None:
    desk.contacts(1)
    campaign = desk.launch()
    assert new_desk().camp.api.get(f"/campaigns/{campaign}/evidence").status_code == 404


def made(people: int = 5) -> list[bytes]:
    chain = Chain()
    lines = [chain.line("recipient", {"who": i}) for i in range(people)]
    return [*lines, chain.seal(signing_key())]


def test_a_whole_file_is_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str], app: object) -> None:
    file = tmp_path / "evidence.jsonl"
    file.write_bytes(b"".join(made()))
    assert verify_evidence.main([str(file)]) == 0
    assert "VALID: 5 lines" in capsys.readouterr().out
    file.write_bytes(b"".join(made()[:-1]))
    assert verify_evidence.main([str(file)]) == 1
    assert verify_evidence.main([]) == 2
    assert verify_evidence.main([str(tmp_path / "none")]) == 1


def test_the_command_verifies_in_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], app: object
) -> None:
    """`./hub verify-evidence FILE`, in the environment of these tests instead of an installed hub's."""
    monkeypatch.setattr(cli, "require_started", lambda settings: None)
    monkeypatch.setattr(python_env, "ensure", lambda settings, lock: None)
    monkeypatch.setattr(python_env, "python", lambda settings: sys.executable)
    monkeypatch.setattr(environment, "for_children", lambda settings: dict(os.environ))
    file = tmp_path / "evidence of a camp.jsonl"
    file.write_bytes(b"".join(made()))
    assert cli.main(["verify-evidence", str(file)]) == 0
    assert "VALID: 5 lines, sealed by this hub" in capfd.readouterr().out
    file.write_bytes(b"".join(made()).replace(b'"who":1', b'"who":9'))
    assert cli.main(["verify-evidence", str(file)]) == 1
    assert "line 2" in capfd.readouterr().out
    assert cli.main(["verify-evidence"]) == 2
    assert "usage" in capfd.readouterr().out


def test_a_file_sealed_by_somebody_else_is_not_ours(tmp_path: Path, app: object) -> None:
    chain = Chain()
    lines = [chain.line("recipient", {}), chain.seal(Ed25519PrivateKey.generate())]
    verify(lines)
    file = tmp_path / "evidence.jsonl"
    file.write_bytes(b"".join(lines))
    assert verify_evidence.main([str(file)]) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_change_is_noticed(app: object, data: st.DataObject) -> None:
    lines = made()
    at = data.draw(st.integers(0, len(lines) - 1))
    how = data.draw(st.sampled_from(["change", "remove", "repeat", "swap", "cut", "add"]))
    if how == "change":
        place = data.draw(st.integers(0, len(lines[at]) - 2))
        other = data.draw(st.integers(0, 255).filter(lambda byte: byte != lines[at][place]))
        lines[at] = lines[at][:place] + bytes([other]) + lines[at][place + 1 :]
    elif how == "remove":
        del lines[at]
    elif how == "repeat":
        lines.insert(at, lines[at])
    elif how == "swap":
        other = (at + 1) % len(lines)
        lines[at], lines[other] = lines[other], lines[at]
    elif how == "cut":
        lines = lines[:at]
    else:
        lines.append(made()[0])
    with pytest.raises(Forged):
        verify(b"".join(lines).splitlines(keepends=True))


def test_a_forger_without_the_key_cannot_seal_again(app: object) -> None:
    chain = Chain()
    lines = [chain.line("recipient", {"who": "nobody"})]
    seal = json.loads(made()[-1])["body"]
    forged = chain.line("seal", {**seal, "lines": 1, "last": json.loads(lines[0])["hash"]})
    with pytest.raises(Forged, match="seal"):
        verify([*lines, forged])


def test_many_recipients_take_no_more_memory(desk: Desk) -> None:
    """2,000 and six times as many recipients: the same peak, because they pass in chunks."""
    desk.contacts(1)
    campaign = desk.launch()

    def peak(people: int) -> int:
        with desk.camp.transaction() as connection:
            connection.execute(
                """INSERT INTO recipients (tenant_id, campaign_id, id, contact_id, phone_hash, state,
                                           next_at)
                   SELECT current_tenant(), %s, uuid_v7(), uuid_v7(), uuid_send(gen_random_uuid()),
                          'delivered', NULL
                     FROM generate_series(1, %s)""",
                [campaign, people],
            )
        tracemalloc.start()
        chunks = evidence.stream(desk.camp.tenant_id, campaign, datetime.now(UTC))
        lines = sum(chunk.count(b"\n") for chunk in chunks)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert lines > people
        return highest

    few = peak(2_000)
    assert peak(10_000) < few * 1.5
