# Two images: `proxy` ends TLS, `app` (the last, so the default) is web, worker, beat and migrations.
#   docker compose up --build        see docker-compose.yml and docs for what .env must say

FROM python:3.12-slim-bookworm AS packages
WORKDIR /build
COPY requirements/server.lock .
RUN python -m venv /srv/venv \
 && /srv/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r server.lock


FROM caddy:2-alpine AS proxy
COPY deploy/Caddyfile /etc/caddy/Caddyfile
# It listens above 1024, so it needs no privilege at all and the binary loses the one it has.
RUN addgroup -S -g 10002 proxy \
 && adduser -S -D -H -u 10002 -G proxy proxy \
 && setcap -r /usr/bin/caddy \
 && chown -R proxy:proxy /data /config
USER proxy
EXPOSE 8080 8443


FROM python:3.12-slim-bookworm AS app
# The official documents are drawn with these letters; `backup` and `restore` use PostgreSQL's own programs.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates fonts-noto-cjk postgresql-common \
 && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
 && apt-get install -y --no-install-recommends postgresql-client-18 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --user-group --no-create-home hall \
 && install -d -o hall -g hall /srv/private /srv/beat
WORKDIR /srv/hall
COPY --from=packages /srv/venv /srv/venv
COPY manage.py LICENSE ./
COPY hall hall
COPY staffing staffing
COPY cases cases
COPY intake intake
COPY consultations consultations
COPY hearings hearings
COPY accountability accountability
COPY templates templates
COPY static static
COPY locale locale
COPY deploy deploy

# HALL_STATE_DIR holds the collected static files, made here; whatever must last goes to the volumes.
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=hall.settings \
    HALL_STATE_DIR=/srv/hall/var \
    HALL_PRIVATE_ROOT=/srv/private
# Keys for this step alone, forgotten with it; the real ones come from the environment at the start.
RUN export DATABASE_URL=postgres://build@localhost/build REDIS_URL=redis://localhost HALL_ALLOWED_HOSTS=build \
      HALL_SECRET_KEY=build HALL_FIELD_KEYS="$(head -c 32 /dev/urandom | base64)" \
      HALL_INDEX_KEY="$(head -c 32 /dev/urandom | base64)" \
 && python -m compileall -q hall staffing cases intake consultations hearings accountability \
 && python manage.py translations --compile \
 && python manage.py collectstatic --no-input --verbosity 0

USER hall
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["deploy/entrypoint", "healthy-web"]
ENTRYPOINT ["deploy/entrypoint"]
CMD ["web"]
