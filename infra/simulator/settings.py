"""The simulator's settings; the only place where it reads the environment."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the simulator listens (loopback only) and keeps its database."""

    port: int
    database: Path


def load() -> Settings:
    """From HANPYO_HOME (default `.hub`) and HANPYO_PORT (default 8080; we listen at +3)."""
    home = Path(os.environ.get("HANPYO_HOME", ".hub"))
    port = int(os.environ.get("HANPYO_PORT", "8080")) + 3
    return Settings(port=port, database=home / "simulator" / "simulator.db")
