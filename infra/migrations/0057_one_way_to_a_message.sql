-- A message is found by our reference, and no other index may seem to lead there. While a camp's first messages of a
-- month are written the planner has never heard of it and takes it for one row: through any index that begins with
-- tenant_id it walked all messages of the camp for each batch of answers. So the index of the reference, unique in the
-- whole hub, begins with it, and row security asks a question that no index answers. A statement that wants an index
-- of the tenant's says tenant_id = current_tenant() itself (decision 29).
DROP INDEX messages_reference;
CREATE INDEX messages_reference ON messages (id);
ALTER POLICY tenant_isolation ON messages USING (tenant_id IS NOT DISTINCT FROM current_tenant());
