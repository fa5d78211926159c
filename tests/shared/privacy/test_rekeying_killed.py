"""kill −9 in the middle of sealing everything again: the next worker goes on, and no value is lost."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shared.contacts import contacts
from shared.contacts.models import ContactInput
from shared.kernel.clock import utc_now
from shared.kernel.config import settings
from shared.privacy import rekeying
from tests.factories import Camp

ROOT = Path(__file__).resolve().parents[3]
PEOPLE = 120
_WORKER = """
import sys
from datetime import timedelta
from uuid import UUID
from shared.kernel.clock import utc_now
from shared.privacy import rekeying
rekeying.ROWS = 3
rekeying.advance(UUID(sys.argv[1]), UUID(sys.argv[2]), utc_now() + timedelta(minutes=5))
"""


def test_a_killed_worker_loses_nothing(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings().model_copy(update={"key_grace_seconds": 0})
    monkeypatch.setattr(rekeying, "settings", lambda: chosen)
    with camp.transaction() as connection:
        for number in range(PEOPLE):
            person = ContactInput(name=f"김하{chr(0xAC00 + 28 * number)}", phones=[f"010-2345-{number:04d}"])
            contacts.create(connection, camp.cipher, camp.member_id, person)
        started = rekeying.start(connection, camp.tenant_id, camp.member_id)
    assert started.id is not None
    done = 0
    for _ in range(3):
        done = _killed_midway(camp, str(started.id), done)
    assert 0 < done < camp.rows("SELECT total FROM rekeyings")[0]["total"]
    for _ in range(1_000):
        rekeying.advance(camp.tenant_id, started.id, utc_now())
        if camp.rows("SELECT 1 FROM rekeyings WHERE status = 'done'"):
            break
    rows = camp.rows("SELECT value_sealed, hash FROM contact_points ORDER BY hash")
    assert {row["value_sealed"][0] for row in rows} == {2}
    cipher = camp.cipher
    assert all(cipher.point_hash("phone", cipher.open("phone", r["value_sealed"])) == r["hash"] for r in rows)
    assert len(rows) == PEOPLE


def _killed_midway(camp: Camp, rekeying_id: str, before: int) -> int:
    """Starts a worker and kills it once it has sealed some more rows; returns how many are sealed then."""
    command = [sys.executable, "-c", _WORKER, str(camp.tenant_id), rekeying_id]
    worker = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        for _ in range(3_000):
            done = int(camp.rows("SELECT done FROM rekeyings")[0]["done"])
            if done > before:
                break
            time.sleep(0.005)
        assert worker.poll() is None, "the worker was killed at work"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    return int(camp.rows("SELECT done FROM rekeyings")[0]["done"])
