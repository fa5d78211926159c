-- Tenants, members, sessions, and the helpers that put a table under tenant isolation.

CREATE EXTENSION IF NOT EXISTS pgcrypto;

-- The tenant of the running transaction; NULL (matches no row) when none is set.
CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::uuid $$;

-- Every tenant table passes through here: forced row-level security and rights for the application role.
CREATE PROCEDURE isolate_by_tenant(target regclass, rights text DEFAULT 'SELECT, INSERT, UPDATE, DELETE')
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY tenant_isolation ON %s TO hanpyo_app
                  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant())', target);
  EXECUTE format('GRANT %s ON %s TO hanpyo_app', rights, target);
END $$;

-- Opens a table for reading to the owner of the narrow SECURITY DEFINER functions, and to nobody else.
CREATE PROCEDURE let_definer_read(target regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE POLICY definer_reads ON %s FOR SELECT TO hanpyo_definer USING (true)', target);
  EXECUTE format('GRANT SELECT ON %s TO hanpyo_definer', target);
END $$;

GRANT USAGE ON SCHEMA public TO hanpyo_app, hanpyo_definer;
-- A function's owner must be allowed to create in its schema. The definer cannot log in.
GRANT CREATE ON SCHEMA public TO hanpyo_definer;

CREATE TABLE tenants (
  tenant_id      uuid PRIMARY KEY,
  name           text NOT NULL,
  data_key       bytea,                      -- wrapped by the master key; NULL once the tenant is erased
  monthly_limit  integer NOT NULL DEFAULT 100000 CHECK (monthly_limit >= 0),
  created_at     timestamptz NOT NULL DEFAULT now()
);
CALL isolate_by_tenant('tenants', 'SELECT, INSERT, UPDATE');
CALL let_definer_read('tenants');

CREATE TABLE members (
  tenant_id      uuid NOT NULL REFERENCES tenants,
  id             uuid NOT NULL,
  email_sealed   bytea NOT NULL,
  name_sealed    bytea NOT NULL,
  password_hash  text,                       -- NULL until an invitation is accepted
  role           text NOT NULL CHECK (role IN ('owner', 'admin', 'staff')),
  status         text NOT NULL CHECK (status IN ('active', 'invited', 'disabled')),
  failed_logins  integer NOT NULL DEFAULT 0,
  locked_until   timestamptz,
  last_login_at  timestamptz,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CALL isolate_by_tenant('members');

-- Whose login a keyed e-mail hash is. Crosses tenants, so the application reaches it by three functions only.
CREATE TABLE logins (
  email_hash  bytea PRIMARY KEY,
  tenant_id   uuid NOT NULL,
  member_id   uuid NOT NULL,
  FOREIGN KEY (tenant_id, member_id) REFERENCES members ON DELETE CASCADE
);
CREATE INDEX logins_member ON logins (tenant_id, member_id);
ALTER TABLE logins ENABLE ROW LEVEL SECURITY;
ALTER TABLE logins FORCE ROW LEVEL SECURITY;
CREATE POLICY definer_only ON logins TO hanpyo_definer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON logins TO hanpyo_definer;

CREATE FUNCTION find_login(p_email_hash bytea) RETURNS TABLE (tenant_id uuid, member_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT l.tenant_id, l.member_id FROM logins l WHERE l.email_hash = p_email_hash $$;

-- Claims an address for a member of the current tenant; false when somebody has it.
CREATE FUNCTION claim_login(p_email_hash bytea, p_member_id uuid) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH claimed AS (
    INSERT INTO logins SELECT p_email_hash, current_tenant(), p_member_id
    ON CONFLICT DO NOTHING RETURNING 1)
  SELECT EXISTS (SELECT 1 FROM claimed)
$$;

CREATE FUNCTION release_login(p_member_id uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$ DELETE FROM logins WHERE tenant_id = current_tenant() AND member_id = p_member_id $$;

ALTER FUNCTION find_login(bytea) OWNER TO hanpyo_definer;
ALTER FUNCTION claim_login(bytea, uuid) OWNER TO hanpyo_definer;
ALTER FUNCTION release_login(uuid) OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION find_login(bytea), claim_login(bytea, uuid), release_login(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_login(bytea), claim_login(bytea, uuid), release_login(uuid) TO hanpyo_app;

-- One login on one device. Ending it makes its access tokens worthless at once.
CREATE TABLE sessions (
  tenant_id   uuid NOT NULL,
  id          uuid NOT NULL,
  member_id   uuid NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz NOT NULL,
  ended_at    timestamptz,
  end_reason  text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES members ON DELETE CASCADE
);
CREATE INDEX sessions_member ON sessions (tenant_id, member_id) WHERE ended_at IS NULL;
CALL isolate_by_tenant('sessions');

-- Every refresh token ever given in a session; a used one that comes back ends the session.
CREATE TABLE refresh_tokens (
  tenant_id   uuid NOT NULL,
  token_hash  bytea NOT NULL,
  session_id  uuid NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  used_at     timestamptz,
  PRIMARY KEY (tenant_id, token_hash),
  FOREIGN KEY (tenant_id, session_id) REFERENCES sessions ON DELETE CASCADE
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (tenant_id, session_id);
CALL isolate_by_tenant('refresh_tokens');

CREATE TABLE invitations (
  tenant_id    uuid NOT NULL,
  token_hash   bytea NOT NULL,
  member_id    uuid NOT NULL,
  expires_at   timestamptz NOT NULL,
  accepted_at  timestamptz,
  PRIMARY KEY (tenant_id, token_hash),
  FOREIGN KEY (tenant_id, member_id) REFERENCES members ON DELETE CASCADE
);
CALL isolate_by_tenant('invitations');

-- Stored answers of POSTs that carry an Idempotency-Key; sealed, because an answer may hold personal data.
CREATE TABLE idempotency_keys (
  tenant_id   uuid NOT NULL,
  member_id   uuid NOT NULL,
  route       text NOT NULL,
  key_hash    bytea NOT NULL,
  body_hash   bytea NOT NULL,
  status      integer,                       -- NULL while the first call is still running
  answer      bytea,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, member_id, route, key_hash)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
CALL isolate_by_tenant('idempotency_keys');

-- What members did. Append-only, hash-chained per tenant by the trigger below.
CREATE TABLE audit_log (
  tenant_id   uuid NOT NULL REFERENCES tenants,
  id          bigint GENERATED ALWAYS AS IDENTITY,
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  member_id   uuid,
  action      text NOT NULL,
  target      text,
  detail      jsonb NOT NULL DEFAULT '{}',
  previous    bytea,
  hash        bytea,
  PRIMARY KEY (tenant_id, id)
);
CALL isolate_by_tenant('audit_log', 'SELECT, INSERT');

CREATE FUNCTION chain_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit:' || NEW.tenant_id, 0));
  SELECT a.hash INTO NEW.previous FROM audit_log a
   WHERE a.tenant_id = NEW.tenant_id ORDER BY a.id DESC LIMIT 1;
  NEW.hash := digest(coalesce(NEW.previous, ''::bytea) || convert_to(concat_ws('|',
      NEW.tenant_id, NEW.id, NEW.at, NEW.member_id, NEW.action, NEW.target, NEW.detail), 'UTF8'), 'sha256');
  RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION chain_audit_log();
