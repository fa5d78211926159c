-- The preview of an undo asks what came after each change of an import. With the statistics of a table that was empty
-- a moment ago, which autovacuum leaves for ten seconds and more, it walked a whole index for each: 44 s for 30,000
-- people, instead of 0.6. So an import that changed people makes those of the changes when it has ended.
CREATE FUNCTION refresh_change_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET default_statistics_target = 10 AS $$
BEGIN
  ANALYZE contact_changes, point_changes;
END $$;
REVOKE ALL ON FUNCTION refresh_change_statistics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refresh_change_statistics() TO hanpyo_app;
