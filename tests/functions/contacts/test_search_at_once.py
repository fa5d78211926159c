"""A list and the caller's session in one statement: nothing is said to whose session ended."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from falcon.testing import Result

from shared.contacts import listing, store_search
from shared.contacts.models import ContactQuery
from shared.kernel import database
from shared.runtime import Request, Role
from shared.runtime.app import make_app
from shared.runtime.triggers import FunctionSet, HttpFunction
from shared.security import cipher
from shared.security.tokens import AccessClaims, read_access_token
from tests.factories import Api, Camp, make_camp

# What is one statement, and what is more than that.
QUESTIONS: list[dict[str, Any]] = [
    {}, {"limit": 1}, {"q": "홍"}, {"q": "홍길동"}, {"q": "ㅎㄱㄷ"}, {"q": "5678"}, {"tag": "당원"},
    {"q": "길", "tag": ["당원"]}, {"q": "뷁"}, {"q": "???"}, {"q": "010-2345-5678"}, {"outcome": "created"},
    {"q": "hong@example.org"}, {"q": "010-2345-5678 hong@example.org"}, {"q": "010-2345-5678", "tag": "당원"},
]  # fmt: skip


@pytest.fixture(scope="module")
def peopled(app: object) -> Camp:
    camp = make_camp(app)
    for name, phone, tags in (
        ("홍길동", "010-2345-5678", ["당원"]),
        ("홍길순", "010-2345-5679", []),
        ("남궁길", "010-3333-5678", ["당원"]),
    ):  # fmt: skip
        answer = camp.api.post("/contacts", {"name": name, "phones": [phone], "tags": tags})
        assert answer.status_code == 201, answer.text
    return camp


def said(answer: Result) -> dict[str, Any]:
    """An answer without what is another each time."""
    envelope: dict[str, Any] = answer.json
    assert answer.status_code == 200, answer.text
    return {
        "data": envelope["data"],
        **{key: envelope["meta"].get(key) for key in ("next_cursor", "total")},
    }


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_one_statement_answers_what_a_transaction_does(peopled: Camp, question: dict[str, Any]) -> None:
    cipher._ciphers.clear()  # the first time a process does not have the camp's keys
    in_transaction = said(peopled.api.get("/contacts", params=question))
    assert cipher.known_cipher(peopled.tenant_id) is not None
    assert said(peopled.api.get("/contacts", params=question)) == in_transaction


def test_next_pages_go_on(peopled: Camp) -> None:
    for question in ({}, {"q": "길"}, {"tag": "당원"}):
        whole = [item["id"] for item in peopled.api.get("/contacts", params=question).json["data"]]
        paged: list[str] = []
        cursor: str | None = None
        for _ in whole:
            asked: dict[str, Any] = {**question, "limit": 1}
            asked |= {"cursor": cursor} if cursor else {}
            page = peopled.api.get("/contacts", params=asked).json
            paged, cursor = paged + [item["id"] for item in page["data"]], page["meta"]["next_cursor"]
        assert (paged, cursor) == (whole, None)


def share(camp: Camp, contact_id: str, phone: str) -> None:
    """As a list does that gives two people of one family one number."""
    with camp.transaction() as connection:
        connection.execute(
            """INSERT INTO contact_shared_points (tenant_id, contact_id, kind, hash, value_sealed, textable)
               VALUES (current_tenant(), %s, 'phone', %s, %s, true)""",
            [contact_id, camp.cipher.point_hash("phone", phone), camp.cipher.seal("phone", phone)],
        )


def test_whole_points_find_who_holds_or_shares_all_of_them(camp: Camp) -> None:
    people = {
        "홍길동": {"phones": ["010-2345-6789", "010-2345-7812"], "emails": ["hong@example.org"]},
        "홍길순": {},
        "남궁길": {"phones": ["010-3333-5678"], "tags": ["당원"]},
    }
    ids = {}
    for name, more in people.items():
        made = camp.api.post("/contacts", {"name": name, **more})
        assert made.status_code == 201, made.text
        ids[name] = made.json["data"]["id"]
    share(camp, ids["홍길순"], "+821023456789")
    claims = read_access_token(camp.token)

    def found(q: str, **more: Any) -> list[str | None]:
        answered = listing.page_at_once(camp.cipher, claims, ContactQuery(q=q, **more))
        assert answered is not None
        assert answered[1].total is not None
        assert answered[1].total["value"] == len(answered[1].items)
        return [item["name"] for item in _plain(answered[1].items)]

    assert found("010-2345-6789") == ["홍길순", "홍길동"]
    assert found("hong@example.org 010.2345.7812") == ["홍길동"]
    assert found("hong@example.org 010-3333-5678") == []
    assert found("010-9999-0000") == []
    first = camp.api.get("/contacts", params={"q": "010-2345-6789", "limit": 1}).json
    assert first["meta"]["total"] == {"value": 2, "relation": "eq"}
    cursor = first["meta"]["next_cursor"]
    second = camp.api.get("/contacts", params={"q": "010-2345-6789", "limit": 1, "cursor": cursor}).json
    assert [item["name"] for item in first["data"] + second["data"]] == ["홍길순", "홍길동"]
    tagged = camp.api.get("/contacts", params={"q": "010-3333-5678", "tag": "당원"}).json
    assert [item["name"] for item in tagged["data"]] == ["남궁길"]
    assert camp.api.get("/contacts", params={"q": "010-2345-6789", "tag": "당원"}).json["data"] == []
    camp.api.delete(f"/contacts/{ids['홍길동']}")
    assert found("hong@example.org") == []


def test_a_shared_phone_is_shown(camp: Camp) -> None:
    camp.api.post("/contacts", {"name": "홍길동", "phones": ["010-2345-6789"]})
    share(camp, camp.api.post("/contacts", {"name": "홍길순"}).json["data"]["id"], "+821023456789")
    shown = {
        item["name"]: item["shared_phones"]
        for item in camp.api.get("/contacts", params={"q": "홍"}).json["data"]
    }
    with camp.transaction() as connection:
        expected = listing.list_page(connection, camp.cipher, ContactQuery(q="홍")).items
    assert shown == {item["name"]: item["shared_phones"] for item in _plain(expected)}
    assert [len(phones) for phones in shown.values()] == [1, 0]


def _plain(items: Any) -> list[dict[str, Any]]:
    return [{**item, "shared_phones": [_texts(phone) for phone in item["shared_phones"]]} for item in items]


def _texts(phone: dict[str, Any]) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, UUID) else value for key, value in phone.items()}


@pytest.mark.parametrize("question", [*QUESTIONS, {"cursor": "nonsense"}, {"limit": "0"}], ids=str)
def test_whose_session_has_ended_is_told_nothing(camp: Camp, question: dict[str, Any]) -> None:
    camp.api.get("/contacts")
    assert camp.api.post("/auth/logout").status_code == 204
    answer = camp.api.get("/contacts", params=question)
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "UNAUTHENTICATED")


def test_who_was_disabled_is_told_nothing(camp: Camp) -> None:
    staff = camp.member("staff")
    assert staff.api.get("/contacts").status_code == 200
    changed = camp.api.put(f"/members/{staff.member_id}", {"status": "disabled"})
    assert changed.status_code == 200, changed.text
    assert staff.api.get("/contacts", params={"q": "홍"}).status_code == 401


def test_without_a_living_session_nothing_is_looked_for(
    peopled: Camp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search itself is not begun: it would fail here, and does for a living session."""
    claims = read_access_token(peopled.token)
    ended = AccessClaims(claims.tenant_id, claims.member_id, uuid4())
    failing = store_search._PAGE.replace("%(query)s", "'nonsense'")
    monkeypatch.setattr(store_search, "_PAGE", failing)
    answered = listing.page_at_once(peopled.cipher, ended, ContactQuery(q="홍길순"))
    assert answered is not None
    assert answered[0] is None
    assert answered[1].items == []
    with pytest.raises(Exception, match="not a question"):
        listing.page_at_once(peopled.cipher, claims, ContactQuery(q="홍길순"))


def test_another_camps_session_opens_nothing(peopled: Camp, camp: Camp) -> None:
    """Claims whose camp and session do not belong together."""
    ours, theirs = read_access_token(camp.token), read_access_token(peopled.token)
    for mixed in (
        AccessClaims(theirs.tenant_id, ours.member_id, ours.session_id),
        AccessClaims(theirs.tenant_id, theirs.member_id, ours.session_id),
    ):
        answered = listing.page_at_once(peopled.cipher, mixed, ContactQuery())
        assert answered is not None
        assert (answered[0], answered[1].items) == (None, [])


def test_the_tenant_does_not_stay_on_the_connection(peopled: Camp) -> None:
    listing.page_at_once(peopled.cipher, read_access_token(peopled.token), ContactQuery())
    with database.system_transaction() as connection:
        assert connection.execute("SELECT current_tenant() AS tenant").fetchall() == [{"tenant": None}]


def test_a_function_that_forgets_to_ask_answers_nobody_whose_session_ended(app: object, camp: Camp) -> None:
    """The endpoint itself asks before anything is said."""

    def forgetful(request: Request) -> dict[str, str]:
        return {"secret": str(request.signed.tenant_id)}

    functions = FunctionSet()
    for path, role in (("/api/v1/any", Role.STAFF), ("/api/v1/owners", Role.OWNER)):
        functions.http.append(HttpFunction(forgetful, "GET", path, role, late_session=True))
    api = Api(make_app(functions), camp.token)
    staff = api.with_token(camp.member("staff").token)
    assert [api.get(path).status_code for path in ("/any", "/owners")] == [200, 200]
    assert [staff.get(path).status_code for path in ("/any", "/owners")] == [200, 403]
    assert api.with_token("x").get("/any").status_code == 401
    camp.api.post("/auth/logout")
    assert [api.get(path).status_code for path in ("/any", "/owners")] == [401, 401]
