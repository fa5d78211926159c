-- Looking up block keys without walking the tenant for each of them, and without reading all who have a common key.

-- OFFSET 0 leaves the planner no index but that of the keys. With both conditions side by side and without
-- statistics, which a growing tenant does not have, it joined two bitmaps for every key: that of the key's few
-- holders and that of all the tenant's contacts.
-- gin_fuzzy_search_limit: of a key that thousands have, some hundreds are read; more than the cap is all we ask.
CREATE OR REPLACE FUNCTION contacts_of_blocks(p_keys integer[], p_cap integer)
RETURNS TABLE (key integer, contact_ids uuid[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_indexscan = off SET gin_fuzzy_search_limit = 500
AS $$
  SELECT wanted.key, found.contact_ids
    FROM unnest(p_keys) AS wanted (key)
   CROSS JOIN LATERAL (
         SELECT array_agg(holder.contact_id) AS contact_ids
           FROM (SELECT everybody.contact_id
                   FROM (SELECT b.tenant_id, b.contact_id FROM contact_blocks b
                          WHERE b.keys @> ARRAY[wanted.key] OFFSET 0) AS everybody
                  WHERE everybody.tenant_id = current_tenant()
                  LIMIT p_cap + 1) AS holder
         HAVING count(*) BETWEEN 2 AND p_cap) AS found
$$;
