"""Ports, disk, versions, locks: what a machine may refuse, and what the hub says then."""

import errno
import os
import shutil
import socket
import stat
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.hub import (
    environment,
    errors,
    files,
    lock,
    nginx,
    node,
    packages,
    ports,
    postgres,
    processes,
    redis,
)
from infra.hub.errors import HubError
from infra.hub.packages import Need
from infra.hub.settings import Settings


def test_a_taken_port_is_named_with_its_owner() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert not ports.is_free(port)
        text = ports.taken(port, 8080).render()
    assert str(port) in text
    assert f"pid {os.getpid()}" in text
    assert "HANPYO_PORT=9000 ./hub up" in text
    assert ports.is_free(port)


def test_all_ports_of_a_stack_are_checked(settings: Settings) -> None:
    assert sorted(ports.wanted(settings)) == list(range(23450, 23456))


def test_a_full_disk_is_found_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil._ntuple_diskusage(10**12, 10**12 - 5, 5)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(HubError, match="disk is full"):
        files.require_room(tmp_path)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "no permission"),
        (errno.EROFS, "no permission"),
        (errno.EMFILE, "refused"),
    ],
)
def test_the_operating_systems_refusal_is_one_korean_and_one_english_sentence(number: int, said: str) -> None:
    text = errors.from_os_error(OSError(number, os.strerror(number), "/data/x")).render()
    korean, english = text.splitlines()[:2]
    assert korean.startswith("한표: ")
    assert english.startswith("Hanpyo: ")
    assert said in english
    assert "/data/x" in english


def test_files_appear_whole_with_their_mode(tmp_path: Path) -> None:
    target = tmp_path / "secret"
    files.write(target, "한", 0o600)
    assert target.read_text() == "한"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_two_hubs_do_not_work_at_once(settings: Settings) -> None:
    with lock.held(settings), pytest.raises(HubError, match="another"), lock.held(settings):
        pass
    with lock.held(settings):
        pass


def test_a_pid_of_somebody_else_is_stale(tmp_path: Path) -> None:
    pid_file = tmp_path / "x.pid"
    pid_file.write_text(f"{os.getpid()}\nmore\n")
    assert processes.pid_in(pid_file, "no such program") is None
    assert processes.pid_in(pid_file, processes.command_line(os.getpid())[:20]) == os.getpid()
    for text in ("", "x", "999999999"):
        pid_file.write_text(text)
        assert processes.pid_in(pid_file, "") in (None, 999999999)
    assert processes.pid_in(tmp_path / "absent", "") is None


def test_a_stale_postmaster_lock_is_removed(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n")
    postgres.drop_stale_lock(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()


@pytest.mark.parametrize(
    ("text", "major"), [("v20.20.2\n", 20), ("18.20.4+dfsg-1~deb12u1", 18), ("(none)", 0), ("", 0)]
)
def test_node_versions(text: str, major: int) -> None:
    assert node.major(text) == major


def test_the_newest_postgresql_that_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("9.6", "14", "15", "16"):
        place = tmp_path / version / "bin"
        place.mkdir(parents=True)
        (place / "postgres").touch()
    monkeypatch.setattr(postgres, "DEBIAN_BINARIES", tmp_path)
    assert postgres.binaries() == tmp_path / "16" / "bin"
    for version in ("15", "16"):
        shutil.rmtree(tmp_path / version)
    assert postgres.binaries() is None


def test_a_cluster_is_served_by_the_version_that_made_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(postgres, "DEBIAN_BINARIES", tmp_path / "pg")
    monkeypatch.setattr(postgres, "data_directory", lambda _settings: tmp_path)
    (tmp_path / "PG_VERSION").write_text("15\n")
    with pytest.raises(HubError, match="PostgreSQL 15") as caught:
        postgres.binary(settings, "postgres")
    assert "apt-get install postgresql-15" in caught.value.render()


@pytest.mark.parametrize(("gigabytes", "shared"), [(1, 128), (4, 512), (24, 2048)])
def test_postgresql_takes_an_eighth_of_the_memory(settings: Settings, gigabytes: int, shared: int) -> None:
    text = postgres.tuning(settings, gigabytes << 30)
    assert f"shared_buffers = {shared}MB" in text
    assert "synchronous_commit = on" in text
    assert "log_error_verbosity = terse" in text


def test_what_was_in_memory_is_read_again_where_the_server_can(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(postgres, "DEBIAN_BINARIES", tmp_path)
    monkeypatch.setattr(postgres, "data_directory", lambda _settings: tmp_path)
    assert "shared_preload_libraries = ''" in postgres.tuning(settings, 1 << 30)
    (tmp_path / "PG_VERSION").write_text("15\n")
    (tmp_path / "15" / "lib").mkdir(parents=True)
    assert "shared_preload_libraries = ''" in postgres.tuning(settings, 1 << 30)
    (tmp_path / "15" / "lib" / "pg_prewarm.so").touch()
    assert "shared_preload_libraries = 'pg_prewarm'" in postgres.tuning(settings, 1 << 30)


def test_passwords_go_to_psql_by_standard_input_only(settings: Settings) -> None:
    script = postgres.roles(settings)
    assert files.secret(settings, "postgres_app") in script
    assert "NOBYPASSRLS" in script


def test_redis_forgets_nothing(settings: Settings) -> None:
    text = redis.configuration(settings)
    for line in ("appendonly yes", "appendfsync everysec", "maxmemory-policy noeviction"):
        assert line in text
    assert f"requirepass {files.secret(settings, 'redis')}" in text


def test_the_gateways_own_variables_survive_the_template(settings: Settings) -> None:
    template = (settings.root / "infra/nginx/hanpyo.conf.template").read_text()
    text = nginx.fill(template, settings)
    assert "${" not in text
    assert "listen 127.0.0.1:23450;" in text
    assert f"server unix:{nginx.directory(settings)}/api-1.sock max_fails=0;" in text
    assert "$http_accept_language" in text


def test_every_process_of_the_api_has_a_socket_if_the_system_can_name_it(settings: Settings) -> None:
    made = nginx.api_sockets(replace(settings, outside={"HANPYO_API_WORKERS": "3"}))
    assert [path.name for path in made] == ["api-0.sock", "api-1.sock", "api-2.sock"]
    assert environment.forced(settings)["HANPYO_API_SOCKETS"].split(":") == [
        str(path) for path in nginx.api_sockets(settings)
    ]
    for home in (Path("/" + "long" * 30), Path("/with a blank")):
        elsewhere = replace(settings, home=home)
        assert nginx.api_sockets(elsewhere) == []
        assert nginx.api_servers(elsewhere) == "server 127.0.0.1:23451 max_fails=0;"


def test_the_gateway_logs_no_query_strings(settings: Settings) -> None:
    template = (settings.root / "infra/nginx/hanpyo.conf.template").read_text()
    log_format = template[template.index("log_format") : template.index("map $http_accept_language")]
    for leaking in ("$request ", '"$request"', "$request_uri", "$args", "$http_referer", '"$remote_addr'):
        assert leaking not in log_format


def test_production_hides_the_virtual_phones(settings: Settings) -> None:
    production = replace(settings, outside={"HANPYO_ENV": "production"})
    assert nginx.values(production)["HANPYO_SIMULATOR_RULE"] == "return 404;"


def test_without_the_right_to_install_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    needs = [Need("Redis", "redis-server"), Need("nginx", "nginx")]
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    monkeypatch.setattr(packages, "have", lambda program: program == "apt-get")
    with pytest.raises(HubError) as caught:
        packages.rights(needs)
    assert "sudo apt-get update && sudo apt-get install redis-server nginx" in caught.value.render()


def test_installing_starts_and_enables_no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    class Done:
        returncode = 0
        stdout = ""

    def record(argv: list[str], **_options: object) -> Done:
        seen.append(argv)
        return Done()

    monkeypatch.setattr(packages, "rights", lambda _needs: [])
    monkeypatch.setattr(subprocess, "run", record)
    packages.install([Need("PostgreSQL", "postgresql"), Need("Redis", "redis-server")])
    script = seen[0][2]
    for line in ("exit 101", "create_main_cluster = false", "disable postgresql redis-server"):
        assert line in script
