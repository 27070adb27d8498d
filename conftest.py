"""Loaded before every other test file: the servers' addresses must be known before the settings."""

import pytest

pytest_plugins = ["tests.services", "tests.accounts.fixtures", "tests.acceptance.server"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that commit empty all tables at their end; give the next one back what migrations made.

    Without it no role and no channel is there for whichever test comes second.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is not None and marker.kwargs.get("transaction"):
            whole = pytest.mark.django_db(transaction=True, serialized_rollback=True)
            item.add_marker(whole, append=False)
