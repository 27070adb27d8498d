"""Loaded before every other test file: the servers' addresses must be known before the settings."""

import pytest
from django.conf import settings

pytest_plugins = [
    "tests.services",
    "tests.clean_tables",
    "tests.accounts.fixtures",
    "tests.acceptance.server",
    "tests.browser",
]


@pytest.fixture(scope="session", autouse=True)
def static_files_on_demand() -> None:
    """Every test client loads the middleware anew: it need not read all static files each time."""
    settings.WHITENOISE_AUTOREFRESH = True
