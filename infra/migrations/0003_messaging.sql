-- Senders, templates, campaigns, the ledger of messages, delivery reports, quota, links.

CREATE TABLE carrier_accounts (
  tenant_id            uuid NOT NULL REFERENCES tenants,
  id                   uuid NOT NULL,
  carrier              text NOT NULL,
  account_key          text NOT NULL,        -- in the hook address; starts with the tenant's id in hex
  credentials_sealed   bytea NOT NULL,
  messages_per_second  integer NOT NULL DEFAULT 50 CHECK (messages_per_second > 0),
  created_at           timestamptz NOT NULL DEFAULT now(),
  disabled_at          timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, account_key)
);
CALL isolate_by_tenant('carrier_accounts');

CREATE TABLE senders (
  tenant_id      uuid NOT NULL REFERENCES tenants,
  id             uuid NOT NULL,
  kind           text NOT NULL CHECK (kind IN ('phone', 'kakao_channel')),
  value_sealed   bytea NOT NULL,
  value_hash     bytea NOT NULL,
  carrier        text,
  label          text NOT NULL DEFAULT '',
  registered_on  date,
  reported_on    date,                       -- reported to the election commission (규칙 제25조의10)
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  deleted_at     timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX senders_value ON senders (tenant_id, kind, value_hash) WHERE deleted_at IS NULL;
CALL isolate_by_tenant('senders');

CREATE TABLE templates (
  tenant_id            uuid NOT NULL REFERENCES tenants,
  id                   uuid NOT NULL,
  name                 text NOT NULL,
  channel              text NOT NULL,
  subject              text,
  body                 text NOT NULL,
  buttons              jsonb NOT NULL DEFAULT '[]',
  carrier_template_id  text,
  status               text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected')),
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now(),
  deleted_at           timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CALL isolate_by_tenant('templates');

CREATE TABLE campaigns (
  tenant_id     uuid NOT NULL REFERENCES tenants,
  id            uuid NOT NULL,
  name          text NOT NULL,
  purpose       text NOT NULL,
  audience      jsonb NOT NULL,
  status        text NOT NULL DEFAULT 'draft',
  stop_reason   text,
  scheduled_at  timestamptz,
  account_id    uuid,                        -- the carrier account, frozen at launch
  ledger_month  date,                        -- the month (KST) of the launch: partition and quota period of all its messages
  member_id     uuid,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  launched_at   timestamptz,
  finished_at   timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX campaigns_active ON campaigns (status, updated_at)
  WHERE status IN ('scheduled', 'launching', 'sending');
CALL isolate_by_tenant('campaigns');
CALL let_definer_read('campaigns');

CREATE TABLE campaign_steps (
  tenant_id     uuid NOT NULL,
  campaign_id   uuid NOT NULL,
  position      smallint NOT NULL,           -- 1-based
  channel       text NOT NULL,
  sender_id     uuid NOT NULL,
  template_id   uuid,
  subject       text,
  body          text NOT NULL,
  wait_seconds  integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, campaign_id, position),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, sender_id) REFERENCES senders
);
CALL isolate_by_tenant('campaign_steps');

-- One contact frozen into a campaign at launch; a number appears once, whoever it belongs to.
CREATE TABLE recipients (
  tenant_id    uuid NOT NULL,
  campaign_id  uuid NOT NULL,
  id           uuid NOT NULL,
  contact_id   uuid NOT NULL,
  phone_hash   bytea NOT NULL,
  phone_sealed bytea NOT NULL,
  name_sealed  bytea,
  state        text NOT NULL DEFAULT 'queued'
               CHECK (state IN ('queued', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'suppressed')),
  step         smallint NOT NULL DEFAULT 1,
  attempt      smallint NOT NULL DEFAULT 0,
  next_at      timestamptz NOT NULL DEFAULT now(),
  reason       text,
  sent_at      timestamptz,
  clicked_at   timestamptz,
  PRIMARY KEY (tenant_id, campaign_id, id),
  UNIQUE (tenant_id, campaign_id, phone_hash),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns
) WITH (fillfactor = 70);
CREATE INDEX recipients_due ON recipients (tenant_id, campaign_id, step, next_at) WHERE state = 'queued';
CREATE INDEX recipients_contact ON recipients (tenant_id, contact_id, id DESC);
CALL isolate_by_tenant('recipients');
CALL let_definer_read('recipients');

-- Recipients by step and state, kept by triggers: what the monitor polls.
CREATE TABLE campaign_counters (
  tenant_id    uuid NOT NULL,
  campaign_id  uuid NOT NULL,
  step         smallint NOT NULL,
  state        text NOT NULL,
  count        bigint NOT NULL,
  PRIMARY KEY (tenant_id, campaign_id, step, state)
) WITH (fillfactor = 50);
CALL isolate_by_tenant('campaign_counters');

CREATE FUNCTION count_added_recipients() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO campaign_counters AS counter
  SELECT tenant_id, campaign_id, step, state, count(*) FROM added GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  ON CONFLICT (tenant_id, campaign_id, step, state) DO UPDATE SET count = counter.count + excluded.count;
  RETURN NULL;
END $$;
CREATE FUNCTION count_moved_recipients() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO campaign_counters AS counter
  SELECT tenant_id, campaign_id, step, state, sum(change) FROM (
    SELECT tenant_id, campaign_id, step, state, 1 AS change FROM added
    UNION ALL SELECT tenant_id, campaign_id, step, state, -1 FROM removed) AS changes
  GROUP BY 1, 2, 3, 4 HAVING sum(change) <> 0 ORDER BY 1, 2, 3, 4
  ON CONFLICT (tenant_id, campaign_id, step, state) DO UPDATE SET count = counter.count + excluded.count;
  RETURN NULL;
END $$;
CREATE TRIGGER count_inserts AFTER INSERT ON recipients
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_recipients();
CREATE TRIGGER count_updates AFTER UPDATE ON recipients
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_moved_recipients();

-- The ledger: one row per attempt, written before the carrier is called. All rows of a campaign share its
-- ledger_month, so the uniqueness of (recipient, step, attempt) holds across the partitions.
CREATE TABLE messages (
  tenant_id           uuid NOT NULL,
  ledger_month        date NOT NULL,
  id                  uuid NOT NULL,         -- our reference at the carrier
  campaign_id         uuid,                  -- NULL: a test send
  recipient_id        uuid,
  contact_id          uuid,
  account_id          uuid NOT NULL,
  sender_id           uuid NOT NULL,
  step                smallint NOT NULL,
  attempt             smallint NOT NULL,
  channel             text NOT NULL,
  kind                text NOT NULL,
  state               text NOT NULL CHECK (state IN ('sending', 'accepted', 'delivered', 'failed', 'unknown', 'withdrawn')),
  code                text,                  -- the carrier's latest code
  reason              text,                  -- our reason class
  body_hash           bytea,                 -- SHA-256 of the rendered text, keyed by the tenant
  carrier_group_id    text,
  carrier_message_id  text,
  deadline            timestamptz NOT NULL,  -- after it a 'sending' row counts as lost
  attempted_at        timestamptz NOT NULL DEFAULT now(),
  accepted_at         timestamptz,
  settled_at          timestamptz,
  next_look_up_at     timestamptz,
  look_ups            smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, ledger_month, id),
  UNIQUE (tenant_id, ledger_month, campaign_id, recipient_id, step, attempt)
) PARTITION BY RANGE (ledger_month);
CREATE INDEX messages_carrier_id ON messages (tenant_id, carrier_message_id) WHERE carrier_message_id IS NOT NULL;
CREATE INDEX messages_unsettled ON messages (tenant_id, state, next_look_up_at) WHERE state IN ('sending', 'accepted', 'unknown');
CREATE INDEX messages_contact ON messages (tenant_id, contact_id, attempted_at DESC);
CALL isolate_by_tenant('messages');
CALL let_definer_read('messages');

-- What happened per 5 seconds of a campaign: the monitor's chart.
CREATE TABLE campaign_series (
  tenant_id    uuid NOT NULL,
  campaign_id  uuid NOT NULL,
  at           timestamptz NOT NULL,
  accepted     integer NOT NULL DEFAULT 0,
  delivered    integer NOT NULL DEFAULT 0,
  failed       integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, campaign_id, at)
);
CALL isolate_by_tenant('campaign_series');

-- Webhook bodies as they came (sealed): answered at once, applied by an actor.
CREATE TABLE report_inbox (
  tenant_id    uuid NOT NULL,
  id           bigint GENERATED ALWAYS AS IDENTITY,
  account_id   uuid NOT NULL,
  kind         text NOT NULL CHECK (kind IN ('reports', 'inbound')),
  body_sealed  bytea NOT NULL,
  received_at  timestamptz NOT NULL DEFAULT now(),
  applied_at   timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX report_inbox_waiting ON report_inbox (tenant_id, id) WHERE applied_at IS NULL;
CALL isolate_by_tenant('report_inbox');
CALL let_definer_read('report_inbox');

CREATE TABLE quotas (
  tenant_id       uuid NOT NULL REFERENCES tenants,
  period          date NOT NULL,             -- first day of the month, Asia/Seoul
  limit_messages  integer NOT NULL,
  used            integer NOT NULL DEFAULT 0 CHECK (used >= 0),
  reserved        integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  PRIMARY KEY (tenant_id, period)
);
CALL isolate_by_tenant('quotas');

-- Tracked short links, one per recipient and address. The token is 64 random bits.
CREATE TABLE links (
  tenant_id     uuid NOT NULL,
  token         bigint NOT NULL,
  campaign_id   uuid NOT NULL,
  recipient_id  uuid NOT NULL,
  url           text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  clicked_at    timestamptz,
  clicks        integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, token)
);
CREATE INDEX links_token ON links (token);
CALL isolate_by_tenant('links');
CALL let_definer_read('links');

CREATE FUNCTION link_tenant(p_token bigint) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT tenant_id FROM links WHERE token = p_token LIMIT 1 $$;
ALTER FUNCTION link_tenant(bigint) OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION link_tenant(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION link_tenant(bigint) TO hanpyo_app;

-- Monthly partitions of the ledger and of the contacts' events, made ahead of time.
-- A partition is reached through its parent only: the application role gets no right on it.
CREATE FUNCTION ensure_partitions(p_from date, p_months integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  parent text; month date; child text;
BEGIN
  IF p_months > 24 THEN
    RAISE EXCEPTION 'at most 24 months ahead';
  END IF;
  FOREACH parent IN ARRAY ARRAY['messages', 'contact_events'] LOOP
    FOR step IN 0 .. p_months - 1 LOOP
      month := (date_trunc('month', p_from) + make_interval(months => step))::date;
      child := format('%s_%s', parent, to_char(month, 'YYYY_MM'));
      IF to_regclass(child) IS NULL THEN
        EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                       child, parent, month, (month + interval '1 month')::date);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', child);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', child);
      END IF;
    END LOOP;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION ensure_partitions(date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_partitions(date, integer) TO hanpyo_app;
SELECT ensure_partitions((now() - interval '1 month')::date, 6);
