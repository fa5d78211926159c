-- What more than 2,500 of a camp's contacts have is walked for, not collected. That a token is so common cost a search
-- 5 ms to find out, in every process of the API and every minute anew; now it is counted beforehand, among an eighth of
-- the contacts (docs/decisions/0009).
CREATE TABLE common_tokens (
  tenant_id uuid NOT NULL REFERENCES tenants,
  token     integer NOT NULL,
  PRIMARY KEY (tenant_id, token)
);
CALL isolate_by_tenant('common_tokens', 'SELECT, INSERT, DELETE');

ALTER TABLE tenants
  ADD COLUMN tokens_counted_at timestamptz,
  ADD COLUMN tokens_counted_of bigint NOT NULL DEFAULT 0;  -- contacts that lived then

-- Across tenants: whose contacts are a fiftieth more or fewer than when their tokens were counted, or counted a day ago.
-- Not while an import or its undo runs: that counts when it ends.
CALL let_definer_read('contact_counters');
CREATE FUNCTION tenants_to_count(p_now timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT t.tenant_id FROM tenants t JOIN contact_counters k ON k.tenant_id = t.tenant_id AND k.tag = ''
   WHERE greatest(k.count, t.tokens_counted_of) > 2500
     AND (t.tokens_counted_at IS NULL OR t.tokens_counted_at < p_now - interval '1 day'
          OR abs(k.count - t.tokens_counted_of) * 50 > t.tokens_counted_of)
     AND NOT EXISTS (SELECT FROM imports i WHERE i.tenant_id = t.tenant_id
                        AND i.status IN ('ingesting', 'deduplicating', 'undoing'))
$$;
ALTER FUNCTION tenants_to_count(timestamptz) OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION tenants_to_count(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants_to_count(timestamptz) TO hanpyo_app;

DROP FUNCTION search_surely_common(integer, integer);
CREATE OR REPLACE FUNCTION search_page(p_all integer[], p_clauses jsonb, p_query text, p_begins integer[], p_exact integer[],
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
  IF NOT v_common AND cardinality(p_all) = 1 AND p_clauses IS NULL AND p_query IS NULL AND p_cap <= 2500 THEN
    v_common := EXISTS (SELECT FROM common_tokens t WHERE t.tenant_id = current_tenant() AND t.token = p_all[1]);
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
