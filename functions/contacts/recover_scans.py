from datetime import UTC, datetime

from functions.contacts.walk_duplicates import walk_duplicates
from shared.contacts import scanning
from shared.runtime import schedule


@schedule("30 * * * * *")
def recover_scans() -> None:
    """Goes on with searches for similar people that lost their worker.

    Window: two to three minutes after the last batch. A worker that was only slow goes on alone.
    """
    for tenant_id, scan_id, done in scanning.take_stalled(datetime.now(UTC)):
        walk_duplicates.send(str(tenant_id), str(scan_id), done)
