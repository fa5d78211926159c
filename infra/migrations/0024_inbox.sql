-- The inbox: what people write back, what the camp answers, one conversation for each of their numbers.

-- One number or Kakao user that wrote or was written to. Whose it is, is asked of contact_points when it is
-- shown: a stranger's conversation is the contact's from the moment the contact appears, and moves with a merge.
CREATE TABLE conversations (
  tenant_id    uuid NOT NULL REFERENCES tenants,
  id           uuid NOT NULL,
  kind         text NOT NULL CHECK (kind IN ('phone', 'kakao_key')),
  peer_hash    bytea NOT NULL,               -- of a phone: as in contact_points
  peer_sealed  bytea NOT NULL,
  status       text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
  assignee_id  uuid,
  unread       integer NOT NULL DEFAULT 0 CHECK (unread >= 0),
  sender_id    uuid,                         -- the number of ours that was written to last
  last_at      timestamptz NOT NULL,
  version      bigint NOT NULL DEFAULT 0,    -- of inbox_heads, at the last change
  created_at   timestamptz NOT NULL DEFAULT now(),
  closed_at    timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, kind, peer_hash)
);
CREATE INDEX conversations_newest ON conversations (tenant_id, last_at DESC, id DESC);
CREATE INDEX conversations_open ON conversations (tenant_id, last_at DESC, id DESC) WHERE status = 'open';
CREATE INDEX conversations_unread ON conversations (tenant_id, last_at DESC, id DESC) WHERE unread > 0;
CREATE INDEX conversations_changed ON conversations (tenant_id, version);
CALL isolate_by_tenant('conversations');

-- The number of the last change to a camp's inbox. Its row is locked from a change to its commit, so whoever
-- has read version n will find every later change behind it: what a screen asks each few seconds.
CREATE TABLE inbox_heads (
  tenant_id  uuid PRIMARY KEY REFERENCES tenants,
  version    bigint NOT NULL DEFAULT 0
);
CALL isolate_by_tenant('inbox_heads');

-- What was written. An answer of ours waits here until it is handed to the ledger (message_id), so that a
-- worker that dies before loses nothing, and one that dies after sends nothing twice.
CREATE TABLE conversation_messages (
  tenant_id        uuid NOT NULL,
  id               uuid NOT NULL,
  conversation_id  uuid NOT NULL,
  direction        text NOT NULL CHECK (direction IN ('in', 'out')),
  purpose          text NOT NULL DEFAULT 'message' CHECK (purpose IN ('message', 'refusal', 'confirmation')),
  channel          text NOT NULL DEFAULT 'sms' CHECK (channel IN ('sms', 'kakao')),
  text_sealed      bytea NOT NULL,
  at               timestamptz NOT NULL,
  account_id       uuid,                      -- in: whose carrier brought it
  carrier_key      bytea,                     -- in: keyed hash of the carrier's id, or of what it said
  member_id        uuid,                      -- out: who answered; NULL: the confirmation of a refusal
  request_key      bytea,                     -- out: keyed hash of the Idempotency-Key
  sender_id        uuid,
  state            text CHECK (state IN ('waiting', 'handed', 'done', 'given_up')),
  reason           text,                      -- why it was given up
  attempts         smallint NOT NULL DEFAULT 0,
  next_at          timestamptz,
  ledger_month     date,
  message_id       uuid,                      -- the latest attempt in the ledger
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
CREATE INDEX conversation_messages_thread ON conversation_messages (tenant_id, conversation_id, at DESC, id DESC);
CREATE UNIQUE INDEX conversation_messages_carrier ON conversation_messages (tenant_id, account_id, carrier_key)
  WHERE carrier_key IS NOT NULL;
CREATE UNIQUE INDEX conversation_messages_request ON conversation_messages (tenant_id, conversation_id, request_key)
  WHERE request_key IS NOT NULL;
CREATE INDEX conversation_messages_due ON conversation_messages (next_at) WHERE state IN ('waiting', 'handed');
CALL isolate_by_tenant('conversation_messages');
CALL let_definer_read('conversation_messages');

-- Answers that are to be sent or looked after, across tenants: ids only.
CREATE FUNCTION replies_due(p_now timestamptz) RETURNS TABLE (tenant_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT m.tenant_id, m.id FROM conversation_messages m
   WHERE m.state IN ('waiting', 'handed') AND m.next_at <= p_now ORDER BY m.next_at LIMIT 500
$$;
ALTER FUNCTION replies_due(timestamptz) OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION replies_due(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION replies_due(timestamptz) TO hanpyo_app;

CREATE TABLE canned_replies (
  tenant_id   uuid NOT NULL REFERENCES tenants,
  id          uuid NOT NULL,
  title       text NOT NULL,
  body        text NOT NULL,
  member_id   uuid,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CALL isolate_by_tenant('canned_replies');
