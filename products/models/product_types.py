"""What can be said of a product: typed attributes, and the types of products that have them."""

from django.db import models
from django.db.models import Q

from catalog_project.models import TimestampedModel, uuid7
from products.models.shapes import (
    UUID_SHAPE,
    json_object,
    not_blank,
    slug_field,
    slug_shape,
    translations_field,
    translations_shape,
    version_min,
)

# Whatever systems call their attributes: screen_size, screen-size, screenSize.
CODE_FORM = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$"
OPTION_FORM = r"^[^[:space:][:cntrl:]]+$"
MAX_OPTIONS = 1_000
MAX_ASSIGNMENTS = 10_000


class Attribute(TimestampedModel):
    """A property with a type. Its values stand in the jsonb of products and variants, under its
    code, in the form that `services.attribute_types` describes."""

    class Type(models.TextChoices):
        TEXT = "text"
        LONG_TEXT = "long_text"
        INTEGER = "integer"
        DECIMAL = "decimal"
        BOOLEAN = "boolean"
        DATE = "date"
        DATETIME = "datetime"
        COLOUR = "colour"
        CHOICE = "choice"
        MULTI_CHOICE = "multi_choice"
        MEASUREMENT = "measurement"
        PRODUCT = "product"
        CATEGORY = "category"
        URL = "url"
        JSON = "json"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=12, choices=Type)
    # Of measurements: length, mass, ... The values keep the unit that they were given in.
    dimension = models.CharField(max_length=20, blank=True, default="")
    is_filterable = models.BooleanField(default=False)
    is_searchable = models.BooleanField(default=False)
    is_localizable = models.BooleanField(default=False)  # a value per locale
    is_per_channel = models.BooleanField(default=False)  # a value per channel
    # {"min", "max", "unit", "min_length", "max_length", "pattern"}, as far as the type knows them.
    rules = models.JSONField(default=dict, blank=True)
    group = models.CharField(max_length=100, blank=True, default="")  # a heading in forms
    position = models.PositiveIntegerField(default=0)
    translations = models.JSONField(default=dict, blank=True)  # locale -> {"name": …, "group": …}
    version = models.PositiveIntegerField(default=1, editable=False)  # served as the ETag

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            not_blank("attribute", "name"),
            version_min("attribute"),
            json_object("attribute", "rules"),
            json_object("attribute", "translations"),
            models.CheckConstraint(
                condition=Q(code__regex=CODE_FORM) & ~Q(code__regex=UUID_SHAPE),
                name="attribute_code_form",
            ),
            models.CheckConstraint(
                condition=(Q(type="measurement") & ~Q(dimension=""))
                | (~Q(type="measurement") & Q(dimension="")),
                name="attribute_dimension_of_measurement",
            ),
            # Whoever deletes a product finds what refers to it in one place of the value.
            models.CheckConstraint(
                condition=~Q(type__in=["product", "category"])
                | Q(is_localizable=False, is_per_channel=False),
                name="attribute_reference_is_plain",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class AttributeOption(models.Model):
    """One of the values of a choice. Values name its code, so its label may change."""

    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="options")
    code = models.CharField(max_length=100)
    label = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    translations = models.JSONField(default=dict, blank=True)  # locale -> {"label": ...}

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["attribute", "code"], name="option_code_unique"),
            models.CheckConstraint(condition=Q(code__regex=OPTION_FORM), name="option_code_form"),
            not_blank("option", "label"),
            json_object("option", "translations"),
        ]

    def __str__(self) -> str:
        return self.code


class ProductType(TimestampedModel):
    """Which attributes products of a kind have, and which of them they must have."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = slug_field(unique=True)
    name = models.CharField(max_length=200)
    translations = translations_field()
    attributes = models.ManyToManyField(
        Attribute, through="ProductTypeAttribute", related_name="product_types"
    )
    version = models.PositiveIntegerField(default=1, editable=False)  # served as the ETag

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["name", "id"], name="product_type_listing")]
        constraints = [
            *translations_shape("product_type"),
            slug_shape("product_type"),
            not_blank("product_type", "name"),
            version_min("product_type"),
        ]

    def __str__(self) -> str:
        return self.name


class ProductTypeAttribute(models.Model):
    """An assignment: products of the type, or each of their variants, have the attribute."""

    product_type = models.ForeignKey(
        ProductType, on_delete=models.CASCADE, related_name="assignments"
    )
    attribute = models.ForeignKey(Attribute, on_delete=models.PROTECT, related_name="assignments")
    is_required = models.BooleanField(default=False)  # of published products
    is_variant = models.BooleanField(default=False)  # each variant has its own value
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "assignment"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["product_type", "attribute"], name="type_attribute_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_type_id}: {self.attribute_id}"
