-- Who may be one person: the keys under which people are looked for, what was found, and what members decided.

-- Keyed 32-bit hashes of what two records of one person rarely get wrong both at once (shared/contacts/block_keys).
CREATE TABLE contact_blocks (
  tenant_id   uuid NOT NULL,
  contact_id  uuid NOT NULL,
  keys        integer[] NOT NULL,
  PRIMARY KEY (tenant_id, contact_id)
);
-- Without the pending list: every batch of a scan looks up thousands of keys, and each look-up would walk it.
CREATE INDEX contact_blocks_keys ON contact_blocks USING gin (keys) WITH (fastupdate = off);
CALL isolate_by_tenant('contact_blocks');
CALL let_definer_read('contact_blocks');

-- Array containment is not leakproof: row-level security would keep it away from the index (as in contact_matches).
-- Who has each key, where it is more than one and at most p_cap: a key that so many have in common tells nothing.
CREATE FUNCTION contacts_of_blocks(p_keys integer[], p_cap integer) RETURNS TABLE (key integer, contact_ids uuid[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_indexscan = off
AS $$
  SELECT wanted.key, found.contact_ids
    FROM unnest(p_keys) AS wanted (key)
   CROSS JOIN LATERAL (
         SELECT array_agg(holder.contact_id) AS contact_ids
           FROM (SELECT b.contact_id FROM contact_blocks b
                  WHERE b.keys @> ARRAY[wanted.key] AND b.tenant_id = current_tenant()
                  LIMIT p_cap + 1) AS holder
         HAVING count(*) BETWEEN 2 AND p_cap) AS found
$$;
ALTER FUNCTION contacts_of_blocks(integer[], integer) OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION contacts_of_blocks(integer[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contacts_of_blocks(integer[], integer) TO hanpyo_app;

-- A pair to look at, and what was decided about it; left_id is the older contact. An entry whose two contacts are
-- the same asks about a name that a file gave for it (alias_hash). Decided entries are the memory: never deleted.
CREATE TABLE contact_reviews (
  tenant_id   uuid NOT NULL,
  id          uuid NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('similar', 'shared_phone', 'shared_email')),
  left_id     uuid NOT NULL,
  right_id    uuid NOT NULL,
  alias_hash  bytea NOT NULL DEFAULT '',
  score       real NOT NULL,
  reasons     text[] NOT NULL,               -- codes, strongest first
  status      text NOT NULL DEFAULT 'open',  -- open, merged, kept_apart
  merge_id    uuid,
  member_id   uuid,                          -- who decided
  created_at  timestamptz NOT NULL DEFAULT now(),
  decided_at  timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, left_id, right_id, alias_hash),
  CHECK (left_id <= right_id)
);
CREATE INDEX contact_reviews_open ON contact_reviews (tenant_id, score DESC, id DESC) WHERE status = 'open';
CREATE INDEX contact_reviews_kind ON contact_reviews (tenant_id, kind, score DESC, id DESC) WHERE status = 'open';
CREATE INDEX contact_reviews_right ON contact_reviews (tenant_id, right_id) WHERE status = 'open';
CREATE INDEX contact_reviews_apart ON contact_reviews (tenant_id) WHERE status = 'kept_apart';
CALL isolate_by_tenant('contact_reviews');

-- A contact that goes (deleted, erased, merged, an import undone) takes its open entries with it. By column and
-- row, so that the many updates that do not touch deleted_at pay nothing.
CREATE FUNCTION close_reviews() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM contact_reviews WHERE tenant_id = OLD.tenant_id AND left_id = OLD.id AND status = 'open';
  DELETE FROM contact_reviews WHERE tenant_id = OLD.tenant_id AND right_id = OLD.id AND status = 'open';
  DELETE FROM contact_blocks WHERE tenant_id = OLD.tenant_id AND contact_id = OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER close_reviews_of_deleted AFTER UPDATE OF deleted_at ON contacts FOR EACH ROW
  WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION close_reviews();
CREATE TRIGGER close_reviews_of_removed AFTER DELETE ON contacts FOR EACH ROW EXECUTE FUNCTION close_reviews();

-- A walk over contacts that compares each with all others: of the whole tenant, or of what an import touched.
CREATE TABLE contact_scans (
  tenant_id      uuid NOT NULL,
  id             uuid NOT NULL,
  import_id      uuid,                             -- whose contacts are compared; NULL: everybody's, by a click
  whole          boolean NOT NULL,                 -- everybody is walked
  status         text NOT NULL DEFAULT 'running',  -- running, done
  position       uuid,                             -- the last contact compared
  done           integer NOT NULL DEFAULT 0,
  total          integer NOT NULL DEFAULT 0,
  found          integer NOT NULL DEFAULT 0,       -- entries that this walk added
  started_at     timestamptz NOT NULL DEFAULT now(),
  progressed_at  timestamptz NOT NULL DEFAULT now(),
  finished_at    timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX contact_scans_whole ON contact_scans (tenant_id) WHERE import_id IS NULL AND status = 'running';
CREATE UNIQUE INDEX contact_scans_import ON contact_scans (tenant_id, import_id);
CREATE INDEX contact_scans_running ON contact_scans (progressed_at) WHERE status = 'running';
CALL isolate_by_tenant('contact_scans');
CALL let_definer_read('contact_scans');

-- Walks that should be moving and have not since a moment. Ids only.
CREATE FUNCTION scans_stalled(p_before timestamptz) RETURNS TABLE (tenant_id uuid, scan_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT s.tenant_id, s.id FROM contact_scans s WHERE s.status = 'running' AND s.progressed_at <= p_before
$$;
ALTER FUNCTION scans_stalled(timestamptz) OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION scans_stalled(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scans_stalled(timestamptz) TO hanpyo_app;
