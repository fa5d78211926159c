-- Finding and counting contacts at a million: see docs/decisions/0009 for the plans and their cost.

-- Boolean questions over tokens (`1&(2|!3)`) for what the GIN index has narrowed down. In a schema of its own: its
-- @> for integer[] would otherwise take the place of the one that the index answers.
CREATE SCHEMA IF NOT EXISTS intarray;
CREATE EXTENSION IF NOT EXISTS intarray SCHEMA intarray;
GRANT USAGE ON SCHEMA intarray TO hanpyo_app, hanpyo_definer;

-- New entries wait in a list that is merged into the index when it is full, and that every search reads through.
-- Measured per contact: 4 MB 15.3 µs, 16 MB 8.5 µs, 64 MB 10 µs; without the list 81 µs.
ALTER INDEX contact_search_tokens SET (gin_pending_list_limit = 16384);

-- The layout of a tenant's tokens (shared/contacts/search_terms.py); older ones are made anew in the background.
ALTER TABLE tenants
  ADD COLUMN search_layout smallint NOT NULL DEFAULT 1,
  ADD COLUMN search_reindexed uuid;          -- the last contact that was indexed anew
ALTER TABLE tenants ALTER COLUMN search_layout SET DEFAULT 2;

-- How the functions below keep to the tenant: they run as hanpyo_definer, who may read every row of contact_search,
-- and filter by the transaction's tenant. No parallel workers: they would read on beyond a LIMIT. Written with coalesce() it is no condition for an index: with many tenants
-- the primary key would look cheaper than the GIN index and read all of a large tenant.

-- Conditions that an index scan can use, from [[1,2],[3]]: one of 1 and 2, and 3. Numbers only.
CREATE FUNCTION token_clauses(p_clauses jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp
AS $$
  SELECT coalesce(string_agg(format(' AND tokens && %L::integer[]',
           ARRAY(SELECT token::integer FROM jsonb_array_elements_text(clause) AS token)::text), ''), '')
    FROM jsonb_array_elements(p_clauses) AS clause
$$;

-- Everything that matches, up to a cap, by the index; ranked, counted, and of it one page.
-- tier: 0 exact, 1 begins, 2 the rest. A page begins after (p_tier, p_before).
CREATE FUNCTION search_collect(p_all integer[], p_clauses jsonb, p_query text, p_begins integer[], p_exact integer[],
  p_tier integer, p_before uuid, p_limit integer, p_cap integer,
  OUT ids uuid[], OUT tiers integer[], OUT total bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_indexscan = off SET max_parallel_workers_per_gather = 0 SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_tenant uuid := current_tenant();
  v_query intarray.query_int := p_query;
BEGIN
  IF p_clauses IS NULL AND p_query IS NULL THEN
    WITH found AS MATERIALIZED (
      SELECT contact_id, CASE WHEN NOT tokens @> p_begins THEN 2 WHEN tokens @> p_exact THEN 0 ELSE 1 END AS tier
        FROM contact_search
       WHERE tokens @> p_all AND coalesce(tenant_id = v_tenant, false) LIMIT p_cap + 1),
    page AS (
      SELECT f.contact_id, f.tier FROM found f
       WHERE f.tier > p_tier OR (f.tier = p_tier AND f.contact_id < p_before)
       ORDER BY f.tier, f.contact_id DESC LIMIT p_limit)
    SELECT array_agg(p.contact_id), array_agg(p.tier), (SELECT count(*) FROM found)
      INTO ids, tiers, total FROM page p;
  ELSE
    EXECUTE 'WITH found AS MATERIALIZED (
      SELECT contact_id, CASE WHEN NOT tokens @> $3 THEN 2 WHEN tokens @> $4 THEN 0 ELSE 1 END AS tier
        FROM contact_search
       WHERE ' || CASE WHEN cardinality(p_all) > 0 THEN 'tokens @> $1' ELSE 'true' END
               || token_clauses(coalesce(p_clauses, '[]')) || '
         AND ($2 IS NULL OR tokens OPERATOR(intarray.@@) $2) AND coalesce(tenant_id = $9, false) LIMIT $8 + 1),
    page AS (
      SELECT f.contact_id, f.tier FROM found f
       WHERE f.tier > $5 OR (f.tier = $5 AND f.contact_id < $6)
       ORDER BY f.tier, f.contact_id DESC LIMIT $7)
    SELECT array_agg(p.contact_id), array_agg(p.tier), (SELECT count(*) FROM found) FROM page p'
      INTO ids, tiers, total
      USING p_all, v_query, p_begins, p_exact, p_tier, p_before, p_limit, p_cap, v_tenant;
  END IF;
END $$;

-- The newest matches among the p_rows contacts before p_before: a walk of the primary key. last_id: the last contact
-- walked; NULL when the page is full or there are no more contacts.
CREATE FUNCTION search_walk(p_all integer[], p_without integer[], p_query text, p_before uuid, p_rows integer,
  p_limit integer, OUT ids uuid[], OUT last_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET max_parallel_workers_per_gather = 0
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_tenant uuid := current_tenant();
  v_query intarray.query_int := p_query;
BEGIN
  ids := ARRAY(
    SELECT w.contact_id FROM (
      SELECT s.contact_id, s.tokens FROM contact_search s
       WHERE s.tenant_id = v_tenant AND s.contact_id < p_before
       ORDER BY s.contact_id DESC LIMIT p_rows) AS w
     WHERE w.tokens @> p_all AND (p_without IS NULL OR NOT w.tokens @> p_without)
       AND (v_query IS NULL OR w.tokens OPERATOR(intarray.@@) v_query)
     LIMIT p_limit);
  IF cardinality(ids) < p_limit THEN
    SELECT s.contact_id INTO last_id FROM contact_search s
     WHERE s.tenant_id = v_tenant AND s.contact_id < p_before
     ORDER BY s.contact_id DESC OFFSET p_rows - 1 LIMIT 1;
  END IF;
END $$;

-- The newest matches by the index: reads all of them, so for what is neither common nor among the newest.
CREATE FUNCTION search_newest(p_all integer[], p_without integer[], p_clauses jsonb, p_query text, p_before uuid,
  p_limit integer) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_indexscan = off SET max_parallel_workers_per_gather = 0 SET work_mem = '64MB'
AS $$
DECLARE
  v_ids uuid[];
BEGIN
  EXECUTE 'SELECT ARRAY(SELECT contact_id FROM contact_search
     WHERE ' || CASE WHEN cardinality(p_all) > 0 THEN 'tokens @> $1' ELSE 'true' END
             || token_clauses(coalesce(p_clauses, '[]')) || '
       AND ($2 IS NULL OR NOT tokens @> $2) AND ($3 IS NULL OR tokens OPERATOR(intarray.@@) $3)
       AND contact_id < $4 AND coalesce(tenant_id = $6, false)
     ORDER BY contact_id DESC LIMIT $5)'
    INTO v_ids
    USING p_all, p_without, p_query::intarray.query_int, p_before, p_limit, current_tenant();
  RETURN v_ids;
END $$;

-- One tier of a common question, newest first, whatever the density: a short walk, a longer one if it promises to
-- fill the page, else the index. Without any token for the index (only "not"), the walk goes to the end.
CREATE FUNCTION search_tier(p_all integer[], p_without integer[], p_clauses jsonb, p_query text, p_before uuid,
  p_limit integer) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
AS $$
DECLARE
  v_walk record;
  v_found uuid[] := '{}';
BEGIN
  SELECT * INTO v_walk FROM search_walk(p_all, p_without, p_query, p_before, 2000, p_limit);
  v_found := v_walk.ids;
  IF cardinality(v_found) >= p_limit OR v_walk.last_id IS NULL THEN
    RETURN v_found;
  END IF;
  IF cardinality(v_found) * 20 >= p_limit OR (cardinality(p_all) = 0 AND p_clauses IS NULL) THEN
    SELECT * INTO v_walk FROM search_walk(p_all, p_without, p_query, v_walk.last_id,
      CASE WHEN cardinality(p_all) = 0 AND p_clauses IS NULL THEN 1000000000 ELSE 40000 END,
      p_limit - cardinality(v_found));
    v_found := v_found || v_walk.ids;
    IF cardinality(v_found) >= p_limit OR v_walk.last_id IS NULL THEN
      RETURN v_found;
    END IF;
  END IF;
  RETURN search_newest(p_all, p_without, p_clauses, p_query, p_before, p_limit);
END $$;

-- A page of a question. p_common: it had more than p_cap matches a moment ago, so nothing is counted.
-- total: NULL when there are more than p_cap.
CREATE FUNCTION search_page(p_all integer[], p_clauses jsonb, p_query text, p_begins integer[], p_exact integer[],
  p_tier integer, p_before uuid, p_limit integer, p_cap integer, p_common boolean,
  OUT ids uuid[], OUT tiers integer[], OUT total bigint)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
AS $$
DECLARE
  v_all integer[];
  v_without integer[];
  v_new uuid[];
  v_tier integer;
BEGIN
  IF NOT p_common THEN
    SELECT f.ids, f.tiers, f.total INTO ids, tiers, total
      FROM search_collect(p_all, p_clauses, p_query, p_begins, p_exact, p_tier, p_before, p_limit, p_cap) f;
    IF total <= p_cap THEN
      RETURN;
    END IF;
  END IF;
  total := NULL;
  ids := '{}';
  tiers := '{}';
  v_tier := greatest(p_tier, 0);
  WHILE v_tier <= 2 AND cardinality(ids) < p_limit LOOP
    v_all := CASE v_tier WHEN 0 THEN p_all || p_exact WHEN 1 THEN p_all || p_begins ELSE p_all END;
    v_without := CASE v_tier WHEN 1 THEN p_exact WHEN 2 THEN p_begins END;
    -- Nothing is without no token: the further tiers of an unranked question are empty.
    EXIT WHEN cardinality(v_without) = 0;
    v_new := search_tier(v_all, v_without, p_clauses, p_query,
      CASE WHEN v_tier = p_tier THEN p_before ELSE 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid END,
      p_limit - cardinality(ids));
    ids := ids || v_new;
    tiers := tiers || array_fill(v_tier, ARRAY[cardinality(v_new)]);
    v_tier := v_tier + 1;
  END LOOP;
END $$;

-- How many contacts match, counted by the index up to a cap.
CREATE FUNCTION search_count(p_all integer[], p_clauses jsonb, p_query text, p_cap integer) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_indexscan = off SET max_parallel_workers_per_gather = 0 SET work_mem = '64MB'
AS $$
DECLARE
  v_count bigint;
BEGIN
  EXECUTE 'SELECT count(*) FROM (SELECT 1 FROM contact_search
     WHERE ' || CASE WHEN cardinality(p_all) > 0 THEN 'tokens @> $1' ELSE 'true' END
             || token_clauses(coalesce(p_clauses, '[]')) || '
       AND ($2 IS NULL OR tokens OPERATOR(intarray.@@) $2) AND coalesce(tenant_id = $4, false) LIMIT $3 + 1) AS found'
    INTO v_count USING p_all, p_query::intarray.query_int, p_cap, current_tenant();
  RETURN v_count;
END $$;

-- All matches of a question, for audiences and bulk actions. Reads every one of them.
CREATE FUNCTION search_all(p_all integer[], p_clauses jsonb, p_query text) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_indexscan = off SET max_parallel_workers_per_gather = 0 SET work_mem = '64MB'
AS $$
BEGIN
  RETURN QUERY EXECUTE 'SELECT contact_id FROM contact_search
     WHERE ' || CASE WHEN cardinality(p_all) > 0 THEN 'tokens @> $1' ELSE 'true' END
             || token_clauses(coalesce(p_clauses, '[]')) || '
       AND ($2 IS NULL OR tokens OPERATOR(intarray.@@) $2) AND coalesce(tenant_id = $3, false)'
    USING p_all, p_query::intarray.query_int, current_tenant();
END $$;

-- Merges what waits into the index, so that searches need not read it: after an import, or between its chunks.
CREATE FUNCTION clean_search_index() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT gin_clean_pending_list('contact_search_tokens') $$;
REVOKE ALL ON FUNCTION clean_search_index() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clean_search_index() TO hanpyo_app;

-- Contacts per district, counted from the sealed addresses by an actor; empty strings are higher levels.
CREATE TABLE district_counts (
  tenant_id     uuid NOT NULL,
  sido          text NOT NULL,
  sigungu       text NOT NULL,
  eupmyeondong  text NOT NULL,
  count         bigint NOT NULL,
  PRIMARY KEY (tenant_id, sido, sigungu, eupmyeondong)
);
CALL isolate_by_tenant('district_counts');
CREATE TABLE district_counting (
  tenant_id   uuid PRIMARY KEY,
  started_at  timestamptz NOT NULL DEFAULT now(),
  counted_at  timestamptz,
  contacts    bigint                         -- live contacts at the time
);
CALL isolate_by_tenant('district_counting');

-- Tenants whose tokens are of an older layout. Ids only.
CREATE FUNCTION tenants_to_reindex() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT tenant_id FROM tenants WHERE search_layout < 2 AND data_key IS NOT NULL $$;

DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY[
      'search_collect(integer[], jsonb, text, integer[], integer[], integer, uuid, integer, integer)',
      'search_walk(integer[], integer[], text, uuid, integer, integer)',
      'search_newest(integer[], integer[], jsonb, text, uuid, integer)',
      'search_count(integer[], jsonb, text, integer)',
      'search_all(integer[], jsonb, text)',
      'tenants_to_reindex()'] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO hanpyo_definer', one);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO hanpyo_app', one);
  END LOOP;
END $$;

DROP FUNCTION newest_contact_matches(integer[], uuid, integer);
