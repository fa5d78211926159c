from functions.campaigns.finish_campaign import finish_campaign
from shared.messaging import controls
from shared.runtime import schedule


@schedule("*/2 * * * * *")
def finish_campaigns() -> None:
    """Completes campaigns that have nobody left. Window: within two seconds of the last delivery."""
    for tenant_id, campaign_id in controls.ended_campaigns():
        finish_campaign.send(str(tenant_id), str(campaign_id))
