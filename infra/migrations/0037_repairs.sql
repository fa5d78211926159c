-- What a row's repairs made of which cells, sealed: [[kind, written, read], …]. Only repaired rows have one.
CREATE TABLE import_repairs (
  tenant_id      uuid NOT NULL,
  import_id      uuid NOT NULL,
  row_number     integer NOT NULL,
  repairs_sealed bytea NOT NULL,
  PRIMARY KEY (tenant_id, import_id, row_number)
);
CALL isolate_by_tenant('import_repairs');
