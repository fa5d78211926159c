from shared.kernel.database import system_transaction
from shared.kernel.logging import get_logger
from shared.runtime import schedule

_log = get_logger(__name__)


@schedule("0 20 * * * *")
def purge_by_age() -> None:
    """Deletes stored answers after a day, webhook bodies after a week, ended sessions after a month."""
    with system_transaction() as connection:
        rows = connection.execute("SELECT what, deleted FROM purge_by_age()").fetchall()
    _log.info("purged", **{row["what"]: row["deleted"] for row in rows})
