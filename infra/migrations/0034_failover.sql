-- A camp with two accounts sends over both, by weight; one that does badly loses points of it for a while.

ALTER TABLE carrier_accounts
  ADD COLUMN weight        smallint NOT NULL DEFAULT 100 CHECK (weight BETWEEN 0 AND 100),
  ADD COLUMN lost          smallint NOT NULL DEFAULT 0 CHECK (lost BETWEEN 0 AND 100),  -- of the weight
  ADD COLUMN lost_reason   text CHECK (lost_reason IN ('errors', 'slow')),
  ADD COLUMN lost_moved_at timestamptz;                                                 -- lost or regained

-- Across tenants, ids only. A scan of the accounts, of which every camp has one or two.
CREATE FUNCTION tenants_with_two_accounts() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT a.tenant_id FROM carrier_accounts a
   WHERE a.disabled_at IS NULL GROUP BY a.tenant_id HAVING count(*) > 1
$$;
ALTER FUNCTION tenants_with_two_accounts() OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION tenants_with_two_accounts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants_with_two_accounts() TO hanpyo_app;
