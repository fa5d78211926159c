"""Procfile, docker-compose.yml, gateway, locks and code describe one and the same system."""

import json
import re
import runpy
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.hub import environment, postgres, procfile
from infra.hub.settings import ROOT, Settings
from shared.kernel import config
from shared.runtime.manifest import load_functions

PROCESSES = {entry.name: entry.command for entry in procfile.read(ROOT)}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
# These two are started by the command of their image.
BY_IMAGE = {"frontend", "gateway"}


def queues_of(command: str) -> set[str]:
    """The queues of a `dramatiq … --queues a b --processes …` command."""
    words = shlex.split(command)
    if "--queues" not in words:
        return set()
    after = words[words.index("--queues") + 1 :]
    end = next((i for i, word in enumerate(after) if word.startswith("--")), len(after))
    return set(after[:end])


def declared_queues() -> set[str]:
    """Every queue an actor of ours is declared on."""
    return {actor.queue for actor in load_functions().actors}


def consumed_queues() -> list[str]:
    return [queue for command in PROCESSES.values() for queue in sorted(queues_of(command))]


def test_there_are_actors_to_check() -> None:
    assert declared_queues() >= {"ingest", "sending", "reports"}


def test_every_queue_is_consumed_by_exactly_one_worker() -> None:
    for queue in declared_queues():
        assert consumed_queues().count(queue) == 1, queue


def test_workers_consume_only_queues_the_architecture_names() -> None:
    assert sorted(consumed_queues()) == ["background", "default", "ingest", "reports", "sending", "urgent"]


def test_what_may_wait_shares_no_process_with_what_people_wait_for() -> None:
    """One search for similar people is an hour of Python: half of every export in the same process."""
    (command,) = [command for command in PROCESSES.values() if "background" in queues_of(command)]
    assert queues_of(command) == {"background"}
    niceness = {name: niceness_of(command) for name, command in PROCESSES.items()}
    assert niceness["worker-background"] == 19 > niceness["worker-jobs"] > niceness["api"] == 0


def processes_of(name: str) -> int:
    """How many processes of ours, each with a pool of connections, an entry of the Procfile starts."""
    words = shlex.split(PROCESSES[name])
    if "--processes" in words:
        return int(words[words.index("--processes") + 1])
    if name == "api":
        return int(runpy.run_path(str(ROOT / "infra/gunicorn.py"))["workers"])
    return int(name == "scheduler")


def test_all_pools_together_fit_into_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every process may fill its pool at once, the scheduler holds its lock, somebody can still look in."""
    for name in ("HANPYO_API_WORKERS", "HANPYO_API_THREADS"):
        monkeypatch.delenv(name, raising=False)
    pools = {name: processes_of(name) for name in PROCESSES}
    assert pools["api"] >= 2
    assert pools["worker-send"] >= 2
    wanted = sum(pools.values()) * config.Settings().database_pool_size + 1
    limits = [
        int(found)
        for text in (postgres.TUNING, SERVICES["postgres"]["command"])
        for found in re.findall(r"max_connections ?= ?(\d+)", text)
    ]
    assert len(limits) == 2
    reserved = 3  # superuser_reserved_connections
    assert wanted + reserved < min(limits)


def test_no_thread_waits_for_another_ones_connection() -> None:
    """A process has at least as many connections as threads."""
    threads = [
        int(found) for command in PROCESSES.values() for found in re.findall(r"--threads (\d+)", command)
    ]
    threads.append(int(runpy.run_path(str(ROOT / "infra/gunicorn.py"))["threads"]))
    assert max(threads) <= config.Settings().database_pool_size


def test_workers_of_long_jobs_take_one_at_a_time() -> None:
    """What a worker has fetched ahead waits behind an import of minutes, and is started again elsewhere."""
    for name, command in PROCESSES.items():
        if queues_of(command) & {"ingest", "default", "background"}:
            assert "env dramatiq_queue_prefetch=1 " in command, name


def niceness_of(command: str) -> int:
    found = re.match(r"nice -n (\d+) ", command)
    return int(found[1]) if found else 0


def test_a_container_weighs_as_much_as_its_process_without_containers() -> None:
    """`nice` counts only among the processes of one container. The kernel's weights of these niceties."""
    weights = {0: None, 5: 335, 19: 15}
    for name, command in PROCESSES.items():
        assert SERVICES[name].get("cpu_shares") == weights[niceness_of(command)], name


@pytest.mark.parametrize("document", ["README.md", "README.ko.md"])
def test_the_readme_names_every_process(document: str) -> None:
    named = re.findall(r"[a-z-]+", re.sub(r"^(?!\|).*$", "", (ROOT / document).read_text(), flags=re.M))
    assert set(PROCESSES) <= set(named)


def test_grafana_watches_every_consumed_queue() -> None:
    keys = SERVICES["redis-metrics"]["environment"]["REDIS_EXPORTER_CHECK_SINGLE_KEYS"].split(",")
    for queue in consumed_queues():
        assert {f"db1=hanpyo:{queue}", f"db1=hanpyo:{queue}.DQ"} <= set(keys)


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_every_process_is_a_container_with_the_same_command(name: str) -> None:
    assert name in SERVICES
    if name not in BY_IMAGE:
        assert SERVICES[name]["command"] == PROCESSES[name]


def test_every_worker_container_is_in_the_procfile() -> None:
    workers = {name for name, service in SERVICES.items() if "dramatiq" in service.get("command", "")}
    assert workers == {name for name, command in PROCESSES.items() if "dramatiq" in command}


def test_compose_has_the_stores_and_the_watchers() -> None:
    assert {"postgres", "redis", "prometheus", "grafana", "migrate"} <= set(SERVICES)
    assert SERVICES["postgres"]["image"] == "postgres:16"


def test_compose_refers_only_to_what_exists() -> None:
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", {})) <= set(SERVICES), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            there = (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
            assert there, f"{name}: {volume}"
        if "build" in service:
            assert (ROOT / service["build"]["dockerfile"]).exists(), name


def test_a_service_waited_for_can_come_to_that_state() -> None:
    for name, service in SERVICES.items():
        for target, wish in service.get("depends_on", {}).items():
            if wish["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[target], f"{name} waits for {target}"
            if wish["condition"] == "service_completed_successfully":
                assert SERVICES[target].get("restart", "no") == "no", f"{name} waits for {target}"


def test_no_secret_stands_in_compose() -> None:
    for name, service in SERVICES.items():
        for variable, text in service.get("environment", {}).items():
            secret = re.search(r"PASSWORD|SECRET|TOKEN", variable)
            assert not secret or variable.endswith("_FILE"), f"{name}: {variable}"
            assert "@" not in str(text), f"{name}: {variable}"


def test_only_the_gateway_and_grafana_are_published_and_to_this_machine() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"gateway", "grafana"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_prometheus_asks_every_python_process() -> None:
    asked = yaml.safe_load((ROOT / "infra/prometheus/prometheus.yml").read_text())["scrape_configs"][0]
    names = {target["labels"]["process"] for target in asked["static_configs"]}
    writers = {
        name
        for name, service in SERVICES.items()
        if "PROMETHEUS_MULTIPROC_DIR" in service.get("environment", {})
    }
    assert names == writers == set(PROCESSES) - BY_IMAGE - {"simulator"}


def test_the_dashboard_shows_only_metrics_that_exist() -> None:
    dashboard = json.loads((ROOT / "infra/grafana/dashboards/hanpyo.json").read_text())
    expressions = [query["expr"] for panel in dashboard["panels"] for query in panel["targets"]]
    shown = {name for text in expressions for name in re.findall(r"\bhanpyo_[a-z_]+", text)}
    known = set(re.findall(r'"(hanpyo_[a-z_]+)"', (ROOT / "shared/kernel/metrics.py").read_text()))
    assert shown
    assert {re.sub("_(count|bucket|sum)$", "", name) for name in shown} <= known


def test_every_setting_is_documented_in_both_languages() -> None:
    for document in ("README.md", "README.ko.md"):
        text = (ROOT / document).read_text()
        missing = [name for name in config._VARIABLES.values() if f"`{name}`" not in text]
        assert not missing, f"{document}: {missing}"


def test_every_variable_the_hub_sets_is_one_that_is_read() -> None:
    settings = Settings(home=Path("/nowhere"), port=8080, outside={"DATABASE_URL": "x", "REDIS_URL": "y"})
    read = set(config._VARIABLES.values())
    assert set(environment.defaults(settings)) - read <= {"DATABASE_URL", "REDIS_URL"}


def test_the_gateway_passes_uploads_as_large_as_the_api_takes() -> None:
    template = (ROOT / "infra/nginx/hanpyo.conf.template").read_text()
    streamed = r"imports.*?client_max_body_size (\d+)m;[^}]*proxy_request_buffering off"
    found = re.search(streamed, template, re.S)
    assert found
    # Room for the multipart frame around the file.
    assert int(found[1]) << 20 > config.Settings().upload_limit_bytes


def pins(lock: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9._-]+==\S+", (ROOT / lock).read_text(), re.M))


def test_the_development_lock_contains_the_runtime_lock() -> None:
    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_the_frontend_lock_names_every_optional_package() -> None:
    """`npm ci` refuses a lock that lacks the packages of other platforms."""
    packages = json.loads((ROOT / "frontend/package-lock.json").read_text())["packages"]
    wanted = {name for entry in packages.values() for name in entry.get("optionalDependencies", {})}
    there = {key.rpartition("node_modules/")[2] for key in packages}
    assert wanted <= there


def test_ci_runs_what_a_developer_runs() -> None:
    assert (ROOT / ".ci/run").read_text().rstrip().endswith("./hub test")
    for script in ("hub", ".ci/run", "infra/docker/entrypoint.sh", "infra/docker/postgres-roles.sh"):
        assert (ROOT / script).stat().st_mode & 0o111, script
        assert subprocess.run(["sh", "-n", str(ROOT / script)], check=False).returncode == 0
