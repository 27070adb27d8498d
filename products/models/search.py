"""What search reads: the words of each document, and how common each word is."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from products.models.channels import ChannelLocale
from products.models.products import Product
from products.models.shapes import NO_IDS, SLUG_LENGTH


class SearchEntry(models.Model):
    """Derived: `search.entries` writes it from the documents, in their transaction.

    One per product and view, however many stretches of time its documents have: words do not
    change with prices. So a write that changes no word, nor who sees the product, writes nothing
    here.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", db_index=False)
    view = models.ForeignKey(
        ChannelLocale, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    slug = models.CharField(max_length=SLUG_LENGTH)
    visible_from = models.DateTimeField()
    visible_until = models.DateTimeField()
    # Stems, weighted by where they stand, behind a lexeme that names the view and whether the
    # product is published, and one more for each stem of the title: see search.entries.
    words = SearchVectorField()
    # The same words as they are written: what typing errors are corrected to.
    spellings = SearchVectorField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "view"], name="search_entry_unique"),
        ]
        indexes = [
            # Else every search reads a list of new entries first, or, rather than that, the table.
            GinIndex(fields=["words"], name="search_entry_words", fastupdate=False),
            models.Index(
                fields=["view", "slug"],
                name="search_entry_slug",
                opclasses=["int2_ops", "varchar_pattern_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class SearchStatistics(models.Model):
    """How many products a view shows, and when somebody counted: a row per view, or none yet."""

    view = models.OneToOneField(ChannelLocale, primary_key=True, on_delete=models.CASCADE)
    documents = models.PositiveIntegerField()
    counted_at = models.DateTimeField()
    # What PostgreSQL had written to the entries by then.
    writes = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.view_id}: {self.documents}"


class SearchTerm(models.Model):
    """In how many visible products a stem stands, about: rare ones weigh more."""

    view = models.ForeignKey(
        ChannelLocale, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    lexeme = models.TextField()
    documents = models.PositiveIntegerField()
    titles = models.PositiveIntegerField(default=0, db_default=0)  # of these, that name it so

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["view", "lexeme"], name="search_term_unique"),
        ]

    def __str__(self) -> str:
        return self.lexeme


class SearchWord(models.Model):
    """A word as visible products write it: the vocabulary."""

    view = models.ForeignKey(
        ChannelLocale, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    word = models.TextField()
    lexeme = models.TextField()
    documents = models.PositiveIntegerField()
    # Some products that show it, of a word that many have: to see quickly that one still does.
    witnesses = ArrayField(models.UUIDField(), default=list, db_default=NO_IDS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["view", "word"], name="search_word_unique"),
        ]

    def __str__(self) -> str:
        return self.word
