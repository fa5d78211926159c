from functions.privacy.keep_retention import keep_retention
from shared.privacy import retention
from shared.runtime import schedule


@schedule("0 30 18 * * *")
def start_daily_retention() -> None:
    """At 03:30 in Korea: every camp's retention rules. A missed night is made good by the next."""
    for tenant_id in retention.tenants():
        keep_retention.send(str(tenant_id))
