"""What rules of collections name, which stays for as long as they do.

Whoever writes a rule holds the names lock alone, and whoever deletes what a rule may name holds it
at least together with others: neither sees half of what the other does.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from products.errors import StillInUse
from products.models import Attribute
from products.models import Collection as Rules
from products.services.collection_rules import named_in

NAMED = 5  # collections in the answer


def ensure_no_rule_names(noun: str, keys: Collection[UUID]) -> None:
    """Raises StillInUse where a rule names one of these brands, categories, products or product
    types: as such, or as the value of an attribute."""
    wanted = {str(key) for key in keys}
    codes = set(Attribute.objects.filter(type=noun).values_list("code", flat=True))
    if noun == "product" and not codes:
        return  # rules have no such field

    def names(said: Mapping[str, Any]) -> bool:
        is_about = said["field"] == noun or said.get("attribute") in codes
        # Ids may be written in capitals.
        return is_about and not wanted.isdisjoint(map(str.lower, _texts(said["value"])))

    _refuse(names, "Rules of collections name it")


def ensure_no_rule_asks(
    code: str, *, options: Collection[str] | None = None, pointer: str | None = None
) -> None:
    """Raises StillInUse where a rule asks for this attribute, or for one of these options of it."""

    def names(said: Mapping[str, Any]) -> bool:
        return said.get("attribute") == code and (
            options is None or not _texts(said["value"]).isdisjoint(options)
        )

    what = f"for {', '.join(sorted(options)[:NAMED])}" if options else "for it"
    _refuse(names, f"Rules of collections ask {what}", pointer)


def _refuse(
    names: Callable[[Mapping[str, Any]], bool], what: str, pointer: str | None = None
) -> None:
    slugs = [slug for slug, rule in _rules() if any(map(names, named_in(rule)))]
    if slugs:
        others = f" and {len(slugs) - NAMED} more" if len(slugs) > NAMED else ""
        raise StillInUse(
            f"{what} ({', '.join(slugs[:NAMED])}{others}): change them first.", pointer=pointer
        )


def _rules() -> Iterator[tuple[str, Any]]:
    rows = Rules.objects.exclude(rule=None).order_by("slug")
    yield from rows.values_list("slug", "rule").iterator()


def _texts(value: Any) -> set[str]:
    """Of a list of values; `exists` and bounds have none."""
    return {each for each in value if isinstance(each, str)} if isinstance(value, list) else set()
