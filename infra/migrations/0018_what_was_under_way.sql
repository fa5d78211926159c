-- What the migrations before left behind of a database that was in use.

-- Imports under way: the rows of their finished chunks stood in tables that 0017 dropped. Their files are kept until
-- the end, so they begin anew; who is a contact by then is found unchanged. `logged` is false of those from before
-- 0012 only. A half-joined one stays so, because not all that it did can be undone.
ALTER TABLE imports NO FORCE ROW LEVEL SECURITY;
ALTER TABLE import_chunks NO FORCE ROW LEVEL SECURITY;
ALTER TABLE import_rejects NO FORCE ROW LEVEL SECURITY;
DELETE FROM import_chunks c USING imports i
 WHERE i.tenant_id = c.tenant_id AND i.id = c.import_id AND NOT i.logged
   AND i.status IN ('inspecting', 'awaiting_mapping', 'ingesting', 'deduplicating');
DELETE FROM import_rejects r USING imports i
 WHERE i.tenant_id = r.tenant_id AND i.id = r.import_id AND NOT i.logged
   AND i.status IN ('inspecting', 'awaiting_mapping', 'ingesting', 'deduplicating');
UPDATE imports
   SET status = 'queued', logged = status <> 'deduplicating', progressed_at = now(), recoveries = 0,
       total_rows = 0, done_rows = 0, chunks_total = 0, chunks_done = 0, warnings = '[]', columns_sealed = NULL,
       created = 0, updated = 0, merged = 0, duplicate_rows = 0, rejected = 0, unchanged = 0, repaired = 0
 WHERE NOT logged AND status IN ('inspecting', 'awaiting_mapping', 'ingesting', 'deduplicating');
UPDATE imports SET logged = true WHERE NOT logged AND status = 'queued' AND started_at IS NULL;
ALTER TABLE imports FORCE ROW LEVEL SECURITY;
ALTER TABLE import_chunks FORCE ROW LEVEL SECURITY;
ALTER TABLE import_rejects FORCE ROW LEVEL SECURITY;

-- 0015 asked where opt-outs came from; an owner whom row-level security binds saw none of them.
ALTER TABLE opt_outs NO FORCE ROW LEVEL SECURITY;
UPDATE opt_outs SET source = CASE reason WHEN 'carrier' THEN 'carrier' ELSE 'keyword' END
 WHERE source = 'hand' AND reason IN ('carrier', 'reply') AND member_id IS NULL;
ALTER TABLE opt_outs FORCE ROW LEVEL SECURITY;
