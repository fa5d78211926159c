from datetime import timedelta

from shared.kernel.clock import utc_now
from shared.kernel.logging import get_logger
from shared.kernel.storage import storage
from shared.runtime import schedule

# Longer than the longest upload or export takes.
LEFT_ALONE_FOR = timedelta(hours=6)

_log = get_logger(__name__)


@schedule("0 40 * * * *")
def drop_unfinished_files() -> None:
    """Deletes what uploads and exports that were killed half way left in the storage."""
    if dropped := storage().drop_unfinished(utc_now() - LEFT_ALONE_FOR):
        _log.warning("dropped_unfinished_files", files=dropped)
