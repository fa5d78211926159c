-- What a contact costs a search: docs/decisions/0009. Whether a contact has a token was asked with @> of two arrays
-- (0.17 µs); intarray's idx() is a loop over numbers (0.07 µs). The first token is asked so, and mostly there is no
-- other. A question that nothing ranks does not look at the tokens of what the index has found, and boolean questions
-- are expressions over idx() instead of a query_int (0.9 µs).

-- `1&(2|!3)` as an expression over the column `tokens`. Refuses anything but numbers and & | ! ( ).
CREATE FUNCTION token_expression(p_query text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_temp
AS $$
BEGIN
  IF p_query !~ '^[-0-9&|!()]+$' THEN
    RAISE EXCEPTION 'not a question over tokens' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN '(' || replace(replace(replace(
    regexp_replace(p_query, '-?[0-9]+', '(intarray.idx(tokens, \&) > 0)', 'g'),
    '&', ' AND '), '|', ' OR '), '!', ' NOT ') || ')';
END $$;

-- As in 0014.
CREATE OR REPLACE FUNCTION search_collect(p_all integer[], p_clauses jsonb, p_query text, p_begins integer[],
  p_exact integer[], p_tier integer, p_before uuid, p_limit integer, p_cap integer,
  OUT ids uuid[], OUT tiers integer[], OUT total bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_indexscan = off SET max_parallel_workers_per_gather = 0
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_tenant uuid := current_tenant();
  v_begin integer := p_begins[1];
  v_begins integer[] := CASE WHEN cardinality(p_begins) > 1 THEN p_begins END;
  v_last integer := p_exact[cardinality(p_exact)];
  -- What is exact is mostly what begins so and one token more.
  v_exact integer[] := CASE WHEN cardinality(p_exact) > 2 OR p_exact[1] IS DISTINCT FROM p_begins[1] THEN p_exact END;
BEGIN
  IF p_clauses IS NOT NULL OR p_query IS NOT NULL THEN
    EXECUTE 'WITH found AS MATERIALIZED (
      SELECT contact_id, CASE WHEN NOT tokens @> $2 THEN 2 WHEN tokens @> $3 THEN 0 ELSE 1 END AS tier
        FROM contact_search
       WHERE ' || CASE WHEN cardinality(p_all) > 0 THEN 'tokens @> $1' ELSE 'true' END
               || token_clauses(coalesce(p_clauses, '[]')) || '
         AND ' || coalesce(token_expression(p_query), 'true') || ' AND coalesce(tenant_id = $8, false) LIMIT $7 + 1),
    page AS (
      SELECT f.contact_id, f.tier FROM found f
       WHERE f.tier > $4 OR (f.tier = $4 AND f.contact_id < $5)
       ORDER BY f.tier, f.contact_id DESC LIMIT $6)
    SELECT array_agg(p.contact_id), array_agg(p.tier), (SELECT count(*) FROM found) FROM page p'
      INTO ids, tiers, total
      USING p_all, p_begins, p_exact, p_tier, p_before, p_limit, p_cap, v_tenant;
  ELSIF cardinality(p_begins) = 0 AND cardinality(p_exact) = 0 THEN
    WITH found AS MATERIALIZED (
      SELECT contact_id FROM contact_search
       WHERE tokens @> p_all AND coalesce(tenant_id = v_tenant, false) LIMIT p_cap + 1),
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
       WHERE tokens @> p_all AND coalesce(tenant_id = v_tenant, false) LIMIT p_cap + 1),
    page AS (
      SELECT f.contact_id, f.tier FROM found f
       WHERE f.tier > p_tier OR (f.tier = p_tier AND f.contact_id < p_before)
       ORDER BY f.tier, f.contact_id DESC LIMIT p_limit)
    SELECT array_agg(p.contact_id), array_agg(p.tier), (SELECT count(*) FROM found)
      INTO ids, tiers, total FROM page p;
  END IF;
END $$;

-- As in 0014.
CREATE OR REPLACE FUNCTION search_walk(p_all integer[], p_without integer[], p_query text, p_before uuid, p_rows integer,
  p_limit integer, OUT ids uuid[], OUT last_id uuid)
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
    ids := ARRAY(
      SELECT w.contact_id FROM (
        SELECT s.contact_id, s.tokens FROM contact_search s
         WHERE s.tenant_id = v_tenant AND s.contact_id < p_before
         ORDER BY s.contact_id DESC LIMIT p_rows) AS w
       WHERE CASE WHEN intarray.idx(w.tokens, v_first) = 0 THEN false WHEN v_all IS NULL THEN true
                  ELSE w.tokens @> v_all END
         AND (p_without IS NULL OR NOT w.tokens @> p_without)
       LIMIT p_limit);
  ELSE
    EXECUTE 'SELECT ARRAY(
      SELECT w.contact_id FROM (
        SELECT s.contact_id, s.tokens FROM contact_search s
         WHERE s.tenant_id = $6 AND s.contact_id < $4
         ORDER BY s.contact_id DESC LIMIT $5) AS w
       WHERE CASE WHEN intarray.idx(w.tokens, $1) = 0 THEN false
                  WHEN $2 IS NOT NULL AND NOT w.tokens @> $2 THEN false
                  WHEN $3 IS NOT NULL AND w.tokens @> $3 THEN false ELSE ' || token_expression(p_query) || ' END
       LIMIT $7)'
      INTO ids USING v_first, v_all, p_without, p_before, p_rows, v_tenant, p_limit;
  END IF;
  IF cardinality(ids) < p_limit THEN
    SELECT s.contact_id INTO last_id FROM contact_search s
     WHERE s.tenant_id = v_tenant AND s.contact_id < p_before
     ORDER BY s.contact_id DESC OFFSET p_rows - 1 LIMIT 1;
  END IF;
END $$;

-- As in 0055.
CREATE OR REPLACE FUNCTION search_glance(p_all integer[], p_begins integer[], p_exact integer[], p_query text,
  p_before uuid, p_rows integer, OUT exact uuid[], OUT begins uuid[], OUT rest uuid[], OUT ended boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET max_parallel_workers_per_gather = 0
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_tenant uuid := current_tenant();
  v_query intarray.query_int := p_query;
  v_first integer := p_all[1];
  v_all integer[] := CASE WHEN cardinality(p_all) > 1 THEN p_all END;
BEGIN
  SELECT coalesce(array_agg(w.contact_id ORDER BY w.contact_id DESC) FILTER (WHERE w.tier = 0), '{}'),
         coalesce(array_agg(w.contact_id ORDER BY w.contact_id DESC) FILTER (WHERE w.tier = 1), '{}'),
         coalesce(array_agg(w.contact_id ORDER BY w.contact_id DESC) FILTER (WHERE w.tier = 2), '{}'),
         count(*) < p_rows
    INTO exact, begins, rest, ended
    FROM (
      SELECT s.contact_id,
             CASE WHEN intarray.idx(s.tokens, v_first) = 0 THEN 3
                  WHEN v_all IS NOT NULL AND NOT s.tokens @> v_all THEN 3
                  WHEN v_query IS NOT NULL AND NOT s.tokens OPERATOR(intarray.@@) v_query THEN 3
                  WHEN NOT s.tokens @> p_begins THEN 2 WHEN s.tokens @> p_exact THEN 0 ELSE 1 END AS tier
        FROM contact_search s
       WHERE s.tenant_id = v_tenant AND s.contact_id < p_before
       ORDER BY s.contact_id DESC LIMIT p_rows) AS w;
END $$;

-- As in 0054, but the tenant is looked up once instead of for each contact (0.05 of 0.7 ms), beside what row-level
-- security looks up.
CREATE OR REPLACE FUNCTION listed_contacts(p_ids uuid[], p_tiers integer[])
RETURNS TABLE (id uuid, tier integer, shown boolean, name_sealed bytea, address_sealed bytea, note_sealed bytea,
  tags text[], created_at timestamptz, updated_at timestamptz, kinds text[], values_sealed bytea[], opted_out boolean,
  last_contacted_at timestamptz, shares boolean)
LANGUAGE plpgsql STABLE ROWS 50 SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
  v_tenant uuid := current_tenant();
BEGIN
  RETURN QUERY
  SELECT w.id, w.tier, c.id IS NOT NULL, c.name_sealed, c.address_sealed, c.note_sealed, c.tags, c.created_at,
         c.updated_at, p.kinds, p.values_sealed, p.opted_out,
         (SELECT max(r.sent_at) FROM recipients r WHERE r.tenant_id = c.tenant_id AND r.contact_id = c.id),
         EXISTS (SELECT FROM contact_shared_points s
                  WHERE s.tenant_id = c.tenant_id AND s.contact_id = c.id OFFSET 0)
    FROM unnest(p_ids, p_tiers) WITH ORDINALITY AS w (id, tier, place)
    LEFT JOIN contacts c ON c.tenant_id = v_tenant AND c.id = w.id AND c.deleted_at IS NULL
    LEFT JOIN LATERAL (
      SELECT array_agg(q.kind) AS kinds, array_agg(q.value_sealed) AS values_sealed,
             coalesce(bool_or(q.refused), false) AS opted_out
        FROM (SELECT q.kind, q.value_sealed, EXISTS (
                       SELECT FROM opt_outs o
                        WHERE o.tenant_id = q.tenant_id AND o.kind = q.kind AND o.hash = q.hash OFFSET 0) AS refused
                FROM contact_points q WHERE q.tenant_id = c.tenant_id AND q.contact_id = c.id
               ORDER BY q.kind DESC, q.position, q.created_at) AS q) AS p ON true
   ORDER BY w.place;
END $$;
