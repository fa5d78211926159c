#!/bin/sh
# Runs once, when the postgres image makes the cluster.
set -eu
{
  printf "\\\\set owner_password '%s'\n" "$(cat /data/secrets/postgres_owner)"
  printf "\\\\set app_password '%s'\n" "$(cat /data/secrets/postgres_app)"
  cat /roles.sql
} | psql -X -q -v ON_ERROR_STOP=1 -U postgres postgres
