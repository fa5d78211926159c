"""The hub started from inside its own environment, as tests do."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.hub import python_env
from infra.hub.errors import HubError
from infra.hub.settings import Settings

ASK = "from infra.hub import python_env; print(python_env.python_identity())"


def test_the_identity_is_the_machines_python_wherever_we_run(tmp_path: Path) -> None:
    subprocess.run([python_env.base_python(), "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    root = Path(__file__).resolve().parents[3]
    answers = {
        subprocess.run([program, "-c", ASK], cwd=root, capture_output=True, text=True, check=True).stdout
        for program in (sys.executable, str(tmp_path / "venv" / "bin" / "python"), python_env.base_python())
    }
    assert len(answers) == 1


def test_an_environment_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    named = tmp_path / "theirs"
    (named / "bin").mkdir(parents=True)
    (named / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    settings = Settings(home=tmp_path / "home", port=23451, outside={"HANPYO_VENV": str(named)})
    with pytest.raises(HubError, match="HANPYO_VENV"):
        python_env.ensure(settings, python_env.RUNTIME)
    assert [str(path.relative_to(named)) for path in sorted(named.rglob("*"))] == ["bin", "bin/python"]
