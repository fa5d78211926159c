-- Who calls, asked at every request: one statement that sets its tenant itself instead of a transaction of five
-- round trips. Row security binds it as it binds every other query of the application.
CREATE FUNCTION living_member(p_tenant uuid, p_session uuid, p_member uuid, p_now timestamptz)
RETURNS TABLE (role text, sees_sensitive boolean) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.tenant_id', p_tenant::text, true);
  RETURN QUERY
  SELECT m.role, m.role <> 'staff' OR m.sees_sensitive
    FROM sessions s JOIN members m ON m.tenant_id = s.tenant_id AND m.id = s.member_id
   WHERE s.tenant_id = p_tenant AND s.id = p_session AND s.member_id = p_member
     AND s.ended_at IS NULL AND s.expires_at > p_now AND m.status = 'active';
END $$;
