"""Writes of channels, and of the pairs of channel and locale that documents are printed for."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F

from accounts.actors import Actor
from accounts.limited_callers import count_limited_to
from products.errors import InvalidValue, StillInUse
from products.models import Curation, Locale, PriceList, Product
from products.models.channels import DEFAULT_VIEW, Channel, ChannelLocale
from products.services.boosts import stored_boost
from products.services.keyed_values import settle_keyed_losses
from products.services.listings import leave_channel
from products.services.locking import lock_row
from products.services.naming import free_slug
from products.services.printing import is_large, print_later
from products.services.stamping import renew_stamp
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import ChannelValues

# What is written for each pair.
OF_A_VIEW = (
    "products_document",
    "products_searchentry",
    "products_searchstatistics",
    "products_searchterm",
    "products_searchword",
)
MAX_VIEWS = 100  # each is one more document of every product
NAMED_LISTS = 10  # of those that keep a channel; the message stays a message
ASIDE = 1_000_000  # positions that no pair has, while several change places


def ensure_first_channel() -> None:
    """Make the channel and the locale that every shop starts with, where there are none.

    It runs after each `migrate`, so that a catalog is never without them.
    """
    if ChannelLocale.objects.exists():
        return
    locale, _ = Locale.objects.get_or_create(
        code="en", defaults={"name": "English", "is_default": True}
    )
    channel, _ = Channel.objects.get_or_create(slug="default", defaults={"name": "Default"})
    ChannelLocale.objects.create(pk=DEFAULT_VIEW, channel=channel, locale=locale)
    with connection.cursor() as cursor:
        # The number was given, not drawn: the next one is drawn after it.
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('products_channellocale', 'id'), %s)",
            [DEFAULT_VIEW],
        )
    renew_stamp()


def channel_slugs() -> dict[UUID, str]:
    """The slug of each channel."""
    return dict(Channel.objects.order_by("slug").values_list("pk", "slug"))


def hold_channels(channels: Collection[UUID]) -> set[UUID]:
    """Those of them that there are; who deletes one waits for the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM products_channel WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE",
            [list(channels)],
        )
        return {row[0] for row in cursor.fetchall()}


def create_channel(*, values: ChannelValues, actor: Actor) -> Channel:
    """With the documents of all products in each of its locales: see services.printing.

    Raises SlugTaken, InvalidValue.
    """
    with unit_of_work(actor, renames=True) as work:
        plain = _plain(values)
        plain["slug"] = values.get("slug") or free_slug(Channel, values["name"])
        channel = Channel.objects.create(**plain)
        _write_locales(work, channel, values.get("locales", [_default_code()]))
        work.created("channel", [channel.pk])
        renew_stamp()
    return channel


def update_channel(
    channel_id: UUID, *, values: ChannelValues, expected_version: int | None, actor: Actor
) -> Channel:
    """Write what is named; `locales` are named as the whole list, in order.

    Raises NotFound, StaleVersion, SlugTaken, InvalidValue, and StillInUse where values are kept
    under the old slug, or the shop's default locale would become another one.
    """
    with unit_of_work(actor, renames=True) as work:
        channel = lock_row(Channel, channel_id, expected_version=expected_version)
        plain = _plain(values)
        changed = {name: plain[name] for name in plain if getattr(channel, name) != plain[name]}
        if "slug" in changed:
            _ensure_unused(channel.slug)
        if changed:
            Channel.objects.filter(pk=channel_id).update(**changed)
        is_changed = bool(changed)
        if "locales" in values:
            is_changed |= _write_locales(work, channel, values["locales"])
        if "currency" in changed:
            work.reprint_everything()
        if is_changed:
            work.changed("channel", [channel_id])
            renew_stamp()
    channel.refresh_from_db()
    return channel


def delete_channel(
    channel_id: UUID, *, expected_version: int | None, actor: Actor, accept_loss: bool = False
) -> None:
    """With its documents. Raises NotFound, StaleVersion, StillInUse, ValuesWouldBeLost."""
    with unit_of_work(actor, renames=True) as work:
        channel = lock_row(Channel, channel_id, expected_version=expected_version)
        if _is_default(channel):
            raise StillInUse("It is the shop's default channel: rename it instead.")
        _ensure_nobody_is_limited_to(channel)
        _ensure_no_price_lists(channel_id)
        if Curation.objects.filter(channel=channel_id).exists():
            raise StillInUse("Curations of search are for this channel: delete them first.")
        settle_keyed_losses(work, channel=channel.slug, accept_loss=accept_loss)
        leave_channel(work, channel_id)
        work.deleting("channel", [channel_id])
        _remove_pairs(channel.channel_locales.values_list("pk", flat=True))
        channel.delete()
        renew_stamp()


def _plain(values: ChannelValues) -> dict[str, Any]:
    """The columns of the channel itself. Raises InvalidValue."""
    plain: dict[str, Any] = {**values}
    plain.pop("locales", None)
    if "boost" in plain:
        plain |= stored_boost(plain.pop("boost"))
    return plain


def _is_default(channel: Channel) -> bool:
    return ChannelLocale.objects.filter(pk=DEFAULT_VIEW, channel=channel).exists()


def _ensure_nobody_is_limited_to(channel: Channel) -> None:
    """A limit without its channel would open nothing, and without the id everything."""
    Channel.objects.select_for_update().get(pk=channel.pk)  # wait for those who hold it
    people, keys = count_limited_to(channel.pk)
    if people or keys:
        raise StillInUse(
            f"{people} people and {keys} API keys are limited to this channel: give the people "
            "other channels, and revoke the keys."
        )


def _ensure_no_price_lists(channel_id: UUID) -> None:
    rows = PriceList.objects.filter(channel=channel_id).order_by("code")
    codes = list(rows.values_list("code", flat=True))
    if codes:
        more = f" and {len(codes) - NAMED_LISTS} more" if len(codes) > NAMED_LISTS else ""
        raise StillInUse(
            f"Price lists are for this channel: {', '.join(codes[:NAMED_LISTS])}{more}. Give them "
            "another channel, or delete them first."
        )


def _default_code() -> str:
    return Locale.objects.values_list("code", flat=True).get(is_default=True)


def _ensure_unused(slug: str) -> None:
    settle_keyed_losses(
        None,
        channel=slug,
        refusal="Values of attributes are kept under its slug ({values} of {products} products): "
        "take them away first, or make another channel.",
    )


def _write_locales(work: UnitOfWork, channel: Channel, codes: Sequence[str]) -> bool:
    """Make the channel's pairs exactly these, in this order. Answers whether anything changed."""
    wanted = _locales(codes)
    before = {pair.locale_id: pair for pair in channel.channel_locales.all()}
    ordered = sorted(before, key=lambda key: before[key].position)
    if ordered == wanted:
        return False
    _ensure_same_default(before, wanted)
    _remove_pairs(pair.pk for key, pair in before.items() if key not in wanted)
    channel.channel_locales.update(position=F("position") + ASIDE)
    for position, key in enumerate(wanted):
        if key in before:
            ChannelLocale.objects.filter(pk=before[key].pk).update(position=position)
    new = [(position, key) for position, key in enumerate(wanted) if key not in before]
    _add_pairs(work, channel, new)
    return True


def _locales(codes: Sequence[str]) -> list[UUID]:
    if not codes:
        raise InvalidValue("A channel has at least one locale.", pointer="/locales")
    known = dict(Locale.objects.order_by().values_list("code", "pk"))
    for n, code in enumerate(codes):
        if code not in known:
            there = ", ".join(sorted(known))
            raise InvalidValue(
                f"There is no locale {code[:50]!r}. There are: {there}.", pointer=f"/locales/{n}"
            )
        if code in codes[:n]:
            raise InvalidValue(f"{code!r} is given twice.", pointer=f"/locales/{n}")
    return [known[code] for code in codes]


def _ensure_same_default(before: dict[UUID, ChannelLocale], wanted: Sequence[UUID]) -> None:
    """Who names neither channel nor locale gets pair 1, and its number stands in every document."""
    default = next((key for key, pair in before.items() if pair.pk == DEFAULT_VIEW), None)
    if default is None or wanted[0] == default:
        return
    if Product.objects.exists():
        raise StillInUse(
            "The first locale of the default channel is what callers get who name none. It can "
            "only change while there are no products.",
            pointer="/locales/0",
        )
    # Nothing is printed yet, so the number may go to another locale.
    first = wanted[0]
    if other := before.pop(first, None):
        ChannelLocale.objects.filter(pk=other.pk).delete()
    pair = before.pop(default)
    pair.locale_id = first
    pair.save(update_fields=["locale"])
    before[first] = pair


def _add_pairs(work: UnitOfWork, channel: Channel, places: Sequence[tuple[int, UUID]]) -> None:
    if not places:
        return
    if ChannelLocale.objects.count() + len(places) > MAX_VIEWS:
        raise InvalidValue(
            f"At most {MAX_VIEWS} pairs of channel and locale in all.", pointer="/locales"
        )
    is_later = is_large()
    pairs = ChannelLocale.objects.bulk_create(
        ChannelLocale(channel=channel, locale_id=key, position=position, is_printed=not is_later)
        for position, key in places
    )
    if not is_later:
        work.reprint_everything()
    else:
        for pair in pairs:
            print_later(pair)


def _remove_pairs(keys: Iterable[int]) -> None:
    """With their documents, which are gone in one statement however many there are."""
    numbers = list(keys)
    with connection.cursor() as cursor:
        for table in OF_A_VIEW:
            cursor.execute(f"DELETE FROM {table} WHERE view_id = ANY(%s)", [numbers])  # noqa: S608
        cursor.execute("DELETE FROM products_channellocale WHERE id = ANY(%s)", [numbers])
