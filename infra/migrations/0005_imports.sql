-- What imports need beside their tables: names that share a contact point, and who has lost work.

-- Other names under which a contact stands in somebody's list: a family's phone, a maiden name. A name that a
-- list brings for a known point becomes an alias; it never replaces the contact's name silently.
CREATE TABLE contact_aliases (
  tenant_id    uuid NOT NULL,
  contact_id   uuid NOT NULL,
  name_hash    bytea NOT NULL,
  name_sealed  bytea NOT NULL,
  import_id    uuid,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, contact_id, name_hash),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts
);
CALL isolate_by_tenant('contact_aliases');

ALTER TABLE imports
  ADD COLUMN recoveries smallint NOT NULL DEFAULT 0;  -- sweeps in a row that found no progress

-- A row's tokens now cover its points too.
ALTER TABLE import_row_points ALTER COLUMN tokens SET DEFAULT '{}';

-- Imports that should be moving and have not since a moment. Ids only.
CREATE FUNCTION imports_stalled(p_before timestamptz) RETURNS TABLE (tenant_id uuid, import_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT i.tenant_id, i.id FROM imports i
   WHERE i.status IN ('queued', 'inspecting', 'ingesting', 'deduplicating', 'undoing') AND i.progressed_at <= p_before
$$;
ALTER FUNCTION imports_stalled(timestamptz) OWNER TO hanpyo_definer;
REVOKE ALL ON FUNCTION imports_stalled(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION imports_stalled(timestamptz) TO hanpyo_app;
