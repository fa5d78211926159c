"""Camps, and the API as a client sees it, for tests."""

import itertools
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from falcon import testing

from shared.kernel.database import Connection, tenant_transaction
from shared.security.cipher import TenantCipher, tenant_cipher
from shared.security.tokens import read_access_token

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


class Api:
    """Calls the API in process. Answers are falcon's testing results; `.json` is the envelope."""

    def __init__(self, app: Any, token: str | None = None, language: str = "ko") -> None:
        self._client = testing.TestClient(app)
        self._app, self._token, self._language = app, token, language

    def with_token(self, token: str | None) -> "Api":
        return Api(self._app, token, self._language)

    def in_language(self, language: str) -> "Api":
        return Api(self._app, self._token, language)

    def get(self, path: str, **options: Any) -> testing.Result:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> testing.Result:
        return self.call("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> testing.Result:
        return self.call("PUT", path, body, **options)

    def delete(self, path: str, **options: Any) -> testing.Result:
        return self.call("DELETE", path, **options)

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> testing.Result:
        """One call. `path` is under /api/v1 unless it starts with "//" (then the rest is absolute)."""
        headers = {"Accept-Language": self._language, **options.pop("headers", {})}
        if self._token:
            headers.setdefault("Authorization", f"Bearer {self._token}")
        if body is not None:
            options["body"] = body if isinstance(body, bytes | str) else json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        target = path[1:] if path.startswith("//") else "/api/v1" + path
        return self._client.simulate_request(method, target, headers=headers, **options)

    def upload(self, path: str, content: bytes, name: str = "명단.csv", **options: Any) -> testing.Result:
        """A multipart POST with one file and, if given, `options` as JSON."""
        boundary = "hanpyo-test-boundary"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: text/csv\r\n\r\n".encode()
            + content
            + b"\r\n"
        ]
        if options:
            value = json.dumps(options, ensure_ascii=False)
            parts.insert(
                0,
                f'--{boundary}\r\nContent-Disposition: form-data; name="options"\r\n\r\n{value}\r\n'.encode(),
            )
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        content_type = f"multipart/form-data; boundary={boundary}"
        return self.call("POST", path, body, headers={"Content-Type": content_type})


@dataclass
class Camp:
    """A tenant with its Owner logged in."""

    api: Api
    tenant_id: UUID
    member_id: UUID
    email: str
    token: str
    refresh_token: str

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with tenant_transaction(self.tenant_id) as connection:
            yield connection

    @property
    def cipher(self) -> TenantCipher:
        with self.transaction() as connection:
            return tenant_cipher(connection, self.tenant_id)

    def rows(self, statement: str, *parameters: Any) -> list[dict[str, Any]]:
        """What a query sees inside the camp."""
        with self.transaction() as connection:
            return connection.execute(statement, list(parameters)).fetchall()

    def member(self, role: str) -> "Camp":
        """Another member of this camp, logged in."""
        email = unique_email()
        invited = self.api.post(
            "/members/invitations",
            {"email": email, "name": "김보좌", "role": role},
            headers=fresh_address(),
        )
        token = invited.json["data"]["invitation_url"].split("token=")[1]
        accepted = self.api.with_token(None).post(
            "/auth/accept-invitation",
            {"token": token, "name": "김보좌", "password": PASSWORD, "token_transport": "body"},
            headers=fresh_address(),
        )
        return _camp(self.api, email, accepted.json["data"])


def unique_email() -> str:
    return f"member{next(_numbers)}-{os.urandom(4).hex()}@example.com"


def fresh_address() -> dict[str, str]:
    """Headers of a client from an address of its own, so that one test's rate limit is not another's."""
    return {"X-Real-IP": f"198.51.100.{os.urandom(1)[0]}:{os.urandom(4).hex()}"}


def make_camp(app: Any) -> Camp:
    """Registers a camp through the API."""
    api, email = Api(app), unique_email()
    answer = api.post(
        "/auth/register",
        {
            "email": email,
            "password": PASSWORD,
            "name": "이대표",
            "organization": "한표 캠프",
            "token_transport": "body",
        },
        headers=fresh_address(),
    )
    assert answer.status_code == 201, answer.text
    return _camp(api, email, answer.json["data"])


def _camp(api: Api, email: str, data: dict[str, Any]) -> Camp:
    claims = read_access_token(data["access_token"])
    return Camp(
        api=api.with_token(data["access_token"]),
        tenant_id=claims.tenant_id,
        member_id=claims.member_id,
        email=email,
        token=data["access_token"],
        refresh_token=data["refresh_token"],
    )
