-- ㅇㅇㅇ found everybody with ㅇㅇ: names that begin three syllables in a row alike have a token more (docs/decisions/0009).
-- Camps of the layout before get theirs in the background.
ALTER TABLE tenants ALTER COLUMN search_layout SET DEFAULT 3;
CREATE OR REPLACE FUNCTION tenants_to_reindex() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT t.tenant_id FROM tenants t
   WHERE t.search_layout < 3
     AND EXISTS (SELECT 1 FROM tenant_keys k WHERE k.tenant_id = t.tenant_id AND k.wrapped IS NOT NULL)
$$;
