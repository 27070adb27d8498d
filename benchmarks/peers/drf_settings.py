"""The catalog's settings, but for the middleware and the API settings of a plain Django project."""

import os

from catalog_project.settings import *  # noqa: F403

ROOT_URLCONF = os.environ.get("PEER_URLS", "benchmarks.peers.drf_peer")
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
REST_FRAMEWORK: dict[str, object] = {}
