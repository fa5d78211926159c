"""The command as a person types it, in a process of its own."""

import os
import subprocess
from pathlib import Path

import pytest

from infra.hub import logs
from infra.hub.settings import ROOT


def hub(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {"PATH": os.environ["PATH"], "HOME": str(home)}
    environment = {**kept, "HANPYO_HOME": str(home / "hub"), **variables}
    return subprocess.run(
        [str(ROOT / "hub"), *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_alone_it_prints_help(tmp_path: Path) -> None:
    finished = hub(tmp_path)
    assert finished.returncode == 0
    for command in ("up", "down", "status", "logs", "test", "bench", "functions", "migrate", "demo"):
        assert f"\n    {command}" in finished.stdout


def test_status_of_nothing_is_1_and_says_what_to_do(tmp_path: Path) -> None:
    finished = hub(tmp_path, "status")
    assert finished.returncode == 1
    assert "./hub up" in finished.stdout


def test_down_of_nothing_is_fine(tmp_path: Path) -> None:
    assert hub(tmp_path, "down").returncode == 0


@pytest.mark.parametrize("command", ["demo", "migrate", "functions", "verify-evidence"])
def test_modules_need_a_first_start(tmp_path: Path, command: str) -> None:
    finished = hub(tmp_path, command)
    assert finished.returncode == 1
    assert "./hub up -d" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_a_bad_port_is_one_sentence(tmp_path: Path) -> None:
    finished = hub(tmp_path, "up", HANPYO_PORT="http")
    assert finished.returncode == 1
    assert finished.stderr.startswith("한표: HANPYO_PORT=http")
    assert "Traceback" not in finished.stderr


def test_a_home_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    finished = hub(tmp_path, "up", HANPYO_HOME=str(tmp_path / "file" / "hub"))
    assert finished.returncode == 1
    assert finished.stderr.startswith("한표: ")
    assert "Traceback" not in finished.stderr


def test_an_unknown_option_is_refused(tmp_path: Path) -> None:
    assert hub(tmp_path, "down", "--now").returncode == 2


def test_a_json_record_is_shown_in_short_form() -> None:
    record = '{"event": "import_done", "level": "info", "timestamp": "t", "rows": 3}'
    assert logs.short("api", record) == "api            | info import_done rows=3"
    assert logs.short("api", "plain text") == "api            | plain text"
    access = '{"method": "GET", "path": "/", "status": 200, "seconds": 0.01, "network": "127.0.0.0"}'
    assert logs.readable(access) == "GET / 200 0.01s"


def test_a_cut_log_is_read_from_its_beginning(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    log.write_text("one\ntwo\n")
    stream = logs.open_at(log, end=True)
    assert not logs.rotated(log, stream)
    log.write_text("x\n")
    assert logs.rotated(log, stream)
    stream.close()
