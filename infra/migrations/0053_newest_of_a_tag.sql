-- Where the newest contact with a tag may stand. The page of a common tag is walked from the newest contact on;
-- where an old list has the tag and nobody since, the walk found nobody and all of the tag's contacts were read
-- (30 ms of 100,000). It begins behind the tag's newest contact now: docs/decisions/0009.

-- A tag as search folds it (tag_term in shared/contacts/search_terms.py): the blanks that Python strips, NFC.
CREATE FUNCTION tag_key(p_tag text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = public, pg_temp
AS $$
  SELECT normalize(btrim(p_tag, E' \t\n\u000b\f\r\u001c\u001d\u001e\u001f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003'
    '\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'), NFC)
$$;

-- The first id of the millisecond after an id's (UUIDv7): every id up to it is below.
CREATE FUNCTION id_behind(p_id text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = public, pg_temp
AS $$
  SELECT CASE WHEN p_id >= 'ffffffff-ffff' COLLATE "C" THEN 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
    ELSE (lpad(to_hex(('x' || left(p_id, 8) || substr(p_id, 10, 4))::bit(48)::bigint + 1), 12, '0')
          || repeat('0', 20))::uuid END
$$;

-- `before`: all contacts that have the tag are before this id, and so were all that ever had it since this migration.
ALTER TABLE contact_counters
  ADD COLUMN key text NOT NULL DEFAULT '',  -- tag_key(tag)
  ADD COLUMN before uuid NOT NULL DEFAULT 'ffffffff-ffff-ffff-ffff-ffffffffffff';
CREATE INDEX contact_counters_key ON contact_counters (tenant_id, key);

-- 0.9 s for a million contacts. The owner lifts the forced row-level security for this transaction alone.
ALTER TABLE contacts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE contact_counters NO FORCE ROW LEVEL SECURITY;
UPDATE contact_counters SET key = tag_key(tag);
UPDATE contact_counters k SET before = id_behind(n.newest)
  FROM (SELECT t.tenant_id, t.tag, max(t.id::text COLLATE "C") AS newest
          FROM (SELECT tenant_id, id, unnest(tags) AS tag FROM contacts WHERE deleted_at IS NULL) AS t
         GROUP BY t.tenant_id, t.tag) AS n
 WHERE k.tenant_id = n.tenant_id AND k.tag = n.tag;
ALTER TABLE contacts FORCE ROW LEVEL SECURITY;
ALTER TABLE contact_counters FORCE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION count_added_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO contact_counters AS counter (tenant_id, tag, key, count, before)
  SELECT tenant_id, tag, tag_key(tag), count(*), id_behind(max(id::text COLLATE "C")) FROM (
    SELECT tenant_id, id, unnest(tags || ARRAY['']) AS tag FROM added WHERE deleted_at IS NULL) AS changes
  GROUP BY tenant_id, tag ORDER BY tenant_id, tag
  ON CONFLICT (tenant_id, tag) DO UPDATE
     SET count = counter.count + excluded.count, before = greatest(counter.before, excluded.before);
  RETURN NULL;
END $$;

-- A tag that one contact gets and another one loses in the same statement counts as before, but may stand further on.
CREATE OR REPLACE FUNCTION count_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO contact_counters AS counter (tenant_id, tag, key, count, before)
  SELECT tenant_id, tag, tag_key(tag), change, coalesce(id_behind(newest), '00000000-0000-0000-0000-000000000000') FROM (
    SELECT tenant_id, tag, sum(change) AS change,
           max(id::text COLLATE "C") FILTER (WHERE change > 0 AND tag <> '') AS newest FROM (
      SELECT tenant_id, id, unnest(tags || ARRAY['']) AS tag, 1 AS change FROM added WHERE deleted_at IS NULL
      UNION ALL
      SELECT tenant_id, id, unnest(tags || ARRAY['']), -1 FROM removed WHERE deleted_at IS NULL) AS changes
    GROUP BY tenant_id, tag) AS summed
   WHERE change <> 0 OR id_behind(newest) > (
         SELECT c.before FROM contact_counters c WHERE c.tenant_id = summed.tenant_id AND c.tag = summed.tag)
   ORDER BY tenant_id, tag
  ON CONFLICT (tenant_id, tag) DO UPDATE
     SET count = counter.count + excluded.count, before = greatest(counter.before, excluded.before);
  RETURN NULL;
END $$;

-- All contacts with all of these tags (as tag_key folds them) are before this id. Of a tag without a line nothing is
-- known.
CREATE FUNCTION tags_before(p_keys text[]) RETURNS uuid LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
  SELECT coalesce((
    SELECT b.before FROM unnest(p_keys) AS k (key), LATERAL (
      SELECT c.before FROM contact_counters c WHERE c.tenant_id = current_tenant() AND c.key = k.key
       ORDER BY c.before DESC LIMIT 1) AS b
     ORDER BY b.before LIMIT 1), 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
$$;

-- Whether more than p_cap living contacts have a tag, from the counter.
CREATE FUNCTION tag_is_common(p_key text, p_cap integer) RETURNS boolean LANGUAGE sql STABLE
SET search_path = public, pg_temp
AS $$
  SELECT coalesce(sum(c.count) > p_cap, false) FROM contact_counters c
   WHERE c.tenant_id = current_tenant() AND c.key = p_key
$$;
