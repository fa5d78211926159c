-- As messages_reference: of a carrier's own ids, too, no index of the tenant's may seem to be as good.
DROP INDEX messages_carrier_id;
CREATE INDEX messages_carrier_id ON messages (carrier_message_id, account_id) WHERE carrier_message_id IS NOT NULL;

-- What flows through a campaign (claims, answers, reports, clicks) runs side by side; what steers it (pause, cancel,
-- a freeze order, new words) waits until that has committed and keeps everything else out meanwhile (decision 30).

-- Campaigns, for whoever moves its recipients; not together with whoever steers it. Sorted, so that nobody waits for
-- somebody who waits for them. A volatile function: what it reads is what holds once it has the locks.
CREATE FUNCTION share_campaigns(p_ids uuid[]) RETURNS SETOF campaigns LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('campaign:' || one.id, 0))
     FROM (SELECT DISTINCT unnest(p_ids) AS id ORDER BY 1) AS one;
  RETURN QUERY SELECT * FROM campaigns c WHERE c.tenant_id = current_tenant() AND c.id = ANY(p_ids);
END $$;

-- Campaigns, for whoever steers them; alone.
CREATE FUNCTION lock_campaigns(p_ids uuid[]) RETURNS SETOF campaigns LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('campaign:' || one.id, 0))
     FROM (SELECT DISTINCT unnest(p_ids) AS id ORDER BY 1) AS one;
  RETURN QUERY SELECT * FROM campaigns c WHERE c.tenant_id = current_tenant() AND c.id = ANY(p_ids)
                ORDER BY c.id FOR NO KEY UPDATE;
END $$;
REVOKE ALL ON FUNCTION share_campaigns(uuid[]), lock_campaigns(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION share_campaigns(uuid[]), lock_campaigns(uuid[]) TO hanpyo_app;

-- Those that flow count side by side too: each connection in a slot of its own, or nearly. A slot may be below zero;
-- only the sum over the slots means something.
ALTER TABLE campaign_counters ADD COLUMN slot smallint NOT NULL DEFAULT 0;
ALTER TABLE campaign_counters DROP CONSTRAINT campaign_counters_pkey;
ALTER TABLE campaign_counters ADD PRIMARY KEY (tenant_id, campaign_id, step, state, slot);

CREATE OR REPLACE FUNCTION count_added_recipients() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO campaign_counters AS counter (tenant_id, campaign_id, step, state, slot, count)
  SELECT tenant_id, campaign_id, step, state, pg_backend_pid() % 256, count(*)
    FROM added GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  ON CONFLICT (tenant_id, campaign_id, step, state, slot) DO UPDATE SET count = counter.count + excluded.count;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION count_moved_recipients() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO campaign_counters AS counter (tenant_id, campaign_id, step, state, slot, count)
  SELECT tenant_id, campaign_id, step, state, pg_backend_pid() % 256, sum(change) FROM (
    SELECT tenant_id, campaign_id, step, state, 1 AS change FROM added
    UNION ALL SELECT tenant_id, campaign_id, step, state, -1 FROM removed) AS changes
  GROUP BY 1, 2, 3, 4 HAVING sum(change) <> 0 ORDER BY 1, 2, 3, 4
  ON CONFLICT (tenant_id, campaign_id, step, state, slot) DO UPDATE SET count = counter.count + excluded.count;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION campaigns_ended() RETURNS TABLE (tenant_id uuid, campaign_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT c.tenant_id, c.id FROM campaigns c
   CROSS JOIN LATERAL (
     SELECT coalesce(sum(k.count), 0) AS people,
            coalesce(sum(k.count) FILTER (WHERE k.state IN ('queued', 'sending', 'sent', 'unknown')), 0) AS under_way
       FROM campaign_counters k WHERE k.tenant_id = c.tenant_id AND k.campaign_id = c.id) AS counted
   WHERE c.status IN ('sending', 'paused', 'stopped')
     AND counted.under_way = 0 AND (c.reserved = 0 OR counted.people > 0)
$$;

-- An ended campaign needs no slots. The caller holds its lock.
CREATE FUNCTION fold_counters(p_campaign_id uuid) RETURNS void LANGUAGE sql VOLATILE AS $$
  WITH gone AS (DELETE FROM campaign_counters
                 WHERE tenant_id = current_tenant() AND campaign_id = p_campaign_id
             RETURNING tenant_id, campaign_id, step, state, count)
  INSERT INTO campaign_counters (tenant_id, campaign_id, step, state, slot, count)
  SELECT tenant_id, campaign_id, step, state, 256, sum(count) FROM gone
   GROUP BY 1, 2, 3, 4 HAVING sum(count) <> 0
$$;
REVOKE ALL ON FUNCTION fold_counters(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fold_counters(uuid) TO hanpyo_app;
