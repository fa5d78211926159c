"""Fixtures of the simulator."""

from tests.infra.simulator.running import line, receiver, simulator

__all__ = ["line", "receiver", "simulator"]
