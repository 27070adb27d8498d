"""What a channel boosts, as its columns hold it."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from products.errors import InvalidValue
from products.models import Attribute
from products.search.boosts import ATTRIBUTE, AVAILABILITY, NEWEST
from products.services.values import BoostValues

HALF_AT = Decimal(30)  # days, or of the attribute
TYPES = (Attribute.Type.INTEGER, Attribute.Type.DECIMAL, Attribute.Type.MEASUREMENT)


def stored_boost(boost: BoostValues | None) -> dict[str, Any]:
    """Raises InvalidValue."""
    if boost is None:
        return {"boost_by": "", "boost_weight": Decimal(0), "boost_half_at": HALF_AT}
    by = boost["by"]
    if by not in (NEWEST, AVAILABILITY):
        _ensure_number(by)
        if "half_at" not in boost:
            raise InvalidValue("Say which number gets half of the boost.", pointer="/boost/half_at")
    half_at = boost.get("half_at", HALF_AT)
    return {"boost_by": by, "boost_weight": boost["weight"], "boost_half_at": half_at}


def numeric_attributes() -> QuerySet[Attribute]:
    """What documents hold as numbers, and more of which is more."""
    return Attribute.objects.filter(is_filterable=True, type__in=TYPES)


def _ensure_number(by: str) -> None:
    codes = list(numeric_attributes().order_by("code").values_list("code", flat=True))
    if not by.startswith(ATTRIBUTE) or by.removeprefix(ATTRIBUTE) not in codes:
        there = ", ".join([NEWEST, AVAILABILITY, *(ATTRIBUTE + code for code in codes[:20])])
        raise InvalidValue(
            f"{by[:120]!r} is no filterable attribute with numbers. There are: {there}.",
            pointer="/boost/by",
        )
