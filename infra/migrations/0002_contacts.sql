-- People, their contact points, the blind search index, imports, and what happened to each contact.
-- *_sealed: AES-256-GCM under the tenant's data key. *_hash: 16-byte keyed hash of the normalised value.

CREATE TABLE contacts (
  tenant_id       uuid NOT NULL REFERENCES tenants,
  id              uuid NOT NULL,             -- UUIDv7: newest first is ORDER BY id DESC
  name_sealed     bytea,
  name_hash       bytea,
  address_sealed  bytea,
  address_hash    bytea,
  birth_sealed    bytea,
  birth_hash      bytea,
  note_sealed     bytea,
  note_hash       bytea,
  custom_sealed   bytea,                     -- JSON object {label: text}
  custom_hash     bytea,
  tags            text[] NOT NULL DEFAULT '{}',
  source          text,
  legal_basis     text,
  import_id       uuid,                      -- the import that created it
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  deleted_at      timestamptz,
  merged_into     uuid,
  PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 90);
CALL isolate_by_tenant('contacts');
CREATE INDEX contacts_live ON contacts (tenant_id, id DESC) WHERE deleted_at IS NULL;

-- One phone, e-mail address or Kakao id. It belongs to exactly one contact of a tenant.
CREATE TABLE contact_points (
  tenant_id     uuid NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('phone', 'email', 'kakao_id')),
  hash          bytea NOT NULL,
  contact_id    uuid NOT NULL,
  value_sealed  bytea NOT NULL,
  textable      boolean NOT NULL DEFAULT false,
  position      smallint NOT NULL DEFAULT 0,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, kind, hash),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts
);
-- With the kind, so that it always beats the primary key for one contact's phones: with old statistics both look
-- alike, and the primary key would read all phones of the camp for each contact.
CREATE INDEX contact_points_contact ON contact_points (tenant_id, contact_id, kind);
CALL isolate_by_tenant('contact_points');

-- The blind index: keyed 32-bit tokens of everything a contact can be found by. Live contacts only.
CREATE TABLE contact_search (
  tenant_id   uuid NOT NULL,
  contact_id  uuid NOT NULL,
  tokens      integer[] NOT NULL,
  PRIMARY KEY (tenant_id, contact_id)
);
CREATE INDEX contact_search_tokens ON contact_search USING gin (tokens);
CALL isolate_by_tenant('contact_search');
CALL let_definer_read('contact_search');

-- Array containment is not leakproof, so row-level security would keep it away from the GIN index.
-- These two functions filter by the transaction's tenant themselves and return ids only.
-- The first collects at most p_cap + 1 matches by the index (rare terms), the second walks the newest
-- contacts until the page is full (common terms): each is fast exactly where the other is not.
CREATE FUNCTION contact_matches(p_tokens integer[], p_cap integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_indexscan = off
AS $$
  SELECT contact_id FROM contact_search
   WHERE tokens @> p_tokens AND tenant_id = current_tenant() LIMIT p_cap + 1
$$;

CREATE FUNCTION newest_contact_matches(p_tokens integer[], p_before uuid, p_limit integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off
AS $$
  SELECT contact_id FROM contact_search
   WHERE tenant_id = current_tenant() AND contact_id < p_before AND tokens @> p_tokens
   ORDER BY contact_id DESC LIMIT p_limit
$$;
ALTER FUNCTION contact_matches(integer[], integer) OWNER TO hanpyo_definer;
ALTER FUNCTION newest_contact_matches(integer[], uuid, integer) OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION contact_matches(integer[], integer), newest_contact_matches(integer[], uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contact_matches(integer[], integer), newest_contact_matches(integer[], uuid, integer) TO hanpyo_app;

-- Counters behind the contact list and the tag filter, kept by statement triggers (no count(*) on a screen).
CREATE TABLE contact_counters (
  tenant_id  uuid NOT NULL,
  tag        text NOT NULL,                  -- '' counts all live contacts
  count      bigint NOT NULL,
  PRIMARY KEY (tenant_id, tag)
);
CALL isolate_by_tenant('contact_counters');

CREATE FUNCTION count_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO contact_counters AS counter (tenant_id, tag, count)
  SELECT tenant_id, tag, sum(change) FROM (
    SELECT tenant_id, unnest(tags || ARRAY['']) AS tag, 1 AS change FROM added WHERE deleted_at IS NULL
    UNION ALL
    SELECT tenant_id, unnest(tags || ARRAY['']), -1 FROM removed WHERE deleted_at IS NULL) AS changes
  GROUP BY tenant_id, tag HAVING sum(change) <> 0 ORDER BY tenant_id, tag
  ON CONFLICT (tenant_id, tag) DO UPDATE SET count = counter.count + excluded.count;
  RETURN NULL;
END $$;
CREATE FUNCTION count_added_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO contact_counters AS counter (tenant_id, tag, count)
  SELECT tenant_id, tag, count(*) FROM (
    SELECT tenant_id, unnest(tags || ARRAY['']) AS tag FROM added WHERE deleted_at IS NULL) AS changes
  GROUP BY tenant_id, tag ORDER BY tenant_id, tag
  ON CONFLICT (tenant_id, tag) DO UPDATE SET count = counter.count + excluded.count;
  RETURN NULL;
END $$;
CREATE TRIGGER count_inserts AFTER INSERT ON contacts
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_contacts();
CREATE TRIGGER count_updates AFTER UPDATE ON contacts
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_contacts();

-- A contact's timeline beside its messages. detail holds ids and words of ours, never personal data;
-- detail_sealed holds what is personal (an inbound text, say).
CREATE TABLE contact_events (
  tenant_id      uuid NOT NULL,
  contact_id     uuid NOT NULL,
  at             timestamptz NOT NULL DEFAULT now(),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  kind           text NOT NULL,
  member_id      uuid,
  import_id      uuid,
  detail         jsonb NOT NULL DEFAULT '{}',
  detail_sealed  bytea,
  PRIMARY KEY (tenant_id, contact_id, at, id)
) PARTITION BY RANGE (at);
CALL isolate_by_tenant('contact_events', 'SELECT, INSERT');

CREATE TABLE contact_merges (
  tenant_id   uuid NOT NULL,
  id          uuid NOT NULL,
  kept_id     uuid NOT NULL,
  merged_id   uuid NOT NULL,
  import_id   uuid,
  member_id   uuid,
  merged_at   timestamptz NOT NULL DEFAULT now(),
  points      bytea[] NOT NULL,              -- hashes of the points that moved
  kept_before jsonb NOT NULL,                -- the kept contact's sealed fields before, base64
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX contact_merges_kept ON contact_merges (tenant_id, kept_id);
CALL isolate_by_tenant('contact_merges');

CREATE TABLE opt_outs (
  tenant_id     uuid NOT NULL REFERENCES tenants,
  id            uuid NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('phone', 'email', 'kakao_id')),
  hash          bytea NOT NULL,              -- outlives the contact, so that no import revives it
  masked_sealed bytea,                       -- 010-****-5678
  reason        text NOT NULL,
  member_id     uuid,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, kind, hash)
);
CALL isolate_by_tenant('opt_outs');

CREATE TABLE segments (
  tenant_id   uuid NOT NULL REFERENCES tenants,
  id          uuid NOT NULL,
  name        text NOT NULL,
  filter      jsonb NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CALL isolate_by_tenant('segments');

CREATE TABLE imports (
  tenant_id         uuid NOT NULL REFERENCES tenants,
  id                uuid NOT NULL,
  status            text NOT NULL,
  file_name_sealed  bytea NOT NULL,
  file_bytes        bigint NOT NULL,
  file_sha256       bytea NOT NULL,
  encoding          text,
  delimiter         text,
  header_row        integer,
  columns_sealed    bytea,                   -- JSON [{header, field, confidence, samples}]
  options_sealed    bytea,                   -- JSON: mapping, on_existing, tags, source, legal_basis
  warnings          jsonb NOT NULL DEFAULT '[]',
  error             jsonb,                   -- {code, message: {ko, en}}
  total_rows        integer NOT NULL DEFAULT 0,
  done_rows         integer NOT NULL DEFAULT 0,
  chunks_total      integer NOT NULL DEFAULT 0,
  chunks_done       integer NOT NULL DEFAULT 0,
  created           integer NOT NULL DEFAULT 0,
  updated           integer NOT NULL DEFAULT 0,
  merged            integer NOT NULL DEFAULT 0,
  duplicate_rows    integer NOT NULL DEFAULT 0,
  rejected          integer NOT NULL DEFAULT 0,
  unchanged         integer NOT NULL DEFAULT 0,
  repaired          integer NOT NULL DEFAULT 0,
  member_id         uuid,
  created_at        timestamptz NOT NULL DEFAULT now(),
  started_at        timestamptz,
  progressed_at     timestamptz NOT NULL DEFAULT now(),
  finished_at       timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX imports_unfinished ON imports (progressed_at)
  WHERE status IN ('queued', 'inspecting', 'ingesting', 'deduplicating', 'undoing');
CALL isolate_by_tenant('imports');
CALL let_definer_read('imports');

CREATE TABLE import_chunks (
  tenant_id   uuid NOT NULL,
  import_id   uuid NOT NULL,
  number      integer NOT NULL,
  first_row   integer NOT NULL,              -- 1-based data row in the file as a person sees it
  rows        integer NOT NULL,
  done_at     timestamptz,
  PRIMARY KEY (tenant_id, import_id, number),
  FOREIGN KEY (tenant_id, import_id) REFERENCES imports ON DELETE CASCADE
);
CALL isolate_by_tenant('import_chunks');

-- Staging: one line per accepted row, sealed and indexed by the worker. Emptied when the import is done.
CREATE TABLE import_rows (
  tenant_id       uuid NOT NULL,
  import_id       uuid NOT NULL,
  row_number      integer NOT NULL,
  contact_id      uuid NOT NULL,             -- the id the contact gets if it is new
  name_sealed     bytea,
  name_hash       bytea,
  address_sealed  bytea,
  address_hash    bytea,
  birth_sealed    bytea,
  birth_hash      bytea,
  note_sealed     bytea,
  note_hash       bytea,
  custom_sealed   bytea,
  custom_hash     bytea,
  tags            text[] NOT NULL DEFAULT '{}',
  tokens          integer[] NOT NULL DEFAULT '{}',  -- of name, address, tags, import
  repaired        boolean NOT NULL DEFAULT false,
  group_row       integer,                   -- smallest row number of the same person in the file
  PRIMARY KEY (tenant_id, import_id, row_number)
);
CALL isolate_by_tenant('import_rows');

CREATE TABLE import_row_points (
  tenant_id     uuid NOT NULL,
  import_id     uuid NOT NULL,
  row_number    integer NOT NULL,
  kind          text NOT NULL,
  hash          bytea NOT NULL,
  value_sealed  bytea NOT NULL,
  textable      boolean NOT NULL,
  position      smallint NOT NULL,
  tokens        integer[] NOT NULL,
  PRIMARY KEY (tenant_id, import_id, row_number, kind, hash)
);
CALL isolate_by_tenant('import_row_points');

CREATE TABLE import_rejects (
  tenant_id     uuid NOT NULL,
  import_id     uuid NOT NULL,
  row_number    integer NOT NULL,
  reason        text NOT NULL,               -- stable code
  cells_sealed  bytea NOT NULL,              -- JSON array of the original cells
  PRIMARY KEY (tenant_id, import_id, row_number),
  FOREIGN KEY (tenant_id, import_id) REFERENCES imports ON DELETE CASCADE
);
CALL isolate_by_tenant('import_rejects');
