"""Lists of any length: counted to a limit, and no further."""

from typing import TYPE_CHECKING, Any, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property
from unfold.views import ChangeList

if TYPE_CHECKING:
    from django.http import HttpRequest

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


class PlainChangeList(ChangeList):  # type: ignore[misc]  # unfold has no types
    """Offers to show all only where something was left out."""

    def get_results(self, request: "HttpRequest") -> None:
        super().get_results(request)
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count


class CappedLists:
    """Mixed into pages with lists of any length."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0

    def get_changelist(self, request: "HttpRequest", **kwargs: Any) -> type[ChangeList]:
        return PlainChangeList
