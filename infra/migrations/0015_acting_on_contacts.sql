-- What staff do with many contacts at once: bulk actions, exports, saved views; notes; opt-outs by channel.

-- A bulk action over the contacts it found at its start. Whoever is found later is not touched.
CREATE TABLE bulk_actions (
  tenant_id      uuid NOT NULL REFERENCES tenants,
  id             uuid NOT NULL,
  action         text NOT NULL CHECK (action IN ('tag', 'untag', 'delete')),
  tags           text[] NOT NULL DEFAULT '{}',
  status         text NOT NULL DEFAULT 'queued'
                 CHECK (status IN ('queued', 'running', 'completed', 'undoing', 'undone', 'failed')),
  error          text,                       -- key of the sentence that says why it failed
  total          integer NOT NULL,
  done           integer NOT NULL DEFAULT 0,
  changed        integer NOT NULL DEFAULT 0,
  restored       integer NOT NULL DEFAULT 0,  -- by undo: contacts that are as they were before
  kept           integer NOT NULL DEFAULT 0,  -- by undo: contacts on which a later change stays
  member_id      uuid NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  progressed_at  timestamptz NOT NULL DEFAULT now(),
  finished_at    timestamptz,
  erased_at      timestamptz,                 -- what it deleted is gone for good
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX bulk_actions_unfinished ON bulk_actions (progressed_at) WHERE status IN ('queued', 'running', 'undoing');
CREATE INDEX bulk_actions_deletions ON bulk_actions (finished_at) WHERE action = 'delete' AND erased_at IS NULL;
CALL isolate_by_tenant('bulk_actions');
CALL let_definer_read('bulk_actions');

-- A file of contacts, sealed in storage until it expires.
CREATE TABLE exports (
  tenant_id      uuid NOT NULL REFERENCES tenants,
  id             uuid NOT NULL,
  format         text NOT NULL CHECK (format IN ('csv', 'xlsx')),
  columns        text[] NOT NULL,
  reason         text NOT NULL,
  language       text NOT NULL,               -- of the column headers
  status         text NOT NULL DEFAULT 'queued'
                 CHECK (status IN ('queued', 'running', 'completed', 'failed', 'expired')),
  error          text,
  total          integer NOT NULL,
  done           integer NOT NULL DEFAULT 0,
  rows           integer,                     -- in the finished file: contacts deleted meanwhile are left out
  attempt        integer NOT NULL DEFAULT 0,  -- a later attempt makes an earlier one stop
  member_id      uuid NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  progressed_at  timestamptz NOT NULL DEFAULT now(),
  finished_at    timestamptz,
  expires_at     timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX exports_unfinished ON exports (progressed_at) WHERE status IN ('queued', 'running');
CREATE INDEX exports_expiring ON exports (expires_at) WHERE status = 'completed';
CALL isolate_by_tenant('exports');
CALL let_definer_read('exports');

-- The contacts that a bulk action or an export found at its start, some thousand ids in each piece: a row for
-- each contact took five times as long to write and to read.
CREATE TABLE selection_pieces (
  tenant_id    uuid NOT NULL,
  job_id       uuid NOT NULL,                -- a bulk action or an export
  number       integer NOT NULL,
  contact_ids  uuid[] NOT NULL,              -- in their order
  done_at      timestamptz,
  undone_at    timestamptz,
  PRIMARY KEY (tenant_id, job_id, number)
);
CALL isolate_by_tenant('selection_pieces');

-- Contacts that a bulk action deleted and that can still be restored. Their points lie in point_changes, free to
-- be taken by somebody else; the contact itself is where it was, with deleted_at set.
CREATE TABLE deleted_contacts (
  tenant_id   uuid NOT NULL,
  contact_id  uuid NOT NULL,
  bulk_id     uuid NOT NULL,
  deleted_at  timestamptz NOT NULL DEFAULT now(),
  search      jsonb,                         -- its row of contact_search: keyed tokens, nothing to read
  PRIMARY KEY (tenant_id, contact_id)
);
CREATE INDEX deleted_contacts_bulk ON deleted_contacts (tenant_id, bulk_id, contact_id);
CALL isolate_by_tenant('deleted_contacts');

-- Changes are found by their cause, and in pieces of contacts. With the tenant in front, a planner without
-- statistics of the changes made a moment ago took this index for the primary key as well, and read all changes of
-- the camp for each contact: undoing 20,000 tags took 46 s. The id of a cause is nobody else's.
DROP INDEX contact_changes_cause;
CREATE INDEX contact_changes_cause ON contact_changes (cause_id, contact_id);
DROP INDEX point_changes_cause;
CREATE INDEX point_changes_cause ON point_changes (cause_id, from_contact);

CREATE TABLE contact_views (
  tenant_id     uuid NOT NULL REFERENCES tenants,
  id            uuid NOT NULL,
  member_id     uuid NOT NULL,
  name_sealed   bytea NOT NULL,
  query_sealed  bytea NOT NULL,              -- JSON; what is searched for may be a person's name
  shared        boolean NOT NULL DEFAULT false,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CALL isolate_by_tenant('contact_views');

CREATE TABLE contact_notes (
  tenant_id    uuid NOT NULL,
  id           uuid NOT NULL,
  contact_id   uuid NOT NULL,
  member_id    uuid NOT NULL,
  text_sealed  bytea NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts
);
CREATE INDEX contact_notes_contact ON contact_notes (tenant_id, contact_id, created_at DESC);
CALL isolate_by_tenant('contact_notes');

-- An opt-out is for one channel or for all, and says where it came from.
ALTER TABLE opt_outs
  ADD COLUMN channel text NOT NULL DEFAULT 'all' CHECK (channel IN ('all', 'sms', 'kakao', 'email')),
  ADD COLUMN source  text NOT NULL DEFAULT 'hand' CHECK (source IN ('hand', 'file', 'carrier', 'keyword', 'link'));
UPDATE opt_outs SET source = CASE reason WHEN 'carrier' THEN 'carrier' WHEN 'reply' THEN 'keyword' ELSE 'hand' END;
ALTER TABLE opt_outs DROP CONSTRAINT opt_outs_tenant_id_kind_hash_key;
ALTER TABLE opt_outs ADD CONSTRAINT opt_outs_point_channel UNIQUE (tenant_id, kind, hash, channel);

-- Who has lost or overdue work, across tenants. Ids only.
CREATE FUNCTION bulk_actions_stalled(p_before timestamptz) RETURNS TABLE (tenant_id uuid, bulk_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT b.tenant_id, b.id FROM bulk_actions b
   WHERE b.status IN ('queued', 'running', 'undoing') AND b.progressed_at <= p_before
$$;
CREATE FUNCTION bulk_deletions_due(p_before timestamptz) RETURNS TABLE (tenant_id uuid, bulk_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT b.tenant_id, b.id FROM bulk_actions b
   WHERE b.action = 'delete' AND b.erased_at IS NULL AND b.finished_at <= p_before
     AND b.status IN ('completed', 'failed')
$$;
CREATE FUNCTION exports_stalled(p_before timestamptz) RETURNS TABLE (tenant_id uuid, export_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT e.tenant_id, e.id FROM exports e WHERE e.status IN ('queued', 'running') AND e.progressed_at <= p_before
$$;
CREATE FUNCTION exports_expired(p_now timestamptz) RETURNS TABLE (tenant_id uuid, export_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT e.tenant_id, e.id FROM exports e WHERE e.status = 'completed' AND e.expires_at <= p_now
$$;

DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['bulk_actions_stalled(timestamptz)', 'bulk_deletions_due(timestamptz)',
      'exports_stalled(timestamptz)', 'exports_expired(timestamptz)'] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO hanpyo_definer', one);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO hanpyo_app', one);
  END LOOP;
END $$;
