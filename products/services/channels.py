"""Writes of channels and locales."""

from django.db import connection

from products.models.channels import DEFAULT_VIEW, Channel, ChannelLocale, Locale


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
