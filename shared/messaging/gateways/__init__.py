"""Gateways: our clients for the carriers. See `gateway.py` for what they promise."""

from shared.messaging.gateways.gateway import (
    TEMPORARY_REASONS,
    Acceptance,
    Button,
    CarrierRefused,
    DeliveryEvent,
    Gateway,
    GatewayError,
    LookUpFailed,
    MalformedReport,
    MessageKind,
    Outcome,
    OutcomeUnknown,
    OutgoingMessage,
    Reason,
)
from shared.messaging.gateways.simulator import ConsoleError, SimulatorConsole, VirtualTemplate
from shared.messaging.gateways.solapi import SolapiGateway

__all__ = [
    "TEMPORARY_REASONS",
    "Acceptance",
    "Button",
    "CarrierRefused",
    "ConsoleError",
    "DeliveryEvent",
    "Gateway",
    "GatewayError",
    "LookUpFailed",
    "MalformedReport",
    "MessageKind",
    "Outcome",
    "OutcomeUnknown",
    "OutgoingMessage",
    "Reason",
    "SimulatorConsole",
    "SolapiGateway",
    "VirtualTemplate",
]
