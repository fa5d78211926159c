from functions.carriers.fetch_opt_outs import fetch_opt_outs
from shared.kernel.clock import utc_now
from shared.messaging import carrier_opt_outs
from shared.runtime import schedule


@schedule("20 * * * * *")
def start_opt_outs() -> None:
    """Fetches carriers' lists of refusals. Window: five minutes, fifteen after a failure."""
    for tenant_id, account_id in carrier_opt_outs.due(utc_now()):
        fetch_opt_outs.send(str(tenant_id), str(account_id))
