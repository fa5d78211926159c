-- Undoing merges and imports, in any order: one order of everything that happens to contacts, and who undid what.

-- Changes, point changes and merges take their numbers from one sequence, so that they can be put in one order.
ALTER TABLE contact_changes ALTER COLUMN id DROP IDENTITY;
ALTER TABLE point_changes ALTER COLUMN id DROP IDENTITY;
CREATE SEQUENCE history_order;
GRANT USAGE ON SEQUENCE history_order TO hanpyo_app;
ALTER TABLE contact_changes ALTER COLUMN id SET DEFAULT nextval('history_order');
ALTER TABLE point_changes ALTER COLUMN id SET DEFAULT nextval('history_order');
-- What a merge did to several fields stands at the place of the merge.
ALTER TABLE contact_changes
  DROP CONSTRAINT contact_changes_pkey,
  ADD PRIMARY KEY (tenant_id, contact_id, id, field);

ALTER TABLE contact_merges
  ADD COLUMN seq        bigint,              -- its place in that order
  ADD COLUMN action_id  uuid,                -- several contacts merged by one click
  ADD COLUMN fields     jsonb NOT NULL DEFAULT '{}',  -- {field: take | leave}; others fill what is empty
  ADD COLUMN undone_at  timestamptz,
  ADD COLUMN undone_by  uuid,
  -- Of merges before this migration; the log holds all that is needed.
  ALTER COLUMN points SET DEFAULT '{}',
  ALTER COLUMN kept_before SET DEFAULT '{}';

-- Names and shared numbers that stand with a contact because another one was merged into it.
ALTER TABLE contact_aliases ADD COLUMN merge_id uuid;
ALTER TABLE contact_shared_points ADD COLUMN merge_id uuid;

-- A contact that an import had created, and that its undo left because something happened to it later.
ALTER TABLE import_results ADD COLUMN kept boolean NOT NULL DEFAULT false;
CREATE INDEX import_results_kept ON import_results (tenant_id, import_id, row_number) WHERE kept;

ALTER TABLE imports
  ADD COLUMN logged         boolean NOT NULL DEFAULT true,  -- false: from before what imports do was logged
  ADD COLUMN undo_row       integer NOT NULL DEFAULT -1,    -- rows up to this one are undone; -1: merges come first
  ADD COLUMN undo_done      integer NOT NULL DEFAULT 0,     -- rows
  ADD COLUMN undo_restored  integer NOT NULL DEFAULT 0,     -- contacts
  ADD COLUMN undo_removed   integer NOT NULL DEFAULT 0,
  ADD COLUMN undo_kept      integer NOT NULL DEFAULT 0,
  ADD COLUMN undone_by      uuid,
  ADD COLUMN undone_at      timestamptz;

-- The owner reads and writes across tenants here, once.
ALTER TABLE imports NO FORCE ROW LEVEL SECURITY;
ALTER TABLE contacts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE contact_points NO FORCE ROW LEVEL SECURITY;
ALTER TABLE contact_merges NO FORCE ROW LEVEL SECURITY;
ALTER TABLE contact_changes NO FORCE ROW LEVEL SECURITY;
ALTER TABLE point_changes NO FORCE ROW LEVEL SECURITY;

UPDATE imports SET logged = false;

-- Merges of before: they filled empty fields from the first that had a value, joined tags and moved points.
UPDATE contact_merges m SET seq = nextval('history_order')
  FROM (SELECT tenant_id, id FROM contact_merges ORDER BY merged_at, merged_id) o
 WHERE m.tenant_id = o.tenant_id AND m.id = o.id;
INSERT INTO contact_changes (tenant_id, contact_id, id, field, cause, cause_id, member_id, at, after_hash)
SELECT DISTINCT ON (m.tenant_id, m.kept_id, m.merged_at, f.field)
       m.tenant_id, m.kept_id, m.seq, f.field, 'merge', m.id, m.member_id, m.merged_at, f.hash
  FROM contact_merges m
  JOIN contacts d ON d.tenant_id = m.tenant_id AND d.id = m.merged_id
 CROSS JOIN LATERAL (VALUES ('name', d.name_hash), ('address', d.address_hash), ('birth', d.birth_hash),
                            ('note', d.note_hash), ('custom', d.custom_hash)) AS f (field, hash)
 WHERE f.hash IS NOT NULL AND NOT m.kept_before ? (f.field || '_sealed')
 ORDER BY m.tenant_id, m.kept_id, m.merged_at, f.field, m.seq;
INSERT INTO contact_changes (tenant_id, contact_id, id, field, cause, cause_id, member_id, at, added, removed)
SELECT m.tenant_id, m.kept_id, m.seq, 'tags', 'merge', m.id, m.member_id, m.merged_at, t.added, '{}'
  FROM contact_merges m
  JOIN contacts d ON d.tenant_id = m.tenant_id AND d.id = m.merged_id
 CROSS JOIN LATERAL (SELECT array_agg(tag) AS added FROM unnest(d.tags) AS tag
                      WHERE NOT coalesce(m.kept_before -> 'tags', '[]') ? tag) AS t
 WHERE t.added IS NOT NULL;
INSERT INTO point_changes (tenant_id, kind, hash, id, from_contact, to_contact, cause, cause_id, member_id, at)
SELECT m.tenant_id, p.kind, p.hash, m.seq, m.merged_id, m.kept_id, 'merge', m.id, m.member_id, m.merged_at
  FROM contact_merges m
 CROSS JOIN LATERAL unnest(m.points) AS moved (hash)
  JOIN contact_points p ON p.tenant_id = m.tenant_id AND p.hash = moved.hash;

ALTER TABLE imports FORCE ROW LEVEL SECURITY;
ALTER TABLE contacts FORCE ROW LEVEL SECURITY;
ALTER TABLE contact_points FORCE ROW LEVEL SECURITY;
ALTER TABLE contact_merges FORCE ROW LEVEL SECURITY;
ALTER TABLE contact_changes FORCE ROW LEVEL SECURITY;
ALTER TABLE point_changes FORCE ROW LEVEL SECURITY;

ALTER TABLE contact_merges
  ALTER COLUMN seq SET DEFAULT nextval('history_order'),
  ALTER COLUMN seq SET NOT NULL;
-- Nobody is part of two others.
CREATE UNIQUE INDEX contact_merges_merged ON contact_merges (tenant_id, merged_id) WHERE undone_at IS NULL;
CREATE INDEX contact_merges_merged_ever ON contact_merges (tenant_id, merged_id) WHERE undone_at IS NOT NULL;
CREATE INDEX contact_merges_action ON contact_merges (tenant_id, action_id) WHERE action_id IS NOT NULL;
CREATE INDEX contact_merges_import ON contact_merges (tenant_id, import_id, id) WHERE import_id IS NOT NULL;
