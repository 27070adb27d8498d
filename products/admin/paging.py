"""Lists of any length: counted to a limit, and no further."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

MOST_LISTED = 10_000


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # not generic at run time
    """Exact up to 10,000 rows; a longer list ends there, for search and filters find the rest."""

    template_name = "admin/products/pagination.html"

    @cached_property
    def count(self) -> int:
        # Ordering and annotations are left out by count(); the limit ends the scan early.
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by()[:MOST_LISTED].count()

    @property
    def is_capped(self) -> bool:
        return self.count == MOST_LISTED
