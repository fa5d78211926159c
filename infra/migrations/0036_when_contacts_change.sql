-- The reviews of contacts that go are closed once a statement, not once a contact: taking a list of 100,000
-- back paid three statements for each of them. Contacts that were gone before have none any more.
DROP TRIGGER close_reviews_of_deleted ON contacts;
DROP TRIGGER close_reviews_of_removed ON contacts;
DROP FUNCTION close_reviews();

CREATE FUNCTION close_reviews() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  camp record;
BEGIN
  FOR camp IN SELECT tenant_id, array_agg(id) AS ids FROM gone
               WHERE TG_OP = 'DELETE' OR deleted_at IS NOT NULL GROUP BY tenant_id LOOP
    DELETE FROM contact_reviews WHERE tenant_id = camp.tenant_id AND left_id = ANY(camp.ids) AND status = 'open';
    DELETE FROM contact_reviews WHERE tenant_id = camp.tenant_id AND right_id = ANY(camp.ids) AND status = 'open';
    DELETE FROM contact_blocks WHERE tenant_id = camp.tenant_id AND contact_id = ANY(camp.ids);
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER close_reviews_of_deleted AFTER UPDATE ON contacts
  REFERENCING NEW TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION close_reviews();
CREATE TRIGGER close_reviews_of_removed AFTER DELETE ON contacts
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION close_reviews();

-- That the addresses of a camp's contacts, or who has one, may have changed since its districts were counted:
-- one narrow line a statement, taken away by the next count. Lines, not a mark on the camp: writers of the
-- same camp do not wait for each other, and a change that is not committed when a count begins stays marked.
CREATE TABLE district_changes (
  tenant_id  uuid NOT NULL,
  id         bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (tenant_id, id)
);
CALL isolate_by_tenant('district_changes');

CREATE FUNCTION mark_districts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO district_changes (tenant_id) SELECT current_tenant() WHERE current_tenant() IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER mark_districts AFTER UPDATE OF address_sealed, deleted_at ON contacts
  FOR EACH STATEMENT EXECUTE FUNCTION mark_districts();
