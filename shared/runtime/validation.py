"""Reading and validating what a client sent."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import falcon
from pydantic import BaseModel, ValidationError

from shared.kernel.errors import (
    Detail,
    MalformedRequest,
    PayloadTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
)
from shared.kernel.i18n import Text, has_text, text
from shared.kernel.storable import storable


def read_bytes(request: falcon.Request, limit: int) -> bytes:
    """The whole body. Raises PayloadTooLarge beyond `limit` bytes, before reading them all."""
    if (request.content_length or 0) > limit:
        raise PayloadTooLarge
    data: bytes = request.bounded_stream.read(limit + 1)
    if len(data) > limit:
        raise PayloadTooLarge
    return data


def read_json(request: falcon.Request, limit: int) -> Any:
    """The JSON body; {} when there is none. Raises MalformedRequest or UnsupportedMediaType."""
    data = read_bytes(request, limit)
    if not data.strip():
        return {}
    media_type = (request.content_type or "application/json").split(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType
    try:
        return storable(json.loads(data.decode()))
    except (ValueError, RecursionError) as error:
        raise MalformedRequest("error.malformed_json") from error


def validate(model: type[BaseModel], data: Any) -> BaseModel:
    """The validated model. Raises ValidationFailed with one detail per wrong field."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ValidationFailed(details=[_detail(item) for item in error.errors()]) from error


def query_parameters(request: falcon.Request, model: type[BaseModel]) -> dict[str, Any]:
    """The query string as the model wants it: list fields collect, others take the last."""
    parsed = falcon.uri.parse_query_string(request.query_string, keep_blank=False, csv=False)
    found: dict[str, Any] = {}
    for name, value in storable(parsed).items():
        values = value if isinstance(value, list) else [value]
        found[name] = values if name in _repeated(model) else values[-1]
    return found


@lru_cache(maxsize=1_000)
def _repeated(model: type[BaseModel]) -> frozenset[str]:
    """The fields that collect what comes more than once."""
    return frozenset(name for name, field in model.model_fields.items() if "list" in str(field.annotation))


def _detail(item: Mapping[str, Any]) -> Detail:
    place = ".".join(str(part) for part in item["loc"] if part != "__root__")
    return Detail(_sentence(item), field=place or None)


def _sentence(item: Mapping[str, Any]) -> Text:
    """Our sentence for a pydantic error type; validators of ours raise ValueError("catalogue.key")."""
    context = item.get("ctx", {})
    if item["type"] == "value_error" and has_text(str(context.get("error", ""))):
        return text(str(context["error"]))
    key = f"validation.{item['type']}"
    if not has_text(key):
        return text("validation.invalid")
    return text(
        key, **{name: value for name, value in context.items() if isinstance(value, int | float | str)}
    )
