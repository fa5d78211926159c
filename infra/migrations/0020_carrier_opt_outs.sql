-- When a carrier's own list of refusals (its 080 number) was last fetched, and when it is due again.

ALTER TABLE carrier_accounts ADD COLUMN opt_outs_seen_at timestamptz;
ALTER TABLE carrier_accounts ADD COLUMN opt_outs_due_at timestamptz NOT NULL DEFAULT now();

-- The definer sees when an account is due, not its credentials.
CREATE POLICY definer_reads ON carrier_accounts FOR SELECT TO hanpyo_definer USING (true);
GRANT SELECT (tenant_id, id, disabled_at, opt_outs_due_at) ON carrier_accounts TO hanpyo_definer;

-- Across tenants, ids only. A scan of the accounts, of which every camp has one or two.
CREATE FUNCTION accounts_due_for_opt_outs(p_due timestamptz) RETURNS TABLE (tenant_id uuid, account_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT a.tenant_id, a.id FROM carrier_accounts a
   WHERE a.disabled_at IS NULL AND a.opt_outs_due_at <= p_due
$$;
ALTER FUNCTION accounts_due_for_opt_outs(timestamptz) OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION accounts_due_for_opt_outs(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_due_for_opt_outs(timestamptz) TO hanpyo_app;
