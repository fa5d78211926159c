"""Who was written to before being merged into another is not somebody whom nobody wrote to."""

from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import sql

from shared.contacts import search
from shared.contacts.sensitive_fields import nothing_hidden
from shared.kernel.ids import new_id
from shared.segments import compile_filter, criteria_of, segments
from tests.factories import Camp


def person(camp: Camp, number: int) -> str:
    draft = {"name": "홍길동", "phones": [f"010-2345-67{number:02d}"], "tags": ["당원"]}
    made: str = camp.api.post("/contacts", draft).json["data"]["id"]
    return made


def merge(camp: Camp, kept: str, gone: str) -> str:
    made: str = camp.api.post("/contacts/merges", {"keep_id": kept, "merge_ids": [gone]}).json["data"]["id"]
    return made


def written_to(camp: Camp, *contacts: str, answered: bool = True) -> UUID:
    """A campaign that reached contacts, who clicked and answered."""
    campaign_id = uuid4()
    with camp.transaction() as connection:
        connection.execute(
            """INSERT INTO campaigns (tenant_id, id, name, purpose, audience, status, launched_at)
               VALUES (current_tenant(), %s, '봄', 'event_notice', '{"all": true}', 'completed', now())""",
            [campaign_id],
        )
        for contact in contacts:
            connection.execute(
                """INSERT INTO recipients (tenant_id, campaign_id, id, contact_id, phone_hash, state, next_at,
                                           sent_at, clicked_at)
                   VALUES (current_tenant(), %s, %s, %s, %s, 'delivered', NULL, now(), now())""",
                [campaign_id, new_id(), contact, contact.encode()],
            )
            connection.execute(
                """INSERT INTO messages (tenant_id, ledger_month, id, campaign_id, contact_id, account_id,
                     sender_id, step, attempt, channel, kind, state, deadline, accepted_at)
                   VALUES (current_tenant(), date_trunc('month', now())::date, %s, %s, %s, %s, %s, 1, 0,
                           'sms', 'sms', 'delivered', now(), now())""",
                [new_id(), campaign_id, contact, new_id(), new_id()],
            )
            if answered:
                answer(camp, contact)
    return campaign_id


def answer(camp: Camp, contact: str) -> None:
    camp.rows(
        """INSERT INTO contact_events (tenant_id, contact_id, kind, at)
           VALUES (current_tenant(), %s, 'inbound', now()) RETURNING id""",
        contact,
    )


def found(camp: Camp, node: dict[str, Any]) -> set[str]:
    """Whom a filter finds, by each way to ask."""
    asked = criteria_of(node, camp.cipher, nothing_hidden)
    where, parameters = compile_filter(node, camp.cipher, nothing_hidden)
    with camp.transaction() as connection:
        rows = connection.execute(
            sql.SQL("SELECT c.id FROM contacts c WHERE c.deleted_at IS NULL AND {}").format(where), parameters
        ).fetchall()
        exact = {row["id"] for row in rows}
        for of_many in (False, True):
            assert set(search.newest(connection, asked, 9, of_many=of_many)) == exact
        for other in (search.tagged(camp.cipher, ["당원"]), search.typed(camp.cipher, "홍길동"), asked):
            both = other.and_also(asked)
            assert set(search.find(connection, both, None, 9).ids) == exact
            assert search.count(connection, both)["value"] == len(exact)
        assert set(search.find(connection, asked, None, 9).ids) == exact
        counted, looked_at = segments.look(connection, camp.cipher, node, nothing_hidden)
        assert (counted.value, set(looked_at)) == (len(exact), exact)
    return {str(one) for one in exact}


def filters(leaf: dict[str, Any]) -> list[dict[str, Any]]:
    """What is the same as a leaf where everybody is 당원 and nobody 언론."""
    not_press, member = {"not": {"tag": "언론"}}, {"tag": "당원"}
    return [
        leaf,
        {"not": {"not": leaf}},
        {"all": [leaf, member]},
        {"all": [member, not_press, {"created": {"from": "2020-01-01"}}, leaf]},
        {"any": [leaf, {"tag": "언론"}]},
        {"any": [{"all": [leaf, member]}, {"all": [leaf, not_press]}]},
        {"all": [leaf, {"not": {"all": [{"not": leaf}, member]}}]},
    ]


NAMES = ["contacted", "delivered", "clicked", "replied"]


@pytest.mark.parametrize("name", NAMES)
def test_what_happened_to_somebody_happened_to_whom_they_were_merged_into(camp: Camp, name: str) -> None:
    part, middle, kept, own, nobody = (person(camp, number) for number in range(5))
    campaign = written_to(camp, part, own)
    leaf: dict[str, Any] = {name: {"from": "2020-01-01"} if name == "contacted" else str(campaign)}

    def happened_to(*those: str) -> None:
        others = {part, middle, kept, own, nobody} - gone - set(those)
        ways = slice(None) if gone else slice(1)
        for node in filters(leaf)[ways]:
            assert found(camp, node) == set(those), node
        for node in filters({"not": leaf})[ways]:
            assert found(camp, node) == others, node

    gone: set[str] = set()
    happened_to(part, own)
    merges = [merge(camp, middle, part), merge(camp, kept, middle)]
    gone = {part, middle}
    happened_to(kept, own)
    for merge_id in reversed(merges):
        camp.api.post(f"/contacts/merges/{merge_id}/undo")
    gone = set()
    happened_to(part, own)


def test_what_happened_before_and_after_a_merge_is_asked_together(camp: Camp) -> None:
    """Four leaves are more than are split up; and who answers under another record has answered."""
    part, kept, own, nobody = (person(camp, number) for number in range(4))
    first = written_to(camp, part, own, answered=False)
    answer(camp, own)
    assert found(camp, {"replied": str(first)}) == {own}
    merge(camp, kept, part)
    then = written_to(camp, kept)
    assert found(camp, {"all": [{"clicked": str(first)}, {"clicked": str(then)}]}) == {kept}
    assert found(camp, {"all": [{"clicked": str(first)}, {"not": {"clicked": str(then)}}]}) == {own}
    assert found(camp, {"replied": str(first)}) == {kept, own}
    assert found(camp, {"not": {"replied": str(first)}}) == {nobody}
    everything = [{name: str(one)} for one in (first, then) for name in NAMES[1:]]
    assert found(camp, {"all": everything}) == {kept}
    assert found(camp, {"not": {"any": everything}}) == {nobody}


def test_whoever_is_many_or_few_is_found(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a walk where the newest show that they are many, else by each alternative's newest."""
    people = [person(camp, number) for number in range(12)]
    campaign = str(written_to(camp, *people[:5], people[7]))
    merge(camp, people[6], people[0])
    ways: list[dict[str, Any]] = [
        {"clicked": campaign},
        {"any": [{"clicked": campaign}, {"not": {"tag": "당원"}}]},
    ]
    expected = sorted([*people[1:5], people[6], people[7]], reverse=True)
    for near, asked_tokens in product((0, 1000), ([], ["당원"])):
        monkeypatch.setattr(search, "_NEAR", near)
        tagged = search.tagged(camp.cipher, asked_tokens)
        for asked in (tagged.and_also(criteria_of(node, camp.cipher, nothing_hidden)) for node in ways):
            with camp.transaction() as connection:
                shown, cursor = list[str](), None
                while not shown or cursor:
                    page = search.find(connection, asked, cursor, 2, cap=1)
                    shown, cursor = [*shown, *map(str, page.ids)], page.cursor
            assert shown == expected


def test_a_person_was_last_written_to_when_any_part_of_them_was(camp: Camp) -> None:
    part, middle, kept, nobody = (person(camp, number) for number in range(4))
    written_to(camp, part)
    [row] = camp.rows("SELECT sent_at FROM recipients")

    def told() -> dict[str, Any]:
        """When somebody was last written to, by the list and by each one's own page."""
        listed = {one["id"]: one["last_contacted_at"] for one in camp.api.get("/contacts").json["data"]}
        for contact, at in listed.items():
            assert camp.api.get(f"/contacts/{contact}").json["data"]["last_contacted_at"] == at
        return {contact: at and datetime.fromisoformat(at) for contact, at in listed.items()}

    assert told() == {part: row["sent_at"], middle: None, kept: None, nobody: None}
    merge(camp, middle, part)
    undone = merge(camp, kept, middle)
    assert told() == {kept: row["sent_at"], nobody: None}
    camp.api.post(f"/contacts/merges/{undone}/undo")
    assert told() == {middle: row["sent_at"], kept: None, nobody: None}
