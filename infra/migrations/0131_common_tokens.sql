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
