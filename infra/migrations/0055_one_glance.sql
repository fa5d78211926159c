-- What a common question costs: docs/decisions/0009. Three tiers were walked, 2,000 contacts each, to see how many each
-- has among the newest; one glance tells it for all of them. And to learn that more than p_cap match, the index read
-- all of its entries (12 ms of 231,000); a part of them proves it as well.

-- The matches among the p_rows contacts before p_before by tier, newest first; ended: these were all contacts.
CREATE FUNCTION search_glance(p_all integer[], p_begins integer[], p_exact integer[], p_query text, p_before uuid,
  p_rows integer, OUT exact uuid[], OUT begins uuid[], OUT rest uuid[], OUT ended boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET max_parallel_workers_per_gather = 0
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_tenant uuid := current_tenant();
  v_query intarray.query_int := p_query;
BEGIN
  SELECT coalesce(array_agg(w.contact_id ORDER BY w.contact_id DESC) FILTER (WHERE w.tier = 0), '{}'),
         coalesce(array_agg(w.contact_id ORDER BY w.contact_id DESC) FILTER (WHERE w.tier = 1), '{}'),
         coalesce(array_agg(w.contact_id ORDER BY w.contact_id DESC) FILTER (WHERE w.tier = 2), '{}'),
         count(*) < p_rows
    INTO exact, begins, rest, ended
    FROM (
      SELECT s.contact_id,
             CASE WHEN NOT (s.tokens @> p_all AND (v_query IS NULL OR s.tokens OPERATOR(intarray.@@) v_query)) THEN 3
                  WHEN NOT s.tokens @> p_begins THEN 2 WHEN s.tokens @> p_exact THEN 0 ELSE 1 END AS tier
        FROM contact_search s
       WHERE s.tenant_id = v_tenant AND s.contact_id < p_before
       ORDER BY s.contact_id DESC LIMIT p_rows) AS w;
END $$;

-- Whether more than p_cap contacts have a token, if that is easily proved: of its entries the index hands out some
-- thousands at random. False proves nothing.
CREATE FUNCTION search_surely_common(p_token integer, p_cap integer) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_indexscan = off SET max_parallel_workers_per_gather = 0
SET plan_cache_mode = force_generic_plan SET gin_fuzzy_search_limit = 4000
AS $$
DECLARE
  v_tenant uuid := current_tenant();
BEGIN
  RETURN (SELECT count(*) > p_cap FROM (
    SELECT FROM contact_search
     WHERE tokens @> ARRAY[p_token] AND coalesce(tenant_id = v_tenant, false) LIMIT p_cap + 1) AS found);
END $$;

-- As in 0014; what has no choice and no boolean question has a plan that is kept.
CREATE OR REPLACE FUNCTION search_newest(p_all integer[], p_without integer[], p_clauses jsonb, p_query text,
  p_before uuid, p_limit integer) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_indexscan = off SET max_parallel_workers_per_gather = 0 SET work_mem = '64MB'
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_tenant uuid := current_tenant();
  v_ids uuid[];
BEGIN
  IF p_clauses IS NULL AND p_query IS NULL THEN
    RETURN ARRAY(SELECT contact_id FROM contact_search
       WHERE tokens @> p_all AND (p_without IS NULL OR NOT tokens @> p_without)
         AND contact_id < p_before AND coalesce(tenant_id = v_tenant, false)
       ORDER BY contact_id DESC LIMIT p_limit);
  END IF;
  EXECUTE 'SELECT ARRAY(SELECT contact_id FROM contact_search
     WHERE ' || CASE WHEN cardinality(p_all) > 0 THEN 'tokens @> $1' ELSE 'true' END
             || token_clauses(coalesce(p_clauses, '[]')) || '
       AND ($2 IS NULL OR NOT tokens @> $2) AND ($3 IS NULL OR tokens OPERATOR(intarray.@@) $3)
       AND contact_id < $4 AND coalesce(tenant_id = $6, false)
     ORDER BY contact_id DESC LIMIT $5)'
    INTO v_ids
    USING p_all, p_without, p_query::intarray.query_int, p_before, p_limit, v_tenant;
  RETURN v_ids;
END $$;

-- As in 0014, but p_found are the matches among the newest 2,000 that are known already (NULL: they are not), p_ended
-- says that there are no more contacts.
DROP FUNCTION search_tier(integer[], integer[], jsonb, text, uuid, integer);
CREATE FUNCTION search_tier(p_all integer[], p_without integer[], p_clauses jsonb, p_query text, p_before uuid,
  p_limit integer, p_found uuid[], p_ended boolean) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
AS $$
DECLARE
  v_found uuid[] := p_found[:p_limit];
  v_ended boolean := p_ended;
BEGIN
  IF p_found IS NULL THEN
    SELECT w.ids, w.last_id IS NULL INTO v_found, v_ended
      FROM search_walk(p_all, p_without, p_query, p_before, 2000, p_limit) w;
  END IF;
  IF cardinality(v_found) >= p_limit OR v_ended THEN
    RETURN v_found;
  END IF;
  IF cardinality(v_found) * 20 >= p_limit OR (cardinality(p_all) = 0 AND p_clauses IS NULL) THEN
    SELECT w.ids, w.last_id IS NULL INTO v_found, v_ended FROM search_walk(p_all, p_without, p_query, p_before,
      CASE WHEN cardinality(p_all) = 0 AND p_clauses IS NULL THEN 1000000000 ELSE 42000 END, p_limit) w;
    IF cardinality(v_found) >= p_limit OR v_ended THEN
      RETURN v_found;
    END IF;
  END IF;
  RETURN search_newest(p_all, p_without, p_clauses, p_query, p_before, p_limit);
END $$;

-- As in 0014. p_newest: every match is before this id, so walks begin there.
DROP FUNCTION search_page(integer[], jsonb, text, integer[], integer[], integer, uuid, integer, integer, boolean);
CREATE FUNCTION search_page(p_all integer[], p_clauses jsonb, p_query text, p_begins integer[], p_exact integer[],
  p_tier integer, p_before uuid, p_limit integer, p_cap integer, p_common boolean,
  p_newest uuid DEFAULT 'ffffffff-ffff-ffff-ffff-ffffffffffff', OUT ids uuid[], OUT tiers integer[], OUT total bigint)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
AS $$
DECLARE
  v_all integer[];
  v_without integer[];
  v_new uuid[];
  v_found uuid[];
  v_tier integer;
  v_common boolean := p_common;
  v_glance record;
BEGIN
  -- Three among the newest 250: the proof is worth trying.
  IF NOT v_common AND cardinality(p_all) = 1 AND p_clauses IS NULL AND p_query IS NULL AND p_cap <= 2500 THEN
    v_common := cardinality((search_walk(p_all, NULL, NULL, p_newest, 250, 3)).ids) = 3
                AND search_surely_common(p_all[1], p_cap);
  END IF;
  IF NOT v_common THEN
    SELECT f.ids, f.tiers, f.total INTO ids, tiers, total
      FROM search_collect(p_all, p_clauses, p_query, p_begins, p_exact, p_tier, p_before, p_limit, p_cap) f;
    IF total <= p_cap THEN
      RETURN;
    END IF;
  END IF;
  SELECT NULL::uuid[] AS exact, NULL::uuid[] AS begins, NULL::uuid[] AS rest, false AS ended INTO v_glance;
  IF cardinality(p_begins) > 0 AND p_tier <= 0 AND p_before >= p_newest THEN
    SELECT g.* INTO v_glance FROM search_glance(p_all, p_begins, p_exact, p_query, p_newest, 2000) g;
  END IF;
  total := NULL;
  ids := '{}';
  tiers := '{}';
  v_tier := greatest(p_tier, 0);
  WHILE v_tier <= 2 AND cardinality(ids) < p_limit LOOP
    v_all := CASE v_tier WHEN 0 THEN p_all || p_exact WHEN 1 THEN p_all || p_begins ELSE p_all END;
    v_without := CASE v_tier WHEN 1 THEN p_exact WHEN 2 THEN p_begins END;
    v_found := CASE v_tier WHEN 0 THEN v_glance.exact WHEN 1 THEN v_glance.begins ELSE v_glance.rest END;
    -- Nothing is without no token: the further tiers of an unranked question are empty.
    EXIT WHEN cardinality(v_without) = 0;
    v_new := search_tier(v_all, v_without, p_clauses, p_query,
      CASE WHEN v_tier = p_tier THEN least(p_before, p_newest) ELSE p_newest END,
      p_limit - cardinality(ids), v_found, v_glance.ended);
    ids := ids || v_new;
    tiers := tiers || array_fill(v_tier, ARRAY[cardinality(v_new)]);
    v_tier := v_tier + 1;
  END LOOP;
END $$;

ALTER FUNCTION search_glance(integer[], integer[], integer[], text, uuid, integer) OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION search_glance(integer[], integer[], integer[], text, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_glance(integer[], integer[], integer[], text, uuid, integer) TO hanpyo_app;
ALTER FUNCTION search_surely_common(integer, integer) OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION search_surely_common(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_surely_common(integer, integer) TO hanpyo_app;
