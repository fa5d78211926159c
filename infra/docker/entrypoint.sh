#!/bin/sh
# Puts the addresses with passwords together (Compose cannot read files into variables), then
# becomes the process. What is already set wins.
set -eu
secret() { cat "/data/secrets/$1"; }
if [ -r /data/secrets/postgres_app ]; then
  : "${DATABASE_URL:=postgresql://hanpyo_app:$(secret postgres_app)@postgres:5432/hanpyo}"
  : "${DATABASE_ADMIN_URL:=postgresql://hanpyo_owner:$(secret postgres_owner)@postgres:5432/hanpyo}"
  : "${REDIS_URL:=redis://:$(secret redis)@redis:6379/0}"
  : "${BROKER_URL:=redis://:$(secret redis)@redis:6379/1}"
  export DATABASE_URL DATABASE_ADMIN_URL REDIS_URL BROKER_URL
fi
if [ -n "${PROMETHEUS_MULTIPROC_DIR:-}" ]; then
  # Figures of a former life would be counted twice.
  mkdir -p "$PROMETHEUS_MULTIPROC_DIR"
  rm -f "$PROMETHEUS_MULTIPROC_DIR"/*.db
fi
exec "$@"
