"""Loaded before every other test file: the servers' addresses must be known before the settings."""

import pytest
from django.conf import settings

pytest_plugins = ["tests.services", "tests.accounts.fixtures", "tests.acceptance.server"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that commit empty all tables at their end; give the next one back what migrations made.

    Without it no role and no channel is there for whichever test comes second.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        commits = marker is not None and marker.kwargs.get("transaction")
        if commits or "transactional_db" in getattr(item, "fixturenames", ()):
            whole = pytest.mark.django_db(transaction=True, serialized_rollback=True)
            item.add_marker(whole, append=False)


@pytest.fixture(scope="session", autouse=True)
def static_files_on_demand() -> None:
    """Every test client loads the middleware anew: it need not read all static files each time."""
    settings.WHITENOISE_AUTOREFRESH = True
