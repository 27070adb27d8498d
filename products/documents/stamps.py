"""What a hot read proves by the way: that names of views and its caller are as remembered."""

from accounts import remembered
from accounts.remembered import CallerCheck
from catalog_project.ops.statements import Rows
from products.documents import views
from products.models.channels import DEFAULT_VIEW


def stamps(*, with_caller: bool) -> str:
    """The last columns of a read."""
    return f"{remembered.STAMP}, {views.STAMP}" if with_caller else views.STAMP


def is_needed(caller: CallerCheck | None) -> bool:
    return caller is not None and caller.is_needed


def ensure_current(rows: Rows, view: int, caller: CallerCheck | None) -> None:
    """Tells the check of the caller which stamp there is. Raises ViewsChanged.

    Where nothing was found, the check asks later, and the map of views now.
    """
    if not rows:
        if view != DEFAULT_VIEW:
            views.ensure_current_now()
        return
    if caller is not None and caller.is_needed:
        caller.note(rows[0][-2])
    views.ensure_current(rows[0][-1])
