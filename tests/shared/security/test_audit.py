"""The audit log: nobody changes a line, every line holds the one before it, and age deletes none."""

import threading
from typing import Any

import pytest
from psycopg import errors

from functions.ops.purge_by_age import purge_by_age
from shared.security import audit
from tests.factories import Camp

CHAIN = """SELECT id, previous, hash,
                  digest(coalesce(previous, ''::bytea) || convert_to(concat_ws('|',
                    tenant_id, id, at, member_id, action, target, detail), 'UTF8'), 'sha256') AS made
             FROM audit_log ORDER BY id"""


def assert_one_chain(camp: Camp) -> list[dict[str, Any]]:
    """Every line is what its hash says, and follows the line before it."""
    lines = camp.rows(CHAIN)
    assert all(line["hash"] == line["made"] for line in lines)
    before = [None, *(line["hash"] for line in lines[:-1])]
    assert [line["previous"] for line in lines] == before
    return lines


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_log SET action = 'nothing'", "DELETE FROM audit_log", "TRUNCATE audit_log"],
)
def test_no_line_is_changed_or_deleted(camp: Camp, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege), camp.transaction() as connection:
        connection.execute(statement.encode())


def test_a_line_that_waited_follows_the_one_it_waited_for(camp: Camp) -> None:
    """Two members at once: the second comes later in the chain, and in the list."""
    second_is_in = threading.Event()

    def second() -> None:
        with camp.transaction() as connection:
            second_is_in.set()
            audit.record(connection, "test.second", member_id=None)

    hand = threading.Thread(target=second)
    with camp.transaction() as connection:
        audit.record(connection, "test.first", member_id=camp.member_id)
        hand.start()
        second_is_in.wait()
        hand.join(0.3)  # it has begun its line, and waits
        assert hand.is_alive()
        audit.record(connection, "test.first_again", member_id=camp.member_id)
    hand.join()
    actions = [row["action"] for row in camp.rows("SELECT action FROM audit_log ORDER BY id")]
    assert actions[-3:] == ["test.first", "test.first_again", "test.second"]
    with camp.transaction() as connection:
        audit.record(connection, "test.third", member_id=None)
    assert_one_chain(camp)


def test_age_deletes_no_line(camp: Camp) -> None:
    """고시 제8조: two years and more, and what is older may be asked for in court."""
    lines = assert_one_chain(camp)
    assert lines, "registering a camp is a line"
    purge_by_age()
    assert assert_one_chain(camp)[: len(lines)] == lines
