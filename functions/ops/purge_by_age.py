from shared.kernel.database import system_transaction
from shared.kernel.logging import get_logger
from shared.messaging import store_tracing
from shared.runtime import schedule

_log = get_logger(__name__)


@schedule("0 20 * * * *")
def purge_by_age() -> None:
    """Deletes stored answers after a day, webhook bodies after a week, ended sessions after a month,
    traces of attempts after five days.
    """
    with system_transaction() as connection:
        rows = connection.execute("SELECT what, deleted FROM purge_by_age()").fetchall()
        traces = store_tracing.purge(connection)
    _log.info("purged", message_traces=traces, **{row["what"]: row["deleted"] for row in rows})
