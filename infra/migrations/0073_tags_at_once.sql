-- As in 0053 and 0072, but with plans that are kept: a function of SQL that is not inlined is parsed and planned anew in
-- every statement, 0.2 ms of a search for a tag (docs/decisions/0009).
CREATE OR REPLACE FUNCTION tags_before(p_keys text[]) RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_tenant uuid := current_tenant();
BEGIN
  RETURN coalesce((
    SELECT b.before FROM unnest(p_keys) AS k (key), LATERAL (
      SELECT c.before FROM contact_counters c WHERE c.tenant_id = v_tenant AND c.key = k.key
       ORDER BY c.before DESC LIMIT 1) AS b
     ORDER BY b.before LIMIT 1), 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid);
END $$;

CREATE OR REPLACE FUNCTION tag_count(p_key text) RETURNS bigint
LANGUAGE plpgsql STABLE STRICT SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  RETURN (SELECT sum(c.count)::bigint FROM contact_counters c
           WHERE c.tenant_id = current_tenant() AND c.key = p_key);
END $$;
