from functions.campaigns.release_campaign import release_campaign
from shared.kernel.clock import utc_now
from shared.messaging import launching
from shared.runtime import schedule


@schedule("*/2 * * * * *")
def release_scheduled() -> None:
    """Lets scheduled campaigns send. Window: within two seconds of their time."""
    for tenant_id, campaign_id in launching.due_for_release(utc_now()):
        release_campaign.send(str(tenant_id), str(campaign_id))
