-- Keys that can be changed while everything runs, and what the privacy law asks a camp to be able to do.

-- The keys of a tenant, wrapped by the master key. 'data' seals values, which carry its number as their first
-- byte; 'index' makes the blind index and never changes with the data key (docs/decisions/0010). A destroyed key
-- keeps its line without the key, so that its number is never given out again.
CREATE TABLE tenant_keys (
  tenant_id     uuid NOT NULL REFERENCES tenants,
  purpose       text NOT NULL,               -- data, index
  number        smallint NOT NULL CHECK (number BETWEEN 1 AND 255),
  wrapped       bytea,                       -- NULL once destroyed
  created_at    timestamptz NOT NULL DEFAULT now(),
  destroyed_at  timestamptz,
  PRIMARY KEY (tenant_id, purpose, number)
);
-- Row security binds the owner too: without this no key would be seen, and all of them lost with the column.
ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY;
INSERT INTO tenant_keys (tenant_id, purpose, number, wrapped, destroyed_at)
SELECT tenant_id, 'data', 1, data_key, CASE WHEN data_key IS NULL THEN now() END FROM tenants;
DO $$
BEGIN
  IF (SELECT count(*) FROM tenants) <> (SELECT count(*) FROM tenant_keys) THEN
    RAISE EXCEPTION 'not every key was moved';
  END IF;
END $$;
ALTER TABLE tenants DROP COLUMN data_key;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CALL isolate_by_tenant('tenant_keys', 'SELECT, INSERT, UPDATE');
CALL let_definer_read('tenant_keys');

-- It asked for tenants that are not erased by the column that went.
CREATE OR REPLACE FUNCTION tenants_to_reindex() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT t.tenant_id FROM tenants t
   WHERE t.search_layout < 2
     AND EXISTS (SELECT 1 FROM tenant_keys k WHERE k.tenant_id = t.tenant_id AND k.wrapped IS NOT NULL)
$$;

-- Keys of the whole installation, wrapped by the master key: the index of login addresses must survive a new
-- master key. 'master' says which master key is the one to wrap with.
CREATE TABLE installation_keys (
  name        text PRIMARY KEY,
  wrapped     bytea NOT NULL,
  updated_at  timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE ON installation_keys TO hanpyo_app;

-- Tenants that have a key which another master key than this one wraps. Ids only.
CREATE FUNCTION tenants_wrapped_otherwise(p_master bytea) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT DISTINCT tenant_id FROM tenant_keys
   WHERE wrapped IS NOT NULL AND (octet_length(wrapped) = 60 OR substring(wrapped FROM 2 FOR 4) <> p_master)
   ORDER BY tenant_id
$$;

-- A change of the data key under way: where it has come to, so that it goes on after a crash.
CREATE TABLE rekeyings (
  tenant_id      uuid NOT NULL REFERENCES tenants,
  id             uuid NOT NULL,
  key_number     smallint NOT NULL,          -- the new key
  status         text NOT NULL,              -- running, waiting (for the last user of the old key), done, failed
  place          jsonb NOT NULL DEFAULT '{}',-- the table and the key in it up to which all is done
  done           bigint NOT NULL DEFAULT 0,
  total          bigint NOT NULL DEFAULT 0,
  error          text,
  member_id      uuid,
  created_at     timestamptz NOT NULL DEFAULT now(),
  progressed_at  timestamptz NOT NULL DEFAULT now(),
  finished_at    timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX rekeyings_open ON rekeyings (tenant_id) WHERE status IN ('running', 'waiting');
CALL isolate_by_tenant('rekeyings');
CALL let_definer_read('rekeyings');

-- Changes of keys that should be moving and have not since a moment. Ids only.
CREATE FUNCTION rekeyings_stalled(p_running timestamptz, p_waiting timestamptz)
RETURNS TABLE (tenant_id uuid, rekeying_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT r.tenant_id, r.id FROM rekeyings r
   WHERE (r.status = 'running' AND r.progressed_at <= p_running)
      OR (r.status = 'waiting' AND r.progressed_at <= p_waiting)
$$;

-- A text of the law's kind as it was shown: a consent points to exactly these words.
CREATE TABLE consent_texts (
  tenant_id    uuid NOT NULL REFERENCES tenants,
  hash         bytea NOT NULL,               -- of the text, keyed
  text_sealed  bytea NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, hash)
);
CALL isolate_by_tenant('consent_texts');

-- Who agreed to what, when and how (개인정보 보호법 제15조, 제22조, 제23조). Kept as proof after the person is
-- erased: then without contact, with the keyed hashes of the points it spoke for.
CREATE TABLE consents (
  tenant_id        uuid NOT NULL REFERENCES tenants,
  id               uuid NOT NULL,
  contact_id       uuid,
  purpose          text NOT NULL,            -- processing, sensitive, advertising, night_advertising, third_party
  channel          text NOT NULL,            -- all, sms, kakao, email, phone
  method           text NOT NULL,            -- paper, web, phone, email, kakao, import, other
  text_hash        bytea,                    -- of consent_texts
  evidence_sealed  bytea,                    -- where the proof lies
  given_at         timestamptz NOT NULL,
  recorded_at      timestamptz NOT NULL DEFAULT now(),
  member_id        uuid,                     -- who wrote it down
  import_id        uuid,
  row_number       integer,
  withdrawn_at     timestamptz,
  withdrawn_how_sealed  bytea,
  withdrawn_by     uuid,
  point_hashes     bytea[],                  -- of an erased person
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX consents_contact ON consents (tenant_id, contact_id, given_at DESC) WHERE contact_id IS NOT NULL;
CREATE INDEX consents_due ON consents (tenant_id, given_at) WHERE withdrawn_at IS NULL;
CREATE UNIQUE INDEX consents_import ON consents (tenant_id, import_id, contact_id, purpose, channel)
  WHERE import_id IS NOT NULL AND withdrawn_at IS NULL;
CALL isolate_by_tenant('consents');

-- Contact points of people who were erased: an import that brings one back must be looked at by an admin.
CREATE TABLE erased_points (
  tenant_id   uuid NOT NULL REFERENCES tenants,
  kind        text NOT NULL,
  hash        bytea NOT NULL,
  erased_at   timestamptz NOT NULL DEFAULT now(),
  cause       text NOT NULL,                 -- request, withdrawal, retention
  PRIMARY KEY (tenant_id, kind, hash)
);
CALL isolate_by_tenant('erased_points');

-- What people asked for (개인정보 보호법 제35조–제37조); an answer is due in ten days (시행령 제41조).
CREATE TABLE privacy_requests (
  tenant_id        uuid NOT NULL REFERENCES tenants,
  id               uuid NOT NULL,
  kind             text NOT NULL,            -- access, correction, erasure, stop, source, withdrawal
  status           text NOT NULL DEFAULT 'open',  -- open, answered, refused
  contact_id       uuid,
  point_hash       bytea,
  detail_sealed    bytea,                    -- what the person said; removed with the person
  answer_sealed    bytea,
  due_on           date NOT NULL,
  member_id        uuid,
  created_at       timestamptz NOT NULL DEFAULT now(),
  answered_at      timestamptz,
  answered_by      uuid,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX privacy_requests_open ON privacy_requests (tenant_id, due_on) WHERE status = 'open';
CREATE INDEX privacy_requests_contact ON privacy_requests (tenant_id, contact_id) WHERE contact_id IS NOT NULL;
CALL isolate_by_tenant('privacy_requests');

-- When what is deleted by itself (개인정보 보호법 제21조).
CREATE TABLE retention_rules (
  tenant_id    uuid NOT NULL REFERENCES tenants,
  id           uuid NOT NULL,
  kind         text NOT NULL,                -- election, source, inactive, import_files, rejects
  days         integer NOT NULL CHECK (days >= 0),
  action       text NOT NULL,                -- erase, report
  election_on  date,                         -- of kind election
  source       text,                         -- of kind source
  enabled      boolean NOT NULL DEFAULT true,
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CALL isolate_by_tenant('retention_rules');

CREATE TABLE retention_runs (
  tenant_id      uuid NOT NULL REFERENCES tenants,
  id             uuid NOT NULL,
  rule_id        uuid,
  kind           text NOT NULL,
  status         text NOT NULL,              -- running, done, failed
  cutoff         timestamptz NOT NULL,
  done           bigint NOT NULL DEFAULT 0,
  total          bigint NOT NULL DEFAULT 0,
  member_id      uuid,                       -- NULL: by the daily schedule
  created_at     timestamptz NOT NULL DEFAULT now(),
  progressed_at  timestamptz NOT NULL DEFAULT now(),
  finished_at    timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX retention_runs_open ON retention_runs (tenant_id, rule_id) WHERE status = 'running';
CALL isolate_by_tenant('retention_runs');
CALL let_definer_read('retention_runs');

CREATE FUNCTION retention_runs_stalled(p_before timestamptz) RETURNS TABLE (tenant_id uuid, run_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT r.tenant_id, r.id FROM retention_runs r WHERE r.status = 'running' AND r.progressed_at <= p_before
$$;

-- Every tenant there is, for the daily round. Ids only.
CREATE FUNCTION all_tenants() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT tenant_id FROM tenants ORDER BY tenant_id $$;

DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['tenants_wrapped_otherwise(bytea)', 'rekeyings_stalled(timestamptz, timestamptz)',
      'retention_runs_stalled(timestamptz)', 'all_tenants()'] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO hanpyo_definer', one);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO hanpyo_app', one);
  END LOOP;
END $$;

-- Merges of before their log: sealed values in a JSON that nothing reads any more.
ALTER TABLE contact_merges NO FORCE ROW LEVEL SECURITY;
UPDATE contact_merges SET kept_before = '{}' WHERE kept_before <> '{}';
ALTER TABLE contact_merges FORCE ROW LEVEL SECURITY;

-- Contacts that were written in by hand before a source was asked for; others without one cannot be written to.
ALTER TABLE contacts NO FORCE ROW LEVEL SECURITY;
UPDATE contacts SET source = '직접 입력'
 WHERE source IS NULL AND legal_basis IS NULL AND import_id IS NULL AND deleted_at IS NULL;
ALTER TABLE contacts FORCE ROW LEVEL SECURITY;

-- What is personal in a timeline is sealed again under a new key, and goes when the person goes.
GRANT UPDATE (detail, detail_sealed) ON contact_events TO hanpyo_app;
-- Finds the people of a source, and those whom nobody has written to, without reading all of a large camp.
CREATE INDEX contacts_source ON contacts (tenant_id, source, id) WHERE deleted_at IS NULL;
