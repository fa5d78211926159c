import configparser
import os
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from infra.hub import environment, postgres, procfile, supervisor
from infra.hub.settings import Settings


@pytest.fixture
def configuration(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> configparser.ConfigParser:
    monkeypatch.setattr(postgres, "binary", lambda _settings, name: f"/pg/{name}")
    return parse(supervisor.configuration(settings))


def parse(text: str) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=(" ;",))
    parsed.read_string(text)
    return parsed


def test_procfile_lines() -> None:
    found = procfile.parse("# comment\n\napi: gunicorn -c x a:b\nweb:  node s.js\n")
    assert [(e.name, e.command) for e in found] == [("api", "gunicorn -c x a:b"), ("web", "node s.js")]


@pytest.mark.parametrize("text", ["api gunicorn", "api:"])
def test_a_broken_procfile_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a Procfile line"):
        procfile.parse(text)


def test_every_process_is_a_program(settings: Settings, configuration: configparser.ConfigParser) -> None:
    for entry in procfile.read(settings.root):
        program = configuration[f"program:{entry.name}"]
        shell, option, line = shlex.split(program["command"].replace("%%", "%"))
        assert (shell, option) == ("/bin/sh", "-c")
        assert line.endswith(entry.command)
        assert program["autorestart"] == "true"


def test_databases_start_first_and_the_gateway_stops_first(
    configuration: configparser.ConfigParser,
) -> None:
    order = {
        name.partition(":")[2]: int(section["priority"])
        for name, section in configuration.items()
        if name.startswith("program:")
    }
    assert order["postgres"] < order["redis"] < min(order[n] for n in order if n not in ("postgres", "redis"))
    assert order["gateway"] == max(order.values())


def test_only_masters_are_signalled(configuration: configparser.ConfigParser) -> None:
    """A dramatiq worker takes a second TERM for "stop at once"."""
    programs = [section for name, section in configuration.items() if name.startswith("program:")]
    assert all(section["stopasgroup"] == "false" for section in programs)
    assert all(section["killasgroup"] == "true" for section in programs)


def test_stores_get_none_of_our_secrets(configuration: configparser.ConfigParser) -> None:
    for name in ("postgres", "redis"):
        assert configuration[f"program:{name}"]["command"].startswith("env -i ")


def test_no_secret_is_written_into_the_configuration(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "binary", lambda _settings, name: f"/pg/{name}")
    environment.make_secrets(settings)
    text = supervisor.configuration(settings)
    secrets = [path.read_text().strip() for path in settings.secrets.iterdir()]
    assert len(secrets) == 6
    assert not [secret for secret in secrets if secret in text]


def test_the_operators_own_services_are_not_started(settings: Settings) -> None:
    outside = {"DATABASE_URL": "postgresql://x/y", "REDIS_URL": "redis://z/0"}
    parsed = parse(supervisor.configuration(replace(settings, outside=outside)))
    assert not {"program:postgres", "program:redis"} & set(parsed)


def test_production_has_no_simulator(settings: Settings) -> None:
    outside = {"HANPYO_ENV": "production", "DATABASE_URL": "x", "REDIS_URL": "y"}
    parsed = parse(supervisor.configuration(replace(settings, outside=outside)))
    assert "program:simulator" not in parsed
    assert "program:api" in parsed


def test_the_reaper_ends_what_a_killed_master_leaves() -> None:
    """The protocol of supervisord's event listeners, with a real orphan."""
    master = subprocess.Popen(
        ["sh", "-c", "sleep 60 & echo $!; wait"], stdout=subprocess.PIPE, text=True, process_group=0
    )
    assert master.stdout is not None
    orphan = int(master.stdout.readline())
    master.kill()
    master.wait()
    assert alive(orphan)
    reap(master.pid)
    deadline = time.monotonic() + 5
    while alive(orphan) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(orphan)


def reap(group: int) -> None:
    script = Path(supervisor.__file__).with_name("reaper.py")
    payload = f"processname:x groupname:x from_state:RUNNING expected:0 pid:{group}"
    header = (
        f"ver:3.0 server:s serial:1 pool:p poolserial:1 eventname:PROCESS_STATE_EXITED len:{len(payload)}\n"
    )
    answer = subprocess.run(
        [sys.executable, script], input=header + payload, capture_output=True, text=True, check=True
    )
    assert answer.stdout == "READY\nRESULT 2\nOKREADY\n"


def alive(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIG_DFL)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]
    except (ProcessLookupError, FileNotFoundError):
        return False
