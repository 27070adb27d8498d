"""What each rule must find, and what it must leave alone: `semgrep --test` compares. Never run."""

# ruff: noqa
import subprocess, os, random, pickle, yaml, httpx, requests, ssl, socket


def sql(request, cursor, log, fetch):
    name = request.query_params["name"]
    # ruleid: sql-from-request
    cursor.execute(f"SELECT * FROM product WHERE name = '{name}'")
    column = request.META["HTTP_X_COLUMN"]
    # ruleid: sql-from-request
    fetch("SELECT " + column, [])
    # ok: sql-from-request
    cursor.execute("SELECT * FROM product WHERE name = %s", [name])
    # ruleid: sql-formatted-at-the-call
    cursor.execute("SELECT * FROM product WHERE name = '%s'" % log)
    # ok: sql-formatted-at-the-call
    cursor.execute(QUERY, [name])


def html(text):
    # ruleid: no-mark-safe
    return mark_safe(text)


# ruleid: no-csrf-exempt
view = csrf_exempt(html)


def programs(text, parts):
    # ruleid: no-shell
    subprocess.run(text, shell=True)
    # ruleid: no-shell
    os.system(text)
    # ok: no-shell
    subprocess.run(parts, check=True)
    # ruleid: no-eval
    eval(text)
    # ruleid: no-unsafe-loading
    yaml.load(text)
    # ok: no-unsafe-loading
    yaml.safe_load(text)
    # ruleid: no-unsafe-loading
    pickle.loads(text)


def network(address):
    # ruleid: request-without-timeout
    requests.get(address)
    # ok: request-without-timeout
    requests.get(address, timeout=3)
    # ruleid: request-without-timeout
    socket.create_connection(address)
    # ok: request-without-timeout
    socket.create_connection(address, 3)
    # ruleid: certificate-not-checked
    httpx.get(address, timeout=3, verify=False)


def logs(log, logger, password, user, token):
    # ruleid: secret-in-log
    log.info("login", password=password)
    # ruleid: secret-in-log
    logger.warning(f"login with {token}")
    # ruleid: secret-in-log
    log.info("login %s", user.password)
    # ok: secret-in-log
    log.info("login", user=user.pk)
