-- What an inspection found besides columns, mappings remembered per set of headers, and custom fields.

ALTER TABLE imports
  ADD COLUMN inspection_sealed bytea;        -- sheets, the chosen one, whether the list looks made up, and why it went on

CREATE TABLE import_mappings (
  tenant_id       uuid NOT NULL,
  headers_hash    bytea NOT NULL,            -- keyed, of the normalised headers in alphabetical order
  mapping_sealed  bytea NOT NULL,            -- {header: field}
  used_at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, headers_hash)
);
CALL isolate_by_tenant('import_mappings');

-- The labels that contacts' custom values stand under. Labels are the camp's words: sealed like the values.
CREATE TABLE custom_fields (
  tenant_id     uuid NOT NULL,
  id            uuid NOT NULL,
  label_hash    bytea NOT NULL,
  label_sealed  bytea NOT NULL,
  sensitive     boolean NOT NULL DEFAULT false,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, label_hash)
);
CALL isolate_by_tenant('custom_fields');
