"""Search never returns what the caller may not see: whatever the catalog, whatever the words."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.documents.listing import Listing
from products.search.query import read_query
from products.search.results import read_results
from products.services.products import unpublish_product
from products.services.search_statistics import count_words
from tests.products.factories import SYSTEM, ProductFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
WORDS = ["amber", "birch", "cedar", "dahlia", "elder", "fern"]
STARTS, ENDS = [None, -2, 1], [None, -1, 2]

# A name, a status, and the ends of the window, in hours from now.
goods = st.tuples(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    st.sampled_from(["published", "published", "draft"]),
    st.sampled_from(STARTS),
    st.sampled_from(ENDS),
)


def at(hours: int | None) -> Any:
    return None if hours is None else NOW + timedelta(hours=hours)


def is_shown(good: Any) -> bool:
    _, status, start, end = good
    return status == "published" and (start or -9) < 0 and (end or 9) > 0


@settings(
    deadline=None,
    max_examples=12,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(shelf=st.lists(goods, min_size=1, max_size=6), is_counted=st.booleans())
def test_shoppers_find_what_they_may_see_and_nothing_else(shelf: Any, is_counted: bool) -> None:
    shelf = [good for good in shelf if good[2:] != (1, -1)]
    with transaction.atomic():
        rows = [
            ProductFactory.create(
                name=" ".join(name),
                slug=f"p{n}",
                status=status,
                publish_at=at(start),
                unpublish_at=at(end),
                variants=[{}],
            )
            for n, (name, status, start, end) in enumerate(shelf)
        ]
        if is_counted:
            count_words(anyway=True)
        if rows and shelf[0][1] == "published":  # what was counted may be hidden since
            unpublish_product(rows[0].pk, expected_version=None, actor=SYSTEM)
            shelf[0] = (shelf[0][0], "draft", None, None)
        seen = {word for good in shelf if is_shown(good) for word in good[0]}
        for text in [*WORDS, "ambr", "brich", "cedra", "dalhia", "edler", "ferm", "amber fern"]:
            query = read_query(text, view=1, visible_only=True)
            results = read_results(query, Listing(fields=("slug",)), limit=100)
            wanted = {
                f'{{"slug":"p{n}"}}'
                for n, good in enumerate(shelf)
                if is_shown(good) and set(good[0]) & set(query.words)
            }
            assert {body.decode() for body in results.bodies} == wanted
            assert results.total == len(wanted)
            assert {each.meant for each in query.corrections} <= seen
        transaction.set_rollback(True)
