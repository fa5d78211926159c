"""A new master key: on a database of its own, among processes of which some know only the old key."""

import base64
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from shared.kernel.config import settings
from shared.runtime.migrate import migrate, read_migrations
from shared.security.keys import read_master_key
from tests.shared.security.scratch import scratch_database

ROOT = Path(__file__).resolve().parents[3]
_PROLOGUE = """
import sys
from uuid import UUID
from shared.accounts import members, sessions
from shared.accounts.models import Login, Registration
from shared.kernel.database import tenant_transaction
from shared.security.cipher import tenant_cipher

def register(email):
    return members.register(Registration(email=email, password="correct horse battery", name="이대표",
                                         organization="한표 캠프"))[0]

def name_of_owner(tenant):
    with tenant_transaction(UUID(tenant)) as c:
        row = c.execute("SELECT name_sealed FROM members").fetchone()
        return tenant_cipher(c, UUID(tenant)).open("name", row["name_sealed"])

def log_in(email):
    return sessions.log_in(Login(email=email, password="correct horse battery")).tokens.member.name
"""
# Answers lines of code by their value: a process that keeps running while keys change.
_SERVER = (
    _PROLOGUE
    + """
print("ready", flush=True)
for line in sys.stdin:
    try:
        print(eval(line), flush=True)
    except Exception as error:
        print(f"{type(error).__name__}: {error}", flush=True)
"""
)


@dataclass
class Installation:
    """A database and a folder of keys."""

    environment: dict[str, str]
    key: Path
    processes: list["subprocess.Popen[str]"] = field(default_factory=list)

    def command(self, *arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.communicate()

    def rekey(self) -> str:
        process = self.command("-m", "shared.security.rekey_master")
        said, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        return said

    def says(self, code: str) -> str:
        """What a fresh process answers."""
        return ask(self.serve(), code)

    def serve(self) -> "subprocess.Popen[str]":
        process = self.command("-c", _SERVER)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()
        return process

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.environment["DATABASE_ADMIN_URL"]) as owner:
            owner.execute("GRANT SELECT ON installation_keys TO hanpyo_definer")
            owner.execute("SET ROLE hanpyo_definer")  # sees the keys of all tenants
            return owner.execute(statement).fetchall()

    def masters(self) -> set[str]:
        """Which master keys wrap something."""
        tenants = self.rows("SELECT DISTINCT encode(substring(wrapped FROM 2 FOR 4), 'hex') FROM tenant_keys")
        own = self.rows(
            "SELECT DISTINCT encode(substring(wrapped FROM 2 FOR 4), 'hex') FROM installation_keys"
        )
        return {row[0] for row in [*tenants, *own]}


def ask(process: "subprocess.Popen[str]", code: str) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(code + "\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    key = tmp_path / "master_key"
    key.write_text(base64.b64encode(os.urandom(32)).decode())
    with scratch_database() as urls:
        update = {"database_url": urls["DATABASE_URL"], "database_admin_url": urls["DATABASE_ADMIN_URL"]}
        migrate(settings().model_copy(update=update), read_migrations())
        environment = {**os.environ, **urls, "HANPYO_MASTER_KEY_FILE": str(key), "PYTHONPATH": str(ROOT)}
        environment.pop("HANPYO_JWT_KEY_FILE", None)
        made = Installation(environment, key)
        yield made
        made.end()


def test_everything_opens_with_the_new_key_alone(installation: Installation) -> None:
    tenant = UUID(installation.says("register('a@example.com')"))
    before = read_master_key(installation.key)
    assert "1" in installation.rekey()
    after = read_master_key(installation.key)
    assert after.id != before.id
    assert installation.masters() == {after.id.hex()}
    old = installation.key.with_name(f"master_key.old-{before.id.hex()}")
    assert read_master_key(old).id == before.id
    assert [path.stat().st_mode & 0o777 for path in (installation.key, old)] == [0o600, 0o600]
    old.unlink()
    assert sorted(path.name for path in installation.key.parent.iterdir()) == ["master_key"]
    assert installation.says(f"name_of_owner('{tenant}')") == "이대표"
    assert installation.says("log_in('a@example.com')") == "이대표"
    assert "Conflict" in installation.says("register('a@example.com')"), "the address is still taken"


def test_a_second_change_follows_the_first(installation: Installation) -> None:
    installation.says("register('a@example.com')")
    installation.rekey()
    installation.rekey()
    assert installation.masters() == {read_master_key(installation.key).id.hex()}
    assert installation.says("log_in('a@example.com')") == "이대표"
    assert len(list(installation.key.parent.glob("master_key.old-*"))) == 2


def test_processes_that_know_the_old_key_go_on(installation: Installation) -> None:
    """Their index of login addresses fits; they read what is wrapped anew and wrap with the new key."""
    first = installation.serve()
    tenant = ask(first, "register('a@example.com')")
    second = installation.serve()
    assert ask(second, "log_in('a@example.com')") == "이대표"
    installation.rekey()
    for old in installation.key.parent.glob("master_key.old-*"):
        old.unlink()
    UUID(ask(first, "register('b@example.com')"))
    assert installation.masters() == {read_master_key(installation.key).id.hex()}
    assert ask(second, "log_in('b@example.com')") == "이대표"
    assert ask(second, f"name_of_owner('{tenant}')") == "이대표"


def test_a_killed_change_goes_on(installation: Installation) -> None:
    """kill −9 at changing moments; in between everything works."""
    server = installation.serve()
    for number in range(12):
        ask(server, f"register('p{number}@example.com')")
    for wanted in ("the new file", "the hand-over", "some tenants", "all"):
        process = installation.command("-m", "shared.security.rekey_master")
        _wait_for(installation, wanted, process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert installation.says("log_in('p3@example.com')") == "이대표", wanted
        assert ask(server, f"log_in('p{len(wanted) % 12}@example.com')") == "이대표"
    installation.rekey()
    assert installation.masters() == {read_master_key(installation.key).id.hex()}
    assert installation.says("log_in('p11@example.com')") == "이대표"


def _wait_for(installation: Installation, wanted: str, process: "subprocess.Popen[str]") -> None:
    new = installation.key.with_name("master_key.new")
    for _ in range(5_000):
        if process.poll() is not None:
            return
        masters = len(installation.masters()) if wanted != "the new file" else 0
        if (wanted == "the new file" and new.exists()) or (
            wanted in ("the hand-over", "some tenants") and masters > 1
        ):
            return
        time.sleep(0.002)


def test_a_key_that_lies_in_no_file_is_told(installation: Installation) -> None:
    tenant = installation.says("register('a@example.com')")
    installation.rekey()
    installation.key.write_text(base64.b64encode(os.urandom(32)).decode())
    answer = installation.says(f"name_of_owner('{tenant}')")
    assert answer.startswith("KeyUnavailable: no master key file beside HANPYO_MASTER_KEY_FILE"), answer
    assert "KeyUnavailable" in installation.says("log_in('a@example.com')")


def test_a_folder_that_cannot_be_written_is_told(installation: Installation) -> None:
    installation.key.parent.chmod(0o500)
    process = installation.command("-m", "shared.security.rekey_master")
    _, errors = process.communicate(timeout=60)
    installation.key.parent.chmod(0o700)
    if os.geteuid() != 0:  # root writes anywhere
        assert process.returncode == 1
        assert "키 파일" in errors
