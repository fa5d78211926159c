-- Who holds all of some contact points, or shares them: a page and how many. A function, so that a whole number or address
-- is found in one statement with the session and what lists show, as words are (0054, docs/decisions/0009).
CREATE FUNCTION point_holders(p_kinds text[], p_hashes bytea[], p_before uuid, p_limit integer,
  OUT ids uuid[], OUT tiers integer[], OUT total bigint)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
  v_tenant uuid := current_tenant();
  v_holders uuid[];
BEGIN
  v_holders := ARRAY(
    SELECT h.contact_id
      FROM unnest(p_kinds, p_hashes) WITH ORDINALITY AS a (kind, hash, number)
     CROSS JOIN LATERAL (
       SELECT p.contact_id FROM contact_points p
        WHERE p.tenant_id = v_tenant AND p.kind = a.kind AND p.hash = a.hash
       UNION ALL
       SELECT s.contact_id FROM contact_shared_points s
        WHERE s.tenant_id = v_tenant AND s.kind = a.kind AND s.hash = a.hash) AS h
     WHERE EXISTS (SELECT FROM contacts c WHERE c.tenant_id = v_tenant AND c.id = h.contact_id
                      AND c.deleted_at IS NULL OFFSET 0)
     GROUP BY h.contact_id HAVING count(DISTINCT a.number) = cardinality(p_kinds)
     ORDER BY h.contact_id DESC);
  total := cardinality(v_holders);
  ids := ARRAY(SELECT u.id FROM unnest(v_holders) WITH ORDINALITY AS u (id, place)
                WHERE u.id < p_before ORDER BY u.place LIMIT p_limit);
END $$;
