"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from catalog_project.loading import nothing_becomes_garbage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog_project.settings")
with nothing_becomes_garbage():
    application = get_wsgi_application()
    get_resolver().url_patterns  # noqa: B018  # all views are loaded before the first request
