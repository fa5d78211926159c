-- The list that nobody asked anything of, as a function: it is found, shown and its caller checked in one statement
-- (docs/decisions/0009), whose plan is made where no tenant is known. A walk of contacts_live, and the counter.
CREATE FUNCTION newest_contacts(p_before uuid, p_limit integer, OUT ids uuid[], OUT tiers integer[], OUT total bigint)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off
AS $$
DECLARE
  v_tenant uuid := current_tenant();
BEGIN
  ids := ARRAY(SELECT c.id FROM contacts c
                WHERE c.tenant_id = v_tenant AND c.deleted_at IS NULL AND c.id < p_before
                ORDER BY c.id DESC LIMIT p_limit);
  total := coalesce((SELECT k.count FROM contact_counters k WHERE k.tenant_id = v_tenant AND k.tag = ''), 0);
END $$;
