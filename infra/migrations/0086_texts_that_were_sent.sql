-- What a campaign said, and which of its texts a recipient got: after "replace content" not the same for all.
ALTER TABLE campaigns ADD COLUMN text_number smallint NOT NULL DEFAULT 1;   -- counted up by replacements
ALTER TABLE recipients ADD COLUMN text_number smallint NOT NULL DEFAULT 1;  -- of the last attempt

CREATE TABLE campaign_texts (
  tenant_id     uuid NOT NULL,
  campaign_id   uuid NOT NULL,
  number        smallint NOT NULL,
  content_hash  bytea NOT NULL,
  PRIMARY KEY (tenant_id, campaign_id, number),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns ON DELETE CASCADE
);
CREATE INDEX campaign_texts_content ON campaign_texts (tenant_id, content_hash);
CALL isolate_by_tenant('campaign_texts');

-- The owner of the tables is bound by row-level security too.
ALTER TABLE campaigns NO FORCE ROW LEVEL SECURITY;
ALTER TABLE campaign_texts NO FORCE ROW LEVEL SECURITY;
INSERT INTO campaign_texts (tenant_id, campaign_id, number, content_hash)
SELECT tenant_id, id, 1, content_hash FROM campaigns WHERE content_hash IS NOT NULL;
ALTER TABLE campaigns FORCE ROW LEVEL SECURITY;
ALTER TABLE campaign_texts FORCE ROW LEVEL SECURITY;
DROP INDEX campaigns_content;
