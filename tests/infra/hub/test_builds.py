"""The Python environment and the web UI are made once, and made again when half made."""

import json
from pathlib import Path

import pytest

from infra.hub import frontend, python_env, up
from infra.hub.settings import Settings
from infra.hub.status import duration


def sources(place: Path) -> Path:
    (place / "app").mkdir(parents=True)
    (place / "app" / "page.tsx").write_text("one")
    (place / "package.json").write_text("{}")
    return place


def test_a_build_is_named_after_its_sources(tmp_path: Path) -> None:
    place = sources(tmp_path / "frontend")
    before = frontend.source_hash(place)
    (place / "node_modules").mkdir()
    (place / "node_modules" / "x.js").write_text("not a source")
    assert frontend.source_hash(place) == before
    (place / "app" / "page.tsx").write_text("two")
    assert frontend.source_hash(place) != before


def test_publishing_leaves_nothing_half_made(tmp_path: Path) -> None:
    place = sources(tmp_path / "frontend")
    for name in ("standalone", "static"):
        (place / ".next" / name).mkdir(parents=True)
    (place / ".next" / "standalone" / "server.js").write_text("serve")
    (place / ".next" / "static" / "a.css").write_text("css")
    target = tmp_path / "builds" / "abc"
    (tmp_path / "builds" / "abc.unfinished" / "junk").mkdir(parents=True)
    frontend.publish(place, target)
    assert (target / "server.js").read_text() == "serve"
    assert (target / ".next" / "static" / "a.css").exists()
    assert [path.name for path in target.parent.iterdir()] == ["abc"]


def test_the_build_before_the_last_is_forgotten(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
    frontend.forget_old_builds(tmp_path / "three")
    assert len(list(tmp_path.iterdir())) == 2
    assert (tmp_path / "three").exists()


def test_an_environment_without_a_stamp_is_not_trusted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(python_env, "works", lambda _settings: True)
    settings.venv.mkdir()
    assert not python_env.satisfied(settings, python_env.RUNTIME)
    python_env.write_stamp(settings, python_env.RUNTIME)
    assert python_env.satisfied(settings, python_env.RUNTIME)
    assert not python_env.satisfied(settings, python_env.DEVELOPMENT)


def test_the_development_environment_runs_the_hub_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(python_env, "works", lambda _settings: True)
    settings.venv.mkdir()
    python_env.write_stamp(settings, python_env.DEVELOPMENT)
    assert python_env.satisfied(settings, python_env.RUNTIME)


def test_a_torn_stamp_means_unknown(settings: Settings) -> None:
    settings.venv.mkdir()
    python_env.stamp_path(settings).write_text('{"requirements')
    assert python_env.read_stamp(settings) == {}


def test_a_broken_environment_is_made_anew(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (settings.venv / "bin").mkdir(parents=True)
    (settings.venv / "bin" / "python").symlink_to("/gone/python")
    made: list[Path] = []
    monkeypatch.setattr(python_env, "create", lambda own: made.append(own.venv))
    monkeypatch.setattr(python_env, "pip", lambda *_arguments: None)
    python_env.ensure(settings, python_env.RUNTIME)
    assert made == [settings.venv]


@pytest.mark.parametrize(
    ("printed", "login"),
    [
        ('{"email": "a@b.example"}\n', {"email": "a@b.example"}),
        ('warning: x\n{\n "email": "a@b.example"\n}', {"email": "a@b.example"}),
        ("no json", {}),
        ("[1]", {}),
        ('{"torn', {}),
    ],
)
def test_the_demos_answer(printed: str, login: dict[str, str]) -> None:
    assert up.parse_demo(printed) == login


def test_the_stamp_names_both_locks(settings: Settings) -> None:
    settings.venv.mkdir()
    python_env.write_stamp(settings, python_env.DEVELOPMENT)
    stamp = json.loads(python_env.stamp_path(settings).read_text())
    assert set(stamp) == {python_env.RUNTIME, python_env.DEVELOPMENT}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-3, "0s"), (5, "5s"), (723, "12m 03s"), (12_000, "3h 20m"), (370_800, "4d 07h")],
)
def test_durations(seconds: int, text: str) -> None:
    assert duration(seconds) == text
