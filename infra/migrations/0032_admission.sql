-- What is sent first, how often a step is tried again, and which steps of a campaign are due.

ALTER TABLE campaigns
  ADD COLUMN priority smallint NOT NULL DEFAULT 2 CHECK (priority BETWEEN 1 AND 3);  -- 1 high, 2 medium, 3 low
-- After a temporary failure at the carrier. NULL: as configured.
ALTER TABLE campaign_steps
  ADD COLUMN retries       smallint CHECK (retries BETWEEN 0 AND 5),
  ADD COLUMN retry_seconds integer CHECK (retry_seconds BETWEEN 10 AND 86400);

-- Campaigns that are sending and have a recipient whose time has come: at which steps, the latest first.
-- One probe of recipients_due per step.
CALL let_definer_read('campaign_steps');
DROP FUNCTION campaigns_due(timestamptz);
CREATE FUNCTION campaigns_due(p_now timestamptz)
RETURNS TABLE (tenant_id uuid, campaign_id uuid, account_id uuid, priority smallint, steps smallint[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT c.tenant_id, c.id, c.account_id, c.priority, due.steps
    FROM campaigns c
   CROSS JOIN LATERAL (
     SELECT array_agg(s.position ORDER BY s.position DESC) AS steps FROM campaign_steps s
      WHERE s.tenant_id = c.tenant_id AND s.campaign_id = c.id
        AND EXISTS (SELECT 1 FROM recipients r
                     WHERE r.tenant_id = c.tenant_id AND r.campaign_id = c.id AND r.step = s.position
                       AND r.state = 'queued' AND r.next_at <= p_now)
     OFFSET 0) AS due
   WHERE c.status = 'sending' AND c.account_id IS NOT NULL AND due.steps IS NOT NULL
$$;
ALTER FUNCTION campaigns_due(timestamptz) OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION campaigns_due(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION campaigns_due(timestamptz) TO hanpyo_app;
