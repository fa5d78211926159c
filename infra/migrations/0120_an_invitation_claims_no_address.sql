-- To invite somebody no longer takes their address: whoever accepts claims it then. What open invitations hold
-- becomes free, and their holders claim it when they come. Row security binds the owner too.
ALTER TABLE members NO FORCE ROW LEVEL SECURITY;
ALTER TABLE logins NO FORCE ROW LEVEL SECURITY;
DELETE FROM logins l
 USING members m
 WHERE m.tenant_id = l.tenant_id AND m.id = l.member_id AND m.password_hash IS NULL;
ALTER TABLE members FORCE ROW LEVEL SECURITY;
ALTER TABLE logins FORCE ROW LEVEL SECURITY;
