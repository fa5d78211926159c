import json
from functools import lru_cache

from shared.kernel.config import settings
from shared.runtime import Request, Stream, http
from shared.runtime.manifest import load_functions
from shared.runtime.openapi import document


@http("GET", "/openapi.json", role=None)
def openapi_document(request: Request) -> Stream:
    """The OpenAPI document of this API."""
    return Stream([_rendered()], "application/json", "")


@lru_cache(maxsize=1)
def _rendered() -> bytes:
    return json.dumps(document(load_functions(), settings().public_url), ensure_ascii=False).encode()
