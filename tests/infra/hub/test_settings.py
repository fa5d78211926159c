import os
from pathlib import Path

import pytest

from infra.hub import settings as hub_settings
from infra.hub.errors import HubError
from infra.hub.settings import Settings, from_environment, mark, parse_port


def test_ports_follow_from_the_gateway() -> None:
    made = Settings(home=Path("/x"), port=9000)
    ports = (made.api_port, made.frontend_port, made.simulator_port, made.postgres_port, made.redis_port)
    assert ports == (9001, 9002, 9003, 9004, 9005)


@pytest.mark.parametrize("text", ["80", "65531", "-1", "eight", "8080 "])
def test_a_port_without_room_is_refused_in_words(text: str) -> None:
    with pytest.raises(HubError) as caught:
        parse_port(text)
    assert text in caught.value.render()


def test_the_operators_database_is_used() -> None:
    made = from_environment({"DATABASE_URL": "postgresql://elsewhere/x"})
    assert not made.private_postgres
    assert made.private_redis


def test_what_a_hub_chose_is_not_taken_for_the_operators() -> None:
    chosen = {"DATABASE_URL": "postgresql://a/b", "REDIS_URL": "redis://c/0"}
    made = from_environment({**chosen, "HANPYO_CHOSEN": mark(chosen)})
    assert made.private_postgres
    assert made.private_redis


def test_what_was_changed_after_the_hub_chose_it_is_the_operators() -> None:
    chosen = {"SOLAPI_BASE_URL": "http://127.0.0.1:8083"}
    given = {"SOLAPI_BASE_URL": "http://127.0.0.1:9999", "HANPYO_CHOSEN": mark(chosen)}
    assert from_environment(given).outside["SOLAPI_BASE_URL"] == "http://127.0.0.1:9999"


def test_sockets_move_when_the_home_is_too_deep() -> None:
    deep = Settings(home=Path("/" + "d" * 100), port=8080)
    assert len(str(deep.sockets)) < hub_settings.LONGEST_SOCKET_DIRECTORY
    assert Settings(home=Path("/srv/hub"), port=8080).sockets == Path("/srv/hub/run")


def test_root_keeps_service_files_where_the_service_account_can_reach_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "locked"
    (locked / "home").mkdir(parents=True)
    monkeypatch.setattr(os, "getuid", lambda: 0)
    locked.chmod(0o700)
    made = Settings(home=locked / "home", port=8080)
    assert made.service_root.parent == hub_settings.SHARED_STATE


def test_not_root_keeps_everything_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    made = Settings(home=tmp_path / "home", port=8080)
    assert made.service_root == made.home
