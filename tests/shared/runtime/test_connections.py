"""The pool of connections: the one that came back last goes out first."""

from contextlib import ExitStack

from shared.kernel.database import Connection, system_transaction


def backend(connection: Connection) -> int:
    return connection.info.backend_pid


def test_few_connections_do_the_work_of_few(database: None) -> None:
    with ExitStack() as together:
        many = [backend(together.enter_context(system_transaction())) for _ in range(4)]
    assert len(set(many)) == 4
    used = set()
    for _ in range(8):
        with system_transaction() as connection:
            used.add(backend(connection))
    assert used == {many[0]}, "the first to be taken came back last"


def test_one_at_a_time_each_has_its_own(database: None) -> None:
    with system_transaction() as first, system_transaction() as second:
        assert backend(first) != backend(second)
