-- Two texts of which the better one goes to the rest; texts that change while a campaign is under way.

-- The second text (B) of a campaign's first step, who tries both, and which one was found the better.
CREATE TABLE campaign_splits (
  tenant_id      uuid NOT NULL,
  campaign_id    uuid NOT NULL,
  subject        text,
  body           text NOT NULL,
  share_percent  smallint NOT NULL,          -- of the audience gets the trial, half of it each text
  is_automatic   boolean NOT NULL,           -- decided by the open rate; else by hand
  after_minutes  integer NOT NULL,           -- since the last text of the trial left
  minimum        integer NOT NULL,           -- delivered, of each text
  chosen         text CHECK (chosen IN ('a', 'b')),
  chosen_at      timestamptz,
  chosen_by      uuid,                       -- NULL: by the rule
  PRIMARY KEY (tenant_id, campaign_id),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns ON DELETE CASCADE
);
CALL isolate_by_tenant('campaign_splits');
CALL let_definer_read('campaign_splits');

-- Who tries which text, drawn at the freeze; NULL: nobody is asked, or the rest, which waits (next_at infinity).
ALTER TABLE recipients ADD COLUMN variant text CHECK (variant IN ('a', 'b'));
CREATE INDEX recipients_trial ON recipients (tenant_id, campaign_id, variant) WHERE variant IS NOT NULL;

-- Which text a message was made of.
ALTER TABLE messages ADD COLUMN variant text, ADD COLUMN content_version smallint NOT NULL DEFAULT 1;

-- Texts of a step that were replaced after its launch, as they were; the step holds the newest version.
CREATE TABLE campaign_contents (
  tenant_id    uuid NOT NULL,
  campaign_id  uuid NOT NULL,
  position     smallint NOT NULL,
  version      smallint NOT NULL,
  variant      text NOT NULL CHECK (variant IN ('a', 'b')),
  subject      text,
  body         text NOT NULL,
  replaced_at  timestamptz NOT NULL,
  member_id    uuid,                         -- who replaced it
  PRIMARY KEY (tenant_id, campaign_id, position, version, variant),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns ON DELETE CASCADE
);
CALL isolate_by_tenant('campaign_contents');
ALTER TABLE campaign_steps ADD COLUMN content_version smallint NOT NULL DEFAULT 1;
-- What a second person must approve before the campaign goes on: its content as it is since a replacement.
ALTER TABLE campaigns ADD COLUMN held_content_hash bytea;

-- Trials that the rule may decide, across tenants: ids only.
CREATE FUNCTION splits_undecided() RETURNS TABLE (tenant_id uuid, campaign_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT c.tenant_id, c.id FROM campaigns c
    JOIN campaign_splits s ON s.tenant_id = c.tenant_id AND s.campaign_id = c.id
   WHERE c.status = 'sending' AND s.is_automatic AND s.chosen IS NULL
$$;
ALTER FUNCTION splits_undecided() OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION splits_undecided() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION splits_undecided() TO hanpyo_app;
