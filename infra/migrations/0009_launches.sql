-- What a launch was for, and which campaigns have come to their end.

ALTER TABLE campaigns ADD COLUMN launched_audience jsonb;  -- a segment's filter as it was at the launch

-- Campaigns that are not completed though no recipient is under way, paused and stopped ones included.
-- One that has no counter yet and holds a reservation is not frozen.
CREATE INDEX campaigns_unended ON campaigns (tenant_id, id) WHERE status IN ('sending', 'paused', 'stopped');
CALL let_definer_read('campaign_counters');
CREATE FUNCTION campaigns_ended() RETURNS TABLE (tenant_id uuid, campaign_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT c.tenant_id, c.id FROM campaigns c
   WHERE c.status IN ('sending', 'paused', 'stopped')
     AND NOT EXISTS (SELECT 1 FROM campaign_counters k
                      WHERE k.tenant_id = c.tenant_id AND k.campaign_id = c.id AND k.count > 0
                        AND k.state IN ('queued', 'sending', 'sent', 'unknown'))
     AND (c.reserved = 0 OR EXISTS (SELECT 1 FROM campaign_counters k
                                     WHERE k.tenant_id = c.tenant_id AND k.campaign_id = c.id AND k.count > 0))
$$;
ALTER FUNCTION campaigns_ended() OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION campaigns_ended() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION campaigns_ended() TO hanpyo_app;
