# Two images: `engine` (Rasa, CPython 3.10) and `app` (webhook, worker and actions, by command).
#   docker build --target engine -t chrok-engine .
#   docker build --target app -t chrok-app .
# Base images are pinned by version and digest; docs/operate.md tells how to renew them. Both run as
# a user without rights, on a file system that may be read-only, and get their settings from the
# environment alone.

FROM python:3.10.20-slim-bookworm@sha256:ff7161e2b8e2a56fc6a62a6099ff8feb72f1a6dbae9860cdcb9a6c65cf4c6be9 AS engine-environment
RUN python -m venv /opt/venv
COPY requirements/engine.txt /tmp/engine.txt
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/engine.txt

FROM engine-environment AS model
WORKDIR /chrok
ENV PATH=/opt/venv/bin:$PATH RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 SQLALCHEMY_SILENCE_UBER_WARNING=1
COPY domain.yml config.yml ./
COPY bot/__init__.py bot/
COPY bot/text bot/text
COPY bot/nlu bot/nlu
COPY data data
RUN python -m rasa train --domain domain.yml --data data --config config.yml \
    --skip-validation --out models --fixed-model-name chrok

FROM python:3.10.20-slim-bookworm@sha256:ff7161e2b8e2a56fc6a62a6099ff8feb72f1a6dbae9860cdcb9a6c65cf4c6be9 AS engine
RUN useradd --system --uid 10001 --no-create-home chrok
COPY --from=engine-environment /opt/venv /opt/venv
WORKDIR /chrok
# HOME and matplotlib's folder: the only place where something may be written.
ENV PATH=/opt/venv/bin:$PATH HOME=/tmp MPLCONFIGDIR=/tmp/matplotlib PYTHONUNBUFFERED=1 PYTHONWARNINGS=ignore \
    RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 SQLALCHEMY_SILENCE_UBER_WARNING=1
COPY --from=model /chrok/models models
COPY endpoints.yml credentials.yml ./
COPY scripts/health_check.py scripts/
COPY bot/__init__.py bot/engine_settings.py bot/errors.py bot/log_settings.py bot/version.py bot/
COPY bot/logs bot/logs
COPY bot/text bot/text
COPY bot/nlu bot/nlu
RUN python -m compileall -q bot
USER 10001
EXPOSE 5005
HEALTHCHECK --interval=15s --timeout=10s --start-period=180s \
    CMD ["python", "scripts/health_check.py", "http://127.0.0.1:5005/"]
CMD ["python", "-m", "bot.nlu.engine", "run", "--interface", "0.0.0.0", "--port", "5005", \
     "--model", "models/chrok.tar.gz", "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]

FROM python:3.11.15-slim-bookworm@sha256:b18992999dbe963a45a8a4da40ac2b1975be1a776d939d098c647482bcad5cba AS app-environment
RUN python -m venv /opt/venv
COPY requirements/production.txt /tmp/production.txt
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/production.txt

FROM python:3.11.15-slim-bookworm@sha256:b18992999dbe963a45a8a4da40ac2b1975be1a776d939d098c647482bcad5cba AS app
# pg_dump and pg_restore for `flask backup`, not older than the server in compose.yaml.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client-15=15.* \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home chrok \
    && install --directory --owner=10001 --mode=700 /var/backups/chrok
COPY --from=app-environment /opt/venv /opt/venv
WORKDIR /chrok
ENV PATH=/opt/venv/bin:$PATH HOME=/tmp MPLCONFIGDIR=/tmp/matplotlib PYTHONUNBUFFERED=1 FLASK_APP=webhook
COPY alembic.ini domain.yml endpoints.yml gunicorn.conf.py ./
COPY scripts/health_check.py scripts/
COPY migrations migrations
COPY seeds seeds
COPY data/nlu data/nlu
COPY bot bot
COPY actions actions
COPY webhook webhook
RUN python -m compileall -q bot actions webhook migrations
USER 10001
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s \
    CMD ["python", "scripts/health_check.py", "http://127.0.0.1:8080/healthz"]
CMD ["gunicorn", "webhook.wsgi:app", "--bind", "0.0.0.0:8080", "--workers", "1", "--threads", "16", \
     "--worker-class", "gthread", "--no-control-socket", "--worker-tmp-dir", "/tmp", "--graceful-timeout", "25"]
