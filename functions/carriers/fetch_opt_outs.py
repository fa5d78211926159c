from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import carrier_opt_outs
from shared.runtime import actor


@actor(queue="reports", max_retries=1)
def fetch_opt_outs(tenant_id: str, account_id: str) -> None:
    """Opts out whoever refused at one account's carrier."""
    carrier_opt_outs.fetch(UUID(tenant_id), UUID(account_id), utc_now())
