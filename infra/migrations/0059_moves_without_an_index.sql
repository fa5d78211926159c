-- A recipient is written three times after the freeze: claimed, accepted, reported. With the state in an index's
-- condition each wrote all its indexes again, 16 us of PostgreSQL instead of 6 and three times the log. Who waits has
-- next_at and nobody else has, so the index of those who wait needs no state (decision 30).
ALTER TABLE recipients NO FORCE ROW LEVEL SECURITY;
ALTER TABLE recipients ALTER COLUMN next_at DROP NOT NULL;
UPDATE recipients SET next_at = NULL WHERE state <> 'queued';
ALTER TABLE recipients ADD CONSTRAINT recipients_waiting CHECK ((state = 'queued') = (next_at IS NOT NULL));
ALTER TABLE recipients FORCE ROW LEVEL SECURITY;
DROP INDEX recipients_due;
CREATE INDEX recipients_due ON recipients (tenant_id, campaign_id, step, next_at) WHERE next_at IS NOT NULL;

CREATE OR REPLACE FUNCTION campaigns_due(p_now timestamptz)
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
                       AND r.next_at <= p_now)
     OFFSET 0) AS due
   WHERE c.status = 'sending' AND c.account_id IS NOT NULL AND due.steps IS NOT NULL
$$;
