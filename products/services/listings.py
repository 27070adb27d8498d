"""Where a product is shown, channel by channel."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.channel_limits import ensure_within
from products.errors import InvalidValue
from products.models import Channel, Listing, Product
from products.services.locking import lock_products, lock_row
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import ListingValues

DEFAULTS: dict[str, Any] = {"is_listed": True, "publish_at": None, "unpublish_at": None}


def write_listings(
    product_id: UUID,
    *,
    items: Sequence[ListingValues],
    expected_version: int | None,
    actor: Actor,
) -> None:
    """Make these the product's listings. A channel that is not named lists it in its own window.

    Whoever is limited to channels speaks of those alone; what is said of the others stays.

    Raises NotFound, StaleVersion, InvalidValue, ChannelForbidden.
    """
    with unit_of_work(actor) as work:
        product = lock_row(Product, product_id, expected_version=expected_version)
        wanted = _wanted(items, actor.channels)
        work.of_channels(wanted)
        rows = _within(Listing.objects.filter(product=product), actor.channels)
        before = {row.channel_id: row for row in rows}
        gone = before.keys() - wanted.keys()
        changed = [
            Listing(product=product, channel_id=key, **facts)
            for key, facts in wanted.items()
            if key not in before or facts_of(before[key]) != facts
        ]
        Listing.objects.filter(product=product, channel__in=gone).delete()
        Listing.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["product", "channel"],
            update_fields=list(DEFAULTS),
        )
        if gone or changed:
            work.changed_variants(product_id, [])


def write_all_listings(
    work: UnitOfWork, wanted: Mapping[UUID, Mapping[UUID, Mapping[str, Any]]]
) -> None:
    """Product -> channel -> all facts, of locked products; other channels stay as they are. Three
    statements at most, however many there are."""
    rows = [
        Listing(product_id=product, channel_id=channel, **facts)
        for product, channels in wanted.items()
        for channel, facts in channels.items()
    ]
    plain = [row for row in rows if facts_of(row) == DEFAULTS]
    if plain:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                DELETE FROM products_listing
                 USING unnest(%s::uuid[], %s::uuid[]) AS gone(product_id, channel_id)
                 WHERE products_listing.product_id = gone.product_id
                   AND products_listing.channel_id = gone.channel_id
                """,
                [[row.product_id for row in plain], [row.channel_id for row in plain]],
            )
    Listing.objects.bulk_create(
        [row for row in rows if facts_of(row) != DEFAULTS],
        update_conflicts=True,
        unique_fields=["product", "channel"],
        update_fields=list(DEFAULTS),
    )
    for product in wanted:
        work.changed_variants(product, [])


def listings_of(product_id: UUID, limit: frozenset[UUID] | None = None) -> list[dict[str, Any]]:
    """One for each channel, or for each of these, in the order of their slugs."""
    rows = {row.channel_id: row for row in Listing.objects.filter(product=product_id)}
    channels = Channel.objects.order_by("slug").values_list("pk", "slug")
    return [
        {"channel": slug, **(facts_of(rows[key]) if key in rows else DEFAULTS)}
        for key, slug in channels
        if limit is None or key in limit
    ]


def facts_of(row: Listing) -> dict[str, Any]:
    return {name: getattr(row, name) for name in DEFAULTS}


def leave_channel(work: UnitOfWork, channel_id: UUID) -> None:
    """The products that say anything of the channel forget it; it is about to be deleted."""
    rows = Listing.objects.filter(channel=channel_id)
    products = list(rows.order_by("product").values_list("product", flat=True))
    lock_products(products)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM products_listing WHERE channel_id = %s", [channel_id])
    work.changed("product", products)


def _within(rows: "QuerySet[Listing]", limit: frozenset[UUID] | None) -> "QuerySet[Listing]":
    return rows if limit is None else rows.filter(channel__in=limit)


def _wanted(
    items: Sequence[ListingValues], limit: frozenset[UUID] | None
) -> dict[UUID, dict[str, Any]]:
    """Those that differ from what no row says."""
    known = dict(Channel.objects.order_by("slug").values_list("slug", "pk"))
    named: set[str] = set()
    wanted = {}
    for n, item in enumerate(items):
        slug = item["channel"]
        # Who is limited is not told which others there are.
        ensure_within(limit, [known.get(slug)], "Leave the other ones out.")
        if slug not in known:
            raise InvalidValue(
                f"There is no channel {slug[:50]!r}. There are: {', '.join(known)}.",
                pointer=f"/channels/{n}/channel",
            )
        if slug in named:
            raise InvalidValue(f"{slug!r} is given twice.", pointer=f"/channels/{n}/channel")
        named.add(slug)
        facts: dict[str, Any] = {name: item.get(name, value) for name, value in DEFAULTS.items()}
        begin, end = facts["publish_at"], facts["unpublish_at"]
        if begin and end and end <= begin:
            raise InvalidValue(
                "unpublish_at must be later than publish_at.",
                pointer=f"/channels/{n}/unpublish_at",
            )
        if facts != DEFAULTS:
            wanted[known[slug]] = facts
    return wanted
