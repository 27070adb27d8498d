"""Which product, and which variants, the records of a chunk are about."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from catalog_project.errors import DomainError
from catalog_project.models import uuid7
from products.errors import SameProduct
from products.models import Change, Variant
from products.services.bulk_items import Refusals
from products.services.identity import Naming, find_named, pairs_of
from products.transfer.importing.intents import Intent, Staged
from products.transfer.records import ProductRecord


@dataclass(slots=True)
class Found:
    """Record -> the product that it is about, or the id of the one that it makes."""

    products: dict[int, UUID] = field(default_factory=dict)
    new: set[UUID] = field(default_factory=set)
    lines: dict[UUID, int] = field(default_factory=dict)  # product -> of the first record about it


def naming_of(record: ProductRecord) -> Naming:
    return Naming(
        record.id,
        frozenset(pairs_of(record.values.get("external_ids", []))),
        record.slug,
        frozenset(sku for each in record.variants if (sku := each.values.get("sku"))),
    )


def find_products(
    items: Mapping[int, Staged],
    earlier: Callable[[Iterable[UUID]], Mapping[UUID, int]],
    refusals: Refusals,
) -> Found:
    """`earlier` answers which of these products other records were about, and on which lines. What
    names several products, or one that an earlier record is about, is refused. Seven queries."""
    named = dict(
        zip(items, find_named([naming_of(each.record) for each in items.values()]), strict=True)
    )
    fresh = _fresh_ids({n: items[n].record for n, key in named.items() if key is None})
    known = [key for key in named.values() if isinstance(key, UUID)]
    found = Found(lines=dict(earlier(known) if known else {}))
    for number, name in named.items():
        with refusals.judging(number):
            if isinstance(name, DomainError):
                raise name
            key = name or fresh[number]
            if name is None:
                found.new.add(key)
            if key in found.lines:
                raise SameProduct(key)
            found.lines[key] = items[number].first_line
            found.products[number] = key
    return found


def _fresh_ids(records: Mapping[int, ProductRecord]) -> dict[int, UUID]:
    """Of new products: the file's own ones, unless some product had them before."""
    given = {record.id for record in records.values() if record.id and record.id.version == 7}
    used: set[UUID] = set()
    if given:
        rows = Change.objects.filter(aggregate_id__in=given).order_by()
        used = set(rows.values_list("aggregate_id", flat=True))
    free = given - used
    return {n: each.id if each.id in free else uuid7() for n, each in records.items()}


def settle_variant_ids(intents: Iterable[Intent]) -> None:
    """Ids for the variants that will be made: the file's own ones, unless somebody has them."""
    new = [
        (intent, n, item)
        for intent in intents
        for n, item in zip(intent.new_variants, intent.new_items, strict=True)
    ]
    given = {key for _, _, item in new if (key := item.get("new_id"))}
    taken: set[UUID] = set()
    if given:
        rows = Variant.objects.filter(pk__in=given).order_by()
        taken = set(rows.values_list("pk", flat=True))
    for intent, n, item in new:
        key = item.get("new_id")
        if key is None or key.version != 7 or key in taken:
            key = uuid7()
        taken.add(key)
        item["new_id"] = intent.variants[n] = key
