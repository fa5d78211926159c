-- A carrier's call that cannot be applied is tried a few times and put aside: it must not hold up the others.

ALTER TABLE report_inbox
  ADD COLUMN attempts smallint NOT NULL DEFAULT 0,
  ADD COLUMN failed_at timestamptz;          -- given up; kept a week to look into
DROP INDEX report_inbox_waiting;
CREATE INDEX report_inbox_waiting ON report_inbox (tenant_id, kind, id)
  WHERE applied_at IS NULL AND failed_at IS NULL;

CREATE OR REPLACE FUNCTION tenants_with_reports(p_before timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT t.tenant_id FROM tenants t
   WHERE EXISTS (SELECT 1 FROM report_inbox i
                  WHERE i.tenant_id = t.tenant_id AND i.applied_at IS NULL AND i.failed_at IS NULL
                    AND i.received_at <= p_before)
$$;

CREATE OR REPLACE FUNCTION purge_by_age() RETURNS TABLE (what text, deleted bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours';
  GET DIAGNOSTICS deleted = ROW_COUNT; what := 'idempotency_keys'; RETURN NEXT;
  DELETE FROM report_inbox WHERE coalesce(applied_at, failed_at) < now() - interval '7 days';
  GET DIAGNOSTICS deleted = ROW_COUNT; what := 'report_inbox'; RETURN NEXT;
  DELETE FROM sessions WHERE coalesce(ended_at, expires_at) < now() - interval '30 days';
  GET DIAGNOSTICS deleted = ROW_COUNT; what := 'sessions'; RETURN NEXT;
  DELETE FROM invitations WHERE expires_at < now() - interval '30 days';
  GET DIAGNOSTICS deleted = ROW_COUNT; what := 'invitations'; RETURN NEXT;
END $$;
