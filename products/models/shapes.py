"""Column shapes and constraints that several nouns share."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import validate_unicode_slug
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import Exact, Regex

SLUG_LENGTH = 160
# A detail is asked for by id or by slug, so a slug may not read as a UUID. The rest keeps a
# slug one path segment of a URL, whatever alphabet the shop writes in.
UUID_SHAPE = r"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$"


# What rows get from an older release, which does not know the column.
EMPTY_OBJECT = Value({}, models.JSONField())
NO_IDS = Value([], ArrayField(models.UUIDField()))


def slug_field(*, unique: bool = False) -> "models.CharField[str, str]":
    """One segment of a URL: letters and digits of any alphabet, hyphens and underscores."""
    return models.CharField(
        max_length=SLUG_LENGTH, unique=unique, validators=[validate_unicode_slug]
    )


def slug_shape(noun: str) -> models.CheckConstraint:
    readable = Regex(F("slug"), Value(r"^[^[:space:]/?#%&]+$"))
    return models.CheckConstraint(
        condition=readable & ~Q(slug__regex=UUID_SHAPE), name=f"{noun}_slug_shape"
    )


def translations_field() -> "models.JSONField":
    """Locale -> name of a text -> the text. The row's own columns are in the default locale."""
    return models.JSONField(default=dict, blank=True, db_default=EMPTY_OBJECT)


def translations_shape(noun: str) -> tuple[models.CheckConstraint, models.CheckConstraint]:
    """An object of objects of texts."""
    strange = Func(
        F("translations"),
        template="jsonb_path_exists(%(expressions)s, "
        """'$.* ? (@.type() != "object" || exists (@.* ? (@.type() != "string")))')""",
        output_field=models.BooleanField(),
    )
    return (
        json_object(noun, "translations"),
        models.CheckConstraint(
            condition=Exact(strange, Value(False)), name=f"{noun}_translations_are_texts"
        ),
    )


def not_blank(noun: str, field: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Regex(F(field), Value("[^[:space:]]")), name=f"{noun}_{field}_not_blank"
    )


def version_min(noun: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(version__gte=1), name=f"{noun}_version_min")


def json_object(noun: str, field: str) -> models.CheckConstraint:
    kind = Func(F(field), function="jsonb_typeof", output_field=models.TextField())
    return models.CheckConstraint(
        condition=Exact(kind, Value("object")), name=f"{noun}_{field}_is_object"
    )


CODE_LENGTH = 100
CODE_FORM = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$"


def code_field() -> "models.CharField[str, str]":
    """A name for machines. It never changes."""
    return models.CharField(max_length=CODE_LENGTH, unique=True)


def code_form(noun: str) -> models.CheckConstraint:
    """A row is asked for by id or by code, so a code may not read as a UUID."""
    return models.CheckConstraint(
        condition=Q(code__regex=CODE_FORM) & ~Q(code__regex=UUID_SHAPE), name=f"{noun}_code_form"
    )
