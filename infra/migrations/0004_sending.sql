-- What sending needs beside its tables: ids in the order of time, counters, and who has work.

-- A UUIDv7 made by the database, for rows made by INSERT … SELECT.
CREATE FUNCTION uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
           substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
         FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;

ALTER TABLE campaigns
  ADD COLUMN reserved integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),  -- of the quota: neither used nor released
  ADD COLUMN clicked  integer NOT NULL DEFAULT 0;                        -- recipients with at least one click

-- Reports and look-ups name a message by its id alone; the primary key leads with the month.
CREATE INDEX messages_reference ON messages (tenant_id, id);
-- The ledger of a campaign, page by page.
CREATE INDEX messages_campaign ON messages (tenant_id, campaign_id, id DESC) WHERE campaign_id IS NOT NULL;

-- Recipients that got nothing, by reason: the monitor's table. Kept like campaign_counters.
CREATE TABLE campaign_reasons (
  tenant_id    uuid NOT NULL,
  campaign_id  uuid NOT NULL,
  reason       text NOT NULL,
  count        bigint NOT NULL,
  PRIMARY KEY (tenant_id, campaign_id, reason)
) WITH (fillfactor = 50);
CALL isolate_by_tenant('campaign_reasons');

CREATE FUNCTION count_reasons() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO campaign_reasons AS counter
  SELECT tenant_id, campaign_id, reason, sum(change) FROM (
    SELECT tenant_id, campaign_id, reason, 1 AS change FROM added
     WHERE state IN ('failed', 'suppressed') AND reason IS NOT NULL
    UNION ALL
    SELECT tenant_id, campaign_id, reason, -1 FROM removed
     WHERE state IN ('failed', 'suppressed') AND reason IS NOT NULL) AS changes
  GROUP BY 1, 2, 3 HAVING sum(change) <> 0 ORDER BY 1, 2, 3
  ON CONFLICT (tenant_id, campaign_id, reason) DO UPDATE SET count = counter.count + excluded.count;
  RETURN NULL;
END $$;
CREATE TRIGGER count_reasons AFTER UPDATE ON recipients
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_reasons();

-- Who has work, across tenants. Ids only; everything else is read inside the tenant.

-- Campaigns that are sending and have a recipient whose time has come.
CREATE FUNCTION campaigns_due(p_now timestamptz)
RETURNS TABLE (tenant_id uuid, campaign_id uuid, account_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT c.tenant_id, c.id, c.account_id FROM campaigns c
   WHERE c.status = 'sending' AND c.account_id IS NOT NULL
     AND EXISTS (SELECT 1 FROM recipients r
                  WHERE r.tenant_id = c.tenant_id AND r.campaign_id = c.id
                    AND r.state = 'queued' AND r.next_at <= p_now)
$$;

-- Campaigns in a status that nothing has touched since a moment.
CREATE FUNCTION campaigns_idle(p_status text, p_before timestamptz)
RETURNS TABLE (tenant_id uuid, campaign_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT c.tenant_id, c.id FROM campaigns c
   WHERE c.status = p_status AND c.status IN ('scheduled', 'launching', 'sending') AND c.updated_at <= p_before
$$;

-- Scheduled campaigns whose time has come.
CREATE FUNCTION campaigns_to_release(p_now timestamptz)
RETURNS TABLE (tenant_id uuid, campaign_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT c.tenant_id, c.id FROM campaigns c WHERE c.status = 'scheduled' AND c.scheduled_at <= p_now
$$;

-- Tenants with a message in a state that is due for a look.
CREATE FUNCTION tenants_with_messages(p_state text, p_due timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT t.tenant_id FROM tenants t
   WHERE EXISTS (SELECT 1 FROM messages m
                  WHERE m.tenant_id = t.tenant_id AND m.state = p_state AND m.next_look_up_at <= p_due
                    AND m.state IN ('sending', 'accepted', 'unknown'))
$$;

-- Tenants with carrier calls that nobody has applied yet.
CREATE FUNCTION tenants_with_reports(p_before timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT t.tenant_id FROM tenants t
   WHERE EXISTS (SELECT 1 FROM report_inbox i
                  WHERE i.tenant_id = t.tenant_id AND i.applied_at IS NULL AND i.received_at <= p_before)
$$;

DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['campaigns_due(timestamptz)', 'campaigns_idle(text, timestamptz)',
      'campaigns_to_release(timestamptz)', 'tenants_with_messages(text, timestamptz)',
      'tenants_with_reports(timestamptz)'] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO hanpyo_definer', one);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO hanpyo_app', one);
  END LOOP;
END $$;
