"""Every endpoint gets what no client of ours sends; whatever it is, the answer is one of the API's own.

The calls are made of the function set and of `bodies`: some of all that are possible, the same each time.
"""

import copy
import json
import random
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from shared.runtime.manifest import load_functions
from shared.runtime.triggers import HttpFunction
from tests.factories import Camp, fresh_address, make_camp
from tests.functions.bodies import BODIES, CAMPAIGN, SENDER, TEMPLATE, with_ids

EACH = 12
HALF, NUL = "\ud83d", "\x00"
STRINGS = [
    "", " ", NUL, HALF, "a" * 20_000, "'; DROP TABLE contacts; --", "%", "\\", "../../etc/passwd", "{{7*7}}",
    "\u202e\u200b", "\U0001f600" * 50, "#{이름}#{", "٣" * 12, "a\r\nX-Evil: 1", "<script>alert(1)</script>",
    "9999-12-31", "0001-01-01T00:00:00+14:00", "NaN", "-0", "1e400", str(uuid4()), "null", "01012345678",
]  # fmt: skip
OTHERS: list[Any] = [
    None, True, 0, -1, 1, 2**31, 2**63, -(2**63), 10**40, 0.5, 1e308, float("nan"), float("inf"), [], {},
    [None], [[[]]], {"": ""}, {"all": []}, {NUL: NUL}, {"$ne": 1}, [{}] * 3, ["a"] * 300,
]  # fmt: skip
FUNCTIONS = load_functions().http
# These end the session of whom the test calls as, or wait for a carrier that is not there.
LEFT_OUT = {"logout", "delete_me", "launch_campaign", "send_test", "check_account", "start_rekeying"}


@pytest.fixture(scope="module")
def world(app: object) -> tuple[Camp, dict[str, str]]:
    """A camp with one of most things, by the names that paths and bodies use."""
    camp = make_camp(app)
    ids = {"member_id": str(camp.member_id)}

    def make(name: str, path: str, body: Any) -> None:
        answer = camp.api.post(path, with_ids(body, ids), headers=fresh_address())
        assert answer.status_code == 201, answer.text
        ids[name] = answer.json["data"]["id"]

    make("contact_id", "/contacts", {"name": "김하나", "phones": ["010-2222-3333"], "source": "명부"})
    make("other_contact_id", "/contacts", {"name": "김두리", "phones": ["010-2222-4444"], "source": "명부"})
    make("sender_id", "/senders", {**SENDER, "value": "02-1234-5678"})
    make("campaign_id", "/campaigns", CAMPAIGN)
    make("template_id", "/templates", TEMPLATE)
    for name, function in (
        ("election_id", "create_election"), ("segment_id", "create_segment"), ("view_id", "create_view"),
        ("rule_id", "create_retention_rule"), ("reply_id", "create_canned_reply"),
    ):  # fmt: skip
        path = next(one.path for one in FUNCTIONS if one.name == function)
        make(name, path.removeprefix("/api/v1"), BODIES[function])
    make("consent_id", f"/contacts/{ids['contact_id']}/consents", BODIES["add_consent"])
    make("note_id", f"/contacts/{ids['contact_id']}/notes", BODIES["add_note"])
    return camp, ids


def call(world: tuple[Camp, dict[str, str]], function: HttpFunction, body: Any = None, **options: Any) -> Any:
    camp, ids = world
    path = re.sub(r"\{(\w+)\}", lambda match: ids.get(match.group(1)) or str(uuid4()), function.path)
    headers = {**fresh_address(), **options.pop("headers", {})}
    answer = camp.api.call(function.method, "/" + path, body, headers=headers, **options)
    assert answer.status_code < 500, (function.name, answer.status_code, body, options, answer.text)
    if answer.status_code >= 400:
        assert answer.json["success"] is False, (function.name, answer.text)
    return answer


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a body, from the outside to the inside."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*path, key))


def bent(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The body with another value at a place."""
    if not place:
        return value
    changed = copy.deepcopy(body)
    target = changed
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    return changed


BODIED = [one for one in FUNCTIONS if one.name in BODIES and one.name not in LEFT_OUT]


@pytest.mark.parametrize("function", BODIED, ids=lambda one: one.name)
def test_any_value_at_any_place_of_a_body(world: tuple[Camp, dict[str, str]], function: HttpFunction) -> None:
    body, chance = with_ids(BODIES[function.name], world[1]), random.Random(function.name)
    values = [(place, value) for place in places(body) for value in (*STRINGS, *OTHERS)]
    for place, value in chance.sample(values, min(EACH, len(values))):
        call(world, function, json.dumps(bent(body, place, value)))
    if isinstance(body, dict):
        call(world, function, {**body, "tenant_id": str(uuid4()), "id": str(uuid4()), "__class__": "x"})


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe{}",
        b'{"name": "\xed\xa0\xbd"}',
        b'{"name": "\xc0\x80"}',
        "\ufeff{}".encode(),
        '{"name": 1}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"filter":' + b'{"not":' * 400 + b"{}" + b"}" * 401,
        b'{"custom":' + b"[" * 450 + b"]" * 450 + b"}",
        b'{"days": ' + b"9" * 5_000 + b"}",
        b'{"name": "a", "name": "b", "name": null}',
        b'{"name": NaN, "days": -Infinity}',
        b"null",
        b'"text"',
        b"0",
        b"{",
        b"{}" + b" " * 1_048_576,
        b'{"name": "' + b"a" * 1_048_560 + b'"}',
    ],
    ids=range(17),
)
def test_what_is_hardly_json(world: tuple[Camp, dict[str, str]], raw: bytes) -> None:
    for name in ("create_contact", "create_campaign", "create_segment", "create_view", "update_candidate"):
        function = next(one for one in FUNCTIONS if one.name == name)
        answer = call(world, function, raw)
        assert answer.status_code != 201 or raw.startswith(b'{"name": "a"'), answer.text


@pytest.mark.parametrize("function", [one for one in FUNCTIONS if one.query], ids=lambda one: one.name)
def test_any_value_in_a_query(world: tuple[Camp, dict[str, str]], function: HttpFunction) -> None:
    assert function.query is not None
    names, chance = list(function.query.model_fields), random.Random(function.name)
    escaped = [
        "%00", "%ff", "%ed%a0%bd", "%", "%f0%9f%98%80", "%22%00%22", "99999999999999999999", "-1", "1" * 999,
        "%7B%22tag%22:%22%5Cu0000%22%7D", "%7B%22tag%22:%22%5Cud83d%22%7D", "0_" + str(uuid4()), "NaN",
        "2026-11-01T00:00:00Z_" + str(uuid4()), "%27%20OR%201=1--", "9999-12-31", str(uuid4()),
    ]  # fmt: skip
    values = [(name, value) for name in names for value in escaped]
    for name, value in chance.sample(values, min(EACH, len(values))):
        call(world, function, query_string=f"{name}={value}")
    call(world, function, query_string="&".join(f"{name}=" for name in names) + "&tenant_id=1&=&&%00=%00")


HEADERS = [
    {"Accept-Language": "\x00" * 10 + ",;q=nan,en;q=1e999"},
    {"Idempotency-Key": "é" * 5_000},
    {"Authorization": "Bearer " + "." * 5_000},
    {"Authorization": "Basic \xff"},
    {"Content-Type": "application/json; charset=\xff"},
    {"Content-Type": "multipart/form-data"},
    {"X-Real-IP": "\xff'; --"},
    {"Cookie": "hanpyo_refresh=\xff; hanpyo_refresh=" + "x" * 5_000},
    {"Range": "bytes=-1-"},
    {"If-None-Match": "*"},
]


@pytest.mark.parametrize("headers", HEADERS, ids=range(len(HEADERS)))
def test_any_header(world: tuple[Camp, dict[str, str]], headers: dict[str, str]) -> None:
    for name in ("create_contact", "list_contacts", "refresh", "login"):
        function = next(one for one in FUNCTIONS if one.name == name)
        call(world, function, {} if function.method == "POST" else None, headers=headers)


@pytest.mark.parametrize(
    "token", ["%00", "%ff" * 11, "../" * 4, "0" * 11, "z" * 11, "A" * 12, "%0d%0aX: 1", "١" * 11]
)
def test_any_token_in_a_link(world: tuple[Camp, dict[str, str]], token: str) -> None:
    camp, _ = world
    for method, path in (("GET", ""), ("HEAD", ""), ("GET", "/opt-out"), ("POST", "/opt-out")):
        answer = camp.api.call(method, f"//l/{token}{path}", headers=fresh_address())
        assert answer.status_code in (400, 404), answer.text


FORMS: list[tuple[str, dict[str, Any], str]] = [
    ("/contacts/imports", {"source": NUL, "tags": [HALF]}, "명단\x00.csv"),
    ("/contacts/imports", {"mapping": {NUL: "name"}, "source": "a" * 500}, "../../명단.csv"),
    ("/contacts/imports", {"sensitive_consent": {HALF: True}}, 'a"; filename="b.csv'),
    ("/opt-outs/import", {"reason": NUL}, "\ud83d.csv"),
    ("/opt-outs/import", {"channel": [[]]}, "CON.csv"),
    ("/files", {}, "a" * 5_000),
]


@pytest.mark.parametrize(("path", "options", "name"), FORMS, ids=range(len(FORMS)))
def test_any_form(world: tuple[Camp, dict[str, str]], path: str, options: dict[str, Any], name: str) -> None:
    boundary = "hostile"
    content = "이름,휴대폰\n김하늘,010-2345-6789\n".encode()
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="options"\r\n\r\n'.encode()
        + json.dumps(options).encode()
        + b"\r\n",
        f"--{boundary}\r\n".encode() + head.encode("utf-8", "surrogatepass") + content + b"\r\n",
    ]
    whole = b"".join(parts) + f"--{boundary}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}", **fresh_address()}
    for sent in (whole, whole[:-30], parts[0], b"", whole.replace(b"form-data", b"\xff\x00")):
        answer = world[0].api.call("POST", path, sent, headers=kind)
        assert answer.status_code < 500, (answer.status_code, answer.text)
