-- What a change of labels or tags means, where that is more than before and after tell: when an earlier cause is
-- taken out, a change may find what it sets already there. Sealed JSON; NULL for nearly all.
ALTER TABLE contact_changes ADD COLUMN meant_sealed bytea;
