-- As in 0095, but who was merged into a contact was written to as that contact is: when somebody was last written to is
-- that of the whole person. The parts of all contacts of a page are looked for at once, where the camp has any.
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
  v_sent boolean;
  v_sharing boolean;
  v_refusals boolean;
  v_merging boolean;
  v_kept uuid[];
  v_contacted timestamptz[];
BEGIN
  SELECT EXISTS (SELECT FROM recipients r WHERE r.tenant_id = v_tenant),
         EXISTS (SELECT FROM contact_shared_points s WHERE s.tenant_id = v_tenant),
         EXISTS (SELECT FROM opt_outs o WHERE o.tenant_id = v_tenant),
         EXISTS (SELECT FROM contacts m WHERE m.tenant_id = v_tenant AND m.merged_into IS NOT NULL)
    INTO v_sent, v_sharing, v_refusals, v_merging;
  IF v_sent AND v_merging THEN
    WITH RECURSIVE part (kept, id) AS (
      SELECT w.id, m.id FROM unnest(p_ids) AS w (id) CROSS JOIN LATERAL (
        SELECT n.id FROM contacts n WHERE n.tenant_id = v_tenant AND n.merged_into = w.id OFFSET 0) AS m
      UNION ALL
      SELECT part.kept, m.id FROM part CROSS JOIN LATERAL (
        SELECT n.id FROM contacts n WHERE n.tenant_id = v_tenant AND n.merged_into = part.id OFFSET 0) AS m)
    SELECT array_agg(part.kept), array_agg(r.at) INTO v_kept, v_contacted
      FROM part CROSS JOIN LATERAL (SELECT max(s.sent_at) AS at FROM recipients s
                                     WHERE s.tenant_id = v_tenant AND s.contact_id = part.id OFFSET 0) AS r
     WHERE r.at IS NOT NULL;
  END IF;
  RETURN QUERY
  SELECT w.id, w.tier, c.id IS NOT NULL, c.name_sealed, c.address_sealed, c.note_sealed, c.tags, c.created_at,
         c.updated_at, p.kinds, p.values_sealed, p.opted_out,
         greatest(
           CASE WHEN v_sent THEN (
             SELECT max(r.sent_at) FROM recipients r WHERE r.tenant_id = v_tenant AND r.contact_id = c.id) END,
           CASE WHEN v_kept IS NOT NULL THEN (
             SELECT max(m.at) FROM unnest(v_kept, v_contacted) AS m (kept, at) WHERE m.kept = c.id) END),
         v_sharing AND EXISTS (SELECT FROM contact_shared_points s
                                WHERE s.tenant_id = v_tenant AND s.contact_id = c.id OFFSET 0)
    FROM unnest(p_ids, p_tiers) WITH ORDINALITY AS w (id, tier, place)
    LEFT JOIN contacts c ON c.tenant_id = v_tenant AND c.id = w.id AND c.deleted_at IS NULL
    LEFT JOIN LATERAL (
      SELECT array_agg(q.kind) AS kinds, array_agg(q.value_sealed) AS values_sealed,
             coalesce(bool_or(q.refused), false) AS opted_out
        FROM (SELECT q.kind, q.value_sealed, v_refusals AND EXISTS (
                       SELECT FROM opt_outs o
                        WHERE o.tenant_id = q.tenant_id AND o.kind = q.kind AND o.hash = q.hash OFFSET 0) AS refused
                FROM contact_points q WHERE q.tenant_id = v_tenant AND q.contact_id = w.id AND c.id IS NOT NULL
               ORDER BY q.kind DESC, q.position, q.created_at) AS q) AS p ON true
   ORDER BY w.place;
END $$;
