"""The hub started from inside its own environment, as tests do."""

import subprocess
import sys
from pathlib import Path

from infra.hub import python_env

ASK = "from infra.hub import python_env; print(python_env.python_identity())"


def test_the_identity_is_the_machines_python_wherever_we_run(tmp_path: Path) -> None:
    subprocess.run([python_env.base_python(), "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    root = Path(__file__).resolve().parents[3]
    answers = {
        subprocess.run([program, "-c", ASK], cwd=root, capture_output=True, text=True, check=True).stdout
        for program in (sys.executable, str(tmp_path / "venv" / "bin" / "python"), python_env.base_python())
    }
    assert len(answers) == 1
