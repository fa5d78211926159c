"""Rows as parameters: whatever they say, the statement sees them as they are."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.database import system_transaction
from shared.kernel.rows import as_rows

TYPES = {"id": "integer", "word": "text", "flag": "boolean", "whose": "uuid", "seal": "bytea"}
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(-5, 5),
            "word": st.none() | st.sampled_from(["김", "", "NULL", "{a,b}", 'a"b\\', "%s"]),
            "flag": st.none() | st.booleans(),
            "seal": st.none() | st.binary(max_size=3),
            "whose": st.none() | st.sampled_from([UUID(int=1), UUID(int=2**128 - 1)]),
        }
    ),
    min_size=1,
    max_size=6,
)


@given(ROWS)
def test_a_statement_sees_the_rows_it_was_given(database: None, rows: list[dict[str, Any]]) -> None:
    item, parameters = as_rows(TYPES, rows)
    with system_transaction() as connection:
        seen = connection.execute(f"SELECT n.* FROM {item} AS n", parameters).fetchall()
    assert seen == rows


def test_what_is_the_same_in_every_row_is_sent_once() -> None:
    _, parameters = as_rows(
        TYPES, [{"id": i, "word": "같음", "flag": None, "whose": None, "seal": b""} for i in range(3)]
    )
    assert parameters == {"id": [0, 1, 2], "word": "같음", "flag": None, "whose": None, "seal": b""}


def test_rows_that_are_all_alike_stay_as_many() -> None:
    item, parameters = as_rows({"word": "text"}, [{"word": "같음"}] * 3)
    with system_transaction() as connection:
        found = connection.execute(f"SELECT count(*) AS rows FROM {item} AS n", parameters).fetchone()
    assert found == {"rows": 3}


def test_no_rows_are_refused() -> None:
    with pytest.raises(IndexError):
        as_rows(TYPES, [])
