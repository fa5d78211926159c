-- The audit log is one chain. A line got its id before it waited for the lock of the chain, so of two at once the
-- one with the lower id could come second: the next line was chained to the higher id, and nothing held the other
-- one any more. Ids (and times) are now given out in the order of the chain.
CREATE OR REPLACE FUNCTION chain_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit:' || NEW.tenant_id, 0));
  NEW.id := nextval('audit_log_id_seq');
  NEW.at := clock_timestamp();
  SELECT a.hash INTO NEW.previous FROM audit_log a
   WHERE a.tenant_id = NEW.tenant_id ORDER BY a.id DESC LIMIT 1;
  NEW.hash := digest(coalesce(NEW.previous, ''::bytea) || convert_to(concat_ws('|',
      NEW.tenant_id, NEW.id, NEW.at, NEW.member_id, NEW.action, NEW.target, NEW.detail), 'UTF8'), 'sha256');
  RETURN NEW;
END $$;
GRANT USAGE ON SEQUENCE audit_log_id_seq TO hanpyo_app;
