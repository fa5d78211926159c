-- What attempts can be recognised by at a carrier that does not carry our reference (decision 0019): keyed
-- hashes of number and text, written before the call and kept until the message has come to its end for sure.
CREATE TABLE message_traces (
  tenant_id     uuid NOT NULL,
  message_id    uuid NOT NULL,
  account_id    uuid NOT NULL,
  attempted_at  timestamptz NOT NULL,
  kind          text NOT NULL,
  channel_id    text,                        -- the Kakao channel, to ask the carrier by
  number_hash   bytea NOT NULL,
  text_hash     bytea NOT NULL,
  PRIMARY KEY (tenant_id, message_id)
);
CREATE INDEX message_traces_time ON message_traces (tenant_id, account_id, attempted_at);
CREATE INDEX message_traces_age ON message_traces (attempted_at);
CALL isolate_by_tenant('message_traces');
CALL let_definer_purge('message_traces');

-- Unreported messages are closed after 72 hours; two days more than that nobody asks for a trace.
CREATE FUNCTION purge_message_traces() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE deleted bigint;
BEGIN
  DELETE FROM message_traces WHERE attempted_at < now() - interval '5 days';
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN deleted;
END $$;
ALTER FUNCTION purge_message_traces() OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION purge_message_traces() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION purge_message_traces() TO hanpyo_app;
