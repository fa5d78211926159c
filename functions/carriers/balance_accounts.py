from shared.kernel.clock import utc_now
from shared.messaging import balancing
from shared.runtime import schedule


@schedule("*/15 * * * * *")
def balance_accounts() -> None:
    """Takes weight from accounts that fail or are slow, and gives it back.

    Only camps with two accounts; one short transaction each.
    """
    for tenant_id in balancing.camps():
        balancing.balance(tenant_id, utc_now())
