import base64
from dataclasses import replace

import pytest

from infra.hub import environment, services
from infra.hub.settings import Settings, from_environment


@pytest.fixture
def children(settings: Settings) -> dict[str, str]:
    environment.make_secrets(settings)
    return environment.for_children(settings)


def test_addresses_follow_from_the_ports(children: dict[str, str]) -> None:
    assert children["HANPYO_PUBLIC_URL"] == "http://localhost:23450"
    assert children["DATABASE_URL"].endswith("@127.0.0.1:23454/hanpyo")
    assert children["REDIS_URL"].endswith("@127.0.0.1:23455/0")
    assert children["BROKER_URL"].endswith("@127.0.0.1:23455/1")
    assert children["SOLAPI_BASE_URL"] == "http://127.0.0.1:23453"


def test_the_program_is_not_the_owner(children: dict[str, str]) -> None:
    assert "//hanpyo_app:" in children["DATABASE_URL"]
    assert "//hanpyo_owner:" in children["DATABASE_ADMIN_URL"]


def test_what_the_operator_sets_wins(settings: Settings) -> None:
    environment.make_secrets(settings)
    given = {"SOLAPI_BASE_URL": "https://stub.example", "HANPYO_PUBLIC_URL": "https://camp.example"}
    children = environment.for_children(replace(settings, outside=given))
    assert children["SOLAPI_BASE_URL"] == "https://stub.example"
    assert children["HANPYO_PUBLIC_URL"] == "https://camp.example"


def test_home_and_port_are_the_stacks_whatever_is_set(settings: Settings) -> None:
    environment.make_secrets(settings)
    children = environment.for_children(replace(settings, outside={"HANPYO_PORT": "1", "HANPYO_HOME": "/x"}))
    assert (children["HANPYO_PORT"], children["HANPYO_HOME"]) == ("23450", str(settings.home))


def test_production_gets_no_simulator(settings: Settings) -> None:
    environment.make_secrets(settings)
    children = environment.for_children(replace(settings, outside={"HANPYO_ENV": "production"}))
    assert "SOLAPI_BASE_URL" not in children
    assert "HANPYO_SIMULATOR_URL" not in children


def test_an_own_redis_is_the_broker_too(settings: Settings) -> None:
    environment.make_secrets(settings)
    children = environment.for_children(replace(settings, outside={"REDIS_URL": "redis://own/3"}))
    assert children["BROKER_URL"] == "redis://own/3"


def test_npm_sees_no_secret(settings: Settings) -> None:
    environment.make_secrets(settings)
    assert not {"DATABASE_URL", "REDIS_URL"} & set(environment.for_building(settings))


def test_secrets_are_made_once_and_are_private(settings: Settings) -> None:
    environment.make_secrets(settings)
    before = {path.name: path.read_text() for path in settings.secrets.iterdir()}
    environment.make_secrets(settings)
    assert {path.name: path.read_text() for path in settings.secrets.iterdir()} == before
    assert len(set(before.values())) == len(before)
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in settings.secrets.iterdir())
    assert settings.secrets.stat().st_mode & 0o777 == 0o700


def test_the_master_key_is_32_bytes(settings: Settings) -> None:
    environment.make_secrets(settings)
    assert len(base64.b64decode((settings.secrets / "master_key").read_text())) == 32


def test_an_empty_secret_left_by_a_full_disk_is_made_anew(settings: Settings) -> None:
    (settings.secrets / "redis").write_text("")
    environment.make_secrets(settings)
    assert len((settings.secrets / "redis").read_text()) > 32


def test_a_second_stack_started_from_inside_takes_nothing_over(settings: Settings) -> None:
    environment.make_secrets(settings)
    inner = from_environment(environment.for_children(settings) | {"HANPYO_HOME": "/elsewhere"})
    assert inner.private_postgres
    assert "HANPYO_MASTER_KEY_FILE" not in inner.outside


def test_services_for_tests_ignore_the_operators(settings: Settings) -> None:
    outside = {"DATABASE_URL": "postgresql://real/voters", "REDIS_URL": "redis://real"}
    own = services.private(replace(settings, outside=outside))
    assert own.private_postgres
    assert own.private_redis
