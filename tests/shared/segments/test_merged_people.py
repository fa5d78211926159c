"""Who was written to before being merged into another is not somebody whom nobody wrote to."""

from datetime import datetime
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


def written_to(camp: Camp, *contacts: str) -> UUID:
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
            connection.execute(
                """INSERT INTO contact_events (tenant_id, contact_id, kind, at)
                   VALUES (current_tenant(), %s, 'inbound', now())""",
                [contact],
            )
    return campaign_id


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
        tagged = search.tagged(camp.cipher, ["당원"]).and_also(asked)
        assert set(search.find(connection, tagged, None, 9).ids) == exact
        assert set(search.find(connection, asked, None, 9).ids) == exact
        assert segments.count(connection, camp.cipher, node, nothing_hidden).value == len(exact)
    return {str(one) for one in exact}


@pytest.mark.parametrize("name", ["contacted", "delivered", "clicked", "replied"])
def test_who_was_written_to_before_being_merged_is_not_untouched(camp: Camp, name: str) -> None:
    part, middle, kept, own, nobody = (person(camp, number) for number in range(5))
    campaign = written_to(camp, part, own)
    leaf = {name: {"from": "2020-01-01"} if name == "contacted" else str(campaign)}
    never: tuple[dict[str, Any], ...] = (
        {"not": leaf},
        {"all": [{"not": leaf}, {"tag": "당원"}]},
        {"not": {"any": [leaf, {"tag": "언론"}]}},
        {"not": {"all": [leaf, {"tag": "당원"}]}},
        {"not": {"not": {"not": leaf}}},
        {"any": [{"not": leaf}, {"tag": "언론"}]},
    )
    for node in never:
        assert found(camp, node) == {middle, kept, nobody}
    merges = [merge(camp, middle, part), merge(camp, kept, middle)]
    for node in never:
        assert found(camp, node) == {nobody}
    for merge_id in reversed(merges):
        camp.api.post(f"/contacts/merges/{merge_id}/undo")
    for node in never:
        assert found(camp, node) == {middle, kept, nobody}
    leaves: tuple[dict[str, Any], ...] = (leaf, {"not": {"not": leaf}}, {"all": [leaf, {"tag": "당원"}]})
    for node in leaves:
        assert found(camp, node) == {part, own}


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
