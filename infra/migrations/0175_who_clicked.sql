-- Who clicked in a campaign, for segments: of half a million recipients all were read to find those few. A state's move
-- touches no index still; only the first click does.
CREATE INDEX recipients_clicked ON recipients (tenant_id, campaign_id, contact_id) WHERE clicked_at IS NOT NULL;
