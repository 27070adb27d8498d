"""Writes of attribute values alone, of a product or of one of its variants.

A value per channel is changed channel by channel, so that whoever is limited to some channels
changes those and leaves the others as they are.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from catalog_project.api.pointers import escape
from products.errors import Flaw, NotFound
from products.models import Attribute, Channel, Product, Variant
from products.services.attribute_schema import ensure_right, load_judge
from products.services.attribute_values import merged
from products.services.describing import ensure_complete
from products.services.locking import lock_row
from products.services.unit_of_work import unit_of_work


def change_values(
    product_id: UUID,
    variant_id: UUID | None = None,
    *,
    changes: Mapping[str, Any],
    expected_version: int | None,
    actor: Actor,
) -> None:
    """Write the values that are named, by code; null takes one away (RFC 7396). Of a value per
    channel only the channels that are named change.

    Raises NotFound, StaleVersion, AttributesRefused, ProductIncomplete, ChannelForbidden.
    """
    with unit_of_work(actor) as work:
        product = lock_row(Product, product_id, expected_version=expected_version)
        row = product if variant_id is None else _variant_of(product, variant_id)
        channels = dict(Channel.objects.order_by().values_list("slug", "pk"))
        said = _split(changes, per_channel_codes(changes))
        work.of_channels(_channels_of(said, channels))
        judge = load_judge([(product.product_type_id, said.to_judge)])
        judge.flaws += _unknown_channels(said, channels)
        clean = judge.clean(
            product.product_type_id,
            said.to_judge,
            is_variant=variant_id is not None,
            place="/attributes",
        )
        ensure_right(judge)
        for code, gone in said.gone.items():
            kept = {**row.attributes.get(code, {}), **(clean.get(code) or {})}
            clean[code] = {slug: kept[slug] for slug in kept if slug not in gone} or None
        after = merged(row.attributes, clean)
        if after != row.attributes:
            row.attributes = after
            row.save(update_fields=["attributes", "updated_at"])
            ensure_complete([product])
            work.changed_variants(product_id, [] if variant_id is None else [variant_id])


def values_within(
    attributes: Mapping[str, Any], limit: frozenset[UUID] | None
) -> Mapping[str, Any]:
    """The values that somebody with this limit may see: of a value per channel, their own ones."""
    if limit is None:
        return attributes
    own = set(Channel.objects.filter(pk__in=limit).values_list("slug", flat=True))
    seen = dict(attributes)
    for code in per_channel_codes(attributes):
        seen[code] = {slug: value for slug, value in seen[code].items() if slug in own}
    return {code: value for code, value in seen.items() if value != {} or attributes[code] == {}}


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What to give to `change_values` so that these values become those."""
    changes = _differences(before, after)
    for code in per_channel_codes(changes):
        old, new = before.get(code), after.get(code)
        if isinstance(old, dict) and isinstance(new, dict):
            changes[code] = _differences(old, new)
    return changes


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    gone = dict.fromkeys(before.keys() - after.keys())
    return gone | {
        name: value for name, value in after.items() if name not in before or value != before[name]
    }


def per_channel_codes(codes: Collection[str]) -> frozenset[str]:
    """Those of the codes whose attribute has a value per channel."""
    rows = Attribute.objects.filter(is_per_channel=True, code__in=list(codes)).order_by()
    return frozenset(rows.values_list("code", flat=True))


@dataclass(frozen=True, slots=True)
class Said:
    """A write, taken apart. `gone` has every code that is changed channel by channel."""

    to_judge: dict[str, Any]
    gone: dict[str, set[str]]


def _split(changes: Mapping[str, Any], per_channel: frozenset[str]) -> Said:
    to_judge, gone = dict(changes), {}
    for code in per_channel & changes.keys():
        value = changes[code]
        if isinstance(value, dict) and value:
            gone[code] = {slug for slug, each in value.items() if each is None}
            to_judge[code] = {slug: each for slug, each in value.items() if each is not None}
            if not to_judge[code]:
                to_judge[code] = None  # it only takes away
    return Said(to_judge, gone)


def _channels_of(said: Said, channels: Mapping[str, UUID]) -> Iterator[UUID | None]:
    """What the write belongs to; None is all channels. A name that is none is judged later, but
    not for somebody who is limited: they are not told which there are."""
    for code, value in said.to_judge.items():
        if code not in said.gone:
            yield None
        else:
            named = said.gone[code] | (value or {}).keys()
            yield from map(channels.get, named)


def _unknown_channels(said: Said, channels: Mapping[str, UUID]) -> list[Flaw]:
    """Among those to take away; the judge looks at the others."""
    return [
        Flaw(f"/attributes/{escape(code)}/{escape(slug)}", f"There is no channel {slug[:50]!r}.")
        for code, gone in said.gone.items()
        for slug in sorted(gone - channels.keys())
    ]


def _variant_of(product: Product, variant_id: UUID) -> Variant:
    variant = Variant.objects.filter(product=product, pk=variant_id).first()
    if variant is None:
        raise NotFound(f"The product has no variant {variant_id}.")
    return variant
