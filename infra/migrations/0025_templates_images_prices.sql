-- Templates with versions, pictures for MMS, prices of an account and what a campaign spent.

-- An edit makes a new version; a campaign keeps the one it was written with, so what was checked at its launch
-- is what leaves. `templates` shows the newest.
CREATE TABLE template_versions (
  tenant_id            uuid NOT NULL,
  template_id          uuid NOT NULL,
  version              integer NOT NULL CHECK (version > 0),
  subject              text,
  body                 text NOT NULL,
  buttons              jsonb NOT NULL DEFAULT '[]',
  carrier_template_id  text,
  sender_id            uuid,                  -- the Kakao channel it was handed in for
  status               text NOT NULL DEFAULT 'pending'
                       CHECK (status IN ('pending', 'inspecting', 'approved', 'rejected', 'stopped')),
  comment              text,                  -- the reviewers' last word
  member_id            uuid,
  created_at           timestamptz NOT NULL DEFAULT now(),
  looked_at            timestamptz,           -- when the carrier was last asked about its review
  PRIMARY KEY (tenant_id, template_id, version),
  FOREIGN KEY (tenant_id, template_id) REFERENCES templates
);
CREATE INDEX template_versions_inspecting ON template_versions (tenant_id) WHERE status = 'inspecting';
CALL isolate_by_tenant('template_versions');
CALL let_definer_read('template_versions');

ALTER TABLE templates
  ADD COLUMN version integer NOT NULL DEFAULT 1,
  ADD COLUMN comment text,
  DROP CONSTRAINT templates_status_check,
  ADD CONSTRAINT templates_status_check
      CHECK (status IN ('pending', 'inspecting', 'approved', 'rejected', 'stopped'));
ALTER TABLE campaign_steps ADD COLUMN template_version integer, ADD COLUMN image_id uuid;

-- The owner of the tables is bound by row-level security too.
ALTER TABLE templates NO FORCE ROW LEVEL SECURITY;
ALTER TABLE template_versions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE campaign_steps NO FORCE ROW LEVEL SECURITY;
INSERT INTO template_versions (tenant_id, template_id, version, subject, body, buttons, carrier_template_id, status,
                               created_at)
SELECT tenant_id, id, 1, subject, body, buttons, carrier_template_id, status, updated_at FROM templates;
UPDATE campaign_steps SET template_version = 1 WHERE template_id IS NOT NULL;
ALTER TABLE templates FORCE ROW LEVEL SECURITY;
ALTER TABLE template_versions FORCE ROW LEVEL SECURITY;
ALTER TABLE campaign_steps FORCE ROW LEVEL SECURITY;

-- Camps that wait for Kakao's reviewers, across tenants: ids only.
CREATE FUNCTION tenants_inspecting() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT DISTINCT v.tenant_id FROM template_versions v WHERE v.status = 'inspecting' $$;
ALTER FUNCTION tenants_inspecting() OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION tenants_inspecting() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants_inspecting() TO hanpyo_app;

-- A picture for MMS, normalised to the carriers' limits; the JPEG lies sealed in the storage.
CREATE TABLE images (
  tenant_id    uuid NOT NULL REFERENCES tenants,
  id           uuid NOT NULL,
  name_sealed  bytea NOT NULL,
  bytes        integer NOT NULL,
  width        integer NOT NULL,
  height       integer NOT NULL,
  member_id    uuid,
  created_at   timestamptz NOT NULL DEFAULT now(),
  deleted_at   timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CALL isolate_by_tenant('images');

-- A picture at a carrier: uploaded once for each account, again when the carrier has let it go.
CREATE TABLE carrier_images (
  tenant_id         uuid NOT NULL,
  image_id          uuid NOT NULL,
  account_id        uuid NOT NULL,
  carrier_image_id  text NOT NULL,
  expires_at        timestamptz,              -- NULL: never
  uploaded_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, image_id, account_id),
  FOREIGN KEY (tenant_id, image_id) REFERENCES images
);
CALL isolate_by_tenant('carrier_images');

-- What an account asks for a message of a kind, in won; a kind that is missing costs the list price.
ALTER TABLE carrier_accounts ADD COLUMN prices jsonb NOT NULL DEFAULT '{}';
ALTER TABLE campaigns ADD COLUMN prices jsonb;   -- as they were at the launch

-- Messages that the carrier took, by kind: what a campaign spent, without a count(*) over its ledger.
CREATE TABLE campaign_spend (
  tenant_id    uuid NOT NULL,
  campaign_id  uuid NOT NULL,
  kind         text NOT NULL,
  messages     bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, campaign_id, kind)
) WITH (fillfactor = 50);
CALL isolate_by_tenant('campaign_spend');
