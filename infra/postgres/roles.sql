-- The roles and the database, made by the cluster's superuser; safe to repeat at every start.
-- Expects the psql variables owner_password and app_password.
--   hanpyo_owner    owns the schema and migrates it
--   hanpyo_app      is the program; row-level security binds it
--   hanpyo_definer  owns the few functions that look across tenants; nobody logs in as it
SET log_min_error_statement = panic;
SELECT format('CREATE ROLE %I', name)
  FROM unnest(ARRAY['hanpyo_owner', 'hanpyo_app', 'hanpyo_definer']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE hanpyo_owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS
  PASSWORD :'owner_password';
ALTER ROLE hanpyo_app LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS
  PASSWORD :'app_password';
ALTER ROLE hanpyo_definer NOLOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS;
GRANT hanpyo_definer TO hanpyo_owner;
SELECT 'CREATE DATABASE hanpyo OWNER hanpyo_owner ENCODING ''UTF8'' TEMPLATE template0'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'hanpyo') \gexec
\connect hanpyo
CREATE EXTENSION IF NOT EXISTS pgcrypto;
-- A function can be handed over only to a role that may create in its schema.
GRANT CREATE ON SCHEMA public TO hanpyo_definer;
