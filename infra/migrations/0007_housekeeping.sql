-- What an erased person leaves in a campaign is the number's hash; what is stored for a while is deleted by age.

ALTER TABLE recipients ALTER COLUMN phone_sealed DROP NOT NULL;

-- Stored answers live for 24 hours (the contract), applied webhook bodies for a week (to look into a complaint),
-- ended sessions with their refresh tokens for a month. Across tenants, so only this function may.
CREATE FUNCTION purge_by_age() RETURNS TABLE (what text, deleted bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours';
  GET DIAGNOSTICS deleted = ROW_COUNT; what := 'idempotency_keys'; RETURN NEXT;
  DELETE FROM report_inbox WHERE applied_at < now() - interval '7 days';
  GET DIAGNOSTICS deleted = ROW_COUNT; what := 'report_inbox'; RETURN NEXT;
  DELETE FROM sessions WHERE coalesce(ended_at, expires_at) < now() - interval '30 days';
  GET DIAGNOSTICS deleted = ROW_COUNT; what := 'sessions'; RETURN NEXT;
  DELETE FROM invitations WHERE expires_at < now() - interval '30 days';
  GET DIAGNOSTICS deleted = ROW_COUNT; what := 'invitations'; RETURN NEXT;
END $$;

CREATE PROCEDURE let_definer_purge(target regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE POLICY definer_purges ON %s TO hanpyo_definer USING (true)', target);
  EXECUTE format('GRANT SELECT, DELETE ON %s TO hanpyo_definer', target);
END $$;
CALL let_definer_purge('idempotency_keys');
CALL let_definer_purge('report_inbox');
CALL let_definer_purge('sessions');
CALL let_definer_purge('refresh_tokens');
CALL let_definer_purge('invitations');

ALTER FUNCTION purge_by_age() OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION purge_by_age() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION purge_by_age() TO hanpyo_app;
