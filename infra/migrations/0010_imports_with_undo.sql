-- What each import did, row by row, and what every field was before: the ground under results, undo and merges.

-- One line per accepted row of a file: which contact it became or touched. Also the import's line in a timeline.
CREATE TABLE import_results (
  tenant_id   uuid NOT NULL,
  import_id   uuid NOT NULL,
  row_number  integer NOT NULL,              -- as a spreadsheet shows it
  contact_id  uuid NOT NULL,
  outcome     text NOT NULL CHECK (outcome IN ('created', 'updated', 'merged', 'unchanged', 'duplicate')),
  repaired    boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant_id, import_id, row_number)
);
CREATE INDEX import_results_contact ON import_results (tenant_id, contact_id, import_id);
-- "created" and "unchanged" are most of a file and are walked; the rare outcomes are found.
CREATE INDEX import_results_rare ON import_results (tenant_id, import_id, outcome, row_number)
  WHERE outcome NOT IN ('created', 'unchanged');
CREATE INDEX import_results_repaired ON import_results (tenant_id, import_id, row_number) WHERE repaired;
CALL isolate_by_tenant('import_results');

-- The history of each field of each contact, in the order of id. An entry holds what was there before; what it
-- set stands in the next entry's before, or in the contact. Undoing an entry takes it out of this chain.
CREATE TABLE contact_changes (
  tenant_id      uuid NOT NULL,
  contact_id     uuid NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  field          text NOT NULL,              -- name, address, birth, note, custom, tags, source, legal_basis
  cause          text NOT NULL,              -- edit, import, merge, bulk
  cause_id       uuid NOT NULL,              -- the import, merge or bulk action; an edit's own id
  member_id      uuid,
  at             timestamptz NOT NULL DEFAULT now(),
  before_sealed  bytea,
  before_hash    bytea,
  after_hash     bytea,                      -- NULL: cleared
  before_plain   text,                       -- of source and legal_basis
  added          text[],                     -- of tags
  removed        text[],
  PRIMARY KEY (tenant_id, contact_id, id)
);
CREATE INDEX contact_changes_cause ON contact_changes (tenant_id, cause_id);
CALL isolate_by_tenant('contact_changes');

-- The same for contact points: taken up (from NULL), moved by a merge, given up (to NULL).
CREATE TABLE point_changes (
  tenant_id     uuid NOT NULL,
  kind          text NOT NULL,
  hash          bytea NOT NULL,
  id            bigint GENERATED ALWAYS AS IDENTITY,
  from_contact  uuid,
  to_contact    uuid,
  cause         text NOT NULL,
  cause_id      uuid NOT NULL,
  member_id     uuid,
  at            timestamptz NOT NULL DEFAULT now(),
  value_sealed  bytea,                       -- of a point that was given up
  textable      boolean,
  position      smallint,
  PRIMARY KEY (tenant_id, kind, hash, id)
);
CREATE INDEX point_changes_cause ON point_changes (tenant_id, cause_id);
CREATE INDEX point_changes_from ON point_changes (tenant_id, from_contact);
CREATE INDEX point_changes_to ON point_changes (tenant_id, to_contact);
CALL isolate_by_tenant('point_changes');

-- A family's phone: it belongs to one contact, which is texted; others who gave the same number stand here.
CREATE TABLE contact_shared_points (
  tenant_id     uuid NOT NULL,
  kind          text NOT NULL,
  hash          bytea NOT NULL,
  contact_id    uuid NOT NULL,
  value_sealed  bytea NOT NULL,
  textable      boolean NOT NULL,
  import_id     uuid,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, kind, hash, contact_id)
);
CREATE INDEX contact_shared_points_contact ON contact_shared_points (tenant_id, contact_id);
CALL isolate_by_tenant('contact_shared_points');
