-- Whose rejected rows a list brings back mended, so that the earlier result can tell of the later one.
ALTER TABLE imports ADD COLUMN mends uuid;
CREATE INDEX imports_mends ON imports (tenant_id, mends) WHERE mends IS NOT NULL;
