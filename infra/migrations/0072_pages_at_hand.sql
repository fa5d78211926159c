-- What PostgreSQL asks the disk for ahead of a bitmap scan costs a third of collecting matches, when all of their pages
-- are in memory: docs/decisions/0009. After a restart pg_prewarm reads them in again (infra/hub/postgres.py).
ALTER FUNCTION search_collect(integer[], jsonb, text, integer[], integer[], integer, uuid, integer, integer)
  SET effective_io_concurrency = 0;
ALTER FUNCTION search_surely_common(integer, integer) SET effective_io_concurrency = 0;
ALTER FUNCTION search_newest(integer[], integer[], jsonb, text, uuid, integer) SET effective_io_concurrency = 0;
ALTER FUNCTION search_count(integer[], jsonb, text, integer) SET effective_io_concurrency = 0;

-- How many living contacts have a tag, from the counter; NULL of a tag without a line. (tag_is_common() of 0053 stays
-- for processes that were started before.)
CREATE FUNCTION tag_count(p_key text) RETURNS bigint LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
  SELECT sum(c.count)::bigint FROM contact_counters c WHERE c.tenant_id = current_tenant() AND c.key = p_key
$$;
