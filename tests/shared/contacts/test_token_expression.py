"""Boolean questions over tokens as expressions: they say what intarray's query_int says."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.kernel import config

TOKENS = [-2147483648, -7, 1, 12, 123, 2147483647]
Questions = st.recursive(
    st.sampled_from([str(token) for token in TOKENS]),
    lambda inner: st.one_of(
        inner.map(lambda one: f"!({one})"),
        st.tuples(inner, st.sampled_from("&|"), inner).map("".join),
        inner.map(lambda one: f"({one})"),
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def connection(database: None) -> Iterator[psycopg.Connection[Any]]:
    chosen = config.settings()
    with psycopg.connect(chosen.database_admin_url or chosen.database_url) as made:
        yield made


@settings(max_examples=200, deadline=None)
@given(Questions, st.lists(st.sampled_from(TOKENS), unique=True))
def test_means_the_same(connection: psycopg.Connection[Any], question: str, tokens: list[int]) -> None:
    expression = connection.execute("SELECT token_expression(%s)", [question]).fetchone()
    assert expression is not None
    both = connection.execute(
        f"SELECT {expression[0]}, tokens OPERATOR(intarray.@@) %s::intarray.query_int"
        " FROM (SELECT %s::integer[] AS tokens) AS contact".encode(),
        [question, tokens],
    ).fetchone()
    assert both is not None
    assert both[0] == both[1]


@pytest.mark.parametrize("question", ["1;drop", "1 OR true", "pg_sleep(1)", "", "1'", "tokens"])
def test_refuses_what_is_no_question(connection: psycopg.Connection[Any], question: str) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue), connection.transaction():
        connection.execute("SELECT token_expression(%s)", [question])
