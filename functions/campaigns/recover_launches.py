from functions.campaigns.freeze_recipients import freeze_recipients
from shared.kernel.clock import utc_now
from shared.messaging import launching
from shared.runtime import schedule


@schedule("*/10 * * * * *")
def recover_launches() -> None:
    """Freezes launches whose worker died. Window: 30 to 40 seconds after the launch."""
    for tenant_id, campaign_id in launching.lost_launches(utc_now()):
        freeze_recipients.send(str(tenant_id), str(campaign_id))
