"""Where and in which language the catalog is shown.

A shop with one channel and one locale has one row of each, made by the migration, and never needs
to name them.
"""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value

from catalog_project.models import TimestampedModel, uuid7
from products.models.shapes import not_blank, slug_field, slug_shape, version_min

DEFAULT_VIEW = 1  # the ChannelLocale of callers who name neither channel nor locale
# What search puts a little further up: the newest, what can be bought, or those with more of an
# attribute.
BOOST_FORM = r"^(newest|availability|attributes\.[A-Za-z0-9][A-Za-z0-9_-]{0,99})?$"
BOOST_DIGITS, BOOST_DECIMALS = 20, 6
MAX_STOP_WORDS = 500
LOCALE_FORM = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"


class Locale(TimestampedModel):
    """A language, perhaps of a region (BCP 47). Texts that it lacks come from its fallback.

    The texts of the rows themselves are in the default locale; all others are translations.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=100)
    fallback = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_default = models.BooleanField(default=False, editable=False)
    # Words that search leaves out, as long as the query has others; folded (search.folding).
    stop_words = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, db_default=Value("{}")
    )
    version = models.PositiveIntegerField(default=1, editable=False)  # served as the ETag

    class Meta:
        ordering = ["code"]
        constraints = [
            not_blank("locale", "name"),
            version_min("locale"),
            models.CheckConstraint(condition=Q(code__regex=LOCALE_FORM), name="locale_code_form"),
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="locale_one_default"
            ),
            models.CheckConstraint(
                condition=~Q(is_default=True, fallback__isnull=False),
                name="locale_default_has_no_fallback",
            ),
            models.CheckConstraint(
                condition=~Q(fallback=models.F("id")), name="locale_not_its_own_fallback"
            ),
            models.CheckConstraint(
                condition=Q(stop_words__len__lte=MAX_STOP_WORDS), name="locale_stop_words_count"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Channel(TimestampedModel):
    """A place where products are sold: a shop, a country, a marketplace. One currency each."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = slug_field(unique=True)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, blank=True, default="")  # "": CATALOG_CURRENCY
    # See search.boosts: by what, how strongly (0 to 1), and the number that gets half of it.
    boost_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    boost_weight = models.DecimalField(
        max_digits=3, decimal_places=2, default=Decimal(0), db_default=Decimal(0)
    )
    boost_half_at = models.DecimalField(
        max_digits=BOOST_DIGITS,
        decimal_places=BOOST_DECIMALS,
        default=Decimal(30),
        db_default=Decimal(30),
    )
    version = models.PositiveIntegerField(default=1, editable=False)  # served as the ETag

    class Meta:
        ordering = ["slug"]
        constraints = [
            slug_shape("channel"),
            not_blank("channel", "name"),
            version_min("channel"),
            models.CheckConstraint(
                condition=Q(currency__regex="^([A-Z]{3})?$"), name="channel_currency_code"
            ),
            models.CheckConstraint(
                condition=Q(boost_by__regex=BOOST_FORM), name="channel_boost_by_form"
            ),
            models.CheckConstraint(
                condition=Q(boost_weight__gte=0, boost_weight__lte=1), name="channel_boost_weight"
            ),
            models.CheckConstraint(
                condition=Q(boost_half_at__gt=0), name="channel_boost_half_at_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChannelLocale(models.Model):
    """A pair that documents are printed for. Its small number keeps the indexes small.

    Number 1 is the shop's default by definition: to make another pair the default is to give it
    that number.
    """

    id = models.SmallAutoField(primary_key=True)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="channel_locales")
    locale = models.ForeignKey(Locale, on_delete=models.PROTECT, related_name="channel_locales")
    position = models.PositiveIntegerField(default=0)  # 0: the channel's own default
    # Whether each product has its document: a new pair of a large catalog takes a while, and
    # answers when it is complete.
    is_printed = models.BooleanField(default=True, db_default=True)

    class Meta:
        ordering = ["channel", "position"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "locale"], name="channel_locale_unique"),
            models.UniqueConstraint(
                fields=["channel", "position"], name="channel_locale_position_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel}/{self.locale}"


class ViewStamp(models.Model):
    """One row, with a new stamp whenever a channel, a locale or a pair of them changes.

    Processes remember the names of channels and locales for as long as the stamp is the same.
    """

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    stamp = models.UUIDField(default=uuid7, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="view_stamp_is_one_row"),
        ]

    def __str__(self) -> str:
        return str(self.stamp)
