"""What a carrier's module is built from."""

from dataclasses import dataclass

from infra.simulator.engine import Engine
from infra.simulator.gate import Gate
from infra.simulator.store import Store


@dataclass(frozen=True, slots=True)
class Parts:
    """The simulator's common parts: `engine.wake()` after messages came in."""

    store: Store
    engine: Engine
    gate: Gate
