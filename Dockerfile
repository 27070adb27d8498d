# One image for the web server, the worker and the migrations.
#
#   docker build --build-arg PYTHON_IMAGE=python:3.13-slim-trixie@sha256:… .   pins the base image
#   docker build --secret id=pip,src=pip.conf .                                uses your own package index
ARG PYTHON_IMAGE=python:3.13-slim-trixie

# --- Everything that needs a tool which the service does not need ---------------------------------
FROM ${PYTHON_IMAGE} AS build
ENV PATH=/opt/venv/bin:$PATH \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN python -m venv /opt/venv
COPY requirements.txt ./
# Wheels only: nothing is compiled, and no package runs its own code while it is installed.
RUN --mount=type=cache,target=/root/.cache/pip \
    --mount=type=secret,id=pip,target=/etc/pip.conf \
    pip install --no-compile --only-binary=:all: --require-hashes --requirement requirements.txt \
 && pip uninstall --yes pip

COPY manage.py ./
COPY catalog_project ./catalog_project
COPY accounts ./accounts
COPY products ./products
# Static files are part of the code: collected once here, under names that hold their hash. The
# settings want a key and a database, and neither is used.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
    DATABASE_URL=postgresql://nobody@localhost/nothing STATIC_ROOT=/app/static \
    python manage.py collectstatic --no-input --verbosity 0
# The root is read-only later: compile now, and never look at the sources' times again. Whoever
# builds may have a strict umask, and the user of the service must read all of it.
RUN chmod -R u=rwX,go=rX /app \
 && python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/venv/lib /app

# --- What is shipped -----------------------------------------------------------------------------
FROM ${PYTHON_IMAGE}
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Catalog" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONFAULTHANDLER=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/data \
    STATIC_ROOT=/app/static
# Whoever gets in finds no installer. The user has a number that volumes and clusters can rely on.
RUN rm -rf /usr/local/bin/pip* /usr/local/lib/python3*/ensurepip \
      /usr/local/lib/python3*/site-packages/pip /usr/local/lib/python3*/site-packages/pip-* \
 && groupadd --gid 10001 catalog \
 && useradd --uid 10001 --gid catalog --no-create-home --home-dir /data --shell /usr/sbin/nologin catalog \
 && install --directory --owner catalog --group catalog /data /data/media
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 8000
# Alive, not ready: a database that is away must not get the web server killed.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/health/live', timeout=4)"]
CMD ["gunicorn", "--config", "python:catalog_project.gunicorn", "catalog_project.wsgi"]
