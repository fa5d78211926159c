-- A question's tokens that nearly everybody has cost the index more than they save: 상도동 and a tag read 500,000 entries
-- of 서울 to narrow 500 contacts down to 277. Such tokens are asked of the contacts that the others found
-- (docs/decisions/0009). How many have a token is counted beforehand; NULL: counted before this migration.
ALTER TABLE common_tokens ADD COLUMN count integer;
CALL let_definer_read('common_tokens');

-- Which of a question's tokens the index looks for, and which are asked then. An entry of the index costs 5 ns, a contact
-- 1 µs. Each token, from the rarest on, is taken to leave three in ten: more than if they had nothing to do with each
-- other, for letters of one word and the places of one address have.
CREATE FUNCTION tokens_to_find(p_all integer[], OUT sought integer[], OUT asked integer[])
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_tenant uuid := current_tenant();
BEGIN
  SELECT array_agg(n.token) FILTER (WHERE n.entries <= n.fewest * 200 * 0.3 ^ n.others),
         array_agg(n.token) FILTER (WHERE n.entries > n.fewest * 200 * 0.3 ^ n.others)
    INTO sought, asked
    FROM (SELECT e.*, greatest(row_number() OVER w - 2, 0) AS others, first_value(e.entries) OVER w AS fewest
            FROM (SELECT a.token, coalesce((SELECT c.count FROM common_tokens c
                                             WHERE c.tenant_id = v_tenant AND c.token = a.token), 1500) AS entries
                    FROM unnest(p_all) AS a (token)) AS e
          WINDOW w AS (ORDER BY e.entries, e.token)) AS n;
END $$;

-- As in 0061, but of several tokens those that nearly everybody has are asked, not looked for.
CREATE OR REPLACE FUNCTION search_collect(p_all integer[], p_clauses jsonb, p_query text, p_begins integer[],
  p_exact integer[], p_tier integer, p_before uuid, p_limit integer, p_cap integer,
  OUT ids uuid[], OUT tiers integer[], OUT total bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_indexscan = off SET max_parallel_workers_per_gather = 0
SET plan_cache_mode = force_generic_plan SET effective_io_concurrency = 0
AS $$
DECLARE
  v_tenant uuid := current_tenant();
  v_begin integer := p_begins[1];
  v_begins integer[] := CASE WHEN cardinality(p_begins) > 1 THEN p_begins END;
  v_last integer := p_exact[cardinality(p_exact)];
  -- What is exact is mostly what begins so and one token more.
  v_exact integer[] := CASE WHEN cardinality(p_exact) > 2 OR p_exact[1] IS DISTINCT FROM p_begins[1] THEN p_exact END;
  v_sought integer[] := p_all;
  v_asked integer[];
BEGIN
  IF cardinality(p_all) > 1 THEN
    SELECT t.sought, t.asked INTO v_sought, v_asked FROM tokens_to_find(p_all) t;
  END IF;
  IF p_clauses IS NOT NULL OR p_query IS NOT NULL THEN
    EXECUTE 'WITH found AS MATERIALIZED (
      SELECT contact_id, CASE WHEN NOT tokens @> $2 THEN 2 WHEN tokens @> $3 THEN 0 ELSE 1 END AS tier
        FROM contact_search
       WHERE ' || CASE WHEN cardinality(v_sought) > 0 THEN 'tokens @> $1' ELSE 'true' END
               || token_clauses(coalesce(p_clauses, '[]')) || '
         AND ' || coalesce(token_expression(p_query), 'true') || ' AND ($9 IS NULL OR tokens @> $9)
         AND coalesce(tenant_id = $8, false) LIMIT $7 + 1),
    page AS (
      SELECT f.contact_id, f.tier FROM found f
       WHERE f.tier > $4 OR (f.tier = $4 AND f.contact_id < $5)
       ORDER BY f.tier, f.contact_id DESC LIMIT $6)
    SELECT array_agg(p.contact_id), array_agg(p.tier), (SELECT count(*) FROM found) FROM page p'
      INTO ids, tiers, total
      USING v_sought, p_begins, p_exact, p_tier, p_before, p_limit, p_cap, v_tenant, v_asked;
  ELSIF cardinality(p_begins) = 0 AND cardinality(p_exact) = 0 THEN
    WITH found AS MATERIALIZED (
      SELECT contact_id FROM contact_search
       WHERE tokens @> v_sought AND (v_asked IS NULL OR tokens @> v_asked)
         AND coalesce(tenant_id = v_tenant, false) LIMIT p_cap + 1),
    page AS (
      SELECT f.contact_id FROM found f WHERE p_tier < 0 OR (p_tier = 0 AND f.contact_id < p_before)
       ORDER BY f.contact_id DESC LIMIT p_limit)
    SELECT array_agg(p.contact_id), array_agg(0), (SELECT count(*) FROM found) INTO ids, tiers, total FROM page p;
  ELSE
    WITH found AS MATERIALIZED (
      SELECT contact_id, CASE
               WHEN intarray.idx(tokens, v_begin) = 0 OR (v_begins IS NOT NULL AND NOT tokens @> v_begins) THEN 2
               WHEN intarray.idx(tokens, v_last) > 0 AND (v_exact IS NULL OR tokens @> v_exact) THEN 0
               ELSE 1 END AS tier
        FROM contact_search
       WHERE tokens @> v_sought AND (v_asked IS NULL OR tokens @> v_asked)
         AND coalesce(tenant_id = v_tenant, false) LIMIT p_cap + 1),
    page AS (
      SELECT f.contact_id, f.tier FROM found f
       WHERE f.tier > p_tier OR (f.tier = p_tier AND f.contact_id < p_before)
       ORDER BY f.tier, f.contact_id DESC LIMIT p_limit)
    SELECT array_agg(p.contact_id), array_agg(p.tier), (SELECT count(*) FROM found)
      INTO ids, tiers, total FROM page p;
  END IF;
END $$;

-- As in 0055, with the same choice.
CREATE OR REPLACE FUNCTION search_newest(p_all integer[], p_without integer[], p_clauses jsonb, p_query text,
  p_before uuid, p_limit integer) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_indexscan = off SET max_parallel_workers_per_gather = 0 SET work_mem = '64MB'
SET plan_cache_mode = force_generic_plan SET effective_io_concurrency = 0
AS $$
DECLARE
  v_tenant uuid := current_tenant();
  v_sought integer[] := p_all;
  v_asked integer[];
  v_ids uuid[];
BEGIN
  IF cardinality(p_all) > 1 THEN
    SELECT t.sought, t.asked INTO v_sought, v_asked FROM tokens_to_find(p_all) t;
  END IF;
  IF p_clauses IS NULL AND p_query IS NULL THEN
    RETURN ARRAY(SELECT contact_id FROM contact_search
       WHERE tokens @> v_sought AND (v_asked IS NULL OR tokens @> v_asked)
         AND (p_without IS NULL OR NOT tokens @> p_without)
         AND contact_id < p_before AND coalesce(tenant_id = v_tenant, false)
       ORDER BY contact_id DESC LIMIT p_limit);
  END IF;
  EXECUTE 'SELECT ARRAY(SELECT contact_id FROM contact_search
     WHERE ' || CASE WHEN cardinality(p_all) > 0 THEN 'tokens @> $1' ELSE 'true' END
             || token_clauses(coalesce(p_clauses, '[]')) || ' AND ($7 IS NULL OR tokens @> $7)
       AND ($2 IS NULL OR NOT tokens @> $2) AND ($3 IS NULL OR tokens OPERATOR(intarray.@@) $3)
       AND contact_id < $4 AND coalesce(tenant_id = $6, false)
     ORDER BY contact_id DESC LIMIT $5)'
    INTO v_ids
    USING v_sought, p_without, p_query::intarray.query_int, p_before, p_limit, v_tenant, v_asked;
  RETURN v_ids;
END $$;

-- As in 0132, but where the glance saw nobody whose name begins so, one look tells that there is nobody in either of the
-- first two tiers. Each look reads what an import has left waiting for the index too, 5 to 10 ms.
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
  IF cardinality(v_glance.exact) + cardinality(v_glance.begins) = 0 AND NOT v_glance.ended AND p_exact @> p_begins THEN
    IF cardinality(search_newest(p_all || p_begins, NULL, p_clauses, p_query, p_newest, 1)) = 0 THEN
      v_tier := 2;
    END IF;
  END IF;
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
