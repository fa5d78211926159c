-- The law's registers: elections, the candidate, counted sends, approvals, freezes, verdicts that stay.

CREATE TABLE elections (
  tenant_id     uuid NOT NULL REFERENCES tenants,
  id            uuid NOT NULL,
  kind          text NOT NULL,                -- shared/compliance/election_dates.py: the days follow from it
  name          text NOT NULL,
  election_day  date NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CALL isolate_by_tenant('elections');

-- The one candidate (or lawmaker, or party) whose hub this is. What it says about people is sealed.
CREATE TABLE candidates (
  tenant_id          uuid NOT NULL REFERENCES tenants,
  id                 uuid NOT NULL,
  election_id        uuid,
  organisation       text NOT NULL,           -- camp, lawmaker_office, party
  words_sealed       bytea NOT NULL,          -- name, numbers to be shown, names of other candidates
  refusal_tested_on  date,
  pre_registered_on  date,                    -- as pre-candidate (제60조의2)
  registered_on      date,                    -- as candidate (제49조)
  registration_no    text,
  withdrawn_on       date,                    -- first day without the status
  term_from          date,                    -- of a lawmaker
  term_until         date,
  insert_wording     boolean NOT NULL DEFAULT true,
  updated_at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id),
  FOREIGN KEY (tenant_id, election_id) REFERENCES elections
);
CALL isolate_by_tenant('candidates');

-- Automatic election texts (제59조 제2호): of this hub by campaign, of elsewhere by hand. One campaign counts once in
-- a window; what it sends after the window is another send, with the next number.
CREATE TABLE election_sends (
  tenant_id    uuid NOT NULL REFERENCES tenants,
  id           uuid NOT NULL,
  election_id  uuid,                          -- NULL: launched before elections were kept here
  campaign_id  uuid,                          -- NULL: made elsewhere
  number       smallint NOT NULL DEFAULT 1,   -- of the campaign's windows
  sent_on      date NOT NULL,
  window_ends  timestamptz,
  recipients   integer,
  note         text NOT NULL DEFAULT '',
  member_id    uuid,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, campaign_id, number),
  FOREIGN KEY (tenant_id, election_id) REFERENCES elections,
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns
);
CREATE INDEX election_sends_election ON election_sends (tenant_id, election_id, sent_on);
CALL isolate_by_tenant('election_sends');

-- Whatever was launched before counts for every election after it. Row security binds the owner too.
ALTER TABLE campaigns NO FORCE ROW LEVEL SECURITY;
ALTER TABLE campaign_steps NO FORCE ROW LEVEL SECURITY;
ALTER TABLE election_sends NO FORCE ROW LEVEL SECURITY;
INSERT INTO election_sends (tenant_id, id, campaign_id, sent_on, window_ends)
SELECT c.tenant_id, uuid_v7(), c.id, (start.at AT TIME ZONE 'Asia/Seoul')::date, start.at + interval '24 hours'
  FROM campaigns c
 CROSS JOIN LATERAL (SELECT greatest(c.launched_at, coalesce(c.scheduled_at, c.launched_at)) AS at) AS start
 WHERE c.purpose = 'election_campaign' AND c.launched_at IS NOT NULL
   AND EXISTS (SELECT 1 FROM campaign_steps s
                WHERE s.tenant_id = c.tenant_id AND s.campaign_id = c.id AND s.channel IN ('sms', 'lms', 'mms'));
ALTER TABLE campaigns FORCE ROW LEVEL SECURITY;
ALTER TABLE campaign_steps FORCE ROW LEVEL SECURITY;
ALTER TABLE election_sends FORCE ROW LEVEL SECURITY;

-- What only people can know of a campaign: AI media, polls, surveys.
CREATE TABLE campaign_declarations (
  tenant_id    uuid NOT NULL,
  campaign_id  uuid NOT NULL,
  declared     jsonb NOT NULL,
  member_id    uuid,
  updated_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, campaign_id),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns ON DELETE CASCADE
);
CALL isolate_by_tenant('campaign_declarations');

-- A second person's word on exactly one content: another hash is another content.
CREATE TABLE approvals (
  tenant_id     uuid NOT NULL REFERENCES tenants,
  id            uuid NOT NULL,
  campaign_id   uuid NOT NULL,
  content_hash  bytea NOT NULL,
  rules         text[] NOT NULL,
  note          text NOT NULL DEFAULT '',
  requested_by  uuid NOT NULL,
  requested_at  timestamptz NOT NULL DEFAULT now(),
  state         text NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'approved', 'refused')),
  decided_by    uuid,
  decided_at    timestamptz,
  decision_note text NOT NULL DEFAULT '',
  CHECK (decided_by IS DISTINCT FROM requested_by),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns ON DELETE CASCADE
);
CREATE UNIQUE INDEX approvals_content ON approvals (tenant_id, campaign_id, content_hash);
CREATE INDEX approvals_waiting ON approvals (tenant_id, requested_at) WHERE state = 'requested';
CALL isolate_by_tenant('approvals');

-- 발송 중지·자료 보전 (제82조의4): of everything, or of one campaign. Lifted ones stay.
CREATE TABLE freezes (
  tenant_id    uuid NOT NULL REFERENCES tenants,
  id           uuid NOT NULL,
  campaign_id  uuid,
  reason       text NOT NULL,
  ordered_by   text NOT NULL DEFAULT '',      -- which authority, its reference
  member_id    uuid NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  lifted_at    timestamptz,
  lifted_by    uuid,
  lift_reason  text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns
);
CREATE INDEX freezes_in_force ON freezes (tenant_id) WHERE lifted_at IS NULL;
CALL isolate_by_tenant('freezes', 'SELECT, INSERT, UPDATE');

-- The verdicts of a campaign with the facts they were made of. One line per launch; batches that find the same
-- again only count.
CREATE TABLE compliance_checks (
  tenant_id     uuid NOT NULL REFERENCES tenants,
  id            bigint GENERATED ALWAYS AS IDENTITY,
  campaign_id   uuid NOT NULL,
  moment        text NOT NULL,                -- launch, batch
  step          smallint NOT NULL DEFAULT 0,
  rule_set      text NOT NULL,
  verdicts      jsonb NOT NULL,
  facts_sealed  bytea,
  content_hash  bytea,
  checks        integer NOT NULL DEFAULT 1,
  first_at      timestamptz NOT NULL,
  last_at       timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 70);
CREATE INDEX compliance_checks_campaign ON compliance_checks (tenant_id, campaign_id, id DESC);
CALL isolate_by_tenant('compliance_checks', 'SELECT, INSERT, UPDATE');

-- Members who said that 제60조 제1항 does not forbid them to campaign.
CREATE TABLE attestations (
  tenant_id  uuid NOT NULL REFERENCES tenants,
  member_id  uuid NOT NULL,
  at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, member_id)
);
CALL isolate_by_tenant('attestations', 'SELECT, INSERT');

-- The hash of what a campaign sends, for "the same text within 24 hours"; which consents its people need.
ALTER TABLE campaigns ADD COLUMN content_hash bytea, ADD COLUMN consents_needed text[] NOT NULL DEFAULT '{}';
CREATE INDEX campaigns_content ON campaigns (tenant_id, content_hash, launched_at) WHERE content_hash IS NOT NULL;

-- Who was merged into whom: their consents are one person's.
CREATE INDEX contacts_merged ON contacts (tenant_id, merged_into) WHERE merged_into IS NOT NULL;

-- What the network act asks to be told: the result of a consent and of its withdrawal within 14 days, and the
-- consent itself every two years.
ALTER TABLE consents
  ADD COLUMN given_told_at      timestamptz,
  ADD COLUMN withdrawn_told_at  timestamptz,
  ADD COLUMN reconfirmed_at     timestamptz;
