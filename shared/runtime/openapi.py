"""The OpenAPI 3.1 document, generated from the function set."""

import inspect
import re
from typing import Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

from shared.kernel.errors import ALL_ERRORS
from shared.kernel.pages import Page
from shared.runtime.exchange import Stream
from shared.runtime.triggers import FunctionSet, HttpFunction

_REFERENCE = "#/components/schemas/{model}"


def document(functions: FunctionSet, public_url: str) -> dict[str, Any]:
    """The document as a JSON-ready dict."""
    schemas: dict[str, Any] = {"Error": _error_schema(), "Meta": _meta_schema()}
    paths: dict[str, dict[str, Any]] = {}
    for function in sorted(functions.http, key=lambda f: (f.path, f.method)):
        operations = paths.setdefault(function.path, {})
        operations[function.method.lower()] = _operation(function, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hanpyo",
            "version": "v1",
            "description": "Contacts, campaigns, sending. Answers are {success, data | error, meta}.",
        },
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(function: HttpFunction, schemas: dict[str, Any]) -> dict[str, Any]:
    summary, _, rest = (inspect.getdoc(function.handler) or function.name).partition("\n")
    operation: dict[str, Any] = {
        "operationId": function.name,
        "tags": [function.module.split(".")[1]],
        "summary": summary,
        "parameters": _path_parameters(function)
        + _query_parameters(function, schemas)
        + _header_parameters(function),
        "responses": _responses(function, schemas),
    }
    if rest.strip():
        operation["description"] = rest.strip()
    if function.role is not None:
        operation["security"] = [{"bearer": []}]
        operation["x-role"] = function.role.value
    body = _request_body(function, schemas)
    if body:
        operation["requestBody"] = body
    return operation


def _path_parameters(function: HttpFunction) -> list[dict[str, Any]]:
    hints = inspect.get_annotations(function.handler, eval_str=True)
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": TypeAdapter(hints.get(name, str)).json_schema(),
        }
        for name in re.findall(r"\{(\w+)\}", function.path)
    ]


def _query_parameters(function: HttpFunction, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    if function.query is None:
        return []
    schema = function.query.model_json_schema(ref_template=_REFERENCE)
    schemas.update(schema.get("$defs", {}))
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": value}
        for name, value in schema.get("properties", {}).items()
    ]


def _header_parameters(function: HttpFunction) -> list[dict[str, Any]]:
    if not function.idempotent:
        return []
    return [{"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string"}}]


def _request_body(function: HttpFunction, schemas: dict[str, Any]) -> dict[str, Any] | None:
    if function.multipart:
        properties = {
            "file": {"type": "string", "contentMediaType": "application/octet-stream"},
            "options": _schema(function.body, schemas) if function.body else {"type": "string"},
        }
        content = {"multipart/form-data": {"schema": {"type": "object", "properties": properties}}}
    elif function.body is not None:
        content = {"application/json": {"schema": _schema(function.body, schemas)}}
    elif function.webhook:
        content = {"application/json": {"schema": {}}}
    else:
        return None
    return {"required": True, "content": content}


def _responses(function: HttpFunction, schemas: dict[str, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    returns = inspect.get_annotations(function.handler, eval_str=True).get("return")
    if returns is Stream:
        responses[str(function.status)] = {"description": "A download."}
    elif returns is None:
        responses["204" if function.status == 200 else str(function.status)] = {"description": "Done."}
    else:
        schema = _enveloped(_data_schema(returns, schemas))
        responses[str(function.status)] = {
            "description": "Success.",
            "content": {"application/json": {"schema": schema}},
        }
    failure = {"application/json": {"schema": {"$ref": _REFERENCE.format(model="Error")}}}
    responses["default"] = {"description": "An error in the envelope.", "content": failure}
    return responses


def _data_schema(returns: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    if get_origin(returns) is Page:
        return {"type": "array", "items": _schema(get_args(returns)[0], schemas)}
    return _schema(returns, schemas)


def _schema(kind: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    """A type's schema; models become components."""
    schema = TypeAdapter(kind).json_schema(ref_template=_REFERENCE, mode="serialization")
    schemas.update(schema.pop("$defs", {}))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        schemas[kind.__name__] = schema
        return {"$ref": _REFERENCE.format(model=kind.__name__)}
    return schema


def _enveloped(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["success", "data", "meta"],
        "properties": {
            "success": {"const": True},
            "data": data,
            "meta": {"$ref": _REFERENCE.format(model="Meta")},
        },
    }


def _meta_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "timestamp": {"type": "string", "format": "date-time"},
            "version": {"type": "string"},
            "request_id": {"type": "string"},
            "next_cursor": {"type": ["string", "null"]},
            "total": {
                "type": "object",
                "properties": {"value": {"type": "integer"}, "relation": {"enum": ["eq", "gte"]}},
            },
        },
    }


def _error_schema() -> dict[str, Any]:
    detail = {name: {"type": "string"} for name in ("field", "message", "rule", "article")}
    return {
        "type": "object",
        "properties": {
            "success": {"const": False},
            "error": {
                "type": "object",
                "properties": {
                    "code": {"enum": sorted(error.code for error in ALL_ERRORS)},
                    "message": {"type": "string"},
                    "details": {"type": "array", "items": {"type": "object", "properties": detail}},
                },
            },
            "meta": {"$ref": _REFERENCE.format(model="Meta")},
        },
    }
