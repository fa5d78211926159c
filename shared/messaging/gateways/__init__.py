"""Gateways: our clients for the carriers. See `gateway.py` for what they promise."""

from shared.messaging.gateways.gateway import (
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

__all__ = [
    "Acceptance",
    "Button",
    "CarrierRefused",
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
]
