"""Gateways: our clients for the carriers. See `gateway.py` for what they promise.

A new carrier is one gateway (one file, with its wire format beside it when long), one table of codes,
and one line in `CARRIERS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.messaging.gateways.aligo import AligoGateway
from shared.messaging.gateways.aligo_codes import REASONS as ALIGO_REASONS
from shared.messaging.gateways.gateway import (
    TEMPORARY_REASONS,
    Acceptance,
    Bubble,
    Button,
    CarrierImage,
    CarrierOptOut,
    CarrierRefused,
    CarrierSender,
    CarrierTemplate,
    DeliveryEvent,
    Gateway,
    GatewayError,
    ImageUse,
    InboundMessage,
    LookUpFailed,
    MalformedReport,
    MessageKind,
    NewTemplate,
    NotOffered,
    Outcome,
    OutcomeUnknown,
    OutgoingMessage,
    Reason,
)
from shared.messaging.gateways.nhn import NhnGateway
from shared.messaging.gateways.nhn_codes import ALL as NHN_REASONS
from shared.messaging.gateways.sens import SensGateway
from shared.messaging.gateways.sens_codes import REASONS as SENS_REASONS
from shared.messaging.gateways.simulator import ConsoleError, SimulatorConsole, VirtualTemplate
from shared.messaging.gateways.solapi import SolapiGateway
from shared.messaging.gateways.solapi_codes import REASONS as SOLAPI_REASONS


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One thing that staff type to register an account. What is no `secret` says which account it is."""

    name: str
    secret: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier we can speak to.

    `settings` are the names of the settings with its base addresses; `make` takes those addresses in
    that order, the credentials by field name, and the seconds a call may take. `wants_number`: it documents a
    registered number as required, also of messages that come from a Kakao channel.
    """

    make: Callable[[list[str], Mapping[str, str], float], Gateway]
    reasons: Mapping[str, Reason]
    fields: tuple[CredentialField, ...]
    settings: tuple[str, ...]
    wants_number: bool = False

    def takes(self, credentials: Mapping[str, str]) -> bool:
        """Whether every required credential is given, and none that this carrier does not know."""
        given = {name for name, value in credentials.items() if value}
        required = {field.name for field in self.fields if field.required}
        return required <= given <= {field.name for field in self.fields}

    def same_account(self, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
        """Whether no field that says which account it is changes; one that was empty may be filled."""
        names = [field.name for field in self.fields if not field.secret]
        return all(not before.get(name) or before[name] == after.get(name) for name in names)


# The names are those of `account_models.Credentials`; their labels are `carrier.field.…` in messages.json.
_WEBHOOK = CredentialField("webhook_secret", secret=True, required=False)
_SOLAPI_FIELDS = (CredentialField("api_key"), CredentialField("api_secret", secret=True), _WEBHOOK)
_NHN_FIELDS = (
    CredentialField("api_key"),
    CredentialField("api_secret", secret=True),
    CredentialField("kakao_key", required=False),
    CredentialField("kakao_secret", secret=True, required=False),
    _WEBHOOK,
)

_SENS_FIELDS = (
    CredentialField("api_key"),
    CredentialField("api_secret", secret=True),
    CredentialField("sms_service"),
    CredentialField("kakao_service", required=False),
    _WEBHOOK,
)
# An Aligo account is its key: our ids of its messages are made with it, so it stays.
_ALIGO_FIELDS = (
    CredentialField("api_key"),
    CredentialField("user_id"),
    CredentialField("kakao_sender", required=False),
    _WEBHOOK,
)
_ALIGO_SETTINGS = ("aligo_base_url", "aligo_kakao_base_url")

CARRIERS: dict[str, Carrier] = {
    "solapi": Carrier(
        SolapiGateway.open, SOLAPI_REASONS, _SOLAPI_FIELDS, ("solapi_base_url",), wants_number=True
    ),
    "nhn": Carrier(NhnGateway.open, NHN_REASONS, _NHN_FIELDS, ("nhn_sms_base_url", "nhn_kakao_base_url")),
    "sens": Carrier(SensGateway.open, SENS_REASONS, _SENS_FIELDS, ("sens_base_url",)),
    "aligo": Carrier(AligoGateway.open, ALIGO_REASONS, _ALIGO_FIELDS, _ALIGO_SETTINGS),
    "simulator": Carrier(SolapiGateway.open, SOLAPI_REASONS, _SOLAPI_FIELDS, ("simulator_url",)),
}
"""Every carrier by its name in `carrier_accounts`."""

__all__ = [
    "CARRIERS",
    "TEMPORARY_REASONS",
    "Acceptance",
    "AligoGateway",
    "Bubble",
    "Button",
    "Carrier",
    "CarrierImage",
    "CarrierOptOut",
    "CarrierRefused",
    "CarrierSender",
    "CarrierTemplate",
    "ConsoleError",
    "CredentialField",
    "DeliveryEvent",
    "Gateway",
    "GatewayError",
    "ImageUse",
    "InboundMessage",
    "LookUpFailed",
    "MalformedReport",
    "MessageKind",
    "NewTemplate",
    "NhnGateway",
    "NotOffered",
    "Outcome",
    "OutcomeUnknown",
    "OutgoingMessage",
    "Reason",
    "SensGateway",
    "SimulatorConsole",
    "SolapiGateway",
    "VirtualTemplate",
]
