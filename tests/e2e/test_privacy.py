"""Nothing on disk tells who anybody is: after a full run, everything the hub has written is searched for
the people in it. The simulator's own database plays the carrier and may know them.
"""

import json
import re
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import redis
from psycopg import sql

from tests.stack import PORT, Camp, Connection, Stack, wait_for

# Rare names: a common one would be found in a word.
NAMES = ["남궁솔찬", "독고휘랑", "제갈마늘", "선우다랑", "황보이슬", "사공초롱", "서문별하", "동방가람"]
MEMBER, INVITED = "어금은별", "망절누리"
MARKER = f"표식{secrets.token_hex(8)}"
REPLY = f"답장{secrets.token_hex(8)}"
CHANNEL = "KA01PF00000000000000000001E2E"
NOTE = f"메모{secrets.token_hex(8)}"
_NOT_OURS = {"simulator", "venv", "frontend", "secrets"}


@dataclass(frozen=True)
class Person:
    """Somebody in the list; the number is new in every run."""

    name: str
    ending: str = field(default_factory=lambda: f"{2000 + secrets.randbelow(6000)}")
    exchange: str = field(default_factory=lambda: f"{2000 + secrets.randbelow(7000)}")

    @property
    def digits(self) -> str:
        return f"010{self.exchange}{self.ending}"

    @property
    def email(self) -> str:
        return f"p{self.digits}.{secrets_of(self.name)}@example.com"

    @property
    def kakao_id(self) -> str:
        return f"ka_{secrets_of(self.name)}"

    def phones(self) -> list[str]:
        """The number as people and programs write it."""
        return [
            f"010-{self.exchange}-{self.ending}",
            self.digits,
            f"+82{self.digits[1:]}",
            self.digits[1:],
        ]


def secrets_of(name: str) -> str:
    return name.encode().hex()[:12]


@dataclass(frozen=True)
class Run:
    """What was sent, and everything personal that was used."""

    campaign_id: str
    traces: list[str]


@pytest.fixture(scope="module")
def run(stack: Stack) -> Run:
    people = [Person(name) for name in NAMES[:-2]]
    people += [Person(NAMES[-2], ending="9012"), Person(NAMES[-1], ending="9002")]
    camp = Camp(stack, name=MEMBER)
    bring_in(camp, people)
    look_around(camp, people[0])
    campaign_id = send(camp, people)
    answer_and_refuse(stack, people)
    stumble(camp, people[0])
    invited = f"invited-{secrets.token_hex(5)}@example.com"
    camp.call("POST", "/members/invitations", json={"email": invited, "name": INVITED, "role": "staff"})
    used = [MEMBER, INVITED, camp.email, invited, REPLY, NOTE]
    for person in people:
        used += [person.name, *person.phones(), person.email, person.kakao_id]
    settle(stack)
    return Run(campaign_id, used)


def bring_in(camp: Camp, people: list[Person]) -> None:
    """Most of them by file, with a rejected row, an unreadable file and one that waits; the last by hand."""
    rows = [f"{p.name},{p.phones()[0]},{p.email},{p.kakao_id}" for p in people[:-1]]
    rows += [f"{people[0].name},가나다,,"]
    table = "\r\n".join(["이름,휴대전화,이메일,카카오 아이디", *rows, ""])
    options = {"source": "시험", "legal_basis": "consent"}
    state = camp.finished_import(camp.upload(table.encode("cp949"), **options))
    assert (state["counts"]["created"], state["counts"]["rejected"]) == (len(people) - 1, 1), state
    camp.finished_import(camp.upload(b"\x00" + table.encode(), **options))
    waiting = camp.upload(table.encode("cp949"), confirm_mapping=True)  # its file is kept meanwhile
    assert camp.finished_import(waiting)["status"] == "awaiting_mapping"
    last = people[-1]
    by_hand = {
        "name": last.name, "phones": [last.phones()[0]], "emails": [last.email], "kakao_ids": [last.kakao_id],
        "note": NOTE, **options,
    }  # fmt: skip
    contact = camp.call("POST", "/contacts", json=by_hand, headers={"Idempotency-Key": secrets.token_hex(16)})
    camp.call("PUT", f"/contacts/{contact['id']}", json={"note": f"{NOTE} 다시"})


def look_around(camp: Camp, person: Person) -> None:
    """Searches end up in addresses, and addresses in logs."""
    for query in (person.name, person.digits, person.digits[-4:], person.email, *person.phones()):
        found = camp.call("GET", f"/contacts?q={quote(query)}")
        assert person.name in [contact["name"] for contact in found], query
    contact = camp.call("GET", f"/contacts?q={quote(person.name)}")[0]
    camp.call("GET", f"/contacts/{contact['id']}/timeline")
    camp.call("POST", "/opt-outs", json={"phone": "010-2222-3333", "reason": "전화로 요청"})


def send(camp: Camp, people: list[Person]) -> str:
    """A text with a Kakao message for whom it does not reach, and one to a number of one's own."""
    sender = camp.call("POST", "/senders", json={"kind": "phone", "value": "0212345678"})["id"]
    channel = camp.call("POST", "/senders", json={"kind": "kakao_channel", "value": CHANNEL})
    template = camp.call(
        "POST",
        "/templates",
        json={"name": "안내", "channel": "kakao_alimtalk", "body": "#{이름}님 안내입니다."},
    )
    kakao = {
        "channel": "kakao_alimtalk", "sender_id": channel["id"], "template_id": template["id"],
        "body": template["body"],
    }  # fmt: skip
    text = {"channel": "sms", "sender_id": sender, "body": f"#{{이름}}님 {MARKER}"}
    campaign = {"name": "시험", "purpose": "event_notice", "audience": {"all": True}, "steps": [text, kakao]}
    campaign_id: str = camp.call("POST", "/campaigns", json=campaign)["id"]
    camp.call("POST", f"/campaigns/{campaign_id}/preview", json={})
    camp.call("POST", f"/campaigns/{campaign_id}/test-send", json={"to": people[0].digits})
    camp.call("POST", f"/campaigns/{campaign_id}/launch", headers={"Idempotency-Key": secrets.token_hex(16)})
    stats = camp.finished_campaign(campaign_id)
    assert (stats["delivered"], stats["failed"]) == (len(people) - 1, 1), stats
    camp.call("GET", f"/campaigns/{campaign_id}/messages?q={quote(people[0].name)}")
    return campaign_id


def answer_and_refuse(stack: Stack, people: list[Person]) -> None:
    """On the virtual phones, as people do."""
    for person, path, body in ((people[0], "replies", {"text": REPLY}), (people[1], "opt-out", {})):
        phone = f"{stack.url}/simulator/api/phones/{person.digits}"
        thread = httpx.get(f"{phone}/messages").json()["threads"][0]["id"]
        answer = httpx.post(f"{phone}/{path}", json={"thread": thread, **body})
        assert answer.is_success, answer.text


def stumble(camp: Camp, person: Person) -> None:
    """Mistakes whose telling must not repeat what was written."""
    wait_for(lambda: len(camp.call("GET", "/opt-outs")) == 2)
    for email in (camp.email, person.email):
        wrong = {"email": email, "password": "틀린 비밀번호입니다", "token_transport": "body"}
        assert camp.http.post("/auth/login", json=wrong).status_code == 401
    bad = [
        camp.http.post("/contacts", json={"name": person.name, "phones": [person.digits], "emails": ["@"]}),
        camp.http.post("/contacts", json={"name": person.name, "phones": [person.digits], "nonsense": 1}),
        camp.http.post("/opt-outs", content=f'{{"phone": "{person.digits}"'),
        camp.http.get(f"/contacts/{person.digits}"),
        camp.http.get(f"/nowhere/{person.digits}?email={person.email}"),
        *(camp.http.get(f"/contacts/{word}") for word in (person.name, person.email, person.phones()[0])),
    ]
    assert all(400 <= answer.status_code < 500 for answer in bad), bad


def settle(stack: Stack) -> None:
    """Everything in memory goes to the disk."""
    with stack.superuser() as connection:
        connection.execute("CHECKPOINT")
    store = redis.Redis(port=PORT + 5, password=stack.secret("redis"))
    store.config_set("rdbcompression", "no")
    store.save()
    store.config_set("rdbcompression", "yes")


def written_by_the_hub(stack: Stack) -> list[Path]:
    """Databases with their write-ahead log, Redis, uploads, logs, and whatever else lies in the home."""
    places = {stack.home, stack.service_root}
    return [entry for place in places for entry in place.iterdir() if entry.name not in _NOT_OURS]


def disguises(words: list[str]) -> Iterator[bytes]:
    """The words as files may hold them: plain, from a Korean spreadsheet, in JSON, in an address, in hex."""
    for word in words:
        yield word.encode()
        yield word.encode("cp949")
        yield json.dumps(word)[1:-1].encode()
        yield quote(word).encode()
        yield word.encode().hex().encode()


def files_with(words: list[str], places: list[Path], notes: Path) -> list[str]:
    """The files that hold one of the words in any disguise."""
    notes.write_bytes(b"\n".join(sorted(set(disguises(words)))) + b"\n")
    found = subprocess.run(
        ["grep", "-r", "--files-with-matches", "--text", "--fixed-strings", "--file", notes, *places],
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    # 2 besides matches: a file went away while grep was looking, which PostgreSQL's do.
    assert found.returncode in (0, 1) or "No such file" in found.stderr, found.stderr
    return found.stdout.splitlines()


def test_the_search_finds_what_is_there(stack: Stack, run: Run, tmp_path: Path) -> None:
    """The campaign's text is nobody's secret and stands in the database; its id stands in logs and Redis."""
    found = files_with([MARKER], written_by_the_hub(stack), tmp_path / "words")
    assert any("/base/" in name for name in found), found
    assert any("/pg_wal/" in name for name in found), found
    found = files_with([run.campaign_id], written_by_the_hub(stack), tmp_path / "words")
    for place in ("/redis/", "/logs/gateway.log"):
        assert any(place in name for name in found), (place, found)


def test_no_file_of_the_hub_tells_who_anybody_is(stack: Stack, run: Run, tmp_path: Path) -> None:
    kept = [path for path in (stack.home / "files").rglob("*") if path.is_file()]
    assert kept, "the uploaded list that waits is there, sealed"
    assert files_with(run.traces, written_by_the_hub(stack), tmp_path / "words") == []


def test_no_table_tells_who_anybody_is(stack: Stack, run: Run) -> None:
    """Row by row, because PostgreSQL compresses long values in its files."""
    searched = re.compile(b"|".join(map(re.escape, sorted(set(disguises(run.traces))))))
    guilty, markers = [], 0
    with stack.superuser() as connection:
        for table in tables(connection):
            content = rows_of(connection, table)
            markers += content.count(MARKER.encode())
            if searched.search(content):
                guilty.append(table)
    assert markers > 0, "the search reads the tables"
    assert guilty == []


def tables(connection: Connection) -> list[str]:
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    return [str(name) for (name,) in found]


def rows_of(connection: Connection, table: str) -> bytes:
    query = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
    with connection.cursor().copy(query) as copy:
        return b"".join(bytes(part) for part in copy)
