"""Lists, merges and tags of families, done and undone: everything is as before, and at each step what is
counted and what people are found by agree with what is stored.

Beside the state machine (`test_history_machine`): numbers that several give, names, all ways to treat known
people, bulk actions, refusals and a new data key in between.
"""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from shared.contacts import import_undo
from shared.contacts.indexing import reindex_all
from shared.kernel.clock import utc_now
from shared.kernel.config import settings
from shared.privacy import rekeying
from shared.selections import bulk
from tests.contact_history import import_now
from tests.factories import Camp, make_camp

PHONES = [f"010-2222-{number:04d}" for number in range(1, 8)]
EMAILS = [f"p{number}@example.com" for number in range(1, 7)]
KAKAO_IDS = [f"kko_{number}" for number in range(1, 5)]
NAMES = ["홍길동", "홍길둥", "김민수", "김민수", "이은영", "남궁솔", "Kim Lee", "김*수", ""]
TEXTS = ["", "", "가나", "다라마", "--"]
TAGS = ["당원", "봉사", "VIP"]
MAPPING = {
    **{"이름": "name", "휴대폰": "phone", "이메일": "email", "카톡": "kakao_id"},
    **{"주소": "address", "메모": "note", "취미": "custom:취미", "태그": "tags"},
}
SHOWN = (
    *("name", "phones", "emails", "kakao_ids", "tags", "address", "note", "custom", "aliases"),
    *("source", "legal_basis"),
)
Undo = Callable[[], None]


def a_list(dice: random.Random, rows: int) -> str:
    lines = [",".join(MAPPING)]
    for _ in range(rows):
        cells = [
            dice.choice(NAMES),
            " / ".join(dice.sample(PHONES, dice.choice([0, 1, 1, 2]))),
            ", ".join(dice.sample(EMAILS, dice.choice([0, 0, 1, 1, 2]))),
            dice.choice(["", "", *KAKAO_IDS]),
            *(dice.choice(TEXTS) for _ in range(3)),
            ";".join(dice.sample(TAGS, dice.choice([0, 1, 2]))),
        ]
        lines.append(",".join(f'"{cell}"' for cell in cells))
    return "\n".join(lines)


def people(camp: Camp) -> dict[str, dict[str, Any]]:
    """Everybody as the contact page shows them; what has no order in its own is sorted."""
    found = {}
    for row in camp.rows("SELECT id FROM contacts WHERE deleted_at IS NULL"):
        contact = camp.api.get(f"/contacts/{row['id']}").json["data"]
        shown = {name: contact[name] for name in SHOWN}
        shown["shared"] = [phone["number"] for phone in contact["shared_phones"]]
        lists = {name: sorted(value) for name, value in shown.items() if isinstance(value, list)}
        found[str(row["id"])] = shown | lists
    return found


def assert_sound(camp: Camp) -> None:
    """Counters, search tokens and points are those of the living."""
    living = {row["id"] for row in camp.rows("SELECT id FROM contacts WHERE deleted_at IS NULL")}
    counted = camp.rows("SELECT tag, count FROM contact_counters WHERE count <> 0")
    tagged = camp.rows(
        "SELECT t AS tag, count(*) FROM contacts, unnest(tags) AS t WHERE deleted_at IS NULL GROUP BY 1"
    )
    everybody = {"": len(living)} if living else {}
    assert {row["tag"]: row["count"] for row in counted} == everybody | {r["tag"]: r["count"] for r in tagged}
    before = tokens(camp)
    with camp.transaction() as connection:
        reindex_all(connection, camp.cipher, sorted(living))
    assert tokens(camp) == before
    assert set(before) == living
    assert {row["contact_id"] for row in camp.rows("SELECT contact_id FROM contact_points")} <= living


def tokens(camp: Camp) -> dict[UUID, set[int]]:
    rows = camp.rows("SELECT contact_id, tokens FROM contact_search")
    return {row["contact_id"]: set(row["tokens"]) for row in rows}


def do_something(camp: Camp, dice: random.Random) -> Undo:
    """One thing that somebody does, and how it is taken back."""
    ids = sorted(people(camp))
    what = dice.choice(["import", "import", "import", "merge", "tag", "untag"])
    if what == "import" or len(ids) < 2:
        return import_something(camp, dice)
    if what == "merge":
        return merge_some(camp, *dice.sample(ids, dice.choice([2, min(3, len(ids))])))
    return tag_some(camp, what, dice.sample(ids, 2), dice.choice(TAGS))


def import_something(camp: Camp, dice: random.Random) -> Undo:
    mode = dice.choice(["fill", "overwrite", "skip"])
    import_id = import_now(camp, a_list(dice, dice.choice([1, 2, 4])), mapping=MAPPING, on_existing=mode)

    def undo() -> None:
        with camp.transaction() as connection:
            import_undo.begin(connection, import_id, camp.member_id, may_undo_others=True)
        import_undo.run(camp.tenant_id, import_id)

    return undo


def merge_some(camp: Camp, kept: str, *merged: str) -> Undo:
    answer = camp.api.post("/contacts/merges", {"keep_id": kept, "merge_ids": list(merged)})
    merge_id = answer.json["data"]["id"]

    def undo() -> None:
        assert camp.api.post(f"/contacts/merges/{merge_id}/undo").status_code == 200

    return undo


def tag_some(camp: Camp, action: str, ids: list[str], tag: str) -> Undo:
    body = {"action": action, "target": {"ids": ids}, "tags": [tag]}
    bulk_id = UUID(camp.api.post("/contacts/bulk", body).json["data"]["id"])
    bulk.work(camp.tenant_id, bulk_id)

    def undo() -> None:
        assert camp.api.post(f"/contacts/bulk/{bulk_id}/undo").status_code == 202
        bulk.work(camp.tenant_id, bulk_id)

    return undo


def take_a_new_key(camp: Camp) -> None:
    with camp.transaction() as connection:
        started = rekeying.start(connection, camp.tenant_id, camp.member_id)
    assert started.id is not None
    while camp.rows("SELECT 1 FROM rekeyings WHERE status NOT IN ('done', 'failed')"):
        rekeying.advance(camp.tenant_id, started.id, utc_now())
    assert not camp.rows("SELECT 1 FROM rekeyings WHERE status = 'failed'")


def refusals(camp: Camp) -> list[dict[str, Any]]:
    return camp.rows("SELECT kind, hash, channel FROM opt_outs ORDER BY hash, channel")


@pytest.mark.parametrize("seed", range(12))
def test_what_is_done_and_undone_leaves_everybody_as_before(
    app: object, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = settings().model_copy(update={"key_grace_seconds": 0})
    monkeypatch.setattr(rekeying, "settings", lambda: chosen)
    camp, dice = make_camp(app), random.Random(seed)
    import_now(camp, a_list(dice, 5), mapping=MAPPING)
    before = people(camp)
    undos = []
    for _ in range(dice.choice([2, 3, 4, 6])):
        undos.append(do_something(camp, dice))
        assert_sound(camp)
    assert camp.api.post("/opt-outs", {"phone": PHONES[0], "reason": "전화"}).status_code == 201
    refused = refusals(camp)
    take_a_new_key(camp)
    for undo in reversed(undos):
        undo()
        assert_sound(camp)
    assert people(camp) == before
    assert refusals(camp) == refused


@pytest.mark.parametrize("seed", range(100, 108))
def test_in_any_order_fields_and_tags_are_as_before(app: object, seed: int) -> None:
    """Whom a list had made stays if another list names them too, and then keeps their numbers."""
    camp, dice = make_camp(app), random.Random(seed)
    import_now(camp, a_list(dice, 5), mapping=MAPPING)
    before = people(camp)
    undos = [do_something(camp, dice) for _ in range(dice.choice([2, 3, 4, 6]))]
    for undo in dice.sample(undos, len(undos)):
        undo()
        assert_sound(camp)
    after = people(camp)
    fields = ("name", "address", "note", "custom", "tags", "aliases", "source", "legal_basis")
    for contact_id, contact in before.items():
        assert {f: after[contact_id][f] for f in fields} == {f: contact[f] for f in fields}
