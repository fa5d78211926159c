-- After a large import the planner must not work with the statistics of an empty table: until autovacuum comes
-- by (up to a minute), 50 contacts' points were read by scanning all of them (0.8 s instead of 1 ms at 100,000).
-- Only a table's owner may ANALYZE, so the application calls this.
CREATE FUNCTION refresh_contact_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  ANALYZE contacts, contact_points, contact_search;
  -- New entries wait in a list that every search would have to read through.
  PERFORM gin_clean_pending_list('contact_search_tokens');
END $$;
REVOKE ALL ON FUNCTION refresh_contact_statistics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refresh_contact_statistics() TO hanpyo_app;
