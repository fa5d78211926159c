"""Whether a process lives is asked of it alone; whether it can work is asked of every store, each by name."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from functions.ops import readyz
from shared.kernel import database
from shared.kernel.errors import Unavailable
from shared.kernel.storage import FolderStorage
from tests.factories import Api


def no_connection(*_: Any) -> Any:
    raise Unavailable


def test_a_hub_whose_database_is_busy_or_gone_is_alive(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever ends processes that do not answer must not end those that only wait for the database."""
    monkeypatch.setattr(database, "_answered", no_connection)
    assert api.get("//healthz").status_code == 200
    assert api.get("//readyz").status_code == 503


def without_database(patch: pytest.MonkeyPatch, folder: Path) -> None:
    def gone() -> Any:
        raise psycopg.OperationalError

    patch.setattr(readyz, "system_transaction", gone)


def without_broker(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setattr(readyz, "settings", lambda: SimpleNamespace(redis_url="redis://127.0.0.1:9/0"))


def without_storage(patch: pytest.MonkeyPatch, folder: Path) -> None:
    (folder / "files").write_text("a file where the folder should be")
    patch.setattr(readyz, "storage", lambda: FolderStorage(folder / "files"))


@pytest.mark.parametrize(
    ("part", "without"),
    [("database", without_database), ("broker", without_broker), ("storage", without_storage)],
)
def test_what_does_not_answer_is_named(
    api: Api,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    part: str,
    without: Callable[[pytest.MonkeyPatch, Path], None],
) -> None:
    assert api.get("//readyz").status_code == 200
    without(monkeypatch, tmp_path)
    answer = api.get("//readyz")
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "UNAVAILABLE")
    assert [detail["field"] for detail in answer.json["error"]["details"]] == [part]
