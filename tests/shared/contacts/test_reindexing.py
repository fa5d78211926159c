"""Tokens of an older layout are made anew, piece by piece, whoever dies in between."""

from typing import Any

import pytest

from shared.contacts import reindexing, search
from shared.contacts.search import Criteria
from shared.kernel import spare_time
from tests.factories import Camp


def found(camp: Camp, q: str) -> int:
    with camp.transaction() as connection:
        return len(search.find(connection, search.typed(camp.cipher, q), None, 100).ids)


@pytest.mark.parametrize("layout", [1, 2, 3])
def test_an_older_camp_is_found_again_and_is_done_once(camp: Camp, monkeypatch: Any, layout: int) -> None:
    monkeypatch.setattr(reindexing, "PIECE", 3)
    for i in range(7):
        camp.api.post("/contacts", {"name": "김하나", "emails": [f"hana{i}@example.com"]})
    with camp.transaction() as connection:
        connection.execute("UPDATE contact_search SET tokens = '{1}' WHERE tenant_id = current_tenant()")
        connection.execute(
            "UPDATE tenants SET search_layout = %s WHERE tenant_id = current_tenant()", [layout]
        )
    assert found(camp, "hana") == 0
    assert camp.tenant_id in reindexing.waiting()
    assert reindexing.reindex_piece(camp.tenant_id, seconds=0)  # killed before the first piece
    assert not reindexing.reindex_piece(camp.tenant_id)
    assert found(camp, "hana") == 7
    assert camp.tenant_id not in reindexing.waiting()


def test_it_lets_others_go_first_where_the_machine_is_crowded(
    camp: Camp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each piece, until it is less crowded or as long as it owes; it never sleeps."""
    crowded = True
    monkeypatch.setattr(reindexing, "PIECE", 2)
    monkeypatch.setattr(spare_time.Piece, "owed", lambda _: 60.0)
    monkeypatch.setattr(spare_time, "is_crowded", lambda: crowded)
    for _ in range(3):
        camp.api.post("/contacts", {"name": "김하나"})
    with camp.transaction() as connection:
        connection.execute("UPDATE tenants SET search_layout = 1 WHERE tenant_id = current_tenant()")
    pause = reindexing.reindex_piece(camp.tenant_id)
    assert pause
    assert pause.until
    assert not spare_time.is_over(pause.until)
    assert reindexing.reindex_piece(camp.tenant_id, pause.until) == pause
    assert camp.tenant_id in reindexing.waiting()
    crowded = False
    assert reindexing.reindex_piece(camp.tenant_id, pause.until) is None


def test_a_new_camp_has_nothing_to_make_anew(camp: Camp) -> None:
    assert camp.tenant_id not in reindexing.waiting()
    with camp.transaction() as connection:
        assert search.find(connection, Criteria(tokens=(1,)), None, 1).ids == []
