"""Register, login, refresh with rotation and reuse detection, logout."""

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from falcon.testing import Result
from joserfc import jwt
from joserfc.jwk import OctKey

from shared.accounts import sessions
from shared.security import tokens
from shared.security.passwords import verify_password
from tests.factories import PASSWORD, Api, Camp, fresh_address, unique_email


def test_register_makes_a_tenant_and_its_owner(camp: Camp) -> None:
    me = camp.api.get("/members/me").json["data"]
    assert me["role"] == "owner"
    assert me["email"] == camp.email
    assert me["tenant"]["simulated"] is True


def test_registering_an_address_twice_is_a_conflict_and_leaves_nothing(camp: Camp) -> None:
    body = {"email": camp.email.upper(), "password": PASSWORD, "name": "나", "organization": "둘째"}
    again = camp.api.with_token(None).post("/auth/register", body, headers=fresh_address())
    assert (again.status_code, again.json["error"]["code"]) == (409, "CONFLICT")
    assert "이미" in again.json["error"]["message"]


def test_register_names_every_wrong_field(api: Api) -> None:
    body = {"email": "no", "password": "short", "name": " ", "organization": "캠프", "extra": 1}
    answer = api.post("/auth/register", body, headers=fresh_address())
    assert answer.status_code == 422
    fields = {detail["field"] for detail in answer.json["error"]["details"]}
    assert fields == {"email", "password", "name", "extra"}


def log_in(camp: Camp, password: str = PASSWORD) -> Result:
    body = {"email": camp.email, "password": password, "token_transport": "body"}
    return camp.api.with_token(None).post("/auth/login", body, headers=fresh_address())


def test_a_wrong_password_and_an_unknown_address_look_the_same(camp: Camp, api: Api) -> None:
    wrong = log_in(camp, "not the password")
    unknown = api.post(
        "/auth/login", {"email": unique_email(), "password": PASSWORD}, headers=fresh_address()
    )
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json["error"] == unknown.json["error"]


def test_failed_logins_lock_the_account_for_a_while(camp: Camp) -> None:
    for _ in range(8):
        assert log_in(camp, "guess").status_code == 401
    locked = log_in(camp)
    assert locked.status_code == 429
    assert 0 < int(locked.headers["Retry-After"]) <= 15 * 60


def test_guesses_side_by_side_lock_the_account_too(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each pair reads the same count of failures before either has written its own."""
    pair = Barrier(2)

    def together(stored: str | None, password: str) -> bool:
        pair.wait(10)
        return verify_password(stored, password)

    monkeypatch.setattr(sessions, "verify_password", together)
    with ThreadPoolExecutor(2) as hands:
        for _ in range(4):
            statuses = [one.status_code for one in hands.map(lambda guess: log_in(camp, guess), ["a", "b"])]
            assert statuses == [401, 401]
    monkeypatch.undo()
    assert log_in(camp).status_code == 429


def test_guessing_one_address_is_slowed_down(camp: Camp) -> None:
    statuses = [log_in(camp, "guess").status_code for _ in range(16)]
    assert statuses[-1] == 429


def refresh(api: Api, token: str) -> Result:
    return api.with_token(None).post("/auth/refresh", {"refresh_token": token}, headers=fresh_address())


def test_refresh_rotates(camp: Camp) -> None:
    first = refresh(camp.api, camp.refresh_token).json["data"]
    assert first["refresh_token"] != camp.refresh_token
    assert camp.api.with_token(first["access_token"]).get("/members/me").status_code == 200
    assert refresh(camp.api, first["refresh_token"]).status_code == 200


def test_a_refresh_token_that_comes_back_ends_the_whole_session(camp: Camp) -> None:
    fresh = refresh(camp.api, camp.refresh_token).json["data"]
    assert refresh(camp.api, camp.refresh_token).status_code == 401
    assert refresh(camp.api, fresh["refresh_token"]).status_code == 401
    assert camp.api.with_token(fresh["access_token"]).get("/members/me").status_code == 401


def test_logout_works_at_once(camp: Camp) -> None:
    assert camp.api.post("/auth/logout").status_code == 204
    assert camp.api.get("/members/me").status_code == 401
    assert refresh(camp.api, camp.refresh_token).status_code == 401


def test_browsers_get_the_refresh_token_in_an_http_only_cookie(camp: Camp) -> None:
    body = {"email": camp.email, "password": PASSWORD}
    answer = camp.api.with_token(None).post("/auth/login", body, headers=fresh_address())
    cookie = answer.cookies["hanpyo_refresh"]
    assert answer.json["data"]["refresh_token"] is None
    assert cookie.http_only
    assert cookie.path == "/api/v1/auth"
    again = camp.api.with_token(None).post(
        "/auth/refresh", headers={**fresh_address(), "Cookie": f"hanpyo_refresh={cookie.value}"}
    )
    assert again.status_code == 200


def test_tokens_that_are_not_ours_are_refused(api: Api) -> None:
    none_algorithm = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."
    for token in ("", "x", "a.b.c", none_algorithm):
        assert api.with_token(token).get("/members/me").status_code == 401
    assert refresh(api, "AAAA.short").status_code == 401


def signed(claims: dict[str, object], key: bytes, **header: object) -> str:
    return jwt.encode(
        {"alg": "HS256", **header}, claims, OctKey.import_key(key), algorithms=["HS256", "HS512"]
    )


def test_a_token_is_believed_only_as_we_signed_it(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    key, other = tokens._signing_key(), new_camp()
    ours = jwt.decode(camp.token, key, algorithms=["HS256"]).claims
    secret = key.raw_value

    def status(token: str) -> int:
        return camp.api.with_token(token).get("/members/me").status_code

    assert status(signed(ours, secret)) == 200, "so the others fail for what they change"
    changes: list[dict[str, object]] = [
        {"tid": str(other.tenant_id)},
        {"sub": str(other.member_id)},
        {"sub": str(other.member_id), "tid": str(other.tenant_id)},
        {"iss": "somebody"},
        {"exp": 1},
        {"exp": "never"},
        {"tid": "a"},
    ]
    assert {status(signed({**ours, **change}, secret)) for change in changes} == {401}
    assert status(signed(ours, b"another key that is long enough")) == 401
    assert status(signed(ours, secret, alg="HS512")) == 401
    assert status(signed({name: value for name, value in ours.items() if name != "exp"}, secret)) == 401
    head, body, seal = camp.token.split(".")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    assert {
        status(f"{unsigned}.{body}."),
        status(f"{unsigned}.{body}.{seal}"),
        status(f"{head}.{body}."),
    } == {401}


def test_one_camps_session_is_nothing_in_another(camp: Camp, new_camp: Callable[[], Camp]) -> None:
    other = new_camp()
    assert camp.rows("SELECT 1 FROM sessions WHERE member_id = %s", other.member_id) == []
