-- Lists show a contact's points in order: with the order in the index nothing is sorted. A sort for each of 50 contacts
-- was 6 % of showing them (docs/decisions/0009).
DROP INDEX contact_points_contact;
CREATE INDEX contact_points_contact ON contact_points (contact_id, kind DESC, position, created_at, tenant_id);
