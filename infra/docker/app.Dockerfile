# API, workers, scheduler and simulator: one image, one command each.
FROM python:3.12-slim-bookworm AS packages
COPY requirements.lock /
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary=:all: -r /requirements.lock

FROM python:3.12-slim-bookworm
RUN useradd --uid 10001 --create-home hanpyo \
 && install -d -o hanpyo /data /data/files /data/simulator /data/metrics
COPY --from=packages /venv /venv
WORKDIR /app
COPY Procfile ./
COPY infra infra
COPY shared shared
COPY functions functions
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HANPYO_HOME=/data
USER hanpyo
ENTRYPOINT ["/app/infra/docker/entrypoint.sh"]
