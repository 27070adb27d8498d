"""What every test of the catalog begins with."""

from collections.abc import Iterator

import pytest

from products.documents import views


@pytest.fixture(autouse=True)
def known_views(request: pytest.FixtureRequest) -> Iterator[None]:
    """The map of channels and locales is read before the test, so that no count of queries depends
    on which test came first; what the test made of it is forgotten with its rows."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("_django_db_helper")
        views.known()
    before = views.Memory.views
    yield
    views.Memory.views = before
