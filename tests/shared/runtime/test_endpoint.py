"""The envelope and every error code of the contract, over throw-away functions."""

from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, Field

from shared.kernel.errors import ALL_ERRORS, HanpyoError
from shared.runtime import Request, Role, endpoint
from shared.runtime.app import make_app
from shared.runtime.triggers import FunctionSet, HttpFunction
from tests.factories import Api, Camp


class Body(BaseModel):
    count: int = Field(ge=1)
    words: list[str] = Field(default_factory=list)


def raising(error: type[HanpyoError]) -> Any:
    def handler(request: Request) -> None:
        raise error

    handler.__name__ = f"raise_{error.code.lower()}"
    return handler


def echo(request: Request) -> dict[str, Any]:
    """Says what it was sent."""
    body: Body = request.body
    return body.model_dump()


def broken(request: Request) -> None:
    raise RuntimeError("secret internals 010-1234-5678")


def with_id(request: Request, thing_id: UUID) -> dict[str, str]:
    return {"id": str(thing_id)}


@pytest.fixture(scope="module")
def errors_api(app: object) -> Api:
    functions = FunctionSet()
    functions.http += [HttpFunction(raising(e), "GET", f"/api/v1/raise/{e.code}", None) for e in ALL_ERRORS]
    functions.http += [
        HttpFunction(echo, "POST", "/api/v1/echo", None, body=Body),
        HttpFunction(broken, "GET", "/api/v1/broken", None),
        HttpFunction(with_id, "GET", "/api/v1/things/{thing_id}", None),
        HttpFunction(with_id, "GET", "/api/v1/owned/{thing_id}", Role.OWNER),
    ]
    return Api(make_app(functions))


@pytest.mark.parametrize("error", ALL_ERRORS, ids=lambda e: e.code)
def test_every_code_has_its_status_and_a_sentence_in_both_languages(
    errors_api: Api, error: type[HanpyoError]
) -> None:
    korean = errors_api.get(f"/raise/{error.code}")
    english = errors_api.in_language("en-GB,ko;q=0.5").get(f"/raise/{error.code}")
    assert korean.status_code == error.status
    assert korean.json["success"] is False
    assert korean.json["error"]["code"] == error.code
    assert korean.json["error"]["message"] != english.json["error"]["message"]
    assert korean.json["meta"]["request_id"] == korean.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{not json", "application/json", 400, "MALFORMED_REQUEST"),
        ("[" * 100_000, "application/json", 400, "MALFORMED_REQUEST"),
        (b"\xff\xfe", "application/json", 400, "MALFORMED_REQUEST"),
        ("count=1", "application/x-www-form-urlencoded", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ('{"count": "x"}', "application/json", 422, "VALIDATION_ERROR"),
        ("[1, 2]", "application/json", 422, "VALIDATION_ERROR"),
        ('"text"', "application/json", 422, "VALIDATION_ERROR"),
        ("", "application/json", 422, "VALIDATION_ERROR"),
        (" " * (1024 * 1024 + 1), "application/json", 413, "PAYLOAD_TOO_LARGE"),
    ],
)
def test_bad_bodies(errors_api: Api, body: Any, content_type: str, status: int, code: str) -> None:
    answer = errors_api.post("/echo", body, headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)


def test_details_name_the_field_in_the_language_asked_for(errors_api: Api) -> None:
    answer = errors_api.in_language("en").post("/echo", {"count": 0, "words": ["a", 2]})
    details = {d["field"]: d["message"] for d in answer.json["error"]["details"]}
    assert details == {"count": "Must be at least 1.", "words.1": "Must be text."}


def test_nul_characters_are_dropped(errors_api: Api) -> None:
    answer = errors_api.post("/echo", {"count": 1, "words": ["a\x00b"]})
    assert answer.json["data"]["words"] == ["ab"]


def test_an_unexpected_error_tells_nothing(errors_api: Api) -> None:
    answer = errors_api.get("/broken")
    assert (answer.status_code, answer.json["error"]["code"]) == (500, "INTERNAL_ERROR")
    assert "secret" not in answer.text
    assert "1234" not in answer.text


def test_a_read_that_went_well_and_fast_writes_no_line(errors_api: Api, monkeypatch: Any) -> None:
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr(
        endpoint._log, "info", lambda event, **fields: lines.append({"event": event, **fields})
    )
    thing = "/things/01a1fe15-cafb-76b6-94ee-2e6aac972171"
    errors_api.get(thing)
    assert lines == []
    errors_api.get("/raise/NOT_FOUND")
    errors_api.post("/echo", {"count": 1})
    assert [line["status"] for line in lines] == [404, 200]
    monkeypatch.setattr(endpoint, "_SLOW_SECONDS", 0)
    errors_api.get(thing)
    assert (lines[-1]["event"], lines[-1]["status"]) == ("request", 200)


def test_unknown_paths_and_methods_are_in_the_envelope(errors_api: Api) -> None:
    nowhere, method = errors_api.get("/nowhere"), errors_api.delete("/echo")
    assert (nowhere.status_code, nowhere.json["error"]["code"]) == (404, "NOT_FOUND")
    assert (method.status_code, method.json["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert method.headers["Allow"] == "POST"


def test_a_malformed_id_is_not_found(errors_api: Api) -> None:
    assert errors_api.get("/things/1234").status_code == 404
    assert errors_api.get("/things/0199a8e0-0000-7000-8000-000000000000").status_code == 200


def test_roles_are_asked_for(errors_api: Api, camp: Camp) -> None:
    path = "/owned/0199a8e0-0000-7000-8000-000000000000"
    assert errors_api.get(path).json["error"]["code"] == "UNAUTHENTICATED"
    assert errors_api.with_token(camp.token).get(path).status_code == 200
    staff = camp.member("staff")
    assert errors_api.with_token(staff.token).get(path).json["error"]["code"] == "FORBIDDEN"


def test_two_functions_on_one_route_do_not_start() -> None:
    functions = FunctionSet()
    functions.http += [HttpFunction(echo, "POST", "/x", None), HttpFunction(broken, "POST", "/x", None)]
    with pytest.raises(ValueError, match="two functions"):
        make_app(functions)
