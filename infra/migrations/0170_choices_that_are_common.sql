-- What is asked for by a choice of tokens (마포구: a name, or where somebody lives) was collected up to the cap before it
-- was called common: 17 to 33 ms when asked first (docs/decisions/0009). One token that every choice takes is counted
-- beforehand, as that of a single word is (0131).
CREATE FUNCTION is_any_common(p_tokens integer[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
AS $$
DECLARE
  v_tenant uuid := current_tenant();
BEGIN
  RETURN EXISTS (SELECT FROM common_tokens t WHERE t.tenant_id = v_tenant AND t.token = ANY (p_tokens));
END $$;

-- As in 0061, but a boolean question is an expression over idx(), as in walks: the newest 2,000 were asked by query_int
-- in 1.8 ms, by an expression in 0.4 and 0.2 for its plan.
CREATE OR REPLACE FUNCTION search_glance(p_all integer[], p_begins integer[], p_exact integer[], p_query text,
  p_before uuid, p_rows integer, OUT exact uuid[], OUT begins uuid[], OUT rest uuid[], OUT ended boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET max_parallel_workers_per_gather = 0
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_tenant uuid := current_tenant();
  v_first integer := p_all[1];
  v_all integer[] := CASE WHEN cardinality(p_all) > 1 THEN p_all END;
BEGIN
  IF p_query IS NULL THEN
    SELECT coalesce(array_agg(w.contact_id ORDER BY w.contact_id DESC) FILTER (WHERE w.tier = 0), '{}'),
           coalesce(array_agg(w.contact_id ORDER BY w.contact_id DESC) FILTER (WHERE w.tier = 1), '{}'),
           coalesce(array_agg(w.contact_id ORDER BY w.contact_id DESC) FILTER (WHERE w.tier = 2), '{}'),
           count(*) < p_rows
      INTO exact, begins, rest, ended
      FROM (
        SELECT s.contact_id,
               CASE WHEN intarray.idx(s.tokens, v_first) = 0 THEN 3
                    WHEN v_all IS NOT NULL AND NOT s.tokens @> v_all THEN 3
                    WHEN NOT s.tokens @> p_begins THEN 2 WHEN s.tokens @> p_exact THEN 0 ELSE 1 END AS tier
          FROM contact_search s
         WHERE s.tenant_id = v_tenant AND s.contact_id < p_before
         ORDER BY s.contact_id DESC LIMIT p_rows) AS w;
    RETURN;
  END IF;
  EXECUTE 'SELECT coalesce(array_agg(w.contact_id ORDER BY w.contact_id DESC) FILTER (WHERE w.tier = 0), ''{}''),
           coalesce(array_agg(w.contact_id ORDER BY w.contact_id DESC) FILTER (WHERE w.tier = 1), ''{}''),
           coalesce(array_agg(w.contact_id ORDER BY w.contact_id DESC) FILTER (WHERE w.tier = 2), ''{}''),
           count(*) < $7
      FROM (
        SELECT s.contact_id,
               CASE WHEN intarray.idx(tokens, $1) = 0 THEN 3 WHEN $2 IS NOT NULL AND NOT tokens @> $2 THEN 3
                    WHEN NOT ' || token_expression(p_query) || ' THEN 3
                    WHEN NOT tokens @> $3 THEN 2 WHEN tokens @> $4 THEN 0 ELSE 1 END AS tier
          FROM contact_search s
         WHERE s.tenant_id = $5 AND s.contact_id < $6
         ORDER BY s.contact_id DESC LIMIT $7) AS w'
    INTO exact, begins, rest, ended USING v_first, v_all, p_begins, p_exact, v_tenant, p_before, p_rows;
END $$;

-- Lists show points without a look at their table (2 to 3 % of a search), where vacuum has seen it.
DROP INDEX contact_points_contact;
CREATE INDEX contact_points_contact ON contact_points (contact_id, kind DESC, position, created_at, tenant_id)
  INCLUDE (value_sealed, hash);
