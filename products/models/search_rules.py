"""What staff say of search: which words mean the same, and what a query shows first or last."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from catalog_project.models import TimestampedModel, uuid7
from products.models.channels import Channel, Locale
from products.models.products import Product
from products.models.shapes import not_blank, version_min

MAX_PHRASES = 20  # on each side of a synonym
LONGEST_PHRASE = 100
MAX_CURATED = 100  # products of one curation
LONGEST_CURATED_QUERY = 200


class Synonym(TimestampedModel):
    """Words, or phrases, of a language of which each stands for all others; or, where `means` is
    not empty, of which each stands for those in `means`, too, and not the other way round."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    locale = models.ForeignKey(Locale, on_delete=models.PROTECT, related_name="+")
    phrases = ArrayField(models.CharField(max_length=LONGEST_PHRASE))
    means = ArrayField(models.CharField(max_length=LONGEST_PHRASE), default=list, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)  # served as the ETag

    class Meta:
        ordering = ["id"]
        constraints = [
            version_min("synonym"),
            models.CheckConstraint(
                condition=Q(phrases__len__gte=1, phrases__len__lte=MAX_PHRASES)
                & (Q(means__len__lte=MAX_PHRASES)),
                name="synonym_phrases_count",
            ),
            # Alone, a phrase stands for nothing.
            models.CheckConstraint(
                condition=Q(phrases__len__gte=2) | Q(means__len__gte=1),
                name="synonym_has_two_sides",
            ),
        ]

    def __str__(self) -> str:
        sides = (", ".join(side) for side in (self.phrases, self.means) if side)
        return " → ".join(sides)


class Curation(TimestampedModel):
    """What staff decided for the results of one query, in one channel or in all of them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    query = models.CharField(max_length=LONGEST_CURATED_QUERY)  # as it was written
    words = models.TextField(editable=False)  # the same, folded: see search.folding
    locale = models.ForeignKey(Locale, on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey(
        Channel, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)  # served as the ETag

    class Meta:
        ordering = ["words", "id"]
        constraints = [
            version_min("curation"),
            not_blank("curation", "query"),
            not_blank("curation", "words"),
            models.UniqueConstraint(
                fields=["words", "locale", "channel"],
                nulls_distinct=False,
                name="curation_of_query_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.query


class CuratedProduct(models.Model):
    """A product that a curation shows first, last, or not at all."""

    class Place(models.TextChoices):
        PINNED = "pinned"
        BURIED = "buried"
        EXCLUDED = "excluded"

    id = models.BigAutoField(primary_key=True)
    curation = models.ForeignKey(Curation, on_delete=models.CASCADE, related_name="products")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=8, choices=Place, default=Place.PINNED)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["curation", "product"], name="curated_product_unique"),
            models.CheckConstraint(
                condition=Q(place__in=["pinned", "buried", "excluded"]),
                name="curated_product_place",
            ),
        ]

    def __str__(self) -> str:
        return str(self.product)
