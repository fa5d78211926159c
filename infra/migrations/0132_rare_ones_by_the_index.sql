-- With the common tokens counted (0131) it is known that something has at most some thousand matches, before any walk:
-- they are collected whole, and a tier of them is taken from the index where the glance promises no full page soon. Before,
-- what had a few more than 2,500 was collected and then walked for, and a rare surname's tier walked 42,000 contacts first.
CREATE FUNCTION is_surely_rare(p_all integer[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
AS $$
DECLARE
  v_tenant uuid := current_tenant();
BEGIN
  RETURN EXISTS (SELECT FROM common_tokens t WHERE t.tenant_id = v_tenant)
     AND EXISTS (SELECT FROM unnest(p_all) AS a (token)
                  WHERE NOT EXISTS (SELECT FROM common_tokens t WHERE t.tenant_id = v_tenant AND t.token = a.token));
END $$;

CREATE OR REPLACE FUNCTION search_tier(p_all integer[], p_without integer[], p_clauses jsonb, p_query text, p_before uuid,
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
    -- Some thousand by the index cost what a walk costs for a page of one in 400.
    IF cardinality(v_found) * 10 < p_limit AND is_surely_rare(p_all) THEN
      RETURN search_newest(p_all, p_without, p_clauses, p_query, p_before, p_limit);
    END IF;
    SELECT w.ids, w.last_id IS NULL INTO v_found, v_ended FROM search_walk(p_all, p_without, p_query, p_before,
      CASE WHEN cardinality(p_all) = 0 AND p_clauses IS NULL THEN 1000000000 ELSE 42000 END, p_limit) w;
    IF cardinality(v_found) >= p_limit OR v_ended THEN
      RETURN v_found;
    END IF;
  END IF;
  RETURN search_newest(p_all, p_without, p_clauses, p_query, p_before, p_limit);
END $$;

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
  v_cap integer := p_cap;
  v_glance record;
BEGIN
  IF NOT v_common AND cardinality(p_all) = 1 AND p_clauses IS NULL AND p_query IS NULL AND p_cap <= 2500 THEN
    IF EXISTS (SELECT FROM common_tokens t WHERE t.tenant_id = current_tenant()) THEN
      v_common := EXISTS (SELECT FROM common_tokens t WHERE t.tenant_id = current_tenant() AND t.token = p_all[1]);
      v_cap := p_cap * 8 / 5;  -- who is not common has 3,400 at most
    ELSE  -- not counted yet; three among the newest 250: the proof is worth trying
      v_common := cardinality((search_walk(p_all, NULL, NULL, p_newest, 250, 3)).ids) = 3
                  AND search_surely_common(p_all[1], p_cap);
    END IF;
  END IF;
  IF NOT v_common THEN
    SELECT f.ids, f.tiers, f.total INTO ids, tiers, total
      FROM search_collect(p_all, p_clauses, p_query, p_begins, p_exact, p_tier, p_before, p_limit, v_cap) f;
    IF total <= v_cap THEN
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
