"""Every endpoint against somebody it is not for: another camp's ids, a lower role, no session.

The endpoints are those of the function set, so a new one is asked without a line here.
"""

import inspect
import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from shared.runtime.manifest import load_functions
from shared.runtime.triggers import HttpFunction, Role
from tests.factories import Api, Camp, fresh_address
from tests.functions.bodies import BODIES, with_ids
from tests.test_tenant_isolation import admin, victim

__all__ = ["admin", "victim"]

FUNCTIONS = load_functions().http
_ID = re.compile(r"\{(\w+)\}")


def ids_of(function: HttpFunction) -> list[str]:
    """The names of the ids in a function's path."""
    hints = inspect.get_annotations(function.handler, eval_str=True)
    return [name for name in _ID.findall(function.path) if hints.get(name) is UUID]


TAKING_IDS = [one for one in FUNCTIONS if one.role is not None and ids_of(one)]
GUARDED = [one for one in FUNCTIONS if one.role is not None]


def at(function: HttpFunction, thing: object) -> str:
    return "/" + _ID.sub(str(thing), function.path)


def test_there_is_a_body_for_every_endpoint_that_takes_one() -> None:
    assert {one.name for one in FUNCTIONS if one.body is not None and not one.multipart} == set(BODIES)


@pytest.mark.parametrize("function", TAKING_IDS, ids=lambda one: one.name)
def test_another_camps_things_are_not_found(function: HttpFunction, victim: UUID, attacker: Camp) -> None:
    """The victim has a row in every table, and each of its ids is the camp's own."""
    body = BODIES.get(function.name) if function.body is not None else None
    ours = with_ids(body, {}) if body is not None else None
    answer = attacker.api.call(function.method, at(function, victim), ours, headers=fresh_address())
    of_nobody = attacker.api.call(function.method, at(function, uuid4()), ours, headers=fresh_address())
    assert answer.status_code == 404, answer.text
    assert answer.json.get("error") == of_nobody.json.get("error"), "it is told from what is not there"


@pytest.fixture(scope="module")
def attacker(app: object) -> Camp:
    from tests.factories import make_camp

    return make_camp(app)


@pytest.fixture(scope="module")
def members(attacker: Camp) -> dict[Role, Api]:
    """One member of each role."""
    own = {role: attacker.member(role.value).api for role in (Role.ADMIN, Role.STAFF)}
    return {Role.OWNER: attacker.api, **own}


def test_nobody_does_what_their_role_does_not_allow(members: dict[Role, Api]) -> None:
    for function in GUARDED:
        for role, api in members.items():
            if function.role is not None and not role.includes(function.role):
                answer = api.call(function.method, at(function, uuid4()), headers=fresh_address())
                assert answer.status_code == 403, (function.name, role, answer.text)


def test_nobody_does_anything_without_a_session(api: Api) -> None:
    forged = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJpc3MiOiJoYW5weW8ifQ."
    for function in GUARDED:
        for caller in (api, api.with_token(forged)):
            answer = caller.call(function.method, at(function, uuid4()), headers=fresh_address())
            assert answer.status_code == 401, (function.name, answer.text)


def test_what_is_open_to_everybody_is_known() -> None:
    open_to_all = {one.name for one in FUNCTIONS if one.role is None}
    assert open_to_all == {
        "accept_invitation", "login", "refresh", "register",  # how one comes in
        "api_docs", "openapi_document", "healthz", "readyz", "metrics",
        "follow_link", "preview_link", "show_opt_out", "take_opt_out",  # by an unguessable token
        "receive_inbound", "receive_reports",  # by the carrier's secret
    }  # fmt: skip


def test_others_things_cannot_be_named_in_a_body(attacker: Camp, victim: UUID) -> None:
    """Where a body names things by their ids: refused, or not found; never taken."""
    everything = {name: str(victim) for name in _names_in(BODIES)}
    for function in FUNCTIONS:
        body = BODIES.get(function.name)
        if body is None or with_ids(body, everything) == body or _ID.search(function.path):
            continue
        answer = attacker.api.call(
            function.method, at(function, ""), with_ids(body, everything), headers=fresh_address()
        )
        assert answer.status_code in TAKEN_WITHOUT_EFFECT.get(function.name, (404, 409, 422)), (
            function.name,
            answer.text,
        )


# An audience of ids that are nobody's here is an audience of nobody; told consents that are not ours: none;
# and so many are counted.
TAKEN_WITHOUT_EFFECT: dict[str, tuple[int, ...]] = {
    "note_consents_told": (200,),
    "start_bulk_action": (202,),
    "count_selection": (200,),
}


def _names_in(value: object) -> set[str]:
    if isinstance(value, str):
        return set(re.findall(r"^\{(\w+)\}$", value))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(_names_in, inner))


def test_an_answer_stored_under_a_key_is_its_callers_alone(
    attacker: Camp, new_camp: Callable[[], Camp]
) -> None:
    body, key = {"name": "김하늘", "phones": ["010-9876-5432"]}, {"Idempotency-Key": "the same"}
    first = attacker.api.post("/contacts", body, headers=key)
    colleague, stranger = attacker.member("staff"), new_camp()
    for api in (colleague.api, stranger.api):
        other = api.post("/contacts", {"name": "다른 사람"}, headers=key)
        assert "Idempotency-Replayed" not in other.headers
        assert other.json["data"]["id"] != first.json["data"]["id"]
