"""The stamp by which every process notices that channels or locales changed."""

from catalog_project.models import uuid7
from products.models import ViewStamp


def renew_stamp() -> None:
    """In the transaction that changes channels, locales or their pairs."""
    ViewStamp.objects.update_or_create(pk=1, defaults={"stamp": uuid7()})
