"""The envelope around every answer of the API."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from pydantic_core import to_json

from shared.kernel.clock import isoformat
from shared.kernel.errors import HanpyoError
from shared.kernel.pages import Page

API_VERSION = "v1"


def success(data: Any, request_id: str) -> bytes:
    """The bytes of a successful answer. A Page fills `meta.next_cursor` and `meta.total`."""
    meta = _meta(request_id)
    if isinstance(data, Page):
        meta["next_cursor"] = data.next_cursor
        if data.total is not None:
            meta["total"] = data.total
        data = data.items
    return to_json({"success": True, "data": data, "meta": meta}, fallback=_fallback)


def failure(error: HanpyoError, request_id: str, language: str) -> bytes:
    """The bytes of an error answer, its sentences in the caller's language."""
    body = {
        "success": False,
        "error": {
            "code": error.code,
            "message": error.message.in_language(language),
            "details": [detail.localized(language) for detail in error.details],
        },
        "meta": _meta(request_id),
    }
    return json.dumps(body, ensure_ascii=False).encode()


def _meta(request_id: str) -> dict[str, Any]:
    return {
        "timestamp": isoformat(datetime.now(UTC)),
        "version": API_VERSION,
        "request_id": request_id,
        "next_cursor": None,
    }


def _fallback(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"cannot put {type(value).__name__} into an answer")
